"""What is kept of a log in columns: the same as what its records say, and little of it."""

from __future__ import annotations

import tracemalloc

import msgspec

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.rows import ROWS_MAX
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.log.columns import TIME_MAX, VERSION_MAX
from sim.core.assessment.log.event_ids import _BLOCK, EventIds
from sim.core.messages.contents import Alert, Briefing, ItemUpdate, Receipt, Snapshot
from sim.core.messages.items import ItemRef, Verification, VerificationStatus
from sim.core.records.record import Chain, Entry, decode
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    CRITERIA,
    GRID,
    NEIGHBOUR,
    REGION,
    WATER,
    Log,
    item,
    minutes,
)

AFTER_ALL = 10**30
"""A moment, or a version, that only a stranger tells of."""


def test_the_number_of_an_event_is_the_last_that_it_was_given_however_long_ago() -> None:
    ids = EventIds()
    for number in range(3 * _BLOCK):
        ids.add(f"e-{number}", number)
    ids.add("e-5", 7)
    ids.add("e\n-6", 8)
    assert [ids.number(f"e-{number}") for number in (0, 5, _BLOCK, 3 * _BLOCK - 1)] == [
        0,
        7,
        _BLOCK,
        3 * _BLOCK - 1,
    ]
    assert ids.number("e-") is None
    assert ids.number("e\n-7") is None
    assert ids.number("e\n-6") == 8


def test_what_is_told_stands_in_the_columns_as_it_was_told() -> None:
    log = Log()
    checked = Verification(VerificationStatus.VERIFIED, GRID, minutes(9))
    told = msgspec.structs.replace(item("s", 3, observed=5, valid_until_ms=minutes(90)), verification=checked)
    log.shared(10, told, (GRID,))
    log.sitrep(20, WATER, 20, (told, item("w", observed=2)))
    log.send(
        30, REGION, f"post/{GRID}/{REGION}/snapshot", Snapshot(activity=ACTIVITY, items=(told,)), (GRID,)
    )
    known = gather(log.end(60).records).log
    assert [one.item for one in known.statements] == [told, told, item("w", observed=2), told]
    assert [type(one.data).__name__ for one in known.all_messages] == ["ItemUpdate", "SitRep", "Snapshot"]
    assert [sent.data.items for sent in known.sent(Snapshot)] == [(told,)]
    assert [sent.data.items for sent in known.letters(Snapshot)] == [()]
    assert known.sent(Alert) == ()


def test_what_strangers_date_beyond_all_bounds_is_told_at_the_bound() -> None:
    log = Log()
    told = msgspec.structs.replace(
        item("s"),
        version=AFTER_ALL,
        observed_at_ms=-AFTER_ALL,
        reported_at_ms=AFTER_ALL,
        valid_until_ms=AFTER_ALL,
    )
    log.shared(10, told, (GRID,))
    log.send(
        20, GRID, f"receipt/{GRID}", Receipt(items=(ItemRef("s", AFTER_ALL), ItemRef("s", 1))), (REGION,)
    )
    known = gather(log.end(60).records).log
    (one,) = known.statements
    assert (one.item.version, one.item.observed_at_ms, one.item.valid_until_ms) == (
        VERSION_MAX,
        -TIME_MAX,
        TIME_MAX,
    )
    assert [ref.version for ref in known.sent(Receipt)[0].data.items] == [VERSION_MAX, 1]
    assert ItemRef("s", AFTER_ALL) in known.versions


def test_what_lies_outside_some_activities_is_not_found_within_them() -> None:
    log = Log()
    log.shared(10, item("s", observed=5), (GRID,))
    log.elsewhere(20, item("s", 2, observed=15), (GRID,))
    log.receipt(30, GRID, item("s"))
    known = gather(log.end(60).records).log
    within = known.within({ACTIVITY})
    assert [one.item.version for one in known.held[GRID]] == [1, 2]
    assert [one.item.version for one in within.held[GRID]] == [1]
    assert ItemRef("s", 2) in known.versions
    assert ItemRef("s", 2) not in within.versions
    assert [type(one.data) for one in within.all_messages] == [ItemUpdate, Receipt]
    assert within.told.rows.tolist() == [0]


def test_what_came_late_is_counted_once_more_for_whom_it_came() -> None:
    log = Log()
    receipt = log.receipt(10, GRID, item("s"))
    briefing = log.send(
        20,
        REGION,
        f"outside/{GRID}/{REGION}/briefing",
        Briefing(activity=ACTIVITY, items=(item("s"),)),
        (),
    )
    log.delivery(30, WATER, receipt, "late")
    log.delivery(31, GRID, briefing, "late")
    known = gather(log.end(60).records).log
    assert (known.deliveries[WATER], known.deliveries[GRID]) == (1, 1)
    assert [(one.late, one.sender) for one in known.came(Receipt)] == [(False, GRID), (True, GRID)]
    assert len(known.sent(Receipt)) == 1
    assert [(one.at_ms, one.holders) for one in known.statements] == [
        (minutes(20), (REGION,)),
        (minutes(31), (GRID,)),
    ]


# What it takes -----------------------------------------------------------------------------------------


def _lines(rounds: int) -> list[bytes]:
    """Return the lines of an exercise in which the same things happen again and again, at later times."""
    log = Log()
    log.alert(0, WATER)
    for number in range(rounds):
        at = 1 + 10 * number
        log.truth(at)
        log.perceive(at + 1, WATER)
        told = item("s", number + 1, observed=at + 1)
        log.own(at + 2, WATER, told)
        log.shared(at + 3, told, (WATER, GRID, NEIGHBOUR))
        log.receipt(at + 4, GRID, told)
        log.receipt(at + 5, NEIGHBOUR, told)
    chain = Chain()
    return [
        chain.seal(Entry(one.at_ms, one.kind, one.content, one.cause, {}))
        for one in log.end(11 + 10 * rounds).records
    ]


def _most_bytes(lines: list[bytes]) -> int:
    """Return the most memory that assessing a log takes at any moment."""
    tracemalloc.start()
    try:
        assessment = assess((decode(line) for line in lines), CRITERIA)
        assert assessment.complete, "it is assessed to its end"
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BYTES_MAX = 300
"""What assessing a record more of such a log may take: what is kept of it, and what is worked out of it in passing."""


def test_what_a_longer_log_takes_is_little_for_each_record_more() -> None:
    few, more, most = (_lines(rounds) for rounds in (ROWS_MAX // 5, ROWS_MAX, 3 * ROWS_MAX))
    _most_bytes(few)  # what is made once in a process is not counted
    growth = _most_bytes(most) - _most_bytes(more)
    assert growth / (len(most) - len(more)) < BYTES_MAX
