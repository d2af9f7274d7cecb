"""A generated exercise in which every party sends one item a tick to all others of its activity.

Nothing happens in it but the exchange: there is no truth to perceive and no inject. What it costs is what the
engine, the access table, the session, the transport, the router and the run log cost for each message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import shapely

from sim.core.agents.acts import Act, Delivered, Publish, Started, Subscribe, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.engine.engine import Engine
from sim.core.engine.exchange import Publication
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Basis, Item, Kind, Point, Source, Value, Verification, VerificationStatus
from sim.core.messages.topics import Shape, build
from sim.core.model.activity import Activity
from sim.core.model.party import Competence, CoreTask, Party, People
from sim.core.model.profile import Action, Profile, RightTemplate
from sim.core.model.staff import Duties, Duty, Post, Role
from sim.core.model.text import Text
from sim.core.model.theme import Theme
from sim.core.world.scenario import TICK_MS, Scenario

SEED: Final = 7
_STREAM: Final = "stream"
_SYSTEM: Final = "river"
_THEME: Final = "c1-development"

_PEOPLE: Final = People(perception_ms=(0, 0), reaction_ms=(0, 0), skill=1.0)
_COMPETENCE: Final = Competence(systems=(_SYSTEM,), area=None)

_TEXT: Final = Text(
    "De afvoer stijgt sneller dan verwacht; de kade wordt elk uur gecontroleerd.",
    "The discharge rises faster than expected; the quay is checked every hour.",
)


@dataclass(frozen=True, slots=True)
class Load:
    """How much is exchanged.

    Attributes:
        parties: How many parties there are; a multiple of ``fan_out + 1``.
        fan_out: How many parties receive each message.
        ticks: How often each party sends a message.
    """

    parties: int
    fan_out: int
    ticks: int

    def __post_init__(self) -> None:
        """Hold the parties to whole activities."""
        if self.parties % self.circle:
            raise ValueError(f"parties: expected a multiple of {self.circle}, was {self.parties}")

    @property
    def circle(self) -> int:
        """Return how many parties take part in one activity: each sends to all others."""
        return self.fan_out + 1

    @property
    def names(self) -> tuple[str, ...]:
        """Return the ids of the parties."""
        return tuple(f"party-{number:04d}" for number in range(self.parties))

    @property
    def per_tick(self) -> int:
        """Return the deliveries of one tick."""
        return self.parties * self.fan_out

    def directing(self, number: int) -> str:
        """Return who directs the activity in which the party with this number takes part: the first of its circle."""
        return self.names[number - number % self.circle]

    def activity_of(self, number: int) -> str:
        """Return the activity in which the party with this number takes part."""
        return f"activity-{number // self.circle:03d}"


class Tally:
    """Counts what the parties were given, as the other side of a comparison does."""

    def __init__(self) -> None:
        self.delivered = 0

    def behaviour(self) -> Behaviour:
        """Return the behaviour of a party that sends one item a tick and counts what it is sent."""
        return Behaviour(_STREAM, {Started: _start, _STREAM: _send, ItemUpdate: self._count})

    def _count(self, _brief: Brief, state: AgentState, _stimulus: Delivered, _now: int) -> Reaction:
        self.delivered += 1
        return state, []


def _start(brief: Brief, state: AgentState, _stimulus: Started, now: int) -> Reaction:
    acts: list[Act] = [Subscribe(topic_filter) for topic_filter in brief.reads]
    return state, [*acts, Wake(now + TICK_MS, _STREAM, 1)]


def _send(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    version: int = stimulus.about
    (activity,) = brief.party.interests
    topic = build(Shape.OWN, activity=activity, owner=brief.id, theme=_THEME, item=brief.id)
    update = ItemUpdate(item=_item(brief.id, version, now))
    return state, [Publish(topic, update), Wake(now + TICK_MS, _STREAM, version + 1)]


def _item(party: str, version: int, now: int) -> Item:
    return Item(
        id=party,
        version=version,
        subject=f"gauge-{party}",
        system=_SYSTEM,
        theme=_THEME,
        kind=Kind.FACT,
        title=Text("Afvoer bij het meetpunt", "Discharge at the gauge"),
        text=_TEXT,
        values=(Value("discharge", 2_000.0 + version, "m3/s"), Value("level", 45.5, "m", "NAP")),
        geometry=Point((5.6944, 50.8514)),
        observed_at_ms=now,
        reported_at_ms=now,
        valid_until_ms=now + 3_600_000,
        source=Source(party, Basis.OBSERVED),
        verification=Verification(VerificationStatus.VERIFIED, party, now),
    )


def scenario_of(load: Load) -> Scenario:
    """Return an exercise that gives this load."""
    profile = _profile()
    parties = {
        name: _party(name, profile.id, load.directing(n), load.activity_of(n))
        for n, name in enumerate(load.names)
    }
    activities = [_activity(load, first) for first in range(0, load.parties, load.circle)]
    return Scenario(
        id="stream",
        name=Text("Gestage stroom berichten", "Steady stream of messages"),
        notice=Text("Meting, geen oefening", "A measurement, no exercise"),
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end_ms=load.ticks * TICK_MS,
        parties=parties,
        profiles={profile.id: profile},
        agreements={},
        activities={activity.id: activity for activity in activities},
        themes={
            _THEME: Theme(_THEME, "c", Text("Verwachte ontwikkeling", "Expected development"), "exercise")
        },
        truth=(),
        injects=(),
        faults=(),
        inputs={},
    )


def roster(tally: Tally) -> dict[str, Behaviour]:
    """Return the behaviours of this load's parties, by name."""
    return {_STREAM: tally.behaviour()}


