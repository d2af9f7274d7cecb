"""What entries may refer to: sources, areas, parties, activities, subjects, profiles, themes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sim.core.messages.items import Geometry
from sim.files.areas import Areas
from sim.files.calendar import Calendar
from sim.files.positions import read_place
from sim.files.problems import Where, hint, show
from sim.files.profiles import Profiles

EXERCISE_SOURCE: Final = "exercise"


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that can be referred to, also what has errors of its own, so that these do not multiply."""

    calendar: Calendar
    areas: Areas
    profiles: Profiles
    sources: frozenset[str]
    parties: frozenset[str]
    activities: frozenset[str]
    subjects: frozenset[str]

    def party(self, name: str, where: Where) -> bool:
        """Say whether ``name`` is a party, after reporting when it is not."""
        return refer(name, "a party of the scenario", self.parties, where)

    def activity(self, name: str, where: Where) -> bool:
        """Say whether ``name`` is an activity, after reporting when it is not."""
        return refer(name, "an activity of the scenario", self.activities, where)

    def subject(self, name: str, where: Where) -> bool:
        """Say whether ``name`` is the subject of a fact, after reporting when it is not."""
        return refer(name, "the subject of one of [[facts]]", self.subjects, where)

    def theme(self, name: str, where: Where) -> bool:
        """Say whether ``name`` is a theme, after reporting when it is not."""
        return refer(name, "a theme of profiles/themes.toml", self.profiles.theme_names, where)

    def source(self, text: str, where: Where) -> None:
        """Report a source that is not in the list; ``A, C`` names two of them."""
        for letter in text.split(","):
            if letter.strip() != EXERCISE_SOURCE:
                refer(letter.strip(), "a letter of [sources], or 'exercise'", self.sources, where)

    def geometry(self, place: tuple[float, float] | None, area: str | None, where: Where) -> Geometry | None:
        """Return where something is, from its ``place`` or its ``area``; None when it has neither."""
        if place is not None and area is not None:
            where.at("area").error("a place or an area", "both")
        if place is not None:
            return read_place(place, where.at("place"))
        return None if area is None else self.areas.geometry(area, where.at("area"))


def refer(name: str, what: str, known: Collection[str] | None, where: Where) -> bool:
    """Say whether ``name`` is known, after reporting when it is not; silent when ``known`` is None."""
    if known is None or name in known:
        return True
    where.error(f"{what}{hint(name, known)}", show(name))
    return False


def names_in(table: dict[str, Any], section: str, key: str) -> frozenset[str]:
    """Return the names of the entries of a section, also of entries that have errors."""
    entries = table.get(section)
    if not isinstance(entries, list):
        return frozenset()
    names = (entry.get(key) for entry in entries if isinstance(entry, dict))
    return frozenset(name for name in names if isinstance(name, str))


def check_unique(names: Iterable[str], where: Where) -> None:
    """Report names that stand in a list more than once."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            where.item(index).error("every name once", f"{show(name)} again")
        seen.add(name)
