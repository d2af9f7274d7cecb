"""Who knows what, at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.web.accounts import Account
from sim.web.rooms import Visit
from sim.web.views.matrix import key_subjects, matrix_view

SUBJECTS_MAX: Final = 40


class KnowledgePage:
    """Who knows what."""

    name = "knowledge"
    template = "knowledge.html.j2"
    looks_back = True

    def admits(self, account: Account) -> bool:
        """Say whether somebody may see it: it holds all against the truth."""
        return account.sees_all

    async def show(self, visit: Visit) -> Mapping[str, Any]:
        """Return what the template needs."""
        scene = visit.scene
        key = key_subjects(scene)
        every = tuple(fact.subject for fact in scene.truth())
        which = "all" if visit.asks.get("which") == "all" or not key else "key"
        subjects = every if which == "all" else key
        return {
            "which": which,
            "matrix": matrix_view(scene, subjects[:SUBJECTS_MAX], visit.words),
            "left_out": max(0, len(subjects) - SUBJECTS_MAX),
        }
