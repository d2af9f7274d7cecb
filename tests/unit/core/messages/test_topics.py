from __future__ import annotations

import pytest

from sim.core.messages.contents import Ack, AnyContent, ItemUpdate, Phase, Proposal, Signal
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import CONTENTS, RETAINED, Shape, build, example, fault_in, parse
from tests.unit.core.agents.helpers import NOWHERE, item

UPDATE = ItemUpdate(item=item())
ACK = Ack(activity="flood", of="e-1")
PHASE = Phase(granted_ms=0, phase="running")
SIGNAL = Signal(about=ItemRef("i", 1), subject="s", owner="o", reason="value", text=NOWHERE)


@pytest.mark.parametrize(
    ("shape", "levels", "topic"),
    [
        (Shape.CLOCK, {}, "clock"),
        (Shape.CARD, {"activity": "flood"}, "activity/flood/card"),
        (
            Shape.OWN,
            {"activity": "flood", "owner": "wl", "theme": "a2", "item": "wl-level"},
            "activity/flood/own/wl/a2/wl-level",
        ),
        (Shape.POST, {"to": "wl", "sender": "vr24", "kind": "alarm"}, "post/wl/vr24/alarm"),
    ],
)
def test_build_of_a_shape_fills_its_levels(shape: Shape, levels: dict[str, str], topic: str) -> None:
    assert build(shape, **levels) == topic


@pytest.mark.parametrize("value", ["", "a/b", "+", "#", "A", "{item}", "a-", "x" * 65])
def test_build_with_a_level_that_is_no_id_raises(value: str) -> None:
    with pytest.raises(ValueError, match="topic level activity: expected an id") as caught:
        build(Shape.CARD, activity=value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("levels", [{}, {"activity": "flood", "team": "rot"}, {"team": "rot"}])
def test_build_with_other_levels_than_the_shape_has_raises(levels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"expected levels \['activity'\]"):
        build(Shape.CARD, **levels)


@pytest.mark.parametrize(
    ("topic", "shape", "sender"),
    [
        ("clock", Shape.CLOCK, None),
        ("control/start", Shape.CONTROL, None),
        ("risk/vr24/wl/a2/x", Shape.RISK, "wl"),
        ("activity/flood/card", Shape.CARD, None),
        ("activity/flood/own/wl/a2/x", Shape.OWN, "wl"),
        ("activity/flood/shared/a2/x", Shape.SHARED, None),
        ("activity/flood/proposal/enexis/x", Shape.PROPOSAL, "enexis"),
        ("activity/flood/decision/rot/x", Shape.DECISION, None),
        ("activity/flood/signal/wl", Shape.SIGNAL, "wl"),
        ("activity/flood/scaling/wl", Shape.SCALING, "wl"),
        ("national/a2/x", Shape.NATIONAL, None),
        ("post/vr24/wl/ack", Shape.POST, "wl"),
        ("outside/vr24/prorail/sitrep", Shape.OUTSIDE, "prorail"),
        ("layer/vr24/hydrants", Shape.LAYER, None),
        ("receipt/wl", Shape.RECEIPT, "wl"),
    ],
)
def test_parse_of_a_topic_gives_its_shape_and_who_it_says_writes_it(
    topic: str, shape: Shape, sender: str | None
) -> None:
    address = parse(topic)
    assert address is not None
    assert (address.shape, address.sender) == (shape, sender)


def test_parse_of_a_topic_gives_the_id_at_each_level() -> None:
    address = parse("activity/flood/own/wl/a2/x")
    assert address is not None
    assert (address["activity"], address["owner"], address["theme"], address["item"]) == (
        "flood",
        "wl",
        "a2",
        "x",
    )


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "nothing",
        "clock/x",
        "activity/flood",
        "activity/flood/cards",
        "activity/flood/gossip/wl",
        "activity/Flood/card",
        "post/a//ack",
        "receipt/+",
    ],
)
def test_parse_of_another_topic_is_none(topic: str) -> None:
    assert parse(topic) is None


@pytest.mark.parametrize(
    ("topic", "content", "sender", "reason"),
    [
        ("nothing", UPDATE, "wl", "topic: expected one of the known shapes, was 'nothing'"),
        ("activity/flood/card", UPDATE, "wl", "content: expected card on activity/{activity}/card, was item"),
        ("post/vr24/wl/ack", SIGNAL, "wl", "content: expected ack or alarm or alert"),
        ("post/vr24/wl/alarm", ACK, "wl", "kind: expected ack in the topic, was alarm"),
        ("outside/vr24/wl/alarm", SIGNAL, "wl", "kind: expected signal in the topic, was alarm"),
        ("post/vr24/wl/ack", ACK, "enexis", "source: expected wl as the topic says, was enexis"),
        ("receipt/wl", UPDATE, "wl", "content: expected receipt"),
        ("national/a2-situation/x", UPDATE, "wl", "item: expected x as the topic says, was wl-level"),
        ("national/a1-nature/wl-level", UPDATE, "wl", "theme: expected a1-nature as the topic says"),
        ("activity/flood/proposal/wl/x", Proposal(item=item()), "wl", "item: expected x as the topic says"),
    ],
)
def test_fault_in_what_does_not_fit_says_what(
    topic: str, content: AnyContent, sender: str, reason: str
) -> None:
    found = fault_in(topic, content, sender)
    assert found is not None
    assert found.startswith(reason)


@pytest.mark.parametrize(
    ("topic", "content"),
    [
        ("post/vr24/wl/ack", ACK),
        ("outside/vr24/wl/signal", SIGNAL),
        ("activity/flood/signal/wl", SIGNAL),
        ("activity/flood/own/wl/a2-situation/wl-level", UPDATE),
        ("activity/flood/proposal/wl/wl-level", Proposal(item=item())),
        ("clock", PHASE),
        ("national/a2-situation/wl-level", UPDATE),
        ("layer/vr24/hydrants", UPDATE),
    ],
)
def test_fault_in_what_fits_is_none(topic: str, content: AnyContent) -> None:
    assert fault_in(topic, content, "wl") is None


def test_example_of_a_shape_has_x_for_what_is_not_given() -> None:
    assert example(Shape.OWN, owner="wl") == "activity/x/own/wl/x/x"


def test_every_shape_has_contents_and_mail_is_never_retained() -> None:
    assert set(CONTENTS) == set(Shape)
    assert not {Shape.POST, Shape.OUTSIDE, Shape.SIGNAL, Shape.PROPOSAL, Shape.RECEIPT} & RETAINED
