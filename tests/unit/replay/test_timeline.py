"""A timeline goes to a moment, to the next of something and back; what it keeps beside the log is only a help."""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from sim.core.model.time import HOUR_MS
from sim.replay import checkpoints
from sim.replay.checkpoints import INDEX_NAME
from sim.replay.timeline import Timeline
from sim.runlog.disk import LOG_NAME
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import load_manifest, save_manifest
from sim.runlog.verify import verify
from tests.played import Played


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "_WORTH_KEEPING", 1)


@pytest.fixture
def run(played: Played, tmp_path: Path) -> Path:
    return Path(shutil.copytree(played("limburg-hoogwater").folder, tmp_path / "run"))


def test_at_a_moment_its_last_record_was_and_the_next_is_later(run: Path) -> None:
    with Timeline(run) as timeline:
        scene = timeline.seek_ms(60 * HOUR_MS)

        assert scene.at_ms == 60 * HOUR_MS
        assert timeline.when_ms(scene.seq) <= 60 * HOUR_MS
        assert timeline.next_ms is not None
        assert timeline.next_ms > 60 * HOUR_MS


def test_steps_go_through_every_record_and_moments_through_all_of_theirs(run: Path) -> None:
    with Timeline(run) as timeline:
        timeline.seek_seq(timeline.length - 400)
        one_by_one = [timeline.step() for _ in range(399)]
        assert [record.seq for record in one_by_one if record] == list(
            range(timeline.length - 399, timeline.length)
        )
        assert timeline.step() is None
        assert timeline.step_event() == ()
        timeline.seek_seq(timeline.length - 400)
        moments = []
        while moment := timeline.step_event():
            moments.append(moment)
        assert [record for moment in moments for record in moment] == one_by_one
        assert all(len({record.at_ms for record in moment}) == 1 for moment in moments)
        assert all(one[-1].at_ms < other[0].at_ms for one, other in pairwise(moments))


def test_jumps_go_to_the_next_and_to_the_one_before_and_stay_where_there_is_none(run: Path) -> None:
    with Timeline(run) as timeline:
        faults = list(timeline.seqs("fault"))
        found = []
        while fault := timeline.next("fault"):
            assert timeline.scene.seq == fault.seq
            found.append(fault.seq)
        assert found == faults
        before = timeline.previous("fault")
        assert before is not None
        assert before.seq == faults[-2]
        assert timeline.next([3, 5]) is None
        assert timeline.scene.seq == faults[-2]
        three = timeline.previous([3, 5])
        assert three is not None
        assert three.seq == 5
        assert timeline.previous("garbled") is None


def test_a_record_that_there_is_not_is_refused(run: Path) -> None:
    with Timeline(run) as timeline, pytest.raises(ValueError, match="expected a number from -1 to"):
        timeline.seek_seq(timeline.length)


def test_what_is_kept_is_for_its_owner_is_no_part_of_the_run_and_may_go(run: Path) -> None:
    with Timeline(run) as timeline:
        scene = timeline.seek_ms(60 * HOUR_MS)
        standing = scene.standing
    index = run / INDEX_NAME
    assert index.stat().st_mode & 0o077 == 0
    assert verify(run).ok
    with Timeline(run) as timeline:
        assert timeline.seek_ms(60 * HOUR_MS).standing == standing
    index.unlink()
    with Timeline(run) as timeline:
        assert timeline.seek_ms(60 * HOUR_MS).standing == standing


@pytest.mark.parametrize("harm", ["damaged", "empty", "of another log", "nonsense"])
def test_what_is_kept_and_does_not_fit_is_made_anew(run: Path, played: Played, harm: str) -> None:
    with Timeline(run) as timeline:
        length = timeline.length
    index = run / INDEX_NAME
    whole = index.read_bytes()
    if harm == "damaged":
        index.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif harm == "of another log":
        log = run / LOG_NAME
        os.utime(log, ns=(log.stat().st_atime_ns, log.stat().st_mtime_ns + 1))
    else:
        index.write_bytes(b"" if harm == "empty" else b"beeld replay index 1 00000000\n")
    before = index.read_bytes()
    with Timeline(run) as timeline:
        assert timeline.length == length
        assert timeline.seek_seq(length - 1).ended is not None
    assert index.read_bytes() != before


def test_a_folder_that_may_only_be_read_is_replayed_all_the_same(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "not here")

    monkeypatch.setattr(checkpoints, "replace_file", refuse)
    with Timeline(run) as timeline:
        assert timeline.seek_ms(60 * HOUR_MS).at_ms == 60 * HOUR_MS
    assert not (run / INDEX_NAME).exists()


def test_nothing_is_kept_where_that_is_asked(run: Path) -> None:
    with Timeline(run, keep=False) as timeline:
        assert timeline.next_ms == 0
    assert not (run / INDEX_NAME).exists()


def test_a_log_that_was_changed_is_refused_by_name(run: Path) -> None:
    log = run / LOG_NAME
    text = log.read_bytes()
    log.write_bytes(text.replace(b"Maastricht", b"Maastrecht", 1))

    with pytest.raises(RunLogError, match=r"run.jsonl: record \d+: expected the hash"):
        Timeline(run)


def test_a_log_that_changes_after_it_was_opened_is_seen(run: Path) -> None:
    with Timeline(run) as timeline:
        lines = (run / LOG_NAME).read_bytes().splitlines(keepends=True)
        (run / LOG_NAME).write_bytes(b"".join(lines[5:]))
        with pytest.raises(RunLogError, match="expected record 0, found 5: the log was changed"):
            timeline.step()


def test_a_log_that_is_still_growing_is_replayed_as_far_as_it_goes_and_nothing_is_kept(run: Path) -> None:
    manifest = load_manifest(run)
    save_manifest(run, msgspec.structs.replace(manifest, status="running", result=None))
    log = run / LOG_NAME
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:100]) + lines[100][:50])
    with Timeline(run) as timeline:
        assert timeline.length == 100
        assert timeline.seek_ms(timeline.end_ms).seq == 99
        assert timeline.scene.ended is None
        assert timeline.next_ms is None
    assert not (run / INDEX_NAME).exists()


def test_checkpoints_stay_few_and_small(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINTS_MAX", 10)
    monkeypatch.setattr(checkpoints, "CHECKPOINT_BYTES_MAX", 150_000)
    with Timeline(run, keep=False) as timeline:
        found = timeline._checkpoints.all
        assert 2 <= len(found) <= 10
        assert sum(len(one.standing) for one in found) <= 150_000
        assert timeline.seek_seq(timeline.length - 1).ended is not None


def test_what_a_history_tells_is_the_same_from_the_kept_index(run: Path) -> None:
    found = []
    for _ in range(2):
        with Timeline(run) as timeline:
            scene = timeline.seek_ms(60 * HOUR_MS)
            found.append({item: scene.history(item) for item in scene.shared_picture()})
    assert found[0]
    assert found[0] == found[1]
