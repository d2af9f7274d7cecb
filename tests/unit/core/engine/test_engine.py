"""The engine over an exercise of a few parties, with a broker that does as it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import (
    Act,
    Appraise,
    Cued,
    Delivered,
    Look,
    Perceived,
    Publish,
    Refused,
    Remark,
    Started,
    Stimulus,
    Subscribe,
    Unseen,
    Unsubscribe,
    Wake,
    Woken,
)
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.roster import BEHAVIOURS
from sim.core.engine.engine import ROUNDS_MAX, Engine
from sim.core.engine.exchange import BrokerAnswer, Settlement, Turn
from sim.core.messages.codec import decode, encode
from sim.core.messages.contents import Ack, AnyContent, GrantNotice, ItemUpdate, Withdrawal
from sim.core.messages.event import Event
from sim.core.model.cue import AnyCue, Close, Open
from sim.core.model.profile import Action, Profile
from sim.core.records.kinds import (
    Denied,
    EncodedMessage,
    FaultEntered,
    Garbled,
    Message,
    Note,
    Observed,
    Opening,
    Rights,
    Subscribed,
    Undelivered,
)
from sim.core.records.record import Entry
from sim.core.world.faults import Fault, FaultType
from sim.core.world.injects import Inject
from sim.core.world.scenario import TICK_MS, Scenario
from sim.core.world.truth import TruthChange
from tests.unit.core.agents import helpers
from tests.unit.core.agents.helpers import (
    CROSS,
    FAR,
    FLOOD,
    LEVEL,
    NEIGHBOUR,
    NOWHERE,
    PERCEPTION_MS,
    PROFILES,
    REGION,
    THEME,
    WATER,
    activities,
    everybody,
    fact,
    item,
    shipped,
    text,
)

YES, NO = BrokerAnswer(accepted=True), BrokerAnswer(accepted=False, local={"reason_code": 135})
TAB = f"activity/{FLOOD}/own/{WATER}/{THEME}/{WATER}-{LEVEL}"
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
TRUE = TruthChange(id="t-1", at_ms=10, fact=fact(amount=300.0))


def scenario(
    *,
    truth: tuple[TruthChange, ...] = (),
    injects: tuple[Inject, ...] = (),
    faults: tuple[Fault, ...] = (),
    parties: Sequence[str] = (CROSS, NEIGHBOUR, REGION, WATER),
    profiles: Mapping[str, Profile] = PROFILES,
    end_ms: int = 1_000_000,
) -> Scenario:
    return Scenario(
        id="tiny",
        name=text("tiny"),
        notice=text("an exercise"),
        start=datetime(2021, 7, 12, 6, tzinfo=UTC),
        end_ms=end_ms,
        parties={party: everybody()[party] for party in sorted(parties)},
        profiles=profiles,
        agreements={},
        activities=activities(),
        themes=shipped().themes,
        truth=truth,
        injects=injects,
        faults=faults,
        inputs={"b.toml": "2", "a.toml": "1"},
    )


def inject(cue: AnyCue, at_ms: int = 10, to: str = REGION) -> Inject:
    return Inject(id="i-1", at_ms=at_ms, to=to, cue=cue, title=NOWHERE)


class Heard:
    """A behaviour under every name, that writes down what it is handed and answers by script."""

    def __init__(self, script: Callable[[str, Stimulus], list[Act]] = lambda _party, _stimulus: []) -> None:
        self.stimuli: list[tuple[str, int, Stimulus]] = []
        self._script = script
        keys: tuple[type | str, ...] = (
            Started, Perceived, Unseen, Refused, Ack, GrantNotice, Withdrawal, ItemUpdate, Close, "again",
        )  # fmt: skip
        nothing = Behaviour("nothing", {})
        self.roster = dict.fromkeys(BEHAVIOURS, nothing) | {
            "knowing": Behaviour("knowing", dict.fromkeys(keys, self._hear))
        }

    def _hear(self, brief: Brief, state: AgentState, stimulus: Stimulus, now: int) -> Reaction:
        self.stimuli.append((brief.id, now, stimulus))
        return state, self._script(brief.id, stimulus)

    def of(self, kind: type[Any]) -> list[tuple[str, int, Any]]:
        return [heard for heard in self.stimuli if isinstance(heard[2], kind)]


def at_start(acts: Mapping[str, list[Act]]) -> Heard:
    """Every party does these acts when the exercise begins."""
    return Heard(lambda party, stimulus: acts.get(party, []) if isinstance(stimulus, Started) else [])


def settled(engine: Engine, turn: Turn, answer: BrokerAnswer | None = None) -> Settlement:
    """Settle a turn with a broker that does what the table says, or always the same."""
    foreseen = engine.foresee(turn)
    answers = [answer or BrokerAnswer(accepted=expected.decision.allowed) for expected in foreseen]
    return engine.settle(turn, foreseen, answers)


def subscribe(engine: Engine, turn: Turn, answer: BrokerAnswer | None = None) -> list[Entry]:
    table = engine.ledger.table
    answers = [
        answer
        or BrokerAnswer(accepted=table.decide_subscription(wish.party, turn.at_ms, wish.topic_filter).allowed)
        for wish in turn.wishes
    ]
    return engine.settle_wishes(turn, answers)


def run(engine: Engine, until_ms: int = 10**9) -> list[Entry]:
    """Run over a broker that does exactly what the table says; return all records."""
    entries: list[Entry] = []
    while (at_ms := engine.next_ms()) is not None and at_ms <= until_ms:
        turn = engine.turn(at_ms)
        entries += [*turn.entries, *subscribe(engine, turn), *settled(engine, turn).entries]
    return entries


def contents(entries: Sequence[Entry], kind: str) -> list[Any]:
    return [entry.content for entry in entries if entry.kind == kind]


# Opening, time -----------------------------------------------------------------------------------


def test_opening_tells_what_is_run() -> None:
    entry = Engine(scenario(), 7, "open").opening()
    opening = entry.content
    assert isinstance(opening, Opening)
    assert (entry.at_ms, entry.kind) == (0, "run")
    assert (opening.scenario, opening.seed, opening.session, opening.tick_ms) == ("tiny", 7, "open", 1_000)
    assert [party.id for party in opening.parties] == [CROSS, NEIGHBOUR, REGION, WATER]
    assert (opening.parties[3].profile, opening.parties[3].systems) == ("core", ("river",))
    assert [(known.id, known.directing) for known in opening.activities] == [
        ("fire", NEIGHBOUR),
        (FLOOD, REGION),
    ]
    assert list(opening.inputs) == ["a.toml", "b.toml"]


def test_every_party_starts_at_zero_in_order_of_id() -> None:
    heard = Heard()
    engine = Engine(scenario(), 1, roster=heard.roster)
    assert engine.next_ms() == 0
    engine.turn(0)
    assert [(party, now) for party, now, _ in heard.of(Started)] == [
        (party, 0) for party in (CROSS, NEIGHBOUR, REGION, WATER)
    ]
    assert engine.next_ms() is None


def test_next_ms_after_the_end_is_none() -> None:
    engine = Engine(scenario(truth=(TRUE,), end_ms=9), 1, roster=Heard().roster)
    engine.turn(0)
    assert engine.next_ms() is None


PARTS = ("own/#", "shared/#", "signal/+", "scaling/+", "decision/#")


def test_each_party_reads_by_filters_of_which_none_is_within_another() -> None:
    engine = Engine(scenario(), 1)
    wishes = [wish for wish in engine.turn(0).wishes if wish.party == WATER]
    assert [wish.topic_filter for wish in wishes] == [
        "clock",
        f"post/{WATER}/+/+",
        "activity/+/card",
        *(f"activity/{known}/{rest}" for rest in PARTS for known in ("fire", FLOOD)),
        f"risk/{NEIGHBOUR}/#",
        f"risk/{REGION}/#",
        "national/#",
        f"outside/{WATER}/{NEIGHBOUR}/+",
        f"outside/{WATER}/{REGION}/+",
    ]
    assert all(wish.active for wish in wishes)


def test_a_filter_that_is_given_twice_is_subscribed_to_once() -> None:
    core = PROFILES["core"]
    twice = type(core)(**{**{f: getattr(core, f) for f in core.__struct_fields__}, "rights": core.rights * 2})
    engine = Engine(scenario(profiles={**PROFILES, "core": twice}), 1)
    once = Engine(scenario(), 1)
    wishes = [[wish for wish in each.turn(0).wishes if wish.party == WATER] for each in (engine, once)]
    assert wishes[0] == wishes[1]


def test_a_behaviour_that_feeds_on_itself_is_stopped() -> None:
    heard = Heard(lambda party, _stimulus: [Wake(0, "again", None)] if party == WATER else [])
    engine = Engine(scenario(), 1, roster=heard.roster)
    with pytest.raises(RuntimeError, match=f"expected the moment 0 ms to end within {ROUNDS_MAX} rounds"):
        engine.turn(0)
    assert len(heard.of(Woken)) == ROUNDS_MAX - 1


# Truth, control, faults --------------------------------------------------------------------------


def test_a_change_of_the_truth_is_perceived_by_who_is_competent_after_a_delay() -> None:
    heard = Heard()
    far = TruthChange(id="t-2", at_ms=10, fact=fact("grid", system="power"))
    engine = Engine(scenario(truth=(TRUE, far)), 1, roster=heard.roster)
    entries = run(engine)
    assert [content.id for content in contents(entries, "truth")] == ["t-1", "t-2"]
    assert [(party, now, seen.observation.fact.subject) for party, now, seen in heard.of(Perceived)] == [
        (party, 10 + PERCEPTION_MS, LEVEL) for party in (CROSS, NEIGHBOUR, REGION, WATER)
    ]
    observed = [entry for entry in entries if entry.kind == "observed"]
    assert {entry.cause for entry in observed} == {("t-1",)}
    assert isinstance(observed[0].content, Observed)


def test_an_inject_reaches_its_party_at_once() -> None:
    heard = Heard()
    entries = run(Engine(scenario(injects=(inject(Close(activity=FLOOD)),)), 1, roster=heard.roster))
    assert heard.of(Cued) == [(REGION, 10, Cued("i-1", Close(activity=FLOOD)))]
    assert [(content.id, content.to) for content in contents(entries, "inject")] == [("i-1", REGION)]


def fault(at_ms: int = 20) -> Fault:
    return Fault(
        id="f-1",
        at_ms=at_ms,
        type=FaultType.WRONG_PLACE,
        party=WATER,
        subject=LEVEL,
        title=NOWHERE,
        recognise=NOWHERE,
        geometry=FAR,
    )


def test_a_fault_is_perceived_by_its_party_and_recorded_beside_the_truth() -> None:
    heard = Heard()
    entries = run(Engine(scenario(truth=(TRUE,), faults=(fault(),)), 1, roster=heard.roster))
    (entered,) = contents(entries, "fault")
    assert isinstance(entered, FaultEntered)
    assert entered.told is not None
    assert (entered.told.geometry, entered.truth) == (FAR, TRUE.fact)
    at_20 = [(party, seen.observation.causation) for party, now, seen in heard.of(Perceived) if now == 20]
    assert at_20 == [(WATER, ("f-1",))]
    assert [entry.cause for entry in entries if entry.kind == "observed" and entry.at_ms == 20] == [
        ("t-1", "f-1")
    ]


def test_a_fault_about_nothing_does_not_enter_and_says_so() -> None:
    entries = run(Engine(scenario(truth=(TRUE,), faults=(fault(at_ms=5),)), 1, roster=Heard().roster))
    assert [content.reason for content in contents(entries, "unmet")] == ["nothing-so"]
    assert contents(entries, "fault") == []


# What parties do ---------------------------------------------------------------------------------


def test_looking_shows_what_is_so_now_within_competence_only() -> None:
    power = TruthChange(id="t-2", at_ms=10, fact=fact("grid", system="power"))

    def script(party: str, stimulus: Stimulus) -> list[Act]:
        if party == WATER and isinstance(stimulus, Woken):
            return [Look(LEVEL), Look("grid"), Look("unheard-of")]
        return [Wake(20, "again", None)] if isinstance(stimulus, Started) else []

    heard = Heard(script)
    run(Engine(scenario(truth=(TRUE, power)), 1, roster=heard.roster))
    looked = [(now, seen) for party, now, seen in heard.of(Perceived) if party == WATER and seen.asked]
    assert [(now, seen.observation.fact, seen.observation.observed_at_ms) for now, seen in looked] == [
        (20 + PERCEPTION_MS, TRUE.fact, 20)
    ]
    assert [(now, unseen.subject) for _, now, unseen in heard.of(Unseen)] == [
        (20 + PERCEPTION_MS, "grid"),
        (20 + PERCEPTION_MS, "unheard-of"),
    ]


def test_an_effect_is_seen_only_by_who_appraises_the_threat_and_within_competence() -> None:
    effects = [
        TruthChange(id="t-2", at_ms=10, fact=fact("cellar", effect_of=LEVEL)),
        TruthChange(id="t-3", at_ms=10, fact=fact("grid", system="power", effect_of=LEVEL)),
        TruthChange(id="t-4", at_ms=10, fact=fact("attic", effect_of="storm")),
    ]

    def script(party: str, stimulus: Stimulus) -> list[Act]:
        if party == WATER and isinstance(stimulus, Woken):
            return [Appraise(LEVEL), Appraise("unheard-of")]
        return [Wake(200, "again", None)] if isinstance(stimulus, Started) else []

    heard = Heard(script)
    run(Engine(scenario(truth=(TRUE, *effects)), 1, roster=heard.roster))
    seen = [(party, now, one) for party, now, one in heard.of(Perceived) if one.observation.fact != TRUE.fact]
    assert [
        (party, now, one.observation.fact, one.observation.observed_at_ms, one.asked)
        for party, now, one in seen
    ] == [(WATER, 200 + PERCEPTION_MS, effects[0].fact, 200, False)]


def test_a_remark_is_a_record_with_the_faults_behind_it() -> None:
    heard = at_start({WATER: [Remark("slip", item(causation=("f-1",)), "copied wrongly")]})
    (entry,) = Engine(scenario(), 1, roster=heard.roster).turn(0).entries
    assert entry == Entry(0, "note", Note(WATER, "slip", f"{WATER}-{LEVEL}", 1, "copied wrongly"), ("f-1",))


def test_a_remark_about_no_item_names_what_led_to_it() -> None:
    heard = at_start(
        {WATER: [Remark("fallback", None, "went over"), Remark("unreachable", None, "nobody", "i-3")]}
    )
    went_over, nobody = Engine(scenario(), 1, roster=heard.roster).turn(0).entries
    assert went_over == Entry(0, "note", Note(WATER, "fallback", text="went over"), ())
    assert nobody == Entry(0, "note", Note(WATER, "unreachable", text="nobody"), ("i-3",))


def test_publications_are_numbered_events_in_the_clock_time_of_the_exercise() -> None:
    ack = Ack(activity=FLOOD, of="e-9")
    acts: list[Act] = [
        Publish(TAB, ItemUpdate(item=item())),
        Publish(f"post/{REGION}/{WATER}/ack", ack, answers="e-9", because_of="e-8", injects=("i-1", "f-1")),
    ]
    first, second = Engine(scenario(), 1, roster=at_start({WATER: acts}).roster).turn(0).publications
    assert (first.event.id, second.event.id, first.retain, second.retain) == ("wl-1", "wl-2", True, False)
    assert (second.event.sender, second.event.type, second.event.sequence) == (WATER, "nl.beeld.ack", 2)
    assert second.event.time == "2021-07-12T06:00:00.000+00:00"
    assert (second.event.correlationid, second.event.causationid) == ("e-9", "e-8")
    assert second.event.injects == ("i-1", "f-1")
    assert decode(second.payload) == second.event


def test_who_registers_a_message_learns_its_number_in_the_same_moment() -> None:
    acts: list[Act] = [
        Publish(TAB, ItemUpdate(item=item())),
        Publish(f"post/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of="e-9"), register=("again", ("call", 7))),
    ]
    heard = at_start({WATER: acts})
    Engine(scenario(), 1, roster=heard.roster).turn(0)
    assert [(who, now, woken) for who, now, woken in heard.of(Woken)] == [
        (WATER, 0, Woken("again", (("call", 7), "wl-2")))
    ]


def test_what_only_responds_names_what_was_behind_that_to_which_it_responds() -> None:
    """A statement names what is behind its items alone: another fault behind the question is not in it."""
    faulty = f"{WATER}-1"
    acts: list[Act] = [
        Publish(TAB, ItemUpdate(item=item(causation=("f-1",))), injects=("f-1",)),
        Publish(
            f"post/{REGION}/{WATER}/ack",
            Ack(activity=FLOOD, of=faulty),
            because_of=faulty,
            injects=("i-1", "f-1"),
        ),
        Publish(f"post/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of=faulty), because_of=faulty),
        Publish(f"post/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of=faulty), because_of=f"{WATER}-3"),
        Publish(TAB, ItemUpdate(item=item(version=2)), because_of=faulty),
        Publish(f"post/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of=faulty), because_of=f"{WATER}-5"),
    ]
    publications = Engine(scenario(), 1, roster=at_start({WATER: acts}).roster).turn(0).publications
    behind = [publication.event.injects for publication in publications]
    assert behind == [("f-1",), ("i-1", "f-1"), ("f-1",), ("f-1",), (), ()]


# Subscriptions -----------------------------------------------------------------------------------


def wishing(*acts: Act, party: str = WATER) -> tuple[Heard, Engine, Turn]:
    heard = at_start({party: list(acts)})
    engine = Engine(scenario(), 1, roster=heard.roster)
    return heard, engine, engine.turn(0)


def test_a_subscription_that_is_allowed_stands_until_it_is_given_up() -> None:
    _, engine, turn = wishing(Subscribe("clock"), Unsubscribe("clock"))
    entries = engine.settle_wishes(turn, [YES, YES])
    assert [entry.content for entry in entries] == [
        Subscribed(WATER, "clock", active=True),
        Subscribed(WATER, "clock", active=False),
    ]
    assert engine.ledger.readers_of("clock", 0) == ()


def test_a_subscription_that_is_refused_comes_back_one_tick_later() -> None:
    heard, engine, turn = wishing(Subscribe("#"))
    (entry,) = engine.settle_wishes(turn, [NO])
    assert (entry.kind, entry.local) == ("denied", {"reason_code": 135})
    assert isinstance(entry.content, Denied)
    assert (entry.content.attempt, entry.content.topic, entry.content.rule) == ("subscribe", "#", "no-right")
    run(engine)
    assert heard.of(Refused) == [(WATER, TICK_MS, Refused("subscribe", "#"))]


@pytest.mark.parametrize(
    ("topic_filter", "answer", "kind", "counts"),
    [("#", YES, "leak", (0, 1)), ("clock", NO, "lost", (1, 0))],
)
def test_a_broker_that_decides_otherwise_on_a_subscription_is_recorded(
    topic_filter: str, answer: BrokerAnswer, kind: str, counts: tuple[int, int]
) -> None:
    heard, engine, turn = wishing(Subscribe(topic_filter))
    (entry,) = engine.settle_wishes(turn, [answer])
    assert (entry.kind, entry.content) == (kind, Undelivered(WATER, topic_filter, ""))
    assert (engine.ledger.lost, engine.ledger.leaked, engine.ledger.denied) == (*counts, 0)
    run(engine)
    assert heard.of(Refused) == []
    assert engine.ledger.readers_of("clock", 0) == ()


def test_what_exercise_control_publishes_reaches_who_subscribed() -> None:
    _, engine, turn = wishing(Subscribe("clock"))
    subscribe(engine, turn)
    assert engine.ledger.readers_of("clock", 0) == (WATER,)


# Publications ------------------------------------------------------------------------------------


def publishing(topic: str, content: AnyContent, sender: str = WATER) -> tuple[Heard, Engine, Turn]:
    """REGION and WATER read FLOOD; ``sender`` publishes one thing at the start."""
    reading: list[Act] = [Subscribe(f"activity/{FLOOD}/#"), Subscribe(f"post/{REGION}/+/+")]
    acts: dict[str, list[Act]] = {REGION: reading, WATER: [Subscribe(f"activity/{FLOOD}/own/#")]}
    acts[sender] = [*acts.get(sender, []), Publish(topic, content, because_of="e-8", injects=("i-1",))]
    heard = at_start(acts)
    engine = Engine(scenario(), 1, roster=heard.roster)
    turn = engine.turn(0)
    subscribe(engine, turn)
    return heard, engine, turn


def test_a_publication_is_delivered_one_tick_later_to_its_readers_only() -> None:
    heard, engine, turn = publishing(TAB, ItemUpdate(item=item()))
    settlement = settled(engine, turn)
    assert settlement.changes == []
    (entry,) = settlement.entries
    assert entry.kind == "message"
    assert isinstance(entry.content, EncodedMessage)
    assert decode(bytes(entry.content.event)) == turn.publications[0].event
    assert (entry.content.topic, entry.content.readers, entry.content.outside) == (TAB, (REGION,), False)
    assert entry.cause == ("e-8", "i-1")
    run(engine)
    assert heard.of(Delivered) == [(REGION, TICK_MS, Delivered(TAB, turn.publications[0].event))]
    assert (engine.ledger.messages, engine.ledger.deliveries) == (1, 1)


def test_a_publication_that_is_refused_comes_back_one_tick_later() -> None:
    heard, engine, turn = publishing(SHARED, ItemUpdate(item=item()))
    (entry,) = settled(engine, turn, NO).entries
    assert isinstance(entry.content, Denied)
    assert (entry.content.attempt, entry.content.rule) == ("publish", "shared-is-directed")
    assert (entry.content.event, entry.local) == ("wl-1", {"reason_code": 135})
    run(engine)
    assert heard.of(Refused) == [(WATER, TICK_MS, Refused("publish", SHARED))]
    assert heard.of(Delivered) == []


@pytest.mark.parametrize(("topic", "answer", "kind"), [(TAB, NO, "lost"), (SHARED, YES, "leak")])
def test_a_broker_that_decides_otherwise_on_a_publication_is_recorded(
    topic: str, answer: BrokerAnswer, kind: str
) -> None:
    heard, engine, turn = publishing(topic, ItemUpdate(item=item()))
    (entry,) = settled(engine, turn, answer).entries
    assert (entry.kind, entry.content) == (kind, Undelivered(WATER, topic, "wl-1"))
    run(engine)
    assert (heard.of(Delivered), heard.of(Refused)) == ([], [])


def test_the_ending_tells_the_totals() -> None:
    _, engine, turn = publishing(SHARED, ItemUpdate(item=item()))
    settled(engine, turn)
    ending = engine.ledger.ending(5, "completed").content
    assert (ending.denied, ending.messages, ending.lost, ending.leaked) == (1, 0, 0, 0)  # type: ignore[union-attr]


# Rights ------------------------------------------------------------------------------------------

GRANT, BACK = (
    GrantNotice(activity=FLOOD, bundle="activity-reader"),
    Withdrawal(activity=FLOOD, bundle="activity-reader"),
)


def may_read(engine: Engine, at_ms: int) -> bool:
    return engine.ledger.table.decide(CROSS, at_ms, Action.READ, SHARED).allowed


def post(content: AnyContent, sender: str = REGION) -> Publish:
    return Publish(f"post/{CROSS}/{sender}/{'grant' if content is GRANT else 'withdrawal'}", content)


def granting(*, sender: str = REGION) -> tuple[Engine, list[Entry], list[Entry]]:
    """Grant at 0; CROSS subscribes and is told something shared at 10; withdraw at 20; told again at 30."""

    def script(party: str, stimulus: Stimulus) -> list[Act]:
        if isinstance(stimulus, Started):
            wakes: list[Act] = [Wake(at_ms, "again", at_ms) for at_ms in (10, 20, 30)]
            return [*wakes, post(GRANT, sender)] if party == sender else wakes
        if isinstance(stimulus, Woken) and stimulus.about == 10 and party == CROSS:
            return [Subscribe(f"activity/{FLOOD}/shared/#")]
        if isinstance(stimulus, Woken) and party == REGION and stimulus.about in (10, 30):
            return [Publish(SHARED, ItemUpdate(item=item()))]
        if isinstance(stimulus, Woken) and party == sender and stimulus.about == 20:
            return [post(BACK, sender)]
        return []

    engine = Engine(scenario(), 1, roster=Heard(script).roster)
    return engine, run(engine, until_ms=15), run(engine, until_ms=100)


def test_a_grant_and_its_withdrawal_hold_from_the_next_millisecond_on() -> None:
    engine, _, _ = granting()
    assert [may_read(engine, at_ms) for at_ms in (0, 1, 20, 21)] == [False, True, True, False]


def test_a_grant_and_its_withdrawal_are_records_with_their_message() -> None:
    _, first, second = granting()
    given, taken = contents(first, "rights"), contents(second, "rights")
    assert given == [Rights(CROSS, FLOOD, "activity-reader", "granted", (), f"{REGION}-1")]
    assert taken == [Rights(CROSS, FLOOD, "activity-reader", "revoked", (), f"{REGION}-3")]


def test_what_a_lapsed_reader_still_subscribes_to_is_withheld() -> None:
    _, first, second = granting()
    assert [content.readers for content in contents(first, "message") if content.topic == SHARED] == [
        (CROSS,)
    ]
    assert [content.readers for content in contents(second, "message") if content.topic == SHARED] == [()]
    (denied,) = contents(second, "denied")
    assert (denied.party, denied.attempt, denied.rule, denied.event) == (
        CROSS,
        "deliver",
        "not-let-in",
        f"{REGION}-4",
    )


def test_a_grant_by_a_region_that_does_not_direct_changes_nothing() -> None:
    engine, first, second = granting(sender=NEIGHBOUR)
    assert not may_read(engine, 15)
    assert contents([*first, *second], "rights") == []
    assert [content.attempt for content in contents(first, "denied")] == ["subscribe"]


def test_the_broker_is_told_to_enforce_what_changed() -> None:
    heard = at_start({REGION: [post(GRANT)]})
    engine = Engine(scenario(), 1, roster=heard.roster)
    (change,) = settled(engine, engine.turn(0)).changes
    assert (change.granted, change.grant.party, change.grant.from_ms) == (True, CROSS, 1)


# Clients that are not simulated ------------------------------------------------------------------


def event(sender: str, content: AnyContent, word: str = "x1") -> Event:
    """What a stranger in the seat of a party sends: its ids are words, simulated parties count."""
    return helpers.event(sender, content, event_id=f"{sender}-{word}")


def opened() -> tuple[Heard, Engine]:
    heard = at_start({REGION: [Subscribe(f"activity/{FLOOD}/#")]})
    engine = Engine(scenario(), 1, "open", roster=heard.roster)
    subscribe(engine, engine.turn(0))
    return heard, engine


def test_ingest_of_a_message_that_fits_is_delivered_as_from_outside() -> None:
    heard, engine = opened()
    sent = event(WATER, ItemUpdate(item=item()))
    settlement = engine.ingest(50, TAB, encode(sent))
    assert settlement.changes == []
    assert [entry.content for entry in settlement.entries] == [Message(TAB, sent, (REGION,), outside=True)]
    run(engine)
    assert heard.of(Delivered) == [(REGION, 50 + TICK_MS, Delivered(TAB, sent))]


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (TAB, b"not json", "malformed"),
        (TAB, encode(event(REGION, ItemUpdate(item=item()))), f"source: expected {WATER} as the topic says"),
        (TAB, encode(event(WATER, Ack(activity=FLOOD, of="e-1"))), "content: expected item"),
        ("nothing", encode(event(WATER, ItemUpdate(item=item()))), "topic: expected one of the known shapes"),
        (
            SHARED,
            encode(event(WATER, ItemUpdate(item=item(f"{FLOOD}-{LEVEL}")))),
            "source: expected a party that may write here",
        ),
        (
            TAB,
            encode(event(WATER, ItemUpdate(item=item(reported=10**12)))),
            "reported_at_ms: expected a time",
        ),
    ],
)
def test_ingest_of_what_does_not_fit_is_garbled_and_reaches_nobody(
    topic: str, payload: bytes, reason: str
) -> None:
    heard, engine = opened()
    settlement = engine.ingest(50, topic, payload)
    (entry,) = settlement.entries
    assert entry.kind == "garbled"
    assert isinstance(entry.content, Garbled)
    assert reason in entry.content.reason
    assert settlement.changes == []
    run(engine)
    assert heard.of(Delivered) == []


def test_ingest_of_the_same_event_twice_is_garbled_the_second_time() -> None:
    _, engine = opened()
    payload = encode(event(WATER, ItemUpdate(item=item())))
    kinds = [engine.ingest(at_ms, TAB, payload).entries[0].kind for at_ms in (50, 51)]
    assert kinds == ["message", "garbled"]


def test_what_responds_to_a_stranger_names_what_was_behind_the_strangers_message() -> None:
    strange = msgspec.structs.replace(event(WATER, ItemUpdate(item=item())), injectids="f-1")

    def acknowledge(party: str, stimulus: Stimulus) -> list[Act]:
        if isinstance(stimulus, Started) and party == REGION:
            return [Subscribe(f"activity/{FLOOD}/#")]
        if isinstance(stimulus, Delivered):
            ack = Ack(activity=FLOOD, of=stimulus.event.id)
            return [Publish(f"post/{WATER}/{REGION}/ack", ack, because_of=stimulus.event.id)]
        return []

    engine = Engine(scenario(faults=(fault(500_000),)), 1, "open", roster=Heard(acknowledge).roster)
    subscribe(engine, engine.turn(0))
    engine.ingest(50, TAB, encode(strange))
    (publication,) = engine.turn(50 + TICK_MS).publications
    assert publication.event.causationid == strange.id
    assert publication.event.injects == ("f-1",)


def test_ingest_of_a_grant_by_a_person_in_the_seat_of_the_region_changes_rights() -> None:
    _, engine = opened()
    (change,) = engine.ingest(50, f"post/{CROSS}/{REGION}/grant", encode(event(REGION, GRANT))).changes
    assert (change.granted, change.grant.from_ms) == (True, 51)
    assert [may_read(engine, at_ms) for at_ms in (50, 51)] == [False, True]


@pytest.mark.parametrize(
    ("attempt", "topic", "rule"),
    [
        ("publish", SHARED, "shared-is-directed"),
        ("subscribe", "#", "no-right"),
        ("deliver", SHARED, "in-transition"),
    ],
)
def test_a_refusal_to_a_stranger_is_recorded_with_its_rule(attempt: Any, topic: str, rule: str) -> None:
    _, engine = opened()
    denied = engine.ledger.deny_outside(50, WATER, attempt, topic).content
    assert isinstance(denied, Denied)
    assert (denied.attempt, denied.rule, denied.outside) == (attempt, rule, True)
    assert engine.ledger.denied == 1


def test_a_publication_that_is_none_is_recorded_as_broken() -> None:
    _, engine = opened()
    denied = engine.ledger.deny_outside(
        50, WATER, "publish", f"activity/{FLOOD}/own/{WATER}/+/+", broken=True
    )
    assert isinstance(denied.content, Denied)
    assert (denied.content.rule, denied.content.party) == ("broken-packet", WATER)


# The whole ---------------------------------------------------------------------------------------


def test_truth_travels_from_perception_to_the_shared_picture() -> None:
    injects = (inject(Open(activity=FLOOD), at_ms=0),)
    known = scenario(truth=(TRUE,), injects=injects, parties=tuple(everybody()))
    entries = run(Engine(known, 1), until_ms=20_000)
    messages = {content.topic: content for content in reversed(contents(entries, "message"))}
    assert REGION in messages[TAB].readers
    told = messages[SHARED]
    assert decode(bytes(told.event)).data.item.values == TRUE.fact.values  # type: ignore[union-attr]
    assert WATER in told.readers
    assert contents(entries, "lost") == contents(entries, "leak") == []


def test_the_same_scenario_and_seed_give_the_same_records() -> None:
    injects = (inject(Open(activity=FLOOD), at_ms=0),)
    known = scenario(truth=(TRUE,), injects=injects, faults=(fault(50_000),), parties=tuple(everybody()))
    one, other = (run(Engine(known, 5), until_ms=200_000) for _ in range(2))
    assert one == other
    assert len(one) > 20


def test_a_remark_about_no_item_tells_what_happened_and_why() -> None:
    heard = at_start({WATER: [Remark("missed", None, "nobody got round to it", "e-1")]})
    (entry,) = Engine(scenario(), 1, roster=heard.roster).turn(0).entries
    assert entry == Entry(0, "note", Note(WATER, "missed", text="nobody got round to it"), ("e-1",))
