from __future__ import annotations

from brokers.adapter import Outpost
from sim.transport.hearing import REMEMBERED_MAX, Hearing
from sim.transport.port import RECORDER, Arrival

NATIONAL, EAST, WEST = 0, 1, 2
POSTS = (
    Outpost("127.0.0.1", 1, outward=("root/all/#",), inward=("root/all/#",)),
    Outpost("127.0.0.1", 2, outward=("root/all/#",), inward=("root/all/west/#",)),
)


class Ear:
    def __init__(self) -> None:
        self.told: list[str] = []
        relative = lambda pattern: pattern.removeprefix("root/")  # noqa: E731
        self.hearing = Hearing(POSTS, relative, lambda arrival: self.told.append(arrival.topic))

    def hears(self, server: int, topic: str, payload: bytes = b"x") -> None:
        self.hearing.at(server)(Arrival(RECORDER, topic, payload))


def test_what_stays_at_home_is_told_at_once() -> None:
    ear = Ear()
    ear.hears(EAST, "home/note")
    assert ear.told == ["home/note"]


def test_what_crosses_is_told_once_and_when_all_have_it() -> None:
    ear = Ear()
    ear.hears(EAST, "all/west/note")
    ear.hears(NATIONAL, "all/west/note")
    assert ear.told == [], "the west has not got it"
    ear.hears(WEST, "all/west/note")
    assert ear.told == ["all/west/note"]


def test_the_order_in_which_servers_have_it_is_nothing() -> None:
    ear = Ear()
    ear.hears(WEST, "all/east/note")
    ear.hears(EAST, "all/east/note")
    assert ear.told == []
    ear.hears(NATIONAL, "all/east/note")
    assert ear.told == ["all/east/note"]


def test_what_comes_from_the_middle_is_awaited_where_it_goes() -> None:
    ear = Ear()
    ear.hears(NATIONAL, "clock")
    ear.hears(NATIONAL, "all/note")
    assert ear.told == ["clock"]
    ear.hears(EAST, "all/note")
    assert ear.told == ["clock", "all/note"]


def test_what_is_said_twice_is_told_twice() -> None:
    ear = Ear()
    for _ in range(2):
        ear.hears(NATIONAL, "all/note")
        ear.hears(EAST, "all/note")
    assert ear.told == ["all/note"] * 2


def test_what_never_came_everywhere_is_forgotten_in_the_end() -> None:
    ear = Ear()
    ear.hears(NATIONAL, "all/note", b"lost")
    for number in range(REMEMBERED_MAX):
        ear.hears(EAST, "home/note", b"%d" % number)
    ear.hears(EAST, "all/note", b"lost")
    assert "all/note" not in ear.told
