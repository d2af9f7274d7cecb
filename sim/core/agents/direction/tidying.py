"""Tidying: the directing information manager takes out of the shared picture what is stale (Modeluitwerking 12).

Now and then it goes over the picture. Of an item past its validity, or older than was agreed with its source, it
first asks whether it still holds. What nobody confirms in time is taken out, and no longer relied on.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Act, Assign, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import (
    ask_source,
    confirm_term_ms,
    shared_item,
    shared_items,
    take_out,
)
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId, EventId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS
from sim.core.picture.quality import age_ms, is_relied_on

NAME = "tidying"
LOOK_OVER = "tidying.look-over"
ASK = "tidying.ask"
ASKED = "tidying.asked"
"""Errand with which the region learns which message asked about a statement, and the name under which it remembers."""
TAKE_OUT = "tidying.take-out"
EVERY_MS = HOUR_MS // 2
"""How often the information manager goes over the picture (exercise)."""

_GONE = (VerificationStatus.LAPSED, VerificationStatus.REFUTED)
_CONFIRMED = (VerificationStatus.VERIFIED, VerificationStatus.CORRECTED)


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    if not brief.directs(stimulus.about):
        return state, []
    return state, [Wake(now + EVERY_MS, LOOK_OVER, stimulus.about)]


def _look_over(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    if activity not in state.engaged:
        return state, []
    acts: list[Act] = [Wake(now + EVERY_MS, LOOK_OVER, activity)]
    if _stale(brief, state, activity, now):
        acts.append(Assign(Duty.DIRECTION, f"tidy/{activity}/{now}", ASK, activity))
    return state, acts


def _stale(brief: Brief, state: AgentState, activity: ActivityId, now: int) -> list[Item]:
    """Return the items that are to be asked about: stale, still in the picture, and not asked about yet."""
    asked = state.mind(NAME)
    return [
        item
        for item in shared_items(state, activity)
        if (activity, item.subject, item.observed_at_ms) not in asked
        and item.verification.status not in _GONE
        and (not is_relied_on(item, now) or _is_old(brief, item, activity, now))
    ]


def _is_old(brief: Brief, item: Item, activity: ActivityId, now: int) -> bool:
    agreement = brief.agreement_in(activity, item.source.party)
    return agreement is not None and 0 < agreement.stale_after_ms < age_ms(item, now)


def _ask(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    acts: list[Act] = []
    for item in _stale(brief, state, activity, now):
        statement = (activity, item.subject, item.observed_at_ms)
        state = state.with_mind(NAME, {statement: now})
        acts += [
            msgspec.structs.replace(act, register=(ASKED, statement)) if isinstance(act, Publish) else act
            for act in ask_source(brief, state, item, activity, "", now)
        ]
        acts.append(Wake(now + confirm_term_ms(brief, item.source.party, activity), TAKE_OUT, statement))
    return state, acts


def _asked(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    statement, event = stimulus.about
    return state.with_mind(ASKED, {statement: event}), []


def _take_out(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Take out what was asked about, unless it was confirmed or something newer stands there by now."""
    activity, subject, observed_at_ms = stimulus.about
    asked_ms: int = state.mind(NAME)[stimulus.about]
    question: EventId = state.mind(ASKED).get(stimulus.about, "")  # none where the region looked for itself
    state = state.without(NAME, stimulus.about).without(ASKED, stimulus.about)
    standing = shared_item(state, activity, subject)
    assert standing is not None, "nothing ever leaves the memory of what was shared"
    is_another = standing.observed_at_ms != observed_at_ms or standing.verification.status in _GONE
    if activity not in state.engaged or is_another or _is_confirmed(standing, asked_ms):
        return state, []
    return take_out(brief, state, standing, activity, question, now)


def _is_confirmed(standing: Item, asked_ms: int) -> bool:
    verification = standing.verification
    return verification.status in _CONFIRMED and verification.at_ms >= asked_ms


BEHAVIOUR = Behaviour(
    NAME, {ENGAGED: _begin, LOOK_OVER: _look_over, ASK: _ask, ASKED: _asked, TAKE_OUT: _take_out}
)
