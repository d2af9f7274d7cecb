"""A story: what happens at each reach of the rivers, from which the entries of a scenario are made.

Times are minutes; texts hold names in braces (see the head of a story's file).
"""

from __future__ import annotations

from typing import Any

from sim.core.messages.items import Kind, Sensitivity
from sim.core.model.text import Text
from sim.core.world.technology import OutageType
from sim.files.shapes import FileTable, Id, Position


class Reach(FileTable, frozen=True, kw_only=True):
    """Where and when the wave passes a region, and how much it strikes it.

    Attributes:
        region: Code of the region.
        river: Id of the river.
        weight: 1 a little, 2 more, 3 by the great river itself.
        peak: When the top is there (min after the start).
        station: Name of the gauge, at ``at``.
        town: Name of the town, at ``town_at``.
        low: Level before the wave (m to NAP).
        high: Level at the top.
        people: How many live where it threatens.
        households: How many households do, there and around.
    """

    region: str
    river: Id
    weight: int
    peak: int
    station: str
    at: Position
    town: str
    town_at: Position
    low: float
    high: float
    people: int
    households: int


class River(FileTable, frozen=True, kw_only=True):
    """A river, and the region that coordinates along it."""

    id: Id
    name: Text
    directing: str


class Figure(FileTable, frozen=True, kw_only=True):
    """A figure of a fact; a step's share is of a number, or of ``level``, ``people``, ``households`` or ``hour``."""

    name: str
    unit: str
    of: float | str
    datum: str = ""


class Step(FileTable, frozen=True, kw_only=True):
    """What becomes so of a fact: ``at`` from the peak, or at a ``clock`` from the start."""

    nl: str
    en: str
    at: int | None = None
    clock: int | None = None
    shares: tuple[float, ...] = ()


class FactPlan(FileTable, frozen=True, kw_only=True):
    """A fact of each region of its weight or more; without a weight, of the country."""

    key: Id
    system: str
    theme: str
    kind: Kind
    title: Text
    steps: tuple[Step, ...]
    weight: int = 0
    place: str = ""
    figures: tuple[Figure, ...] = ()
    sensitivity: Sensitivity = Sensitivity.GENERAL
    effect_of: Id | None = None
    layer: Id | None = None


class InjectPlan(FileTable, frozen=True, kw_only=True):
    """An inject of each region of its weight, or of one ``only``; it comes at the later of ``at`` and ``opened``."""

    key: Id
    to: str
    title: Text
    cue: dict[str, Any]
    weight: int = 1
    only: str | None = None
    at: int | None = None
    opened: int | None = None


class FaultPlan(FileTable, frozen=True, kw_only=True):
    """A fault of one region; ``share`` makes the wrong figure as a step's share makes the right one."""

    id: Id
    only: str
    at: int
    type: str
    party: str
    subject: Id
    title: Text
    recognise: Text
    hop: str | None = None
    share: float | None = None
    text: Text | None = None
    place: str | None = None
    as_of: int | None = None
    datum: str | None = None
    unit: str | None = None
    omit: tuple[str, ...] | None = None
    shift: str | None = None
    delay: str | None = None
    how: str | None = None


class OutagePlan(FileTable, frozen=True, kw_only=True):
    """An outage in one region: from ``clock`` on, for some minutes."""

    id: Id
    only: str
    type: OutageType
    clock: int
    minutes: int
    parties: tuple[str, ...]
    title: Text
    offset: str | None = None
    delay: tuple[str, str] | None = None
    loss: float | None = None
    retry: str | None = None


class Named(FileTable, frozen=True, kw_only=True):
    """Name and place of an activity."""

    name: Text
    place: Text


class Story(FileTable, frozen=True, kw_only=True):
    """The whole story; the id of the activity of a region is ``prefix`` and the code of the region."""

    id: Id
    prefix: Id = "hw"
    name: Text
    notice: Text
    start: str
    minutes: int
    reaches: tuple[Reach, ...]
    rivers: tuple[River, ...]
    river_kinds: tuple[Id, ...]
    river_systems: tuple[str, ...]
    activity: Named
    river_activity: Named
    facts: tuple[FactPlan, ...]
    national_facts: tuple[FactPlan, ...] = ()
    injects: tuple[InjectPlan, ...] = ()
    river_injects: tuple[InjectPlan, ...] = ()
    faults: tuple[FaultPlan, ...] = ()
    outages: tuple[OutagePlan, ...] = ()
