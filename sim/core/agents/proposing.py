"""Proposing: writing under the region's direction (Tabel 1, structural; ad-hoc through a seconded head).

What the party knows goes as a proposal to the directing information manager, who accepts, edits or rejects.
"""

from __future__ import annotations

from sim.core.agents.agent import Brief, Publish
from sim.core.agents.writing import writing_behaviour
from sim.core.messages.contents import Proposal
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import ActivityId


def _proposals(brief: Brief, item: Item, activities: tuple[ActivityId, ...]) -> list[Publish]:
    return [
        Publish(
            build(Shape.PROPOSAL, activity=activity, party=brief.id, item=item.id),
            Proposal(item=item),
            injects=item.causation,
        )
        for activity in activities
    ]


BEHAVIOUR = writing_behaviour("proposing", _proposals)
