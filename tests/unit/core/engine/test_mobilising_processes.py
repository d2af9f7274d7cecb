"""Alerting, monitoring, alarm, scaling and several regions, played with all parties: right, and wrong for a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import structs

from sim.core.engine.engine import Engine
from sim.core.messages.codec import decode
from sim.core.messages.contents import Ack, Alarm, Alert, ItemUpdate, Scaling
from sim.core.messages.event import Event
from sim.core.messages.items import Kind
from sim.core.model.agreement import Agreement, Level
from sim.core.model.cue import AnyCue, Open, Scale
from sim.core.model.cue import Level as GoToLevel
from sim.core.model.party import Competence, People
from sim.core.model.staff import Role
from sim.core.model.time import MINUTE_MS
from sim.core.records.kinds import Message
from sim.core.records.record import Entry
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    LEVEL,
    NATION,
    NEIGHBOUR,
    NOWHERE,
    PERCEPTION_MS,
    RAIL,
    REGION,
    RIVER,
    WATER,
    agreement,
    everybody,
    fact,
)
from tests.unit.core.engine.test_engine import run, scenario

SLOW = People((PERCEPTION_MS, PERCEPTION_MS), (10 * MINUTE_MS, 10 * MINUTE_MS), 1.0)
TABLE = (Level(0, "none", "normal"), Level(2, "rot", "wave 1"), Level(4, "rbt", "wave 2"))
TRUE = TruthChange(id="t-1", at_ms=10, fact=fact(kind=Kind.EFFECT))
ROUTE: dict[str, Any] = {
    "alarm_level": 1,
    "alarm_contacts": (Role.GENERAL_COMMANDER, Role.DECISION_MAKER),
    "escalate_after_ms": MINUTE_MS,
}


def cues(*given: tuple[int, str, AnyCue]) -> tuple[Inject, ...]:
    return tuple(
        Inject(id=f"i-{number}", at_ms=at_ms, to=to, cue=cue, title=NOWHERE)
        for number, (at_ms, to, cue) in enumerate(given)
    )


OPEN = (1_000, REGION, Open(activity=FLOOD))
UP = (60_000, REGION, Scale(activity=FLOOD, grip=2))


def exercise(
    *given: tuple[int, str, AnyCue], agreements: tuple[Agreement, ...] = (), slow: tuple[str, ...] = ()
) -> Scenario:
    made = scenario(truth=(TRUE,), injects=cues(*given), parties=tuple(everybody()), end_ms=60 * MINUTE_MS)
    cast = {
        party: structs.replace(known, people=SLOW) if party in slow else known
        for party, known in made.parties.items()
    }
    return replace(made, parties=cast, agreements={one.partner: one for one in agreements})


def play(made: Scenario) -> list[Entry]:
    entries = run(Engine(made, 1))
    assert not [entry for entry in entries if entry.kind in ("lost", "leak")]
    return entries


def sent(entries: list[Entry], kind: type[Any], sender: str = "") -> list[tuple[Message, Event]]:
    """Return the messages of a kind, each as its record's content and its event."""
    found = []
    for entry in entries:
        if isinstance(entry.content, Message):
            event = decode(bytes(entry.content.event))  # type: ignore[call-overload]
            if isinstance(event.data, kind) and sender in ("", event.sender):
                found.append((entry.content, event))
    return found


def notes(entries: list[Entry], what: str) -> list[Entry]:
    return [entry for entry in entries if entry.kind == "note" and getattr(entry.content, "what", "") == what]


# Alerting (5) and monitoring (6) -------------------------------------------------------------------

THROUGH = agreement(WATER, alert_systems=(RIVER,), alert_through=NATION)


def own_items(entries: list[Entry]) -> list[Event]:
    return [event for message, event in sent(entries, ItemUpdate, WATER) if "/own/" in message.topic]


def test_who_is_alerted_through_a_national_body_makes_its_picture_and_the_log_says_why() -> None:
    entries = play(exercise(OPEN, agreements=(THROUGH,)))
    asked = next(event for _, event in sent(entries, Alert, REGION) if event.data.pass_on)  # type: ignore[union-attr]
    ((message, passed),) = sent(entries, Alert, NATION)
    assert (message.topic, message.readers) == (f"post/{WATER}/{NATION}/alert", (WATER,))
    assert (passed.causationid, passed.injects) == (asked.id, ("i-0",))
    assert own_items(entries)[0].exercisems > passed.exercisems


def test_where_the_national_body_is_slow_who_scans_the_cards_finds_out_by_itself() -> None:
    entries = play(exercise(OPEN, agreements=(THROUGH,), slow=(NATION,)))
    ((_, passed),) = sent(entries, Alert, NATION)
    assert own_items(entries)[0].exercisems < passed.exercisems


def test_who_agreed_not_to_monitor_waits_for_the_alert() -> None:
    waiting = structs.replace(THROUGH, monitors=False)
    entries = play(exercise(OPEN, agreements=(waiting,), slow=(NATION,)))
    ((_, passed),) = sent(entries, Alert, NATION)
    assert own_items(entries)[0].exercisems > passed.exercisems


# Alarm (7) -----------------------------------------------------------------------------------------


def test_an_alarm_that_the_first_contact_acknowledges_goes_no_further() -> None:
    entries = play(exercise(OPEN, UP, agreements=(agreement(WATER, **ROUTE),)))
    ((_, alarm),) = sent(entries, Alarm, REGION)
    ((_, ack),) = sent(entries, Ack, WATER)
    assert ack.correlationid == alarm.id
    assert notes(entries, "escalated") == notes(entries, "unreachable") == []


