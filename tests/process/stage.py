"""A stage for one process: a small exercise over the access table alone, and the log it leaves.

The engine is the real one, the profiles are those that come with the product, and the broker does exactly what the
access table says. What a process does, and why it fails, is then read from the records, by their causes.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from sim.core.agents.acts import Act, Publish
from sim.core.agents.agent import AgentState, Behaviour, Handler, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.roster import BEHAVIOURS
from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer
from sim.core.messages.codec import decode
from sim.core.messages.contents import Content, ItemUpdate, Proposal, SitRep, tag_of
from sim.core.messages.event import Event
from sim.core.messages.items import Item, Kind, Sensitivity, Value
from sim.core.messages.topics import Shape, parse
from sim.core.model.agreement import Agreement
from sim.core.model.cue import AnyCue
from sim.core.model.party import CoreTask, Party
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.picture.observation import Fact
from sim.core.records.kinds import EncodedMessage, Message, Note
from sim.core.records.record import Chain, Entry
from sim.core.records.record import decode as read_line
from sim.core.world.faults import Fault
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.technology import Outage
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    HERE,
    LEVEL,
    PROFILES,
    REGION,
    RIVER,
    THEME,
    activities,
    everybody,
    shipped,
    text,
)

C = TypeVar("C", bound=Content)

TASK_OF: Mapping[str, CoreTask] = {"standby": CoreTask.SERVICE_PROVIDER, "ad-hoc": CoreTask.INCIDENTAL}


@dataclass(frozen=True)
class Heard:
    """One message that went through, with what matters of its record."""

    at_ms: int
    topic: str
    event: Event
    readers: tuple[str, ...]
    data: Any

    @property
    def sender(self) -> str:
        return self.event.sender

    @property
    def to(self) -> str:
        address = parse(self.topic)
        assert address is not None
        return address.levels.get("to", "")

    @property
    def shape(self) -> Shape:
        address = parse(self.topic)
        assert address is not None
        return address.shape


@dataclass(frozen=True)
class Said:
    """Something that happened inside a party, with the time and the causes of its record."""

    at_ms: int
    party: str
    what: str
    text: str
    cause: tuple[str, ...]


@dataclass(frozen=True)
class Played:
    """What a small exercise left behind."""

    entries: tuple[Entry, ...]

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        """Every message, in order."""
        return tuple(
            Heard(entry.at_ms, entry.content.topic, event, entry.content.readers, event.data)
            for entry in self.entries
            if isinstance(entry.content, Message)
            for event in (_event(entry.content),)
        )

    def of(self, kind: type[C], *, sender: str = "", to: str = "", shape: Shape | None = None) -> list[Heard]:
        """The messages of a kind, in order."""
        return [
            one
            for one in self.heard
            if isinstance(one.data, kind)
            and sender in ("", one.sender)
            and to in ("", one.to)
            and shape in (None, one.shape)
        ]

    def notes(self, what: str, party: str = "") -> list[Said]:
        """What happened inside parties, of one sort."""
        return [
            Said(entry.at_ms, entry.content.party, entry.content.what, entry.content.text, tuple(entry.cause))
            for entry in self.entries
            if isinstance(entry.content, Note)
            and entry.content.what == what
            and party in ("", entry.content.party)
        ]

    def kinds(self, kind: str) -> list[Any]:
        """The contents of the records of a kind."""
        return [entry.content for entry in self.entries if entry.kind == kind]

    @cached_property
    def evidence(self) -> Evidence:
        """What the assessment has to go by: the log, read back from its lines."""
        chain = Chain()
        return gather([read_line(chain.seal(entry)) for entry in self.entries])

    def event(self, event_id: str) -> Heard:
        """The message with this id."""
        (found,) = [one for one in self.heard if one.event.id == event_id]
        return found

    def led_to(self, effect: Heard) -> list[Heard]:
        """The messages that led to one, the first cause first, by ``causationid``."""
        chain = [effect]
        while chain[0].event.causationid:
            chain.insert(0, self.event(chain[0].event.causationid))
        return chain[:-1]

    def story(self, effect: Heard) -> list[tuple[str, str]]:
        """How it came to a message: who wrote what, the first cause first, the message itself last."""
        return [(one.sender, tag_of(one.data)) for one in (*self.led_to(effect), effect)]


def _event(message: Message) -> Event:
    """The event of a message of a party's people, or of another client of the party."""
    return decode(bytes(message.event)) if isinstance(message, EncodedMessage) else message.event


