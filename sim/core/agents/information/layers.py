"""Layers: a region publishes its sensitive map layers, for those to whom it gives them by agreement.

Beleidskader par. 2.3.1 (hydrants, gas stations, drinking water) and Modeluitwerking 11. What stands on a layer
stands in no picture.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Assign, Perceived, Publish, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import state_own
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Sensitivity
from sim.core.messages.topics import Shape, build
from sim.core.model.staff import Duty

PUBLISH = "layers.publish"


def _perceived(_brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    fact = stimulus.observation.fact
    if not fact.layer:
        return state, []
    key = f"layer/{fact.subject}/{stimulus.observation.observed_at_ms}/{now}"
    return state, [Assign(Duty.INFORMATION, key, PUBLISH, stimulus.observation)]


def _publish(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    state, item = state_own(brief, state, stimulus.about, now)
    item = msgspec.structs.replace(item, sensitivity=Sensitivity.RESTRICTED)
    topic = build(Shape.LAYER, region=brief.id, layer=stimulus.about.fact.layer)
    return state, [Publish(topic, ItemUpdate(item=item), injects=item.causation)]


BEHAVIOUR = Behaviour("layers", {Perceived: _perceived, PUBLISH: _publish})
