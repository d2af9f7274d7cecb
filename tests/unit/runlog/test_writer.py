from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.core.records.kinds import Garbled
from sim.core.records.record import RECORD_BYTES_MAX, Entry, RecordError
from sim.runlog import writer as writer_module
from sim.runlog.disk import LOG_NAME
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import MANIFEST_NAME, Manifest, load_manifest
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.runlog.writer import RunLogWriter, utc_now

Now = Callable[[], datetime]
Entries = tuple[Entry, ...]


def garbled(reason: str = "r") -> Entry:
    return Entry(5, "garbled", Garbled("t", reason))


def log(folder: Path) -> bytes:
    return (folder / LOG_NAME).read_bytes()


def test_a_run_that_ended_is_read_back_and_adds_up(
    tmp_path: Path, manifest: Manifest, entries: Entries, now: Now
) -> None:
    with RunLogWriter.create(tmp_path / "runs" / "r-1", manifest, now) as writer:
        assert writer.append(entries[:1]) == [0]
        writer.commit()
        assert writer.append(entries[1:], {"outcome": "code"}) == [1, 2, 3]
        writer.commit()
        final = writer.finish("ended", "the script is over")

    records = list(read(writer.folder))
    assert [record.content for record in records] == [entry.content for entry in entries]
    assert [record.local["wall_ms"] for record in records] == [1500] * 4
    assert records[0].local["manifest"] == manifest.origin()
    assert records[1].local == {"code": 1, "outcome": "code", "wall_ms": 1500}
    assert load_manifest(writer.folder) == final
    assert final.result is not None
    assert (final.status, final.result.reason, final.result.ended) == ("ended", "the script is over", now())
    assert (final.result.records, final.result.totals) == (4, entries[-1].content)
    assert (writer.records, writer.digest) == (4, final.result.digest)
    assert verify(writer.folder).ok


@pytest.mark.skipif(sys.platform == "win32", reason="other rights")
def test_a_log_is_for_its_owner_only(ended: Path) -> None:
    assert ended.stat().st_mode & 0o077 == 0


def test_nothing_is_ever_overwritten(tmp_path: Path, manifest: Manifest, ended: Path) -> None:
    before = log(ended)
    file = tmp_path / "file"
    file.touch()
    empty = tmp_path / "empty"
    empty.mkdir()

    for folder in (ended, file, empty):
        with pytest.raises(RunLogError, match=f"{folder}: expected a new folder, found one that exists"):
            RunLogWriter.create(folder, manifest)
    assert log(ended) == before
    assert list(empty.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, manifest: Manifest) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(RunLogError, match="file/run: Not a directory"):
        RunLogWriter.create(file / "run", manifest)


