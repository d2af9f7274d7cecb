"""Failing technology: what becomes of messages while it fails, and how those who missed them are brought up to date."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sim.core.messages.contents import Briefing, Card, ItemUpdate, Request, Snapshot
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Close, Open
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.records.kinds import Delivery, Denied, OutageEdge
from sim.core.world.technology import NOTICED, OF_THE_EXCHANGE, Outage, OutageType
from tests.process.stage import Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import (
    CROSS,
    FLOOD,
    GRID,
    LEVEL,
    NATION,
    RAIL,
    REGION,
    RIVER,
    WATER,
    text,
)

OPENED = inject(30, Open(activity=FLOOD))
SLOW = Post(Role.HEAD_OF_INFORMATION, on_duty=9, handling=Spread(minutes(5), minutes(5)))


def outage(kind: OutageType, *parties: str, until: float = 180, **more: Any) -> Outage:
    return Outage(
        id="o-1",
        type=kind,
        from_ms=minutes(60),
        until_ms=minutes(until),
        parties=parties,
        title=text("outage"),
        **more,
    )


def played(
    *failures: Outage,
    agreement: Agreement | None = None,
    members: tuple[str, ...] = (REGION, WATER),
    sees: str = "other",
    staff: dict[str, Any] | None = None,
) -> Played:
    """The water rises twice while technology fails; the region sees only what system ``sees`` is."""
    return play(
        injects=[OPENED],
        truth=[so(10), so(90, amount=340.0), so(130, amount=390.0)],
        agreements=[agreement or by_telephone(WATER)],
        members=members,
        parties={
            WATER: {"staff": (SLOW,)},
            REGION: {"competence": Competence((sees,), None)},
            **(staff or {}),
        },
        outages=failures,
        hours=6,
    )


def by_telephone(party: str) -> Agreement:
    return agreed(party, alert_systems=(RIVER,), fallback="telephone")


def deliveries(seen: Played, how: str) -> list[Delivery]:
    return [one for one in seen.kinds("delivery") if one.how == how]


def tab(seen: Played) -> list[tuple[int, float]]:
    """When (minutes) the water board wrote which level into its tab."""
    return [
        (one.at_ms // minutes(1), one.data.item.values[0].amount)
        for one in seen.of(ItemUpdate, sender=WATER, shape=Shape.OWN)
        if one.data.item.subject == LEVEL
    ]


def shared(seen: Played) -> list[float]:
    """The levels that the shared picture had, in order."""
    return [
        one.data.item.values[0].amount
        for one in seen.of(ItemUpdate, sender=REGION, shape=Shape.SHARED)
        if one.data.item.subject == LEVEL
    ]


def read_by(seen: Played, party: str, what: Shape) -> set[str]:
    """The events of a shape that a party read in the end, at once or late."""
    late = {one.event for one in seen.kinds("delivery") if one.party == party and one.how == "late"}
    return {
        one.event.id
        for one in seen.heard
        if one.shape is what and (party in one.readers or one.event.id in late)
    }


@pytest.mark.parametrize("kind", sorted(OF_THE_EXCHANGE))
def test_it_is_in_the_log_from_when_until_when_and_whom_it_struck(kind: OutageType) -> None:
    seen = played(outage(kind))
    edges: list[OutageEdge] = seen.kinds("outage")

    assert [(one.id, one.type, one.change) for one in edges] == [
        ("o-1", kind.value, "begins"),
        ("o-1", kind.value, "ends"),
    ]
    assert {one.parties for one in edges} == {(REGION, WATER)}
    assert {one.fails_tool for one in edges} == {kind in NOTICED}
    assert [entry.at_ms for entry in seen.entries if entry.kind == "outage"] == [minutes(60), minutes(180)]


# Rights ------------------------------------------------------------------------------------------


def test_the_broker_refuses_what_is_of_the_tool_and_who_is_refused_notices_at_once() -> None:
    seen = played(outage(OutageType.RIGHTS, WATER))
    denied: list[Denied] = [one for one in seen.kinds("denied") if one.rule == "outage"]
    refused = [entry.at_ms for entry in seen.entries if entry.kind == "denied"]
    over = seen.notes("fallback", WATER)[0]

    assert {(one.party, one.source) for one in denied} == {(WATER, "outage o-1")}
    assert over.cause == ("o-1",)
    assert minutes(60) < over.at_ms < minutes(66)
    assert all(minutes(60) <= at_ms < minutes(180) for at_ms in refused)


def test_who_writes_before_anybody_looked_is_refused_and_says_it_by_telephone() -> None:
    never = Post(
        Role.HEAD_OF_INFORMATION,
        on_duty=1,
        handling=Spread(minutes(40), minutes(40)),
        attention_ms=minutes(300),
    )
    seen = played(outage(OutageType.RIGHTS, WATER), staff={WATER: {"staff": (never,)}})
    writes = [one for one in seen.kinds("denied") if one.attempt == "publish"]
    over, *_ = seen.notes("fallback", WATER)
    calls = seen.of(Briefing, sender=WATER, to=REGION)

    assert [one.party for one in writes] == [WATER]
    assert (over.text, over.cause) == ("the tool is down; works by the fallback", ("o-1",))
    assert calls
    assert calls[0].at_ms > over.at_ms


def test_meanwhile_it_is_told_outside_the_tool_and_afterwards_the_tool_has_the_newest_once() -> None:
    seen = played(outage(OutageType.RIGHTS, WATER))
    calls = seen.of(Briefing, sender=WATER, to=REGION)

    assert [one.data.items[0].values[0].amount for one in calls] == [340.0, 390.0]
    assert all(minutes(60) <= one.at_ms < minutes(180) for one in calls)
    assert [amount for at, amount in tab(seen) if at >= 60] == [390.0]
    assert shared(seen) == sorted(set(shared(seen)))


def test_who_was_refused_deliveries_asks_and_gets_the_picture_as_a_snapshot() -> None:
    seen = played(outage(OutageType.RIGHTS, WATER), sees=RIVER)
    withheld = [one for one in seen.kinds("denied") if one.attempt == "deliver"]
    (request,) = seen.of(Request, sender=WATER, to=REGION)
    (snapshot,) = seen.of(Snapshot, sender=REGION, to=WATER)

    assert {(one.party, one.rule) for one in withheld} == {(WATER, "outage")}
    assert (request.data.purpose, request.event.injects) == ("update", ("o-1",))
    assert request.at_ms > minutes(180)
    assert seen.led_to(snapshot)[-1] == request
    assert [item.values[0].amount for item in snapshot.data.items if item.subject == LEVEL] == [390.0]
    assert WATER in snapshot.readers


def test_a_region_that_was_refused_asks_its_partners_who_tell_what_its_picture_does_not_have() -> None:
    """Nobody has agreed on a fallback, and only the region's tool fails: the water board writes for nobody."""
    seen = played(outage(OutageType.RIGHTS, REGION), agreement=agreed(WATER, alert_systems=(RIVER,)))
    (request,) = seen.of(Request, sender=REGION, to=WATER)
    again = seen.led_to
    told = [one for one in seen.of(ItemUpdate, sender=WATER, shape=Shape.OWN) if again(one)[-1:] == [request]]

    assert [one.data.item.values[0].amount for one in told if one.data.item.subject == LEVEL] == [390.0]
    assert shared(seen)[-1] == 390.0
    assert 340.0 not in shared(seen)


