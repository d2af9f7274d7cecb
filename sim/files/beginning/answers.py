"""The answers that a scenario is made of, and what may be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.core.model.text import Language
from sim.files.beginning.event import ByProfile, Event
from sim.files.making.cast import Member, members_of
from sim.files.making.make import Material
from sim.files.making.story import FactPlan
from sim.files.problems import InputError, Problem, hint, show

HOURS_MIN: Final = 3
"""Shorter, and those who are called would arrive when it is over."""
HOURS_MAX: Final = 24
HOURS_DEFAULT: Final = 6

ALWAYS: Final = ("fire", "medical", "population", "police")
"""Kinds of partners that take part in any exercise: the emergency services of the region."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A partner that is to take part: its id, and its profile where that is not the usual one."""

    partner: str
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a scenario is to be.

    Attributes:
        id: Its id, which is also the name of its folder.
        region: Code of the region.
        event: Id of the event.
        wishes: Partners beside the emergency services, or these under another profile.
        hours: How long it is.
        faults: Whether something in it is told wrongly.
        language: Of its comments and its README.
        name: What people call it; None for the event's own.
        seed: Seed of what is drawn.
    """

    id: str
    region: str
    event: str
    wishes: tuple[Wish, ...]
    hours: int = HOURS_DEFAULT
    faults: bool = True
    language: Language = "en"
    name: str | None = None
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Ground:
    """What can be chosen from.

    Attributes:
        material: Partners, regions, models of agreements, and a story with a place in each region.
        events: What can happen, by id.
        by_profile: What is added to the script for partners, by profile.
    """

    material: Material
    events: Mapping[str, Event]
    by_profile: ByProfile

    def facts(self, event: Event) -> tuple[FactPlan, ...]:
        """Return the facts of an event, with those of the story that it takes over."""
        return (*event.facts, *(self.material.story.facts if event.story else ()))

    def region(self, text: str) -> str:
        """Return the code of the region that was meant: by code or by name.

        Raises:
            InputError: There is no such region.
        """
        wanted = text.strip().casefold()
        regions = self.material.regions
        for region in regions.values():
            if wanted in {region.code, region.name.nl.casefold(), region.name.en.casefold()}:
                return region.code
        names = [name for region in regions.values() for name in (region.code, region.name.nl)]
        raise _mistake("--region", f"a safety region, vr01 to vr25, or its name{hint(text, names)}", text)

    def event(self, text: str) -> Event:
        """Return the event of an id.

        Raises:
            InputError: There is no such event.
        """
        event = self.events.get(text.strip())
        if event is None:
            raise _mistake("--event", f"one of {', '.join(self.events)}{hint(text, self.events)}", text)
        return event

    def partners(self, region: str, event: Event) -> tuple[Member, ...]:
        """Return the partners of a region that have something to do in an event, in order of kind and id."""
        systems = {fact.system for fact in self.facts(event)}
        found = members_of(self.material.catalogue, self.material.regions, [region])
        kinds = [kind.id for kind in self.material.catalogue.kinds]
        able = [member for member in found if systems & set(member.kind.systems)]
        return tuple(sorted(able, key=lambda member: (kinds.index(member.kind.id), member.id)))

    def profiles(self) -> tuple[str, ...]:
        """Return the profiles that there is a model agreement for."""
        return tuple(sorted({profile for profile, _ in self.material.models}))

    def wish(self, text: str, region: str, event: Event) -> Wish:
        """Return the partner that was meant by ``PARTNER`` or ``PARTNER=PROFILE``.

        A partner is named by its id, with or without the code of the region, or by its kind where that says which.

        Raises:
            InputError: There is no such partner in the region, or no such profile.
        """
        name, _, profile = (part.strip() for part in text.partition("="))
        here = self.partners(region, event)
        found = [member.id for member in here if member.id in {name, f"{name}-{region}"}]
        found = found or [member.id for member in here if member.kind.id == name]
        if len(found) != 1:
            ids = found or [member.id for member in here]
            raise _mistake(
                "--partner", f"one of the partners of {region}: {', '.join(ids)}{hint(name, ids)}", name
            )
        if "=" in text and profile not in self.profiles():
            known = self.profiles()
            raise _mistake("--partner", f"a profile: {', '.join(known)}{hint(profile, known)}", profile)
        return Wish(found[0], profile or None)


def _mistake(option: str, expected: str, found: str) -> InputError:
    return InputError([Problem("command line", option, expected, show(found))])
