"""A seat: a person takes over a party, sees just what that party may see, and speaks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sim.core.messages.items import Basis, Item, Kind, VerificationStatus
from sim.core.model.time import MINUTE_MS
from sim.core.picture.quality import Mismatch
from sim.report.exercise.words import ReportWords
from sim.web.accounts import Account
from sim.web.reference import themes
from sim.web.rooms import Visit
from sim.web.views.ground import ground
from sim.web.views.map_view import map_view
from sim.web.views.offers import offers
from sim.web.views.picture import history_view, picture_view

RECENT_MS: Final = 15 * MINUTE_MS


OUTCOMES: Final = ("confirmed", "corrected", "unknown", "refused", "informed", "consulted")
"""How a request can be answered."""
PURPOSES: Final = ("inform", "verify", "access", "support", "effects", "spar", "update")
"""What can be requested."""
VERDICTS: Final = ("accepted", "edited", "rejected")
"""What a region can do with a proposal."""


class SeatPage:
    """A seat.

    Args:
        areas: Boundaries of an institution's own, for the map.
    """

    name = "seat"
    template = "seat.html.j2"
    looks_back = False

    def __init__(self, areas: Path | None = None) -> None:
        self._areas = areas

    def admits(self, account: Account) -> bool:
        """Say whether somebody may sit anywhere."""
        return account.steers or bool(account.seats)

    async def show(self, visit: Visit) -> Mapping[str, Any]:
        """Return what the template needs."""
        scene, words = visit.run.latest, visit.words
        visit.scene = scene
        exercise = visit.desk.exercise(visit.run.name)
        chairs = [entry for entry in scene.opening.parties if visit.account.may_sit(entry.id)]
        party = visit.asks.get("party", "")
        if party not in [entry.id for entry in chairs]:
            party = chairs[0].id if len(chairs) == 1 else ""
        shown: dict[str, Any] = {"chairs": chairs, "party": party, "exercise": exercise, "seated": ""}
        if not party:
            return shown | {"entry": None}
        view = picture_view(scene, party, "", RECENT_MS, themes(), words)
        progress = None if exercise is None else exercise.run.progress
        chosen = visit.asks.get("item", "")
        held = scene.picture_of(party)
        return shown | {
            "entry": next(entry for entry in chairs if entry.id == party),
            "seated": "" if progress is None else progress.seats.get(party, ""),
            "view": view,
            "map": map_view(ground(self._areas), scene, view, schematic=False),
            "chosen": chosen,
            "history": history_view(scene, chosen, words, seen_by=party) if chosen in held else (),
            "mail": visit.run.following.mail.lines(party, words),
            "offers": None if exercise is None else offers(exercise, scene, party),
            "statements": _statements(held.values(), words),
            "subjects": _subjects(held.values(), words),
            "themes": [(theme.id, words.text(theme.name)) for theme in themes().values()],
            "kinds": [one.value for one in Kind],
            "bases": [one.value for one in Basis],
            "statuses": [one.value for one in VerificationStatus],
            "reasons": [one.value for one in Mismatch],
            "outcomes": OUTCOMES,
            "purposes": PURPOSES,
            "verdicts": VERDICTS,
        }


def _statements(items: Any, words: ReportWords) -> Sequence[tuple[str, str]]:
    """Return the statements of a picture as they are chosen from: the version, and its title."""
    ordered: list[Item] = sorted(items, key=lambda item: (words.text(item.title), item.id))
    return [
        (f"{item.id}@{item.version}", f"{words.text(item.title)} ({words.party(item.source.party)})")
        for item in ordered
    ]


def _subjects(items: Any, words: ReportWords) -> Sequence[tuple[str, str]]:
    named: dict[str, str] = {}
    for item in sorted(items, key=lambda item: item.id):
        named.setdefault(item.subject, words.text(item.title))
    return sorted(named.items())
