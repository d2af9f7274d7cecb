"""The shared picture as the directing information manager writes it: one item for each subject of an activity."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from sim.core.agents.acts import Act, Look, Publish, Wake
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import ItemUpdate, Request
from sim.core.messages.items import Item, ItemRef, Verification, VerificationStatus
from sim.core.messages.topics import Shape, build, parse
from sim.core.model.ids import ActivityId, EventId, InjectId, ItemId, PartyId, SubjectId
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.plausibility import origins
from sim.core.picture.quality import is_relied_on

NAME = "shared-picture"
ASKED = "shared-picture.asked"
"""Errand with which the region learns under which id it asked a source; what it remembers of open questions."""
DOUBTED = "shared-picture.doubted"
"""What the region remembers: statements that were doubted before they stood in the picture."""
IN_DOUBT = "shared-picture.in-doubt"
"""What the region remembers: of each subject what it disputed last, until that is settled."""
OWN_SIGNAL = "shared-picture.own-signal"
"""Errand with which the region turns to what its own people say looks wrong."""
PUT_RIGHT = "shared-picture.put-right"
"""Errand with which the region turns to who was told what it has just put right or taken back, outside the tool."""
STILL_DISPUTED = "shared-picture.still-disputed"
"""Errand with which the region comes back to what it disputed."""
CONFIRM_MS = HOUR_MS
"""How long a source without an agreed time to correct has to confirm what it said (exercise)."""

_PUT_RIGHT = (VerificationStatus.CORRECTED, VerificationStatus.REFUTED)

_ASK = Text("Klopt dit nog? Er is twijfel.", "Is this right? There is doubt.")


def activity_directed(brief: Brief, state: AgentState, topic: str, shape: Shape) -> ActivityId | None:
    """Return the activity of a topic of the given shape if this party directs it and it is open."""
    address = parse(topic)
    if address is None or address.shape is not shape:
        return None
    activity = address["activity"]
    return activity if brief.directs(activity) and activity in state.engaged else None


def shared_item_id(activity: ActivityId, subject: SubjectId) -> ItemId:
    """Return the id of the shared item about a subject in an activity."""
    return f"{activity}-{subject}"


def shared_item(state: AgentState, activity: ActivityId, subject: SubjectId) -> Item | None:
    """Return what the shared picture says of a subject, or None."""
    return state.said.get(shared_item_id(activity, subject))


def shared_items(state: AgentState, activity: ActivityId) -> tuple[Item, ...]:
    """Return every item that the shared picture of an activity has had, in order of id; also what was taken out."""
    return tuple(
        item for _, item in sorted(state.said.items()) if item.id == shared_item_id(activity, item.subject)
    )


def relied_on(state: AgentState, activity: ActivityId, now: int) -> tuple[Item, ...]:
    """Return the shared picture of an activity as it stands: without what is no longer relied on."""
    return tuple(item for item in shared_items(state, activity) if is_relied_on(item, now))


def take_out(
    brief: Brief, state: AgentState, standing: Item, activity: ActivityId, event: EventId, now: int
) -> Reaction:
    """Take an item out of the shared picture: nobody says that it still holds."""
    until_ms = now if standing.valid_until_ms is None else min(now, standing.valid_until_ms)
    ended = msgspec.structs.replace(standing, valid_until_ms=until_ms)
    return write(state, ended, Verification(VerificationStatus.LAPSED, brief.id, now), activity, event, now)


def is_whole(brief: Brief, item: Item) -> bool:
    """Say whether an item can stand in a picture: somebody says it, under one of the themes."""
    is_themed = item.theme in brief.themes or (not brief.themes and bool(item.theme))
    return is_themed and item.source.party in brief.directory


def is_independent(standing: Item, item: Item) -> bool:
    """Say whether two statements are told by two sources; whether they confirm each other is another question."""
    return standing.source.party != item.source.party


def is_dated_anew(state: AgentState, standing: Item, item: Item) -> bool:
    """Say whether a source puts the time right of what stands of it: that may be an earlier time.

    It was made from what it said before, and says so. What the source has said since is not put right by that.
    """
    is_of_source = standing.source.party == item.source.party and item.id in standing.relates_to
    is_newest = item.version >= state.picture.get(item.id, item).version
    return is_of_source and is_newest and item.id in item.relates_to


def doubted_beforehand(state: AgentState, about: ItemRef, activity: ActivityId) -> AgentState:
    """Return the state that knows of a doubt about a statement that does not stand in the picture yet."""
    return state.with_mind(DOUBTED, {(activity, about): True})


def is_doubted_beforehand(state: AgentState, item: Item, activity: ActivityId) -> bool:
    """Say whether somebody doubted a statement before it came to stand in the picture."""
    is_open = item.verification.status in (VerificationStatus.UNVERIFIED, VerificationStatus.VERIFIED)
    return is_open and (activity, ItemRef(item.id, item.version)) in state.mind(DOUBTED)


def compose(state: AgentState, item: Item, activity: ActivityId, event: EventId, now: int) -> Reaction:
    """Put a source's statement into the shared picture, replacing what stood there."""
    return write(state, item, item.verification, activity, event, now, relates_to=item.id)


