"""Proposing: writing under the region's direction (Tabel 1, structural; ad-hoc through a seconded head).

What the party knows goes as a proposal to the directing information manager, who accepts, edits or rejects.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Publish
from sim.core.agents.brief import Brief
from sim.core.agents.information.writing import writing_behaviour
from sim.core.messages.contents import Proposal
from sim.core.messages.items import Basis, Item, Source
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import ActivityId


def _proposals(brief: Brief, item: Item, activities: tuple[ActivityId, ...]) -> list[Publish]:
    return [
        Publish(
            build(Shape.PROPOSAL, activity=activity, party=brief.id, item=item.id),
            Proposal(item=_as_told(brief, item, activity)),
            injects=item.causation,
        )
        for activity in activities
        if brief.has_place_in(activity)
    ]


def _as_told(brief: Brief, item: Item, activity: ActivityId) -> Item:
    """Return an item as the one who writes it down has it: first-hand, or from a partner outside the tool."""
    if brief.profile.channel == "post":
        return item
    seconded_by = brief.activities[activity].directing
    source = Source(item.source.party, Basis.REPORTED, through=seconded_by)
    return msgspec.structs.replace(item, source=source)


BEHAVIOUR = writing_behaviour("proposing", _proposals)
