"""Telling levels: who does not read the tool hears of the region's level by its liaison (Modeluitwerking 8)."""

from __future__ import annotations

from sim.core.agents.acts import Assign, Cued, Publish, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.levels import grip_level, known_grip
from sim.core.messages.contents import Scaling
from sim.core.messages.topics import Shape
from sim.core.model.cue import Scale
from sim.core.model.staff import Duty

NAME = "telling-levels"
TELL = "telling-levels.tell"


def _scaled(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Scale = stimulus.cue  # type: ignore[assignment]
    outside = [
        party for party in brief.activities[cue.activity].parties if brief.channel_to(party) is Shape.OUTSIDE
    ]
    return state, [
        Assign(
            Duty.LIAISON,
            f"level/{cue.activity}/{party}/{stimulus.inject}",
            TELL,
            (cue.activity, party, stimulus.inject),
        )
        for party in outside
    ]


def _tell(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """Tell the level as it stands by then, unless that is what was told last."""
    activity, party, inject = stimulus.about
    grip = known_grip(state, activity, brief.id)
    if state.mind(NAME).get((activity, party)) == grip:
        return state, []
    state = state.with_mind(NAME, {(activity, party): grip})
    scaling = Scaling(level=grip_level(grip), grip=grip, activity=activity)
    return state, [Publish(brief.mail(party, scaling), scaling, injects=(inject,))]


BEHAVIOUR = Behaviour(NAME, {Scale: _scaled, TELL: _tell})
