"""What people do to an exercise while it goes on, and who sits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import (
    Act,
    HandedBack,
    Look,
    Perceived,
    Publish,
    ReadClock,
    Refused,
    Remark,
    Started,
    Stimulus,
    Subscribe,
    Unsubscribe,
    Wake,
    Woken,
    Wrote,
)
from sim.core.engine.engine import Engine
from sim.core.engine.outside.screening import PAYLOAD_BYTES_MAX, TEXT_CHARACTERS_MAX
from sim.core.messages.codec import decode
from sim.core.messages.contents import Ack, AnyContent, ItemUpdate, Proposal, Receipt, Snapshot
from sim.core.messages.items import Item
from sim.core.model.cue import Open
from sim.core.records.kinds import Denied, FaultEntered, Steered, Subscribed
from sim.core.records.record import Entry
from sim.core.world.faults import Fault, FaultType, Hop
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.technology import Outage, OutageType
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    LEVEL,
    NOWHERE,
    REGION,
    THEME,
    WATER,
    everybody,
    item,
    text,
)
from tests.unit.core.engine.test_engine import (
    SHARED,
    TAB,
    TRUE,
    Heard,
    contents,
    run,
    scenario,
    settled,
    subscribe,
)

BY = "seat:wl"
OWN = f"{WATER}-{LEVEL}"
MOMENT = 50


def silent() -> Engine:
    """An exercise in which nobody does anything, at MOMENT."""
    engine = Engine(scenario(parties=(REGION, WATER)), 1, "open", roster=Heard().roster, is_steered=True)
    run(engine, until_ms=MOMENT - 1)
    return engine


def acting(*acts: Act, known: Scenario | None = None) -> tuple[Heard, Engine]:
    """An exercise in which the water board does these acts at MOMENT, while somebody sits for it."""

    def script(party: str, stimulus: Stimulus) -> list[Act]:
        if party == WATER and isinstance(stimulus, Started):
            return [Wake(MOMENT, "again", None)]
        return list(acts) if isinstance(stimulus, Woken) else []

    heard = Heard(script)
    known = known or scenario(truth=(TRUE,), parties=(REGION, WATER))
    engine = Engine(known, 1, "open", roster=heard.roster, is_steered=True)
    run(engine, until_ms=MOMENT - 1)
    engine.steering.sit(MOMENT - 1, WATER, BY)
    return heard, engine


def say(
    engine: Engine, content: AnyContent | None = None, topic: str = TAB, now: int = MOMENT, **more: str
) -> list[Entry]:
    """Say something for the water board; return the records of the moment."""
    engine.steering.say(now, WATER, topic, content or ItemUpdate(item=item()), **more)
    return moment(engine, now)


def moment(engine: Engine, now: int = MOMENT) -> list[Entry]:
    """Let a moment happen; return its records, but for what parties perceive."""
    turn = engine.turn(now)
    found = [*turn.entries, *subscribe(engine, turn), *settled(engine, turn).entries]
    return [entry for entry in found if entry.kind != "observed"]


def messages(entries: Sequence[Entry]) -> list[Any]:
    return [decode(bytes(content.event)) for content in contents(entries, "message")]


# Seats -------------------------------------------------------------------------------------------


def test_who_sits_and_who_gets_up_is_recorded() -> None:
    engine = silent()
    steering = engine.steering
    assert steering.fault_in_sitting(WATER) is None
    assert steering.sit(MOMENT, WATER, BY) == Entry(MOMENT, "steering", Steered("seat-taken", BY, WATER))
    assert dict(steering.seats.taken) == {WATER: BY}
    assert steering.rise(MOMENT, WATER, BY) == Entry(MOMENT, "steering", Steered("seat-returned", BY, WATER))
    assert dict(steering.seats.taken) == {}


@pytest.mark.parametrize(
    ("party", "problem"),
    [
        ("nobody", "party: expected a party of the exercise, was 'nobody'"),
        (WATER, "party: expected one for whom nobody sits, was 'wl', taken by seat:wl"),
    ],
)
def test_a_seat_is_taken_of_a_party_and_once(party: str, problem: str) -> None:
    engine = silent()
    engine.steering.sit(MOMENT, WATER, BY)
    assert engine.steering.fault_in_sitting(party) == problem


@pytest.mark.parametrize(
    "act",
    [
        Publish(TAB, ItemUpdate(item=item())),
        Remark("missed", None, "nobody got round to it", ""),
        Subscribe("national/#", ("i-1",)),
        ReadClock("", Publish(TAB, ItemUpdate(item=item()))),
    ],
    ids=["message", "remark", "attempt", "what is said when the clock is right"],
)
def test_what_its_people_would_say_while_somebody_sits_does_not_count(act: Act) -> None:
    _, engine = acting(act)
    assert [entry.kind for entry in moment(engine)] == []


def test_its_people_stay_connected_and_go_on_taking_in() -> None:
    receipt = Publish(f"receipt/{WATER}", Receipt(items=()))
    heard, engine = acting(Subscribe("clock"), Unsubscribe("clock"), Look(LEVEL), receipt)
    entries = [*moment(engine), *run(engine)]
    filters = [content.active for content in contents(entries, "subscribed")]
    assert filters == [True, False]
    assert [event.data for event in messages(entries)] == [receipt.content]
    assert len([one for party, _, one in heard.of(Perceived) if party == WATER and one.asked]) == 1


def test_a_fault_on_the_desk_of_its_people_waits_while_a_person_reads_what_comes() -> None:
    fault = Fault(
        id="f-1", at_ms=1, party=REGION, subject=LEVEL, title=NOWHERE, recognise=NOWHERE,
        type=FaultType.WITHHELD, hop=Hop.MODERATION,
    )  # fmt: skip
    known = scenario(truth=(TRUE,), faults=(fault,), parties=(GRID, REGION))
    told = item(f"{GRID}-{LEVEL}", source=GRID)
    proposal = f"activity/{FLOOD}/proposal/{GRID}/{told.id}"
    kinds = []
    for sits in (True, False):
        heard = Heard(
            lambda party, stimulus: (
                [Subscribe(f"activity/{FLOOD}/#")] if (party, stimulus) == (REGION, Started()) else []
            )
        )
        engine = Engine(known, 1, "open", roster=heard.roster, is_steered=True)
        run(engine, until_ms=MOMENT - 1)
        if sits:
            engine.steering.sit(MOMENT, REGION, "seat:vr24")
        engine.steering.say(MOMENT, GRID, proposal, Proposal(item=told))
        entries = moment(engine)
        kinds.append([entry.kind for entry in entries])
    assert kinds == [["message"], ["message", "fault"]]


# What a person says ------------------------------------------------------------------------------


def test_what_a_person_says_goes_out_as_the_party_says_it() -> None:
    engine = silent()
    engine.steering.sit(MOMENT, WATER, BY)
    entries = say(engine, answers="e-1", because_of="e-2")
    (event,) = messages(entries)
    assert (event.id, event.sender, event.exercisems) == (f"{WATER}-1", WATER, MOMENT)
    assert (event.correlationid, event.causationid) == ("e-1", "e-2")
    assert engine.steering.seats.last_said == event.id


def test_what_a_person_says_names_the_faults_behind_what_it_states() -> None:
    engine = silent()
    engine.steering.sit(MOMENT, WATER, BY)
    told = msgspec.structs.replace(item(), causation=("f-2", "f-1"))
    (event,) = messages(say(engine, ItemUpdate(item=told)))
    assert event.injects == ("f-1", "f-2")


def test_what_a_person_may_not_say_the_broker_refuses_and_its_people_hear_nothing_of_it() -> None:
    heard, engine = acting()
    (denied,) = say(engine, ItemUpdate(item=item(f"{FLOOD}-{LEVEL}")), SHARED)
    assert isinstance(denied.content, Denied)
    assert (denied.content.party, denied.content.rule) == (WATER, "shared-is-directed")
    run(engine)
    assert heard.of(Refused) == []


def test_the_party_stands_for_what_a_person_said_where_that_may_be_said() -> None:
    heard = Heard()
    heard.roster["knowing"] = type(heard.roster["knowing"])(
        "knowing",
        {**heard.roster["knowing"].handlers, Wrote: heard._hear, HandedBack: heard._hear},
    )
    engine = Engine(scenario(parties=(REGION, WATER)), 1, "open", roster=heard.roster, is_steered=True)
    run(engine, until_ms=MOMENT - 1)
    engine.steering.sit(MOMENT, WATER, BY)
    say(engine)
    say(engine, ItemUpdate(item=item(f"{FLOOD}-{LEVEL}")), SHARED, MOMENT + 1)
    engine.steering.rise(MOMENT + 2, WATER, BY)
    moment(engine, MOMENT + 2)
    assert heard.of(Wrote) == [(WATER, MOMENT, Wrote(item(), in_person=True))]
    assert heard.of(HandedBack) == [(WATER, MOMENT + 2, HandedBack())]


def test_a_person_asks_for_a_subscription_and_gives_it_up() -> None:
    heard, engine = acting()
    steering = engine.steering
    found = []
    for now, (topic_filter, active) in enumerate(
        (("clock", True), ("clock", False), (f"activity/{FLOOD}/own/{REGION}/#", True), ("#", True)), MOMENT
    ):
        assert steering.fault_in_asking(WATER, topic_filter) is None
        steering.ask(now, WATER, topic_filter, active=active)
        found += moment(engine, now)
    assert [entry.kind for entry in found][:2] == ["subscribed", "subscribed"]
    assert found[1].content == Subscribed(WATER, "clock", active=False)
    assert found[-1].kind == "denied"
    run(engine)
    assert heard.of(Refused) == []


def test_its_own_people_hear_when_their_subscription_is_refused() -> None:
    heard, engine = acting(Subscribe("#"))
    moment(engine)
    run(engine)
    assert [one for _, _, one in heard.of(Refused)] == [Refused("subscribe", "#")]


@pytest.mark.parametrize(
    ("topic", "content", "problem"),
    [
        ("nothing", ItemUpdate(item=item()), "topic: expected one of the known shapes, was 'nothing'"),
        (TAB, Ack(activity=FLOOD, of="e-1"), "content: expected item on"),
        (TAB, ItemUpdate(item=item(reported=10**9)), "data.item.reported_at_ms: expected a time"),
        (
            TAB,
            ItemUpdate(item=msgspec.structs.replace(item(), causation=("x-1",))),
            "data.item.causation[0]: ",
        ),
        (
            f"post/{REGION}/{WATER}/snapshot",
            Snapshot(
                activity=FLOOD,
                items=tuple(
                    msgspec.structs.replace(item(), text=text("x" * TEXT_CHARACTERS_MAX)) for _ in range(9)
                ),
            ),
            f"content: expected at most {PAYLOAD_BYTES_MAX} bytes, was",
        ),
    ],
)
def test_what_is_wrong_in_what_a_person_says_is_said_before_anything_is_sent(
    topic: str, content: AnyContent, problem: str
) -> None:
    engine = silent()
    engine.steering.sit(MOMENT, WATER, BY)
    found = engine.steering.fault_in_saying(MOMENT, WATER, topic, content)
    assert found is not None
    assert found.startswith(problem)


def test_only_from_a_seat_is_anything_said_or_asked_for() -> None:
    steering = silent().steering
    problem = "party: expected one for whom somebody sits, was 'wl'"
    assert steering.fault_in_saying(MOMENT, WATER, TAB, ItemUpdate(item=item())) == problem
    assert steering.fault_in_asking(WATER, "clock") == problem
    assert steering.fault_in_asking(WATER, "a#") == "filter: expected an MQTT topic filter, was 'a#'"


def test_what_may_not_be_said_is_for_the_broker_to_refuse() -> None:
    engine = silent()
    engine.steering.sit(MOMENT, WATER, BY)
    shared = ItemUpdate(item=item(OWN))
    topic = f"activity/{FLOOD}/shared/{THEME}/{OWN}"
    assert engine.steering.fault_in_saying(MOMENT, WATER, topic, shared) is None


# After the seat ----------------------------------------------------------------------------------


def versions(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    return [
        (entry.at_ms, event.data.item.version)
        for entry in entries
        if entry.kind == "message"
        for event in messages([entry])
        if isinstance(event.data, ItemUpdate) and event.data.item.id == OWN
    ]


def test_after_the_seat_the_simulation_goes_on_from_what_the_person_said() -> None:
    rises = [replace_at(TRUE, f"t-{number}", at_ms, 100.0 * number) for number, at_ms in TIMES.items()]
    opened = Inject(id="i-1", at_ms=0, to=REGION, cue=Open(activity=FLOOD), title=NOWHERE)
    known = scenario(truth=(TRUE, *rises), injects=(opened,), parties=tuple(everybody()))
    engine = Engine(known, 1, "open", is_steered=True)
    before = run(engine, until_ms=19_999)
    engine.steering.sit(20_000, WATER, BY)
    held = run(engine, until_ms=60_000)
    said = msgspec.structs.replace(item(OWN), version=versions(before)[-1][1] + 1, observed_at_ms=60_001)
    person = say(engine, ItemUpdate(item=msgspec.structs.replace(said, reported_at_ms=60_001)), now=60_001)
    engine.steering.rise(60_002, WATER, BY)
    after = run(engine, until_ms=200_000)
    assert versions(before)
    assert versions(held) == []
    ((_, spoken),) = versions(person)
    numbers = [number for _, number in versions(after)]
    # What changed at 30 000 ms its people had ready as a version that nobody saw; the next one comes after that too.
    assert numbers[0] > spoken
    assert numbers == sorted(numbers)
    assert versions(after)[-1][0] >= TIMES[3]


TIMES = {2: 30_000, 3: 90_000}


def replace_at(change: Any, name: str, at_ms: int, amount: float) -> Any:
    (value, *rest) = change.fact.values
    fact = msgspec.structs.replace(change.fact, values=(msgspec.structs.replace(value, amount=amount), *rest))
    return msgspec.structs.replace(change, id=name, at_ms=at_ms, fact=fact)


def test_a_seated_party_that_is_away_says_what_waits_until_it_is_back() -> None:
    outage = Outage(
        id="o-1", type=OutageType.PARTITION, from_ms=10, until_ms=1_000, parties=(WATER,), title=NOWHERE
    )
    known = replace(scenario(parties=(REGION, WATER)), outages=(outage,))
    engine = Engine(known, 1, "open", roster=Heard().roster, is_steered=True)
    run(engine, until_ms=MOMENT - 1)
    engine.steering.sit(MOMENT, WATER, BY)
    assert say(engine) == []
    (event,) = messages(run(engine))
    assert (event.id, event.exercisems) == (engine.steering.seats.last_said, MOMENT)


# What is thrown in -------------------------------------------------------------------------------


def test_ids_of_what_is_thrown_in_are_new() -> None:
    taken = Inject(id="live-1", at_ms=900_000, to=REGION, cue=Open(activity=FLOOD), title=NOWHERE)
    engine = Engine(scenario(injects=(taken,)), 1, "open", is_steered=True)
    assert [engine.steering.new_id() for _ in range(2)] == ["live-2", "live-3"]


def test_an_inject_that_is_thrown_in_is_one_like_any_other() -> None:
    engine = silent()
    cue = Open(activity=FLOOD)
    engine.steering.throw_in(Inject(id="live-1", at_ms=MOMENT, to=REGION, cue=cue, title=NOWHERE))
    (entry,) = moment(engine)
    assert (entry.kind, entry.content.id, entry.content.cue) == ("inject", "live-1", cue)  # type: ignore[union-attr]


def thrown_fault(**fields: Any) -> Fault:
    return Fault(
        id="live-1", at_ms=MOMENT, party=WATER, subject=LEVEL, title=NOWHERE, recognise=NOWHERE,
        **{"type": FaultType.DUPLICATE, "hop": Hop.COMPROMISED, **fields},
    )  # fmt: skip


def test_a_fault_that_is_thrown_in_finds_what_was_said_before_anybody_thought_of_it() -> None:
    heard = Heard(
        lambda party, stimulus: (
            [Publish(TAB, ItemUpdate(item=item()))]
            if party == WATER and isinstance(stimulus, Perceived)
            else []
        )
    )
    engine = Engine(
        scenario(truth=(TRUE,), parties=(REGION, WATER)), 1, "open", roster=heard.roster, is_steered=True
    )
    run(engine)
    engine.steering.throw_fault(msgspec.structs.replace(thrown_fault(), at_ms=900_000))
    entries = moment(engine, 900_000)
    (fault,) = contents(entries, "fault")
    assert isinstance(fault, FaultEntered)
    assert (fault.id, fault.answer, [event.injects for event in messages(entries)]) == (
        "live-1",
        "counted-once",
        [("live-1",)],
    )


def test_a_fault_that_is_thrown_in_and_never_enters_is_unmet() -> None:
    engine = silent()
    engine.steering.throw_fault(thrown_fault())
    (unmet,) = moment(engine)
    assert (unmet.kind, unmet.content.reason) == ("unmet", "nothing-so")  # type: ignore[union-attr]
    engine.steering.throw_fault(msgspec.structs.replace(thrown_fault(), id="live-2", at_ms=60))
    assert [entry.content.id for entry in engine.unmet(55)] == ["live-2"]  # type: ignore[union-attr]


def test_what_was_thrown_in_may_stand_behind_what_is_told() -> None:
    engine = silent()
    engine.steering.sit(MOMENT, WATER, BY)
    told: Item = msgspec.structs.replace(item(), causation=("live-1",))
    found = engine.steering.fault_in_saying(MOMENT, WATER, TAB, ItemUpdate(item=told))
    assert found is not None
    engine.steering.throw_fault(thrown_fault())
    assert engine.steering.fault_in_saying(MOMENT, WATER, TAB, ItemUpdate(item=told)) is None
