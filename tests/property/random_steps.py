"""The steps of random run logs (:mod:`tests.property.random_logs`): what can happen in one, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sim.core.messages.contents import (
    Ack,
    Alarm,
    Alert,
    Answer,
    Briefing,
    Card,
    Conclusion,
    Confidence,
    Decision,
    Invitation,
    ItemUpdate,
    Proposal,
    Receipt,
    Request,
    Scaling,
    Signal,
    SitRep,
    Snapshot,
    Verdict,
)
from sim.core.messages.items import Basis, Item, ItemRef, Kind, Point, Polygon, Sensitivity, Source, Value
from sim.core.model.agreement import Norm
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.picture.observation import Fact, Observation
from sim.core.records.kinds import ActivityEntry, FaultEntered, Note, Observed, Opening
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    AGREEMENTS,
    ELSEWHERE,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    SHOP,
    STATUS,
    THEME,
    WATER,
    Log,
    agreement,
    fact,
    item,
    minutes,
)

END: Final = 90
"""Minutes; the eight moments of the freeze probe are then whole minutes too."""

PARTIES: Final = (REGION, NEIGHBOUR, WATER, GRID, HELP, GAS, SHOP)
_TELLERS: Final = (WATER, GRID, REGION, HELP, GAS)
_WORDS: Final = tuple(Text(word, word) for word in ("a", "b"))
_HERE, _THERE = Point((5.5, 51.5)), Point((8.5, 51.5))
_AREA: Final = Polygon((((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 52.0), (5.0, 51.0)),))


@dataclass(frozen=True)
class Subject:
    """Something that logs are about: what is the same each time that anything is said of it."""

    name: str
    system: str = "river"
    theme: str = THEME
    figures: bool = False
    place: Point | None = None
    sensitivity: Sensitivity = Sensitivity.GENERAL
    layer: str = ""
    kind: Kind = Kind.FACT


SUBJECTS: Final = (
    Subject("level"),
    Subject("power", "grid", figures=True, kind=Kind.EFFECT),
    Subject("rain", theme="c1-prognosis"),
    Subject("crest", kind=Kind.FORECAST),
    Subject("pipe", "gas", sensitivity=Sensitivity.RESTRICTED),
    Subject("dike", place=_HERE, kind=Kind.NEED),
    Subject("far", place=_THERE),
    Subject("hydrant", layer="hydrants"),
)


@dataclass(frozen=True)
class Step:
    """What happens at a minute; ``number`` chooses how."""

    at: int
    what: str
    number: int


class _Choices:
    """Choices taken from one number, one after the other; 0 is the first of each."""

    def __init__(self, number: int) -> None:
        self._left = number

    def of(self, options: Sequence[Any]) -> Any:
        self._left, place = divmod(self._left, len(options))
        return options[place]

    def perhaps(self, one_in: int = 4) -> bool:
        return bool(self.of(range(one_in)) == one_in - 1)

    def some(self, options: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(one for one in options if not self.of((0, 0, 1)))


class _Builder:
    """Makes a log of steps; what a step refers to is one of what went before, and without any it does nothing."""

    def __init__(self) -> None:
        fire = ActivityEntry(id=ELSEWHERE, name=NOTHING, directing=NEIGHBOUR, parties=(), systems=())
        self.log = Log(_AGREEMENTS, (fire,))
        opening: Opening = self.log.records[0].content
        flood = msgspec.structs.replace(opening.activities[0], area=(_AREA,))
        self.log.reopen(
            activities=(flood, fire), parties=tuple(_PLACED.get(one.id, one) for one in opening.parties)
        )
        self.at, self.choose = 0, _Choices(0)
        self.sent: dict[str, list[tuple[Any, ...]]] = {}
        self.told: list[Item] = []
        self.changes: dict[str, tuple[str, Fact]] = {}
        self.faults: list[str] = []

    def take(self, step: Step) -> None:
        self.at, self.choose = step.at, _Choices(step.number)
        STEPS[step.what](self)

    def earlier(self, what: str) -> tuple[Any, ...] | None:
        known = self.sent.get(what, ())
        return self.choose.of(known[::-1]) if known else None

    def keep(self, what: str, *found: Any) -> None:
        self.sent.setdefault(what, []).append(found)

    def party(self, among: Sequence[str] = _TELLERS) -> str:
        return str(self.choose.of(among))

    def activity(self) -> tuple[str, str]:
        return (ELSEWHERE, NEIGHBOUR) if self.choose.perhaps() else (ACTIVITY, REGION)

    def mail(self, sender: str, to: str, content: Any, **envelope: Any) -> str:
        """Send what mostly arrives."""
        readers = () if self.choose.perhaps(8) else (to,)
        kind = type(content).__struct_config__.tag
        event = self.log.send(self.at, sender, f"post/{to}/{sender}/{kind}", content, readers, **envelope)
        self.keep("message", event, readers, to)
        return event

    def publish(self, sender: str, topic: str, content: Any, **envelope: Any) -> str:
        readers = tuple(sorted(one for one in self.choose.some(PARTIES) if one != sender))
        event = self.log.send(self.at, sender, topic, content, readers, **envelope)
        self.keep("message", event, readers, "")
        return event

    def state(self, about: Subject) -> Fact:
        word, figure = self.choose.of(_WORDS), self.choose.of((100.0, 200.0))
        return msgspec.structs.replace(
            fact(about.name, about.system),
            theme=about.theme,
            title=word,
            values=(Value("height", figure, "cm"),) if about.figures else (),
            geometry=about.place,
            sensitivity=about.sensitivity,
            layer=about.layer,
            kind=about.kind,
        )

    def item(self, name: str, source: str) -> Item:
        """Return the next version of an item, or now and then the same version once more."""
        about = self.choose.of((SUBJECTS[0], SUBJECTS[0], *SUBJECTS))
        name = f"{name}-{about.name}"
        state = self.state(about)
        versions = [one.version for one in self.told if one.id == name]
        age = self.choose.of((0, 0, 5, 1, 20))
        status = self.choose.of((STATUS.UNVERIFIED, STATUS.UNVERIFIED, STATUS.UNVERIFIED, *STATUS))
        faults = self.choose.of(((), (), tuple(self.faults[:1]), tuple(self.faults)))
        told = item(
            name,
            max(versions, default=0) + (0 if versions and self.choose.perhaps() else 1),
            observed=self.at - age,
            source=source,
            subject=about.name,
            faults=faults,
            status=status,
            system=about.system,
            theme=about.theme,
            title=state.title,
            values=() if self.choose.perhaps(8) else state.values,
            geometry=None if self.choose.perhaps(8) else about.place,
            sensitivity=Sensitivity.GENERAL if self.choose.perhaps() else about.sensitivity,
            valid_until_ms=minutes(self.at + 5) if self.choose.perhaps(8) else None,
        )
        # On what it rests goes by turns, and now and then nobody knows who says so.
        basis = tuple(Basis)[len(self.told) % len(Basis)]
        party = "" if len(self.told) % 7 == 6 else source
        told = msgspec.structs.replace(told, source=Source(party, basis))
        self.told.append(told)
        return told

    def refs(self) -> tuple[ItemRef, ...]:
        known = [ItemRef(one.id, one.version) for one in self.told[-6:]] or [ItemRef("unheard-of", 1)]
        return tuple(sorted(set(self.choose.some(known))))


_AGREED_NOTHING = agreement(SHOP, "ad-hoc", CoreTask.INCIDENTAL, sitrep_every_ms=0, actuality=None, needs=())
_BOTH = (REGION, NEIGHBOUR)
_AGREEMENTS: Final = (
    msgspec.structs.replace(AGREEMENTS[0], regions=_BOTH, sitrep_every_ms=minutes(20)),
    msgspec.structs.replace(
        AGREEMENTS[1],
        regions=_BOTH,
        sitrep_every_ms=minutes(15),
        restricted_systems=("gas",),
        layers=("hydrants",),
    ).with_addition(NEIGHBOUR, {"actuality": Norm(minutes(5), "vr23"), "sitrep_every_ms": minutes(30)}, {}),
    *AGREEMENTS[2:],
    _AGREED_NOTHING,
)
_PLACED: Final = {
    one.id: msgspec.structs.replace(
        one, systems=("gas",) if one.id == GAS else one.systems, interests=(THEME,)
    )
    for one in Log().records[0].content.parties
    if one.id in (GAS, REGION, NEIGHBOUR)
}


# One step each ---------------------------------------------------------------------------------------


def _truth(b: _Builder) -> None:
    about = b.choose.of((SUBJECTS[0], SUBJECTS[0], *SUBJECTS))
    state = b.state(about)
    told = {name: getattr(state, name) for name in state.__struct_fields__ if name != "subject"}
    b.changes[about.name] = (f"t-{b.log.truth(b.at, about.name, **told)}", state)
    if b.choose.perhaps(2):
        _observed_of(b, b.party(), about)


def _observed(b: _Builder) -> None:
    _observed_of(b, b.party(), b.choose.of((SUBJECTS[0], *SUBJECTS)))


def _observed_of(b: _Builder, party: str, about: Subject) -> None:
    cause, state = b.changes.get(about.name, ("", b.state(about)))
    seen = Observation(
        fact=state,
        observed_at_ms=minutes(b.at - b.choose.of((0, 0, 5))),
        causes=(cause,) if cause else (),
        causation=tuple(b.faults[:1]) if b.choose.perhaps() else (),
    )
    b.log.add(b.at, "observed", Observed(party, seen))


def _fault(b: _Builder) -> None:
    about = b.choose.of((SUBJECTS[0], SUBJECTS[0], *SUBJECTS))
    name = f"f-{len(b.faults) + 1}"
    if len(b.faults) < 2:
        content = FaultEntered(
            id=name,
            type="wrong-value",
            party=b.party((WATER, GRID, REGION)),
            subject=about.name,
            title=NOTHING,
            recognise=NOTHING,
            told=b.state(about),
            truth=b.state(about),
            source="exercise",
            hop=b.choose.of(("observation", "observation", "relay")),
        )
        b.log.add(b.at, "fault", content)
        b.faults.append(name)


def _injects(b: _Builder) -> str:
    return ",".join(b.faults[:1]) if b.choose.perhaps(2) else ""


def _shared(b: _Builder) -> None:
    activity, region = b.activity()
    told = b.item(f"s-{activity}", b.party())
    b.publish(region, f"activity/{activity}/shared/{told.theme}/{told.id}", ItemUpdate(item=told))


def _own(b: _Builder) -> None:
    (activity, _), party = b.activity(), b.party((WATER, WATER, GRID, HELP))
    told = b.item(f"own-{party}", party)
    b.publish(party, f"activity/{activity}/own/{party}/{told.theme}/{told.id}", ItemUpdate(item=told))


def _layer(b: _Builder) -> None:
    told = b.item("layer", REGION)
    b.publish(
        REGION, f"layer/{b.choose.of(_BOTH)}/{b.choose.of(('hydrants', 'keys'))}", ItemUpdate(item=told)
    )


def _risk(b: _Builder) -> None:
    told = b.item("risk", REGION)
    b.publish(REGION, f"risk/{REGION}/{REGION}/{told.theme}/{told.id}", ItemUpdate(item=told))


def _package(kind: Callable[..., Any]) -> Callable[[_Builder], None]:
    def send(b: _Builder) -> None:
        (activity, region), to = b.activity(), b.party((WATER, GRID, HELP, GAS))
        items = tuple(b.item(f"s-{activity}", region) for _ in range(b.choose.of((1, 2))))
        b.mail(region, to, kind(activity=activity, items=items))

    return send


def _briefed(b: _Builder) -> None:
    (activity, region), to = b.activity(), b.party((WATER, GRID))
    b.mail(region, to, Briefing(activity=activity, items=(), team=b.choose.of(("rot", "copi"))))


def _proposal(b: _Builder) -> None:
    (activity, _), party = b.activity(), b.party((GRID, SHOP))
    told = b.item(f"prop-{party}", party)
    b.keep("proposal", party, activity, ItemRef(told.id, told.version))
    b.publish(party, f"activity/{activity}/proposal/{party}/{told.id}", Proposal(item=told))


def _verdict(b: _Builder) -> None:
    known = b.earlier("proposal")
    if known is not None:
        party, activity, ref = known
        outcome = b.choose.of(("accepted", "rejected", "edited"))
        reason = _WORDS[0] if b.choose.perhaps(2) else NOTHING
        content = Verdict(activity=activity, about=ref, outcome=outcome, reason=reason)
        b.mail(REGION, party, content)


def _sitrep(b: _Builder) -> None:
    (activity, region), party = b.activity(), b.party((GRID, GAS, WATER))
    items = tuple(b.item(f"own-{party}", party) for _ in range(b.choose.of((0, 1, 2))))
    late = b.choose.of((0, 5, 10, -5))
    content = SitRep(
        activity=activity,
        from_ms=minutes(b.at - 30),
        to_ms=minutes(b.at + b.choose.of((0, 1))),
        due_ms=minutes(b.at - late),
        items=items,
    )
    b.mail(party, region, content)


def _alert(b: _Builder) -> None:
    activity, region = b.activity()
    b.mail(region, b.party((WATER, GRID, HELP, GAS, SHOP)), Alert(activity=activity, text=NOTHING))


def _alarm(b: _Builder) -> None:
    (activity, region), to = b.activity(), b.party((WATER, GRID, HELP, GAS))
    level = f"GRIP {b.choose.of((1, 2))}"
    event = b.mail(region, to, Alarm(activity=activity, text=NOTHING, level=level))
    b.keep("alarm", event, to, activity, region)


def _ack(b: _Builder) -> None:
    known = b.earlier("alarm")
    if known is not None:
        event, to, activity, region = known
        b.mail(to, region, Ack(activity=activity, of=event))


def _escalated(b: _Builder) -> None:
    known = b.earlier("alarm")
    if known is not None:
        b.log.noted(b.at, REGION, "escalated", known[0])


def _card(b: _Builder) -> None:
    activity, region = b.activity()
    content = Card(
        activity=activity,
        name=NOTHING,
        place=NOTHING,
        directing=region,
        grip=b.choose.of((1, 2)),
        systems=(),
        parties=(),
        open=b.choose.perhaps(2),
    )
    b.publish(region, f"activity/{activity}/card", content)


def _scaling(b: _Builder) -> None:
    (activity, region), grip = b.activity(), b.choose.of((1, 2))
    sender = b.choose.of((region, region, WATER, GRID))
    content = Scaling(level=f"GRIP {grip}", grip=grip if sender == region else None)
    b.publish(sender, f"activity/{activity}/scaling/{sender}", content)


def _decision(b: _Builder) -> None:
    (activity, region), refs = b.activity(), b.refs()
    team = b.choose.of(("rot", "copi"))
    content = Decision(team=team, text=NOTHING, rests_on=refs)
    b.publish(
        region, f"activity/{activity}/decision/{team}/d-{len(b.log.records)}", content, injectids=_injects(b)
    )


def _receipt(b: _Builder) -> None:
    party = b.party((WATER, GRID, HELP))
    b.publish(party, f"receipt/{party}", Receipt(items=b.refs()))


def _signal(b: _Builder) -> None:
    if b.told:
        about, (activity, _), party = b.choose.of(b.told[::-1]), b.activity(), b.party((GRID, WATER, HELP))
        content = Signal(
            about=ItemRef(about.id, about.version + b.choose.of((0, 0, 0, 9))),
            subject=about.subject,
            owner=about.source.party,
            reason="value",
            text=NOTHING,
        )
        event = b.publish(party, f"activity/{activity}/signal/{party}", content, injectids=_injects(b))
        b.keep("question", event, WATER, activity)


def _request(b: _Builder) -> None:
    (activity, region), to = b.activity(), b.party((WATER, GRID, GAS))
    purpose = b.choose.of(("verify", "verify", "inform", "effects", "spar"))
    about = b.choose.of(b.told[::-1]) if b.told else None
    content = Request(
        activity=activity,
        purpose=purpose,
        about=ItemRef(about.id, about.version) if about is not None and b.choose.perhaps(2) else None,
        subject=about.subject if about is not None else "level",
    )
    event = b.mail(region, to, content, injectids=_injects(b))
    b.keep("question", event, to, activity)


def _answer(b: _Builder) -> None:
    known = b.earlier("question")
    if known is not None:
        event, party, activity = known
        outcome = b.choose.of(("confirmed", "corrected", "unknown", "refused"))
        told = b.item(f"own-{party}", party) if b.choose.perhaps() else None
        b.mail(party, REGION, Answer(activity=activity, of=event, outcome=outcome, item=told))


def _ask(b: _Builder) -> None:
    (activity, region), party = b.activity(), b.party((HELP, SHOP))
    behalf = b.choose.of(("", "", "", HELP))
    event = b.mail(
        REGION if behalf else party,
        NEIGHBOUR if behalf else region,
        Request(activity=activity, purpose="access", on_behalf_of=behalf),
    )
    b.keep("asked", event, region, behalf or party, activity)


def _refuse(b: _Builder) -> None:
    known = b.earlier("asked")
    if known is not None:
        event, region, party, activity = known
        b.mail(region, party, Answer(activity=activity, of=event, outcome="refused"))


def _invite(b: _Builder) -> None:
    activity, region = b.activity()
    b.mail(region, b.party((HELP, SHOP)), Invitation(activity=activity, text=NOTHING))


def _conclude(b: _Builder) -> None:
    activity, region = b.activity()
    content = Conclusion(activity=activity, role=b.choose.perhaps(2), text=NOTHING)
    b.mail(b.party((HELP, SHOP)), region, content)


def _rights(b: _Builder) -> None:
    party = b.party((HELP, HELP, SHOP))
    b.log.rights(b.at, party, b.choose.of(("granted", "revoked")))


def _subscribed(b: _Builder) -> None:
    (activity, _), party = b.activity(), b.party((HELP, WATER))
    b.log.subscribed(b.at, party, b.choose.of((f"activity/{activity}/shared/#", "activity/+/card")))


def _denied(b: _Builder) -> None:
    (activity, _), party = b.activity(), b.party((HELP, WATER, GRID))
    attempt = b.choose.of(("publish", "subscribe", "subscribe", "deliver"))
    cause = ("i-order",) if b.choose.perhaps() else ()
    if cause:
        b.log.tool(b.at, SHOP, ToolUp())
        cause = (b.log.records[-1].content.id,)
    b.log.denied(b.at, party, attempt, f"activity/{activity}/shared/#", cause)


def _undelivered(b: _Builder) -> None:
    b.log.undelivered(b.at, b.choose.of(("leak", "lost")), b.party(PARTIES))


def _note(b: _Builder) -> None:
    what = b.choose.of(("missed", "unreachable", "slip", "forgotten", "recognised", "overlooked"))
    about = b.choose.of(b.told[::-1]) if b.told and b.choose.perhaps(2) else None
    party = b.party((WATER, GRID, HELP))
    content = Note(party, what) if about is None else Note(party, what, about.id, about.version)
    b.log.add(b.at, "note", content)


def _tool(b: _Builder) -> None:
    party, cue = b.party((WATER, GRID)), b.choose.of((ToolDown(), ToolUp()))
    if b.choose.perhaps():
        fails_tool = not b.choose.perhaps()
        b.log.outage(b.at, "begins" if isinstance(cue, ToolDown) else "ends", party, fails_tool=fails_tool)
    else:
        b.log.tool(b.at, party, cue)


def _fallback(b: _Builder) -> None:
    b.log.fallback(b.at, b.party((WATER, GRID)))


def _delivery(b: _Builder) -> None:
    known = b.earlier("message")
    if known is not None:
        event, readers, to = known
        party = to or b.party(PARTIES)
        if party not in readers:
            how = b.choose.of(("late", "late", "late", "missed"))
            b.log.delivery(b.at, party, event, how)
            if how == "late":
                b.sent["message"] = [
                    (*one[:1], (*one[1], party), one[2]) if one[0] == event else one
                    for one in b.sent["message"]
                ]


def _kept(b: _Builder) -> None:
    """Tell something in a shared picture that an outage keeps from a party, for now or for ever."""
    (activity, region), party = b.activity(), b.party((WATER, GRID))
    told = b.item(f"s-{activity}", b.party())
    content, topic = ItemUpdate(item=told), f"activity/{activity}/shared/{told.theme}/{told.id}"
    event = b.log.send(b.at, region, topic, content, b.choose.of(((), (HELP,))))
    how = b.choose.of(("missed", "refused", "late"))
    if how == "refused":
        b.log.refused(b.at, party, event)
    elif how == "missed":
        b.log.delivery(b.at, party, event, how)
    else:
        b.keep("message", event, (), party)


STEPS: Final[Mapping[str, Callable[[_Builder], None]]] = {
    "ack": _ack,
    "alarm": _alarm,
    "alert": _alert,
    "answer": _answer,
    "ask": _ask,
    "briefed": _briefed,
    "briefing": _package(Briefing),
    "card": _card,
    "conclude": _conclude,
    "confidence": _package(Confidence),
    "decision": _decision,
    "delivery": _delivery,
    "denied": _denied,
    "escalated": _escalated,
    "fallback": _fallback,
    "fault": _fault,
    "invite": _invite,
    "kept": _kept,
    "layer": _layer,
    "note": _note,
    "observed": _observed,
    "own": _own,
    "proposal": _proposal,
    "receipt": _receipt,
    "refuse": _refuse,
    "request": _request,
    "rights": _rights,
    "risk": _risk,
    "scaling": _scaling,
    "shared": _shared,
    "signal": _signal,
    "sitrep": _sitrep,
    "snapshot": _package(Snapshot),
    "subscribed": _subscribed,
    "tool": _tool,
    "truth": _truth,
    "undelivered": _undelivered,
    "verdict": _verdict,
}
"""Everything that can happen, by name."""


def build(steps: Sequence[Step], *, whole: bool = True) -> Log:
    """Return the log of some steps; one that is not whole breaks off without its last record."""
    builder = _Builder()
    for step in sorted(steps, key=lambda step: step.at):
        builder.take(step)
    return builder.log.end(END) if whole else builder.log