def test_a_structural_partner_proposes_again_what_the_picture_does_not_have() -> None:
    seen = played(
        outage(OutageType.RIGHTS, REGION),
        agreement=agreed(GRID, alert_systems=(RIVER,)),
        members=(GRID, REGION),
        staff={WATER: {}, GRID: {"staff": (SLOW,), "competence": Competence((RIVER,), None)}},
    )
    (request,) = seen.of(Request, sender=REGION, to=GRID)
    proposals = [one for one in seen.heard if one.shape is Shape.PROPOSAL and request in seen.led_to(one)]

    assert [one.data.item.values[0].amount for one in proposals if one.data.item.subject == LEVEL] == [390.0]
    assert shared(seen)[-1] == 390.0


def test_a_standby_partner_learns_afterwards_of_what_was_opened_while_the_tool_failed_it() -> None:
    """The card was withheld, and is not said outside the tool: who asks what it missed gets it."""
    seen = play(
        injects=[inject(70, Open(activity=FLOOD))],
        truth=[so(10)],
        agreements=[agreed(CROSS, monitors=True, alert_systems=())],
        members=(CROSS, REGION),
        outages=[outage(OutageType.RIGHTS, CROSS)],
        hours=8,
    )
    missed, again = seen.of(Card, sender=REGION)
    (access,) = [one for one in seen.of(Request, sender=CROSS) if one.data.purpose == "access"]

    assert CROSS not in missed.readers
    assert CROSS in again.readers
    assert again.data == missed.data
    assert access.at_ms > again.at_ms > minutes(180)


