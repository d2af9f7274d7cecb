"""Writing: what a party perceives becomes a statement of its own, first all at once, then as it changes.

Where statements go is what tells a party with a picture of its own from one that proposes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sim.core.agents.agent import (
    Act,
    AgentState,
    Assign,
    Behaviour,
    Brief,
    Handler,
    Perceived,
    Publish,
    Reaction,
    Wake,
    Woken,
)
from sim.core.agents.engagement import ENGAGED
from sim.core.agents.statements import SAID, STATED, activities_of, is_said, state_own
from sim.core.messages.items import Item, Kind
from sim.core.model.ids import ActivityId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.picture.observation import Fact, Observation

Outlet: TypeAlias = Callable[[Brief, Item, tuple[ActivityId, ...]], list[Publish]]
"""Where an item goes that belongs to these activities; none when it is told nowhere."""


def writing_behaviour(name: str, outlet: Outlet) -> Behaviour:
    """Return the behaviour of a party whose statements go to ``outlet``."""
    write, begin = f"{name}.write", f"{name}.begin"
    handlers: dict[type | str, Handler] = {
        Perceived: _after_reaction(write, _occasion),
        ENGAGED: _after_reaction(begin, _beginning),
        begin: _write_all(outlet),
        write: _write_one(outlet),
        STATED: _tell(outlet),
    }
    return Behaviour(name, handlers)


def _occasion(stimulus: Perceived, now: int) -> tuple[str, SubjectId]:
    subject = stimulus.observation.fact.subject
    return f"{subject}/{stimulus.observation.observed_at_ms}/{now}", subject


def _beginning(stimulus: Woken, _now: int) -> tuple[str, ActivityId]:
    return f"initial/{stimulus.about}", stimulus.about


def _after_reaction(errand: str, occasion: Callable[..., tuple[str, str]]) -> Handler:
    def handler(_brief: Brief, state: AgentState, stimulus: Perceived | Woken, now: int) -> Reaction:
        key, about = occasion(stimulus, now)
        return state, [Assign(Duty.INFORMATION, key, errand, about)]

    return handler


def _write_all(outlet: Outlet) -> Handler:
    """Make the initial picture (startbeeld): all that the party knows and that belongs to the activity."""

    def handler(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        acts: list[Act] = []
        if stimulus.about not in state.engaged:
            return state, acts
        for _, observation in sorted(state.knowledge.items()):
            if stimulus.about in activities_of(brief, state, observation.fact):
                state, more = _publish(brief, state, observation, outlet, now)
                acts += more
        if acts:
            return state, acts
        return _publish(brief, state, _nothing_particular(brief, now), outlet, now)

    return handler


def _nothing_particular(brief: Brief, now: int) -> Observation:
    """Return the initial picture of a party that has nothing to tell yet: that it is there and looks along."""
    fact = Fact(
        subject=f"status-{brief.id}",
        system=next(iter(brief.party.competence.systems), "organisation"),
        theme=brief.status_theme,
        kind=Kind.FACT,
        title=Text("Eigen organisatie aanwezig en volgt mee", "Own organisation present and following"),
        text=Text("Geen bijzonderheden.", "Nothing particular."),
    )
    return Observation(fact=fact, observed_at_ms=now)


def _write_one(outlet: Outlet) -> Handler:
    def handler(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        observation = state.knowledge.get(stimulus.about)
        if observation is None or is_said(state, brief, observation):
            return state, []
        return _publish(brief, state, observation, outlet, now)

    return handler


def _tell(outlet: Outlet) -> Handler:
    """Tell a statement that was made in an answer."""

    def handler(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
        item: Item = stimulus.about
        return state, list(outlet(brief, item, activities_of(brief, state, item)))

    return handler


def _publish(brief: Brief, state: AgentState, observation: Observation, outlet: Outlet, now: int) -> Reaction:
    stated, item = state_own(brief, state, observation, now)
    publications = outlet(brief, item, activities_of(brief, state, observation.fact))
    # A statement that is told nowhere was not made: it will be, once there is somewhere to tell it.
    said = Wake(now, SAID, observation.fact.subject)
    return (stated, [*publications, said]) if publications else (state, [])
