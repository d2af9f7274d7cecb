"""The national picture and the taking up of risks: what is retold, and in which order."""

from __future__ import annotations

import pytest

from sim.core.agents.acts import Delivered, Publish, Wake
from sim.core.agents.agent import AgentState, Behaviour
from sim.core.agents.direction import national
from sim.core.agents.information.retelling import REPEAT_MS
from sim.core.agents.risks import risk_uptake
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, Kind, Sensitivity, VerificationStatus
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
        said = item("x", version=version, kind=Kind.NEED, amount=100.0 * version)
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


def retell(said: list[Item]) -> list[Item]:
    """Retell versions of a risk one after the other."""
    me, state, retold = brief(REGION), AgentState(), []
    for one in said:
        state, acts = react(me, risk_uptake.BEHAVIOUR, state, update(WATER, RISK, one))
        state, acts = react(me, risk_uptake.BEHAVIOUR, state, woken(only(Wake, acts)))
        retold += [content_of(act, ItemUpdate).item for act in acts]
    return retold


def test_what_is_merely_said_again_is_retold_only_after_a_while() -> None:
    said = [
        item("x", version=1),
        item("x", version=2, observed=REPEAT_MS - 1),
        item("x", version=3, observed=REPEAT_MS),
        item("x", version=4, observed=REPEAT_MS + 1, words="worse"),
        item("x", version=5, observed=REPEAT_MS + 2, words="worse", status=VerificationStatus.VERIFIED),
    ]
    assert [(one.version, one.observed_at_ms) for one in retell(said)] == [
        (1, 0),
        (2, REPEAT_MS),
        (3, REPEAT_MS + 1),
        (4, REPEAT_MS + 2),
    ]


def test_an_effect_that_is_taken_up_still_names_its_threat() -> None:
    (retold,) = retell([item("x", relates_to=("risk-threat",))])
    assert retold.relates_to == ("x", "risk-threat")


@pytest.mark.parametrize(("party", "behaviour", "read", "written", "item_id"), CASES)
def test_what_is_restricted_is_never_retold(
    party: str, behaviour: Behaviour, read: str, written: str, item_id: str
) -> None:
    secret = item("x", kind=Kind.EFFECT, sensitivity=Sensitivity.RESTRICTED)
    assert react(brief(party), behaviour, AgentState(), update(WATER, read, secret))[1] == []


@pytest.mark.parametrize(
    "again",
    [
        item("x", source=NEIGHBOUR, kind=Kind.EFFECT, version=2),
        item("x", kind=Kind.EFFECT, version=2, observed=3),
    ],
    ids=["of another source", "of an earlier moment"],
)
def test_what_was_taken_over_wrongly_is_told_again(again: Item) -> None:
    me, state, retold = brief(NATION), AgentState(), []
    for said in (item("x", kind=Kind.EFFECT, observed=5), again):
        state, acts = react(me, national.BEHAVIOUR, state, update(REGION, SHARED, said))
        state, acts = react(me, national.BEHAVIOUR, state, woken(only(Wake, acts)))
        retold += acts
    assert content_of(retold[-1], ItemUpdate).item.version == 2
