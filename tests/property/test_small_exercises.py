"""Laws of the exchange in any exercise: small generated ones, run through the engine with a faithful broker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.log.fold import index
from sim.core.assessment.measures.moderation import all_moderation_handled, fates
from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer
from sim.core.messages.codec import decode
from sim.core.messages.contents import Proposal, items_in
from sim.core.messages.items import Sensitivity, Value
from sim.core.messages.topics import Shape, build, parse
from sim.core.model.access import AccessTable
from sim.core.model.activity import Activity
from sim.core.model.agreement import Level, Norm
from sim.core.model.cue import (
    AnyCue,
    Close,
    Decide,
    Decouple,
    Invite,
    Meet,
    Open,
    Scale,
    SeekSupport,
    SendAlarm,
    Spar,
    ToolDown,
    ToolUp,
    TryRead,
    TryWrite,
)
from sim.core.model.profile import Action
from sim.core.model.staff import Role
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS
from sim.core.records.kinds import EncodedMessage, Message, Rights
from sim.core.records.record import Entry, Record
from sim.core.world.faults import Fault, FaultType
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import (
    CAMPING,
    CARE,
    CROSS,
    FAR,
    FLOOD,
    GRID,
    HERE,
    LEVEL,
    PROFILES,
    RAIL,
    REGION,
    THEME,
    VICTIMS,
    WATER,
    activities,
    agreement,
    everybody,
    fact,
    shipped,
    text,
)

END_MS = 300 * MINUTE_MS
ALL = Text("x", "x")
IN_TOOL = (REGION, WATER, GRID, CROSS)

_CUES: tuple[tuple[str, AnyCue], ...] = (
    (REGION, Scale(activity=FLOOD, grip=2)),
    (REGION, SendAlarm(activity=FLOOD, parties=(RAIL, WATER), text=ALL)),
    (REGION, Invite(activity=FLOOD, party=CROSS, text=ALL)),
    (REGION, Invite(activity=FLOOD, party=VICTIMS, text=ALL)),
    (CARE, Invite(activity=FLOOD, party=VICTIMS, text=ALL)),
    (REGION, Decouple(activity=FLOOD, party=CROSS, text=ALL)),
    (REGION, Meet(activity=FLOOD, team="rot")),
    (REGION, Decide(activity=FLOOD, team="rot", text=ALL, subjects=(LEVEL,))),
    (REGION, Spar(activity=FLOOD, party=WATER, team="rot", text=ALL)),
    (REGION, Close(activity=FLOOD)),
    (CAMPING, SeekSupport(activity=FLOOD, text=ALL)),
    (RAIL, TryRead(filters=("#",))),
    (WATER, TryWrite(activity=FLOOD, subject=LEVEL, place="shared")),
    (CROSS, TryRead(filters=(f"activity/{FLOOD}/shared/#",))),
    *((party, ToolDown()) for party in IN_TOOL),
    *((party, ToolUp()) for party in IN_TOOL),
)


_OMITTED: tuple[tuple[Literal["geometry", "values"], ...], ...] = (("values",), ("geometry",), ())


def _sensitivity(subject: str, secret: str | None) -> Sensitivity:
    return Sensitivity.RESTRICTED if subject == secret else Sensitivity.GENERAL


def _with_all_in() -> dict[str, Activity]:
    """Return the activities with also the standby partners among those who take part."""
    known = activities()
    parties = (*known[FLOOD].parties, CROSS, VICTIMS)
    return {**known, FLOOD: msgspec.structs.replace(known[FLOOD], parties=parties)}


@st.composite
def exercises(draw: st.DrawFn) -> Scenario:
    """Return an exercise of one party of each profile: what becomes so, what is cued, and what was agreed."""
    moments = st.integers(1, 240).map(lambda minute: minute * MINUTE_MS)
    changes = draw(
        st.lists(
            st.tuples(
                moments,
                st.sampled_from((LEVEL, "bridge", "dike")),
                st.none() | st.sampled_from((34.0, 300.0, 900.0)),
                st.sampled_from((HERE, None, FAR)),
            ),
            min_size=1,
            max_size=8,
        )
    )
    omitted = st.sampled_from(_OMITTED)
    wrong = draw(st.lists(st.tuples(moments, omitted), max_size=3))
    cued = draw(st.lists(st.tuples(moments, st.sampled_from(_CUES)), max_size=12))
    fallback = st.sampled_from((None, "telephone"))
    terms: dict[str, Any] = {"alert_systems": ("river",), "alarm_level": 2, "briefed": True, "spars": True}
    terms["levels"] = (Level(2, "rot", "team", Role.GENERAL_COMMANDER),)
    terms["stale_after_ms"] = draw(st.sampled_from((0, 30 * MINUTE_MS)))
    terms["correction"] = Norm(20 * MINUTE_MS, "exercise")
    profiles = {
        WATER: "core",
        CARE: "core",
        GRID: "structural",
        RAIL: "link",
        CROSS: "standby",
        VICTIMS: "standby",
    }
    terms |= {"restricted_systems": ("river",), "needs": (THEME,)}
    terms["ask_after_ms"] = draw(st.sampled_from((0, 20 * MINUTE_MS)))
    terms["monitors"] = draw(st.booleans())
    known = [agreement(who, profile, fallback=draw(fallback), **terms) for who, profile in profiles.items()]
    seconded = {**terms, "seconded_themes": (THEME,), "fallback": draw(fallback)}
    known.append(agreement(CAMPING, "ad-hoc", **seconded))
    secret = draw(st.sampled_from((None, LEVEL, "bridge")))
    injects = [Inject(id="i-0", at_ms=10 * MINUTE_MS, to=REGION, cue=Open(activity=FLOOD), title=ALL)]
    injects += [
        Inject(id=f"i-{number + 1}", at_ms=at_ms, to=to, cue=cue, title=ALL)
        for number, (at_ms, (to, cue)) in enumerate(cued)
    ]
    return Scenario(
        id="small",
        name=text("small"),
        notice=text("an exercise"),
        start=datetime(2021, 7, 12, 6, tzinfo=UTC),
        end_ms=END_MS,
        parties=dict(sorted(everybody().items())),
        profiles=PROFILES,
        agreements={one.partner: one for one in known},
        activities=draw(st.sampled_from((activities(), _with_all_in()))),
        themes=shipped().themes,
        truth=(
            TruthChange(id="t-first", at_ms=1, fact=fact(sensitivity=_sensitivity(LEVEL, secret))),
            *(
                TruthChange(
                    id=f"t-{number}",
                    at_ms=at_ms,
                    fact=fact(subject, amount=amount, place=place, sensitivity=_sensitivity(subject, secret)),
                )
                for number, (at_ms, subject, amount, place) in enumerate(
                    sorted(changes, key=lambda one: one[0])
                )
            ),
        ),
        injects=tuple(sorted(injects, key=lambda one: one.at_ms)),
        faults=tuple(
            Fault(
                id=f"f-{number}",
                at_ms=at_ms,
                type=FaultType.INCOMPLETE if omit else FaultType.WRONG_VALUE,
                party=GRID,
                subject=LEVEL,
                title=ALL,
                recognise=ALL,
                values=() if omit else (Value("height", 900.0, "cm"),),
                omit=omit,
            )
            for number, (at_ms, omit) in enumerate(sorted(wrong))
        ),
        inputs={},
    )


def play(exercise: Scenario) -> tuple[list[Record], AccessTable]:
    """Run an exercise over a broker that does what the table says; return its log and all rights it ever had."""
    engine = Engine(exercise, 1)
    entries: list[Entry] = [engine.opening()]
    while (at_ms := engine.next_ms()) is not None:
        turn = engine.turn(at_ms)
        wishes = [
            engine.ledger.table.decide_subscription(wish.party, at_ms, wish.topic_filter)
            for wish in turn.wishes
        ]
        entries += turn.entries
        entries += engine.settle_wishes(turn, [BrokerAnswer(accepted=wish.allowed) for wish in wishes])
        foreseen = engine.foresee(turn)
        answers = [BrokerAnswer(accepted=expected.decision.allowed) for expected in foreseen]
        entries += engine.settle(turn, foreseen, answers).entries
    entries.append(engine.ledger.ending(END_MS, "completed"))
    return [_record(seq, entry) for seq, entry in enumerate(entries)], engine.ledger.table


def _record(seq: int, entry: Entry) -> Record:
    content = entry.content
    if isinstance(content, EncodedMessage):
        content = Message(content.topic, decode(bytes(content.event)), content.readers)
    return Record(seq, entry.at_ms, entry.kind, entry.cause, content, {})


def messages(records: list[Record]) -> Iterator[tuple[int, Message]]:
    for record in records:
        if isinstance(record.content, Message):
            yield record.at_ms, record.content


SOME = settings(max_examples=30, deadline=None)


@SOME
@given(exercises())
def test_a_link_partner_never_receives_a_topic_of_the_tool(exercise: Scenario) -> None:
    records, _ = play(exercise)
    assert [
        m.topic for _, m in messages(records) if RAIL in m.readers and not m.topic.startswith("outside/")
    ] == []


@SOME
@given(exercises())
def test_who_reads_by_a_grant_receives_nothing_before_it_is_let_in_and_after_it_is_decoupled(
    exercise: Scenario,
) -> None:
    """Also if it stands among those who take part, asks for what it needs, and may have what is restricted."""
    records, _ = play(exercise)
    let_in: dict[str, bool] = {CROSS: False, VICTIMS: False, CAMPING: False}
    for record in records:
        content = record.content
        if isinstance(content, Rights) and content.party in let_in:
            let_in[content.party] = content.change == "granted"
        if not isinstance(content, Message):
            continue
        address = parse(content.topic)
        assert address is not None
        is_open = address.shape is Shape.CARD or address.shape in (Shape.POST, Shape.OUTSIDE, Shape.CLOCK)
        tells = bool(items_in(content.event.data)) or not is_open
        for party, is_in in let_in.items():
            assert is_in or not tells or party not in content.readers, content.topic


@SOME
@given(exercises())
def test_every_proposal_comes_to_an_end_or_is_said_to_be_open(exercise: Scenario) -> None:
    records, _ = play(exercise)
    log = index(records)
    proposals = log.sent(Proposal)
    named = all_moderation_handled(gather(records))
    told = {} if named is None else {(row.evidence[0], row.what) for row in named.details}
    for proposal, fate, verdict in fates(log, proposals):
        if fate == "replaced":
            assert any(
                other.data.item.id == proposal.data.item.id
                and other.data.item.version > proposal.data.item.version
                for other in proposals
            )
        elif verdict is None:
            assert (proposal.seq, "open") in told
        else:
            assert verdict.data.outcome == fate
            assert verdict.data.reason.nl
            assert verdict.data.reason.en


def _is_by_fallback(exercise: Scenario, message: Message, reader: str) -> bool:
    """Say whether two parties that both work in the tool reached each other outside it."""
    channels = {
        exercise.profiles[exercise.parties[party].profile].channel for party in (message.event.sender, reader)
    }
    return message.topic.startswith("outside/") and channels == {"post"}


@SOME
@given(exercises())
def test_the_fallback_tells_nobody_what_the_tool_would_refuse(exercise: Scenario) -> None:
    records, table = play(exercise)
    for at_ms, message in messages(records):
        for reader in message.readers:
            if _is_by_fallback(exercise, message, reader):
                for choices in _in_the_tool(message, reader):
                    assert any(
                        _would_pass(table, at_ms, message.event.sender, reader, topic) for topic in choices
                    )


def _in_the_tool(message: Message, reader: str) -> list[list[str]]:
    """Return, of each thing that was told, the topics of the tool on which it could have been written."""
    sender, content = message.event.sender, message.event.data
    kind = content.__struct_config__.tag
    if kind == "signal":
        return [[build(Shape.SIGNAL, activity=FLOOD, party=sender)]]
    if kind == "scaling":
        return [[build(Shape.SCALING, activity=FLOOD, party=sender)]]
    if kind == "briefing" and not msgspec.structs.asdict(content)["team"]:
        return [
            [
                build(Shape.OWN, activity=FLOOD, owner=sender, theme=item.theme, item=item.id),
                build(Shape.PROPOSAL, activity=FLOOD, party=sender, item=item.id),
                build(Shape.SHARED, activity=FLOOD, theme=item.theme, item=item.id),
            ]
            for item in items_in(content)
        ]
    return [[build(Shape.POST, to=reader, sender=sender, kind=str(kind))]]


def _would_pass(table: AccessTable, at_ms: int, sender: str, reader: str, topic: str) -> bool:
    # A right that was given by a message of this moment holds from the next millisecond on.
    return (
        table.decide(sender, at_ms + 1, Action.PUBLISH, topic).allowed
        and table.decide(reader, at_ms + 1, Action.READ, topic).allowed
    )
