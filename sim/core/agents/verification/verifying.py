"""Verifying: people check what they read against what they know, and against what can be (Modeluitwerking 12).

What differs from own knowledge makes a party look again; when the newest version of the item still disagrees with what
it then knows, it signals that the item looks wrong (Tabel 3, signaleren van foutieve informatie). Looking again first
keeps a mere difference in time from becoming a false alarm. What cannot be or looks odd by itself (see
:mod:`sim.core.picture.plausibility`) is signalled as that, also by who has not seen the thing: its source is asked.

Whether it is recognised is a matter of skill, once for each statement; whether anybody gets round to it, of work and
attention. No check looks at what control knows (``causation``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.core.agents.acts import Act, Assign, Delivered, Look, Perceived, Publish, Remark, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import OWN_SIGNAL
from sim.core.agents.information.statements import SETTLED, carried_one, own_view
from sim.core.agents.people.calling import limits_of_doer
from sim.core.agents.verification.ground import (
    activity_read_in,
    ground_of,
    is_national,
    is_retold,
    remembered,
)
from sim.core.agents.verification.own_word import misquoted
from sim.core.messages.contents import Briefing, ItemUpdate, Proposal, Signal, SitRep, Snapshot, items_in
from sim.core.messages.items import Item, ItemRef, Sensitivity, VerificationStatus
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import ActivityId, EventId, PartyId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.merge import about
from sim.core.picture.observation import Observation
from sim.core.picture.plausibility import doubts, said
from sim.core.picture.quality import Mismatch, mismatches

NAME = "verifying"
DOUBTED = "verifying.doubted"
"""What a party remembers: statements, by content, that looked odd; they are not doubted twice."""
HEARD = "verifying.heard"
"""What a party remembers: when somebody signalled what a source says of a subject."""
UNSEEN = "verifying.unseen"
"""What a party remembers: subjects that it looked at in vain; what it knows of them it has from others."""
OBJECTED = "verifying.objected"
"""What a party remembers: subjects that are not for it to see, and sources whose word it signalled all the same."""
LOOKED = "verifying.looked"
CHECK = "verifying.check"
SIGNALLED_MS = HOUR_MS
"""How long nobody says again of a source and a subject that something looks odd there (exercise)."""

_REASON = {
    Mismatch.UNIT: Text(
        "De eenheid of het peil klopt niet met wat wij zien.", "The unit or the datum is not what we see."
    ),
    Mismatch.VALUE: Text("Het getal klopt niet met wat wij zien.", "The figure is not what we see."),
    Mismatch.PLACE: Text("De plaats klopt niet met wat wij zien.", "The place is not what we see."),
    Mismatch.MISSING_VALUE: Text("Er ontbreekt een getal.", "A figure is missing."),
    Mismatch.MISSING_PLACE: Text("Er ontbreekt een plaats.", "A place is missing."),
    Mismatch.SENSITIVE: Text("Dit is niet voor iedereen bestemd.", "This is not for all to read."),
    Mismatch.MISSING_SOURCE: Text("Er staat niet bij wie dit zegt.", "It does not say who says this."),
    Mismatch.MISSING_THEME: Text("Het thema ontbreekt.", "The theme is missing."),
    Mismatch.MISATTRIBUTED: Text(
        "Dit wordt gemeld namens een ander.", "This is told in the name of another."
    ),
    Mismatch.NOT_VERIFIED: Text(
        "Dit heet geverifieerd, maar niet door wie dat kan.",
        "This is called verified, by nobody who can verify it.",
    ),
    Mismatch.TIME: Text("De tijd kan niet kloppen.", "The time cannot be right."),
    Mismatch.SWAPPED_PLACE: Text(
        "Lengte en breedte lijken verwisseld.", "Longitude and latitude seem swapped."
    ),
    Mismatch.OTHER_ACTIVITY: Text(
        "Dit lijkt bij een andere activiteit te horen.", "This seems to belong to another activity."
    ),
    Mismatch.OUTSIDE: Text("De plaats ligt buiten het gebied.", "The place is outside the area."),
    Mismatch.JUMP: Text("Zo snel kan dit getal niet veranderen.", "The figure cannot change that fast."),
    Mismatch.STALE: Text("Dit lijkt een oud getal.", "This seems to be a figure of long ago."),
    Mismatch.UNCLEAR: Text("Dit is op twee manieren te lezen.", "This can be read in two ways."),
    Mismatch.HEARSAY: Text(
        "Dit kan de bron niet zelf hebben gezien.", "Its source cannot have seen this itself."
    ),
}

_OWN_TO_CHECK = (ItemUpdate, Snapshot, Briefing)
"""What is held against own knowledge when it comes in; reports and proposals are weighed by who directs."""

_DEFECTS = (Mismatch.UNIT, Mismatch.MISSING_VALUE, Mismatch.MISSING_PLACE)
"""What is wrong of a statement of now however things have developed since it was known otherwise."""

_TO_CHECK = (VerificationStatus.UNVERIFIED, VerificationStatus.VERIFIED)
"""What was disputed or settled already is not doubted for how it looks."""


class _Reading(NamedTuple):
    """Where an item was read, who told it there, and what showed of it there.

    Beside what looks odd, that is what is plainly wrong to who knows the thing, before anybody looks again; and whether
    the item is of the national picture.
    """

    activity: ActivityId
    event: EventId
    sender: PartyId
    odd: tuple[Mismatch, ...]
    plain: tuple[Mismatch, ...]
    national: bool


def _read(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    activity = activity_read_in(brief, stimulus)
    acts: list[Act] = []
    if activity is None:
        return state, acts
    national = is_national(stimulus)
    # The national picture comes last: who knows better says so of the shared picture that it retells.
    is_held_against_own = isinstance(stimulus.event.data, _OWN_TO_CHECK) and not national
    for item in items_in(stimulus.event.data):
        known = _comparable(brief, state, item) if is_held_against_own else None
        differs = () if known is None else mismatches(item, known.fact)
        odd = _odd(brief, state, item, activity, stimulus, now)
        if differs or odd:
            plain = differs if known is not None and item.observed_at_ms >= known.observed_at_ms else ()
            found = _Reading(
                activity,
                stimulus.event.id,
                stimulus.event.sender,
                odd,
                tuple(one for one in plain if one in _DEFECTS),
                national,
            )
            state, more = _notice(brief, state, item, found, now, differs=bool(differs))
            acts += more
        if not national and item.source.party != brief.id and not (odd and _is_being_checked(state, item)):
            state = remembered(state, item)
    return state, acts


def _is_being_checked(state: AgentState, item: Item) -> bool:
    """Say whether somebody looks into a statement; until that is done nothing is held against it."""
    return bool(state.mind(NAME).get(_statement(item)) == "checking")


def _statement(item: Item) -> tuple[SubjectId, PartyId, int]:
    return (item.subject, item.source.party, item.observed_at_ms)


def _odd(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, stimulus: Delivered, now: int
) -> tuple[Mismatch, ...]:
    """Return what looks odd of an item, which needs no knowledge of the thing itself.

    Of its own word, a party knows what it said; it has no doubts of its own about that.
    """
    if item.verification.status not in _TO_CHECK or _content_of(item) in state.mind(DOUBTED):
        return ()
    if is_national(stimulus) or item.source.party == brief.id:
        return misquoted(brief, state, item, activity, stimulus)
    if not _is_for_it_to_say(brief, item, activity, stimulus):
        return ()
    return doubts(item, ground_of(brief, state, item, activity, stimulus, now))


def _is_for_it_to_say(brief: Brief, item: Item, activity: ActivityId, stimulus: Delivered) -> bool:
    """Say whether it is for the party to say what looks odd there.

    Who directs looks at all that comes in, and who looks after such things itself. The others leave that to them, and
    look at the shared picture, which they work with; beyond its regions a party only reads along.
    """
    if brief.directs(activity):
        return True
    known = brief.activities[activity]
    if brief.id not in known.parties and not brief.profile.grants:
        return False
    return is_retold(stimulus) or brief.party.competence.includes(item.system, None)


def _content_of(item: Item) -> Any:
    verified_by = item.verification.by if item.verification.status is VerificationStatus.VERIFIED else ""
    return (item.subject, item.source, said(item).values, item.geometry, item.text, verified_by)


def _owner(brief: Brief, item: Item, reading: _Reading) -> PartyId:
    """Return who is to answer for an item: its source, or who told it first, in the name of another or of nobody."""
    is_named = item.source.party in brief.directory
    in_name_of_another = Mismatch.MISATTRIBUTED in reading.odd and item.source.party != brief.id
    return item.source.party if is_named and not in_name_of_another else reading.sender


def _comparable(brief: Brief, state: AgentState, item: Item) -> Observation | None:
    """Return what the party knows of the item's subject, if it can judge the item at all."""
    if item.source.party == brief.id or item.verification.status in SETTLED:
        return None
    return state.knowledge.get(item.subject)


