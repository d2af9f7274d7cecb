"""Own picture: the party keeps a picture of its own and directs it (Tabel 1, regievoering op eigen beeld).

In an activity of one of its regions it writes its own tab. Before there is one, it keeps its part of the risk pictures
of its regions (Beleidskader par. 1.3: a water board says that high water is likely). It says the same in each activity:
one item, with one id and version.
"""

from __future__ import annotations

from sim.core.agents.acts import Publish
from sim.core.agents.brief import Brief
from sim.core.agents.information.writing import writing_behaviour
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import ActivityId


def _tabs(brief: Brief, item: Item, activities: tuple[ActivityId, ...]) -> list[Publish]:
    topics = [
        build(Shape.OWN, activity=activity, owner=brief.id, theme=item.theme, item=item.id)
        for activity in activities
        if brief.has_place_in(activity)
    ]
    risks = [
        build(Shape.RISK, region=region, owner=brief.id, theme=item.theme, item=item.id)
        for region in brief.party.regions
    ]
    return [Publish(topic, ItemUpdate(item=item), injects=item.causation) for topic in topics or risks]


BEHAVIOUR = writing_behaviour("own-picture", _tabs)
