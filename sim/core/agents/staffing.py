"""Staffing: the queue of things before the people of one role (Modeluitwerking, 1.3 Mens).

A person handles one thing at a time, and things are taken up in the order in which they came. What waits longer
than people's attention lasts is never taken up. How long a thing takes is drawn by the thing and not by who does it,
so that one person's luck does not move another's, and more people only help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sim.core.model.chance import Chance
from sim.core.model.ids import EventId, PartyId
from sim.core.model.staff import Post, Spread

MOMENT: Final = "staffing.moment"
"""Errand with which a party comes back to its people: somebody arrives, begins a shift, or loses attention."""


class Thing(msgspec.Struct, frozen=True):
    """Something that waits for somebody.

    Attributes:
        key: Names it, for the draw of how long it takes.
        errand: What is to be done.
        about: What it is about.
        because_of: Event or inject that made it necessary, if any.
        since_ms: When it came.
    """

    key: str
    errand: str
    about: Any
    because_of: EventId
    since_ms: int


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
    """

    busy: Mapping[int, int] = msgspec.field(default_factory=dict)
    called: Mapping[int, Call] = msgspec.field(default_factory=dict)
    called_ms: int = -1
    waiting: tuple[Thing, ...] = ()


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


class Begun(msgspec.Struct, frozen=True):
    """A thing that a person took up, and when it is done."""

    thing: Thing
    person: int
    done_ms: int


def is_attended(station: Station, desk: Desk, now: int) -> bool:
    """Say whether somebody is at the post, or has answered a call and is on the way."""
    return bool(desk.called) or station.opens_in_ms(now) == 0


def serve(station: Station, desk: Desk, now: int) -> tuple[Desk, list[Begun], list[Thing]]:
    """Return the desk after everybody who is free took up what waits, what they took up, and what is missed."""
    busy = {person: free_ms for person, free_ms in desk.busy.items() if free_ms > now}
    waiting = list(desk.waiting)
    begun: list[Begun] = []
    while waiting:
        person = _free(station, desk, busy, now)
        if person is None:
            break
        thing = waiting.pop(0)
        took_ms = station.handling.draw(station.chance, station.stream("handling"), thing.key)
        if took_ms:
            busy[person] = now + took_ms
        begun.append(Begun(thing, person, now + took_ms))
    kept = tuple(thing for thing in waiting if now - thing.since_ms < station.post.attention_ms)
    missed = waiting[: len(waiting) - len(kept)]
    return msgspec.structs.replace(desk, busy=busy, waiting=kept), begun, missed


def _free(station: Station, desk: Desk, busy: Mapping[int, int], now: int) -> int | None:
    """Return the first person who is at the post with nothing in hand."""
    on_duty = range(station.post.on_duty) if station.opens_in_ms(now) == 0 else ()
    came = (person for person, call in sorted(desk.called.items()) if call.there_ms <= now)
    return next((person for person in (*on_duty, *came) if person not in busy), None)


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
    return msgspec.structs.replace(desk, called={})
