"""Risk uptake: in the cold phase the region takes a threat that a partner writes into its own risk picture.

Beleidskader par. 1.3: the region can take the threat up, where public safety may be touched.
"""

from __future__ import annotations

from sim.core.agents.brief import Brief
from sim.core.agents.information.retelling import retelling_behaviour, retelling_errand
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, Shape, build
from sim.core.model.ids import ItemId

NAME = "risk-uptake"
PREFIX = "risk-"
RETELL = retelling_errand(NAME)


def _wants(brief: Brief, address: Address, _item: Item) -> bool:
    return address.shape is Shape.RISK and address["region"] == brief.id


def topic_of(brief: Brief, item: Item, item_id: ItemId) -> str:
    """Return where an item stands in the risk picture that the region keeps."""
    return build(Shape.RISK, region=brief.id, owner=brief.id, theme=item.theme, item=item_id)


BEHAVIOUR = retelling_behaviour(NAME, PREFIX, _wants, topic_of)
