"""Builds small run logs by hand: one call for each thing that happens, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.judging.findings import exercise_finding, findings_of
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Finding
from sim.core.messages.contents import (
    Ack,
    Alarm,
    Alert,
    Answer,
    AnyContent,
    Briefing,
    Card,
    Conclusion,
    Decision,
    Invitation,
    ItemUpdate,
    Proposal,
    Receipt,
    Request,
    Scaling,
    Signal,
    SitRep,
    Verdict,
    tag_of,
)
from sim.core.messages.event import Event
from sim.core.messages.items import Basis, Item, ItemRef, Kind, Source, Verification, VerificationStatus
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS
from sim.core.picture.observation import Fact, Observation
from sim.core.records.kinds import (
    ActivityEntry,
    AnyRecordContent,
    Delivery,
    Denied,
    Ending,
    FaultEntered,
    Injected,
    Message,
    Note,
    Observed,
    Opening,
    OutageEdge,
    PartyEntry,
    Rights,
    Subscribed,
    Truth,
    Undelivered,
)
from sim.core.records.record import Record
from sim.files.criteria import load_criteria

REGION, NEIGHBOUR = "vr24", "vr23"
WATER, GRID, GAS, HELP, SHOP = "water", "grid", "gas", "help", "shop"
ACTIVITY, ELSEWHERE = "flood", "fire"
SUBJECT = "level"
FAULT = "f-1"
THEME = "a2-situation"
NOTHING = Text("", "")
STATUS = VerificationStatus

CRITERIA = load_criteria()
"""What ships: criteria, the rule of the advice, and what these refer to."""

AGREED = {
    "initial_picture": Norm(30 * MINUTE_MS, "topic 9"),
    "acknowledge": Norm(10 * MINUTE_MS, "topic 7"),
    "sitrep": Norm(5 * MINUTE_MS, "topic 9"),
    "actuality": Norm(20 * MINUTE_MS, "topic 9"),
    "correction": Norm(30 * MINUTE_MS, "topic 12"),
    "bring": Norm(20 * MINUTE_MS, "topic 12"),
    "fetch": Norm(40 * MINUTE_MS, "topic 12"),
    "switch": Norm(15 * MINUTE_MS, "technology 4"),
}


KNOWS: Mapping[str, Any] = {"needs": (THEME,), "briefed": True}
"""What was agreed that is no norm: what the partner needs to know, and that it is briefed."""


def minutes(count: float) -> int:
    """Return milliseconds."""
    return round(count * MINUTE_MS)


def entry(party: str, profile: str, core_task: CoreTask | None, **more: Any) -> PartyEntry:
    """Return a party of the log."""
    defaults = {
        "kind": "partner" if core_task else "body",
        "assessable": profile in ("core", "structural", "standby"),
        "directs_own_picture": profile in ("core", "safety-region"),
        "channel": "post",
        "regions": (REGION,),
        "systems": ("river",),
        "interests": (),
    }
    name = Text(party, party)
    facts: dict[str, Any] = {"name": name, "profile_name": Text(profile, profile), **defaults, **more}
    return PartyEntry(id=party, profile=profile, core_task=core_task, **facts)


PARTIES = (
    entry(REGION, "safety-region", None),
    entry(NEIGHBOUR, "safety-region", None),
    entry(WATER, "core", CoreTask.MANAGER),
    entry(GRID, "structural", CoreTask.MANAGER),
    entry(GAS, "link", CoreTask.MANAGER, channel="outside"),
    entry(HELP, "standby", CoreTask.SERVICE_PROVIDER),
    entry(SHOP, "ad-hoc", CoreTask.INCIDENTAL, channel="outside"),
)


def agreement(party: str, profile: str, task: CoreTask, **changes: Any) -> Agreement:
    """Return an agreement with every norm, unless changed."""
    terms: dict[str, Any] = {
        "regions": (REGION,),
        **AGREED,
        "sitrep_every_ms": minutes(60),
        **KNOWS,
        **changes,
    }
    return Agreement(partner=party, core_task=task, profile=profile, **terms)


AGREEMENTS = (
    agreement(WATER, "core", CoreTask.MANAGER),
    agreement(GRID, "structural", CoreTask.MANAGER),
    agreement(GAS, "link", CoreTask.MANAGER),
    agreement(HELP, "standby", CoreTask.SERVICE_PROVIDER),
)


def fact(subject: str = SUBJECT, system: str = "river") -> Fact:
    """Return a fact."""
    return Fact(subject=subject, system=system, theme=THEME, kind=Kind.FACT, title=NOTHING)


def item(
    name: str,
    version: int = 1,
    *,
    observed: float = 0,
    source: str = WATER,
    subject: str = SUBJECT,
    faults: tuple[str, ...] = (),
    status: VerificationStatus = STATUS.UNVERIFIED,
    relates_to: tuple[str, ...] = (),
    **fields: Any,
) -> Item:
    """Return an item; ``observed`` in minutes."""
    other = {"system": "river", "theme": THEME, "title": NOTHING, **fields}
    return Item(
        id=name,
        version=version,
        subject=subject,
        kind=Kind.FACT,
        observed_at_ms=minutes(observed),
        reported_at_ms=minutes(observed),
        source=Source(source, Basis.OBSERVED),
        verification=Verification(status),
        relates_to=relates_to,
        causation=faults,
        **other,
    )


class Log:
    """A log in the making. Times are minutes of exercise time."""

    def __init__(
        self, agreements: tuple[Agreement, ...] = AGREEMENTS, activities: tuple[ActivityEntry, ...] = ()
    ) -> None:
        self.records: list[Record] = []
        opening = Opening(
            format=1,
            scenario="test",
            name=NOTHING,
            notice=NOTHING,
            seed=1,
            session="closed",
            start="2021-07-14T12:00:00+02:00",
            end_ms=0,
            tick_ms=1000,
            parties=PARTIES,
            activities=(
                ActivityEntry(
                    id=ACTIVITY, name=NOTHING, directing=REGION, parties=(WATER, GRID), systems=("river",)
                ),
                *activities,
            ),
            agreements=agreements,
            themes=(),
            inputs={},
        )
        self.add(0, "run", opening)

    def agree(self, party: str, **changes: Any) -> None:
        """Change the agreement of a party as the opening record has it."""
        opening: Opening = self.records[0].content
        self.reopen(
            agreements=tuple(
                msgspec.structs.replace(one, **changes) if one.partner == party else one
                for one in opening.agreements
            )
        )

    def reopen(self, **changes: Any) -> None:
        """Change the opening record."""
        opening: Opening = msgspec.structs.replace(self.records[0].content, **changes)
        self.records[0] = msgspec.structs.replace(self.records[0], content=opening)

    def add(self, at: float, kind: str, content: AnyRecordContent, cause: tuple[str, ...] = ()) -> int:
        """Add a record and return its sequence number."""
        seq = len(self.records)
        self.records.append(Record(seq, minutes(at), kind, cause, content, {}))
        return seq

    def send(
        self,
        at: float,
        sender: str,
        topic: str,
        content: AnyContent,
        readers: tuple[str, ...] = (),
        **envelope: Any,
    ) -> str:
        """Add a message and return the id of its event."""
        event = Event(
            specversion="1.0",
            id=f"{sender}-{len(self.records)}",
            source=f"/party/{sender}",
            type=f"nl.beeld.{tag_of(content)}",
            time="",
            exercisems=minutes(at),
            sequence=len(self.records),
            data=content,
            **envelope,
        )
        self.add(at, "message", Message(topic, event, readers))
        return event.id

    def mail(self, at: float, sender: str, to: str, content: AnyContent, **envelope: Any) -> str:
        """Add a message by post that arrives, and return the id of its event."""
        return self.send(at, sender, f"post/{to}/{sender}/{tag_of(content)}", content, (to,), **envelope)

    def end(self, at: float) -> Log:
        """Add the last record."""
        totals = {"messages": 0, "deliveries": 0, "denied": 0, "lost": 0, "leaked": 0}
        self.add(at, "end", Ending(outcome="completed", **totals))
        return self

    def alert(self, at: float, to: str) -> str:
        """Alert a party."""
        return self.mail(at, REGION, to, Alert(activity=ACTIVITY, text=NOTHING))

    def alarm(self, at: float, to: str) -> str:
        """Alarm a party."""
        return self.mail(at, REGION, to, Alarm(activity=ACTIVITY, text=NOTHING, level="GRIP 2"))

    def ack(self, at: float, sender: str, of: str) -> str:
        """Acknowledge an event."""
        return self.mail(at, sender, REGION, Ack(activity=ACTIVITY, of=of))

    def card(self, at: float, *, is_open: bool = True) -> str:
        """Publish the activity card."""
        card = Card(
            activity=ACTIVITY,
            name=NOTHING,
            place=NOTHING,
            directing=REGION,
            grip=0,
            systems=(),
            parties=(),
            open=is_open,
        )
        return self.send(at, REGION, f"activity/{ACTIVITY}/card", card, (HELP,))

    def own(self, at: float, sender: str, told: Item, readers: tuple[str, ...] = (REGION,)) -> str:
        """Publish an item of an own picture."""
        topic = f"activity/{ACTIVITY}/own/{sender}/{told.theme}/{told.id}"
        return self.send(at, sender, topic, ItemUpdate(item=told), readers)

    def shared(self, at: float, told: Item, readers: tuple[str, ...] = (WATER, GRID)) -> str:
        """Publish an item of the shared picture."""
        topic = f"activity/{ACTIVITY}/shared/{told.theme}/{told.id}"
        return self.send(at, REGION, topic, ItemUpdate(item=told), readers)

    def sitrep(self, at: float, sender: str, due: float, items: tuple[Item, ...] = ()) -> str:
        """Send a situation report."""
        report = SitRep(activity=ACTIVITY, from_ms=0, to_ms=minutes(at), due_ms=minutes(due), items=items)
        return self.mail(at, sender, REGION, report)

    def proposal(self, at: float, sender: str, told: Item) -> str:
        """Propose an item."""
        topic = f"activity/{ACTIVITY}/proposal/{sender}/{told.id}"
        return self.send(at, sender, topic, Proposal(item=told), (REGION,))

    def verdict(self, at: float, to: str, about: Item) -> str:
        """Accept a proposal."""
        ref = ItemRef(about.id, about.version)
        content = Verdict(activity=ACTIVITY, about=ref, outcome="accepted", reason=NOTHING)
        return self.mail(at, REGION, to, content)

    def signal(self, at: float, sender: str, about: Item, readers: tuple[str, ...] = (REGION, WATER)) -> str:
        """Signal that an item looks wrong."""
        content = Signal(
            about=ItemRef(about.id, about.version),
            subject=about.subject,
            owner=about.source.party,
            reason="value",
            text=NOTHING,
        )
        return self.send(at, sender, f"activity/{ACTIVITY}/signal/{sender}", content, readers)

    def verify(self, at: float, to: str, about: ItemRef | None = None, **envelope: Any) -> str:
        """Ask the source of an item whether it is right."""
        content = Request(activity=ACTIVITY, purpose="verify", about=about, subject=SUBJECT)
        return self.mail(at, REGION, to, content, **envelope)

    def answer(
        self,
        at: float,
        sender: str,
        of: str,
        outcome: Literal["confirmed", "corrected", "unknown", "refused"],
        told: Item | None = None,
        to: str = REGION,
    ) -> str:
        """Answer a request."""
        return self.mail(at, sender, to, Answer(activity=ACTIVITY, of=of, outcome=outcome, item=told))

    def ask(self, at: float, sender: str) -> str:
        """Ask for access."""
        return self.mail(at, sender, REGION, Request(activity=ACTIVITY, purpose="access"))

    def invite(self, at: float, party: str) -> str:
        """Invite a party to look along."""
        return self.mail(at, REGION, party, Invitation(activity=ACTIVITY, text=NOTHING))

    def conclude(self, at: float, sender: str, *, role: bool) -> str:
        """Conclude whether there is a role."""
        return self.mail(at, sender, REGION, Conclusion(activity=ACTIVITY, role=role, text=NOTHING))

    def rights(self, at: float, party: str, change: Literal["granted", "revoked"]) -> int:
        """Grant or revoke access."""
        content = Rights(
            party=party, activity=ACTIVITY, bundle="activity-reader", change=change, themes=(), by=""
        )
        return self.add(at, "rights", content)

    def decide(self, at: float, *refs: ItemRef, activity: str = ACTIVITY) -> str:
        """Decide on items."""
        content = Decision(team="rot", text=NOTHING, rests_on=refs)
        return self.send(at, REGION, f"activity/{activity}/decision/rot/d-1", content, (WATER,))

    def truth(self, at: float, subject: str = SUBJECT, **fields: Any) -> int:
        """Change the truth."""
        told = msgspec.structs.replace(fact(subject), **fields)
        return self.add(at, "truth", Truth(f"t-{len(self.records)}", told, "exercise"))

    def so(self, at: float, party: str, subject: str = SUBJECT) -> str:
        """Let something become so and a party perceive it at once; return the id of the change."""
        change = f"t-{self.truth(at, subject)}"
        self.perceive(at, party, subject, cause=change)
        return change

    def noted(self, at: float, party: str, what: Any, *cause: str) -> int:
        """Note what happened inside a party, about no item."""
        return self.add(at, "note", Note(party, what, text="somebody"), cause)

    def question(self, at: float, to: str, purpose: Any) -> str:
        """Ask a party something."""
        return self.mail(at, REGION, to, Request(activity=ACTIVITY, purpose=purpose))

    def level(self, at: float, readers: tuple[str, ...], grip: int = 2, sender: str = REGION) -> str:
        """Tell the level of the region."""
        told = Scaling(level=f"GRIP {grip}", grip=grip)
        return self.send(at, sender, f"activity/{ACTIVITY}/scaling/{sender}", told, readers)

    def crisis_team(self, at: float, sender: str, level: str, readers: tuple[str, ...]) -> str:
        """Tell the level of a partner, in its own words."""
        told = Scaling(level=level)
        return self.send(at, sender, f"activity/{ACTIVITY}/scaling/{sender}", told, readers)

    def risk(self, at: float, told: Item, readers: tuple[str, ...]) -> str:
        """Publish an item of the region's risk picture."""
        topic = f"risk/{REGION}/{REGION}/{told.theme}/{told.id}"
        return self.send(at, REGION, topic, ItemUpdate(item=told), readers)

    def brief(self, at: float, to: str, team: str = "rot") -> str:
        """Brief a party before a meeting."""
        return self.mail(at, REGION, to, Briefing(activity=ACTIVITY, items=(), team=team))

    def reject(self, at: float, to: str, about: Item, reason: str) -> str:
        """Reject a proposal."""
        content = Verdict(
            activity=ACTIVITY,
            about=ItemRef(about.id, about.version),
            outcome="rejected",
            reason=Text(reason, reason),
        )
        return self.mail(at, REGION, to, content)

    def elsewhere(self, at: float, told: Item, readers: tuple[str, ...] = ()) -> str:
        """Publish an item of the shared picture of the other activity, which the neighbour directs."""
        topic = f"activity/{ELSEWHERE}/shared/{told.theme}/{told.id}"
        return self.send(at, NEIGHBOUR, topic, ItemUpdate(item=told), readers)

    def perceive(
        self, at: float, party: str, subject: str = SUBJECT, *, cause: str = "", **fields: Any
    ) -> int:
        """Let a party perceive something that has just become so, by a change of its own unless one is named."""
        told = fact(subject) if not fields else msgspec.structs.replace(fact(subject), **fields)
        causes = (cause or f"t-{len(self.records)}",)
        observation = Observation(fact=told, observed_at_ms=minutes(at), causes=causes)
        return self.add(at, "observed", Observed(party, observation))

    def mistake(self, at: float, party: str, change: str) -> int:
        """Let a party perceive a change wrongly, by a fault."""
        observation = Observation(
            fact=fact(), observed_at_ms=minutes(at), causes=(change,), causation=(FAULT,)
        )
        return self.add(at, "observed", Observed(party, observation))

    def receipt(self, at: float, party: str, *taken_in: Item) -> str:
        """Say what a party took in."""
        refs = tuple(ItemRef(one.id, one.version) for one in taken_in)
        return self.send(at, party, f"receipt/{party}", Receipt(items=refs), (REGION,))

    def tool(self, at: float, party: str, cue: ToolDown | ToolUp) -> int:
        """Let the tool fail a party, or work again."""
        return self.inject(at, Injected(f"i-{len(self.records)}", party, cue, NOTHING, "exercise"))

    def outage(
        self, at: float, change: Literal["begins", "ends"], *parties: str, fails_tool: bool = True
    ) -> int:
        """Let technology fail some parties, or work again."""
        content = OutageEdge(
            id="o-1",
            type="rights" if fails_tool else "reconnect",
            change=change,
            parties=parties,
            fails_tool=fails_tool,
            title=NOTHING,
            source="exercise",
        )
        return self.add(at, "outage", content)

    def delivery(self, at: float, party: str, event: str, how: Literal["late", "missed", "again"]) -> int:
        """Let an outage have its way with a delivery."""
        return self.add(at, "delivery", Delivery(party, "t", event, how, "o-1"))

    def refused(self, at: float, party: str, event: str) -> int:
        """Let an outage refuse a delivery of the shared picture."""
        topic = f"activity/{ACTIVITY}/shared/{THEME}/x"
        return self.add(at, "denied", Denied(party, "deliver", topic, "outage", "outage o-1", event))

    def fallback(self, at: float, party: str) -> int:
        """Note that a party went over to its fallback, or back."""
        return self.add(at, "note", Note(party, "fallback"))

    def fault(self, at: float, party: str = WATER, *, name: str = FAULT, subject: str = SUBJECT) -> int:
        """Let a fault enter."""
        content = FaultEntered(
            id=name,
            type="wrong-value",
            party=party,
            subject=subject,
            title=NOTHING,
            recognise=NOTHING,
            told=fact(subject),
            truth=fact(subject),
            source="exercise",
        )
        return self.add(at, "fault", content)

    def note(
        self, at: float, party: str, what: Literal["slip", "overlooked", "recognised"], about: Item
    ) -> int:
        """Note what happened inside a party."""
        return self.add(at, "note", Note(party, what, about.id, about.version, ""))

    def denied(
        self,
        at: float,
        party: str,
        attempt: Literal["publish", "subscribe", "deliver"] = "publish",
        topic: str = f"activity/{ACTIVITY}/shared/a2-situation/x",
        cause: tuple[str, ...] = (),
    ) -> int:
        """Refuse an attempt."""
        return self.add(at, "denied", Denied(party, attempt, topic, "no-right", "Tabel 1"), cause)

    def inject(self, at: float, content: Injected) -> int:
        """Let exercise control tell a party to do something."""
        return self.add(at, "inject", content)

    def subscribed(self, at: float, party: str, topic: str = "activity/+/card") -> int:
        """Let a party subscribe."""
        return self.add(at, "subscribed", Subscribed(party, topic, active=True))

    def undelivered(self, at: float, kind: Literal["leak", "lost"], party: str) -> int:
        """Let a delivery go wrong."""
        return self.add(at, kind, Undelivered(party, f"activity/{ACTIVITY}/card", "e-1"))


def finding(log: Log, party: str, criterion: str) -> Finding:
    """Return what a log shows of a criterion for a partner, or for the exercise when ``party`` is empty."""
    return find(log.records, party, criterion)


def find(records: list[Record], party: str, criterion: str) -> Finding:
    """Return what records show of a criterion."""
    evidence, asked = gather(records), next(one for one in CRITERIA if one.id == criterion)
    if not party:
        return exercise_finding(evidence, asked)
    entry = next(one for one in evidence.log.parties if one.id == party)
    (found,) = findings_of(evidence, entry, msgspec.structs.replace(CRITERIA, criteria=(asked,)))
    return found


def without(records: list[Record], seqs: tuple[int, ...]) -> list[Record]:
    """Return the records except some."""
    return [record for record in records if record.seq not in seqs]


def builtins(log: Log) -> Mapping[str, Any]:
    """Return the assessment of a log as it goes into JSON."""
    built: Mapping[str, Any] = msgspec.to_builtins(assess(log.records, CRITERIA))
    return built
