from __future__ import annotations

import pytest

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.information.receipts import BEHAVIOUR, EVERY_MS, IN_HAND, ITEMS_MAX, NAME, READ
from sim.core.messages.contents import (
    Answer,
    Briefing,
    Confidence,
    ItemUpdate,
    Receipt,
    Snapshot,
    Withdrawal,
)
from sim.core.messages.items import ItemRef
from sim.core.model.agreement import Norm
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
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


@pytest.mark.parametrize(
    ("general", "added", "after_ms"),
    [
        (None, None, EVERY_MS),
        (40 * MINUTE_MS, None, 20 * MINUTE_MS),
        (40 * MINUTE_MS, 30 * MINUTE_MS, 15 * MINUTE_MS),
        (None, 30 * MINUTE_MS, 15 * MINUTE_MS),
        (24 * HOUR_MS, None, EVERY_MS),
    ],
)
def test_the_agreed_term_leaves_half_of_it_for_reading(
    general: int | None, added: int | None, after_ms: int
) -> None:
    agreed = agreement(WATER, fetch=Norm(general, "exercise") if general else None)
    if added:
        agreed = agreed.with_addition(REGION, {"fetch": Norm(added, "exercise")}, {})
    me = brief(WATER, agreements=[agreed])
    _, acts = react(me, BEHAVIOUR, AgentState(), delivered(REGION, ItemUpdate(item=item())), now=5)
    assert only(Wake, acts).at_ms == 5 + after_ms


def round_of(state: AgentState, wake: Wake, now: int = 1_000) -> tuple[AgentState, list[Wake]]:
    """Let the round come in which somebody is to read; return the errand, and the next round if any."""
    state, acts = react(ME, BEHAVIOUR, state, woken(wake), now=now)
    return state, [act for act in acts if isinstance(act, Wake)]


def test_reading_is_somebodys_errand_and_more_items_wait_for_the_same() -> None:
    first = delivered(REGION, ItemUpdate(item=item("b")))
    second = delivered(REGION, Snapshot(activity=FLOOD, items=(item("a"), item("b"))))
    third = delivered(REGION, Confidence(activity=FLOOD, items=(item("c"),)))
    fourth = delivered(REGION, Answer(activity=FLOOD, of="e", outcome="informed", items=(item("d"),)))
    doubt = delivered(REGION, Answer(activity=FLOOD, of="e", outcome="confirmed", item=item("e")))
    state, acts = react(ME, BEHAVIOUR, AgentState(), first, second, third, fourth, doubt)
    state, (errand,) = round_of(state, only(Wake, acts), now=50)
    assert (errand.errand, errand.at_ms) == (READ, 50 + REACTION_MS)
    after, written = react(ME, BEHAVIOUR, state, woken(errand))
    publish = only(Publish, written)
    assert publish.topic == f"receipt/{WATER}"
    assert [ref.item for ref in content_of(publish, Receipt).items] == ["a", "b", "c", "d"]
    assert (after.mind(NAME), after.mind(IN_HAND)) == ({}, {})


def test_what_nobody_gets_round_to_reading_is_on_no_receipt() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, ItemUpdate(item=item("missed"))))
    state, _ = round_of(state, only(Wake, acts))
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, ItemUpdate(item=item("read"))))
    state, (errand,) = round_of(state, only(Wake, acts))
    _, acts = react(ME, BEHAVIOUR, state, woken(errand))
    assert content_of(only(Publish, acts), Receipt).items == (ItemRef("read", 1),)


def test_a_receipt_names_the_faults_behind_what_was_read_also_when_a_newer_version_came() -> None:
    told = (item("a", causation=("f-2", "f-1")), item("b", causation=("f-3",)), item("c"))
    newer = ItemUpdate(item=item("b", version=2))
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, Snapshot(activity=FLOOD, items=told)))
    state, _ = react(ME, BEHAVIOUR, state, delivered(REGION, newer))
    state, (errand,) = round_of(state, only(Wake, acts))
    _, written = react(ME, BEHAVIOUR, state, woken(errand))
    assert only(Publish, written).injects == ("f-1", "f-2", "f-3")


def test_a_message_without_items_begins_nothing() -> None:
    empty = delivered(REGION, Briefing(activity=FLOOD, items=()))
    assert react(ME, BEHAVIOUR, AgentState(), empty) == (AgentState(), [])


def test_what_does_not_fit_on_one_receipt_waits_for_the_next() -> None:
    items = tuple(item(f"i{n:04d}") for n in range(ITEMS_MAX + 2))
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, Snapshot(activity=FLOOD, items=items)))
    state, (first, again) = round_of(state, only(Wake, acts), now=7)
    assert again.at_ms == 7 + EVERY_MS
    state, acts = react(ME, BEHAVIOUR, state, woken(first))
    assert len(content_of(only(Publish, acts), Receipt).items) == ITEMS_MAX
    state, (last,) = round_of(state, again)
    _, acts = react(ME, BEHAVIOUR, state, woken(last))
    assert content_of(only(Publish, acts), Receipt).items == (ItemRef("i0500", 1), ItemRef("i0501", 1))


def test_who_is_decoupled_forgets_its_receipt_also_while_it_reads() -> None:
    arrived = delivered(REGION, ItemUpdate(item=item()))
    decoupled = delivered(REGION, Withdrawal(activity=FLOOD, bundle="activity-reader"))
    state, acts = react(ME, BEHAVIOUR, AgentState(), arrived)
    reading, (errand,) = round_of(state, only(Wake, acts))
    state, _ = react(ME, BEHAVIOUR, state, decoupled)
    assert react(ME, BEHAVIOUR, state, woken(only(Wake, acts))) == (state, [])
    reading, _ = react(ME, BEHAVIOUR, reading, decoupled)
    assert react(ME, BEHAVIOUR, reading, woken(errand)) == (reading, [])


def test_who_still_works_elsewhere_keeps_what_it_read() -> None:
    arrived = delivered(REGION, ItemUpdate(item=item()))
    state, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0, FIRE: 0}), arrived)
    decoupled = delivered(REGION, Withdrawal(activity=FLOOD, bundle="activity-reader"))
    state, _ = react(ME, BEHAVIOUR, state, decoupled)
    state, (errand,) = round_of(state, only(Wake, acts))
    _, written = react(ME, BEHAVIOUR, state, woken(errand))
    assert content_of(only(Publish, written), Receipt).items == (ItemRef(item().id, item().version),)
