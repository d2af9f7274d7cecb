"""Activities (activiteiten): the container of one incident or exercise, directed by one region."""

from __future__ import annotations

import msgspec
import shapely

from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.text import Text

GRIP_MAX = 5


class Activity(msgspec.Struct, frozen=True):
    """One incident or exercise that pictures are kept of.

    Attributes:
        id: Level of a topic.
        name: What people read.
        directing: Region whose information manager directs the shared picture.
        parties: Parties that take part by agreement; others come in by a grant.
        systems: What the card says that it is about, so that who scans it can judge.
        area: Where, in WGS 84 lon/lat.
        place: Name of the place on the card.
        coordinated_by: Activity of the region that coordinates, where an incident crosses borders and each region has
            an activity of its own; None for that activity itself, and for an incident within one region.
    """

    id: ActivityId
    name: Text
    directing: PartyId
    parties: tuple[PartyId, ...]
    systems: tuple[str, ...]
    area: shapely.Geometry
    place: Text
    coordinated_by: ActivityId | None = None

    def concerns(self, place: shapely.Geometry | None) -> bool:
        """Say whether something at ``place`` belongs to this activity; no place belongs to every one."""
        return place is None or bool(shapely.intersects(self.area, place))
