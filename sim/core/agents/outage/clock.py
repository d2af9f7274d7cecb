"""A clock that is wrong: who comes to see it, and what is then put right.

By its clock a party dates what it says, and tells what is old, due, or of a time that cannot have come yet. Nobody
there knows that it is wrong, until there is reason to look: somebody asks about what the party said, or what others say
seems to be of a time that is still to come. Then a wrong clock is set right, and what was dated by it is dated anew.

This stands around the step of every party, as the fallback does: no behaviour knows whether the clock is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from sim.core.agents.acts import Act, ClockFails, ClockRight, Delivered, Publish, ReadClock, Stimulus, Wake
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import shared_items, write
from sim.core.agents.information.statements import SAID, STATED, own_item_id
from sim.core.messages.contents import AnyContent, Request, Signal
from sim.core.messages.items import Item, Verification, VerificationStatus
from sim.core.model.ids import EventId, ItemId, PartyId, SubjectId
from sim.core.picture.observation import Observation, dated_anew
from sim.core.picture.quality import Mismatch

NAME = "clock"
"""Under this name a party keeps what it knew and had said when its clock went wrong."""

_GONE: Final = frozenset({VerificationStatus.REFUTED, VerificationStatus.LAPSED})


def keep_time(brief: Brief, state: AgentState, inbox: Sequence[Stimulus], now: int) -> Reaction:
    """Return the state in which clocks that went wrong are wrong, and what is dated anew by one that is right again."""
    acts: list[Act] = []
    for stimulus in inbox:
        if isinstance(stimulus, ClockFails):
            before = {"said": state.said, "knowledge": state.knowledge}
            state = msgspec.structs.replace(state, clock_ms=stimulus.offset_ms).with_mind(NAME, before)
        elif isinstance(stimulus, ClockRight):
            state, more = _dated_anew(brief, state, stimulus, now)
            acts += more
    return state, acts


# Who comes to look -------------------------------------------------------------------------------


def looked_at(brief: Brief, state: AgentState, inbox: Sequence[Stimulus], acts: Sequence[Act]) -> list[Act]:
    """Return the acts of people who look at their clock first where there is reason to.

    Who is asked whether what the party said is right looks at all of it, its time too; and who hears that the time of
    what it said or wrote cannot be right. Who is about to say that of others says so only by a clock that is right.
    """
    asked = next(_questions(brief.id, state, inbox), None)
    first: list[Act] = [] if asked is None else [ReadClock(asked)]
    return [*first, *(_by_right_clock(act) for act in acts)]


def _questions(party: PartyId, state: AgentState, inbox: Sequence[Stimulus]) -> Iterator[EventId]:
    for stimulus in inbox:
        if isinstance(stimulus, Delivered) and _questions_time(party, state, stimulus.event.data):
            yield stimulus.event.id


def _questions_time(party: PartyId, state: AgentState, content: AnyContent) -> bool:
    if isinstance(content, Request):
        return content.purpose == "verify"
    if not isinstance(content, Signal) or content.reason != Mismatch.TIME:
        return False
    return content.owner == party or content.about.item in state.said


def _by_right_clock(act: Act) -> Act:
    if isinstance(act, Publish) and isinstance(act.content, Signal) and act.content.reason == Mismatch.TIME:
        return ReadClock(act.because_of, otherwise=act)
    return act


# What is dated anew ------------------------------------------------------------------------------


def _dated_anew(brief: Brief, state: AgentState, right: ClockRight, now: int) -> Reaction:
    """Say again, with the right times, what was said by the wrong clock; what is known counts by the right one too."""
    before = state.mind(NAME)
    known_before: Mapping[SubjectId, Observation] = before["knowledge"]
    said_before: Mapping[ItemId, Item] = before["said"]
    knowledge = {
        subject: seen
        if known_before.get(subject) is seen
        else dated_anew(seen, right.offset_ms, right.outage)
        for subject, seen in state.knowledge.items()
    }
    state = msgspec.structs.replace(state, knowledge=knowledge, clock_ms=0)
    state = state.with_mind(NAME, {"said": {}, "knowledge": {}})
    acts: list[Act] = []
    for item_id, item in sorted(state.said.items()):
        is_own = item_id == own_item_id(brief.id, item.subject)
        if is_own and item is not said_before.get(item_id) and item.verification.status not in _GONE:
            anew = _own_anew(brief, item, known_before.get(item.subject), right, now)
            state = msgspec.structs.replace(state, said={**state.said, item_id: anew})
            acts += [Wake(now, STATED, anew), Wake(now, SAID, anew.subject)]
    state, shared = _shared_anew(brief, state, said_before, now)
    return state, [*acts, *shared]


def _own_anew(brief: Brief, item: Item, known: Observation | None, right: ClockRight, now: int) -> Item:
    """Return a statement dated anew; what was known before, and only said by the wrong clock, was seen as it says."""
    said, seen = (item.observed_at_ms, item.values, item.text), None
    if known is not None:
        seen = (known.observed_at_ms, known.fact.values, known.fact.text)
    return msgspec.structs.replace(
        item,
        version=item.version + 1,
        observed_at_ms=item.observed_at_ms - (0 if said == seen else right.offset_ms),
        reported_at_ms=now,
        verification=Verification(VerificationStatus.CORRECTED, brief.id, now),
        relates_to=tuple(dict.fromkeys((item.id, *item.relates_to))),
        causation=tuple(dict.fromkeys((*item.causation, right.outage))),
    )


def _shared_anew(brief: Brief, state: AgentState, said_before: Mapping[ItemId, Item], now: int) -> Reaction:
    """Write what a region wrote into the pictures that it directs once more; what is disputed will be settled anew."""
    acts: list[Act] = []
    for activity in sorted(state.engaged):
        for item in shared_items(state, activity) if brief.directs(activity) else ():
            is_new = item is not said_before.get(item.id)
            if (
                not is_new
                or item.verification.status is VerificationStatus.DISPUTED
                or item.source.party == brief.id
            ):
                continue  # what it said itself comes as its own statement
            verification = item.verification
            if verification.at_ms > now:
                verification = msgspec.structs.replace(verification, at_ms=now)
            until_ms = None if item.valid_until_ms is None else min(item.valid_until_ms, now)
            right = msgspec.structs.replace(item, valid_until_ms=until_ms)
            state, more = write(state, right, verification, activity, "", now)
            acts += more
    return state, acts
