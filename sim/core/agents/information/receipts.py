"""Receipts: the party reads, now and then, what came in, and says what it took in (haalplicht, Modeluitwerking 12).

How often follows from the agreed term of the duty to fetch, the strictest of its regions: there is one inbox.
Reading takes somebody's time: who has too much to do reads late, or misses it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import (
    Answer,
    Briefing,
    Confidence,
    ItemUpdate,
    Receipt,
    Snapshot,
    Withdrawal,
    items_in,
)
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import EventId, InjectId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS

NAME = "receipts"
IN_HAND = "receipts.in-hand"
ROUND = "receipts.round"
READ = "receipts.read"
EVERY_MS = HOUR_MS
"""How long things lie before somebody turns to them, where nothing was agreed (exercise)."""
ITEMS_MAX = 500
"""Items on one receipt; more wait for the next."""


def every_ms(brief: Brief) -> int:
    """Return how long (ms) things lie before somebody turns to them: half the agreed term, the rest is for reading."""
    agreement = brief.agreement
    held = () if agreement is None else (agreement, *agreement.additions.values())
    return min([EVERY_MS, *(one.fetch.limit_ms // 2 for one in held if one.fetch is not None)])


def _note(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    refs = {ItemRef(item.id, item.version): item.causation for item in items_in(stimulus.event.data)}
    if not refs:
        return state, []
    waiting = state.mind(NAME)
    acts: list[Act] = [] if waiting else [Wake(now + every_ms(brief), ROUND, stimulus.event.id)]
    return state.with_mind(NAME, refs), acts


def _informed(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    return _note(brief, state, stimulus, now) if answer.outcome == "informed" else (state, [])


def _round(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Have somebody read what came in; what nobody gets round to reading is on no receipt."""
    event: EventId = stimulus.about  # the first of what came in since the last round
    known = state.mind(NAME)
    waiting = sorted(known)
    if not waiting:
        return state, []  # decoupled in the meantime
    listed, left = waiting[:ITEMS_MAX], waiting[ITEMS_MAX:]
    state = _with(state, NAME, {ref: known[ref] for ref in left})
    state = state.with_mind(IN_HAND, {ref: known[ref] for ref in listed})
    acts: list[Act] = [Assign(Duty.INFORMATION, f"read/{now}", READ, tuple(listed), event)]
    if left:
        acts.append(Wake(now + every_ms(brief), ROUND, event))
    return state, acts


def _read(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    in_hand = state.mind(IN_HAND)
    listed = tuple(ref for ref in stimulus.about if ref in in_hand)
    if not listed:
        return state, []  # decoupled in the meantime
    read = frozenset(listed)
    state = _with(state, IN_HAND, {ref: behind for ref, behind in in_hand.items() if ref not in read})
    # What was read names what is behind it, also where a newer version has taken its place in the meantime.
    injects = tuple(sorted({inject for ref in listed for inject in in_hand[ref]}))
    return state, [Publish(build(Shape.RECEIPT, party=brief.id), Receipt(items=listed), injects=injects)]


def _let_out(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    """Forget what was read: who has been decoupled everywhere has nobody to tell any more."""
    withdrawal: Withdrawal = stimulus.event.data  # type: ignore[assignment]
    if state.engaged.keys() - {withdrawal.activity}:
        return state, []
    return _with(_with(state, NAME, {}), IN_HAND, {}), []


def _with(state: AgentState, name: str, mind: Mapping[ItemRef, tuple[InjectId, ...]]) -> AgentState:
    return msgspec.structs.replace(state, minds={**state.minds, name: mind})


BEHAVIOUR = Behaviour(
    NAME,
    {
        ItemUpdate: _note,
        Snapshot: _note,
        Briefing: _note,
        Confidence: _note,
        Answer: _informed,
        Withdrawal: _let_out,
        ROUND: _round,
        READ: _read,
    },
)
