"""What came late counts from when it came, for whom it came; what was missed or came again does not count."""

from __future__ import annotations

from sim.core.assessment.evidence.evidence import gather
from sim.core.messages.contents import Alert, ItemUpdate
from tests.unit.core.assessment.logs import ACTIVITY, GRID, NOTHING, REGION, WATER, Log, item, minutes


def test_state_that_came_late_is_held_by_its_reader_from_then_on() -> None:
    log = Log()
    sent = log.shared(10, item("s"), (WATER,))
    log.delivery(40, GRID, sent, "late")
    log.delivery(40, WATER, sent, "again")
    known = gather(log.end(60).records).log

    assert [one.at_ms for one in known.held[GRID]] == [minutes(40)]
    assert [one.at_ms for one in known.held[WATER]] == [minutes(10)]
    assert [(one.at_ms, one.readers) for one in known.came(ItemUpdate)] == [
        (minutes(10), (WATER,)),
        (minutes(40), (GRID,)),
    ]
    assert [(one.at_ms, one.readers) for one in known.sent(ItemUpdate)] == [(minutes(10), (WATER,))]
    assert known.publications == {REGION: 1}
    assert [one.at_ms for one in known.statements if one.shared] == [minutes(10)]


def test_mail_that_came_late_is_one_message_and_came_to_whom_it_was_for() -> None:
    log = Log()
    alert = Alert(activity=ACTIVITY, text=NOTHING)
    sent = log.send(10, REGION, f"post/{GRID}/{REGION}/alert", alert, ())
    assert [one.came_to(GRID) for one in gather(log.records).log.sent(Alert)] == [False]
    log.delivery(40, GRID, sent, "late")
    (mail,) = gather(log.end(60).records).log.sent(Alert)
    assert (mail.at_ms, mail.came_to(GRID)) == (minutes(10), True)


def test_what_was_missed_or_is_of_no_known_message_counts_for_nothing() -> None:
    log = Log()
    sent = log.shared(10, item("s"), (WATER,))
    log.delivery(40, GRID, sent, "missed")
    log.delivery(41, GRID, "e-unknown", "late")
    known = gather(log.end(60).records).log
    assert GRID not in known.held
    assert len(known.sent(ItemUpdate)) == 1
