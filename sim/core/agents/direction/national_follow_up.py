"""National follow-up: who directs looks whether the national picture has what it shared (Modeluitwerking 4 and 12).

The national body retells effects, forecasts and needs. What it does not have after a while, it missed: the region
writes it again, once for each statement, and the national body takes it over.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.national import KINDS, retold_id
from sim.core.agents.direction.national import NAME as NATIONAL
from sim.core.agents.direction.shared_picture import shared_items, write
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS

NAME = "national-follow-up"
LOOK = "national-follow-up.look"
TELL = "national-follow-up.tell"
EVERY_MS = HOUR_MS // 2
"""How often the information manager looks at the national picture (exercise)."""
MISSED_MS = HOUR_MS
"""How long the national body has to take over what was shared (exercise)."""

_GONE = (VerificationStatus.LAPSED, VerificationStatus.REFUTED)


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    if not brief.directs(stimulus.about) or not _is_followed(brief, stimulus.about):
        return state, []
    return state, [Wake(now + EVERY_MS, LOOK, stimulus.about)]


def _look(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    if activity not in state.engaged:
        return state, []
    acts: list[Act] = [Wake(now + EVERY_MS, LOOK, activity)]
    if _missed(state, activity, now):
        acts.append(Assign(Duty.DIRECTION, f"follow-up/{activity}/{now}", TELL, activity))
    return state, acts


def _missed(state: AgentState, activity: ActivityId, now: int) -> list[Item]:
    """Return the shared items that the national picture lacks, and that were not told again for it yet."""
    told = state.mind(NAME)
    return [
        item
        for item in shared_items(state, activity)
        if item.kind in KINDS
        and item.verification.status not in _GONE
        and now - item.reported_at_ms >= MISSED_MS
        and retold_id(item.id) not in state.picture
        and _statement(item) not in told
    ]


def _is_followed(brief: Brief, activity: ActivityId) -> bool:
    """Say whether a body that keeps a national picture takes part in an activity."""
    known = (brief.directory.get(party) for party in brief.activities[activity].parties)
    return any(party is not None and NATIONAL in brief.profiles[party.profile].behaviours for party in known)


def _statement(item: Item) -> tuple[str, int]:
    return (item.id, item.observed_at_ms)


def _tell(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    acts: list[Act] = []
    for item in _missed(state, activity, now):
        state = state.with_mind(NAME, {_statement(item): now})
        state, more = write(state, item, item.verification, activity, "", now)
        acts += more
    return state, acts


BEHAVIOUR = Behaviour(NAME, {ENGAGED: _begin, LOOK: _look, TELL: _tell})