def _notice(
    brief: Brief,
    state: AgentState,
    item: Item,
    reading: _Reading,
    now: int,
    *,
    differs: bool,
) -> Reaction:
    """Recognise what is wrong, or overlook it: once for each statement, however many copies of it come by."""
    statement = _statement(item)
    if reading.national:
        statement = (item.id, *statement[1:])  # that it is retold rightly is another question
    event, odd = reading.event, reading.odd
    if odd:
        state = state.with_mind(DOUBTED, {_content_of(item): now})
    if statement in state.mind(NAME):
        return state, []
    key = "/".join(map(str, statement))
    if not brief.chance.happens(
        limits_of_doer(brief, state, Duty.INFORMATION, now).skill, f"{brief.id}/skill", key
    ):
        state = state.with_mind(NAME, {statement: "overlooked"})
        text = (
            "differs from what the party knows; nobody noticed"
            if differs
            else f"{', '.join(odd)}; nobody noticed"
        )
        return state, [Remark("overlooked", item, text, event)]
    state = state.with_mind(NAME, {statement: "checking"})
    if not differs:
        return state, [_errand(brief, (item, reading))]
    plainly = [Remark("recognised", item, ", ".join(reading.plain), event)] if reading.plain else []
    seen_ms = now + brief.party.people.perception_ms[1]
    return state, [*plainly, Look(item.subject), Wake(seen_ms, LOOKED, (item, reading))]