def test_a_partner_learns_afterwards_that_an_activity_was_closed() -> None:
    seen = play(
        injects=[OPENED, inject(100, Close(activity=FLOOD))],
        truth=[so(10)],
        agreements=[by_telephone(WATER)],
        members=(REGION, WATER),
        outages=[outage(OutageType.RIGHTS, WATER)],
        hours=6,
    )
    *_, closing, again = seen.of(Card, sender=REGION)

    assert (closing.data.open, again.data.open) == (False, False)
    assert WATER not in closing.readers
    assert WATER in again.readers
    assert not [one for one in seen.of(ItemUpdate, sender=WATER, shape=Shape.OWN) if one.at_ms > again.at_ms]


# The broker --------------------------------------------------------------------------------------


def test_while_the_broker_is_down_nothing_goes_through_it_and_people_telephone() -> None:
    seen = played(outage(OutageType.BROKER))
    during = [one for one in seen.heard if minutes(60) <= one.at_ms < minutes(180)]

    assert {one.shape for one in during} == {Shape.OUTSIDE}
    assert [one.data.items[0].values[0].amount for one in seen.of(Briefing, sender=WATER)] == [340.0, 390.0]
    assert {one.party for one in seen.notes("fallback")} == {REGION, WATER}
    assert seen.kinds("delivery") == []


def test_afterwards_nothing_is_missing_and_nothing_twice() -> None:
    seen = played(outage(OutageType.BROKER))
    versions = Counter((one.sender, one.data.item.id, one.data.item.version) for one in seen.of(ItemUpdate))

    assert set(versions.values()) == {1}
    assert [amount for at, amount in tab(seen) if at >= 60] == [390.0]
    assert shared(seen)[-1] == 390.0
    assert seen.of(Request) == []


def test_who_has_no_fallback_writes_on_and_its_messages_wait_in_its_client() -> None:
    """The national body only says that it received; its people do not telephone."""
    seen = played(outage(OutageType.BROKER), members=(NATION, REGION, WATER), sees=RIVER)
    said = [one.at_ms for one in seen.heard if one.sender == NATION]

    assert minutes(180) in said
    assert not [at_ms for at_ms in said if minutes(60) <= at_ms < minutes(180)]


# Partition ---------------------------------------------------------------------------------------


