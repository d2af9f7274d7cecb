"""A scene over a log that grows keeps few records in memory, and says the same as one that keeps them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.records.record import Record
from sim.replay.log_file import AtHand, GrowingLog
from sim.replay.scene import Scene
from sim.runlog.disk import LOG_NAME
from sim.runlog.errors import RunLogError
from sim.runlog.reader import read
from tests.played import Played

AT_HAND = 7


@pytest.fixture(scope="module")
def log(played: Played) -> Path:
    return played("gaslek-keten").folder / LOG_NAME


@pytest.fixture(scope="module")
def records(log: Path) -> list[Record]:
    return list(read(log.parent))


def grown(log: Path, records: list[Record]) -> tuple[Scene, GrowingLog]:
    shelf = GrowingLog(log, AT_HAND)
    scene, start = Scene(shelf), 0
    for record, line in zip(records, log.read_bytes().splitlines(keepends=True), strict=True):
        shelf.starts.append(start)
        scene.take(record)
        start += len(line)
    return scene, shelf


def test_it_says_the_same_as_a_scene_that_keeps_all(log: Path, records: list[Record]) -> None:
    scene, _ = grown(log, records)
    whole = Scene()
    for record in records:
        whole.take(record)
    assert scene.truth() == whole.truth()
    assert scene.shared_picture() == whole.shared_picture()
    assert scene.denials == whole.denials
    assert scene.activities() == whole.activities()
    for party in whole.opening.parties:
        assert scene.picture_of(party.id) == whole.picture_of(party.id)
    for item in whole.shared_picture():
        assert scene.history(item) == whole.history(item)


def test_every_record_is_found_again_and_few_are_kept(log: Path, records: list[Record]) -> None:
    _, shelf = grown(log, records)
    assert len(records) > 10 * AT_HAND
    assert [shelf.record(record.seq) for record in records] == records
    assert sum(shelf._at_hand.get(record.seq) is not None for record in records) == AT_HAND


def test_what_is_asked_for_stays_at_hand(records: list[Record]) -> None:
    first, *others = records
    kept = AtHand(2)
    kept.put(first)
    for record in others[:5]:
        kept.put(record)
        assert kept.get(first.seq) is first
    assert kept.get(others[0].seq) is None


def test_a_log_that_was_changed_is_said_so(log: Path, records: list[Record], tmp_path: Path) -> None:
    changed = tmp_path / LOG_NAME
    changed.write_bytes(log.read_bytes())
    shelf = GrowingLog(changed, AT_HAND)
    shelf.starts.extend([0, 0])
    with pytest.raises(RunLogError, match="expected record 1, found 0: the log was changed"):
        shelf.record(1)
    changed.unlink()
    with pytest.raises(RunLogError):
        shelf.record(0)
