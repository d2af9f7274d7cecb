"""The second opinion on information itself: its origin, how much of it comes, how stale it is, what was missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tests.property.second.duties import failures
from tests.property.second.pictures import held_at, known_to, moments, needed_by, so_at, spells, stands_in
from tests.property.second.reading import (
    MINUTE_MS,
    Found,
    Reading,
    Told,
    Wait,
    count_of,
    figure,
    items_of,
    longest,
    part,
    right,
    share,
)

HOUR_MS = 60 * MINUTE_MS

# Where it comes from -----------------------------------------------------------------------------------------


def _stated(told: Iterable[Told]) -> list[Told]:
    seen: list[Told] = []
    for one in told:
        ref = (one.item.id, one.item.version)
        is_known = ref in [(old.item.id, old.item.version) for old in seen]
        if not one.late and not is_known and one.item.verification.status != "lapsed":
            seen.append(one)
    return seen


def _of(log: Reading, party: str) -> list[Told]:
    if party:
        return _stated(one for one in log.told if one.sender == party)
    return _stated(one for one in log.told if one.in_shared_picture)


def sourced(log: Reading, party: str = "") -> Found:
    """What was told by a party, or came into a shared picture, from a party of the exercise."""
    known = [one.id for one in log.opening.parties]
    return share(one.item.source.party in known for one in _of(log, party))


def rated(log: Reading, party: str = "") -> Found:
    """What was told and had been checked, with whatever outcome."""
    checked = ("verified", "disputed", "refuted", "corrected")
    return share(one.item.verification.status in checked for one in _of(log, party))


# How much comes ----------------------------------------------------------------------------------------------


def messages_per_hour(log: Reading, party: str = "") -> Found:
    """Messages that came to a party from others, or that were sent at all, by the minute, times sixty."""
    minutes = log.end / MINUTE_MS
    came = [one for one in log.said if party in one.readers and one.sender != party]
    counted = came if party else [one for one in log.said if not one.late]
    return (60 * len(counted) / minutes, None, len(counted)) if counted and minutes else None


def busiest_hour(log: Reading, party: str) -> Found:
    """The most that came to it in any sixty minutes on end."""
    came = [one.at for one in log.said if party in one.readers and one.sender != party]
    hours = [
        sum(start <= at < start + HOUR_MS for at in came) for start in range(-HOUR_MS, log.end + 1, MINUTE_MS)
    ]
    return (max(hours), None, len(came)) if came else None


# How stale it is ---------------------------------------------------------------------------------------------


def _stale(log: Reading, pictures: Iterable[Sequence[Told]], since: Callable[[Told], int | None]) -> Found:
    stale = total = count = 0
    for told in pictures:
        for one, begun, until, _ in spells(log, told):
            old_from = since(one)
            if old_from is not None:
                count += 1
                total += len(log.minutes(begun, until))
                stale += sum(minute >= old_from for minute in log.minutes(begun, until))
    return part(stale, total, count)


def _overtaken_from(log: Reading) -> Callable[[Told], int | None]:
    def since(one: Told) -> int | None:
        changes = [change.at for change in log.changes(one.item.subject)]
        later = [at for at in changes if at > one.item.observed_at_ms]
        return min(later, default=log.end) if changes else None

    return since


def stale_time(log: Reading, party: str) -> Found:
    """Minutes that what a party holds was overtaken, of those that it holds what the truth tells of."""
    return _stale(log, [known_to(log, party)], _overtaken_from(log))


def shared_stale_time(log: Reading) -> Found:
    """The same of shared pictures."""
    return _stale(log, [stands_in(log, one.id) for one in log.activities], _overtaken_from(log))


def over_age_time(log: Reading, party: str) -> Found:
    """Minutes that what a party holds was older than agreed."""
    agreement = log.agreement(party)
    if agreement is None or agreement.actuality is None:
        return None
    limit = agreement.actuality.limit_ms
    return _stale(log, [known_to(log, party)], lambda one: one.item.observed_at_ms + limit)


# What was missed ---------------------------------------------------------------------------------------------


def _outages(log: Reading, party: str) -> list[tuple[int, int, int | None]]:
    """Return when the tool failed a party: the record that began it, the record that ended it, and when that was."""
    found: list[tuple[int, int, int | None]] = []
    down = None
    for one, fails in failures(log, party):
        if fails is True and down is None:
            down = one.seq
        elif fails is False and down is not None:
            found.append((down, one.seq, one.at))
            down = None
    return found if down is None else [*found, (down, 10**9, None)]


def _read_at(log: Reading, party: str, subject: str, observed: int) -> int | None:
    times = []
    for receipt in log.of("receipt"):
        for ref in receipt.data.items:
            if receipt.sender == party and log.versions(ref):
                item = log.versions(ref)[0]
                first = next(
                    one.at for one in log.of("receipt") if one.sender == party and ref in one.data.items
                )
                if item.subject == subject and item.observed_at_ms >= observed:
                    times.append(first)
    return min(times, default=None)


def _known_at(log: Reading, party: str, subject: str, observed: int) -> int | None:
    times = [
        one.at
        for one in known_to(log, party)
        if one.item.subject == subject and one.item.observed_at_ms >= observed
    ]
    return times[0] if times else None


def _missed(log: Reading, party: str, first: int, after: int) -> list[tuple[bool, int | None]]:
    """Return what was missed between two records: whether it was withheld, and when it was made up for."""
    found: dict[tuple[str, int], tuple[bool, int | None]] = {}
    for one in log.all("denied", "delivery"):
        content = one.content
        kept = content.rule == "outage" if one.kind == "denied" else content.how != "again"
        for said in log.said:
            if said.event == content.event and not said.late and kept and content.party == party:
                for item in items_of(said.data) if first < said.seq < after else []:
                    known = _known_at(log, party, item.subject, item.observed_at_ms)
                    found.setdefault((item.id, item.version), (True, known))
    for told in log.told:
        waits = told.in_shared_picture and party in told.readers and told.sender != party
        if waits and first < told.seq < after:
            read = _read_at(log, party, told.item.subject, told.item.observed_at_ms)
            found.setdefault((told.item.id, told.item.version), (False, read))
    return list(found.values())


def outage_items_lost(log: Reading, *parties: str) -> Found:
    """What was withheld in an outage and never made up for."""
    withheld = [
        made_up
        for party in parties or [one.id for one in log.opening.parties]
        for first, after, _ in _outages(log, party)
        for kept, made_up in _missed(log, party, first, after)
        if kept
    ]
    lost = withheld.count(None)
    return count_of(lost, len(withheld) - lost, whole=log.whole)


def reconciliation(log: Reading, *parties: str) -> Found:
    """From the end of an outage to the last of what was missed in it."""
    waits: list[Wait] = []
    for party in parties or [one.id for one in log.opening.parties]:
        for first, after, up in _outages(log, party):
            missed = [made_up for _, made_up in _missed(log, party, first, after)]
            if missed and up is not None:
                last = max(log.end if one is None else one for one in missed)
                waits.append((max(0, last - up), None in missed))
    return figure(waits, longest)


# What it means -----------------------------------------------------------------------------------------------


def level(*kinds: str) -> Callable[..., Found]:
    """Right answers of parties about things of some kinds when the clock is stopped."""

    def measure(log: Reading, *parties: str) -> Found:
        rows = []
        for party in parties or [one.id for one in log.opening.parties if one.kind == "partner"]:
            for activity in log.activities:
                for moment in moments(log):
                    for subject in needed_by(log, party, activity.id, moment):
                        so = so_at(log, subject, moment)
                        assert so is not None
                        if so.content.fact.kind in kinds:
                            held = held_at(log, known_to(log, party), subject, moment)
                            rows.append(held is not None and right(held.item, so.content.fact))
        return share(rows)

    return measure


elements = level("fact", "measure", "decision")
meaning = level("effect", "need")
projection = level("forecast")
