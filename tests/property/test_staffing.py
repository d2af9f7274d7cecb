"""Laws of people: one thing at a time, in order; nobody starts before being there; more people only help."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sim.core.agents.people.staffing import (
    Begun,
    ComeBack,
    Desk,
    Outcome,
    Station,
    Thing,
    Undone,
    attend,
    call,
    give,
)
from sim.core.model.chance import Chance
from sim.core.model.staff import Duty, Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS

HIN = Role.HEAD_OF_INFORMATION
SEEDS = 200


def station(post: Post, seed: int = 1) -> Station:
    return Station("wl", post, post.handling or Spread(0, 0), Chance(seed), 0)


def played(
    known: Station, arrivals: list[int], called_ms: int | None = None, *others: Station
) -> list[tuple[int, Begun | Undone]]:
    """Let things come at these moments, for one role or for others too; return when each was begun or given up.

    Moments are taken in order, those at which the desk asked to come back and those at which somebody is free too.
    """
    stations, desks = {one.post.role: one for one in (known, *others)}, {HIN: Desk()}
    moments = {*arrivals, *(() if called_ms is None else (called_ms,))}
    happened: list[tuple[int, Begun | Undone]] = []
    while moments:
        now = min(moments)
        moments.remove(now)
        if now == called_ms:
            desk, answered = call(known, desks[HIN], now, "e-1")
            desks = {**desks, HIN: desk}
            moments |= {one.there_ms for one in answered if one.there_ms > now}
        outcomes: list[Outcome]
        desks, outcomes = attend(stations, desks, now)  # type: ignore[assignment]
        for number, at_ms in enumerate(arrivals):
            if at_ms == now:
                thing = Thing(Duty.INFORMATION, str(number), "do", number, "", now, tuple(stations))
                desks, more = give(stations, desks, thing)  # type: ignore[assignment]
                outcomes += more
        for outcome in outcomes:
            if isinstance(outcome, Begun | Undone):
                happened.append((now, outcome))
            moments |= {
                later
                for later in (getattr(outcome, "done_ms", now), getattr(outcome, "at_ms", now))
                if later > now
            }
    return happened


POSTS = st.builds(
    lambda on_duty, on_call, low, more, attention, hours: Post(
        HIN,
        on_duty=on_duty,
        on_call=on_call,
        arrival=Spread(MINUTE_MS, HOUR_MS, 30 * MINUTE_MS),
        available=0.8,
        hours=hours,
        handling=Spread(low, low + more),
        attention_ms=attention,
    ),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 10 * MINUTE_MS),
    st.integers(0, 30 * MINUTE_MS),
    st.integers(0, 3 * HOUR_MS),
    st.none()
    | st.tuples(st.integers(0, 23), st.integers(0, 23)).map(lambda one: (one[0] * HOUR_MS, one[1] * HOUR_MS)),
)
ARRIVALS = st.lists(st.integers(0, 4 * HOUR_MS), max_size=40).map(sorted)
CALLS = st.none() | st.integers(0, 2 * HOUR_MS)


@given(POSTS, ARRIVALS, CALLS, st.integers(0, 1_000))
def test_each_thing_is_begun_once_or_given_up_once(
    post: Post, arrivals: list[int], called_ms: int | None, seed: int
) -> None:
    happened = played(station(post, seed), arrivals, called_ms)
    assert sorted(outcome.thing.about for _, outcome in happened) == list(range(len(arrivals)))


@given(POSTS, ARRIVALS, CALLS, st.integers(0, 1_000))
def test_things_are_begun_in_the_order_in_which_they_came_and_in_time(
    post: Post, arrivals: list[int], called_ms: int | None, seed: int
) -> None:
    happened = played(station(post, seed), arrivals, called_ms)
    begun = [(outcome.thing.since_ms, now) for now, outcome in happened if isinstance(outcome, Begun)]
    assert begun == sorted(begun)
    assert all(since <= now and (now == since or now - since <= post.attention_ms) for since, now in begun)
    given_up = [now - outcome.thing.since_ms for now, outcome in happened if isinstance(outcome, Undone)]
    assert all(waited >= post.attention_ms for waited in given_up)


@given(POSTS, ARRIVALS, CALLS, st.integers(0, 1_000))
def test_a_person_does_one_thing_at_a_time_and_only_when_there(
    post: Post, arrivals: list[int], called_ms: int | None, seed: int
) -> None:
    known = station(post, seed)
    there = {} if called_ms is None else call(known, Desk(), called_ms, "e-1")[0].called
    free = dict.fromkeys(range(post.on_duty + post.on_call), 0)
    for now, outcome in played(known, arrivals, called_ms):
        if not isinstance(outcome, Begun):
            continue
        assert free[outcome.person] <= now
        free[outcome.person] = outcome.done_ms
        if outcome.person < post.on_duty:
            assert post.opens_in_ms(now) == 0
        else:
            assert there[outcome.person].there_ms <= now


@given(POSTS, ARRIVALS, st.integers(1, 3), st.integers(0, 1_000))
def test_the_draws_of_a_thing_do_not_move_when_somebody_is_added(
    post: Post, arrivals: list[int], more: int, seed: int
) -> None:
    def took(known: Station) -> dict[int, int]:
        happened = played(known, arrivals)
        return {one.thing.about: one.done_ms - now for now, one in happened if isinstance(one, Begun)}

    some, others = took(station(post, seed)), took(station(_with(post, more), seed))
    assert all(others[thing] == duration for thing, duration in some.items() if thing in others)


@given(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5), st.integers(0, 10_000), st.integers(0, 1_000))
def test_how_a_person_answers_a_call_does_not_move_when_somebody_is_added(
    on_duty: int, on_call: int, more: int, now: int, seed: int
) -> None:
    post = Post(HIN, on_duty, on_call, Spread(0, HOUR_MS, MINUTE_MS), available=0.5)
    larger = Post(HIN, on_duty + more, on_call + more, post.arrival, available=0.5)
    some = call(station(post, seed), Desk(), now, "e-1")[0].called
    others = call(station(larger, seed), Desk(), now, "e-1")[0].called
    for person in range(on_call):
        assert some.get(on_duty + person) == others.get(on_duty + more + person)


@given(ARRIVALS, st.integers(1, 3), st.integers(1, 3), st.integers(0, 1_000))
def test_where_attention_lasts_no_thing_is_begun_later_because_there_are_more_people(
    arrivals: list[int], on_duty: int, more: int, seed: int
) -> None:
    post = Post(HIN, on_duty, handling=Spread(MINUTE_MS, HOUR_MS), attention_ms=10**12)

    def begun(known: Station) -> dict[int, int]:
        return {one.thing.about: now for now, one in played(known, arrivals)}

    some, others = begun(station(post, seed)), begun(station(_with(post, more), seed))
    assert all(others[thing] <= now for thing, now in some.items())


def test_over_many_seeds_more_people_are_never_slower() -> None:
    """What is missed counts as not helped before attention ran out, and as long as the longest thing takes."""
    handling, attention_ms = Spread(2 * MINUTE_MS, 40 * MINUTE_MS, 5 * MINUTE_MS), 30 * MINUTE_MS

    def mean_ms(on_duty: int) -> float:
        post = Post(HIN, on_duty, handling=handling, attention_ms=attention_ms)
        total = things = 0
        for seed in range(SEEDS):
            coming = Chance(seed)
            arrivals = sorted(coming.between(0, 3 * HOUR_MS, "arrivals", str(number)) for number in range(30))
            for _, outcome in played(station(post, seed), arrivals):
                is_begun = isinstance(outcome, Begun)
                done_ms = (
                    outcome.done_ms if isinstance(outcome, Begun) else outcome.thing.since_ms + attention_ms
                )
                total += done_ms - outcome.thing.since_ms + (0 if is_begun else handling.high_ms)
                things += 1
        return total / things

    means = [mean_ms(on_duty) for on_duty in range(1, 7)]
    assert means == sorted(means, reverse=True)
    assert means[0] > 2 * means[-1]


@given(POSTS, POSTS, ARRIVALS, CALLS, st.integers(0, 1_000))
def test_each_thing_of_two_roles_is_begun_once_or_given_up_once_and_the_first_at_once(
    post: Post, second: Post, arrivals: list[int], called_ms: int | None, seed: int
) -> None:
    managers = station(msgspec.structs.replace(second, role=Role.INFORMATION_MANAGER, hours=None), seed)
    happened = played(station(post, seed), arrivals, called_ms, managers)
    assert sorted(outcome.thing.about for _, outcome in happened) == list(range(len(arrivals)))
    if (
        second.on_duty
    ):  # they are there at all hours, so whatever began late waited for all of them to be free
        at_once = [one for now, one in happened if isinstance(one, Begun) and now == one.thing.since_ms]
        assert bool(at_once) is bool(arrivals)


def test_over_many_seeds_more_people_of_a_second_role_are_never_slower() -> None:
    handling, attention_ms = Spread(2 * MINUTE_MS, 40 * MINUTE_MS, 5 * MINUTE_MS), 30 * MINUTE_MS
    first = Post(HIN, 1, handling=handling, attention_ms=attention_ms)

    def mean_ms(more: int) -> float:
        second = Post(Role.INFORMATION_MANAGER, more, handling=handling, attention_ms=attention_ms)
        waits = []
        for seed in range(SEEDS):
            coming = Chance(seed)
            arrivals = sorted(coming.between(0, 3 * HOUR_MS, "arrivals", str(number)) for number in range(30))
            happened = played(station(first, seed), arrivals, None, station(second, seed))
            waits += [
                now - one.thing.since_ms + (0 if isinstance(one, Begun) else handling.high_ms)
                for now, one in happened
            ]
        return sum(waits) / len(waits)

    means = [mean_ms(more) for more in range(5)]
    assert means == sorted(means, reverse=True)
    assert means[0] > 2 * means[-1]


def _with(post: Post, more: int) -> Post:
    return Post(
        post.role,
        post.on_duty + more,
        post.on_call,
        post.arrival,
        post.available,
        post.hours,
        post.handling,
        post.attention_ms,
    )


def test_a_desk_with_nobody_asks_to_come_back_when_attention_runs_out() -> None:
    """What waits there is given up then, and not forgotten."""
    outcomes = give({HIN: station(Post(HIN, on_call=1))}, {}, Thing(Duty.ALARM, "a", "do", 0, "", 5, (HIN,)))[
        1
    ]
    assert outcomes == [ComeBack(HIN, 5 + Post(HIN).attention_ms)]
