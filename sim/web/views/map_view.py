"""The map with what is told of each place; or the schematic map, with how much is told in each region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from sim.core.model.ids import PartyId
from sim.replay.scene import Scene
from sim.web.views.ground import HEIGHT, WIDTH, Ground, Tile
from sim.web.views.picture import Mark, PictureView


@dataclass(frozen=True, slots=True)
class Counted:
    """A region on the schematic map: how many statements lie in it, and how many are new."""

    tile: Tile
    name: str
    count: int
    fresh: int


@dataclass(frozen=True, slots=True)
class MapView:
    """A map.

    Attributes:
        ground: What lies under it.
        whole: View box of the country.
        begins: View box that it begins with: the regions of the exercise.
        directing: Regions that direct an activity.
        marks: What is shown on it.
        tiles: On the schematic map, the regions; empty on the other.
    """

    ground: Ground
    whole: str
    begins: str
    directing: frozenset[PartyId]
    marks: tuple[Mark, ...]
    tiles: tuple[Counted, ...]


def map_view(ground: Ground, scene: Scene, view: PictureView, *, schematic: bool) -> MapView:
    """Return the map of a picture."""
    opening = scene.opening
    regions = {region for entry in opening.parties for region in entry.regions}
    directing = frozenset(entry.directing for entry in opening.activities)
    return MapView(
        ground=ground,
        whole=f"0 0 {WIDTH:g} {HEIGHT:g}",
        begins=ground.fit(sorted(directing or regions)),
        directing=directing,
        marks=view.marks,
        tiles=_counted(ground, view.marks) if schematic else (),
    )


def _counted(ground: Ground, marks: Sequence[Mark]) -> tuple[Counted, ...]:
    names = {region.id: region.name for region in ground.regions}
    inside: dict[str, list[Mark]] = {tile.id: [] for tile in ground.tiles}
    for mark in marks:
        place = shapely.Point(mark.x, mark.y)
        for name, (left, top, right, bottom) in ground.boxes.items():
            if left <= mark.x <= right and top <= mark.y <= bottom and ground.outlines[name].covers(place):
                inside.get(name, []).append(mark)
                break
    return tuple(
        Counted(
            tile,
            names.get(tile.id, tile.id),
            len(inside[tile.id]),
            sum(mark.line.is_fresh for mark in inside[tile.id]),
        )
        for tile in ground.tiles
    )
