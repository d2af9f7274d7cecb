"""Staffing: the queues of things before the people of each role (Modeluitwerking, 1.3 Mens).

A person handles one thing at a time, and things are taken up in the order in which they came. A thing goes to the
first role whose people can take it up now; where none can it waits, and whoever of its roles has a hand free first
takes it up. What waits longer than people's attention lasts is never taken up. How long a thing takes is drawn by the
thing and the role and not by the person, so that one person's luck does not move another's, and more people only help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal, TypeAlias

import msgspec

from sim.core.messages.items import Item
from sim.core.model.chance import Chance
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.staff import SECONDED, Duty, Post, Role, Spread
from sim.core.model.time import MINUTE_MS, format_duration

MOMENT: Final = "staffing.moment"
"""Errand with which a party comes back to its people: somebody arrives, begins a shift, or loses attention."""
AGAIN: Final = "staffing.again"
"""Errand with which a party comes back to a thing that nobody got round to and that may not be dropped."""
AGAIN_MS: Final = 30 * MINUTE_MS
"""How long it takes until somebody thinks of such a thing again (exercise)."""


class Thing(msgspec.Struct, frozen=True):
    """Something that waits for somebody.

    Attributes:
        duty: What somebody is needed for.
        key: Names it, for the draw of how long it takes.
        errand: What is to be done.
        about: What it is about.
        because_of: Event or inject that made it necessary, if any.
        since_ms: When it came, or came back.
        roles: Who may take it up, in order of preference.
        persists: Whether it comes back when nobody got round to it.
        is_back: Whether it has come back; that nobody got round to it is said once.
        region: Region to which it is carried: a liaison who is with another one does not do it. "" is any.
    """

    duty: Duty
    key: str
    errand: str
    about: Any
    because_of: EventId
    since_ms: int
    roles: tuple[Role, ...]
    persists: bool = False
    is_back: bool = False
    region: PartyId = ""


class Call(msgspec.Struct, frozen=True):
    """A call that a person on call answered.

    Attributes:
        there_ms: When the person is at the post.
        because_of: Event or inject that led to the call, if any.
        is_told: Whether the run log has been told that the person is there.
    """

    there_ms: int
    because_of: EventId
    is_told: bool = False


class Desk(msgspec.Struct, frozen=True):
    """What the people of one role are at; they are numbered from 0, those on duty first.

    Attributes:
        busy: When each person that has something in hand is free again (ms).
        called: Who answered a call.
        called_ms: When they were last called; -1 is never.
        waiting: What waits, in the order in which it came.
        posted: Who is, or is on the way, as liaison with which region, by activity.
    """

    busy: Mapping[int, int] = msgspec.field(default_factory=dict)
    called: Mapping[int, Call] = msgspec.field(default_factory=dict)
    called_ms: int = -1
    waiting: tuple[Thing, ...] = ()
    posted: Mapping[ActivityId, tuple[int, PartyId]] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Station:
    """What does not change about the people of one role of a party.

    Attributes:
        party: The party.
        post: Their post.
        handling: How long one thing takes them.
        chance: The draws.
        clock_start_ms: Clock time at the start of the exercise, in ms since midnight.
    """

    party: PartyId
    post: Post
    handling: Spread
    chance: Chance
    clock_start_ms: int

    def stream(self, of: str) -> str:
        """Return the name of a stream of draws: one for each party, role and kind of draw."""
        return f"{self.party}/{self.post.role.value}/{of}"

    def opens_in_ms(self, now: int) -> int | None:
        """Return how long it takes until those on duty are there: 0 when they are, None when there are none."""
        return self.post.opens_in_ms(self.clock_start_ms + now)

    @property
    def on_call(self) -> range:
        """Return the numbers of the people on call."""
        return range(self.post.on_duty, self.post.on_duty + self.post.on_call)


# What becomes of things and people ---------------------------------------------------------------


class Begun(msgspec.Struct, frozen=True):
    """A thing that a person took up, and when it is done (ms)."""

    thing: Thing
    person: int
    done_ms: int


class Undone(msgspec.Struct, frozen=True):
    """A thing that nobody took up: people had too much in hand (missed), or nobody was there (unreachable)."""

    thing: Thing
    what: Literal["missed", "unreachable"]
    text: str


class Came(msgspec.Struct, frozen=True):
    """A person of a role who was called is at the post."""

    role: Role
    because_of: EventId


class ComeBack(msgspec.Struct, frozen=True):
    """A moment (ms) at which something changes for what waits for a role."""

    role: Role
    at_ms: int


Outcome: TypeAlias = Begun | Undone | Came | ComeBack
Desks: TypeAlias = Mapping[Role, Desk]
Stations: TypeAlias = Mapping[Role, Station]


def attend(stations: Stations, desks: Desks, now: int) -> tuple[Desks, list[Outcome]]:
    """Return the desks after those who came by now are welcomed, and what waits is taken up or given up."""
    outcomes: list[Outcome] = []
    if not any(desk.called or desk.waiting for desk in desks.values()):
        return desks, outcomes
    for role, known in sorted(desks.items()):
        desk, came = welcome(known, now)
        if not came and not desk.waiting:
            continue
        desk, begun = take_up(stations[role], desk, now)
        outcomes += [*(Came(role, one.because_of) for one in came), *begun]
        desks = {**desks, role: desk}
    desks, lent = _lend_hands(stations, desks, now)
    outcomes += lent
    for role, desk in sorted(desks.items()):
        if desk.waiting:
            kept, more = _rest(stations, role, desk, now)
            outcomes += more
            desks = {**desks, role: kept}
    return desks, outcomes


def give(stations: Stations, desks: Desks, thing: Thing) -> tuple[Desks, list[Outcome]]:
    """Return the desks after a thing came for the people of its roles."""
    role = _taker(stations, desks, thing)
    if role is None:
        return desks, [Undone(thing, "unreachable", f"nobody is there for {thing.duty} ({thing.errand})")]
    station, desk = stations[role], desks.get(role, Desk())
    desk = msgspec.structs.replace(desk, waiting=(*desk.waiting, thing))
    desk, begun = take_up(station, desk, thing.since_ms)
    outcomes: list[Outcome] = [*begun]
    if desk.waiting:
        desk, more = _rest(stations, role, desk, thing.since_ms)
        outcomes += more
    if desk.waiting:
        outcomes.append(ComeBack(role, thing.since_ms + station.post.attention_ms))
    return {**desks, role: desk}, outcomes


def _taker(stations: Stations, desks: Desks, thing: Thing) -> Role | None:
    """Return the first role whose people can take a thing up now; else that is attended; else that may still be.

    Who comes by decision of a region is not waited for (Beleidskader par. 2.2.3).
    """
    now = thing.since_ms
    known = [(role, stations[role], desks.get(role, Desk())) for role in thing.roles]
    idle = (role for role, station, desk in known if _is_idle(station, desk, thing, now))
    attended = (role for role, station, desk in known if _is_somebodys(station, desk, thing, now))
    expected = (role for role in thing.roles if role not in SECONDED)
    return next(chain(idle, attended, expected), None)


def _lend_hands(stations: Stations, desks: Desks, now: int) -> tuple[Desks, list[Begun]]:
    """Return the desks after those with nothing before them took up what waits for others and is theirs to do too."""
    begun: list[Begun] = []
    while (found := _helper(stations, desks, now)) is not None:
        role, helper = found
        thing, *left = desks[role].waiting
        lent = msgspec.structs.replace(desks.get(helper, Desk()), waiting=(thing,))
        lent, more = take_up(stations[helper], lent, now)
        begun += more
        desks = {**desks, role: msgspec.structs.replace(desks[role], waiting=tuple(left)), helper: lent}
    return desks, begun


def _helper(stations: Stations, desks: Desks, now: int) -> tuple[Role, Role] | None:
    """Return the role before which something waits that another can take up now, and that other; the oldest first."""
    queues = sorted((desk.waiting[0].since_ms, role) for role, desk in desks.items() if desk.waiting)
    return next(
        (
            (role, helper)
            for _, role in queues
            for helper in desks[role].waiting[0].roles
            if _is_idle(stations[helper], desks.get(helper, Desk()), desks[role].waiting[0], now)
        ),
        None,
    )


def _rest(stations: Stations, role: Role, desk: Desk, now: int) -> tuple[Desk, list[Outcome]]:
    """Return the desk without what waited too long, what is said of that, and when the next shift begins."""
    station = stations[role]
    kept = tuple(thing for thing in desk.waiting if now - thing.since_ms < station.post.attention_ms)
    given_up = desk.waiting[: len(desk.waiting) - len(kept)]
    outcomes: list[Outcome] = [_undone(station, desk, thing, now) for thing in given_up]
    for other in dict.fromkeys(chain.from_iterable(thing.roles for thing in kept)):
        opens_in_ms = stations[other].opens_in_ms(now)
        if opens_in_ms and opens_in_ms <= station.post.attention_ms:
            outcomes.append(ComeBack(other, now + opens_in_ms))
    return msgspec.structs.replace(desk, waiting=kept), outcomes


def _undone(station: Station, desk: Desk, thing: Thing, now: int) -> Undone:
    waited = format_duration(now - thing.since_ms)
    text = f"{station.post.role}: waited {waited} ({thing.errand})"
    return Undone(thing, "missed" if _is_somebodys(station, desk, thing, now) else "unreachable", text)


def item_in(about: Any) -> Item | None:
    """Return the one item that a thing is about, if it is about one."""
    parts = about if isinstance(about, tuple) else (about,)
    lists = [part for part in parts if isinstance(part, tuple)]
    items = [part for part in (*parts, *chain(*lists)) if isinstance(part, Item)]
    return items[0] if len(items) == 1 else None


# People at their desks ---------------------------------------------------------------------------


def is_attended(station: Station, desk: Desk, now: int) -> bool:
    """Say whether somebody is at the post, or has answered a call and is on the way."""
    return bool(desk.called) or station.opens_in_ms(now) == 0


def is_there(station: Station, desk: Desk, now: int) -> bool:
    """Say whether somebody is at the post now."""
    return station.opens_in_ms(now) == 0 or any(call.there_ms <= now for call in desk.called.values())


def take_up(station: Station, desk: Desk, now: int) -> tuple[Desk, list[Begun]]:
    """Return the desk after everybody who is free took up what waits, and what they took up."""
    busy = _busy(desk, now)
    waiting: list[Thing] = []
    begun: list[Begun] = []
    there = _there(station, desk, now)
    for thing in desk.waiting:
        person = _free(desk, there, busy, thing)
        if person is None:
            waiting.append(thing)
            continue
        took_ms = station.handling.draw(station.chance, station.stream("handling"), thing.key)
        if took_ms:
            busy[person] = now + took_ms
        begun.append(Begun(thing, person, now + took_ms))
    return msgspec.structs.replace(desk, busy=busy, waiting=tuple(waiting)), begun


def _busy(desk: Desk, now: int) -> dict[int, int]:
    return {person: free_ms for person, free_ms in desk.busy.items() if free_ms > now}


def _is_idle(station: Station, desk: Desk, thing: Thing, now: int) -> bool:
    """Say whether somebody who can do a thing is at the post with nothing in hand, and nothing waits there."""
    return not desk.waiting and _free(desk, _there(station, desk, now), _busy(desk, now), thing) is not None


def _there(station: Station, desk: Desk, now: int) -> tuple[int, ...]:
    """Return who is there: those on duty, then those who came when they were called."""
    came = (person for person, call in sorted(desk.called.items()) if call.there_ms <= now)
    return (*_on_duty(station, now), *came)


def _free(desk: Desk, there: Sequence[int], busy: Mapping[int, int], thing: Thing) -> int | None:
    """Return who of those with nothing in hand does a thing: first who is with its region, then who is at the post."""
    if not desk.posted:
        return next((person for person in there if person not in busy), None)
    free = [person for person in there if person not in busy]
    able = [person for person in free if _can(desk, person, thing)]
    return min(able, key=lambda person: thing.region not in (regions_of(desk, person) or ("",)), default=None)


def _on_duty(station: Station, now: int) -> range:
    return range(station.post.on_duty if station.opens_in_ms(now) == 0 else 0)


def regions_of(desk: Desk, person: int) -> tuple[PartyId, ...]:
    """Return the regions that a person is with as liaison: one, if any."""
    return tuple(region for who, region in desk.posted.values() if who == person)


def _can(desk: Desk, person: int, thing: Thing) -> bool:
    """Say whether a person is where a thing can be done: nobody is with two regions at one moment."""
    regions = regions_of(desk, person)
    return not regions or not thing.region or thing.region in regions


def _is_somebodys(station: Station, desk: Desk, thing: Thing, now: int) -> bool:
    """Say whether somebody who can do a thing is at the post, or has answered a call and is on the way."""
    if not desk.posted:
        return is_attended(station, desk, now)
    return any(_can(desk, person, thing) for person in (*_on_duty(station, now), *desk.called))


def call(station: Station, desk: Desk, now: int, because_of: EventId) -> tuple[Desk, list[Call]]:
    """Return the desk after those on call were called who are not there yet, and the calls that were answered.

    Who did not answer can be called again at another moment.
    """
    answered: dict[int, Call] = {}
    for person in station.on_call:
        if person in desk.called:
            continue
        key = f"{person - station.post.on_duty}/{now}"  # of this person, however many are on duty
        if station.chance.happens(station.post.available, station.stream("available"), key):
            arrival_ms = station.post.arrival.draw(station.chance, station.stream("arrival"), key)
            answered[person] = Call(now + arrival_ms, because_of)
    called = {**desk.called, **answered}
    return msgspec.structs.replace(desk, called=called, called_ms=now), list(answered.values())


def welcome(desk: Desk, now: int) -> tuple[Desk, list[Call]]:
    """Return the desk at which those who have come are known to be there, and the calls by which they came."""
    came = [call for _, call in sorted(desk.called.items()) if call.there_ms <= now and not call.is_told]
    if not came:
        return desk, came
    called = {
        person: msgspec.structs.replace(call, is_told=call.there_ms <= now)
        for person, call in desk.called.items()
    }
    return msgspec.structs.replace(desk, called=called), came


def dismissed(desk: Desk) -> Desk:
    """Return the desk from which those who were called have gone home, after what they have in hand."""
    return msgspec.structs.replace(desk, called={}, posted={})


def posted(desk: Desk, person: int, activity: ActivityId, region: PartyId) -> Desk:
    """Return the desk of which a person goes to a region as liaison, for an activity."""
    return msgspec.structs.replace(desk, posted={**desk.posted, activity: (person, region)})


def recalled(desk: Desk, activity: ActivityId) -> Desk:
    """Return the desk of which nobody is with a region for an activity any more."""
    kept = {known: post for known, post in desk.posted.items() if known != activity}
    return msgspec.structs.replace(desk, posted=kept)
