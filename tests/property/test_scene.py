"""A scene holds what the log says at its moment: against pictures worked out plainly, and however it was come by."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.time import MINUTE_MS
from sim.core.records.record import Record
from sim.replay.scene import Scene, scene_of
from sim.replay.standing import Standing
from tests.property.plain_pictures import party_picture_at, shared_picture_at, truth_at
from tests.property.random_logs import random_logs
from tests.property.random_steps import END, PARTIES
from tests.unit.core.assessment.logs import ACTIVITY, ELSEWHERE

MOMENTS = st.integers(0, END * MINUTE_MS)


@given(log=random_logs(), at_ms=MOMENTS)
def test_pictures_are_those_that_the_records_make(log: list[Record], at_ms: int) -> None:
    scene = scene_of(log, at_ms)

    assert scene.truth() == truth_at(log, at_ms)
    for activity in (None, ACTIVITY, ELSEWHERE):
        assert scene.shared_picture(activity) == shared_picture_at(log, at_ms, activity)
        for party in PARTIES:
            assert scene.picture_of(party, activity) == party_picture_at(log, party, at_ms, activity)


@given(log=random_logs(), place=st.integers(0, 60))
def test_a_scene_that_was_written_down_goes_on_as_if_it_had_seen_every_record(
    log: list[Record], place: int
) -> None:
    whole = Scene()
    written = b""
    for record in log:
        if record.seq == min(place, len(log) - 1):
            written = msgspec.msgpack.encode(whole.standing)
        whole.take(record)
    again = Scene(whole._shelf, whole._chronicle, msgspec.msgpack.decode(written, type=Standing))
    for record in log[again.standing.next_seq :]:
        again.take(record)

    assert again.standing == whole.standing
