"""Upkeep: whoever keeps statements of its own looks again before they are too old, and says what it saw.

Modeluitwerking 9 (actualiteit). A statement that still holds gets a new time, by which its readers see that it is
current; one that does not is put right. What was found unchanged is looked at half as often, up to a bound.

In the cold phase the same holds of what stands in risk pictures (Modeluitwerking 4: actuele risicobeelden), at a rate
of its own; what its people can no longer see for themselves is withdrawn there.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sim.core.agents.acts import Act, Assign, Look, Perceived, Remark, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import (
    LOOKED_AT,
    SAID,
    STATED,
    activities_of,
    is_restricted,
    lapsed,
    own_item_id,
    says_the_same,
    state_own,
)
from sim.core.agents.mobilisation.engagement import ENGAGED, began_by
from sim.core.messages.items import Item, Kind, VerificationStatus
from sim.core.model.ids import ActivityId, ItemId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS

NAME = "upkeep"
OUT = "upkeep.out"
DUE = "upkeep.due"
LOOK = "upkeep.look"
DEFAULT_MS = 2 * HOUR_MS
"""Age that a region's own items may reach where none of the partners in an activity agreed on one (exercise)."""
COLD = "upkeep.cold"
"""Errand with which it is seen what grows old in risk pictures, and the name under which a party remembers it began."""
RISK_MS = 4 * HOUR_MS
"""Age that a statement may reach in a risk picture (exercise)."""
HALVINGS_MAX = 2
"""How often the rate of looking is halved for what stays the same (exercise)."""
INTERVALS = 4
"""Parts of the agreed age: so often it is seen whether something is about to grow too old (exercise)."""
_GONE = (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    limit_ms = limit_in(brief, activity)
    if not limit_ms or activity not in state.engaged:
        return state, []
    return state, [Wake(now + limit_ms // INTERVALS, DUE, (activity, state.engaged[activity]))]


def limit_in(brief: Brief, activity: ActivityId) -> int:
    """Return the age (ms) that the party's own items may reach in an activity; 0 where nothing was agreed.

    A region keeps to the strictest of what its partners in the activity agreed.
    """
    if brief.profile.kind == "partner":
        mine = brief.agreement_in(activity)
        return 0 if mine is None or mine.actuality is None else mine.actuality.limit_ms
    held = [brief.agreement_in(activity, party) for party in brief.activities[activity].parties]
    agreed = [one.actuality.limit_ms for one in held if one is not None and one.actuality is not None]
    return min(agreed, default=DEFAULT_MS)


def _due(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, since_ms = stimulus.about
    if state.engaged.get(activity) != since_ms:
        return state, []  # it left in the meantime
    limit_ms = limit_in(brief, activity)
    halved: Mapping[ItemId, int] = state.mind(NAME)
    subjects = tuple(
        item.subject
        for _, item in sorted(state.said.items())
        if _is_aging(brief, state, item, limit_ms << halved.get(item.id, 0), now)
        and activity in activities_of(brief, state, item)
    )
    state, acts = _sent(state, activity, subjects, limit_ms, now)
    return state, [Wake(now + limit_ms // INTERVALS, DUE, stimulus.about), *acts]


def _stated(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Begin to keep what stands in risk pictures, with the first thing that the party says there."""
    item = state.said.get(own_item_id(brief.id, stimulus.about))
    if item is None or COLD in state.mind(COLD) or activities_of(brief, state, item):
        return state, []
    return state.with_mind(COLD, {COLD: now}), [Wake(now + RISK_MS // INTERVALS, COLD, None)]


def _cold(brief: Brief, state: AgentState, _stimulus: Woken, now: int) -> Reaction:
    subjects = tuple(
        item.subject
        for _, item in sorted(state.said.items())
        if _is_aging(brief, state, item, RISK_MS, now) and not activities_of(brief, state, item)
    )
    state, acts = _sent(state, "", subjects, RISK_MS, now)
    return state, [Wake(now + RISK_MS // INTERVALS, COLD, None), *acts]


def _sent(
    state: AgentState, activity: ActivityId, subjects: tuple[SubjectId, ...], limit_ms: int, now: int
) -> Reaction:
    """Send somebody to look at some subjects: nobody twice within the agreed age, even if the first never did."""
    if not subjects or state.mind(OUT).get(activity, now) > now:
        return state, []
    key, about = f"upkeep/{activity}/{now}", (activity, subjects)
    state = state.with_mind(OUT, {activity: now + limit_ms})
    return state, [Assign(Duty.INFORMATION, key, LOOK, about, began_by(state, activity))]


def _is_aging(brief: Brief, state: AgentState, item: Item, limit_ms: int, now: int) -> bool:
    """Say whether an own statement is about to be older than it may; what was decided does not grow old."""
    known = state.knowledge.get(item.subject)
    if known is None or known.fact.layer or item.id != own_item_id(brief.id, item.subject):
        return False
    if item.kind is Kind.DECISION or item.verification.status in _GONE:
        return False
    return now - item.observed_at_ms >= limit_ms * (INTERVALS - 1) // INTERVALS


def _look(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, subjects = stimulus.about
    state = state.with_mind(OUT, {activity: now})
    open_ = [subject for subject in subjects if subject not in state.mind(LOOKED_AT)]
    state = state.with_mind(LOOKED_AT, dict.fromkeys(open_, NAME))
    return state, [Look(subject) for subject in open_]


def _seen(brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    observation = stimulus.observation
    subject = observation.fact.subject
    if not stimulus.asked or state.mind(LOOKED_AT).get(subject) != NAME:
        return state, []
    state = state.without(LOOKED_AT, subject)
    before = state.said[own_item_id(brief.id, subject)]
    state, item = state_own(brief, state, observation, now)
    is_same = says_the_same(before, item)
    halvings = min(state.mind(NAME).get(item.id, 0) + 1, HALVINGS_MAX) if is_same else 0
    state = state.with_mind(NAME, {item.id: halvings})
    if is_same and is_restricted(item):
        return state, []  # who heard it was told once; who wants to know whether it still holds asks
    acts: list[Act] = [Wake(now, STATED, item), Wake(now, SAID, subject)]
    if item.verification.status is VerificationStatus.CORRECTED:
        acts.insert(0, Remark("recognised", before, "looked again: it is not as was said"))
    return state, acts


def _unseen(brief: Brief, state: AgentState, stimulus: Unseen, now: int) -> Reaction:
    """Let a statement rest that the party cannot see for itself: it had it from others.

    In an activity the region takes out what nobody confirms; from its part of a risk picture the party does.
    """
    if state.mind(LOOKED_AT).get(stimulus.subject) != NAME:
        return state, []
    state = state.without(LOOKED_AT, stimulus.subject)
    item_id = own_item_id(brief.id, stimulus.subject)
    before = state.said[item_id]
    if activities_of(brief, state, before):
        return state.with_mind(NAME, {item_id: HALVINGS_MAX}), []
    item = lapsed(before, brief.id, now)
    return msgspec.structs.replace(state, said={**state.said, item_id: item}), [Wake(now, STATED, item)]


BEHAVIOUR = Behaviour(
    NAME,
    {
        ENGAGED: _begin,
        DUE: _due,
        SAID: _stated,
        COLD: _cold,
        LOOK: _look,
        Perceived: _seen,
        Unseen: _unseen,
    },
)