def engine_of(load: Load, tally: Tally) -> Engine:
    """Return an engine that runs this load and counts what its parties are given."""
    return Engine(scenario_of(load), SEED, roster=roster(tally))


def publication_of(load: Load) -> Publication:
    """Return one publication of this load, byte for byte, for those who must send as much."""
    engine = engine_of(load, Tally())
    while (at_ms := engine.next_ms()) is not None:
        publications = engine.turn(at_ms).publications
        if publications:
            return publications[0]
    raise AssertionError("a load without a publication")


def _party(name: str, profile: str, region: str, activity: str) -> Party:
    return Party(
        id=name,
        name=Text(name, name),
        profile=profile,
        core_task=CoreTask.MANAGER,
        regions=(region,),  # a partner reads in activities of its own regions
        competence=_COMPETENCE,
        people=_PEOPLE,
        interests=(activity,),  # how a party of this exercise knows in which activity it takes part
    )


def _activity(load: Load, first: int) -> Activity:
    members = load.names[first : first + load.circle]
    return Activity(
        id=load.activity_of(first),
        name=Text("Meting", "Measurement"),
        directing=load.directing(first),
        parties=members,
        systems=(_SYSTEM,),
        area=shapely.box(5.5, 50.7, 6.1, 51.3),
        place=Text("Maas", "Meuse"),
    )


def _profile() -> Profile:
    """Return a profile with as many rights as those that come with the product, and one behaviour."""
    nothing = Text("", "")
    return Profile(
        id=_STREAM,
        kind="partner",
        name=Text("meting", "measurement"),
        characterisation=nothing,
        source="exercise",
        core_tasks=(CoreTask.MANAGER,),
        assessable=False,
        directs_own_picture=True,
        channel="post",
        information_contact=nothing,
        coordination_contact=nothing,
        reports=nothing,
        behaviours=(_STREAM,),
        duties=Duties(*((Role.INFORMATION_MANAGER,) for _ in Duty)),
        staff=(Post(Role.INFORMATION_MANAGER, on_duty=1),),
        rights=(
            RightTemplate("own-post", Action.READ, ("clock", "post/{party}/+/+"), "exercise"),
            RightTemplate(
                "read-tool",
                Action.READ,
                (
                    "activity/{activity}/own/#",
                    "activity/{activity}/shared/#",
                    "activity/+/card",
                    "national/#",
                ),
                "exercise",
            ),
            RightTemplate(
                "write-own-tab",
                Action.PUBLISH,
                ("activity/{activity}/own/{party}/+/+", "risk/{region}/{party}/+/+"),
                "exercise",
            ),
            RightTemplate(
                "take-part",
                Action.PUBLISH,
                (
                    "activity/{activity}/signal/{party}",
                    "activity/{activity}/scaling/{party}",
                    "receipt/{party}",
                ),
                "exercise",
            ),
            RightTemplate("write-post", Action.PUBLISH, ("post/+/{party}/+",), "exercise"),
        ),
    )
