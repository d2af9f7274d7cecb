"""Verifying: people check what they read against what they know, and against what can be (Modeluitwerking 12).

What differs from own knowledge makes a party look again; when the newest version of the item still disagrees with what
it then knows, it signals that the item looks wrong (Tabel 3, signaleren van foutieve informatie). Looking again first
keeps a mere difference in time from becoming a false alarm. What cannot be or looks odd by itself (see
:mod:`sim.core.picture.plausibility`) is signalled as that, also by who has not seen the thing: its source is asked.

Where nobody directs verification, as in the cold phase, who doubts a thing asks its source itself; and what it could
not judge as it read it, it holds against what it comes to know.

Whether it is recognised is a matter of skill, once for each statement; whether anybody gets round to it, of work and
attention. No check looks at what control knows (``causation``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.core.agents.acts import Act, Assign, Delivered, Look, Perceived, Remark, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import SETTLED, activities_of
from sim.core.agents.people.calling import limits_of_doer
from sim.core.agents.verification.ground import (
    COLD,
    activity_read_in,
    ground_of,
    is_directed,
    is_national,
    is_retold,
    remembered,
)
from sim.core.agents.verification.objecting import Objection, asked, signalled
from sim.core.agents.verification.own_word import is_its_word, misquoted
from sim.core.messages.contents import Briefing, ItemUpdate, Proposal, Signal, SitRep, Snapshot, items_in
from sim.core.messages.items import Item, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId, EventId, ItemId, PartyId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS
from sim.core.picture.merge import about
from sim.core.picture.observation import Observation
from sim.core.picture.plausibility import doubts, said
from sim.core.picture.quality import Mismatch, mismatches

NAME = "verifying"
DOUBTED = "verifying.doubted"
"""What a party remembers: statements, by content, that looked odd; they are not doubted twice."""
READ_COLD = "verifying.read-cold"
"""What a party remembers: of subjects that it knows nothing of, what it read where nobody directs, by which event."""
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

_OWN_TO_CHECK = (ItemUpdate, Snapshot, Briefing)
"""What is held against own knowledge when it comes in; reports and proposals are weighed by who directs."""

_DEFECTS = (Mismatch.UNIT, Mismatch.MISSING_VALUE, Mismatch.MISSING_PLACE)
"""What is wrong of a statement of now however things have developed since it was known otherwise."""

_TO_CHECK = (VerificationStatus.UNVERIFIED, VerificationStatus.VERIFIED)
"""What was disputed or settled already is not doubted for how it looks."""


class _Reading(NamedTuple):
    """Where an item was read, who is to answer for it, and what showed of it there.

    The activity is the one whose director is to hear of it: :data:`COLD` where nobody directs. Beside what looks odd,
    that is what is plainly wrong to who knows the thing, before anybody looks again; and whether the item is of the
    national picture.
    """

    activity: ActivityId
    event: EventId
    owner: PartyId
    odd: tuple[Mismatch, ...]
    plain: tuple[Mismatch, ...]
    national: bool


def _read(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    activity = activity_read_in(brief, stimulus)
    acts: list[Act] = []
    if activity is None:
        return state, acts
    for item in items_in(stimulus.event.data):
        state, more, is_odd = _check_as_read(brief, state, item, activity, stimulus, now)
        acts += more
        is_others = not is_national(stimulus) and item.source.party != brief.id
        if is_others and not (is_odd and _is_being_checked(state, item)):
            state = remembered(state, item)
    return state, acts


def _check_as_read(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, stimulus: Delivered, now: int
) -> tuple[AgentState, list[Act], bool]:
    """Return what comes of one item that was read in an activity, and whether it looked odd by itself."""
    national, event = is_national(stimulus), stimulus.event.id
    told_in = activity if is_directed(brief, state, activity, stimulus) else COLD
    # The national picture comes last: who knows better says so of the shared picture that it retells.
    is_held_against_own = isinstance(stimulus.event.data, _OWN_TO_CHECK) and not national
    known = _comparable(brief, state, item) if is_held_against_own else None
    differs = _differences(item, known, told_in)
    odd = _odd(brief, state, item, activity, stimulus, now)
    if differs or odd:
        is_own_word = national or is_its_word(brief, item)
        plain = odd if is_own_word else _plain(item, known, differs)
        found = _Reading(told_in, event, _owner(brief, item, odd, stimulus), odd, plain, national)
        state, acts = _notice(brief, state, item, found, now, differs=bool(differs))
        return state, acts, bool(odd)
    if told_in == COLD and known is None and item.source.party != brief.id:
        state = _kept_for_later(state, item, event)
    return state, [], False


def _differences(item: Item, known: Observation | None, told_in: ActivityId) -> tuple[Mismatch, ...]:
    """Return in what an item differs from what the party knows of its subject, as far as it is looked into.

    In an activity all is, since there it matters what is so now. In the cold phase what is older than what one knows is
    a matter of keeping it up, unless it was never right.
    """
    if known is None:
        return ()
    found = mismatches(item, known.fact)
    if told_in != COLD or item.observed_at_ms >= known.observed_at_ms:
        return found
    return tuple(one for one in found if one in _DEFECTS)


def _plain(item: Item, known: Observation | None, differs: tuple[Mismatch, ...]) -> tuple[Mismatch, ...]:
    is_as_new = known is not None and item.observed_at_ms >= known.observed_at_ms
    return tuple(one for one in differs if one in _DEFECTS) if is_as_new else ()


def _kept_for_later(state: AgentState, item: Item, event: EventId) -> AgentState:
    """Remember where something was read of which the party knows nothing yet, nor anybody directs."""
    read: Mapping[ItemId, EventId] = state.mind(READ_COLD).get(item.subject, {})
    return state.with_mind(READ_COLD, {item.subject: {**read, item.id: event}})


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
    if is_national(stimulus) or is_its_word(brief, item):
        return misquoted(brief, state, item, activity, stimulus)
    if not _is_for_it_to_say(brief, item, activity, stimulus):
        return ()
    return doubts(item, ground_of(brief, state, item, activity, stimulus, now))


def _is_for_it_to_say(brief: Brief, item: Item, activity: ActivityId, stimulus: Delivered) -> bool:
    """Say whether it is for the party to say what looks odd there.

    Who directs looks at all that comes in, and who looks after such things itself. The others leave that to them, and
    look at the shared picture, which they work with; beyond its regions a party only reads along.
    """
    if activity == COLD:
        return brief.party.competence.includes(item.system, None) or _keeps(brief, stimulus)
    if brief.directs(activity):
        return True
    known = brief.activities[activity]
    if brief.id not in known.parties and not brief.profile.grants:
        return False
    return is_retold(stimulus) or brief.party.competence.includes(item.system, None)


def _keeps(brief: Brief, stimulus: Delivered) -> bool:
    """Say whether the party is the region whose risk picture something stands in."""
    address = parse(stimulus.topic)
    return address is not None and address.shape is Shape.RISK and address["region"] == brief.id


def _content_of(item: Item) -> Any:
    verified_by = item.verification.by if item.verification.status is VerificationStatus.VERIFIED else ""
    return (item.subject, item.source, said(item).values, item.geometry, item.text, verified_by)


def _owner(brief: Brief, item: Item, odd: tuple[Mismatch, ...], stimulus: Delivered) -> PartyId:
    """Return who is to answer for an item: its source, or who told it first, in the name of another or of nobody.

    What a picture retells in the party's own name, wrongly, is the party's to answer for: only it knows what it said.
    """
    sender = stimulus.event.sender
    is_named = item.source.party in brief.directory
    is_own_retold = item.source.party == brief.id and is_retold(stimulus)
    in_name_of_another = Mismatch.MISATTRIBUTED in odd and not is_own_retold
    return item.source.party if is_named and not in_name_of_another else sender


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
    plainly = [Remark("recognised", item, ", ".join(reading.plain), event)] if reading.plain else []
    if not differs:
        return state, [*plainly, _errand(brief, (item, reading))]
    seen_ms = now + brief.party.people.perception_ms[1]
    return state, [*plainly, Look(item.subject), Wake(seen_ms, LOOKED, (item, reading))]


def _heard(_brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Remember what others say looks wrong: who directs has heard it too."""
    signal: Signal = stimulus.event.data  # type: ignore[assignment]
    return state.with_mind(HEARD, {(signal.subject, signal.owner): now}), []


