"""Wherever one goes in a log, the scene is the one that is folded from its first record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.model.time import MINUTE_MS
from sim.core.records.record import Record
from sim.replay import checkpoints
from sim.replay.checkpoints import INDEX_NAME
from sim.replay.scene import Scene, scene_of
from sim.replay.standing import Standing
from sim.replay.timeline import Timeline
from sim.runlog.reader import read
from tests.property.random_logs import random_logs
from tests.property.random_steps import END, PARTIES
from tests.written import write_run

GOES = st.lists(
    st.tuples(st.sampled_from(("seq", "ms", "step", "event", "next", "previous")), st.integers(0, 10_000)),
    min_size=1,
    max_size=8,
)
WHAT = ("fault", "denied", "decision", "truth", "inject")


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Have checkpoints at every few records, and few of them, and keep them for short logs too."""
    with (
        patch.object(checkpoints, "FIRST_STEP", 2),
        patch.object(checkpoints, "CHECKPOINTS_MAX", 8),
        patch.object(checkpoints, "_WORTH_KEEPING", 1),
    ):
        yield


def go(timeline: Timeline, how: str, number: int) -> None:
    if how == "seq":
        timeline.seek_seq(number % (timeline.length + 1) - 1)
    elif how == "ms":
        timeline.seek_ms(number % (END + 5) * MINUTE_MS)
    elif how == "step":
        timeline.step()
    elif how == "event":
        timeline.step_event()
    elif how == "next":
        timeline.next(WHAT[number % len(WHAT)])
    else:
        timeline.previous(WHAT[number % len(WHAT)])


def folded(log: list[Record], like: Scene) -> Scene:
    scene = scene_of(log[: like.seq + 1])
    scene.pass_to(like.at_ms)
    return scene


def is_same(one: Scene, other: Scene) -> bool:
    assert one.standing == other.standing
    assert one.truth() == other.truth()
    assert one.shared_picture() == other.shared_picture()
    for party in PARTIES:
        assert one.picture_of(party) == other.picture_of(party)
    for item in one.shared_picture(only_relied_on=False):
        assert one.history(item) == other.history(item)
    for what in (*WHAT, "signal", "alarm"):
        assert one.records(what) == other.records(what)
    assert (one.activities(), one.levels(), one.let_in()) == (
        other.activities(),
        other.levels(),
        other.let_in(),
    )
    return True


@settings(deadline=None, max_examples=40)
@given(log=random_logs(), goes=GOES)
def test_a_scene_is_the_same_however_one_came_there(log: list[Record], goes: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        run = write_run(Path(folder) / "run", log)
        log = list(read(run))
        for _ in range(2):  # once with an index that is made, once with the one that was kept
            with Timeline(run) as timeline:
                for how, number in goes:
                    go(timeline, how, number)
                assert is_same(timeline.scene, folded(log, timeline.scene))
            assert (run / INDEX_NAME).exists()


@settings(deadline=None, max_examples=40)
@given(log=random_logs())
def test_every_checkpoint_is_the_scene_folded_from_the_first_record(log: list[Record]) -> None:
    with TemporaryDirectory() as folder, Timeline(write_run(Path(folder) / "run", log)) as timeline:
        found = timeline._checkpoints.all
        assert len(found) <= 8
        for checkpoint in found:
            standing = msgspec.msgpack.decode(checkpoint.standing, type=Standing)
            assert standing == scene_of(log[: checkpoint.next_seq]).standing
