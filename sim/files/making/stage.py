"""The stage of a made exercise: for each chosen reach what its names stand for, and when its activity opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.core.model.chance import Chance
from sim.core.model.collaboration import Region
from sim.core.model.text import Text
from sim.files.making.cast import Member
from sim.files.making.story import FactPlan, Reach, River, Story

STRUCK = 2
"""Weight from which a region opens early, and its activity is coordinated along the river."""

_OPENS_BEFORE = 190
_FIRST, _LAST = 10, 70
_SPREAD = 6
_QUIET_FIRST, _QUIET_LAST = 60, 100


@dataclass(frozen=True, slots=True)
class Place:
    """One reach in the exercise: its river, its opening (min), its names and its items.

    Attributes:
        reach: What the story says of it.
        region: The region.
        opened: When the region opens its activity (min after the start).
        drift: Minutes by which its script is later than the story has it, by chance.
        names: What stands for the names in braces.
    """

    reach: Reach
    region: Region
    opened: int
    drift: int
    names: Mapping[str, str | Text]

    @property
    def activity(self) -> str:
        """Return the id of the region's activity."""
        return str(self.names["activity"])


def activity_id(prefix: str, region: str) -> str:
    """Return the id of a region's activity."""
    return f"{prefix}-{region}"


def river_activity_id(river: str) -> str:
    """Return the id of the activity of the region that coordinates along a river."""
    return f"rivier-{river}"


def subject_id(fact: FactPlan, region: str) -> str:
    """Return the subject of a fact at a reach."""
    return f"{fact.key}-{region}"


def coordinated(story: Story, chosen: Sequence[str]) -> dict[str, tuple[Reach, ...]]:
    """Return by river the reaches whose regions are coordinated; none where its region is not there, or alone."""
    found = {}
    for river in story.rivers:
        along = tuple(
            reach
            for reach in story.reaches
            if reach.river == river.id
            and reach.weight >= STRUCK
            and reach.region in chosen
            and reach.region != river.directing
        )
        if along and river.directing in chosen:
            found[river.id] = along
    return found


def places_of(
    story: Story, regions: Mapping[str, Region], members: Sequence[Member], chosen: Sequence[str], seed: int
) -> tuple[Place, ...]:
    """Return the reaches of the chosen regions, in order of region."""
    chance = Chance(seed)
    rivers = {river.id: river for river in story.rivers}
    reaches = sorted((reach for reach in story.reaches if reach.region in chosen), key=lambda one: one.region)
    return tuple(
        _place(story, reach, rivers[reach.river], regions[reach.region], members, chance) for reach in reaches
    )


def _place(
    story: Story, reach: Reach, river: River, region: Region, members: Sequence[Member], chance: Chance
) -> Place:
    code = reach.region
    names: dict[str, str | Text] = {
        "region": region.name,
        "region-id": code,
        "river": river.name,
        "station": reach.station,
        "town": reach.town,
        "activity": activity_id(story.prefix, code),
        "river-activity": river_activity_id(river.id),
    }
    for member in members:
        if code in member.regions:
            names.setdefault(f"kind:{member.kind.id}", member.id)
    for fact in story.facts:
        if reach.weight >= fact.weight:
            names[f"item:{fact.key}"] = subject_id(fact, code)
    return Place(reach, region, _opening(reach, chance), chance.between(0, 4, "drift", code), names)


def _opening(reach: Reach, chance: Chance) -> int:
    late = chance.between(0, _SPREAD, "opening", reach.region)
    if reach.weight < STRUCK:
        return chance.between(_QUIET_FIRST, _QUIET_LAST, "opening", reach.region)
    return min(_LAST, max(_FIRST, reach.peak - _OPENS_BEFORE)) + late
