"""Events that a new scenario can be about: ``profiles/events/*.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

import msgspec

from sim.core.model.text import Text
from sim.files.folder import Folder
from sim.files.making.story import FactPlan, FaultPlan, InjectPlan, Named
from sim.files.problems import Problems
from sim.files.shapes import FileTable, Id
from sim.files.tables import read_table
from sim.files.toml import read_toml

Shape = TypeVar("Shape", bound=msgspec.Struct)

EVENTS: Final = "events"
"""Folder of the events, below the profiles."""

_BY_PROFILE: Final = "_by-profile.toml"


class EventFault(FaultPlan, frozen=True, kw_only=True):
    """A fault of the event's region, whichever that is."""

    only: str = ""


class Event(FileTable, frozen=True, kw_only=True):
    """What can happen in a region of choice.

    Attributes:
        id: What the command line calls it.
        prefix: The id of its activity is this and the code of the region.
        name: What people call it.
        about: What happens, in a sentence.
        title: Name of an exercise on it; may hold {region} and {town}.
        start: When an exercise on it begins.
        minutes: How long the exercise is that its times are meant for.
        peak: Its minute that the times count from.
        suggests: Kinds of partners that have most to do with it.
        activity: Name and place of its activity.
        story: Name of the shipped story whose facts it has too; none if empty.
        facts: What becomes so.
        injects: What exercise control tells.
        faults: What is told wrongly.
    """

    id: Id
    prefix: Id
    name: Text
    about: Text
    title: Text
    start: str
    minutes: int
    peak: int
    suggests: tuple[Id, ...]
    activity: Named
    story: str = ""
    facts: tuple[FactPlan, ...] = ()
    injects: tuple[InjectPlan, ...] = ()
    faults: tuple[EventFault, ...] = ()


class ByProfile(FileTable, frozen=True, kw_only=True):
    """Injects for each partner under a profile.

    Attributes:
        profiles: By profile; ``{partner}`` and ``{partner-name}`` in them stand for the partner.
    """

    profiles: dict[str, tuple[InjectPlan, ...]]

    def of(self, profile: str) -> tuple[InjectPlan, ...]:
        """Return the injects for a partner under a profile."""
        return self.profiles.get(profile, ())


def load_events(profiles: Path) -> dict[str, Event]:
    """Return the events by id, in order.

    Raises:
        InputError: A file of them holds a mistake.
    """
    problems = Problems()
    folder = Folder(profiles, problems, prefix="profiles/")
    names = sorted(file.name for file in (profiles / EVENTS).glob("[!_]*.toml"))
    read = [_read(Event, folder, f"{EVENTS}/{name}") for name in names]
    problems.raise_errors()
    return {event.id: event for event in read if event is not None}


def load_by_profile(profiles: Path) -> ByProfile:
    """Return what is added for partners, by profile.

    Raises:
        InputError: The file holds a mistake.
    """
    problems = Problems()
    read = _read(ByProfile, Folder(profiles, problems, prefix="profiles/"), f"{EVENTS}/{_BY_PROFILE}")
    problems.raise_errors()
    return read or ByProfile(profiles={})


def _read(shape: type[Shape], folder: Folder, relative: str) -> Shape | None:
    table = read_toml(folder, relative)
    return None if table is None else read_table(shape, table, folder.where(relative))
