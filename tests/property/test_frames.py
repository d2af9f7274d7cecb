"""Laws of frames: every stimulus and act comes out as it went in, and no bytes can break what reads them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.agents import acts
from sim.core.agents.acts import (
    Appraise,
    ClockFails,
    ClockRight,
    Cued,
    Delivered,
    HandedBack,
    Happening,
    Look,
    Perceived,
    Publish,
    ReadClock,
    Refused,
    Remark,
    Started,
    Stimulus,
    Subscribe,
    ToolFails,
    ToolWorks,
    Unseen,
    Unsubscribe,
    Wake,
    Woken,
    Wrote,
)
from sim.core.messages.items import Kind, Sensitivity
from sim.core.model import cue
from sim.core.model.cue import AnyCue
from sim.core.picture.observation import Fact, Observation
from sim.session.workers.frames import (
    FrameError,
    Ordered,
    Play,
    Played,
    Reported,
    Sending,
    Steps,
    Trade,
    Traded,
    WireAct,
    decode_order,
    decode_report,
    encode,
)
from sim.session.workers.packing import Packer, Unpacker
from sim.session.workers.rounds import play_order
from sim.transport.port import Outcome
from tests.property.test_codec import IDLISTS, IDS, ITEMS, MS, OF, PLACES, TEXTS, WORDS, events

CUES: st.SearchStrategy[AnyCue] = st.one_of(
    *(st.from_type(kind) for kind in get_args(AnyCue) if kind is not cue.Scale),
    st.builds(cue.Scale, activity=IDS, grip=st.integers(0, 5)),
)
FACTS = st.builds(
    Fact,
    subject=IDS,
    system=IDS,
    theme=IDS,
    kind=st.sampled_from(Kind),
    title=TEXTS,
    text=TEXTS,
    geometry=PLACES,
    sensitivity=st.sampled_from(Sensitivity),
    effect_of=IDS,
    layer=IDS,
)
OBSERVATIONS = st.builds(Observation, fact=FACTS, observed_at_ms=MS, causes=IDLISTS, causation=IDLISTS)
NUMBERS = st.integers(1, 2**40)
"""What stands for what a party means to do."""

STIMULI: dict[type, st.SearchStrategy[Any]] = {
    Started: st.just(Started()),
    Perceived: st.builds(Perceived, OBSERVATIONS, st.booleans()),
    Unseen: st.builds(Unseen, IDS),
    Wrote: st.builds(Wrote, ITEMS, st.booleans()),
    HandedBack: st.just(HandedBack()),
    Delivered: st.builds(Delivered, WORDS, events(), st.booleans()),
    Cued: st.builds(Cued, IDS, CUES),
    ToolFails: st.builds(ToolFails, IDS, st.booleans()),
    ToolWorks: st.builds(ToolWorks, IDS, st.booleans()),
    ClockFails: st.builds(ClockFails, IDS, st.integers(-(10**9), 10**9)),
    ClockRight: st.builds(ClockRight, IDS, st.integers(-(10**9), 10**9)),
    Refused: st.builds(Refused, st.sampled_from(("publish", "subscribe")), WORDS),
    Woken: st.builds(Woken, WORDS, NUMBERS),
}
PUBLICATIONS = st.builds(
    Publish,
    WORDS,
    st.one_of(*OF.values()),
    WORDS,
    WORDS,
    IDLISTS,
    st.one_of(st.none(), st.tuples(WORDS, NUMBERS)),
)
ACTS: dict[type, st.SearchStrategy[Any]] = {
    Publish: PUBLICATIONS,
    Subscribe: st.builds(Subscribe, WORDS, IDLISTS),
    Unsubscribe: st.builds(Unsubscribe, WORDS),
    Wake: st.builds(Wake, MS, WORDS, NUMBERS),
    Look: st.builds(Look, IDS),
    Appraise: st.builds(Appraise, IDS),
    ReadClock: st.builds(ReadClock, IDS, st.one_of(st.none(), PUBLICATIONS)),
    Remark: st.builds(
        Remark, st.sampled_from(get_args(Happening)), st.one_of(st.none(), ITEMS), WORDS, WORDS
    ),
}


def test_none_is_left_out() -> None:
    assert set(STIMULI) == set(get_args(Stimulus))
    assert set(ACTS) == set(get_args(WireAct))
    assert set(get_args(acts.Act)) - set(ACTS) == {acts.Assign}


@pytest.mark.parametrize("kind", STIMULI)
@given(data=st.data())
def test_every_stimulus_comes_out_as_it_went_in(kind: type, data: st.DataObject) -> None:
    stimulus = data.draw(STIMULI[kind])
    order = Ordered(7, Play(1000, (stimulus,), (("wl", (0,)),)))
    found = decode_order(encode(order))
    assert found == order
    assert type(found.body) is Play
    assert type(found.body.stimuli[0]) is kind


@pytest.mark.parametrize("kind", ACTS)
@given(data=st.data(), engaged=st.dictionaries(IDS, MS, max_size=2))
def test_every_act_comes_out_as_it_went_in(kind: type, data: st.DataObject, engaged: dict[str, int]) -> None:
    act = data.draw(ACTS[kind])
    report = Reported(7, Steps((Played("wl", (act,), engaged),)), ("wl reconnected",))
    found = decode_report(encode(report))
    assert found == report
    assert type(found.body) is Steps
    assert type(found.body.played[0].acts[0]) is kind


@given(act=st.one_of(*ACTS.values()), stimulus=st.one_of(*STIMULI.values()))
def test_the_same_frame_is_the_same_bytes(act: WireAct, stimulus: Stimulus) -> None:
    report = Reported(1, Steps((Played("wl", (act,), {}),)))
    order = Ordered(1, Play(0, (stimulus,), ()))
    assert encode(decode_report(encode(report))) == encode(report)
    assert encode(decode_order(encode(order))) == encode(order)


@given(payload=st.binary(max_size=64), code=st.integers(0, 255))
def test_bytes_of_a_message_stay_what_they_are(payload: bytes, code: int) -> None:
    order = Ordered(1, Trade((Sending("wl", "clock", payload, True),), 3))
    assert decode_order(encode(order)) == order
    report = Reported(1, Traded((Outcome(False, code, "code"), Outcome(True))))
    assert decode_report(encode(report)) == report


@given(data=st.binary(max_size=200))
def test_no_bytes_break_what_reads_frames(data: bytes) -> None:
    for decode in (decode_order, decode_report):
        with suppress(FrameError):  # and nothing else
            decode(data)


def test_an_assignment_is_no_act_that_travels() -> None:
    body = {"type": "Steps", "played": [["wl", [{"type": "Assign"}], {}]]}
    with pytest.raises(FrameError, match="Assign"):
        decode_report(msgspec.msgpack.encode([1, body, []]))


@given(inboxes=st.dictionaries(IDS, st.lists(st.integers(0, 3), max_size=4), max_size=4))
def test_what_many_read_stands_once_in_a_round(inboxes: dict[str, list[int]]) -> None:
    shared: Sequence[Stimulus] = [Unseen(f"s-{number}") for number in range(4)]
    filled = {party: [shared[place] for place in places] for party, places in inboxes.items()}
    order = play_order(5, filled)
    assert {party: [order.stimuli[at] for at in places] for party, places in order.inboxes} == filled
    assert len(order.stimuli) == len({place for places in inboxes.values() for place in places})


@given(frames=st.lists(st.integers(0, 3), max_size=4), twice=st.booleans())
def test_frames_come_out_of_messages_in_order_and_once(frames: list[int], twice: bool) -> None:
    """Large ones in parts, and also when a broker brings every message twice."""
    packer, unpacker = Packer(), Unpacker()
    sent = [bytes([size]) * (size * 300_000) for size in frames]
    found = []
    for frame in sent:
        for message in packer.pack(frame):
            for _ in range(1 + twice):
                came = unpacker.unpack(message)
                found += [] if came is None else [came]
    assert found == sent
