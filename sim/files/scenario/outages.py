"""Reads ``[[outages]]``: what fails of the technology, for whom, and from when until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.core.model.ids import PartyId
from sim.core.model.time import HOUR_MS, SECOND_MS, format_offset
from sim.core.world.technology import (
    AT_ONCE,
    FOR_EVERYBODY,
    OF_THE_EXCHANGE,
    Outage,
    OutageType,
    struck,
    works_in_tool,
)
from sim.files.calendar import read_duration, read_range, read_shift
from sim.files.cast import Cast
from sim.files.known import Known, check_unique
from sim.files.problems import Where, show
from sim.files.shapes import OutageEntry
from sim.files.tables import read_entries

_USED: Final[Mapping[OutageType, tuple[str, ...]]] = {
    OutageType.PARTITION: ("session",),
    OutageType.SLOW: ("delay", "loss", "retry"),
    OutageType.CLOCK: ("offset",),
}
"""The keys that only some types of outage use."""


def read_outages(
    tables: Iterable[tuple[dict[str, Any], Where]], known: Known, cast: Cast
) -> list[tuple[Outage, Where]]:
    """Return the outages of some files in order of time, with their places, after reporting every problem with them."""
    outages = [
        (_read_outage(entry, where, known, cast), where)
        for table, file in tables
        for entry, where in read_entries(OutageEntry, table, "outages", file)
    ]
    outages.sort(key=lambda outage: (outage[0].from_ms, outage[0].id))
    _check_overlaps(outages, cast)
    return outages


def _read_outage(entry: OutageEntry, where: Where, known: Known, cast: Cast) -> Outage:
    known.source(entry.source, where.at("source"))
    _check_parties(entry, where, known, cast)
    # Moments with an error become 0: the error keeps the scenario from being used.
    from_ms = known.calendar.moment(entry.from_, where.at("from"))
    until_ms = _read_end(entry, from_ms, where, known)
    _check_keys(entry, where)
    delay_ms = None if entry.delay is None else read_range(entry.delay, where.at("delay"))
    session_ms = None if entry.session is None else read_duration(entry.session, where.at("session"))
    retry_ms = None if entry.retry is None else read_duration(entry.retry, where.at("retry"))
    return Outage(
        id=entry.id,
        type=entry.type,
        from_ms=from_ms or 0,
        until_ms=until_ms or 0,
        parties=tuple(sorted(entry.parties)),
        title=entry.title,
        source=entry.source,
        delay_ms=delay_ms or (0, 0),
        loss=entry.loss,
        retry_ms=retry_ms or 0,
        session_ms=HOUR_MS if session_ms is None else session_ms,
        offset_ms=read_shift(entry.offset, where.at("offset")),
    )


def _check_keys(entry: OutageEntry, where: Where) -> None:
    """Report what a slow link or a clock needs and is not there, and keys that do nothing for the type of outage."""
    given = {
        "session": entry.session is not None,
        "delay": entry.delay is not None,
        "loss": entry.loss > 0.0,
        "retry": entry.retry is not None,
        "offset": entry.offset is not None,
    }
    for key, is_given in given.items():
        if is_given and key not in _USED.get(entry.type, ()):
            where.at(key).warning(f"only keys that an outage of type {entry.type.value} uses", key)
    if entry.type is OutageType.SLOW and not given["delay"]:
        where.at("delay").error("the shortest and longest time that a message is under way", "nothing")
    if entry.type is OutageType.CLOCK and not given["offset"]:
        where.at("offset").error("how far the clock is ahead, or with a - before it behind", "nothing")
    if given["loss"] and not given["retry"]:
        where.at("retry").error("a time after which what was lost is sent again", "nothing")


def _read_end(entry: OutageEntry, from_ms: int | None, where: Where, known: Known) -> int | None:
    """Return when an outage is over: at ``until``, or after ``duration``; at once for what is over at once."""
    if entry.type in AT_ONCE:
        if entry.until is not None or entry.duration is not None:
            where.at("until" if entry.duration is None else "duration").error(
                f"nothing, because {entry.type.value} is over at once", "an end"
            )
        return None if from_ms is None else from_ms + SECOND_MS
    if (entry.until is None) == (entry.duration is None):
        found = "neither" if entry.until is None else "both"
        where.at("until").error("a moment, or a duration instead", found)
        return None
    if entry.duration is not None:
        lasts_ms = read_duration(entry.duration, where.at("duration"))
        until_ms = None if lasts_ms is None or from_ms is None else from_ms + lasts_ms
        place = where.at("duration")
    else:
        assert entry.until is not None
        until_ms, place = known.calendar.moment(entry.until, where.at("until")), where.at("until")
    if from_ms is not None and until_ms is not None and until_ms <= from_ms:
        place.error(f"an end after it begins ({format_offset(from_ms)})", format_offset(until_ms))
    return until_ms


def _check_parties(entry: OutageEntry, where: Where, known: Known, cast: Cast) -> None:
    place = where.at("parties")
    check_unique(entry.parties, place)
    if entry.parties and entry.type in FOR_EVERYBODY:
        place.error(f"nothing, because {entry.type.value} strikes everybody", show(list(entry.parties)))
        return
    for index, party in enumerate(entry.parties):
        known.party(party, place.item(index))
        profile = cast.profile(party)
        if entry.type is OutageType.CLOCK:
            continue  # who works outside the tool has a clock too
        if profile is not None and not works_in_tool(cast.parties[party], cast.profiles):
            found = f"{show(party)} with profile {profile.id}, which works outside it"
            place.item(index).error("a party that works in the tool", found)
    if entry.type is OutageType.CLOCK:
        if not entry.parties:
            place.error("the parties whose clock is wrong", "nothing: the outage reaches nobody")
        return
    if not entry.parties and not any(works_in_tool(one, cast.profiles) for one in cast.parties.values()):
        place.error("a party that works in the tool", "none: the outage reaches nobody")


@dataclass(frozen=True, slots=True)
class _Struck:
    outage: Outage
    parties: frozenset[PartyId]

    def is_beside(self, other: Outage) -> bool:
        """Say whether another outage can strike the same party at the same time: a clock is no part of the exchange."""
        return (self.outage.type in OF_THE_EXCHANGE) is not (other.type in OF_THE_EXCHANGE)


def _check_overlaps(outages: list[tuple[Outage, Where]], cast: Cast) -> None:
    """Report outages that strike a party whom another one strikes already: what comes of both nobody could tell."""
    latest: list[_Struck] = []
    for outage, where in outages:
        parties = frozenset(_struck(outage, cast))
        for one in latest:
            both = sorted(one.parties & parties)
            if both and outage.from_ms < one.outage.until_ms and not one.is_beside(outage):
                over = format_offset(one.outage.until_ms)
                expected = f"a time after {one.outage.id} is over ({over}), which also strikes {both[0]}"
                where.at("from").error(expected, format_offset(outage.from_ms))
                break
        latest.append(_Struck(outage, parties))


def _struck(outage: Outage, cast: Cast) -> tuple[PartyId, ...]:
    known: Mapping[PartyId, Any] = cast.parties
    return tuple(party for party in struck(outage, cast.parties, cast.profiles) if party in known)
