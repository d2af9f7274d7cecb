"""Whatever is written, and wherever the writer is killed: whole lines stay, and the chain goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.text import Text
from sim.core.records.kinds import (
    FORMAT_VERSION,
    AnyRecordContent,
    Denied,
    Ending,
    Garbled,
    Opening,
    Subscribed,
    Undelivered,
)
from sim.core.records.record import Chain, Entry
from sim.runlog.disk import LOG_NAME
from sim.runlog.manifest import Manifest, load_manifest
from sim.runlog.reader import RunLog, read
from sim.runlog.verify import verify
from sim.runlog.writer import RunLogWriter

STARTED = datetime(2026, 3, 4, tzinfo=UTC)
MANIFEST = Manifest(
    run="r-1",
    scenario="flood",
    seed=7,
    session="closed",
    broker="memory",
    pace="fast",
    started=STARTED,
    versions={},
)
OPENING = Entry(
    0,
    "run",
    Opening(
        format=FORMAT_VERSION,
        scenario="flood",
        name=Text("", ""),
        notice=Text("", ""),
        seed=7,
        session="closed",
        start="",
        end_ms=0,
        tick_ms=1,
        parties=(),
        activities=(),
        agreements=(),
        themes=(),
        inputs={},
    ),
)
ENDING = Ending(outcome="completed", messages=0, deliveries=0, denied=0, lost=0, leaked=0)

texts = st.text(max_size=20)
contents: st.SearchStrategy[tuple[str, AnyRecordContent]] = st.one_of(
    st.tuples(st.just("garbled"), st.builds(Garbled, texts, texts)),
    st.tuples(st.just("subscribed"), st.builds(Subscribed, texts, texts, st.booleans())),
    st.tuples(st.just("lost"), st.builds(Undelivered, texts, texts, texts)),
    st.tuples(st.just("denied"), st.builds(Denied, texts, st.just("publish"), texts, texts, texts)),
)
keys = st.one_of(texts, st.just("local"), st.just("hash"))
inner_parts = st.dictionaries(keys, st.one_of(st.integers(), texts), max_size=2)
local_parts: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    keys, st.one_of(st.integers(), texts, inner_parts), max_size=3
)


@st.composite
def runs(draw: st.DrawFn) -> list[Entry]:
    """Draw the records of a run up to its end record, which is left out."""
    times = sorted(draw(st.lists(st.integers(0, 10**12), max_size=8)))
    drawn = [(at, *draw(contents)) for at in times]
    return [
        OPENING,
        *(Entry(at, kind, content, tuple(draw(st.lists(texts, max_size=2)))) for at, kind, content in drawn),
    ]


@given(run=runs(), data=st.data())
def test_a_kill_at_any_byte_drops_the_torn_line_only(run: list[Entry], data: st.DataObject) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "run"
        with RunLogWriter.create(folder, MANIFEST, lambda: STARTED) as writer:
            writer.append(run)
        log = (folder / LOG_NAME).read_bytes()
        cut = data.draw(st.integers(0, len(log)))
        whole = log[:cut].rfind(b"\n") + 1
        (folder / LOG_NAME).write_bytes(log[:cut])

        assert verify(folder).ok
        assert RunLog(folder).torn_bytes == cut - whole
        with RunLogWriter.reopen(folder, lambda: STARTED) as writer:
            assert writer.dropped_bytes == cut - whole
            assert (folder / LOG_NAME).read_bytes() == log[:whole]
            # The writer goes on where it was: what is written again is what was there.
            writer.append(run[writer.records :])
            writer.append([Entry(run[-1].at_ms, "end", ENDING)])
            writer.finish("ended")

        assert (folder / LOG_NAME).read_bytes().startswith(log)
        assert load_manifest(folder).dropped_bytes == cut - whole
        assert verify(folder).complete
        assert [record.content for record in read(folder)] == [*(entry.content for entry in run), ENDING]


@given(run=runs(), local=local_parts)
def test_the_digest_is_the_same_whatever_is_local(run: list[Entry], local: dict[str, Any]) -> None:
    plain, other, reader = Chain(), Chain(), Chain()
    for entry in run:
        plain.seal(entry)
        reader.check(other.seal(entry, local))

    assert plain.digest == other.digest == reader.digest
    assert other.head == reader.head


@given(run=runs(), data=st.data())
def test_whatever_is_shared_changes_the_digest(run: list[Entry], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(run) - 1))
    entry = run[number]
    one, other = Chain(), Chain()
    for at, known in enumerate(run):
        one.seal(known)
        changed = Entry(entry.at_ms + 1, entry.kind, entry.content, entry.cause) if at == number else known
        other.seal(changed)

    assert one.digest != other.digest
