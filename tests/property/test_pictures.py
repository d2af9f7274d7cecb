"""Laws of what parties tell each other, over made-up exercises: secrets, effects, and questions for what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.agents.acts import Publish, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.information import needs
from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer
from sim.core.messages.contents import items_in
from sim.core.messages.event import Event
from sim.core.messages.items import Item, Kind, Sensitivity
from sim.core.messages.topics import Shape, parse
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.cue import Open, SendAlarm
from sim.core.model.ids import PartyId
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.records.kinds import EncodedMessage, Observed
from sim.core.records.record import Entry
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import (
    CAMPING,
    CARE,
    CROSS,
    FLOOD,
    GRID,
    NATION,
    NEIGHBOUR,
    NOWHERE,
    PROFILES,
    RAIL,
    REGION,
    RIVER,
    THEME,
    WATER,
    activities,
    agreement,
    brief,
    everybody,
    fact,
    only,
    react,
    shipped,
    text,
)

REGIONS = (REGION, NEIGHBOUR)
PARTNERS = (WATER, GRID, RAIL, CARE, CAMPING, CROSS)
SYSTEMS = (RIVER, "care", "gas")
LAYERS = ("hydrants", "fuel")
CAST = everybody()
THEMES = shipped().themes
THREAT = "storm"

SYSTEM_SETS = st.sets(st.sampled_from(SYSTEMS)).map(lambda found: tuple(sorted(found)))


@st.composite
def agreements(draw: st.DrawFn) -> dict[PartyId, Agreement]:
    return {
        partner: agreement(
            partner,
            CAST[partner].profile,
            alert_systems=(RIVER,),
            threats=draw(SYSTEM_SETS),
            restricted_systems=draw(SYSTEM_SETS),
            layers=draw(st.sampled_from(((), LAYERS[:1], LAYERS))),
            seconded_themes=(THEME,),
            needs=(THEME,),
            asked=(THEME,),
            ask_after_ms=30 * MINUTE_MS,
            sitrep_every_ms=HOUR_MS,
            actuality=Norm(HOUR_MS, "exercise"),
        )
        for partner in PARTNERS
    }


@st.composite
def timelines(draw: st.DrawFn) -> tuple[TruthChange, ...]:
    """A threat, effects of it, secrets, layers and ordinary facts, before and after an activity is opened."""
    changes = [TruthChange(id="t-0", at_ms=0, fact=fact(THREAT, kind=Kind.FORECAST))]
    for number in range(1, draw(st.integers(2, 7))):
        what = fact(
            f"s{number}",
            system=draw(st.sampled_from(SYSTEMS)),
            kind=draw(st.sampled_from((Kind.FACT, Kind.EFFECT, Kind.NEED))),
            sensitivity=draw(st.sampled_from((Sensitivity.GENERAL, Sensitivity.RESTRICTED))),
            effect_of=draw(st.sampled_from(("", THREAT))),
        )
        if draw(st.booleans()) and not what.effect_of:
            layer = draw(st.sampled_from(LAYERS))
            what = msgspec.structs.replace(what, layer=layer, sensitivity=Sensitivity.RESTRICTED)
        at_ms = draw(st.integers(0, 3 * HOUR_MS))
        changes.append(TruthChange(id=f"t-{number}", at_ms=at_ms, fact=what))
    return tuple(sorted(changes, key=lambda change: change.at_ms))


@st.composite
def exercises(draw: st.DrawFn) -> Scenario:
    cast = dict(CAST)
    for partner in (*PARTNERS, *REGIONS):
        competence = msgspec.structs.replace(CAST[partner].competence, systems=(RIVER, *draw(SYSTEM_SETS)))
        cast[partner] = msgspec.structs.replace(CAST[partner], competence=competence)
    alarm = SendAlarm(activity=FLOOD, parties=(RAIL, GRID), text=NOWHERE)
    return Scenario(
        id="tiny",
        name=text("tiny"),
        notice=text("an exercise"),
        start=datetime(2021, 7, 12, 6, tzinfo=UTC),
        end_ms=6 * HOUR_MS,
        parties={party: cast[party] for party in sorted((*PARTNERS, *REGIONS, NATION))},
        profiles=PROFILES,
        agreements=draw(agreements()),
        activities=activities(),
        themes=THEMES,
        truth=draw(timelines()),
        injects=(
            Inject(id="i-1", at_ms=HOUR_MS, to=REGION, cue=Open(activity=FLOOD), title=NOWHERE),
            Inject(id="i-2", at_ms=HOUR_MS + 1, to=REGION, cue=alarm, title=NOWHERE),
        ),
        faults=(),
        inputs={},
    )


def run(scenario: Scenario, seed: int) -> Iterator[Entry]:
    """Yield the records of a run over a broker that does exactly what the access table says."""
    engine = Engine(scenario, seed)
    while (at_ms := engine.next_ms()) is not None:
        turn = engine.turn(at_ms)
        table = engine.ledger.table
        wishes = [
            BrokerAnswer(accepted=table.decide_subscription(wish.party, at_ms, wish.topic_filter).allowed)
            for wish in turn.wishes
        ]
        yield from turn.entries
        yield from engine.settle_wishes(turn, wishes)
        foreseen = engine.foresee(turn)
        answers = [BrokerAnswer(accepted=one.decision.allowed) for one in foreseen]
        yield from engine.settle(turn, foreseen, answers).entries


def may_read(scenario: Scenario, party: PartyId, topic: str, item: Item) -> bool:
    """Say whether a party may have a restricted item that stands on a topic, by what was agreed."""
    if party in REGIONS:
        return True
    held = scenario.agreements.get(party)
    address = parse(topic)
    assert address is not None
    if address.shape is Shape.LAYER:
        return held is not None and address["layer"] in held.layers and address["region"] in held.regions
    return held is not None and item.system in held.restricted_systems


@settings(max_examples=25, deadline=None)
@given(exercises(), st.integers(0, 100))
def test_what_is_restricted_reaches_nobody_without_the_right(scenario: Scenario, seed: int) -> None:
    for entry in run(scenario, seed):
        content = entry.content
        if not isinstance(content, EncodedMessage):
            continue
        event = msgspec.json.decode(content.event, type=Event)
        secrets = [item for item in items_in(event.data) if item.sensitivity is Sensitivity.RESTRICTED]
        for item in secrets:
            shape = content.topic.split("/")[0]
            assert shape in ("post", "outside", "layer"), content.topic
            wrong = [party for party in content.readers if not may_read(scenario, party, content.topic, item)]
            assert wrong == [], (content.topic, item.id, wrong)


@settings(max_examples=25, deadline=None)
@given(exercises(), st.integers(0, 100))
def test_an_effect_is_seen_only_within_competence_and_by_agreement(scenario: Scenario, seed: int) -> None:
    for entry in run(scenario, seed):
        content = entry.content
        if not isinstance(content, Observed) or not content.observation.fact.effect_of:
            continue
        party = scenario.parties[content.party]
        assert content.observation.fact.system in party.competence.systems
        assert RIVER in scenario.agreements[party.id].threats, "the threat is of the river"


def test_the_made_up_exercises_show_secrets_and_effects() -> None:
    """The laws above are about something: with everything agreed there are confidences, layers and effects."""
    told = fact("s1", sensitivity=Sensitivity.RESTRICTED)
    cellar = fact("s2", effect_of=THREAT)
    hydrants = fact("s3", layer="hydrants", sensitivity=Sensitivity.RESTRICTED)
    storm = fact(THREAT, kind=Kind.FORECAST)
    truth = tuple(
        TruthChange(id=f"t-{number}", at_ms=0, fact=what)
        for number, what in enumerate((storm, told, cellar, hydrants))
    )
    everything = {
        one: agreement(one, CAST[one].profile, threats=(RIVER,), restricted_systems=(RIVER,), layers=LAYERS)
        for one in PARTNERS
    }
    base = Scenario(
        "tiny", NOWHERE, NOWHERE, datetime(2021, 7, 12, tzinfo=UTC), 2 * HOUR_MS,
        {party: CAST[party] for party in sorted((*PARTNERS, *REGIONS))}, PROFILES, everything, activities(), THEMES,
        truth, (), (), {},
    )  # fmt: skip
    seen = list(run(base, 1))
    topics = {entry.content.topic for entry in seen if isinstance(entry.content, EncodedMessage)}
    assert f"post/{GRID}/{REGION}/confidence" in topics
    assert f"outside/{REGION}/{RAIL}/answer" in topics
    assert f"layer/{REGION}/hydrants" in topics
    effects = [
        entry.content.party
        for entry in seen
        if isinstance(entry.content, Observed) and entry.content.observation.fact.effect_of
    ]
    assert {WATER, GRID, RAIL} <= set(effects)


# Needs -------------------------------------------------------------------------------------------

STEPS = st.lists(st.tuples(st.sampled_from(("look", "ask")), st.integers(0, 3 * MINUTE_MS)), max_size=60)


@given(STEPS, st.integers(1, 10 * MINUTE_MS), st.sampled_from((REGION, GRID)))
def test_nobody_asks_twice_within_the_term(steps: list[tuple[str, int]], term_ms: int, party: str) -> None:
    agreed = agreement(GRID, "structural", asked=(THEME,), needs=(THEME,), ask_after_ms=term_ms)
    me, state, now = brief(party, agreements=[agreed]), AgentState(engaged={FLOOD: 0}), 0
    errands: list[Wake] = []
    asked_ms: list[int] = []
    for step, later_ms in steps:
        now += later_ms
        if step == "look":
            state, acts = react(me, needs.BEHAVIOUR, state, Woken(needs.LOOK, (FLOOD, 0)), now=now)
            errands += [act for act in acts if isinstance(act, Wake) and act.errand == needs.ASK]
        elif errands:
            errand = errands.pop()  # in any order: people are slower over one thing than over another
            state, acts = react(me, needs.BEHAVIOUR, state, Woken(errand.errand, errand.about), now=now)
            if acts:
                only(Publish, acts)
                asked_ms.append(now)
    assert all(after - before >= term_ms for before, after in pairwise(asked_ms))
