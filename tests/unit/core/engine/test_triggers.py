from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.engine.faults.triggers import Triggers
from sim.core.messages.contents import Ack, AnyContent, Decision, ItemUpdate, Scaling
from sim.core.messages.items import Verification, VerificationStatus
from sim.core.messages.topics import Shape, build
from sim.core.world.faults import After, Fault, FaultType, When
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    LEVEL,
    NOWHERE,
    REGION,
    THEME,
    WATER,
    card,
    event,
    item,
)


def fault(name: str = "f-1", **moment: Any) -> Fault:
    return Fault(
        id=name,
        type=FaultType.WITHHELD,
        party=WATER,
        subject=LEVEL,
        title=NOWHERE,
        recognise=NOWHERE,
        **moment,
    )


def names(due: list[tuple[int, Fault, str]]) -> list[tuple[int, str, str]]:
    return [(delay_ms, one.id, cause) for delay_ms, one, cause in due]


def test_a_fault_with_a_set_time_waits_for_nothing() -> None:
    triggers = Triggers([fault(at_ms=5)])
    assert triggers.waiting == {}
    assert triggers.after("inject", "i-1") == []
    assert triggers.on_step(WATER, {FLOOD: 0}) == []
    assert triggers.on_message("receipt/wl", event(WATER, Ack(activity=FLOOD, of="x-1"))) == []


@pytest.mark.parametrize("kind", ["inject", "truth", "fault", "decision", "event"])
def test_after_something_a_fault_is_due_once(kind: Any) -> None:
    triggers = Triggers([fault(after=After(kind, "x-1", 7)), fault("f-2", after=After(kind, "x-2"))])
    assert triggers.after("inject" if kind != "inject" else "truth", "x-1") == []
    assert names(triggers.after(kind, "x-1")) == [(7, "f-1", "x-1")]
    assert triggers.after(kind, "x-1") == []
    assert list(triggers.waiting) == ["f-2"]


def said(content: AnyContent, topic: str, triggers: Triggers) -> list[tuple[int, str, str]]:
    return names(triggers.on_message(topic, event(REGION, content, event_id="vr24-9")))


def test_an_event_by_its_id_and_a_decision_by_its_inject() -> None:
    decision = build(Shape.DECISION, activity=FLOOD, team="rot", item="i-decide")
    triggers = Triggers(
        [fault(after=After("event", "vr24-9")), fault("f-2", after=After("decision", "i-decide"))]
    )
    found = said(Decision(team="rot", text=NOWHERE), decision, triggers)
    assert found == [(0, "f-1", "vr24-9"), (0, "f-2", "i-decide")]


def test_a_topic_of_no_known_shape_meets_no_condition() -> None:
    triggers = Triggers([fault(when=When(kind="grip", activity=FLOOD, grip=0))])
    assert said(Scaling(level="grip-1", grip=1), "odd", triggers) == []


@pytest.mark.parametrize(
    ("content", "activity", "is_met"),
    [
        (Scaling(level="grip-2", grip=2), FLOOD, True),
        (Scaling(level="grip-3", grip=3), FLOOD, True),
        (Scaling(level="grip-1", grip=1), FLOOD, False),
        (Scaling(level="full"), FLOOD, False),
        (Scaling(level="grip-2", grip=2), FIRE, False),
        (card(grip=2), FLOOD, True),
        (Ack(activity=FLOOD, of="x-1"), FLOOD, False),
    ],
)
def test_a_level_is_met_from_that_level_on(content: AnyContent, activity: str, is_met: bool) -> None:
    triggers = Triggers([fault(when=When(kind="grip", activity=FLOOD, grip=2, delay_ms=3))])
    topic = build(Shape.SCALING, activity=activity, party=REGION)
    assert said(content, topic, triggers) == ([(3, "f-1", "vr24-9")] if is_met else [])


@pytest.mark.parametrize(
    ("shape", "subject", "status", "is_met"),
    [
        (Shape.SHARED, LEVEL, VerificationStatus.UNVERIFIED, True),
        (Shape.SHARED, LEVEL, VerificationStatus.REFUTED, False),
        (Shape.SHARED, LEVEL, VerificationStatus.LAPSED, False),
        (Shape.SHARED, "other", VerificationStatus.UNVERIFIED, False),
        (Shape.OWN, LEVEL, VerificationStatus.UNVERIFIED, False),
    ],
)
def test_a_subject_is_met_when_it_stands_in_the_shared_picture(
    shape: Shape, subject: str, status: VerificationStatus, is_met: bool
) -> None:
    triggers = Triggers([fault(when=When(kind="shared", activity=FLOOD, subject=subject))])
    one = msgspec.structs.replace(item(), verification=Verification(status))
    levels = {"owner": REGION} if shape is Shape.OWN else {}
    topic = build(shape, activity=FLOOD, theme=THEME, item=one.id, **levels)
    assert bool(said(ItemUpdate(item=one), topic, triggers)) == is_met


def test_something_else_in_the_shared_picture_is_no_item() -> None:
    triggers = Triggers([fault(when=When(kind="shared", activity=FLOOD, subject=LEVEL))])
    topic = build(Shape.SHARED, activity=FLOOD, theme=THEME, item="x")
    assert said(Ack(activity=FLOOD, of="x-1"), topic, triggers) == []


def test_a_party_is_engaged_once_it_works_in_the_activity() -> None:
    triggers = Triggers([fault(when=When(kind="engaged", activity=FLOOD, party=WATER))])
    assert triggers.on_step(WATER, {FIRE: 0}) == []
    assert triggers.on_step(REGION, {FLOOD: 0}) == []
    assert said(Scaling(level="x", grip=1), build(Shape.SCALING, activity=FLOOD, party=WATER), triggers) == []
    assert names(triggers.on_step(WATER, {FLOOD: 0})) == [(0, "f-1", "")]


def test_a_fault_that_waits_for_another_thing_is_not_met_by_who_is_engaged() -> None:
    triggers = Triggers([fault(after=After("inject", "i-1"))])
    assert triggers.on_step(WATER, {FLOOD: 0}) == []
