"""Faults in a small exercise: where each way of entering takes hold, and what is said of those that never do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from sim.core.messages.contents import ItemUpdate, SitRep, items_in
from sim.core.messages.items import Item, Kind, Sensitivity, Value
from sim.core.messages.topics import Shape
from sim.core.model.cue import Open, Scale, SendAlarm
from sim.core.model.party import Competence
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.world.faults import After, Fault, FaultType, Hop, When
from sim.core.world.truth import TruthChange
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import (
    CAMPING,
    CROSS,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NATION,
    NEIGHBOUR,
    RAIL,
    REGION,
    WATER,
    text,
)

MEMBERS = (REGION, NEIGHBOUR, WATER, GRID, RAIL, NATION)
SCRIPT = (
    inject(20, Open(activity=FLOOD)),
    inject(21, Open(activity=FIRE), to=NEIGHBOUR),
    inject(22, Scale(activity=FLOOD, grip=2), name="i-scale"),
    inject(25, SendAlarm(activity=FLOOD, parties=(RAIL,), text=text("come"))),
)
RISING = [so(at, amount=300.0 + at, kind=Kind.EFFECT) for at in range(5, 500, 95)]


def fault(kind: FaultType, hop: Hop = Hop.OBSERVATION, *, party: str = WATER, **fields: Any) -> Fault:
    moment = {} if {"after", "when"} & set(fields) else {"at_ms": minutes(200)}
    return Fault(
        id=fields.pop("name", "f-1"),
        type=kind,
        hop=hop,
        party=party,
        subject=LEVEL,
        title=text("wrong"),
        recognise=text("look"),
        **{**moment, **fields},
    )


def run(
    *faults: Fault,
    seer: str = WATER,
    truth: Sequence[TruthChange] = RISING,
    members: Sequence[str] = MEMBERS,
) -> Played:
    """An exercise in which one party alone perceives the level."""
    blind = {"competence": Competence(("other",), None)}
    return play(
        members=members,
        parties={one: blind for one in members if one != seer},
        injects=SCRIPT,
        truth=truth,
        agreements=[agreed(RAIL, sitrep_every_ms=HOUR_MS)] if RAIL in members else [],
        faults=faults,
        hours=9,
    )


def named(log: Played, name: str = "f-1") -> list[tuple[Heard, Item]]:
    return [(one, item) for one in log.heard for item in items_in(one.data) if name in item.causation]


def reasons(log: Played) -> list[tuple[str, str]]:
    return [(record.id, record.reason) for record in log.kinds("unmet")]


# At the observation ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FaultType.INCOMPLETE, FaultType.RUMOUR_AS_OBSERVED])
def test_what_is_perceived_and_written_wrongly_names_the_fault_in_both(kind: FaultType) -> None:
    log = run(fault(kind, omit=("values", "source"), text=text("hearsay")))
    (record,) = log.kinds("fault")
    assert record.told.text == text("hearsay")
    assert [item.text for one, item in named(log) if one.sender == WATER][:1] == [text("hearsay")]


def test_what_is_only_miswritten_is_known_rightly_by_its_source() -> None:
    log = run(fault(FaultType.MISATTRIBUTED, attributed_to=GRID))
    own = [item for one, item in named(log) if one.sender == WATER]
    assert {item.source.party for item in own} == {GRID}
    seen = [record for record in log.kinds("observed") if record.party == WATER]
    assert all(record.observation.causation == () for record in seen)


def test_only_the_statement_itself_is_miswritten_and_not_what_is_made_of_it() -> None:
    log = run(fault(FaultType.WRONG_TIME, party=REGION, shift_ms=-HOUR_MS), seer=REGION)
    (record,) = log.kinds("fault")
    assert record.item == f"{REGION}-{LEVEL}"
    assert {item.id for _, item in named(log)} == {record.item}


def test_a_duplicate_goes_out_twice() -> None:
    own = [one for one, _ in named(run(fault(FaultType.DUPLICATE))) if one.sender == WATER]
    assert [one.topic for one in own] == sorted([own[0].topic, own[-1].topic] * 2)


def test_one_garbled_message_becomes_one_record_with_its_fault_and_sender() -> None:
    log = run(fault(FaultType.GARBLED))
    (entry,) = [entry for entry in log.entries if entry.kind == "garbled"]
    assert (entry.content.accounts, entry.cause) == ((WATER,), ("f-1",))  # type: ignore[union-attr]
    assert named(log) == []


def test_what_is_told_in_another_activity_stands_there() -> None:
    log = run(fault(FaultType.OTHER_ACTIVITY, activity=FIRE))
    assert {one.topic.split("/")[1] for one, _ in named(log) if one.shape is Shape.OWN} == {FIRE}


def test_what_is_told_before_any_activity_is_open_is_told_in_no_wrong_one() -> None:
    """In the risk pictures it stands rightly; it is told in the wrong activity once there is one."""
    log = run(fault(FaultType.OTHER_ACTIVITY, activity=FIRE, at_ms=minutes(10)))
    (entered,) = [entry.at_ms for entry in log.entries if entry.kind == "fault"]
    assert entered >= minutes(20)
    assert {one.shape for one, _ in named(log) if one.sender == WATER} == {Shape.OWN}


def test_what_is_withheld_is_not_perceived() -> None:
    log = run(fault(FaultType.WITHHELD))
    (record,) = log.kinds("fault")
    assert record.told is None
    assert len(log.kinds("observed")) == len(run().kinds("observed")) - 1


def test_what_is_late_is_perceived_later() -> None:
    log = run(fault(FaultType.LATE, delay_ms=30 * MINUTE_MS))
    late = [entry.at_ms for entry in log.entries if entry.kind == "observed" and "f-1" in entry.cause]
    (entered,) = [entry.at_ms for entry in log.entries if entry.kind == "fault"]
    assert late[0] >= entered + 30 * MINUTE_MS


def test_an_echo_is_of_what_was_said_or_never_enters() -> None:
    log = run(fault(FaultType.ECHO, party=GRID, echo_of=WATER), truth=RISING[:1])
    assert [item.source.party for one, item in named(log) if one.sender == GRID][:1] == [GRID]
    assert reasons(run(fault(FaultType.ECHO, echo_of=GRID))) == [("f-1", "nothing-said")]


def test_nothing_enters_before_anything_is_so() -> None:
    assert reasons(run(fault(FaultType.WRONG_VALUE, at_ms=0))) == [("f-1", "nothing-so")]
    stale = fault(FaultType.STALE, as_of_ms=0)
    assert reasons(run(stale)) == [("f-1", "nothing-so")]


# On the way ------------------------------------------------------------------------------------------

HIGH = (Value("height", 900.0, "cm"),)


def test_a_liaison_passes_a_wrong_figure_on_and_knows_the_right_one() -> None:
    log = run(fault(FaultType.WRONG_VALUE, Hop.TRANSCRIPTION, party=RAIL, values=HIGH), seer=RAIL)
    told = [item.values[0].amount for one, item in named(log) if one.sender == RAIL]
    assert told == [900.0]
    assert 900.0 not in [
        item.values[0].amount for one in log.of(SitRep, sender=RAIL)[3:] for item in one.data.items
    ]


def test_a_liaison_leaves_out_what_is_withheld() -> None:
    log = run(fault(FaultType.WITHHELD, Hop.TRANSCRIPTION, party=RAIL), seer=RAIL)
    (gap,) = [one for one in log.of(SitRep, sender=RAIL) if "f-1" in one.event.injects]
    assert gap.data.items == ()


def test_a_liaison_tells_it_later() -> None:
    log = run(fault(FaultType.LATE, Hop.TRANSCRIPTION, party=RAIL, delay_ms=10 * MINUTE_MS), seer=RAIL)
    (late,) = [one for one, _ in named(log) if one.sender == RAIL]
    (entered,) = [entry.at_ms for entry in log.entries if entry.kind == "fault"]
    assert late.at_ms == entered + 10 * MINUTE_MS


def test_a_liaison_tells_it_twice_or_of_another_activity() -> None:
    twice = run(fault(FaultType.DUPLICATE, Hop.TRANSCRIPTION, party=RAIL), seer=RAIL)
    (again,) = [one for one, _ in named(twice) if one.sender == RAIL]
    assert again.data.to_ms in [
        one.data.to_ms for one in twice.of(SitRep, sender=RAIL) if one.event.id != again.event.id
    ]
    other = run(fault(FaultType.OTHER_ACTIVITY, Hop.TRANSCRIPTION, party=RAIL, activity=FIRE), seer=RAIL)
    assert [one.data.activity for one, _ in named(other) if one.sender == RAIL] == [FIRE]


def test_a_proposal_is_taken_in_wrongly_and_all_that_comes_of_it_says_so() -> None:
    log = run(fault(FaultType.WRONG_VALUE, Hop.MODERATION, party=REGION, values=HIGH), seer=GRID)
    shared = [item for one, item in named(log) if one.shape is Shape.SHARED and one.sender == REGION]
    assert shared[0].values == HIGH
    assert [item for one, item in named(log) if one.sender == GRID] == []


@pytest.mark.parametrize("kind", [FaultType.WITHHELD, FaultType.LATE])
def test_a_proposal_is_left_lying(kind: FaultType) -> None:
    log = run(fault(kind, Hop.MODERATION, party=REGION, delay_ms=HOUR_MS), seer=GRID)
    (record,) = log.kinds("fault")
    assert (record.told is None) == (kind is FaultType.WITHHELD)
    assert bool(named(log)) == (kind is FaultType.LATE)


def test_a_national_body_relays_it_wrongly() -> None:
    log = run(fault(FaultType.WRONG_PLACE, Hop.RELAY, party=NATION, geometry=FAR))
    assert {(one.sender, one.shape) for one, _ in named(log)} == {(NATION, Shape.NATIONAL)}


def test_two_faults_do_not_wait_for_one_message_at_one_party() -> None:
    log = run(
        fault(FaultType.WRONG_PLACE, Hop.RELAY, party=NATION, geometry=FAR),
        fault(FaultType.STALE, Hop.RELAY, party=NATION, as_of_ms=minutes(6), name="f-2"),
    )
    first, second = [entry for entry in log.entries if entry.kind == "fault"]
    assert first.at_ms < second.at_ms


def test_what_nothing_passes_is_said_at_the_end() -> None:
    assert reasons(run(fault(FaultType.WRONG_VALUE, Hop.MODERATION, party=REGION, values=HIGH))) == [
        ("f-1", "nothing-passed")
    ]


# In a party's name ------------------------------------------------------------------------------------


def test_an_outsiders_message_is_its_partys_and_a_compromised_one_is_not() -> None:
    outsider = run(fault(FaultType.WRONG_VALUE, Hop.OUTSIDER, values=HIGH))
    wrote = next(one for one, _ in named(outsider))
    assert (wrote.event.id, wrote.sender, wrote.shape) == ("wl-x1", WATER, Shape.OWN)
    stolen = run(fault(FaultType.WRONG_VALUE, Hop.COMPROMISED, values=HIGH))
    assert next(one for one, _ in named(stolen)).event.id.removeprefix("wl-").isdigit()


@pytest.mark.parametrize("hop", [Hop.OUTSIDER, Hop.COMPROMISED])
def test_a_duplicate_or_an_echo_needs_what_was_said(hop: Hop) -> None:
    assert named(run(fault(FaultType.DUPLICATE, hop)))
    assert named(run(fault(FaultType.ECHO, hop, echo_of=WATER, party=GRID), truth=RISING[:1]))
    early = minutes(6)
    assert reasons(run(fault(FaultType.DUPLICATE, hop, party=GRID, at_ms=early))) == [("f-1", "nothing-said")]
    assert reasons(run(fault(FaultType.ECHO, hop, echo_of=GRID))) == [("f-1", "nothing-said")]


def test_a_garbled_message_of_an_outsider_is_no_statement_of_its_party() -> None:
    log = run(fault(FaultType.GARBLED, Hop.OUTSIDER, how="encoding"))
    (record,) = log.kinds("garbled")
    assert (record.accounts, log.kinds("fault")[0].told) == ((WATER,), None)


def test_a_strange_message_that_is_no_statement_of_its_sender_is_screened() -> None:
    log = run(fault(FaultType.MISATTRIBUTED, Hop.OUTSIDER, attributed_to=GRID))
    assert [record.accounts for record in log.kinds("garbled")] == [(WATER,)]


@pytest.mark.parametrize(
    ("party", "shape"),
    [(WATER, Shape.OWN), (GRID, Shape.PROPOSAL), (RAIL, Shape.OUTSIDE), (NATION, Shape.NATIONAL)],
)
def test_it_is_written_where_its_party_may_write(party: str, shape: Shape) -> None:
    log = run(fault(FaultType.WRONG_VALUE, Hop.COMPROMISED, party=party, values=HIGH))
    assert next(one for one, _ in named(log)).shape is shape


def test_a_wrong_place_may_lie_in_no_activity_and_a_party_may_write_nowhere() -> None:
    far = run(fault(FaultType.WRONG_PLACE, Hop.COMPROMISED, geometry=FAR))
    assert named(far)
    other = run(fault(FaultType.OTHER_ACTIVITY, Hop.COMPROMISED, activity=FIRE))
    assert next(one for one, _ in named(other)).topic.startswith(f"activity/{FIRE}/own/")
    nowhere = fault(FaultType.WRONG_VALUE, Hop.COMPROMISED, party=CROSS, values=HIGH)
    assert reasons(run(nowhere, members=(*MEMBERS, CROSS, CAMPING))) == [("f-1", "no-place")]


def test_an_old_message_comes_back_as_new_or_as_it_was() -> None:
    stale = run(fault(FaultType.STALE, Hop.RETAINED, as_of_ms=minutes(40)))
    one, item = named(stale)[0]
    assert isinstance(one.data, ItemUpdate)
    assert (item.observed_at_ms, item.reported_at_ms) == (minutes(200), minutes(200))
    assert item.version > 1
    again = run(fault(FaultType.DUPLICATE, Hop.RETAINED))
    assert named(again)[0][1].reported_at_ms < minutes(200)
    assert reasons(run(fault(FaultType.DUPLICATE, Hop.RETAINED, party=GRID))) == [("f-1", "nothing-said")]


# When ------------------------------------------------------------------------------------------------


def entered(log: Played) -> dict[str, int]:
    return {entry.content.id: entry.at_ms for entry in log.entries if entry.kind == "fault"}  # type: ignore[union-attr]


def wrong(name: str, **moment: Any) -> Fault:
    return fault(FaultType.WRONG_VALUE, name=name, values=HIGH, **moment)


def test_faults_enter_after_what_they_wait_for() -> None:
    log = run(
        wrong("f-inject", after=After("inject", "i-scale", MINUTE_MS)),
        wrong("f-truth", after=After("truth", "t-level-100")),
        wrong("f-fault", after=After("fault", "f-truth", MINUTE_MS)),
        wrong("f-event", after=After("event", "wl-2")),
        wrong("f-engaged", when=When(kind="engaged", activity=FLOOD, party=WATER)),
        wrong("f-never", after=After("event", "wl-999")),
        wrong("f-far", at_ms=minutes(600)),
    )
    times = entered(log)
    assert times["f-inject"] == minutes(23)
    assert (times["f-truth"], times["f-fault"]) == (minutes(100), minutes(101))
    assert times["f-engaged"] >= minutes(20)
    (event,) = [one for one in log.heard if one.event.id == "wl-2"]
    assert times["f-event"] == event.at_ms + 1_000
    assert reasons(log) == [("f-far", "untriggered"), ("f-never", "untriggered")]
    causes = {entry.content.id: entry.cause for entry in log.entries if entry.kind == "fault"}  # type: ignore[union-attr]
    assert (causes["f-inject"], causes["f-engaged"]) == (("i-scale",), ())


def test_a_fault_that_entered_on_the_way_lets_others_come() -> None:
    relay = fault(FaultType.WRONG_PLACE, Hop.RELAY, party=NATION, geometry=FAR)
    told = fault(FaultType.MISATTRIBUTED, attributed_to=GRID, name="f-2")
    log = run(
        relay,
        told,
        wrong("f-3", after=After("fault", "f-1")),
        wrong("f-4", after=After("fault", "f-2")),
    )
    assert set(entered(log)) == {"f-1", "f-2", "f-3", "f-4"}


def test_a_secret_that_loses_its_label_goes_to_all() -> None:
    secret = [
        msgspec.structs.replace(
            one, fact=msgspec.structs.replace(one.fact, sensitivity=Sensitivity.RESTRICTED)
        )
        for one in RISING
    ]
    log = run(fault(FaultType.WRONG_AUDIENCE), truth=secret)
    assert Shape.OWN in {one.shape for one, _ in named(log)}
