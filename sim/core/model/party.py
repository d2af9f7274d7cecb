"""Parties: safety regions, national bodies and crisis partners, and the people's limits that matter."""

from __future__ import annotations

from enum import StrEnum

import msgspec
import shapely

from sim.core.model.ids import PartyId, ThemeId
from sim.core.model.staff import Post
from sim.core.model.text import Text

REGIONS_IN_COUNTRY = 25


class CoreTask(StrEnum):
    """What a crisis partner is for (Beleidskader par. 2.1)."""

    EMERGENCY_SERVICE = "A"  # hulpdienst
    MANAGER = "B"  # beheerder van een systeem, gebied of object
    SERVICE_PROVIDER = "C"  # dienstverlener
    INCIDENTAL = "D"  # onvoorziene taak als incidentele partner


class Scope(StrEnum):
    """How far a partner works, by the number of regions it has agreements with (Beleidskader Tabel 2)."""

    REGIONAL = "regional"
    SUPRAREGIONAL = "supraregional"
    NATIONAL = "national"


def scope_of(region_count: int) -> Scope:
    """Return the scope for a number of regions: 1-2 regional, 3-24 supraregional, all 25 national.

    Raises:
        ValueError: There is no such number of regions.
    """
    if not 1 <= region_count <= REGIONS_IN_COUNTRY:
        raise ValueError(f"expected 1 to {REGIONS_IN_COUNTRY} regions, was {region_count}")
    if region_count == REGIONS_IN_COUNTRY:
        return Scope.NATIONAL
    return Scope.SUPRAREGIONAL if region_count >= 3 else Scope.REGIONAL


class Competence(msgspec.Struct, frozen=True):
    """What a party can perceive and judge by itself.

    Attributes:
        systems: What it looks after or watches, e.g. ``river``, ``electricity``.
        area: Where, in WGS 84 lon/lat; None is everywhere.
    """

    systems: tuple[str, ...] = ()
    area: shapely.Geometry | None = None

    def includes(self, system: str, place: shapely.Geometry | None) -> bool:
        """Say whether a fact about ``system`` at ``place`` is within this competence; no place is anywhere."""
        if system not in self.systems:
            return False
        return self.area is None or place is None or bool(shapely.intersects(self.area, place))


class People(msgspec.Struct, frozen=True):
    """The limits of the people who act for a party.

    Attributes:
        perception_ms: Shortest and longest time from a change of the truth to knowing it.
        reaction_ms: Shortest and longest time from knowing something to having dealt with it.
        skill: Probability (0 to 1) that a wrong item which can be recognised is recognised.
        error: Largest relative error of a measured value (0.01 is 1%).
        slip: Probability (0 to 1) that a value passed on outside the tool is copied wrongly.
        source: Where these figures come from; ``exercise`` where they are invented.
    """

    perception_ms: tuple[int, int]
    reaction_ms: tuple[int, int]
    skill: float
    error: float = 0.0
    slip: float = 0.0
    source: str = "exercise"


class Party(msgspec.Struct, frozen=True):
    """An organisation that takes part.

    Attributes:
        id: Level of a topic and account name, e.g. ``vr24``.
        name: What people read.
        profile: Id of the profile (partners) or body (regions, national bodies) whose rights it has.
        core_task: The core task that this exercise touches; None for regions and national bodies.
        regions: Regions it works with; a region names itself.
        competence: What it can perceive and judge.
        people: Limits of its people.
        interests: Themes that it needs to know of (informatiebehoefte), where its agreement names none.
        through: Party whose process it attaches through (SIS under Bevolkingszorg), if any.
        partner: The organisation, where it takes part in more than one core task and so as more than one party
            (Beleidskader par. 2.1: Defence as manager of an air base, and as service provider); "" is ``id``.
        staff: Its people by role, in place of those that its profile has for the same role.
        seconded_heads: How many heads of information a region can second to ad-hoc partners at a time
            (Beleidskader par. 2.2.3: the region decides; nothing obliges it).
        imports: Systems whose observations its own system brings into its own picture, by nobody's hands
            (Beleidskader Tabel 1: indien mogelijk import uit netcentrisch eigen beeld).
    """

    id: PartyId
    name: Text
    profile: str
    core_task: CoreTask | None
    regions: tuple[PartyId, ...]
    competence: Competence
    people: People
    interests: tuple[ThemeId, ...] = ()
    through: PartyId | None = None
    partner: PartyId = ""
    staff: tuple[Post, ...] = ()
    seconded_heads: int = 1
    imports: tuple[str, ...] = ()

    @property
    def organisation(self) -> PartyId:
        """Return the organisation that this party is, in one of its core tasks."""
        return self.partner or self.id
