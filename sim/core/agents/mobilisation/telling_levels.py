"""Telling levels: who does not read the tool hears by its liaison at which level the region works (Modeluitwerking 8).

And that an activity is closed: it cannot read the card, and would go on working in it.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Cued, Publish, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.levels import grip_level, known_grip
from sim.core.agents.mobilisation.mobilising import card_of
from sim.core.messages.contents import Scaling
from sim.core.messages.topics import Shape
from sim.core.model.cue import Close, Scale
from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.staff import Duty

NAME = "telling-levels"
TELL = "telling-levels.tell"
TELL_CLOSED = "telling-levels.tell-closed"


def _outside(brief: Brief, activity: ActivityId) -> list[PartyId]:
    """Return who takes part in an activity and does not read the tool."""
    return [party for party in brief.activities[activity].parties if brief.channel_to(party) is Shape.OUTSIDE]


def _scaled(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Scale = stimulus.cue  # type: ignore[assignment]
    return state, [
        Assign(
            Duty.LIAISON,
            f"level/{cue.activity}/{party}/{stimulus.inject}",
            TELL,
            (cue.activity, party, stimulus.inject),
            stimulus.inject,
        )
        for party in _outside(brief, cue.activity)
    ]


def _tell(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """Tell the level as it stands by then, unless that is what was told last."""
    activity, party, inject = stimulus.about
    grip = known_grip(state, activity, brief.id)
    if activity not in state.engaged:
        return state, []  # closed in the meantime
    if state.mind(NAME).get((activity, party)) == grip:
        return state, []
    state = state.with_mind(NAME, {(activity, party): grip})
    scaling = Scaling(level=grip_level(grip), grip=grip, activity=activity)
    return state, [Publish(brief.mail(party, scaling), scaling, injects=(inject,))]


def _closed(brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    cue: Close = stimulus.cue  # type: ignore[assignment]
    return state, [
        Assign(
            Duty.LIAISON,
            f"closed/{cue.activity}/{party}/{now}",
            TELL_CLOSED,
            (cue.activity, party, stimulus.inject),
            persists=True,
        )
        for party in _outside(brief, cue.activity)
    ]


def _tell_closed(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """Tell that the activity is closed, unless it was opened again in the meantime."""
    activity, party, inject = stimulus.about
    if activity in state.engaged:
        return state, []
    card = card_of(brief, brief.activities[activity], 0, is_open=False)
    state = state.without(NAME, (activity, party))
    return state, [Publish(brief.mail(party, card), card, injects=(inject,))]


BEHAVIOUR = Behaviour(NAME, {Scale: _scaled, TELL: _tell, Close: _closed, TELL_CLOSED: _tell_closed})
