"""What an outage does to the exchange, foreseen: what waits, what is refused, what comes late, and what never comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import (
    Act,
    Delivered,
    Publish,
    Started,
    Stimulus,
    Subscribe,
    ToolFails,
    ToolWorks,
    Wake,
    Woken,
)
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.roster import BEHAVIOURS
from sim.core.engine.engine import Engine
from sim.core.engine.exchange import Publication, Turn
from sim.core.engine.foresight import Foreseen
from sim.core.engine.technology import Technology, edges
from sim.core.messages.codec import encode
from sim.core.messages.contents import Ack, ItemUpdate
from sim.core.model.chance import Chance
from sim.core.model.profile import Action
from sim.core.records.record import Entry
from sim.core.world.scenario import TICK_MS
from sim.core.world.technology import Outage, OutageType
from tests.unit.core.agents.helpers import CROSS, FLOOD, NOWHERE, REGION, THEME, WATER, event, item
from tests.unit.core.engine.test_engine import YES, contents, scenario, settled, subscribe

FILTER = f"activity/{FLOOD}/own/#"
OWN = ItemUpdate(item=item())
TAB = f"activity/{FLOOD}/own/{WATER}/{THEME}/{OWN.item.id}"
CALL = f"outside/{REGION}/{WATER}/ack"
ACK = Ack(activity=FLOOD, of="e-1")
DOWN_MS, UP_MS = 10_000, 20_000


def outage(kind: OutageType, *parties: str, **more: Any) -> Outage:
    fields: dict[str, Any] = {"id": "o-1", "from_ms": DOWN_MS, "until_ms": UP_MS, "title": NOWHERE, **more}
    return Outage(type=kind, parties=parties, **fields)


class Script:
    """Parties that do at moments what a script says, and note what they are handed."""

    def __init__(self, acts: Mapping[tuple[str, int], list[Act]]) -> None:
        self.heard: list[tuple[str, int, Stimulus]] = []
        self._acts = acts
        keys: tuple[type | str, ...] = (Started, ToolFails, ToolWorks, ItemUpdate, Ack, "do")
        handlers: dict[type | str, Callable[..., Reaction]] = dict.fromkeys(keys, self._hear)
        self.roster = dict.fromkeys(BEHAVIOURS, Behaviour("nothing", {})) | {
            "knowing": Behaviour("knowing", handlers)
        }

    def _hear(self, brief: Brief, state: AgentState, stimulus: Stimulus, now: int) -> Reaction:
        self.heard.append((brief.id, now, stimulus))
        if isinstance(stimulus, Started):
            return state, [
                Wake(at, "do", acts) for (party, at), acts in self._acts.items() if party == brief.id
            ]
        return state, list(stimulus.about) if isinstance(stimulus, Woken) else []

    def of(self, kind: type[Any], party: str) -> list[tuple[int, Any]]:
        return [(now, one) for who, now, one in self.heard if isinstance(one, kind) and who == party]


def run(engine: Engine) -> list[Entry]:
    """Run over a broker that does what the table says."""
    entries: list[Entry] = []
    while (at_ms := engine.next_ms()) is not None:
        turn = engine.turn(at_ms)
        entries += [*turn.entries, *engine.settle_steps(turn), *subscribe(engine, turn)]
        entries += settled(engine, turn).entries
    return entries


def played(*outages: Outage, **acts: list[Act]) -> tuple[list[Entry], Script]:
    """The region reads tabs from the start; acts are given as ``<party>_<moment>``."""
    moments = {(name.rpartition("_")[0], int(name.rpartition("_")[2])): done for name, done in acts.items()}
    script = Script({(REGION, 1): [Subscribe(FILTER), Subscribe(f"outside/{REGION}/+/+")], **moments})
    known = scenario(parties=(CROSS, REGION, WATER))
    engine = Engine(_with(known, outages), 1, roster=script.roster)
    return run(engine), script


def _with(known: Any, outages: tuple[Outage, ...]) -> Any:
    fields = {**vars(known), "outages": outages}
    return type(known)(**fields)


def moments(entries: list[Entry], kind: str) -> list[int]:
    return [entry.at_ms for entry in entries if entry.kind == kind]


def subscriptions(entries: list[Entry]) -> list[tuple[int, str]]:
    """When which filters were subscribed to."""
    filters = [one.filter for one in contents(entries, "subscribed")]
    return list(zip(moments(entries, "subscribed"), filters, strict=True))


def test_at_one_moment_what_ends_comes_before_what_begins() -> None:
    first = outage(OutageType.RIGHTS, WATER, id="o-b")
    second = outage(OutageType.RIGHTS, WATER, id="o-a", from_ms=UP_MS, until_ms=UP_MS + 1)
    assert [(edge.outage.id, edge.begins, edge.at_ms) for edge in edges((second, first))] == [
        ("o-b", True, DOWN_MS),
        ("o-b", False, UP_MS),
        ("o-a", True, UP_MS),
        ("o-a", False, UP_MS + 1),
    ]


@pytest.mark.parametrize(
    ("kind", "refuses", "behind", "session_ms"),
    [
        (OutageType.RIGHTS, True, True, 10**6),
        (OutageType.BROKER, False, False, 10**6),
        (OutageType.PARTITION, False, False, 10**6),
        (OutageType.PARTITION, False, True, 1),
    ],
)
def test_who_works_in_the_tool_may_come_to_notice(
    kind: OutageType, refuses: bool, behind: bool, session_ms: int
) -> None:
    _, script = played(outage(kind, session_ms=session_ms))
    assert script.of(ToolFails, WATER) == [(DOWN_MS, ToolFails("o-1", refuses=refuses))]
    assert script.of(ToolWorks, WATER) == [(UP_MS, ToolWorks("o-1", behind=behind))]


def test_with_withdrawn_rights_writing_is_refused_and_reading_withheld() -> None:
    entries, script = played(
        outage(OutageType.RIGHTS, REGION, WATER),
        wl_15000=[Publish(TAB, OWN), Publish(CALL, ACK)],
        wl_25000=[Publish(TAB, OWN)],
    )
    (denied,) = contents(entries, "denied")
    assert (denied.party, denied.attempt, denied.rule, denied.source) == (
        WATER,
        "publish",
        "outage",
        "outage o-1",
    )
    assert [one.topic for _, one in script.of(Delivered, REGION)] == [CALL, TAB]
    assert [one.readers for one in contents(entries, "message")] == [(REGION,), (REGION,)]


def test_a_delivery_is_withheld_from_who_alone_is_shut_out() -> None:
    entries, _ = played(outage(OutageType.RIGHTS, REGION), wl_15000=[Publish(TAB, OWN)])
    (denied,) = contents(entries, "denied")
    assert (denied.party, denied.attempt, denied.topic) == (REGION, "deliver", TAB)


def test_a_subscription_that_the_outage_refused_is_asked_for_when_it_is_over() -> None:
    entries, _ = played(
        outage(OutageType.RIGHTS, WATER),
        wl_15000=[Subscribe(FILTER)],
    )
    assert [(one.party, one.rule) for one in contents(entries, "denied")] == [(WATER, "outage")]
    assert (UP_MS, FILTER) in subscriptions(entries)


@pytest.mark.parametrize("kind", [OutageType.BROKER, OutageType.PARTITION])
def test_what_a_client_is_given_that_is_away_waits_in_it(kind: OutageType) -> None:
    parties = () if kind is OutageType.BROKER else (WATER,)
    entries, _ = played(
        outage(kind, *parties),
        wl_15000=[
            Publish(TAB, OWN),
            Subscribe(FILTER),
            Publish(CALL, ACK),
            Subscribe(f"outside/{WATER}/{REGION}/+"),
        ],
    )
    topics = [one.topic for one in contents(entries, "message")]
    assert list(zip(moments(entries, "message"), topics, strict=True)) == [(15_000, CALL), (UP_MS, TAB)]
    assert subscriptions(entries)[-2:] == [(15_000, f"outside/{WATER}/{REGION}/+"), (UP_MS, FILTER)]


def test_what_is_for_who_is_away_comes_late_and_is_read_then() -> None:
    entries, script = played(
        outage(OutageType.PARTITION, REGION),
        wl_15000=[Publish(TAB, OWN)],
        wl_16000=[Publish(CALL, ACK)],
    )
    sent, called = contents(entries, "message")
    (late,) = contents(entries, "delivery")
    event_id = late.event

    assert (sent.readers, called.readers) == ((), (REGION,))
    assert (late.party, late.topic, late.how, late.by) == (REGION, TAB, "late", "o-1")
    assert next(entry.cause for entry in entries if entry.kind == "delivery") == (event_id, "o-1")
    assert moments(entries, "delivery") == [UP_MS]
    heard = [(now, one.topic) for now, one in script.of(Delivered, REGION)]
    assert heard == [(16_000 + TICK_MS, CALL), (UP_MS + TICK_MS, TAB)]


def test_what_went_to_a_session_that_is_gone_is_missed() -> None:
    entries, script = played(
        outage(OutageType.PARTITION, REGION, session_ms=9_999), wl_15000=[Publish(TAB, OWN)]
    )
    (missed,) = contents(entries, "delivery")
    assert (missed.party, missed.how) == (REGION, "missed")
    assert script.of(Delivered, REGION) == []


def test_what_may_not_be_read_any_more_by_who_comes_back_is_withheld() -> None:
    script = Script({(REGION, 1): [Subscribe(FILTER)], (WATER, 15_000): [Publish(TAB, OWN)]})
    failing = (outage(OutageType.PARTITION, REGION),)
    engine = Engine(_with(scenario(parties=(REGION, WATER)), failing), 1, roster=script.roster)
    entries: list[Entry] = []
    while (at_ms := engine.next_ms()) is not None:
        if at_ms == UP_MS:
            rules = {**engine.ledger.table.rules, REGION: ()}
            engine.ledger.table = type(engine.ledger.table)(rules)
        turn = engine.turn(at_ms)
        entries += [
            *turn.entries,
            *engine.settle_steps(turn),
            *subscribe(engine, turn, YES if at_ms == 1 else None),
        ]
        entries += settled(engine, turn).entries
    (denied,) = contents(entries, "denied")
    assert (denied.party, denied.attempt, denied.topic, denied.rule) == (REGION, "deliver", TAB, "no-right")
    assert contents(entries, "delivery") == []


@pytest.mark.parametrize(
    ("may_read", "session_ms", "comes"), [(True, None, 1), (False, None, 0), (True, 9_999, 0)]
)
def test_what_nobody_can_read_is_brought_and_leaves_no_record(
    may_read: bool, session_ms: int | None, comes: int
) -> None:
    more = {} if session_ms is None else {"session_ms": session_ms}
    failing = outage(OutageType.PARTITION, REGION, **more)
    known = _with(scenario(parties=(REGION, WATER)), (failing,))
    ledger = Engine(known, 1).ledger
    technology = Technology(known, ledger, Chance(1))
    begins, ends = edges(known.outages)
    technology.pass_edge(Turn(DOWN_MS), begins)
    sent = Publication(WATER, TAB, event(WATER, OWN), b"broken", retain=False)
    decision = ledger.table.decide(WATER, DOWN_MS, Action.PUBLISH, TAB)
    technology.keep_unreadable(sent, Foreseen(decision, (), (), away=(REGION,)))
    if not may_read:
        ledger.table = type(ledger.table)({**ledger.table.rules, REGION: ()})
    turn = Turn(UP_MS)
    technology.pass_edge(turn, ends)

    assert [due.payload for step in turn.steps for due in step.due] == [b"broken"] * comes
    assert [entry.kind for entry in turn.entries] == ["outage"]
    assert list(technology.arrived(turn)) == []


def test_others_read_on() -> None:
    entries, _ = played(outage(OutageType.PARTITION, CROSS), wl_15000=[Publish(TAB, OWN)])
    assert [one.readers for one in contents(entries, "message")] == [(REGION,)]


def test_whether_the_broker_is_down_and_who_is_away() -> None:
    script = Script({})
    failing = (outage(OutageType.BROKER),)
    engine = Engine(_with(scenario(parties=(REGION, WATER)), failing), 1, roster=script.roster)
    seen = []
    while (at_ms := engine.next_ms()) is not None:
        engine.turn(at_ms)
        seen.append((at_ms, engine.technology.is_down, engine.technology.is_away(WATER)))
    assert seen == [(0, False, False), (DOWN_MS, True, True), (UP_MS, False, False)]


def test_what_a_stranger_wrote_comes_late_too_as_it_wrote_it() -> None:
    script = Script({(REGION, 1): [Subscribe(FILTER)]})
    engine = Engine(
        _with(scenario(parties=(REGION, WATER)), (outage(OutageType.PARTITION, REGION),)),
        1,
        "open",
        roster=script.roster,
    )
    for at_ms in (0, 1, DOWN_MS):
        turn = engine.turn(at_ms)
        subscribe(engine, turn)
    strange = msgspec.structs.replace(event(WATER, OWN, event_id="wl-x1"), exercisems=DOWN_MS)
    payload = encode(strange) + b" "
    (message,) = contents(engine.ingest(DOWN_MS + 1, TAB, payload).entries, "message")
    turn = engine.turn(UP_MS)

    assert message.readers == ()
    assert [due.payload for step in turn.steps for due in step.due] == [payload]


def test_whose_connection_does_not_hold_is_told_of_nothing() -> None:
    script = Script({})
    failing = (outage(OutageType.RECONNECT, WATER, CROSS),)
    engine = Engine(_with(scenario(parties=(CROSS, REGION, WATER)), failing), 1, roster=script.roster)
    seen = []
    while (at_ms := engine.next_ms()) is not None:
        engine.turn(at_ms)
        seen.append((at_ms, engine.technology.unsteady))
    assert seen == [(0, ()), (DOWN_MS, (CROSS, WATER)), (UP_MS, ())]
    assert script.of(ToolFails, WATER) == []


def test_to_some_everything_is_delivered_twice_and_the_log_says_so() -> None:
    entries, script = played(
        outage(OutageType.DUPLICATES, REGION),
        wl_15000=[Publish(TAB, OWN), Publish(CALL, ACK)],
        wl_25000=[Publish(TAB, OWN)],
    )
    (again,) = contents(entries, "delivery")
    assert (again.party, again.topic, again.how) == (REGION, TAB, "again")
    assert moments(entries, "delivery") == [15_000]
    assert [one.topic for _, one in script.of(Delivered, REGION)] == [TAB, CALL, TAB]
    assert [one.readers for one in contents(entries, "message")] == [(REGION,)] * 3


def test_others_get_it_once() -> None:
    entries, _ = played(outage(OutageType.DUPLICATES, CROSS), wl_15000=[Publish(TAB, OWN)])
    assert contents(entries, "delivery") == []


SLOWLY = {"delay_ms": (3_000, 3_000)}


def test_over_a_slow_link_it_is_read_later() -> None:
    entries, script = played(
        outage(OutageType.SLOW, REGION, **SLOWLY),
        wl_15000=[Publish(TAB, OWN), Publish(CALL, ACK)],
        wl_19000=[Publish(TAB, OWN)],
    )
    sent = contents(entries, "message")
    assert [(one.topic, one.readers) for one in sent] == [(TAB, ()), (CALL, (REGION,)), (TAB, ())]
    assert [
        (at, one.how)
        for at, one in zip(moments(entries, "delivery"), contents(entries, "delivery"), strict=True)
    ] == [
        (18_000, "late"),
        (UP_MS, "late"),
    ]
    heard = [(now, one.topic) for now, one in script.of(Delivered, REGION)]
    assert heard == [(16_000, CALL), (18_000, TAB), (UP_MS, TAB)]


def test_over_a_slow_link_it_goes_out_later() -> None:
    entries, _ = played(
        outage(OutageType.SLOW, WATER, **SLOWLY),
        wl_15000=[Publish(TAB, OWN), Publish(CALL, ACK)],
    )
    topics = [one.topic for one in contents(entries, "message")]
    assert list(zip(moments(entries, "message"), topics, strict=True)) == [(15_000, CALL), (18_000, TAB)]


def test_what_was_wanted_of_a_broker_that_died_goes_out_when_it_is_back() -> None:
    """It died by no script, in the middle of a moment: nothing of the moment counts, but what was said by telephone."""
    script = Script({(WATER, 15_000): [Subscribe(FILTER), Publish(TAB, OWN), Publish(CALL, ACK)]})
    engine = Engine(scenario(parties=(REGION, WATER)), 1, "open", roster=script.roster)
    for at_ms in (0, 15_000):
        turn = engine.turn(at_ms)
    engine.put_back(turn)
    died = outage(OutageType.BROKER)
    engine.strike(died, 15_000, begins=True)
    begun = engine.turn(15_000)
    later = engine.turn(15_000 + TICK_MS)
    engine.strike(died, 18_000, begins=False)
    back = engine.turn(18_000)

    assert [step.begins for step in begun.steps] == [True]
    assert (begun.publications, begun.wishes) == ([], [])
    assert [one.topic for one in later.publications] == [CALL]
    assert [one.topic for one in back.publications] == [TAB]
    assert [one.topic_filter for one in back.wishes] == [FILTER]
