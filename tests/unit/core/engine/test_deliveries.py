"""Failing technology and faults on the way of one message: the first decides who has it when, the second as what."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Value
from sim.core.messages.topics import Shape
from sim.core.model.party import Competence
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.records.kinds import Delivery
from sim.core.world.faults import After, Fault, FaultType, Hop
from sim.core.world.technology import Outage, OutageType
from tests.process.stage import Played, minutes, play
from tests.unit.core.agents.helpers import GRID, NEIGHBOUR, REGION, WATER, text
from tests.unit.core.engine.test_fault_desk import MEMBERS, RISING, SCRIPT, fault, named, reasons

HIGH = (Value("height", 999.0, "cm"),)
MISREAD = fault(FaultType.WRONG_VALUE, Hop.MODERATION, party=REGION, values=HIGH)
FROM, UNTIL = 201, 400


def outage(kind: OutageType, *parties: str, **more: Any) -> Outage:
    fields = {"from_ms": minutes(FROM), "until_ms": minutes(UNTIL), **more}
    return Outage(id="o-1", type=kind, parties=parties, title=text("outage"), **fields)


def run(*faults: Fault, seer: str = GRID, failing: tuple[Outage, ...] = ()) -> Played:
    """An exercise in which one party alone perceives the level."""
    blind = {"competence": Competence(("other",), None)}
    return play(
        members=MEMBERS,
        parties={one: blind for one in MEMBERS if one != seer},
        injects=SCRIPT,
        truth=RISING,
        faults=faults,
        outages=failing,
        hours=9,
    )


def entered(log: Played) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(one.content.id, one.at_ms, one.cause) for one in log.entries if one.kind == "fault"]  # type: ignore[union-attr]


def deliveries(log: Played, event: str) -> list[tuple[str, int, str]]:
    found = [(one.at_ms, one.content) for one in log.entries if isinstance(one.content, Delivery)]
    return [(one.party, at_ms, one.how) for at_ms, one in found if one.event == event]


def shared_wrongly(log: Played) -> list[int]:
    """When the region shared what it read wrongly."""
    return [
        one.at_ms
        for one, item in named(log)
        if (one.sender, one.shape) == (REGION, Shape.SHARED) and item.values == HIGH
    ]


@pytest.mark.parametrize(
    ("failing", "come"),
    [
        (outage(OutageType.PARTITION, REGION, session_ms=5 * HOUR_MS), UNTIL),
        (outage(OutageType.SLOW, REGION, delay_ms=(minutes(7), minutes(7))), None),
    ],
)
def test_what_comes_late_is_read_wrongly_when_it_comes_and_once(failing: Outage, come: int | None) -> None:
    log = run(MISREAD, wrong_after("f-1"), failing=(failing,))
    (_, at_ms, cause), (_, then_ms, _) = entered(log)
    (event,) = [one for one in log.heard if one.event.id == cause[-1]]
    assert deliveries(log, event.event.id).count((REGION, at_ms, "late")) == 1
    assert at_ms == (event.at_ms + minutes(7) if come is None else minutes(come))
    assert at_ms < min(shared_wrongly(log))
    assert at_ms + MINUTE_MS <= then_ms <= at_ms + MINUTE_MS + 1_000


def wrong_after(name: str) -> Fault:
    return fault(
        FaultType.WRONG_VALUE, name="f-2", party=GRID, values=HIGH, after=After("fault", name, MINUTE_MS)
    )


def test_what_came_late_sets_off_once_what_waits_for_it() -> None:
    (_, _, cause), *_ = entered(run(MISREAD))
    waiting = fault(
        FaultType.WRONG_VALUE, name="f-2", party=GRID, values=HIGH, after=After("event", cause[-1])
    )
    failing = outage(OutageType.PARTITION, REGION, session_ms=5 * HOUR_MS)
    log = run(waiting, failing=(failing,))
    (event,) = [one for one in log.heard if one.event.id == cause[-1]]
    assert [(name, at_ms) for name, at_ms, _ in entered(log)] == [("f-2", event.at_ms + 1_000)]


@pytest.mark.parametrize("kind", [FaultType.WRONG_VALUE, FaultType.LATE, FaultType.WITHHELD])
def test_a_copy_does_not_undo_what_was_done_to_a_message_on_a_desk(kind: FaultType) -> None:
    fields = {"values": HIGH} if kind is FaultType.WRONG_VALUE else {"delay_ms": HOUR_MS}
    at_desk = fault(kind, Hop.MODERATION, party=REGION, **fields)
    once, twice = run(at_desk), run(at_desk, failing=(outage(OutageType.DUPLICATES, REGION),))
    (_, at_ms, cause), *_ = entered(twice)
    assert (REGION, at_ms, "again") in deliveries(twice, cause[-1])
    assert said(twice) == said(once)


def said(log: Played) -> list[tuple[int, str, str, Any]]:
    return [
        (one.at_ms, one.event.id, one.sender, one.data)
        for one in log.heard
        if isinstance(one.data, ItemUpdate)
    ]


def test_what_lay_on_a_desk_is_read_though_later_ones_were_read_before() -> None:
    log = run(fault(FaultType.LATE, Hop.MODERATION, party=REGION, delay_ms=HOUR_MS))
    (_, at_ms, _), *_ = entered(log)
    assert min(one.at_ms for one, _ in named(log)) >= at_ms + HOUR_MS
    assert {one.sender for one, _ in named(log)} >= {REGION}


@pytest.mark.parametrize("session_ms", [5 * HOUR_MS, MINUTE_MS])
def test_what_nobody_can_read_comes_late_and_is_nothing(session_ms: int) -> None:
    broken = fault(FaultType.GARBLED, Hop.OUTSIDER, at_ms=minutes(FROM + 5))
    log = run(broken, seer=WATER, failing=(outage(OutageType.PARTITION, NEIGHBOUR, session_ms=session_ms),))
    (record,) = log.kinds("garbled")
    assert record.accounts == (WATER,)
    assert deliveries(log, "wl-x1") == []
    assert [one for one in log.heard if one.event.id == "wl-x1"] == []
    assert reasons(log) == []


def test_a_stranger_writes_to_who_is_away_as_anybody_does() -> None:
    strange = fault(FaultType.WRONG_VALUE, Hop.OUTSIDER, values=HIGH, at_ms=minutes(FROM + 5))
    log = run(strange, seer=WATER, failing=(outage(OutageType.PARTITION, NEIGHBOUR, session_ms=5 * HOUR_MS),))
    assert deliveries(log, "wl-x1") == [(NEIGHBOUR, minutes(UNTIL), "late")]
