"""A small exercise for tests of one behaviour: a region, a few partners, one activity, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import shapely

from sim.core.agents.acts import Act, Cued, Delivered, Perceived, Publish, Stimulus, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, dispatch_of, step
from sim.core.agents.brief import Brief
from sim.core.messages.contents import AnyContent, Card, tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.items import (
    Basis,
    Geometry,
    Item,
    Kind,
    Point,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.chance import Chance
from sim.core.model.cue import AnyCue
from sim.core.model.party import Competence, CoreTask, Party, People
from sim.core.model.profile import Profile
from sim.core.model.staff import Duty, Post, Role
from sim.core.model.text import Text
from sim.core.picture.observation import Fact, Observation
from sim.files.problems import Problems
from sim.files.profiles import Profiles, read_profiles

REGION: Final = "vr24"
NEIGHBOUR: Final = "vr23"
WATER: Final = "wl"
"""A core partner that looks after the river."""
GRID: Final = "enexis"
"""A structural partner."""
RAIL: Final = "prorail"
"""A link partner: outside the tool."""
CROSS: Final = "rode-kruis"
"""A standby partner."""
VICTIMS: Final = "sis"
"""A standby partner that attaches through the process of :data:`CARE`."""
CARE: Final = "bevolkingszorg"
CAMPING: Final = "camping"
"""An ad-hoc partner: outside the tool."""
NATION: Final = "locc"
READER: Final = "ncc"
"""A national body that only reads."""

FLOOD: Final = "flood"
"""The activity that REGION directs."""
FIRE: Final = "fire"
"""The activity that NEIGHBOUR directs."""

RIVER: Final = "river"
LEVEL: Final = "level"
"""A subject: the level of the river."""
THEME: Final = "a2-situation"
STATUS_THEME: Final = "d1-organisation"
NOWHERE: Final = Text("", "")
REACTION_MS: Final = 100
PERCEPTION_MS: Final = 40
PLENTY: Final = 999
"""People of each role: as many as there are things to do, so that nothing waits."""

HERE: Final = Point((5.0, 51.0))
FAR: Final = Point((7.0, 53.0))

ActKind = TypeVar("ActKind")


def shipped() -> Profiles:
    """Return the profiles as they come with the product."""
    problems = Problems()
    profiles = read_profiles(Path(__file__).parents[4] / "profiles", problems)
    problems.raise_errors()
    return profiles


PROFILES: Final[Mapping[str, Profile]] = shipped().by_id


def text(words: str) -> Text:
    return Text(words, words)


def people(*, skill: float = 1.0, error: float = 0.0, slip: float = 0.0) -> People:
    """People whose every reaction takes REACTION_MS and every perception PERCEPTION_MS."""
    return People((PERCEPTION_MS, PERCEPTION_MS), (REACTION_MS, REACTION_MS), skill, error, slip)


def plenty(profile: str) -> tuple[Post, ...]:
    """People for everything, each of whom does one thing in REACTION_MS and has the limits of the party."""
    roles: dict[Role, None] = {post.role: None for post in PROFILES[profile].staff}
    for duty in Duty:
        roles |= dict.fromkeys(PROFILES[profile].duties.roles(duty))
    return tuple(Post(role, on_duty=PLENTY) for role in roles)


def party(
    party_id: str,
    profile: str,
    *,
    core_task: CoreTask | None = None,
    regions: tuple[str, ...] = (REGION,),
    systems: tuple[str, ...] = (RIVER,),
    area: shapely.Geometry | None = None,
    humans: People | None = None,
    interests: tuple[str, ...] = (),
    through: str | None = None,
    staff: tuple[Post, ...] | None = None,
) -> Party:
    """A party of the small exercise; ``staff`` are its people instead of plenty, beside those of its profile."""
    return Party(
        party_id,
        text(party_id),
        profile,
        core_task,
        regions,
        Competence(systems, area),
        humans or people(),
        interests,
        through,
        staff=plenty(profile) if staff is None else staff,
    )


def everybody() -> dict[str, Party]:
    known = (
        party(REGION, "safety-region"),
        party(NEIGHBOUR, "safety-region", regions=(NEIGHBOUR,)),
        party(WATER, "core", core_task=CoreTask.MANAGER, regions=(NEIGHBOUR, REGION)),
        party(GRID, "structural", core_task=CoreTask.MANAGER),
        party(RAIL, "link", core_task=CoreTask.MANAGER),
        party(CROSS, "standby", core_task=CoreTask.SERVICE_PROVIDER),
        party(VICTIMS, "standby", core_task=CoreTask.SERVICE_PROVIDER, through=CARE),
        party(CARE, "core", core_task=CoreTask.EMERGENCY_SERVICE, systems=("care",)),
        party(CAMPING, "ad-hoc", core_task=CoreTask.INCIDENTAL),
        party(NATION, "national-body", systems=()),
        party(READER, "national-reader", systems=()),
    )
    return {one.id: one for one in known}


def activity(activity_id: str, directing: str, parties: tuple[str, ...]) -> Activity:
    area = shapely.box(4.5, 50.5, 5.5, 51.5)
    return Activity(activity_id, text(activity_id), directing, parties, (RIVER,), area, text("here"))


def activities() -> dict[str, Activity]:
    return {
        FIRE: activity(FIRE, NEIGHBOUR, (WATER,)),
        FLOOD: activity(FLOOD, REGION, (WATER, GRID, RAIL, CARE, CAMPING, NATION)),
    }


def agreement(partner: str, profile: str = "core", **terms: Any) -> Agreement:
    return Agreement(partner, CoreTask.MANAGER, profile, (REGION,), **terms)


def brief(
    party_id: str,
    *,
    humans: People | None = None,
    staff: tuple[Post, ...] | None = None,
    agreements: Iterable[Agreement] = (),
    reads: tuple[str, ...] = (),
    seed: int = 1,
) -> Brief:
    """The brief of a party of the small exercise, with other people where a test needs them."""
    directory = everybody()
    if humans is not None or staff is not None:
        known = directory[party_id]
        directory[party_id] = party(
            party_id,
            known.profile,
            core_task=known.core_task,
            regions=known.regions,
            systems=known.competence.systems,
            humans=humans,
            through=known.through,
            staff=staff,
        )
    me = directory[party_id]
    return Brief(
        party=me,
        profile=PROFILES[me.profile],
        directory=directory,
        profiles=PROFILES,
        activities=activities(),
        agreements={one.partner: one for one in agreements},
        chance=Chance(seed),
        reads=reads,
        status_theme=STATUS_THEME,
    )


def fact(
    subject: str = LEVEL,
    *,
    amount: float | None = 300.0,
    place: Geometry | None = HERE,
    system: str = RIVER,
    kind: Kind = Kind.FACT,
    words: str = "",
    sensitivity: Sensitivity = Sensitivity.GENERAL,
    effect_of: str = "",
    layer: str = "",
    theme: str = THEME,
) -> Fact:
    return Fact(
        subject=subject,
        system=system,
        theme=theme,
        kind=kind,
        title=text(subject),
        text=text(words),
        values=() if amount is None else (Value("height", amount, "cm"),),
        geometry=place,
        sensitivity=sensitivity,
        effect_of=effect_of,
        layer=layer,
    )


def seen(what: Fact | None = None, at_ms: int = 0, causation: tuple[str, ...] = ()) -> Observation:
    return Observation(fact=what or fact(), observed_at_ms=at_ms, causes=("t-1",), causation=causation)


def item(
    item_id: str = f"{WATER}-{LEVEL}",
    *,
    version: int = 1,
    subject: str = LEVEL,
    amount: float | None = 300.0,
    place: Geometry | None = HERE,
    source: str = WATER,
    observed: int = 0,
    reported: int = 0,
    status: VerificationStatus = VerificationStatus.UNVERIFIED,
    causation: tuple[str, ...] = (),
    sensitivity: Sensitivity = Sensitivity.GENERAL,
    kind: Kind = Kind.FACT,
    theme: str = THEME,
    system: str = RIVER,
    words: str = "",
    relates_to: tuple[str, ...] = (),
    valid_until: int | None = None,
) -> Item:
    return Item(
        id=item_id,
        version=version,
        subject=subject,
        system=system,
        theme=theme,
        kind=kind,
        title=text(subject),
        text=text(words),
        values=() if amount is None else (Value("height", amount, "cm"),),
        geometry=place,
        observed_at_ms=observed,
        reported_at_ms=reported,
        valid_until_ms=valid_until,
        source=Source(source, Basis.OBSERVED),
        verification=Verification(status),
        sensitivity=sensitivity,
        relates_to=relates_to,
        causation=causation,
    )


def shared(activity_id: str = FLOOD, **fields: Any) -> Item:
    """An item of the shared picture of an activity."""
    subject = fields.get("subject", LEVEL)
    return item(f"{activity_id}-{subject}", **fields)


def event(sender: str, content: AnyContent, *, event_id: str = "e-1", injects: tuple[str, ...] = ()) -> Event:
    return Event(
        specversion="1.0",
        id=event_id,
        source=SOURCE_PREFIX + sender,
        type=TYPE_PREFIX + tag_of(content),
        time="2021-07-12T08:00:00.000+02:00",
        exercisems=0,
        sequence=1,
        injectids=",".join(injects),
        data=content,
    )


def delivered(
    sender: str, content: AnyContent, topic: str = "", *, event_id: str = "e-1", injects: tuple[str, ...] = ()
) -> Delivered:
    """A message that arrived; without a topic it came by post to the region."""
    post = f"post/{REGION}/{sender}/{tag_of(content)}"
    return Delivered(topic or post, event(sender, content, event_id=event_id, injects=injects))


def card(*, is_open: bool = True, systems: tuple[str, ...] = (RIVER,), grip: int = 0) -> Card:
    """The card of FLOOD."""
    return Card(
        activity=FLOOD,
        name=NOWHERE,
        place=NOWHERE,
        directing=REGION,
        grip=grip,
        systems=systems,
        parties=(),
        open=is_open,
    )


def cued(cue: AnyCue, inject: str = "i-1") -> Cued:
    return Cued(inject, cue)


def react(
    known: Brief, behaviour: Behaviour, state: AgentState, *inbox: Stimulus, now: int = 1_000
) -> tuple[AgentState, list[Act]]:
    """Step one behaviour; the state given must stay as it was.

    Where there are plenty of people, what each has in hand is left out of the state that is returned.
    """
    before = deepcopy(state)
    after, acts = step(known, dispatch_of((behaviour,)), state, inbox, now)
    assert state == before, "a step changed the state that it was given"
    desks = {
        role: desk
        for role, desk in after.desks.items()
        if known.stations[role].post.on_duty < PLENTY or desk.waiting or desk.called
    }
    return msgspec.structs.replace(after, desks=desks), acts


def only(kind: type[ActKind], acts: Sequence[Act]) -> ActKind:
    """Return the one act there is, which must be of this kind."""
    assert len(acts) == 1, acts
    assert isinstance(acts[0], kind), acts
    return acts[0]


def sole(kind: type[ActKind], acts: Sequence[Act]) -> ActKind:
    """Return the one act of this kind among others."""
    found = [act for act in acts if isinstance(act, kind)]
    assert len(found) == 1, acts
    return found[0]


def woken(wake: Wake) -> Woken:
    """The moment that a party set for itself has come."""
    return Woken(wake.errand, wake.about)


def content_of(act: Act, kind: type[ActKind]) -> ActKind:
    assert isinstance(act, Publish), act
    assert isinstance(act.content, kind), act
    return act.content


def knows(*observations: Observation, **fields: Any) -> AgentState:
    """The state of a party that knows these things."""
    return AgentState(knowledge={one.fact.subject: one for one in observations}, **fields)


def perceived(observation: Observation, *, asked: bool = False) -> Perceived:
    return Perceived(observation, asked)
