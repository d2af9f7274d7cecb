"""A simulated organisation as a step function: ``step(brief, state, inbox, now) -> (state, actions)``.

An agent knows its brief (what everybody knows beforehand), what it perceived and what was delivered to it.
It never sees the truth, and it never holds itself back from what it may not do: the broker does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import msgspec

from sim.core.agents.staffing import (
    MOMENT,
    Begun,
    Came,
    ComeBack,
    Desk,
    Outcome,
    Station,
    Thing,
    attend,
    give,
    item_in,
)
from sim.core.messages.contents import AnyContent, tag_of
from sim.core.messages.event import Event
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.access import is_elsewhere
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.chance import Chance
from sim.core.model.cue import AnyCue
from sim.core.model.ids import ActivityId, EventId, InjectId, ItemId, PartyId, SubjectId, ThemeId
from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.staff import Duty, Role, Spread
from sim.core.model.staffed import Limits, handling_of, limits_of, posts_of, role_for
from sim.core.picture.merge import Picture
from sim.core.picture.observation import Observation

# What comes in -----------------------------------------------------------------------------------


class Started(msgspec.Struct, frozen=True):
    """The exercise begins."""


class Perceived(msgspec.Struct, frozen=True):
    """The party perceived something by itself; ``asked`` when it went to look."""

    observation: Observation
    asked: bool = False


class Unseen(msgspec.Struct, frozen=True):
    """The party went to look at a subject, and it is not for it to see."""

    subject: SubjectId


class Delivered(msgspec.Struct, frozen=True):
    """A message arrived."""

    topic: str
    event: Event


class Cued(msgspec.Struct, frozen=True):
    """Exercise control told the party's people to do something."""

    inject: InjectId
    cue: AnyCue


class Refused(msgspec.Struct, frozen=True):
    """The broker refused a publication or a subscription of the party."""

    attempt: Literal["publish", "subscribe"]
    topic: str


class Woken(msgspec.Struct, frozen=True):
    """A moment that the party set for itself has come: ``errand`` says what for."""

    errand: str
    about: Any


Stimulus: TypeAlias = Started | Perceived | Unseen | Delivered | Cued | Refused | Woken

# What goes out -----------------------------------------------------------------------------------


Happening: TypeAlias = Literal[
    "slip",
    "overlooked",
    "recognised",
    "missed",
    "unreachable",
    "forgotten",
    "arrived",
    "fallback",
    "escalated",
]
"""What can happen inside a party; ``docs/run-log-format.md`` says what each means."""


class Publish(msgspec.Struct, frozen=True):
    """Send a message.

    Attributes:
        topic: Where.
        content: What.
        answers: Event that it answers, if any.
        because_of: Event that made it necessary, if any.
        injects: Injects and faults behind it.
        register: Errand, and what it is about, with which the sender learns under which id the message went:
            :class:`Woken` with the errand, about a pair of that and the id; None when it need not know.
    """

    topic: str
    content: AnyContent
    answers: EventId = ""
    because_of: EventId = ""
    injects: tuple[InjectId, ...] = ()
    register: tuple[str, Any] | None = None


class Subscribe(msgspec.Struct, frozen=True):
    """Ask the broker for what matches a filter."""

    topic_filter: str
    injects: tuple[InjectId, ...] = ()


class Unsubscribe(msgspec.Struct, frozen=True):
    """Give a subscription up."""

    topic_filter: str


class Wake(msgspec.Struct, frozen=True):
    """Come back to an errand at a moment (ms of exercise time)."""

    at_ms: int
    errand: str
    about: Any


class Assign(msgspec.Struct, frozen=True):
    """Have one of the party's people do something; :class:`Woken` with the errand follows when it is done.

    Attributes:
        duty: What somebody is needed for.
        key: Names the thing, for the draws of who does it; unique among the things of the party.
        errand: What it is.
        about: What it is about.
        because_of: Event that made it necessary, if any.
    """

    duty: Duty
    key: str
    errand: str
    about: Any
    because_of: EventId = ""


