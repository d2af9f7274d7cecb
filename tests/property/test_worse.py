"""Whatever makes a run worse makes no result better: of no criterion, of no partner, nor of the exercise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Assessment, Finding, Result
from sim.core.messages.contents import Ack, Alarm, Answer, Briefing, Proposal, Receipt, SitRep, Verdict
from sim.core.records.kinds import Denied, Message, Note, Undelivered
from sim.core.records.record import Record
from tests.property.levers import END, LEVERS, Lever
from tests.property.random_logs import sampled_logs
from tests.unit.core.assessment.examples import EXCEPTIONS
from tests.unit.core.assessment.logs import CRITERIA, GRID, WATER, Log, finding, minutes

LATER: Final = minutes(10)

Picks = Callable[[Sequence[Record], Record], bool]


def _is(kind: type[Any], fits: Callable[[Any], bool] = lambda content: True) -> Picks:
    return lambda records, record: (
        isinstance(record.content, Message)
        and isinstance(record.content.event.data, kind)
        and fits(record.content.event.data)
    )


def _answers_a_call(records: Sequence[Record], record: Record) -> bool:
    """Say whether it acknowledges an alarm that came."""
    if not _is(Ack)(records, record):
        return False
    alarms = [one for one in records if _is(Alarm)(records, one) and one.content.readers]
    return any(one.content.event.id == record.content.event.data.of for one in alarms)


def _at_work(picks: Picks) -> Picks:
    """Pick only what a party says where it spoke before: its first word in an activity shows since when it is there."""

    def fits(records: Sequence[Record], record: Record) -> bool:
        return picks(records, record) and any(
            one.seq < record.seq
            and isinstance(one.content, Message)
            and one.content.event.sender == record.content.event.sender
            and getattr(one.content.event.data, "activity", "") == record.content.event.data.activity
            for one in records
        )

    return fits


def _judges_the_newest(records: Sequence[Record], record: Record) -> bool:
    """Say whether it judges, and says why, what no newer version replaces; who replaces a proposal waits for that."""
    if not _is(Verdict, _says_why)(records, record):
        return False
    about = record.content.event.data.about
    proposed = [one.content.event.data.item for one in records if _is(Proposal)(records, one)]
    return not any(item.id == about.item and item.version > about.version for item in proposed)


def _says_why(verdict: Verdict) -> bool:
    return verdict.outcome != "rejected" or bool(verdict.reason.nl)


TAKEN_AWAY: Final[Mapping[str, Picks]] = {
    "acknowledgement": _answers_a_call,
    "answer": _at_work(_is(Answer, lambda answer: answer.outcome == "unknown" and answer.item is None)),
    "briefing": _is(Briefing, lambda briefing: not briefing.items),
    "receipt": _is(Receipt),
    "verdict": _judges_the_newest,
}
"""What is worse when it does not come, and when it comes later."""

DELAYED: Final[Mapping[str, Picks]] = {
    **{name: picks for name, picks in TAKEN_AWAY.items() if name != "briefing"},
    "report": _at_work(_is(SitRep, lambda report: not report.items)),
}

ADDED: Final[Mapping[str, tuple[str, Any]]] = {
    "attempt": ("denied", Denied(WATER, "publish", "activity/flood/shared/x/y", "no-right", "Tabel 1")),
    "leak": ("leak", Undelivered(WATER, "activity/flood/card", "e-1")),
    "loss": ("lost", Undelivered(GRID, "activity/flood/card", "e-1")),
    "missed": ("note", Note(WATER, "missed")),
    "slip": ("note", Note(GRID, "slip")),
    "forgotten": ("note", Note(GRID, "forgotten")),
    "unreachable": ("note", Note(WATER, "unreachable")),
}


def _numbered(records: Sequence[Record]) -> list[Record]:
    return [replace(record, seq=seq) for seq, record in enumerate(records)]


def without_one(records: Sequence[Record], place: int) -> list[Record]:
    return _numbered([*records[:place], *records[place + 1 :]])


def later(records: Sequence[Record], place: int) -> list[Record]:
    """Let something happen later, but before the run ends."""
    *rest, end = [record for number, record in enumerate(records) if number != place]
    moved = replace(records[place], at_ms=min(records[place].at_ms + LATER, end.at_ms))
    return _numbered([*sorted([*rest, moved], key=lambda record: record.at_ms), end])


def with_one(records: Sequence[Record], kind: str, content: Any) -> list[Record]:
    *rest, end = records
    return _numbered([*rest, Record(0, end.at_ms, kind, (), content, {}), end])


def _worse(records: list[Record]) -> Iterator[tuple[str, list[Record]]]:
    for name, (kind, content) in ADDED.items():
        yield f"one more: {name}", with_one(records, kind, content)
    for name, picks in TAKEN_AWAY.items():
        for place in _places(records, picks):
            yield f"no {name}", without_one(records, place)
    for name, picks in DELAYED.items():
        for place in _places(records, picks):
            yield f"a later {name}", later(records, place)


def _places(records: Sequence[Record], picks: Picks) -> list[int]:
    return [place for place, record in enumerate(records) if picks(records, record)][:2]


_RANK: Final = {Result.MET: 3, Result.PARTLY_MET: 2, Result.NOT_MET: 1}


def is_better(worse: Result, base: Result) -> bool:
    """Say whether a result is better than another; what was not met is not undone by being seen no more."""
    if Result.NOT_OBSERVED in (worse, base):
        return base is Result.NOT_MET and worse is Result.NOT_OBSERVED
    return Result.NOT_APPLICABLE not in (worse, base) and _RANK[worse] > _RANK[base]


def _findings(assessment: Assessment) -> dict[tuple[str, str], Finding]:
    found = {("", one.id): one for one in assessment.criteria}
    return found | {(of.id, one.id): one for of in assessment.partners for one in of.criteria}


def test_nothing_that_is_worse_makes_any_result_better() -> None:
    """In random logs one thing more goes wrong, does not come, or comes later: every finding stays or falls."""
    tried = Counter[str]()
    for records in sampled_logs(60):
        base = _findings(assess(records, CRITERIA))
        for name, worse in _worse(records):
            tried[name] += 1
            for key, one in _findings(assess(worse, CRITERIA)).items():
                told = f"{name}: {key}, {base[key].reason.en} -> {one.reason.en}"
                assert not is_better(one.result, base[key].result), told
    assert {name.split()[-1] for name in tried} == {
        name.split()[-1] for name in (*ADDED, *TAKEN_AWAY, *DELAYED)
    }


# Lever by lever ----------------------------------------------------------------------------------------------

LADDER: Final = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 700)


def _found(lever: Lever, amount: int) -> Finding:
    log = Log()
    lever.build(log, amount)
    # A report that comes after the planned end makes the run longer, never shorter.
    return finding(log.end(max(END, log.records[-1].at_ms // minutes(1))), lever.party, lever.criterion)


def test_every_criterion_has_a_lever() -> None:
    assert {lever.criterion for lever in LEVERS} == {one.id for one in CRITERIA} - EXCEPTIONS.keys()


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.criterion)
def test_a_lever_takes_its_criterion_from_met_to_not_met_and_never_back(lever: Lever) -> None:
    """A later report, a longer exposure, one more leak, one topic less."""
    results = [_found(lever, amount).result for amount in LADDER]
    assert (results[0], results[-1]) == (Result.MET, Result.NOT_MET)
    assert not any(is_better(worse, base) for base, worse in combinations(results, 2)), results


# Many-fold amounts make long logs, so no single example is held to a time.
@given(
    st.sampled_from(LEVERS), st.integers(0, 700) | st.integers(0, 12), st.integers(0, 700) | st.integers(0, 3)
)
def test_worse_is_never_better(lever: Lever, amount: int, more: int) -> None:
    """By however much: the result stays or falls."""
    base, worse = _found(lever, amount), _found(lever, amount + more)
    assert not is_better(worse.result, base.result), f"{base.reason.en} -> {worse.reason.en}"