def test_what_is_for_who_is_away_waits_and_comes_in_order_when_it_is_back() -> None:
    seen = played(outage(OutageType.PARTITION, WATER, session_ms=minutes(180)), sees=RIVER)
    late = deliveries(seen, "late")
    times = {entry.at_ms for entry in seen.entries if entry.kind == "delivery"}
    sent = [one.event.id for one in seen.heard]

    assert late
    assert {(one.party, one.by) for one in late} == {(WATER, "o-1")}
    assert times == {minutes(180)}
    assert [sent.index(one.event) for one in late] == sorted(sent.index(one.event) for one in late)
    assert seen.of(Request, sender=WATER) == []


def test_in_the_end_it_has_read_all_that_it_would_have_read() -> None:
    away = played(outage(OutageType.PARTITION, WATER, session_ms=minutes(180)), sees=RIVER)
    written = {one.event.id for one in away.heard if one.shape is Shape.SHARED}

    assert read_by(away, WATER, Shape.SHARED) == written


def test_meanwhile_the_others_go_on_in_the_tool() -> None:
    seen = played(outage(OutageType.PARTITION, WATER), sees=RIVER)
    during = [one for one in seen.heard if minutes(60) <= one.at_ms < minutes(180)]

    assert [one for one in during if (one.sender, one.shape) == (REGION, Shape.SHARED)]
    assert not [one for one in during if one.sender == WATER and one.shape is not Shape.OUTSIDE]
    assert not [one for one in during if WATER in one.readers and one.shape is not Shape.OUTSIDE]


def test_who_is_away_longer_than_its_session_is_kept_missed_it_and_is_brought_up_to_date() -> None:
    seen = played(outage(OutageType.PARTITION, WATER), sees=RIVER)
    (request,) = seen.of(Request, sender=WATER, to=REGION)
    (snapshot,) = seen.of(Snapshot, sender=REGION, to=WATER)

    assert deliveries(seen, "late") == []
    assert {one.party for one in deliveries(seen, "missed")} == {WATER}
    assert seen.led_to(snapshot)[-1] == request
    assert [item.values[0].amount for item in snapshot.data.items if item.subject == LEVEL] == [390.0]


def test_a_link_partner_knows_nothing_of_it() -> None:
    seen = played(outage(OutageType.PARTITION, WATER), members=(RAIL, REGION, WATER))
    assert seen.notes("fallback", RAIL) == []


# Connections -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [OutageType.RECONNECT, OutageType.DUPLICATES, OutageType.RETAINED])
def test_what_the_exchange_does_not_rest_on_changes_nothing(kind: OutageType) -> None:
    """Connections that hold, messages that come once, and retained messages: the exercise is the same without."""
    undisturbed, broken = played(sees=RIVER), played(outage(kind), sees=RIVER)

    assert [entry for entry in broken.entries if entry.kind not in ("run", "outage", "delivery")] == [
        entry for entry in undisturbed.entries if entry.kind != "run"
    ]
    assert bool(deliveries(broken, "again")) == (kind is OutageType.DUPLICATES)


def test_over_a_slow_link_everything_comes_in_the_end_and_in_order() -> None:
    seen = played(
        outage(OutageType.SLOW, WATER, delay_ms=(minutes(1), minutes(9)), loss=0.3, retry_ms=minutes(4)),
        sees=RIVER,
    )
    sent = [one.event.id for one in seen.heard]
    late = [one.event for one in deliveries(seen, "late")]
    written = {one.event.id for one in seen.heard if one.shape is Shape.SHARED}

    assert late
    assert [sent.index(one) for one in late] == sorted(sent.index(one) for one in late)
    assert read_by(seen, WATER, Shape.SHARED) == written
    assert seen.notes("fallback") == []


def test_what_is_written_over_a_slow_link_is_in_the_picture_later() -> None:
    slow = outage(OutageType.SLOW, WATER, delay_ms=(minutes(10), minutes(10)))
    prompt, late = (
        [one.at_ms - one.event.exercisems for one in seen.of(ItemUpdate, sender=WATER, shape=Shape.OWN)]
        for seen in (played(), played(slow))
    )
    assert set(prompt) == {0}
    assert minutes(10) in late
