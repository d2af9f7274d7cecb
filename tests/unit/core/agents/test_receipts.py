from __future__ import annotations

from sim.core.agents.agent import AgentState, Publish, Wake
from sim.core.agents.receipts import BEHAVIOUR, EVERY_MS, ITEMS_MAX
from sim.core.messages.contents import Briefing, ItemUpdate, Receipt, Snapshot, Withdrawal
from sim.core.messages.items import ItemRef
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    REGION,
    WATER,
    brief,
    content_of,
    delivered,
    item,
    only,
    react,
    woken,
)

ME = brief(WATER)


def test_a_first_item_taken_in_begins_a_receipt() -> None:
    _, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, ItemUpdate(item=item())), now=5)
    assert only(Wake, acts).at_ms == 5 + EVERY_MS


def test_more_items_wait_on_the_same_receipt() -> None:
    first = delivered(REGION, ItemUpdate(item=item("b")))
    second = delivered(REGION, Snapshot(activity=FLOOD, items=(item("a"), item("b"))))
    state, acts = react(ME, BEHAVIOUR, AgentState(), first, second)
    after, written = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    publish = only(Publish, written)
    assert publish.topic == f"receipt/{WATER}"
    assert content_of(publish, Receipt).items == (ItemRef("a", 1), ItemRef("b", 1))
    assert after.mind("receipts") == {}


def test_a_receipt_names_the_faults_behind_what_was_read_and_still_stands() -> None:
    known = (item("a", causation=("f-1",)), item("b", version=2, causation=("f-2",)))
    state = AgentState(picture=of(known))
    snapshot = Snapshot(activity=FLOOD, items=(known[0], item("b", version=1), item("gone")))
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, snapshot))
    _, written = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert only(Publish, written).injects == ("f-1",)


def test_a_message_without_items_begins_nothing() -> None:
    empty = delivered(REGION, Briefing(activity=FLOOD, items=()))
    assert react(ME, BEHAVIOUR, AgentState(), empty) == (AgentState(), [])


def test_what_does_not_fit_on_one_receipt_waits_for_the_next() -> None:
    items = tuple(item(f"i{n:04d}") for n in range(ITEMS_MAX + 2))
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, Snapshot(activity=FLOOD, items=items)))
    state, (first, again) = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)), now=7)
    assert len(content_of(first, Receipt).items) == ITEMS_MAX
    assert isinstance(again, Wake)
    assert again.at_ms == 7 + EVERY_MS
    _, acts = react(ME, BEHAVIOUR, state, woken(again))
    assert content_of(only(Publish, acts), Receipt).items == (ItemRef("i0500", 1), ItemRef("i0501", 1))


def test_who_is_decoupled_forgets_its_receipt() -> None:
    arrived = delivered(REGION, ItemUpdate(item=item()))
    state, acts = react(ME, BEHAVIOUR, AgentState(), arrived)
    decoupled = delivered(REGION, Withdrawal(activity=FLOOD, bundle="activity-reader"))
    state, _ = react(ME, BEHAVIOUR, state, decoupled)
    assert react(ME, BEHAVIOUR, state, woken(only(Wake, acts))) == (state, [])


def test_who_still_works_elsewhere_keeps_what_it_read() -> None:
    arrived = delivered(REGION, ItemUpdate(item=item()))
    state, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0, FIRE: 0}), arrived)
    decoupled = delivered(REGION, Withdrawal(activity=FLOOD, bundle="activity-reader"))
    state, _ = react(ME, BEHAVIOUR, state, decoupled)
    _, written = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert content_of(only(Publish, written), Receipt).items == (ItemRef(item().id, item().version),)
