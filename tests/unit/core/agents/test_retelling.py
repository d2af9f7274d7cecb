"""The national picture and the taking up of risks: what is retold, and in which order."""

from __future__ import annotations

import pytest

from sim.core.agents import national, risk_uptake
from sim.core.agents.agent import AgentState, Behaviour, Delivered, Publish, Wake
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, Kind
from tests.unit.core.agents.helpers import (
    FLOOD,
    NATION,
    NEIGHBOUR,
    REACTION_MS,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    delivered,
    item,
    only,
    react,
    woken,
)

SHARED = f"activity/{FLOOD}/shared/{THEME}/flood-level"
RISK = f"risk/{REGION}/{WATER}/{THEME}/wl-level"
EFFECT = item("x", kind=Kind.EFFECT, causation=("f-1",))
CASES = [
    pytest.param(NATION, national.BEHAVIOUR, SHARED, f"national/{THEME}/nl-x", "nl-x", id="national"),
    pytest.param(
        REGION, risk_uptake.BEHAVIOUR, RISK, f"risk/{REGION}/{REGION}/{THEME}/risk-x", "risk-x", id="risk"
    ),
]


def update(sender: str, topic: str, said: Item) -> Delivered:
    return delivered(sender, ItemUpdate(item=said), topic, event_id=f"e-{said.version}")


@pytest.mark.parametrize(("party", "behaviour", "read", "written", "item_id"), CASES)
def test_what_is_read_is_retold_after_a_reaction(
    party: str, behaviour: Behaviour, read: str, written: str, item_id: str
) -> None:
    state, acts = react(brief(party), behaviour, AgentState(), update(WATER, read, EFFECT), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    publish = only(Publish, react(brief(party), behaviour, state, woken(wake), now=110)[1])
    assert (publish.topic, publish.because_of, publish.injects) == (written, "e-1", ("f-1",))
    retold = content_of(publish, ItemUpdate).item
    assert (retold.id, retold.version, retold.relates_to, retold.reported_at_ms) == (item_id, 1, ("x",), 110)
    assert (retold.source, retold.values) == (EFFECT.source, EFFECT.values)


@pytest.mark.parametrize(("party", "behaviour", "read", "written", "item_id"), CASES)
def test_an_older_version_handled_later_is_not_retold(
    party: str, behaviour: Behaviour, read: str, written: str, item_id: str
) -> None:
    me, state, wakes = brief(party), AgentState(), []
    for version in (1, 2, 3):
        said = item("x", version=version, kind=Kind.NEED)
        _, acts = react(me, behaviour, state, update(WATER, read, said))
        wakes.append(woken(only(Wake, acts)))
    published = []
    for wake in (wakes[1], wakes[0], wakes[2]):
        state, acts = react(me, behaviour, state, wake)
        published += [content_of(act, ItemUpdate).item for act in acts]
    assert [(retold.id, retold.version) for retold in published] == [(item_id, 1), (item_id, 2)]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        (SHARED, item(kind=Kind.FACT)),
        (SHARED, item(kind=Kind.MEASURE)),
        (f"national/{THEME}/x", EFFECT),
        ("nothing", EFFECT),
    ],
)
def test_the_national_picture_leaves_out_measurements_and_what_is_not_shared(topic: str, said: Item) -> None:
    assert react(brief(NATION), national.BEHAVIOUR, AgentState(), update(REGION, topic, said))[1] == []


@pytest.mark.parametrize("topic", [RISK.replace(REGION, NEIGHBOUR), SHARED, "nothing"])
def test_another_regions_risks_are_not_taken_up(topic: str) -> None:
    assert react(brief(REGION), risk_uptake.BEHAVIOUR, AgentState(), update(WATER, topic, EFFECT))[1] == []