def verify(
    brief: Brief, state: AgentState, standing: Item, activity: ActivityId, event: EventId, now: int
) -> Reaction:
    """Mark a shared item as verified: an independent source agrees."""
    verification = Verification(VerificationStatus.VERIFIED, brief.id, now)
    return write(state, standing, verification, activity, event, now)


def dispute(
    brief: Brief,
    state: AgentState,
    standing: Item,
    activity: ActivityId,
    event: EventId,
    now: int,
    doubts: tuple[InjectId, ...] = (),
) -> Reaction:
    """Mark a shared item as disputed, ask its source, and come back to it when that should have answered.

    ``doubts`` are the faults behind what contradicts it.
    """
    verification = Verification(VerificationStatus.DISPUTED, brief.id, now)
    state, acts = write(state, standing, verification, activity, event, now, doubts=doubts)
    state = state.with_mind(IN_DOUBT, {(activity, standing.subject): standing})
    asked = ask_source(brief, state, standing, activity, event, now, doubts)
    return state, [*acts, *asked, come_back(brief, standing, activity, disputed_ms=now, now=now)]


def come_back(brief: Brief, item: Item, activity: ActivityId, disputed_ms: int, now: int) -> Wake:
    """Return the moment at which a dispute (of ``disputed_ms``) about an item is looked at again."""
    due_ms = now + confirm_term_ms(brief, item.source.party, activity)
    return Wake(due_ms, STILL_DISPUTED, (activity, item.subject, disputed_ms))


def confirm_term_ms(brief: Brief, source: PartyId, activity: ActivityId) -> int:
    """Return how long (ms) a source has to confirm: as long as it has to correct what looks wrong."""
    agreement = brief.agreement_in(activity, source)
    if agreement is None or agreement.correction is None:
        return CONFIRM_MS
    return agreement.correction.limit_ms


def ask_source(
    brief: Brief,
    state: AgentState,
    item: Item,
    activity: ActivityId,
    event: EventId,
    now: int,
    doubts: tuple[InjectId, ...] = (),
) -> list[Act]:
    """Return the acts that ask the source of an item whether it is right; about its own the region just looks."""
    about = ItemRef(item.id, item.version)
    behind = tuple(dict.fromkeys((*item.causation, *doubts)))
    question = Question(activity, item.subject, item.source.party)
    return ask(brief, state, question, about, event, behind, now)


class Question(NamedTuple):
    """In which activity a source is asked whether what it said of a subject is right."""

    activity: ActivityId
    subject: SubjectId
    source: PartyId


def ask(
    brief: Brief,
    state: AgentState,
    question: Question,
    about: ItemRef,
    event: EventId,
    injects: tuple[InjectId, ...],
    now: int,
) -> list[Act]:
    """Return the acts that ask a party whether what it said of a subject is right: once while it may still answer."""
    if question.source == brief.id:
        return [Look(question.subject)]
    if _is_open(brief, state, question, now):
        return []
    request = Request(
        activity=question.activity, purpose="verify", about=about, subject=question.subject, text=_ASK
    )
    topic = brief.mail(question.source, request)
    return [Publish(topic, request, because_of=event, injects=injects, register=(ASKED, (question, now)))]


def _is_open(brief: Brief, state: AgentState, question: Question, now: int) -> bool:
    """Say whether a source was asked the same, has not answered, and still has time to."""
    term_ms = confirm_term_ms(brief, question.source, question.activity)
    return any(one == question and now - at_ms < term_ms for one, at_ms in state.mind(ASKED).values())


def write(
    state: AgentState,
    item: Item,
    verification: Verification,
    activity: ActivityId,
    event: EventId,
    now: int,
    relates_to: ItemId = "",
    doubts: tuple[InjectId, ...] = (),
) -> Reaction:
    """Write the next version of the shared item about an item's subject."""
    item_id = shared_item_id(activity, item.subject)
    before = state.said.get(item_id)
    shared = msgspec.structs.replace(
        item,
        id=item_id,
        version=1 if before is None else before.version + 1,
        reported_at_ms=now,
        verification=verification,
        relates_to=_made_from(item, item_id) if relates_to else item.relates_to,
    )
    state = msgspec.structs.replace(state, said={**state.said, item_id: shared})
    topic = build(Shape.SHARED, activity=activity, theme=item.theme, item=item_id)
    injects = (*shared.causation, *doubts)
    acts: list[Act] = [Publish(topic, ItemUpdate(item=shared), because_of=event, injects=injects)]
    is_news = before is None or before.verification != verification  # no mere new time of what was put right
    if verification.status in _PUT_RIGHT and is_news:
        acts.append(Wake(now, PUT_RIGHT, (activity, event)))
    return state, acts


def _made_from(item: Item, shared_id: ItemId) -> tuple[ItemId, ...]:
    """Return what a shared item is made from: the statement, and what that goes back to, so that an echo shows."""
    return tuple(dict.fromkeys(one for one in (item.id, *origins(item)) if one != shared_id)) or (item.id,)