def _heard(_brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Remember what others say looks wrong: who directs has heard it too."""
    signal: Signal = stimulus.event.data  # type: ignore[assignment]
    return state.with_mind(HEARD, {(signal.subject, signal.owner): now}), []


def _unseen(_brief: Brief, state: AgentState, stimulus: Unseen, now: int) -> Reaction:
    return state.with_mind(UNSEEN, {stimulus.subject: now}), []


def _seen(_brief: Brief, state: AgentState, stimulus: Perceived, _now: int) -> Reaction:
    """Forget what was in vain: the party knows something new."""
    subject = stimulus.observation.fact.subject
    if subject not in state.mind(UNSEEN):
        return state, []
    state = state.without(UNSEEN, subject)
    for objection in [one for one in state.mind(OBJECTED) if one[0] == subject]:
        state = state.without(OBJECTED, objection)
    return state, []


def _looked(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    return state, [_errand(brief, stimulus.about)]


def _errand(brief: Brief, about: tuple[Item, _Reading]) -> Assign:
    item, reading = about
    key = f"check/{item.id if reading.national else item.subject}/{item.source.party}/{item.observed_at_ms}"
    region = brief.activities[reading.activity].directing
    return Assign(Duty.INFORMATION, key, CHECK, about, reading.event, region=region)


def _check(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    noticed: Item
    reading: _Reading
    noticed, reading = stimulus.about
    event = reading.event
    item = state.picture.get(noticed.id, noticed)
    known = _comparable(brief, state, item)
    found = mismatches(item, known.fact) if known is not None else ()
    if not found:
        item, known, found = noticed, None, _still_odd(state, noticed, reading.odd, now)
    if not found:
        return state, []
    objection = (item.subject, _owner(brief, item, reading))
    if known is not None and item.subject in state.mind(UNSEEN):
        if objection in state.mind(OBJECTED):
            return state, []
        state = state.with_mind(OBJECTED, {objection: now})
    region = brief.activities[reading.activity].directing
    occasion, by = f"signal/{item.id}/{now}", limits_of_doer(brief, state, Duty.LIAISON, now)
    tellable = None if known is None else _tellable(brief, known, now)
    told, remarks = carried_one(brief, region, tellable, occasion, event, by)
    signal = Signal(
        about=ItemRef(item.id, item.version),
        subject=item.subject,
        owner=_owner(brief, item, reading),
        reason=found[0].value,
        text=_REASON[found[0]],
        known=told,
    )
    topic = _signal_topic(brief, reading.activity, signal)
    remark = [] if reading.plain else [Remark("recognised", item, ", ".join(found), event)]
    # Who directs hears from the tool what others signal, and from its own people what they do.
    own = (
        (OWN_SIGNAL, (signal, reading.activity, item.causation)) if brief.directs(reading.activity) else None
    )
    publish = Publish(topic, signal, because_of=event, injects=item.causation, register=own)
    return state, [*remark, *remarks, publish]


def _still_odd(state: AgentState, noticed: Item, odd: tuple[Mismatch, ...], now: int) -> tuple[Mismatch, ...]:
    """Return what looked odd, unless it was replaced, or somebody else has seen to it in the meantime."""
    newest = state.picture.get(noticed.id, noticed)
    is_seen_to = said(newest) != said(noticed) or any(
        item.verification.status not in _TO_CHECK
        for item in about(state.picture, noticed.subject)
        if item.source.party == noticed.source.party and item.observed_at_ms >= noticed.observed_at_ms
    )
    heard: int | None = state.mind(HEARD).get((noticed.subject, noticed.source.party))
    is_signalled = heard is not None and now - heard < SIGNALLED_MS
    return () if is_seen_to or is_signalled else odd


def _tellable(brief: Brief, known: Observation, now: int) -> Item | None:
    """Return what the party knows, unless not all who read signals may read it."""
    if known.fact.sensitivity is Sensitivity.RESTRICTED:
        return None
    return own_view(brief, known, now)


def _signal_topic(brief: Brief, activity: ActivityId, signal: Signal) -> str:
    region: PartyId = brief.activities[activity].directing
    if brief.profile.channel == "outside":
        return brief.mail(region, signal)
    return build(Shape.SIGNAL, activity=activity, party=brief.id)


BEHAVIOUR = Behaviour(
    NAME,
    {
        ItemUpdate: _read,
        Snapshot: _read,
        Briefing: _read,
        SitRep: _read,
        Proposal: _read,
        Signal: _heard,
        Perceived: _seen,
        Unseen: _unseen,
        LOOKED: _looked,
        CHECK: _check,
    },
)
