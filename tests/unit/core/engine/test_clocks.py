"""Clocks that are wrong: what is dated by them, what goes on as ever, and who sets one right."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from sim.core.agents.acts import Act, Perceived, Publish, ReadClock, Started, Wake
from sim.core.engine.clocks import Clocks
from sim.core.engine.engine import Engine
from sim.core.messages.codec import decode
from sim.core.messages.contents import Ack, ItemUpdate
from sim.core.messages.event import Event
from sim.core.model.time import HOUR_MS
from sim.core.records.record import Entry
from sim.core.world.technology import Outage, OutageType
from tests.unit.core.agents.helpers import FLOOD, REGION, WATER, content_of, item, perceived, seen
from tests.unit.core.engine.test_engine import contents, scenario
from tests.unit.core.engine.test_technology import DOWN_MS, TAB, UP_MS, Script, _with, moments, outage, run

AHEAD_MS = HOUR_MS
CLOCK = outage(OutageType.CLOCK, WATER, id="o-clock", offset_ms=AHEAD_MS)
ACK = Publish(f"post/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of="e-1"))
ASK = Publish(f"post/{WATER}/{REGION}/ack", Ack(activity=FLOOD, of="e-1"))


def _clock_ms(told: Event) -> int:
    return round(datetime.fromisoformat(told.time).timestamp() * 1_000)


def played(*outages: Outage, **acts: list[Act]) -> tuple[list[Entry], Engine]:
    """The parties do at moments what is given as ``<party>_<moment>``."""
    script = Script(
        {(name.rpartition("_")[0], int(name.rpartition("_")[2])): done for name, done in acts.items()}
    )
    engine = Engine(_with(scenario(parties=(REGION, WATER)), outages), 1, roster=script.roster)
    return run(engine), engine


def test_the_log_tells_whose_clock_is_wrong_by_how_much_and_until_when() -> None:
    entries, _ = played(CLOCK)
    told = contents(entries, "outage")
    assert [(one.change, one.parties, one.offset_ms, one.fails_tool) for one in told] == [
        ("begins", (WATER,), AHEAD_MS, False),
        ("ends", (WATER,), AHEAD_MS, False),
    ]
    assert moments(entries, "outage") == [DOWN_MS, UP_MS]


def test_the_clock_time_of_a_message_is_its_senders_and_exercise_time_is_everybodys() -> None:
    # What a party plans for a moment comes when its clock reads that.
    entries, _ = played(CLOCK, wl_15000=[ACK], vr24_15000=[ASK])
    told = {one.topic: decode(bytes(one.event)) for one in contents(entries, "message")}
    start_ms = _clock_ms(told[ASK.topic]) - 15_000
    assert {one.exercisems for one in told.values()} == {15_000}
    assert _clock_ms(told[ACK.topic]) == start_ms + 15_000 + AHEAD_MS


def test_what_is_dated_by_it_names_the_outage_and_what_is_retold_does_not() -> None:
    clocks = Clocks()
    clocks.go_wrong(CLOCK, (WATER,))
    now, reads_ms = 100, 100 + AHEAD_MS
    fresh = item(observed=50, reported=reads_ms)

    def dated(told: object, party: str = WATER) -> Publish:
        assert isinstance(told, type(fresh))
        return clocks.dated(party, Publish(TAB, ItemUpdate(told), injects=("i-1",)), now)

    act = dated(fresh)
    assert (content_of(act, ItemUpdate).item.causation, act.injects) == (("o-clock",), ("i-1", "o-clock"))
    for other in (item(reported=50), item(reported=reads_ms, causation=("o-clock",))):
        assert dated(other).content == ItemUpdate(other)
    assert dated(fresh, REGION).content == ItemUpdate(fresh)


def test_what_is_perceived_is_dated_by_it_and_nothing_else_that_comes_in() -> None:
    clocks = Clocks()
    clocks.go_wrong(CLOCK, (WATER,))
    saw, other = perceived(seen(at_ms=5, causation=("f-1",)), asked=True), Started()
    found = clocks.read(WATER, [saw, other])

    assert found[1] is other
    assert isinstance(found[0], Perceived)
    assert found[0].asked
    assert (found[0].observation.observed_at_ms, found[0].observation.causation) == (
        5 + AHEAD_MS,
        ("f-1", "o-clock"),
    )
    assert clocks.read(REGION, [saw]) == [saw]


def test_who_looks_sets_it_right_and_says_what_it_would_only_by_a_right_clock() -> None:
    entries, _ = played(
        CLOCK,
        wl_15000=[ReadClock("e-9", otherwise=ACK), ReadClock("e-8")],
        wl_16000=[ReadClock("e-7", otherwise=ACK)],
    )
    changes = [one.change for one in contents(entries, "outage")]
    (said,) = contents(entries, "note")

    # It is right from then on, and not once more at the end of the outage.
    assert list(zip(moments(entries, "outage"), changes, strict=True)) == [
        (DOWN_MS, "begins"),
        (15_000, "ends"),
    ]
    assert (said.what, said.text) == ("clock-set", "was 1 h 00 min ahead")
    assert [entry.cause for entry in entries if entry.kind == "note"] == [("e-9",)]
    assert moments(entries, "message") == [16_000]


def test_a_clock_that_is_behind_is_said_to_be() -> None:
    behind = msgspec.structs.replace(CLOCK, offset_ms=-AHEAD_MS)
    entries, _ = played(behind, wl_15000=[ReadClock("e-9")])
    assert [one.text for one in contents(entries, "note")] == ["was 1 h 00 min behind"]


def test_of_several_those_who_did_not_look_are_right_in_the_end() -> None:
    both = msgspec.structs.replace(CLOCK, parties=(REGION, WATER))
    entries, _ = played(both, wl_15000=[ReadClock("e-9")])
    assert [(one.change, one.parties) for one in contents(entries, "outage")] == [
        ("begins", (REGION, WATER)),
        ("ends", (WATER,)),
        ("ends", (REGION,)),
    ]


@pytest.mark.parametrize("offset_ms", [AHEAD_MS, -AHEAD_MS])
def test_only_its_own_party_goes_by_it_and_nothing_is_done_to_the_broker(offset_ms: int) -> None:
    failing = msgspec.structs.replace(CLOCK, offset_ms=offset_ms)
    script = Script({(REGION, 0): [], (WATER, 0): []})
    engine = Engine(_with(scenario(parties=(REGION, WATER)), (failing,)), 1, roster=script.roster)
    turns = [engine.turn(0), engine.turn(DOWN_MS)]

    assert [engine.technology.clocks.ahead_ms(party) for party in (REGION, WATER)] == [0, offset_ms]
    assert [step for turn in turns for step in turn.steps] == []
    assert engine.technology.is_away(WATER) is False


def test_what_is_meant_for_a_moment_that_lies_behind_is_for_now() -> None:
    """Time never runs backwards, whatever a clock read when it was planned."""
    entries, _ = played(wl_15000=[Wake(9_000, "do", [ACK])])
    assert moments(entries, "message") == [15_000]
