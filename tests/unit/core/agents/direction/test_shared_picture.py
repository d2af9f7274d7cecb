from __future__ import annotations

import pytest

from sim.core.agents.acts import Look, Publish
from sim.core.agents.agent import AgentState
from sim.core.agents.direction.shared_picture import (
    ASKED,
    CONFIRM_MS,
    activity_directed,
    ask_source,
    is_independent,
    shared_items,
)
from sim.core.messages.contents import Request
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    GRID,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    item,
    only,
    shared,
)

ME = brief(REGION)


@pytest.mark.parametrize(
    ("topic", "shape", "expected"),
    [
        (f"activity/{FLOOD}/own/wl/{THEME}/x", Shape.OWN, FLOOD),
        (f"activity/{FLOOD}/own/wl/{THEME}/x", Shape.SHARED, None),
        (f"activity/{FIRE}/own/wl/{THEME}/x", Shape.OWN, None),
        ("activity", Shape.OWN, None),
    ],
)
def test_activity_directed_of_a_topic_asks_shape_and_direction(
    topic: str, shape: Shape, expected: str | None
) -> None:
    state = AgentState(engaged={FLOOD: 0, FIRE: 0})
    assert activity_directed(ME, state, topic, shape) == expected


def test_activity_directed_before_it_is_open_is_none() -> None:
    assert activity_directed(ME, AgentState(), f"activity/{FLOOD}/own/wl/{THEME}/x", Shape.OWN) is None


def test_shared_items_of_an_activity_are_its_own_in_order_of_id() -> None:
    items = (shared(subject="b"), shared(subject="a"), shared(FIRE, subject="a"), item("vr24-a", subject="a"))
    state = AgentState(said={one.id: one for one in items})
    assert [one.id for one in shared_items(state, FLOOD)] == [f"{FLOOD}-a", f"{FLOOD}-b"]


def test_is_independent_of_two_sources_not_of_an_echo() -> None:
    assert is_independent(item(source=WATER), item(source=GRID))
    assert not is_independent(item(source=WATER), item("elsewhere", source=WATER))


def test_ask_source_of_an_item_names_the_version_that_is_in_doubt() -> None:
    known = item(version=2, relates_to=("elsewhere",), causation=("f-1",))
    publish = only(Publish, ask_source(ME, AgentState(), known, FLOOD, "e-1", 0))
    assert (publish.topic, publish.because_of, publish.injects) == (
        f"post/{WATER}/{REGION}/request",
        "e-1",
        ("f-1",),
    )
    assert content_of(publish, Request).about == ItemRef("wl-level", 2)


@pytest.mark.parametrize(
    ("source", "at_ms", "asks"),
    [(GRID, 5, False), (WATER, 5, True), (GRID, CONFIRM_MS, True)],
    ids=["still open", "of another", "late"],
)
def test_ask_source_asks_once_while_an_answer_may_come(source: str, at_ms: int, asks: bool) -> None:
    publish = only(Publish, ask_source(ME, AgentState(), item(source=GRID), FLOOD, "e-1", 0))
    assert publish.register is not None
    _, asked = publish.register
    state = AgentState().with_mind(ASKED, {"q-1": asked})
    other = item("another", source=source, version=3)
    assert bool(ask_source(ME, state, other, FLOOD, "e-2", at_ms)) is asks


def test_ask_source_of_its_own_item_is_to_look() -> None:
    assert ask_source(ME, AgentState(), item(source=REGION), FLOOD, "e-1", 0) == [Look("level")]
