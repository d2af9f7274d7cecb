"""The parts of which workers are made: numbers for intentions, messages for frames, the cast, and what came."""

from __future__ import annotations

import asyncio
import struct

import msgspec
import pytest

from sim.core.agents.acts import Publish, ReadClock, Started, Unseen, Wake, Woken
from sim.core.engine.cast import cast_of
from sim.core.engine.parties import Parties
from sim.core.messages.contents import Ack
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.runlog.manifest import versions
from sim.session.lockstep import Barrier
from sim.session.workers.casting import decode_cast, digest_of, encode_cast
from sim.session.workers.frames import (
    Arrived,
    Down,
    Fail,
    Filter,
    FrameError,
    Healed,
    Order,
    Played,
    Steady,
    Up,
)
from sim.session.workers.host import Gathered
from sim.session.workers.keeping import Keeping
from sim.session.workers.packing import Packer, Unpacker
from sim.session.workers.rounds import wrong_in
from sim.session.workers.standin import History
from sim.session.workers.worker import WorkerRefused, require_versions
from sim.transport.port import Arrival, Resumed

ACK = Ack(activity="flood", of="vr24-1")

# Keeping ---------------------------------------------------------------------------------------------------


def test_what_a_party_means_to_do_comes_back_when_its_moment_does() -> None:
    keeping = Keeping()
    (wake,) = keeping.put_by("wl", [Wake(5, "look", ("a", {"b": 1}))])
    assert isinstance(wake, Wake)
    assert wake == Wake(5, "look", 1)
    assert keeping.fetch("wl", Woken("look", wake.about)) == Woken("look", ("a", {"b": 1}))


def test_a_moment_comes_once_and_a_message_may_go_out_again() -> None:
    keeping = Keeping()
    wake, sent = keeping.put_by("wl", [Wake(5, "look", "a"), Publish("t", ACK, register=("told", "b"))])
    assert isinstance(wake, Wake)
    assert isinstance(sent, Publish)
    assert sent.register == ("told", 2)
    keeping.fetch("wl", Woken("look", wake.about))
    with pytest.raises(FrameError, match="expected what it set itself"):
        keeping.fetch("wl", Woken("look", wake.about))
    for event in ("wl-1", "wl-2"):
        assert keeping.fetch("wl", Woken("told", [2, event])) == Woken("told", ("b", event))


def test_what_is_said_when_the_clock_is_right_is_kept_too() -> None:
    keeping = Keeping()
    (read,) = keeping.put_by("wl", [ReadClock("e", Publish("t", ACK, register=("told", "b")))])
    assert isinstance(read, ReadClock)
    assert read.otherwise is not None
    assert read.otherwise.register == ("told", 1)


def test_nobody_fetches_what_another_party_keeps() -> None:
    keeping = Keeping()
    keeping.put_by("wl", [Wake(5, "look", "a")])
    with pytest.raises(FrameError, match="vr24"):
        keeping.fetch("vr24", Woken("look", 1))
    assert keeping.fetch("vr24", Started()) == Started()


# Messages --------------------------------------------------------------------------------------------------


def test_a_part_that_is_missing_is_told() -> None:
    packer, unpacker = Packer(), Unpacker()
    packer.pack(b"one")
    (second,) = packer.pack(b"two")
    with pytest.raises(FrameError, match="expected part 1, found part 2"):
        unpacker.unpack(second)


def test_what_is_no_part_is_told() -> None:
    with pytest.raises(FrameError, match="found 3 bytes"):
        Unpacker().unpack(b"abc")


def test_a_frame_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.session.workers.packing.FRAME_BYTES_MAX", 20)
    unpacker = Unpacker()
    assert unpacker.unpack(struct.pack(">Q?", 1, False) + b"12345") is None
    with pytest.raises(FrameError, match="at most 20 bytes"):
        unpacker.unpack(struct.pack(">Q?", 2, False) + b"1234567")


# The cast --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_worker_knows_beforehand_what_the_coordinator_does(name: str) -> None:
    cast = cast_of(load_scenario(name))
    data = encode_cast(cast)
    found = decode_cast(data, digest_of(data))
    assert found == cast
    ours, theirs = Parties(cast, cast.table(), 7), Parties(found, found.table(), 7)
    assert theirs.briefs == ours.briefs
    assert [list(brief.directory) for brief in theirs.briefs.values()] == [
        list(brief.directory) for brief in ours.briefs.values()
    ]


def test_nothing_of_what_is_to_happen_travels() -> None:
    scenario = load_scenario("gaslek-keten")
    data = encode_cast(cast_of(scenario))
    ids = [
        *(fault.id for fault in scenario.faults),
        *(inject.id for inject in scenario.injects),
        *(change.id for change in scenario.truth),
    ]
    assert len(ids) > 20
    assert [name for name in ids if name.encode() in data] == []


