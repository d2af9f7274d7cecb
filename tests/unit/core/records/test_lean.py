"""Records as an assessment reads them say what they say when they are read whole."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from sim.core.assessment.judging.judgment import assess
from sim.core.messages.contents import AnyContent, ItemUpdate, OtherContent
from sim.core.messages.items import LineString, Value
from sim.core.model.text import Text
from sim.core.records import lean
from sim.core.records.record import CONTENT_DECODERS, Chain, Entry, Record, RecordError, decode
from tests.unit.core.assessment.logs import CRITERIA, GRID, WATER, Log, item

PLACE = LineString(((5.1, 51.2), (5.3, 51.4)))


def _lines(log: Log) -> list[bytes]:
    chain = Chain()
    return [
        chain.seal(Entry(one.at_ms, one.kind, one.content, one.cause, {"wall_ms": 3})) for one in log.records
    ]


def _log() -> Log:
    log = Log()
    log.alert(1, WATER)
    log.truth(5, values=(Value("level", 2.5, "m"),))
    log.perceive(6, WATER, geometry=PLACE, text=Text("nl", "en"))
    told = item("s", observed=6, geometry=PLACE, values=(Value("level", 2.5, "m"),))
    log.own(7, WATER, told)
    log.shared(8, told, (WATER, GRID))
    log.receipt(9, GRID, told)
    log.sitrep(12, WATER, 12, (told,))
    log.fault(13)
    return log.end(30)


def test_what_is_lean_holds_what_the_whole_holds() -> None:
    for line in _lines(_log()):
        whole, read = decode(line), lean.decode(line)
        assert (read.seq, read.at_ms, read.kind, read.cause) == (
            whole.seq,
            whole.at_ms,
            whole.kind,
            whole.cause,
        )
        if isinstance(read.content, lean.LeanObserved):
            fact = read.content.observation.fact.whole()
            assert msgspec.structs.replace(whole.content.observation, fact=fact) == whole.content.observation
        elif isinstance(read.content, lean.LeanMessage):
            event = whole.content.event
            assert (read.content.event.sender, read.content.event.injects) == (event.sender, event.injects)
            data = read.content.event.data
            told = ItemUpdate(item=data.item.whole()) if isinstance(data, lean.LeanUpdate) else data
            assert told == event.data
        else:
            assert read == whole


def test_lean_or_whole_an_assessment_is_the_same() -> None:
    lines = _lines(_log())
    expected = assess([decode(line) for line in lines], CRITERIA)
    assert assess([lean.decode(line) for line in lines], CRITERIA) == expected
    chain = Chain()
    assert assess([chain.check(line, lean.LEAN_DECODERS) for line in lines], CRITERIA) == expected


def test_every_content_but_one_is_read_whole() -> None:
    assert {ItemUpdate, *get_args(OtherContent)} == set(get_args(AnyContent))
    assert lean.LEAN_DECODERS.keys() == CONTENT_DECODERS.keys()


def test_what_a_line_leaves_out_is_what_it_is_when_it_is_read_whole() -> None:
    line = next(line for line in _lines(_log()) if b"LineString" in line and b'"message":"item"' in line)
    whole = msgspec.json.decode(line)
    told = whole["content"]["event"]["data"]["item"]
    for name in ("text", "values", "geometry"):
        del told[name]
    short = msgspec.json.encode(whole)
    read, expected = lean.decode(short), decode(short)
    assert read.content.event.data.item.whole() == expected.content.event.data.item


def test_what_is_wrong_within_is_told_by_who_reads_it_first() -> None:
    line = next(line for line in _lines(_log()) if b"LineString" in line and b'"message":"item"' in line)
    bad = line.replace(b"5.1,51.2", b"5.1,951.2")
    assert bad != line
    read: Record = lean.decode(bad)
    with pytest.raises(RecordError, match="level"):
        read.content.event.data.item.whole()


def test_what_is_no_record_is_told_in_the_words_of_one_that_is_read_whole() -> None:
    line = _lines(_log())[1].replace(b'"at_ms":', b'"at_ms":x')
    with pytest.raises(RecordError) as whole:
        decode(line)
    with pytest.raises(RecordError) as read:
        lean.decode(line)
    assert str(read.value) == str(whole.value)
