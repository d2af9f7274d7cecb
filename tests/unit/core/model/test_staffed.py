from __future__ import annotations

import msgspec
import pytest

from sim.core.model.staff import Duties, Duty, Post, Role, Spread
from sim.core.model.staffed import (
    Limits,
    handling_of,
    limits_for,
    limits_of,
    posts_of,
    role_for,
    roles_for,
    undone,
)
from tests.unit.core.agents.helpers import PROFILES, party, people

HIN, IM, LIAISON = Role.HEAD_OF_INFORMATION, Role.INFORMATION_MANAGER, Role.LIAISON
DUTIES = Duties((HIN, IM), (IM,), (HIN,), (LIAISON, HIN), (HIN,), (LIAISON,))
PEOPLE = people(skill=0.5, error=0.1, slip=0.2)


def test_a_party_has_its_own_people_in_place_of_those_of_its_profile() -> None:
    profile = msgspec.structs.replace(PROFILES["core"], staff=(Post(HIN, on_duty=1), Post(IM, on_duty=2)))
    own = party("wl", "core", staff=(Post(HIN, on_duty=5), Post(LIAISON, on_call=1)))
    assert posts_of(own, profile) == {
        HIN: Post(HIN, on_duty=5),
        IM: Post(IM, on_duty=2),
        LIAISON: Post(LIAISON, on_call=1),
    }


@pytest.mark.parametrize(
    ("posts", "role"),
    [
        ((Post(HIN, on_call=1), Post(IM, on_duty=1)), HIN),
        ((Post(HIN), Post(IM, on_duty=1)), IM),
        ((Post(IM, on_duty=1),), IM),
        ((Post(HIN), Post(LIAISON, on_duty=1)), None),
    ],
)
def test_the_first_role_with_people_does_a_duty(posts: tuple[Post, ...], role: Role | None) -> None:
    assert role_for(DUTIES, {post.role: post for post in posts}, Duty.INFORMATION) is role


def test_what_is_done_by_who_comes_from_a_region_is_not_usually_done_by_them() -> None:
    duties = msgspec.structs.replace(DUTIES, liaison=(Role.SECONDED_HEAD, LIAISON))
    posts = {role: Post(role, on_call=1) for role in (Role.SECONDED_HEAD, LIAISON, HIN)}
    assert roles_for(duties, posts, Duty.LIAISON) == (Role.SECONDED_HEAD, LIAISON)
    assert role_for(duties, posts, Duty.LIAISON) is LIAISON


def test_undone_are_the_duties_that_nobody_does() -> None:
    assert undone(DUTIES, {HIN: Post(HIN, on_duty=1)}) == [Duty.DIRECTION, Duty.COORDINATION]


def test_limits_are_those_of_the_post_and_else_of_the_party() -> None:
    assert limits_of(PEOPLE, None) == limits_of(PEOPLE, Post(HIN)) == Limits(0.5, 0.1, 0.2, 0.0)
    careful = Post(HIN, skill=0.0, error=0.0, slip=0.0, loss=0.3)
    assert limits_of(PEOPLE, careful) == Limits(0.0, 0.0, 0.0, 0.3)


def test_handling_is_that_of_the_post_and_else_the_reaction_of_the_party() -> None:
    reaction = Spread(*PEOPLE.reaction_ms)
    assert handling_of(PEOPLE, None) == handling_of(PEOPLE, Post(HIN)) == reaction
    assert handling_of(PEOPLE, Post(HIN, handling=Spread(1, 2))) == Spread(1, 2)


def test_limits_for_a_duty_are_those_of_who_does_it() -> None:
    one = party("wl", "core", humans=PEOPLE, staff=(Post(HIN, on_duty=1, skill=0.9),))
    profile = msgspec.structs.replace(PROFILES["core"], duties=DUTIES, staff=())
    assert limits_for(one, profile, Duty.INFORMATION).skill == 0.9
    assert limits_for(one, profile, Duty.DIRECTION).skill == 0.5
