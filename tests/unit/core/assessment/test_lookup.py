"""What is kept of a log once, and what is looked up in it: the same as what a walk through the log would find."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.log.condense import Condenser
from sim.core.assessment.log.lookup import FirstTold, from_fault, tells_truth
from sim.core.messages.contents import ItemUpdate, Receipt
from sim.core.messages.items import Item, ItemRef
from tests.unit.core.assessment.logs import FAULT, GRID, REGION, STATUS, WATER, Log, fact, item, minutes


def _copy(thing: Item) -> Item:
    return msgspec.json.decode(msgspec.json.encode(thing), type=Item)


@given(
    st.lists(st.tuples(st.sampled_from("st"), st.integers(0, 9))), st.sampled_from("stu"), st.integers(0, 10)
)
def test_the_first_that_is_new_enough_is_the_one_that_a_walk_finds(
    told: Sequence[tuple[str, int]], subject: str, since: int
) -> None:
    log = Log()
    for place, (about, observed) in enumerate(told):
        log.shared(10 + place, item(f"i-{place}", observed=observed, subject=about))
    known = gather(log.records).log
    new_enough = (
        row
        for row, one in enumerate(known.statements)
        if one.item.subject == subject and one.item.observed_at_ms >= minutes(since)
    )
    first = FirstTold(known.told, known.told.where(known.told.shared))
    assert first.at_least(subject, minutes(since)) == next(new_enough, None)


def test_what_an_item_says_is_kept_once_however_often_it_is_told_and_what_differs_is_another() -> None:
    once = Condenser()
    told, newer = item("s", 1, observed=5), item("s", 2, observed=9)
    slip = msgspec.structs.replace(_copy(told), title=msgspec.structs.replace(told.title, nl="x"))
    assert [once.face(one) for one in (_copy(told), _copy(newer), slip, _copy(told))] == [0, 0, 1, 0]
    assert [once.item(_copy(one)) for one in (told, newer, slip)] == [told, newer, slip]
    assert once.item(_copy(newer)).title is once.item(_copy(told)).title


def test_the_index_says_what_the_log_says_and_keeps_it_once() -> None:
    log = Log()
    told = item("s", observed=5, valid_until_ms=minutes(90))
    slip = msgspec.structs.replace(told, title=msgspec.structs.replace(told.title, nl="x"))
    log.shared(10, _copy(told), (GRID, WATER))
    log.shared(20, _copy(told), (GRID, WATER))
    log.shared(25, slip, (GRID,))
    log.receipt(30, GRID, _copy(told))
    log.perceive(40, GRID)
    known = gather(log.end(60).records).log

    one, other, _ = known.statements
    assert one.item.title is other.item.title
    assert one.item == told
    assert one.readers is other.readers
    assert one.holders == tuple(sorted((GRID, REGION, WATER)))
    assert [sent.data for sent in known.sent(ItemUpdate)][:2] == [ItemUpdate(item=told)] * 2
    assert [sent.data.items[0].item for sent in known.sent(Receipt)] == ["s"]
    assert [seen.content.observation.fact for seen in known.observed] == [fact()]
    assert [type(sent.data) for sent in known.all_messages] == [ItemUpdate, ItemUpdate, ItemUpdate, Receipt]
    assert known.versions.get(ItemRef("s", 1)) == (told, slip)
    assert ItemRef("s", 2) not in known.versions
    assert ItemRef("unheard-of", 1) not in known.versions


def test_what_comes_from_a_fault_tells_no_truth_unless_it_was_put_right() -> None:
    log = Log()
    log.fault(5, GRID)
    wrong = [
        item("s", 1, faults=(FAULT,)),
        item("s", 2, faults=(FAULT,), status=STATUS.CORRECTED),
        item("s", 3, status=STATUS.REFUTED),
        item("s", 4, faults=("clock-1",)),
    ]
    for at, one in enumerate(wrong, 10):
        log.shared(at, one)
    known = gather(log.records).log
    assert [tells_truth(known, one) for one in wrong] == [False, True, False, True]
    assert [one.item.version for one in from_fault(known, FAULT)] == [1, 2]
    assert from_fault(known, "nobody-knows") == ()