def play(
    *,
    injects: Sequence[Inject] = (),
    truth: Sequence[TruthChange] = (),
    agreements: Iterable[Agreement] = (),
    parties: Mapping[str, Mapping[str, Any]] | None = None,
    members: Sequence[str] | None = None,
    activity: Mapping[str, Any] | None = None,
    elsewhere: Mapping[str, Any] | None = None,
    hours: float = 12,
    seed: int = 1,
    faults: Sequence[Fault] = (),
    roster: Mapping[str, Behaviour] = BEHAVIOURS,
    outages: Sequence[Outage] = (),
) -> Played:
    """Run a small exercise to its end.

    Args:
        injects: What exercise control does.
        truth: What becomes so.
        agreements: Agreements by the party that they bind (an agreement's ``partner``).
        parties: What is changed of parties, by id.
        members: Who takes part; everybody of the small exercise by default.
        activity: What is changed of FLOOD.
        elsewhere: What is changed of FIRE, the activity of the neighbouring region.
        hours: Length of the exercise.
        seed: Seed of all chance.
        faults: What parties perceive wrongly.
        roster: Behaviours by name; see :func:`telling` for one that tells otherwise than it knows.
        outages: What fails of the technology.
    """
    everyone = everybody()
    for party, fields in (parties or {}).items():
        everyone[party] = changed(everyone[party], **fields)
    known = {name: everyone[name] for name in sorted(members or everyone)}
    places = activities()
    places[FLOOD] = msgspec.structs.replace(places[FLOOD], **(activity or {}))
    places[FIRE] = msgspec.structs.replace(places[FIRE], **(elsewhere or {}))
    if members is not None:
        known = {name: among(one, known) for name, one in known.items()}
        places = {
            name: msgspec.structs.replace(place, parties=tuple(one for one in place.parties if one in known))
            for name, place in places.items()
        }
    scenario = Scenario(
        id="stage",
        name=text("stage"),
        notice=text("an exercise"),
        start=datetime(2021, 7, 12, 8, tzinfo=UTC),
        end_ms=round(hours * HOUR_MS),
        parties=known,
        profiles=PROFILES,
        agreements={one.partner: one for one in sorted(agreements, key=lambda one: one.partner)},
        activities={name: place for name, place in sorted(places.items()) if place.directing in known},
        themes=shipped().themes,
        truth=tuple(sorted(truth, key=lambda change: change.at_ms)),
        injects=tuple(sorted(injects, key=lambda inject: inject.at_ms)),
        faults=tuple(faults),
        outages=tuple(sorted(outages, key=lambda outage: outage.from_ms)),
        inputs={},
        quantities=shipped().quantities,
    )
    return Played(tuple(run(Engine(scenario, seed, roster=roster))))


def telling(behaviour: str, party: str, change: Callable[[Item], Item]) -> Mapping[str, Behaviour]:
    """The roster in which what a behaviour of a party publishes is changed on its way out.

    That is how an item is wrong in what no perception can make wrong: who says it, when, on whose authority.
    """
    known = BEHAVIOURS[behaviour]

    def changed_(handler: Handler) -> Handler:
        def handle(brief: Brief, state: AgentState, stimulus: Any, now: int) -> Reaction:
            state, acts = handler(brief, state, stimulus, now)
            return state, [_changed(act, change) if brief.id == party else act for act in acts]

        return handle

    handlers = {key: changed_(handler) for key, handler in known.handlers.items()}
    return {**BEHAVIOURS, behaviour: Behaviour(behaviour, handlers)}


def _changed(act: Act, change: Callable[[Item], Item]) -> Act:
    content = act.content if isinstance(act, Publish) else None
    if isinstance(content, ItemUpdate | Proposal):
        content = msgspec.structs.replace(content, item=change(content.item))
    elif isinstance(content, SitRep):
        content = msgspec.structs.replace(content, items=tuple(map(change, content.items)))
    else:
        return act
    assert isinstance(act, Publish)
    return msgspec.structs.replace(act, content=content)


def changed(party: Party, **fields: Any) -> Party:
    """A party otherwise; people's limits by their own names."""
    limits = {name: fields.pop(name) for name in ("skill", "slip", "error", "reaction_ms") if name in fields}
    people = msgspec.structs.replace(fields.pop("people", party.people), **limits)
    return msgspec.structs.replace(party, people=people, **fields)


def among(party: Party, members: Container[str]) -> Party:
    """A party that works with those regions only that take part."""
    return changed(party, regions=tuple(region for region in party.regions if region in members))


def run(engine: Engine) -> list[Entry]:
    """Run over a broker that does exactly what the access table says; return all records."""
    entries = [engine.opening()]
    while (at_ms := engine.next_ms()) is not None:
        turn = engine.turn(at_ms)
        entries += turn.entries
        entries += engine.settle_steps(turn)
        table = engine.ledger.table
        wishes = [
            BrokerAnswer(accepted=table.decide_subscription(wish.party, at_ms, wish.topic_filter).allowed)
            for wish in turn.wishes
        ]
        entries += engine.settle_wishes(turn, wishes)
        foreseen = engine.foresee(turn)
        answers = [BrokerAnswer(accepted=expected.decision.allowed) for expected in foreseen]
        entries += engine.settle(turn, foreseen, answers).entries
    return [*entries, *engine.unmet(engine.scenario.end_ms)]


# Words for scripts --------------------------------------------------------------------------------


def minutes(count: float) -> int:
    return round(count * MINUTE_MS)


def inject(at: float, cue: AnyCue, to: str = REGION, name: str = "") -> Inject:
    """Exercise control tells a party to do something; ``at`` in minutes."""
    tag = str(cue.__struct_config__.tag)
    return Inject(id=name or f"i-{tag}-{round(at)}-{to}", at_ms=minutes(at), to=to, cue=cue, title=text(tag))


def so(
    at: float,
    subject: str = LEVEL,
    *,
    amount: float = 300.0,
    system: str = RIVER,
    theme: str = THEME,
    kind: Kind = Kind.FACT,
    words: str = "",
    effect_of: str = "",
    sensitivity: Sensitivity = Sensitivity.GENERAL,
    **fields: Any,
) -> TruthChange:
    """From ``at`` (minutes) on this is so."""
    fact = Fact(
        subject=subject,
        system=system,
        theme=theme,
        kind=kind,
        title=text(subject),
        text=text(words),
        values=(Value("height", amount, "cm"),),
        geometry=HERE,
        sensitivity=sensitivity,
        effect_of=effect_of,
        **fields,
    )
    return TruthChange(id=f"t-{subject}-{round(at)}", at_ms=minutes(at), fact=fact)


def agreed(partner: str, **terms: Any) -> Agreement:
    """What a party of the small exercise agreed with its regions."""
    party = everybody()[partner]
    task = TASK_OF.get(party.profile, party.core_task or CoreTask.MANAGER)
    return Agreement(partner, task, party.profile, party.regions, **terms)
