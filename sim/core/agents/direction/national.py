"""National picture: the national body takes over what concerns more than one region (Modeluitwerking 4).

Effects, forecasts and needs of the regions' shared pictures; not every measurement.
"""

from __future__ import annotations

from sim.core.agents.brief import Brief
from sim.core.agents.information.retelling import retelling_behaviour
from sim.core.messages.items import Item, Kind
from sim.core.messages.topics import Address, Shape, build
from sim.core.model.ids import ItemId

NAME = "national"
KINDS = (Kind.EFFECT, Kind.FORECAST, Kind.NEED)
_PREFIX = "nl-"


def retold_id(item_id: ItemId) -> ItemId:
    """Return the id under which the national picture retells an item of a shared picture."""
    return _PREFIX + item_id


def _wants(_brief: Brief, address: Address, item: Item) -> bool:
    return address.shape is Shape.SHARED and item.kind in KINDS


def _topic(_brief: Brief, item: Item, item_id: ItemId) -> str:
    return build(Shape.NATIONAL, theme=item.theme, item=item_id)


BEHAVIOUR = retelling_behaviour(NAME, _PREFIX, _wants, _topic)
