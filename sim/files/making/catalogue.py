"""The partner catalogue: kinds of crisis partners, their organisations, and the bodies beside them."""

from __future__ import annotations

from typing import Final

from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.files.shapes import FileTable, Id, PartyName, PeopleEntry, StaffEntry

EVERYWHERE: Final = "*"
"""In place of regions: all of them."""


class Each(FileTable, frozen=True, kw_only=True):
    """An organisation of which each region has one: its id gets the code of the region, its name may hold {region}."""

    id: Id
    name: Text


class Organisation(FileTable, frozen=True, kw_only=True):
    """An organisation that exists, and the regions that it works with."""

    id: PartyName
    name: Text
    regions: tuple[str, ...]


class Kind(FileTable, frozen=True, kw_only=True):
    """A kind of partner: what all organisations of it have in common.

    Attributes:
        id: What a story calls it.
        name: What people call it.
        profile: Its profile.
        core_task: Its core task.
        source: What of the Beleidskader this rests on.
        systems: What it perceives and judges.
        takes_part: Whether it takes part in its regions' activities by agreement; otherwise it is let in.
        people: Its people's limits.
        imports: Systems that its own system brings into its picture.
        level: GRIP level from which it is alarmed; 0 is by cue only.
        scans: Whether it scans activity cards by itself; None is as in the model.
        threats: Systems whose threats it works out the effects of.
        restricted: Systems of which it is told what is restricted.
        layers: Sensitive map layers that it reads.
        seconded_themes: Themes for which the region helps it.
        sitrep_every: How often it reports; None is as in the model.
        staff: Its staff, where that is not that of its profile.
        staff_for_each_region: Whether it has that staff for each of its regions.
        each_region: What makes one of each region.
        organisations: The organisations of this kind.
    """

    id: Id
    name: Text
    profile: str
    core_task: CoreTask
    source: str
    systems: tuple[str, ...]
    takes_part: bool
    people: PeopleEntry
    imports: tuple[str, ...] = ()
    level: int = 0
    scans: bool | None = None
    threats: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    layers: tuple[Id, ...] = ()
    seconded_themes: tuple[str, ...] = ()
    sitrep_every: str | None = None
    staff: tuple[StaffEntry, ...] = ()
    staff_for_each_region: bool = False
    each_region: Each | None = None
    organisations: tuple[Organisation, ...] = ()


class RegionKind(FileTable, frozen=True, kw_only=True):
    """What all safety regions have in common."""

    profile: str
    systems: tuple[str, ...]
    people: PeopleEntry
    staff: tuple[StaffEntry, ...] = ()


class Body(FileTable, frozen=True, kw_only=True):
    """A national body."""

    id: PartyName
    name: Text
    profile: str
    systems: tuple[str, ...]
    takes_part: bool
    people: PeopleEntry
    staff: tuple[StaffEntry, ...] = ()


class Catalogue(FileTable, frozen=True, kw_only=True):
    """The whole catalogue."""

    region: RegionKind
    kinds: tuple[Kind, ...]
    bodies: tuple[Body, ...] = ()