def _unseen(_brief: Brief, state: AgentState, stimulus: Unseen, now: int) -> Reaction:
    return state.with_mind(UNSEEN, {stimulus.subject: now}), []


def _seen(brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    """Forget what was in vain: the party knows something new; and hold against it what it read before."""
    subject = stimulus.observation.fact.subject
    if subject in state.mind(UNSEEN):
        state = state.without(UNSEEN, subject)
        for objection in [one for one in state.mind(OBJECTED) if one[0] == subject]:
            state = state.without(OBJECTED, objection)
    read: Mapping[ItemId, EventId] | None = state.mind(READ_COLD).get(subject)
    if read is None:
        return state, []
    acts: list[Act] = []
    state = state.without(READ_COLD, subject)
    for item_id, event in read.items():
        item = state.picture[item_id]
        known = _comparable(brief, state, item)
        differs = _differences(item, known, COLD)
        if differs and not activities_of(brief, state, item):
            found = _Reading(COLD, event, item.source.party, (), _plain(item, known, differs), national=False)
            state, more = _notice(brief, state, item, found, now, differs=True)
            acts += more
    return state, acts


def _looked(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """See with one's own eyes that it is wrong, before anybody gets round to saying so."""
    noticed: Item
    reading: _Reading
    noticed, reading = stimulus.about
    item = state.picture.get(noticed.id, noticed)
    known = _comparable(brief, state, item)
    found = () if known is None else mismatches(item, known.fact)
    if not found or reading.plain or item.subject in state.mind(UNSEEN):
        return state, [_errand(brief, (noticed, reading))]
    remark = Remark("recognised", item, ", ".join(found), reading.event)
    return state, [remark, _errand(brief, (noticed, reading._replace(plain=found)))]


def _errand(brief: Brief, about: tuple[Item, _Reading]) -> Assign:
    item, reading = about
    key = f"check/{item.id if reading.national else item.subject}/{item.source.party}/{item.observed_at_ms}"
    region = "" if reading.activity == COLD else brief.activities[reading.activity].directing
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
    objection = Objection(item, reading.owner, found[0], known)
    if known is not None and item.subject in state.mind(UNSEEN):
        key = (item.subject, objection.owner)
        if key in state.mind(OBJECTED):
            return state, []
        state = state.with_mind(OBJECTED, {key: now})
    if reading.activity == COLD:
        state, told = asked(brief, state, objection, event)
    else:
        told = signalled(brief, state, objection, reading.activity, event, now)
    remark = [] if reading.plain else [Remark("recognised", item, ", ".join(found), event)]
    return state, [*remark, *told]


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
