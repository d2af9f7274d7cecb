"""A simulated organisation as a step function: ``step(brief, state, inbox, now) -> (state, actions)``.

An agent knows its brief (what everybody knows beforehand), what it perceived and what was delivered to it.
It never sees the truth, and it never holds itself back from what it may not do: the broker does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

from sim.core.agents.acts import (
    Act,
    Assign,
    Cued,
    Delivered,
    Remark,
    Stimulus,
    Wake,
    Woken,
)
from sim.core.agents.brief import Brief
from sim.core.agents.people.staffing import (
    AGAIN,
    AGAIN_MS,
    MOMENT,
    Begun,
    Came,
    ComeBack,
    Desk,
    Desks,
    Outcome,
    Thing,
    Undone,
    attend,
    give,
    item_in,
)
from sim.core.messages.items import Item
from sim.core.model.ids import ActivityId, ItemId, SubjectId
from sim.core.model.staff import Duty, Role
from sim.core.picture.merge import Picture
from sim.core.picture.observation import Observation

# What it remembers -------------------------------------------------------------------------------


class AgentState(msgspec.Struct, frozen=True):
    """What a party knows and remembers.

    Attributes:
        knowledge: What it perceived by itself, newest per subject.
        picture: What it read of others, newest version per item.
        said: Its own statements, newest version per item.
        engaged: Activities it works in, and since when (ms).
        minds: What each behaviour remembers, by the behaviour's name.
        desks: What its people are at, by role; a role that is not here has done nothing yet. In exercise time.
        clock_ms: How far its clock is ahead of exercise time (ms), below 0 behind; its people do not know. All else
            that it remembers, and all moments that it is told, are as its clock reads.
    """

    knowledge: Mapping[SubjectId, Observation] = msgspec.field(default_factory=dict)
    picture: Picture = msgspec.field(default_factory=dict)
    said: Mapping[ItemId, Item] = msgspec.field(default_factory=dict)
    engaged: Mapping[ActivityId, int] = msgspec.field(default_factory=dict)
    minds: Mapping[str, Any] = msgspec.field(default_factory=dict)
    desks: Mapping[Role, Desk] = msgspec.field(default_factory=dict)
    clock_ms: int = 0

    def elapsed_ms(self, reading_ms: int) -> int:
        """Return the exercise time (ms) at which the party's clock reads something: how people and roads keep time."""
        return reading_ms - self.clock_ms

    def reading_ms(self, at_ms: int) -> int:
        """Return what the party's clock reads at an exercise time (ms)."""
        return at_ms + self.clock_ms

    def desk(self, role: Role) -> Desk:
        """Return what the people of a role are at."""
        return self.desks.get(role, _EMPTY_DESK)

    def with_desk(self, role: Role, desk: Desk) -> AgentState:
        """Return the state in which the people of a role are at something else."""
        return msgspec.structs.replace(self, desks={**self.desks, role: desk})

    def mind(self, name: str) -> Mapping[Any, Any]:
        """Return what a behaviour remembers; empty at first."""
        found: Mapping[Any, Any] = self.minds.get(name, _NOTHING)
        return found

    def with_mind(self, name: str, changes: Mapping[Any, Any]) -> AgentState:
        """Return the state in which a behaviour remembers some things more, or otherwise."""
        return msgspec.structs.replace(self, minds={**self.minds, name: {**self.mind(name), **changes}})

    def without(self, name: str, key: Any) -> AgentState:
        """Return the state in which a behaviour has forgotten one thing."""
        kept = {known: value for known, value in self.mind(name).items() if known != key}
        return msgspec.structs.replace(self, minds={**self.minds, name: kept})


_NOTHING: Mapping[Any, Any] = MappingProxyType({})
_EMPTY_DESK = Desk()

Reaction: TypeAlias = tuple[AgentState, list[Act]]
Handler: TypeAlias = Callable[[Brief, AgentState, Any, int], Reaction]


@dataclass(frozen=True)
class Behaviour:
    """One thing that organisations do, as a table from what comes in to how it is handled.

    Attributes:
        name: Name in profile files.
        handlers: By stimulus type, content type (of what was delivered), cue type, or errand (when woken).
    """

    name: str
    handlers: Mapping[type | str, Handler]


Dispatch: TypeAlias = Mapping[type | str, tuple[Handler, ...]]
"""Who handles what comes in, in the order of a party's behaviours."""


def dispatch_of(behaviours: Sequence[Behaviour]) -> Dispatch:
    """Return the table of all handlers of some behaviours."""
    table: dict[type | str, tuple[Handler, ...]] = {}
    for behaviour in behaviours:
        for key, handler in behaviour.handlers.items():
            table[key] = (*table.get(key, ()), handler)
    return table


