"""Who takes part in a scenario to begin with: the emergency services, and the partners that were wished for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from sim.core.model.party import CoreTask
from sim.files.beginning.answers import ALWAYS, Wish
from sim.files.making.cast import Member
from sim.files.making.catalogue import Kind

LET_IN: Final = ("standby", "ad-hoc")
"""Profiles whose partners take part once they are let in, not by agreement (Beleidskader par. 2.2.2 and 2.2.3)."""

_ALARMED_BY: Final = 2
"""GRIP level that every event reaches: a partner that is alarmed later would never be (exercise)."""
_SECONDED_THEMES: Final = ("c1-development", "c3-population")
_TOOL: Final = ("core", "structural")


def cast_of(
    partners: Sequence[Member],
    wishes: Sequence[Wish],
    models: Mapping[tuple[str, str], Any],
    systems: Collection[str],
) -> tuple[Member, ...]:
    """Return who takes part, each under its profile, in order of id.

    Args:
        partners: All partners of the region that have something to do in the event.
        wishes: Those that were wished for; of two wishes for one partner the later holds.
        models: Model agreements by profile and core task.
        systems: Systems that the event is about.
    """
    wished = {wish.partner: wish.profile for wish in wishes}
    taking = [member for member in partners if member.id in wished or member.kind.id in ALWAYS]
    made = [
        replace(member, kind=_fitted(member.kind, wished.get(member.id), models, systems))
        for member in taking
    ]
    return tuple(sorted(made, key=lambda member: member.id))


def _fitted(
    kind: Kind, profile: str | None, models: Mapping[tuple[str, str], Any], systems: Collection[str]
) -> Kind:
    """Return a kind under a profile: what goes with the usual one alone is left out, and what the event has not."""
    wanted = profile or kind.profile
    is_let_in = wanted in LET_IN
    same = msgspec.structs.replace(
        kind,
        level=0 if is_let_in else min(max(kind.level, 1), _ALARMED_BY),
        threats=tuple(system for system in kind.threats if system in systems),
    )
    if wanted == kind.profile:
        return same
    return msgspec.structs.replace(
        same,
        profile=wanted,
        core_task=_core_task(kind, wanted, models),
        takes_part=not is_let_in,
        scans=None,
        imports=kind.imports if wanted == "core" else (),
        threats=same.threats if wanted in _TOOL else (),
        restricted=kind.restricted if wanted in _TOOL else (),
        layers=kind.layers if wanted in _TOOL else (),
        seconded_themes=_SECONDED_THEMES if wanted == "ad-hoc" else (),
        sitrep_every=None,
        staff=(),
        staff_for_each_region=False,
    )


def _core_task(kind: Kind, profile: str, models: Mapping[tuple[str, str], Any]) -> CoreTask:
    """Return its core task where the profile is for that, else the last that the profile is for (Tabel 1)."""
    tasks = sorted(task for one, task in models if one == profile)
    return kind.core_task if kind.core_task.value in tasks else CoreTask(tasks[-1])
