"""Collaborations as a national overview lists them: who, with which regions, how far, assessed, exercised.

An overview has no use for what was agreed on each topic; that stands in :class:`sim.core.model.agreement.Agreement`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from sim.core.model.agreement import Phase
from sim.core.model.ids import PartyId
from sim.core.model.party import CoreTask
from sim.core.model.progress import Progress
from sim.core.model.text import Text

Position: TypeAlias = Literal["certified", "conditional", "not-under-this-profile"]
"""What the steering group (regiegroep) holds of a collaboration after its assessment (Beleidskader par. 4.2)."""


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A safety region of the country.

    Attributes:
        code: Its id, e.g. ``vr24``.
        name: What people read.
    """

    code: PartyId
    name: Text


class Assessed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An assessment of a collaboration: its date (ISO 8601), and the position that the steering group took."""

    on: str
    outcome: Position


class Exercised(msgspec.Struct, frozen=True, kw_only=True):
    """A joint exercise of a collaboration (Beleidskader par. 3.2, phase execution).

    What it shows is performance (verrichting) and at most an advice, never a certificate (par. 4.1).

    Attributes:
        on: Date, ISO 8601.
        exercise: What was exercised: its name, or the id of the scenario that was run.
        result: What it showed.
        advice: The advice on performance that its run log gives; None for an exercise told by the agreement.
        run: Name of the run's folder; None for an exercise told by the agreement.
        complete: Whether the exercise went on to its planned end.
    """

    on: str
    exercise: str
    result: Text
    advice: str | None = None
    run: str | None = None
    complete: bool = True


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One agreement, or the addition of one region, as it is handed in for the overview.

    Attributes:
        partner: The organisation.
        name: What people read; None when it is not told here.
        core_task: For which core task.
        profile: Id of the chosen profile.
        regions: Regions it holds for; none for an addition.
        adoption_region: Region that made it on behalf of the others.
        addition_of: Region whose addition this is.
        phase: How far the collaboration is.
        assessed: Its assessment, if any.
        exercised: Joint exercises.
        source: Where it was found.
    """

    partner: PartyId
    name: Text | None = None
    core_task: CoreTask
    profile: str
    regions: tuple[PartyId, ...] = ()
    adoption_region: PartyId | None = None
    addition_of: PartyId | None = None
    phase: Phase = "execution"
    assessed: Assessed | None = None
    exercised: tuple[Exercised, ...] = ()
    source: str = ""


class TookPart(msgspec.Struct, frozen=True, kw_only=True):
    """That a partner took part in an exercise, for one core task, under one profile, with these regions."""

    partner: PartyId
    core_task: CoreTask
    profile: str
    regions: tuple[PartyId, ...]
    exercised: Exercised


class Addition(msgspec.Struct, frozen=True):
    """That a region added something of its own to an agreement, and how far it is with that (par. 2.4)."""

    region: PartyId
    phase: Phase


class Collaboration(msgspec.Struct, frozen=True, kw_only=True):
    """One agreement as the overview shows it.

    Attributes:
        core_task: For which core task.
        profile: Id of its profile.
        profile_name: What people read.
        regions: Regions it holds for, in order; none where only additions were found.
        adoption_region: Region that made it on behalf of the others, if any.
        additions: What regions added, in order of region.
        phase: How far it is.
        assessed: Its last assessment, if any.
        assessable: Whether an assessment exists for its profile (par. 1.4).
        exercised: Joint exercises, in order of date.
        sources: Where it was found.
        progress: From one exercise to the next, as each register tells that is about it.
    """

    core_task: CoreTask
    profile: str
    profile_name: Text
    regions: tuple[PartyId, ...]
    adoption_region: PartyId | None
    additions: tuple[Addition, ...]
    phase: Phase
    assessed: Assessed | None
    assessable: bool
    exercised: tuple[Exercised, ...]
    sources: tuple[str, ...]
    progress: tuple[Progress, ...] = ()

    @property
    def reach(self) -> tuple[PartyId, ...]:
        """Return every region that it holds for or that added to it, once, in order."""
        return tuple(sorted({*self.regions, *(addition.region for addition in self.additions)}))
