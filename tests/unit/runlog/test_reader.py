from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from sim.core.records.kinds import Garbled
from sim.core.records.record import LINE_BYTES_MAX, Entry
from sim.runlog.disk import LOG_NAME
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest
from sim.runlog.reader import RunLog, read
from sim.runlog.writer import RunLogWriter

Entries = tuple[Entry, ...]


def test_a_log_is_read_record_by_record(ended: Path, entries: Entries) -> None:
    log = RunLog(ended)

    assert [record.content for record in log.records()] == [entry.content for entry in entries]
    assert log.manifest.status == "ended"
    assert log.torn_bytes == 0


def test_a_log_can_be_read_again(ended: Path) -> None:
    log = RunLog(ended)

    assert list(log.records()) == list(log.records())


def test_a_torn_line_of_a_running_log_is_no_record_and_is_told(running: Path) -> None:
    with (running / LOG_NAME).open("ab") as file:
        file.write(b'{"seq":3')

    log = RunLog(running)

    assert log.torn_bytes == 8
    assert len(list(log.records())) == 3


def test_a_long_torn_line_is_counted_whole(running: Path) -> None:
    with (running / LOG_NAME).open("ab") as file:
        file.write(b"x" * 200_000)

    assert RunLog(running).torn_bytes == 200_000


def test_a_torn_line_of_a_closed_log_is_bad(ended: Path) -> None:
    with (ended / LOG_NAME).open("ab") as file:
        file.write(b'{"seq":4')

    with pytest.raises(RunLogError, match=r"run\.jsonl: record 4: "):
        list(read(ended))


def test_a_log_that_is_all_torn_has_no_records(running: Path) -> None:
    (running / LOG_NAME).write_bytes(b'{"seq":0')

    log = RunLog(running)

    assert (log.torn_bytes, list(log.records())) == (8, [])


def test_a_bad_record_is_named_after_those_before_it(ended: Path) -> None:
    path = ended / LOG_NAME
    path.write_bytes(path.read_bytes().replace(b'"clock"', b'"clack"'))
    records = read(ended)

    assert next(records).kind == "run"
    with pytest.raises(RunLogError, match=r"run\.jsonl: record 1: .*it was changed"):
        next(records)


def test_a_closed_log_that_was_cut_short_is_told_at_its_end(ended: Path) -> None:
    path = ended / LOG_NAME
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))

    with pytest.raises(RunLogError, match="expected the 4 records that the manifest counts, found 2"):
        list(read(ended))


def test_a_line_longer_than_any_can_be_is_refused_in_a_running_log_too(running: Path) -> None:
    with (running / LOG_NAME).open("ab") as file:
        file.write(b"x" * (LINE_BYTES_MAX + 1))

    with pytest.raises(RunLogError, match="record 3: expected at most"):
        list(read(running))


def test_what_is_no_run_is_told_at_once(tmp_path: Path, ended: Path) -> None:
    with pytest.raises(RunLogError, match="expected the folder of a run, found nothing"):
        read(tmp_path / "none")
    (ended / LOG_NAME).unlink()
    with pytest.raises(RunLogError, match=r"run\.jsonl: No such file or directory"):
        read(ended)


def test_a_long_log_is_read_in_little_memory(
    tmp_path: Path, manifest: Manifest, now: Callable[[], datetime]
) -> None:
    with RunLogWriter.create(tmp_path / "run", manifest, now) as writer:
        for _ in range(100):
            writer.append([Entry(0, "garbled", Garbled("t", "x" * 100_000))])

    tracemalloc.start()
    try:
        assert sum(1 for _ in read(tmp_path / "run")) == 100
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000 < (tmp_path / "run" / LOG_NAME).stat().st_size


def test_an_assessment_takes_in_no_more_records_than_it_has_room_for(
    ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.runlog.reader.ASSESSED_MAX", 3)

    with pytest.raises(RunLogError, match=r"run\.jsonl: expected at most 3 records to assess, found more"):
        list(RunLog(ended).records(lean=True))
    assert len(list(RunLog(ended).records())) == 4, "what keeps nothing reads on"
