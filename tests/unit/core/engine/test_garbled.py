"""The record of a message that cannot be used says where it was sent, what is wrong, and from whom it is."""

from __future__ import annotations

import pytest

from sim.core.engine.ledger import Ledger
from sim.core.engine.outside.garbled import REASON_CHARACTERS_MAX, garbled
from sim.core.model.access import AccessTable, Rule, compile_access
from sim.core.model.agreement import Agreement
from sim.core.model.profile import Action
from sim.core.records.kinds import Garbled
from tests.unit.core.agents.helpers import CROSS, FLOOD, PROFILES, REGION, WATER, activities, everybody
from tests.unit.core.engine.test_engine import SHARED, TAB


def ledger() -> Ledger:
    parties = everybody()
    agreements: dict[str, Agreement] = {}
    table = compile_access(parties.values(), PROFILES, activities().values(), agreements)
    return Ledger(table, parties, activities())


def accounts(known: Ledger, topic: str, now: int = 5) -> tuple[str, ...]:
    entry = garbled(known, now, topic, "wrong")
    assert (entry.at_ms, entry.kind) == (now, "garbled")
    assert isinstance(entry.content, Garbled)
    assert (entry.content.topic, entry.content.reason) == (topic, "wrong")
    return entry.content.accounts


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        (TAB, (WATER,)),
        (SHARED, (REGION,)),
        (f"post/{REGION}/{WATER}/request", (WATER,)),
        (f"activity/{FLOOD}/card", (REGION,)),
    ],
)
def test_a_message_is_from_the_account_that_may_write_on_the_topic(
    topic: str, expected: tuple[str, ...]
) -> None:
    assert accounts(ledger(), topic) == expected


def test_where_several_accounts_may_write_all_of_them_are_named() -> None:
    known = ledger()
    rules = {party: (Rule(party, Action.PUBLISH, "national/+/+", "x", "x"),) for party in (WATER, REGION)}
    known.table = AccessTable(rules=rules)
    assert accounts(known, "national/x/y") == tuple(sorted((REGION, WATER)))


def test_once_the_right_has_ended_the_topic_still_names_its_sender() -> None:
    assert accounts(ledger(), f"activity/{FLOOD}/signal/{CROSS}") == (CROSS,)


@pytest.mark.parametrize("topic", [f"activity/{FLOOD}/signal/nobody", "nonsense", "clock", ""])
def test_what_nobody_may_write_and_names_no_party_is_from_nobody_known(topic: str) -> None:
    assert accounts(ledger(), topic) == ()


@pytest.mark.parametrize("extra", [0, 1, 100_000])
def test_what_is_wrong_is_told_in_few_words(extra: int) -> None:
    content = garbled(ledger(), 0, TAB, "x" * (REASON_CHARACTERS_MAX + extra)).content
    assert isinstance(content, Garbled)
    assert len(content.reason) == REASON_CHARACTERS_MAX
    assert content.reason.endswith("…") == bool(extra)
