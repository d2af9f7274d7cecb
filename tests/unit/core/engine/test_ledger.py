"""The ledger keeps what it foresees; what it keeps must never outlive a change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.engine import ledger as ledger_module
from sim.core.engine.exchange import BrokerAnswer, SubscriptionWish
from sim.core.engine.foresight import Subscriptions, foresee
from sim.core.engine.ledger import Ledger
from sim.core.messages.contents import GrantNotice, Withdrawal
from sim.core.model.access import compile_access
from tests.unit.core.agents.helpers import (
    CROSS,
    FLOOD,
    PROFILES,
    REGION,
    WATER,
    activities,
    event,
    everybody,
)

YES = BrokerAnswer(accepted=True)
READING, TOPIC = f"activity/{FLOOD}/shared/#", f"activity/{FLOOD}/shared/a2-situation/x"
GRANT = GrantNotice(activity=FLOOD, bundle="activity-reader")
BACK = Withdrawal(activity=FLOOD, bundle="activity-reader")


def ledger() -> Ledger:
    table = compile_access(everybody().values(), PROFILES, activities().values())
    return Ledger(table, everybody(), activities())


def notice(known: Ledger, now: int, content: GrantNotice | Withdrawal) -> None:
    known.change_rights(now, [(f"post/{CROSS}/{REGION}/grant", event(REGION, content))])


def test_a_change_of_rights_is_foreseen_from_the_next_millisecond_on() -> None:
    known = ledger()
    notice(known, 10, GRANT)
    known.subscribe(11, SubscriptionWish(CROSS, READING, active=True), YES)
    assert known.foresee(REGION, TOPIC, 11).readers == (CROSS,)
    notice(known, 20, BACK)
    readers = [known.foresee(REGION, TOPIC, at_ms).readers for at_ms in (20, 21, 22)]
    assert readers == [(CROSS,), (), ()]
    assert known.foresee(REGION, TOPIC, 22).withheld == (CROSS,)


def test_what_is_kept_is_bounded_and_still_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "FORESEEN_MAX", 2)
    known = ledger()
    known.subscribe(0, SubscriptionWish(WATER, READING, active=True), YES)
    topics = [TOPIC, f"{TOPIC}1", f"{TOPIC}2", TOPIC]
    assert [known.foresee(REGION, topic, 1).readers for topic in topics] == [(WATER,)] * 4
    assert len(known._foreseen) <= 2


STEP = st.sampled_from(("subscribe", "unsubscribe", "grant", "withdraw", "later", "ask"))


@given(st.lists(st.tuples(STEP, st.sampled_from((CROSS, WATER))), max_size=25))
def test_what_is_kept_is_always_what_would_be_found_anew(steps: list[tuple[str, str]]) -> None:
    known, subscriptions, now = ledger(), Subscriptions(), 0
    for step, party in steps:
        allowed = known.table.decide_subscription(party, now, READING).allowed
        if step == "subscribe" and allowed:
            known.subscribe(now, SubscriptionWish(party, READING, active=True), YES)
            subscriptions.add(party, READING)
        elif step == "unsubscribe":
            known.unsubscribe(now, SubscriptionWish(party, READING, active=False))
            subscriptions.discard(party, READING)
        elif step in ("grant", "withdraw"):
            notice(known, now, GRANT if step == "grant" else BACK)
        elif step == "later":
            now += 1
        assert known.foresee(REGION, TOPIC, now) == foresee(known.table, subscriptions, REGION, TOPIC, now)
