"""A star of servers: each region has its own, and what somebody elsewhere may read crosses to them, nothing else.

Who works with one region has a place at the server of that region; national bodies and who works with more than one
have it at the national server, and so has exercise control. What crosses follows from the access table: what may be
published on the one side and read on the other, by a standing right or by one that may still be granted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Final

from sim.core.model.access import AccessTable, Rule, make_grant
from sim.core.model.activity import Activity
from sim.core.model.filters import covers, meet, widest
from sim.core.model.ids import PartyId
from sim.core.model.party import Party
from sim.core.model.profile import Action

NATIONAL: Final = "national"
"""The server in the middle. No region may have this id."""

_ANY_THEME: Final = ("+",)


@dataclass(frozen=True, slots=True)
class Crossing:
    """What crosses between the server of a region and the national one, as topic filters.

    No two of one direction match the same topic: a server that is subscribed to what overlaps sends a message once for
    each (MQTT 5, 3.3.4).

    Attributes:
        outward: What somebody elsewhere may read, of what is written in the region.
        inward: What somebody in the region may read, of what is written elsewhere.
        written: What may be written in the region at all: nothing else comes from there.
    """

    outward: tuple[str, ...]
    inward: tuple[str, ...]
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Star:
    """Servers of regions around a national one.

    Attributes:
        homes: Where each party has its place: a region, or :data:`NATIONAL`.
        crossings: What crosses, by region.
    """

    homes: Mapping[PartyId, str]
    crossings: Mapping[str, Crossing]


def star_of(
    table: AccessTable,
    parties: Mapping[PartyId, Party],
    activities: Iterable[Activity],
    control: Iterable[str],
) -> Star:
    """Return the star of an exercise.

    Args:
        table: The access table before any grant.
        parties: Who takes part.
        activities: All activities.
        control: What exercise control writes, at the national server: topic filters.
    """
    homes = {party.id: home_of(party) for party in parties.values()}
    known = tuple(activities)
    writes: defaultdict[str, set[str]] = defaultdict(set, {NATIONAL: set(control)})
    reads: defaultdict[str, set[str]] = defaultdict(set)
    for party in parties.values():
        for rule in _possible(table, party, known):
            side = writes if rule.action is Action.PUBLISH else reads
            side[homes[party.id]].add(rule.pattern)
    regions = sorted({home for home in homes.values() if home != NATIONAL})
    return Star(
        homes,
        {
            region: Crossing(
                outward=_read(_elsewhere(reads, region), writes[region]),
                inward=_read(reads[region], _elsewhere(writes, region)),
                written=widest(sorted(writes[region])),
            )
            for region in regions
        },
    )


def home_of(party: Party) -> str:
    """Return where a party has its place: its region where it works with one, else the national server."""
    is_national_body = party.core_task is None and party.id not in party.regions
    return NATIONAL if is_national_body or len(party.regions) != 1 else party.regions[0]


def _possible(table: AccessTable, party: Party, activities: tuple[Activity, ...]) -> Iterable[Rule]:
    """Return every right that a party has, or may be granted."""
    yield from table.rules.get(party.id, ())
    for bundle in table.bundles.get(party.id, ()):
        for activity in activities:
            yield from make_grant(party, bundle, activity.id, _ANY_THEME, 0).rules


def _elsewhere(patterns: Mapping[str, set[str]], region: str) -> set[str]:
    return {pattern for home, several in patterns.items() if home != region for pattern in several}


def _read(read: set[str], written: set[str]) -> tuple[str, ...]:
    """Return of what some may read that of which others may write something, as filters that do not overlap.

    A filter of who reads stands as it is where it overlaps no other; else what is written of it, one by one.
    """
    writing = _Near(written)
    asked = _widest(one for one in read if any(meet(one, other) is not None for other in writing.to(one)))
    others = _Near(asked)
    found: set[str] = set()
    for one in asked:
        if next(others.meeting(one), None) is None:
            found.add(one)
        else:
            found |= {common for other in writing.to(one) if (common := meet(one, other)) is not None}
    apart = _widest(found)
    while pair := _overlapping(apart):
        apart = _widest({*apart, _hull(*pair)})
    return apart


def _widest(filters: Iterable[str]) -> tuple[str, ...]:
    """Return the filters that no other one covers, in order."""
    known = sorted(set(filters))
    near = _Near(known)
    return tuple(
        one for one in known if not any(covers(other, one) for other in near.to(one) if other != one)
    )


def _overlapping(filters: Sequence[str]) -> tuple[str, str] | None:
    """Return two filters that match the same topic; None where no two do."""
    near = _Near(filters)
    return next(((one, other) for one in filters for other in near.meeting(one)), None)


class _Near:
    """Filters by their first two levels: most of some thousand can have nothing in common with a given one."""

    def __init__(self, filters: Iterable[str]) -> None:
        self._everywhere: list[str] = []
        self._open: defaultdict[str, list[str]] = defaultdict(list)
        self._closed: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for one in sorted(filters):
            first, second = _beginning(one)
            if first in _WILD:
                self._everywhere.append(one)
            elif second in _WILD:
                self._open[first].append(one)
            else:
                self._closed[first][second].append(one)

    def to(self, one: str) -> Iterator[str]:
        """Yield the filters that may match a topic that a filter matches, itself among them."""
        first, second = _beginning(one)
        yield from self._everywhere
        for place in (*self._open, *self._closed) if first in _WILD else (first,):
            yield from self._open.get(place, ())
            closed = self._closed.get(place, _NONE)
            for key in closed if second in _WILD else (second,):
                yield from closed.get(key, ())

    def meeting(self, one: str) -> Iterator[str]:
        """Yield the other filters that do match one."""
        return (other for other in self.to(one) if other != one and meet(one, other) is not None)


_WILD: Final = frozenset({"+", "#", ""})
_NONE: Final[Mapping[str, list[str]]] = MappingProxyType({})


def _beginning(topic_filter: str) -> tuple[str, str]:
    """Return the first two levels of a filter; no level, which ``#`` above it matches too, is an empty one."""
    first, _, rest = topic_filter.partition("/")
    return first, rest.partition("/")[0]


def _hull(one: str, other: str) -> str:
    """Return the narrowest filter that matches what two overlapping ones match."""
    levels: list[str] = []
    for left, right in zip_longest(one.split("/"), other.split("/"), fillvalue="#"):
        if "#" in (left, right):
            return "/".join([*levels, "#"])
        levels.append(left if left == right else "+")
    return "/".join(levels)