def step(
    brief: Brief, dispatch: Dispatch, state: AgentState, inbox: Sequence[Stimulus], now: int
) -> Reaction:
    """Return the party's next state and its acts, after everything in its inbox, in order.

    Behaviours work by the party's clock; the moments of the acts are exercise time again.
    """
    acts: list[Act] = []
    woken: list[Woken] = []
    for stimulus in inbox:
        # What is delivered comes first: there is far more of it than of all else.
        if isinstance(stimulus, Delivered):
            key: type | str = type(stimulus.event.data)
        elif isinstance(stimulus, Woken):
            key = stimulus.errand
            woken.append(stimulus)
        else:
            key = type(stimulus.cue) if isinstance(stimulus, Cued) else type(stimulus)
        for handler in dispatch.get(key, ()):
            state, more = handler(brief, state, stimulus, state.reading_ms(now))
            acts += _in_exercise_time(state, more) if state.clock_ms else more
    return _staffed(brief, state, woken, acts, now)


def _in_exercise_time(state: AgentState, acts: Sequence[Act]) -> list[Act]:
    """Return acts with the moments at which a wrong clock will read what was meant."""
    return [
        msgspec.structs.replace(act, at_ms=state.elapsed_ms(act.at_ms)) if isinstance(act, Wake) else act
        for act in acts
    ]


def _staffed(
    brief: Brief, state: AgentState, woken: Sequence[Woken], acts: Sequence[Act], now: int
) -> Reaction:
    """Give assignments to the party's people: those that waited first, then the new ones."""
    desks = state.desks
    staffed: list[Act] = []
    if woken:  # somebody becomes free or arrives at a moment that was set for it, and never in between
        desks, outcomes = attend(brief.stations, desks, now)
        staffed += _acts_of(outcomes, now)
    named: dict[tuple[Duty, str], int] = {}
    for thing in [one.about for one in woken if one.errand == AGAIN]:
        desks, more = _given(brief, desks, thing, named, now)
        staffed += more
    for act in acts:
        if isinstance(act, Assign):
            desks, more = _given(brief, desks, act, named, now)
            staffed += more
        else:
            staffed.append(act)
    return (state if desks is state.desks else msgspec.structs.replace(state, desks=desks)), staffed


def _given(
    brief: Brief, desks: Desks, given: Assign | Thing, named: dict[tuple[Duty, str], int], now: int
) -> tuple[Desks, list[Act]]:
    """Return the desks after something was given to the party's people, and what came of it at once.

    ``named`` counts what was given at this moment: what comes twice is two things.
    """
    number = named[given.duty, given.key] = named.get((given.duty, given.key), 0) + 1
    key = given.key if number == 1 else f"{given.key}/{number}"
    desks, outcomes = give(brief.stations, desks, _thing(brief, given, key, now))
    return desks, _acts_of(outcomes, now)


def _thing(brief: Brief, given: Assign | Thing, key: str, now: int) -> Thing:
    """Return what comes before somebody now: something new, or what nobody got round to before."""
    if isinstance(given, Thing):
        return msgspec.structs.replace(given, key=key, since_ms=now, is_back=True)
    roles = brief.takers(given.duty, given.role)
    return Thing(
        duty=given.duty,
        key=key,
        errand=given.errand,
        about=given.about,
        because_of=given.because_of,
        since_ms=now,
        roles=roles,
        persists=given.persists,
        region=given.region,
    )


def _acts_of(outcomes: Sequence[Outcome], now: int) -> list[Act]:
    acts: list[Act] = []
    for outcome in outcomes:
        if not (isinstance(outcome, Undone) and outcome.thing.is_back):
            acts.append(_act_of(outcome))
        if isinstance(outcome, Undone) and outcome.thing.persists:
            acts.append(Wake(now + AGAIN_MS, AGAIN, outcome.thing))
    return acts


def _act_of(outcome: Outcome) -> Act:
    """Return what becomes of a thing, or of a person who was called, as an act of the party."""
    if isinstance(outcome, Begun):
        return Wake(outcome.done_ms, outcome.thing.errand, outcome.thing.about)
    if isinstance(outcome, ComeBack):
        return Wake(outcome.at_ms, MOMENT, outcome.role)
    if isinstance(outcome, Came):
        return Remark("arrived", None, outcome.role.value, outcome.because_of)
    return Remark(outcome.what, item_in(outcome.thing.about), outcome.text, outcome.thing.because_of)