class Look(msgspec.Struct, frozen=True):
    """Go and look at a subject: :class:`Perceived` follows, or :class:`Unseen`."""

    subject: SubjectId


class Appraise(msgspec.Struct, frozen=True):
    """Work out what a threat means for the systems that the party looks after (Beleidskader par. 1.3).

    :class:`Perceived` follows for each effect of it that is so now and lies within the party's competence.
    """

    subject: SubjectId


class Remark(msgspec.Struct, frozen=True):
    """Something that happened inside the party and that no message tells, for the run log.

    Attributes:
        what: What happened.
        item: The item that it is about, if any.
        text: More about it, for who reads the log.
        because_of: Event that led to it, if any.
    """

    what: Happening
    item: Item | None
    text: str
    because_of: EventId = ""


Act: TypeAlias = Publish | Subscribe | Unsubscribe | Wake | Assign | Look | Appraise | Remark

# What it knows -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brief:
    """What a party knows before the exercise, and what everybody knows.

    Attributes:
        party: Itself.
        profile: Its profile.
        directory: All parties.
        profiles: All profiles.
        activities: All activities; which are open, it learns.
        agreements: All agreements for the core tasks touched, by party.
        chance: The draws of its people.
        reads: Filters that it may read at all times, none within another.
        status_theme: Theme under which a party says how its own organisation stands.
        clock_start_ms: Clock time at the start of the exercise, in ms since midnight.
    """

    party: Party
    profile: Profile
    directory: Mapping[PartyId, Party]
    profiles: Mapping[str, Profile]
    activities: Mapping[ActivityId, Activity]
    agreements: Mapping[PartyId, Agreement]
    chance: Chance
    reads: tuple[str, ...]
    status_theme: ThemeId
    clock_start_ms: int = 0

    @property
    def id(self) -> PartyId:
        """Return the id of the party itself."""
        return self.party.id

    @property
    def agreement(self) -> Agreement | None:
        """Return the agreement of the party itself, if it has one."""
        return self.agreements.get(self.party.id)

    def agreement_in(self, activity: ActivityId, party: PartyId | None = None) -> Agreement | None:
        """Return the agreement of a party (by default this one) as it holds in the region of an activity."""
        known = self.agreements.get(party or self.party.id)
        return None if known is None else known.in_region(self.activities[activity].directing)

    def channel_to(self, other: PartyId) -> Shape:
        """Return how this party and another reach each other: in the tool, or outside it."""
        channels = (self.profile.channel, self.profiles[self.directory[other].profile].channel)
        return Shape.OUTSIDE if "outside" in channels else Shape.POST

    def mail(self, to: PartyId, content: AnyContent) -> str:
        """Return the topic on which this party writes a content to another."""
        return build(self.channel_to(to), to=to, sender=self.id, kind=tag_of(content))

    @cached_property
    def stations(self) -> Mapping[Role, Station]:
        """Return the people of the party, by role."""
        return {
            role: Station(
                self.id, post, handling_of(self.party.people, post), self.chance, self.clock_start_ms
            )
            for role, post in posts_of(self.party, self.profile).items()
        }

    @cached_property
    def doers(self) -> Mapping[Duty, Role | None]:
        """Return the role that does each duty; None where the party has nobody for it."""
        posts = {role: station.post for role, station in self.stations.items()}
        return {duty: role_for(self.profile.duties, posts, duty) for duty in Duty}

    def limits(self, duty: Duty) -> Limits:
        """Return the limits of whoever does a duty."""
        role = self.doers[duty]
        return limits_of(self.party.people, None if role is None else self.stations[role].post)

    def handling(self, duty: Duty) -> Spread:
        """Return how long one thing takes whoever does a duty."""
        role = self.doers[duty]
        return handling_of(self.party.people, None if role is None else self.stations[role].post)

    def is_from_director(self, event: Event, activity: ActivityId) -> bool:
        """Say whether an event comes from the region that directs an activity."""
        known = self.activities.get(activity)
        return known is not None and known.directing == event.sender

    def has_place_in(self, activity: ActivityId) -> bool:
        """Say whether the party has a place of its own to write in an activity.

        A partner has none elsewhere: in activities of regions that it has no agreement with (Beleidskader par. 2.3.1).
        Who writes by a grant has a place where it was let in, in whichever region.
        """
        return bool(self.profile.grants) or not is_elsewhere(
            self.party, self.profile, self.activities[activity]
        )

    def directs(self, activity: ActivityId) -> bool:
        """Say whether this party directs an activity."""
        known = self.activities.get(activity)
        return known is not None and known.directing == self.id


