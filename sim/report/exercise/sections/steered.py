"""What people did to the exercise while it went on: limits of what a report says of simulated parties."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.assessment.log.index import LogIndex
from sim.core.model.ids import PartyId
from sim.report.exercise.words import ReportWords

PAUSES_MAX = 10
"""Moments that are named; a log may have very many."""


def steered(log: LogIndex, words: ReportWords) -> Iterator[str]:
    """Yield a sentence on each seat that somebody took, and on what else was done; nothing where nothing was."""
    yield from _seats(log, words)
    paused = [one.at_ms for one in log.steered if one.content.what == "paused"]
    if paused:
        shown = ", ".join(words.moment(at_ms) for at_ms in paused[:PAUSES_MAX])
        more = "" if len(paused) <= PAUSES_MAX else f" (+{len(paused) - PAUSES_MAX})"
        yield words.say("report-limit-paused", moments=shown + more)
    for one in log.steered:
        if one.content.what == "ended":
            yield words.say("report-limit-ended", moment=words.moment(one.at_ms))


def _seats(log: LogIndex, words: ReportWords) -> Iterator[str]:
    taken: dict[PartyId, tuple[int, str]] = {}
    for one in log.steered:
        party = one.content.party
        if one.content.what == "seat-taken":
            taken[party] = (one.at_ms, one.content.by)
        elif one.content.what == "seat-returned" and party in taken:
            yield _seat(party, *taken.pop(party), one.at_ms, words)
    for party, (since_ms, by) in taken.items():
        yield _seat(party, since_ms, by, log.end_ms, words)


def _seat(party: PartyId, since_ms: int, by: str, until_ms: int, words: ReportWords) -> str:
    return words.say(
        "report-limit-seat",
        party=words.party(party),
        by=by,
        since=words.moment(since_ms),
        until=words.moment(until_ms),
    )