def test_an_alarm_that_nobody_gets_round_to_goes_along_the_route_and_reaches_nobody() -> None:
    entries = play(exercise(OPEN, UP, agreements=(agreement(WATER, **ROUTE),), slow=(WATER,)))
    first, second = (event for _, event in sent(entries, Alarm, REGION))
    assert isinstance(first.data, Alarm)
    assert isinstance(second.data, Alarm)
    assert (first.data.contact, second.data.contact) == ("general-commander", "decision-maker")
    assert second.exercisems == first.exercisems + MINUTE_MS
    assert second.causationid == first.id
    assert [entry.cause for entry in notes(entries, "escalated")] == [(first.id,)]
    assert [entry.cause for entry in notes(entries, "unreachable")] == [(second.id,)]


# Scaling (8) ---------------------------------------------------------------------------------------


def levels(entries: list[Entry], party: str) -> list[tuple[str, str]]:
    """Return the levels that a party told, each with where it told it."""
    told = sent(entries, Scaling, party)
    return [(message.topic, event.data.level) for message, event in told]  # type: ignore[union-attr]


def test_both_sides_scale_up_and_down_and_know_each_others_level() -> None:
    both = tuple(agreement(party, alert_systems=(RIVER,), levels=TABLE) for party in (WATER, RAIL))
    ups = [(60_000 * (n + 1), REGION, Scale(activity=FLOOD, grip=grip)) for n, grip in enumerate((4, 2, 0))]
    made = exercise(OPEN, *ups, agreements=both)
    entries = play(made)
    topic, outside = f"activity/{FLOOD}/scaling/{WATER}", f"outside/{REGION}/{RAIL}/scaling"
    steps = ("wave 2", "wave 1", "normal")
    assert levels(entries, WATER) == [(topic, level) for level in steps]
    assert levels(entries, RAIL) == [(outside, level) for level in steps]
    assert [event.data.grip for _, event in sent(entries, Scaling, REGION)] == [4] * 3 + [2] * 3 + [0] * 3  # type: ignore[union-attr]
    assert all(REGION in message.readers for message, _ in sent(entries, Scaling, WATER))
    assert all(message.readers == (REGION,) for message, _ in sent(entries, Scaling, RAIL))
    regions = {event.id for _, event in sent(entries, Scaling, REGION)}
    assert {event.causationid for _, event in sent(entries, Scaling, RAIL)} <= regions


def test_what_is_ordered_by_hand_is_not_undone_by_the_table() -> None:
    by_hand = (60_001, WATER, GoToLevel(activity=FLOOD, level="all hands"))
    agreed = agreement(WATER, alert_systems=(RIVER,), levels=TABLE)
    entries = play(exercise(OPEN, UP, by_hand, agreements=(agreed,)))
    assert [level for _, level in levels(entries, WATER)] == ["all hands", "wave 1"]
    later = (70_000, WATER, GoToLevel(activity=FLOOD, level="all hands"))
    entries = play(exercise(OPEN, UP, later, agreements=(agreed,), slow=(WATER,)))
    assert [level for _, level in levels(entries, WATER)] == ["all hands"]


# Several regions (Beleidskader par. 2.3) -------------------------------------------------------------


def bordering(*, coordinated: bool) -> Scenario:
    """Two regions that see nothing of the river themselves; WATER takes part with one of them only."""
    made = exercise(
        (500, NEIGHBOUR, Open(activity=FIRE)),
        OPEN,
        agreements=(structs.replace(agreement(WATER), regions=(NEIGHBOUR,), alert_systems=(RIVER,)),),
    )
    fire = structs.replace(
        made.activities[FIRE],
        parties=(WATER, REGION, NATION),
        coordinated_by=FLOOD if coordinated else None,
    )
    flood = structs.replace(made.activities[FLOOD], parties=(NEIGHBOUR, NATION))
    blind = {
        party: structs.replace(made.parties[party], competence=Competence()) for party in (NEIGHBOUR, REGION)
    }
    return replace(made, parties={**made.parties, **blind}, activities={FIRE: fire, FLOOD: flood})


def shared_about_level(entries: list[Entry], activity: str) -> list[Event]:
    return [
        event
        for message, event in sent(entries, ItemUpdate)
        if message.topic.startswith(f"activity/{activity}/shared/") and message.topic.endswith(f"-{LEVEL}")
    ]


def test_a_coordinating_region_tells_what_another_region_shares_with_its_source() -> None:
    entries = play(bordering(coordinated=True))
    theirs, ours = shared_about_level(entries, FIRE), shared_about_level(entries, FLOOD)
    assert theirs
    taken = [event for event in ours if event.causationid in {event.id for event in theirs}]
    assert taken
    statement = taken[0].data
    assert isinstance(statement, ItemUpdate)
    assert statement.item.relates_to == (f"{FIRE}-{LEVEL}",)
    assert statement.item.source.party == WATER


def test_without_coordination_each_region_keeps_to_its_own() -> None:
    entries = play(bordering(coordinated=False))
    theirs = {event.id for event in shared_about_level(entries, FIRE)}
    assert theirs
    assert not [event for event in shared_about_level(entries, FLOOD) if event.causationid in theirs]