def test_another_cast_than_was_meant_is_refused() -> None:
    data = encode_cast(cast_of(load_scenario("gaslek-keten")))
    with pytest.raises(FrameError, match="scenario: expected the digest 00, found"):
        decode_cast(data, "00")
    with pytest.raises(FrameError, match="scenario: expected one that this version"):
        decode_cast(data[:-3], digest_of(data[:-3]))
    with pytest.raises(FrameError, match="scenario: expected one that this version"):
        decode_cast(msgspec.msgpack.encode({"scenario": 1}), "00")


def test_what_is_no_geometry_does_not_travel() -> None:
    cast = cast_of(load_scenario("gaslek-keten"))
    name, activity = next(iter(cast.activities.items()))
    odd = msgspec.structs.replace(activity, area=object())
    with pytest.raises(TypeError, match="expected what a cast is made of, found object"):
        encode_cast(msgspec.structs.replace(cast, activities={name: odd}))


def test_another_version_is_refused() -> None:
    require_versions(versions())
    with pytest.raises(WorkerRefused, match="shapely: expected version 0 as the coordinator has, found"):
        require_versions({**versions(), "shapely": "0"})


# What came -------------------------------------------------------------------------------------------------


def arrival(party: str, payload: bytes = b"p", *, retained: bool = False) -> Arrival:
    """Return a delivery."""
    return Arrival(party, "clock", payload, retained)


async def test_arrivals_are_told_together_once_all_are_there() -> None:
    told: list[Arrived] = []
    gathered = Gathered(told.append)
    gathered.look_out_for(3)
    for one in (arrival("a"), arrival("b"), arrival("z", retained=True)):
        gathered.add(one)
    assert told == []
    gathered.add(arrival("a", b"q"))
    assert told == [Arrived((("clock", b"p", ("a", "b")), ("clock", b"q", ("a",))))]


async def test_those_that_came_before_they_were_looked_out_for_count() -> None:
    told: list[Arrived] = []
    gathered = Gathered(told.append)
    gathered.add(arrival("a"))
    gathered.look_out_for(1)
    assert len(told) == 1


async def test_what_nobody_foresaw_is_told_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.session.workers.host.GATHER_S", 0.0)
    came = asyncio.get_running_loop().create_future()
    gathered = Gathered(came.set_result)
    gathered.add(arrival("a"))
    assert await came == Arrived((("clock", b"p", ("a",)),))
    again = asyncio.get_running_loop().create_future()
    gathered._on_arrived = again.set_result
    gathered.look_out_for(1)  # the count begins anew
    gathered.add(arrival("b"))
    assert again.done()


def test_who_was_taken_over_is_waited_for_no_longer() -> None:
    barrier = Barrier(lambda _party, _topic: False, strangers=True)
    barrier.expect(b"p", "clock", "e", ("a", "b"))
    barrier.arrived(Arrival("a", "clock", b"p"))
    barrier.arrived(Arrival("recorder", "clock", b"p"))
    assert barrier._outstanding == 1
    barrier.excuse(["b", "c"])
    assert barrier._outstanding == 0
    for party in ("b", "recorder"):  # what was sent once more is known
        barrier.arrived(Arrival(party, "clock", b"p"))
    assert (barrier.leaks, barrier.strange) == ([], [])


# Answers ---------------------------------------------------------------------------------------------------


def test_steps_of_others_than_were_asked_are_wrong() -> None:
    assert wrong_in([Played("a", (), {})], ["a"]) == ""
    assert "the steps of nobody, where those of a were asked for" in wrong_in([], ["a"])
    assert "the steps of b, a" in wrong_in([Played("b", (), {}), Played("a", (), {})], ["a", "b"])


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_message_on_no_known_topic_is_wrong(wrapped: bool) -> None:
    said = Publish("control/worker/worker-1/up", ACK)
    act = ReadClock("e", said) if wrapped else said
    assert "which has no known shape" in wrong_in([Played("a", (act,), {})], ["a"])


# History ---------------------------------------------------------------------------------------------------


def test_a_history_knows_how_a_connection_was_left() -> None:
    history = History()
    assert history.left_by("wl") == Resumed()
    began: tuple[Order, ...] = (
        Filter("wl", "clock", active=True),
        Filter("wl", "post/#", active=True),
        Filter("wl", "clock", active=False),
        Steady("wl", withheld=True, leaves=False),
        Healed("wl", 0, given_back=False, returns=False),
        Fail("wl", "part"),
        Fail("wl", "answer-late"),
        Fail("wl", "drop"),
    )
    for order in began:
        history.note(order)
    assert history.left_by("wl") == Resumed(("post/#",), is_away=True, answers_late=True, withheld=1)
    ended: tuple[Order, ...] = (
        Healed("wl", 0, given_back=True, returns=False),
        Fail("wl", "rejoin-anew"),
        Fail("wl", "answer-at-once"),
        Down(gone=False),
    )
    for order in ended:
        history.note(order)
    assert history.left_by("wl") == Resumed(("post/#",), is_away=True)
    history.note(Up())
    assert history.left_by("wl") == Resumed(("post/#",))
    history.note(Unseen("x"))  # type: ignore[arg-type]
    assert history.rounds == []
