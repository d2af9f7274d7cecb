"""The brief: what a party knows before the exercise, and what everybody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import shapely

from sim.core.agents.people.staffing import Station
from sim.core.messages.contents import AnyContent, tag_of
from sim.core.messages.event import Event
from sim.core.messages.topics import Shape, build
from sim.core.model.access import is_elsewhere
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.chance import Chance
from sim.core.model.ids import ActivityId, PartyId, ThemeId
from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.staff import Duty, Post, Role, Spread
from sim.core.model.staffed import Limits, handling_of, limits_of, posts_of, role_for, roles_for
from sim.core.picture.plausibility import Quantity


class Areas(NamedTuple):
    """Areas (WGS 84 lon/lat) that a picture is about, and those of all other activities."""

    here: tuple[shapely.Geometry, ...]
    elsewhere: tuple[shapely.Geometry, ...]


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
        themes: Themes of the exercise; none where they are not known.
        quantities: How far figures can move, by name: what looks odd to who has not seen it.
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
    themes: frozenset[ThemeId] = frozenset()
    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    @property
    def id(self) -> PartyId:
        """Return the id of the party itself."""
        return self.party.id

    @property
    def agreement(self) -> Agreement | None:
        """Return the agreement of the party itself, if it has one."""
        return self.agreements.get(self.party.id)

    def agreement_with(self, region: PartyId, party: PartyId | None = None) -> Agreement | None:
        """Return the agreement of a party (by default this one) with a region, as it holds there; None without one."""
        known = self.agreements.get(party or self.party.id)
        return None if known is None else known.in_region(region)

    def agreement_in(self, activity: ActivityId, party: PartyId | None = None) -> Agreement | None:
        """Return the agreement of a party (by default this one) with the region that directs an activity."""
        return self.agreement_with(self.activities[activity].directing, party)

    def agreed_here(self) -> Iterator[tuple[PartyId, Agreement]]:
        """Yield who has an agreement with this party, a region, and the agreement as it holds here; in order of id."""
        for party, known in sorted(self.agreements.items()):
            agreement = known.in_region(self.party.id)
            if agreement is not None:
                yield party, agreement

    def channel_to(self, other: PartyId) -> Shape:
        """Return how this party and another reach each other: in the tool, or outside it."""
        channels = (self.profile.channel, self.profiles[self.directory[other].profile].channel)
        return Shape.OUTSIDE if "outside" in channels else Shape.POST

    def mail(self, to: PartyId, content: AnyContent) -> str:
        """Return the topic on which this party writes a content to another."""
        return build(self.channel_to(to), to=to, sender=self.id, kind=tag_of(content))

    @cached_property
    def areas(self) -> Mapping[ActivityId, Areas]:
        """Return of each activity what its picture is about, and what not (Beleidskader par. 2.3)."""
        return {activity: self._areas_of(activity) for activity in self.activities}

    def _areas_of(self, activity: ActivityId) -> Areas:
        """Return the areas of an activity and of those that are coordinated from it, and those of all others."""
        known = sorted(self.activities.items())
        here = {name for name, one in known if activity in (name, one.coordinated_by)}
        return Areas(
            tuple(one.area for name, one in known if name in here),
            tuple(one.area for name, one in known if name not in here),
        )

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
    def doers(self) -> Mapping[Duty, tuple[Role, ...]]:
        """Return the roles that do each duty, in order of preference; none where the party has nobody for it."""
        return {duty: roles_for(self.profile.duties, self._posts, duty) for duty in Duty}

    @cached_property
    def _posts(self) -> Mapping[Role, Post]:
        return {role: station.post for role, station in self.stations.items()}

    def takers(self, duty: Duty, role: Role | None) -> tuple[Role, ...]:
        """Return the roles that may take a thing up, in order: those of its duty, or the one that must do it."""
        if role is None:
            return self.doers[duty]
        return (role,) if role in self.stations and self._posts[role].is_staffed else ()

    def usual(self, duty: Duty) -> Role | None:
        """Return the role that usually does a duty; None where nobody of the party itself does."""
        return role_for(self.profile.duties, self._posts, duty)

    def limits(self, duty: Duty) -> Limits:
        """Return the limits of those who usually do a duty."""
        return self.limits_as(self.usual(duty))

    def limits_as(self, role: Role | None) -> Limits:
        """Return the limits of the people of a role; None is anybody."""
        return limits_of(self.party.people, None if role is None else self._posts[role])

    def handling(self, duty: Duty) -> Spread:
        """Return how long one thing takes those who usually do a duty."""
        role = self.usual(duty)
        return handling_of(self.party.people, None if role is None else self._posts[role])

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
