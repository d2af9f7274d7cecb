"""Who does what in a party: its people by role, the role that does a duty, and that role's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sim.core.model.party import Party, People
from sim.core.model.profile import Profile
from sim.core.model.staff import SECONDED, Duties, Duty, Post, Role, Spread


class Limits(msgspec.Struct, frozen=True):
    """The limits of those who do a duty.

    Attributes:
        skill: Probability (0 to 1) of recognising what can be recognised.
        error: Largest relative error of a measured value.
        slip: Probability (0 to 1) that a value passed on outside the tool is copied wrongly.
        loss: Probability (0 to 1) that an item passed on outside the tool is left out.
    """

    skill: float
    error: float
    slip: float
    loss: float = 0.0


def posts_of(party: Party, profile: Profile) -> dict[Role, Post]:
    """Return the people of a party by role: those of its profile, and its own where it has its own."""
    return {post.role: post for post in (*profile.staff, *party.staff)}


def roles_for(duties: Duties, posts: Mapping[Role, Post], duty: Duty) -> tuple[Role, ...]:
    """Return the roles that do a duty, in order of preference: those for which there are people."""
    return tuple(role for role in duties.roles(duty) if role in posts and posts[role].is_staffed)


def role_for(duties: Duties, posts: Mapping[Role, Post], duty: Duty) -> Role | None:
    """Return the role that usually does a duty, the first that has people of the party itself; None when none has."""
    return next((role for role in roles_for(duties, posts, duty) if role not in SECONDED), None)


def undone(duties: Duties, posts: Mapping[Role, Post]) -> Iterable[Duty]:
    """Return the duties that nobody of the party itself can do."""
    return [duty for duty in Duty if role_for(duties, posts, duty) is None]


def limits_of(people: People, post: Post | None) -> Limits:
    """Return the limits of the people of a post; what it leaves open is that of all people of the party."""
    if post is None:
        return Limits(people.skill, people.error, people.slip)
    return Limits(
        skill=people.skill if post.skill is None else post.skill,
        error=people.error if post.error is None else post.error,
        slip=people.slip if post.slip is None else post.slip,
        loss=post.loss,
    )


def handling_of(people: People, post: Post | None) -> Spread:
    """Return how long one thing takes the people of a post; by default as long as all people of the party."""
    if post is None or post.handling is None:
        return Spread(*people.reaction_ms)
    return post.handling


def limits_for(party: Party, profile: Profile, duty: Duty) -> Limits:
    """Return the limits of those who usually do a duty for a party."""
    posts = posts_of(party, profile)
    role = role_for(profile.duties, posts, duty)
    return limits_of(party.people, None if role is None else posts[role])