def test_a_manifest_that_cannot_be_written_is_told(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise RunLogError("manifest.json: No space left on device")

    monkeypatch.setattr(writer_module, "save_manifest", refuse)

    with pytest.raises(RunLogError, match="No space left"):
        RunLogWriter.create(tmp_path / "run", manifest)
    with pytest.raises(RunLogError, match="found none"):
        verify(tmp_path / "run")


def test_wall_time_is_the_clock_of_the_machine_unless_told_otherwise() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_what_is_committed_is_in_the_file_and_what_is_not_is_held_back(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    with RunLogWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(entries[:1])
        assert log(writer.folder) == b""
        writer.commit()
        assert log(writer.folder).count(b"\n") == 1
        assert writer.records == 1


def test_a_granted_time_with_very_much_in_it_is_not_held_in_memory(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    with RunLogWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(entries[:1])
        writer.append([garbled("x" * 500_000)] * 3)
        assert len(log(writer.folder)) > 1_000_000
        writer.append(entries[-1:])
        writer.finish("ended")
    assert verify(writer.folder).ok


def test_the_disk_is_told_to_keep_it_after_many_records_or_some_time(
    tmp_path: Path, manifest: Manifest, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "SYNC_RECORDS", 2)
    time = manifest.started
    with RunLogWriter.create(tmp_path / "run", manifest, lambda: time) as writer:
        synced: list[int] = []
        monkeypatch.setattr(os, "fsync", lambda _: synced.append(writer.records))
        for _ in range(5):
            writer.append([garbled()])
            writer.commit()
        assert synced == [2, 4]

        time += timedelta(seconds=5)
        writer.commit()
        writer.commit()
        assert synced == [2, 4, 5]
    assert synced == [2, 4, 5, 5]


def test_a_record_that_is_too_large_is_refused_and_the_log_goes_on(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    with RunLogWriter.create(tmp_path / "run", manifest) as writer:
        with pytest.raises(RecordError, match="record 1: expected at most"):
            writer.append([entries[0], garbled("x" * RECORD_BYTES_MAX), garbled()])
        assert writer.append(entries[-1:]) == [1]
        writer.finish("ended")
    assert verify(writer.folder).ok


def test_a_run_without_its_end_record_did_not_end(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    def session() -> None:
        with RunLogWriter.create(tmp_path / "run", manifest) as writer:
            writer.append(entries[:1])
            writer.finish("ended")

    with pytest.raises(RunLogError, match="expected an end record as the last, found none"):
        session()

    found = load_manifest(tmp_path / "run")
    assert (found.status, found.result and found.result.records) == ("failed", 1)
    assert verify(tmp_path / "run").ok


def test_a_log_that_is_closed_takes_nothing_more(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    writer = RunLogWriter.create(tmp_path / "run", manifest)
    writer.append(entries)
    writer.finish("ended")
    writer.close()

    with pytest.raises(RunLogError, match="expected a log that is open"):
        writer.append(entries)
    with pytest.raises(RunLogError, match="expected a log that is open"):
        writer.commit()


def test_an_exception_leaves_a_failed_run_that_is_whole_up_to_the_last_granted_time(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    def session() -> None:
        with RunLogWriter.create(tmp_path / "run", manifest) as writer:
            writer.append(entries[:2])
            writer.commit()
            writer.append(entries[2:3])
            raise ConnectionError("the broker is gone\nand more")

    with pytest.raises(ConnectionError):
        session()

    found = load_manifest(tmp_path / "run")
    assert found.status == "failed"
    assert found.result is not None
    assert (found.result.records, found.result.totals) == (2, None)
    assert found.result.reason == "ConnectionError: the broker is gone"
    assert len(list(read(tmp_path / "run"))) == 2
    assert verify(tmp_path / "run").ok


def test_an_interrupt_has_a_name_too(tmp_path: Path, manifest: Manifest) -> None:
    with pytest.raises(KeyboardInterrupt), RunLogWriter.create(tmp_path / "run", manifest):
        raise KeyboardInterrupt

    found = load_manifest(tmp_path / "run")
    assert found.result is not None
    assert found.result.reason == "KeyboardInterrupt"
    assert verify(tmp_path / "run").ok


def test_an_exception_after_the_run_was_finished_changes_nothing(
    tmp_path: Path, manifest: Manifest, entries: Entries
) -> None:
    def session() -> None:
        with RunLogWriter.create(tmp_path / "run", manifest) as writer:
            writer.append(entries)
            writer.finish("ended")
            raise KeyError

    with pytest.raises(KeyError):
        session()

    assert load_manifest(tmp_path / "run").status == "ended"


def test_what_went_wrong_first_is_what_people_see(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise RunLogError("manifest.json: No space left on device")

    def session() -> None:
        with RunLogWriter.create(tmp_path / "run", manifest):
            monkeypatch.setattr(writer_module, "save_manifest", refuse)
            raise KeyError

    with pytest.raises(KeyError) as caught:
        session()

    assert caught.value.__notes__ == ["manifest.json: No space left on device"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
@pytest.mark.parametrize("said", [True, False], ids=["the session finishes", "the session raises"])
def test_a_full_disk_leaves_a_failed_run_that_is_whole_up_to_the_last_granted_time(
    tmp_path: Path, manifest: Manifest, entries: Entries, said: bool
) -> None:
    import resource  # noqa: PLC0415 (there is none on Windows)

    writer = RunLogWriter.create(tmp_path / "run", manifest)

    def session() -> None:
        with writer:
            writer.append(entries[:1])
            writer.commit()
            writer.append([garbled("x" * 30_000)])
            try:
                writer.commit()
            except RunLogError as error:
                if said:
                    writer.finish("failed", str(error))
                raise

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(RunLogError, match=r"run\.jsonl: File too large"):
            session()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    found = load_manifest(tmp_path / "run")
    assert found.result is not None
    assert (found.status, found.result.records, writer.records) == ("failed", 1, 1)
    assert "File too large" in found.result.reason
    assert verify(tmp_path / "run").ok


@pytest.mark.parametrize("status", ["ended", "failed"])
def test_a_disk_that_fails_at_the_very_end(
    tmp_path: Path, manifest: Manifest, entries: Entries, monkeypatch: pytest.MonkeyPatch, status: Any
) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    writer = RunLogWriter.create(tmp_path / "run", manifest)
    writer.append(entries)
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(RunLogError, match="Input/output error"):
        writer.finish(status)

    monkeypatch.undo()
    assert load_manifest(tmp_path / "run").status == "running"
    assert verify(tmp_path / "run").records == 4


def test_a_torn_line_is_dropped_and_told_and_the_chain_goes_on(
    running: Path, entries: Entries, now: Now
) -> None:
    whole = log(running)
    (running / LOG_NAME).write_bytes(whole + b'{"seq":3,"at_')

    with RunLogWriter.reopen(running, now) as writer:
        assert writer.dropped_bytes == 13
        assert load_manifest(running).dropped_bytes == 13
        assert writer.append(entries[-1:]) == [3]
        writer.finish("ended")

    assert log(running).startswith(whole)
    assert verify(running).ok
    assert load_manifest(running).dropped_bytes == 13


def test_dropped_bytes_add_up(running: Path) -> None:
    for _ in range(2):
        with (running / LOG_NAME).open("ab") as file:
            file.write(b"torn")
        RunLogWriter.reopen(running).close()

    assert load_manifest(running).dropped_bytes == 8


def test_a_whole_log_is_continued_without_a_change(running: Path) -> None:
    before, manifest = log(running), (running / MANIFEST_NAME).read_bytes()

    with RunLogWriter.reopen(running) as writer:
        assert writer.dropped_bytes == 0

    assert (log(running), (running / MANIFEST_NAME).read_bytes()) == (before, manifest)


def test_a_run_that_was_killed_between_its_end_and_its_manifest_can_be_finished(
    running: Path, entries: Entries
) -> None:
    with RunLogWriter.reopen(running) as writer:
        writer.append(entries[-1:])

    with RunLogWriter.reopen(running) as writer:
        writer.finish("ended")

    assert verify(running).complete


def test_a_log_with_a_bad_whole_line_is_not_continued(running: Path) -> None:
    bad = log(running).replace(b'"clock"', b'"clack"') + b"torn"
    (running / LOG_NAME).write_bytes(bad)

    with pytest.raises(RunLogError, match=r"run\.jsonl: record 1: .*it was changed"):
        RunLogWriter.reopen(running)
    assert log(running) == bad


def test_a_run_that_has_ended_is_not_continued(ended: Path) -> None:
    with pytest.raises(RunLogError, match="expected a run that is running, found one that has ended"):
        RunLogWriter.reopen(ended)


def test_a_log_that_is_gone_is_told(running: Path) -> None:
    (running / LOG_NAME).unlink()

    with pytest.raises(RunLogError, match=r"run\.jsonl: No such file"):
        RunLogWriter.reopen(running)


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_a_log_has_one_writer(tmp_path: Path, manifest: Manifest) -> None:
    with RunLogWriter.create(tmp_path / "run", manifest) as writer:
        writer.append([garbled()])
        with pytest.raises(RunLogError, match="another process is writing this run log"):
            RunLogWriter.reopen(tmp_path / "run")
        writer.commit()
    RunLogWriter.reopen(tmp_path / "run").close()


WRITE_UNTIL_KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sim.core.records.kinds import Garbled
from sim.core.records.record import Entry
from sim.runlog.manifest import Manifest
from sim.runlog.writer import RunLogWriter

manifest = Manifest(run="r", scenario="s", seed=1, session="closed", broker="memory", pace="fast",
                    started=datetime.now(UTC), versions={})
with RunLogWriter.create(Path(sys.argv[1]), manifest) as writer:
    while True:
        writer.append([Entry(0, "garbled", Garbled("t", "r" * 3000))] * 3)
        writer.commit()
        print(writer.records, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of kill")
def test_a_kill_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for _ in range(40):
            assert process.stdout.readline()
        process.kill()
        committed = int(process.stdout.read().split(b"\n")[-2:][0] or 40 * 3)

    assert process.returncode == -9
    assert committed >= 40 * 3
    before = log(folder)
    with RunLogWriter.reopen(folder) as writer:
        assert writer.records >= committed
        assert before == log(folder) + before[len(before) - writer.dropped_bytes :]
        writer.append([garbled()])
    assert load_manifest(folder).status == "running"
    assert len(list(read(folder))) == writer.records