class AgentState(msgspec.Struct, frozen=True):
    """What a party knows and remembers.

    Attributes:
        knowledge: What it perceived by itself, newest per subject.
        picture: What it read of others, newest version per item.
        said: Its own statements, newest version per item.
        engaged: Activities it works in, and since when (ms).
        minds: What each behaviour remembers, by the behaviour's name.
        desks: What its people are at, by role; a role that is not here has done nothing yet.
    """

    knowledge: Mapping[SubjectId, Observation] = msgspec.field(default_factory=dict)
    picture: Picture = msgspec.field(default_factory=dict)
    said: Mapping[ItemId, Item] = msgspec.field(default_factory=dict)
    engaged: Mapping[ActivityId, int] = msgspec.field(default_factory=dict)
    minds: Mapping[str, Any] = msgspec.field(default_factory=dict)
    desks: Mapping[Role, Desk] = msgspec.field(default_factory=dict)

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
    """Return the party's next state and its acts, after everything in its inbox, in order."""
    acts: list[Act] = []
    for stimulus in inbox:
        for handler in dispatch.get(_key(stimulus), ()):
            state, more = handler(brief, state, stimulus, now)
            acts += more
    # Somebody becomes free or arrives at a moment that was set for it, and never in between.
    is_set = any(isinstance(stimulus, Woken) for stimulus in inbox)
    return _staffed(brief, state, acts, now, is_set=is_set)


def _staffed(brief: Brief, state: AgentState, acts: Sequence[Act], now: int, *, is_set: bool) -> Reaction:
    """Give assignments to the party's people: at a set moment those that waited first, then the new ones."""
    desks = state.desks
    staffed: list[Act] = []
    if is_set:
        desks, outcomes = attend(brief.stations, desks, now)
        staffed += [_act_of(outcome) for outcome in outcomes]
    for act in acts:
        if not isinstance(act, Assign):
            staffed.append(act)
            continue
        thing = Thing(act.duty, act.key, act.errand, act.about, act.because_of, now)
        desks, outcomes = give(brief.stations, desks, brief.doers[act.duty], thing)
        staffed += [_act_of(outcome) for outcome in outcomes]
    return (state if desks is state.desks else msgspec.structs.replace(state, desks=desks)), staffed


def _act_of(outcome: Outcome) -> Act:
    """Return what becomes of a thing, or of a person who was called, as an act of the party."""
    if isinstance(outcome, Begun):
        return Wake(outcome.done_ms, outcome.thing.errand, outcome.thing.about)
    if isinstance(outcome, ComeBack):
        return Wake(outcome.at_ms, MOMENT, outcome.role)
    if isinstance(outcome, Came):
        return Remark("arrived", None, outcome.role.value, outcome.because_of)
    return Remark(outcome.what, item_in(outcome.thing.about), outcome.text, outcome.thing.because_of)


def _key(stimulus: Stimulus) -> type | str:
    if isinstance(stimulus, Delivered):
        return type(stimulus.event.data)
    if isinstance(stimulus, Cued):
        return type(stimulus.cue)
    if isinstance(stimulus, Woken):
        return stimulus.errand
    return type(stimulus)
