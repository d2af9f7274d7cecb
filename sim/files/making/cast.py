"""Who takes part in a made exercise: the organisations of the catalogue that work with its regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from sim.core.model.chance import Chance
from sim.core.model.collaboration import Region
from sim.core.model.text import Text
from sim.files.making.catalogue import EVERYWHERE, Catalogue, Kind
from sim.files.making.filling import filled_text
from sim.files.shapes import PeopleEntry, StaffEntry

Table = dict[str, Any]
"""One entry of a scenario's file, by key."""

SKILL_SPREAD = 0.06
"""How far the skill of one organisation lies from that of its kind at most (exercise)."""


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation of the catalogue that takes part.

    Attributes:
        id: Its id.
        name: What people call it.
        kind: What kind of partner it is.
        all_regions: Regions that it has agreements with.
        regions: Those of them that are in the exercise.
    """

    id: str
    name: Text
    kind: Kind
    all_regions: tuple[str, ...]
    regions: tuple[str, ...]


def members_of(
    catalogue: Catalogue, regions: Mapping[str, Region], chosen: Sequence[str]
) -> tuple[Member, ...]:
    """Return the organisations that work with any of the chosen regions, in order of id."""
    found = [member for kind in catalogue.kinds for member in _of_kind(kind, regions, chosen)]
    return tuple(sorted(found, key=lambda member: member.id))


def _of_kind(kind: Kind, regions: Mapping[str, Region], chosen: Sequence[str]) -> list[Member]:
    found = []
    if kind.each_region is not None:
        for code in chosen:
            name = filled_text(kind.each_region.name, {"region": regions[code].name})
            found.append(Member(f"{kind.each_region.id}-{code}", name, kind, (code,), (code,)))
    for one in kind.organisations:
        everywhere = one.regions == (EVERYWHERE,)
        wide = tuple(sorted(regions)) if everywhere else one.regions
        here = tuple(code for code in wide if code in chosen)
        if here:
            found.append(Member(one.id, one.name, kind, wide, here))
    return found


def party_table(member: Member, region_count: int, chance: Chance) -> Table:
    """Return the entry of a partner."""
    kind = member.kind
    is_everywhere = len(member.regions) == region_count
    times = len(member.regions) if kind.staff_for_each_region else 1
    return _entry(
        id=member.id,
        name=member.name,
        profile=kind.profile,
        core_task=kind.core_task.value,
        regions=list(member.regions),
        systems=list(kind.systems),
        area=None if is_everywhere else _area(member.regions),
        imports=list(kind.imports) or None,
        people=_people(kind.people, member.id, chance),
        staff=_staff(kind.staff, times) or None,
    )


def region_table(region: Region, catalogue: Catalogue, chance: Chance) -> Table:
    """Return the entry of a safety region."""
    common = catalogue.region
    name = Text(nl=f"Veiligheidsregio {region.name.nl}", en=f"Safety Region {region.name.en}")
    return _entry(
        id=region.code,
        name=name,
        profile=common.profile,
        regions=[region.code],
        systems=list(common.systems),
        area=region.code,
        people=_people(common.people, region.code, chance),
        staff=_staff(common.staff, 1) or None,
    )


def body_tables(catalogue: Catalogue, chosen: Sequence[str], chance: Chance) -> list[Table]:
    """Return the entries of the national bodies."""
    return [
        _entry(
            id=body.id,
            name=body.name,
            profile=body.profile,
            regions=list(chosen),
            systems=list(body.systems),
            people=_people(body.people, body.id, chance),
            staff=_staff(body.staff, 1) or None,
        )
        for body in catalogue.bodies
    ]


def _area(regions: tuple[str, ...]) -> object:
    return regions[0] if len(regions) == 1 else list(regions)


def _people(people: PeopleEntry, party: str, chance: Chance) -> Table:
    """Return the limits of one organisation's people: as good as those of its kind, and a little better or worse."""
    moved = (2.0 * chance.fraction("skill", party) - 1.0) * SKILL_SPREAD
    skill = round(min(0.97, max(0.05, people.skill + moved)), 2)
    table: Table = plain(msgspec.structs.replace(people, skill=skill))
    return table


def _staff(staff: Sequence[StaffEntry], times: int) -> list[Table]:
    return [
        plain(msgspec.structs.replace(post, on_duty=post.on_duty * times, on_call=post.on_call * times))
        for post in staff
    ]


def _entry(**values: object) -> Table:
    return {key: plain(value) for key, value in values.items() if value is not None}


def plain(value: object) -> Any:
    """Return a value as it stands in a file: structs as tables, without what is not said."""
    if isinstance(value, msgspec.Struct):
        return {key: each for key, each in msgspec.to_builtins(value).items() if each is not None}
    return value
