from __future__ import annotations

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.information.layers import BEHAVIOUR
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Sensitivity
from tests.unit.core.agents.helpers import (
    LEVEL,
    REGION,
    brief,
    content_of,
    fact,
    only,
    perceived,
    react,
    seen,
    woken,
)

ME = brief(REGION)


def test_what_belongs_to_a_layer_is_published_on_it_as_restricted() -> None:
    hydrants = perceived(seen(fact(layer="hydrants"), causation=("f-1",)))
    state, acts = react(ME, BEHAVIOUR, AgentState(), hydrants)
    state, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    publish = only(Publish, acts)
    assert (publish.topic, publish.injects) == (f"layer/{REGION}/hydrants", ("f-1",))
    item = content_of(publish, ItemUpdate).item
    assert (item.subject, item.version, item.sensitivity) == (LEVEL, 1, Sensitivity.RESTRICTED)
    _, acts = react(ME, BEHAVIOUR, state, hydrants)
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert content_of(only(Publish, acts), ItemUpdate).item.version == 2


def test_what_belongs_to_no_layer_is_not_published() -> None:
    assert react(ME, BEHAVIOUR, AgentState(), perceived(seen())) == (AgentState(), [])
