"""The second opinion on pictures: what is so and what is held, looked up for each minute anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from sim.core.messages.items import Item
from tests.property.second.reading import (
    MINUTE_MS,
    Found,
    Reading,
    Thing,
    Told,
    Wait,
    average,
    figure,
    longest,
    middle,
    nearly_all,
    part,
    right,
    same,
    share,
    within,
)

PROBES = 8


def known_to(log: Reading, party: str) -> list[Told]:
    """Return what a party was told, and told itself."""
    return [one for one in log.told if party in one.knowing]


def stands_in(log: Reading, activity: str) -> list[Told]:
    """Return what was told in the shared picture of an activity."""
    return [one for one in log.told if one.in_shared_picture and one.activity == activity]


def spells(log: Reading, told: Sequence[Told]) -> Iterator[tuple[Told, int, int, bool]]:
    """Yield what was held, from when until when, and whether something ended that: of each subject the newest."""
    for place, one in enumerate(told):
        if one.item.verification.status == "lapsed":
            continue
        about = [other for other in told[:place] if other.item.subject == one.item.subject]
        emptied = max(
            (n for n, old in enumerate(about) if old.item.verification.status == "lapsed"), default=-1
        )
        standing = about[emptied + 1 :]
        if any(old.item.observed_at_ms >= one.item.observed_at_ms for old in standing):
            continue
        ends = [
            later.at
            for later in told[place + 1 :]
            if later.item.subject == one.item.subject
            and (
                later.item.verification.status == "lapsed"
                or later.item.observed_at_ms > one.item.observed_at_ms
            )
        ]
        yield one, one.at, ends[0] if ends else log.end, bool(ends)


def held_at(log: Reading, told: Sequence[Told], subject: str, minute: int) -> Told | None:
    """Return what is held of a subject during a minute."""
    for one, since, until, _ in spells(log, told):
        if one.item.subject == subject and since <= minute < until:
            return one
    return None


def so_at(log: Reading, subject: str, minute: int) -> Thing | None:
    """Return what is so of a subject during a minute."""
    changes = [one for one in log.changes(subject) if one.at <= minute]
    return changes[-1] if changes else None


# Age and lag -------------------------------------------------------------------------------------------------


def held_age(log: Reading, party: str) -> Found:
    """Twice the mean age of a minute is its age when it begins and when it ends; then the mean of all minutes."""
    held = list(spells(log, known_to(log, party)))
    twice = total = 0
    for one, since, until, _ in held:
        for minute in log.minutes(since, until):
            total += 1
            twice += 2 * (minute - one.item.observed_at_ms) + MINUTE_MS
    return (twice // (2 * total), None, len(held)) if total else None


def _overtaken(log: Reading, party: str) -> list[Wait]:
    waits = []
    for one, since, until, ended in spells(log, known_to(log, party)):
        newer = [
            change.at
            for change in log.changes(one.item.subject)
            if one.item.observed_at_ms < change.at < until
        ]
        if newer:
            waits.append((until - max(since, newer[0]), not ended))
    return waits


def held_lag(log: Reading, party: str) -> Found:
    """How long what is held was overtaken."""
    return figure(_overtaken(log, party), nearly_all)


def held_lag_mean(log: Reading, party: str) -> Found:
    """The same, on average."""
    return figure(_overtaken(log, party), average)


def held_in_time(log: Reading, party: str) -> Found:
    """How often it was let go of within what was agreed."""
    agreement = log.agreement(party)
    if agreement is None or agreement.actuality is None:
        return None
    limit = agreement.actuality.limit_ms
    return share(
        value <= limit for value, is_open in _overtaken(log, party) if not (is_open and value <= limit)
    )


def shared_actuality(log: Reading, party: str) -> Found:
    """Minutes until a change of something that the shared picture has from a party stands in it."""
    waits: list[Wait] = []
    shared = [one for one in log.told if one.in_shared_picture]
    mine = {(one.activity, one.item.subject) for one in shared if one.item.source.party == party}
    for activity, subject in sorted(mine):
        call = log.called(party, activity)
        cards = [one.at for one in log.of("card") if one.activity == activity]
        start = call.at if call is not None else next(iter(cards), 0)
        usable = [
            one
            for one in shared
            if (one.activity, one.item.subject) == (activity, subject) and _tells(log, one.item)
        ]
        changes = log.changes(subject)
        for place, change in enumerate(changes):
            following = changes[place + 1].at if place + 1 < len(changes) else log.end
            last = place + 1 == len(changes)
            since = max(change.at, start)
            telling = [one for one in usable if one.item.observed_at_ms >= change.at]
            if since >= following:
                continue
            if not telling or telling[0].at > following:
                waits.append((following - since, last))
            elif telling[0].item.source.party == party:
                silent = [minute for minute in log.minutes(since, following) if minute < telling[0].at]
                waits.append((len(silent) * MINUTE_MS, False))
    return figure(waits, nearly_all)


def _tells(log: Reading, item: Item) -> bool:
    if item.verification.status in ("refuted", "lapsed"):
        return False
    faults = {one.content.id for one in log.all("fault")}
    return item.verification.status == "corrected" or not faults & set(item.causation)


# Right and complete --------------------------------------------------------------------------------------------


def _right(log: Reading, pictures: Sequence[Sequence[Told]]) -> Found:
    good = total = 0
    pieces: set[tuple[int, int, int, int]] = set()
    for number, told in enumerate(pictures):
        for place, (one, since, until, _) in enumerate(spells(log, told)):
            for minute in log.minutes(since, until):
                so = so_at(log, one.item.subject, minute)
                if so is not None:
                    total += 1
                    good += right(one.item, so.content.fact)
                    pieces.add((number, place, one.seq, so.seq))
    return part(good, total, len(pieces))


def correctness(log: Reading, party: str) -> Found:
    """Of the minutes in which a party holds something that is so, those in which it is right."""
    return _right(log, [known_to(log, party)])


def shared_correctness(log: Reading) -> Found:
    """The same of the shared pictures."""
    return _right(log, [stands_in(log, one.id) for one in log.activities])


def _needed(log: Reading, activity: str, minute: int) -> list[str]:
    # Each party is asked about the same minutes.
    if (activity, minute) not in log.needed:
        log.needed[activity, minute] = _so_within(log, activity, minute)
    return log.needed[activity, minute]


def _so_within(log: Reading, activity: str, minute: int) -> list[str]:
    """Return what is so, has been perceived and lies within an activity that is open during a minute."""
    said = [one.at for one in log.said if one.activity == activity]
    entry = next(one for one in log.activities if one.id == activity)
    if not said or said[0] > minute or minute >= log.closed(activity):
        return []
    subjects = sorted({one.content.fact.subject for one in log.all("truth")})
    found = []
    for subject in subjects:
        first = log.changes(subject)[0]
        seen = [one.at for one in log.all("observed") if one.content.observation.fact.subject == subject]
        fact = first.content.fact
        if seen and max(first.at, seen[0]) <= minute and not fact.layer and within(fact, entry):
            found.append(subject)
    return found


def _is_there(log: Reading, party: str, activity: str, minute: int) -> bool:
    if log.entry(party).core_task not in ("C", "D"):
        since = log.works_from(party, activity)
        return since is not None and since <= minute
    changes = [
        one.content.change
        for one in log.all("rights")
        if (one.content.party, one.content.activity) == (party, activity) and one.at <= minute
    ]
    return bool(changes) and changes[-1] == "granted"


def needed_by(log: Reading, party: str, activity: str, minute: int) -> list[str]:
    """Return what a party needs to know of in an activity during a minute, and may."""
    if not _is_there(log, party, activity, minute):
        return []
    terms = log.agreed_in(party, activity)
    found = []
    for subject in _needed(log, activity, minute):
        fact = log.changes(subject)[0].content.fact
        allowed = fact.system in log.entry(party).systems or (
            terms is not None and fact.system in terms.restricted_systems
        )
        if fact.theme in log.needs(party) and (allowed or fact.sensitivity != "restricted"):
            found.append(subject)
    return found


def completeness(log: Reading, party: str) -> Found:
    """Of the minutes in which a party needs something, those in which it holds anything of it."""
    good = total = 0
    told = known_to(log, party)
    for activity in log.activities:
        for minute in log.minutes():
            for subject in needed_by(log, party, activity.id, minute):
                total += 1
                good += held_at(log, told, subject, minute) is not None
    return part(good, total, None)


def shared_completeness(log: Reading) -> Found:
    """Of the minutes in which something is so, those in which the shared picture tells of it."""
    good = total = 0
    for activity in log.activities:
        told = stands_in(log, activity.id)
        for minute in log.minutes():
            for subject in _needed(log, activity.id, minute):
                total += 1
                good += held_at(log, told, subject, minute) is not None
    return part(good, total, None)


def moments(log: Reading) -> list[int]:
    """Return when the clock is stopped."""
    return [log.end * place // (PROBES + 1) for place in range(1, PROBES + 1)]


def probe_awareness(log: Reading, party: str) -> Found:
    """Right answers of a party when the clock is stopped."""
    told = known_to(log, party)
    rows = []
    for activity in log.activities:
        for moment in moments(log):
            for subject in needed_by(log, party, activity.id, moment):
                held, so = held_at(log, told, subject, moment), so_at(log, subject, moment)
                assert so is not None
                rows.append(held is not None and right(held.item, so.content.fact))
    return share(rows)


def shared_awareness(log: Reading) -> Found:
    """Same answers of every two partners when the clock is stopped, on what both need and one of them holds."""
    rows = []
    partners = sorted(one.id for one in log.opening.parties if one.kind == "partner")
    for one, other in combinations(partners, 2):
        for moment in moments(log):
            mine, yours = (
                {
                    subject
                    for activity in log.activities
                    for subject in needed_by(log, party, activity.id, moment)
                }
                for party in (one, other)
            )
            for subject in sorted(mine & yours):
                held = [held_at(log, known_to(log, party), subject, moment) for party in (one, other)]
                known = [told.item for told in held if told is not None]
                if known:
                    rows.append(len(known) == 2 and same(known[0], known[1]))
    return share(rows)


# Pictures of two regions ------------------------------------------------------------------------------------------


def _stays(log: Reading, held: Told) -> bool:
    """Say whether what stands in a shared picture still does so when the run ends."""
    stands = spells(log, stands_in(log, held.activity))
    return any(one is held and not ended for one, _, _, ended in stands)


def _both(log: Reading) -> Iterator[tuple[str, int, Told, Told]]:
    """Yield the minutes in which two shared pictures tell of one subject, and what each tells."""
    pictures = [stands_in(log, one.id) for one in log.activities]
    subjects = sorted({one.item.subject for told in pictures for one in told})
    for one, other in combinations(pictures, 2):
        for subject in subjects:
            for minute in log.minutes():
                mine, yours = held_at(log, one, subject, minute), held_at(log, other, subject, minute)
                if mine is not None and yours is not None:
                    yield subject, minute, mine, yours


def consistency(log: Reading) -> Found:
    """Of the minutes in which two pictures tell of something, those in which they tell the same."""
    good = total = 0
    pairs = set()
    for _, _, mine, yours in _both(log):
        total += 1
        good += same(mine.item, yours.item)
        pairs.add((mine.seq, yours.seq))
    return part(good, total, len(pairs))


def contradiction(log: Reading) -> Found:
    """How many minutes on end two pictures contradict each other; two items that agree do so for no time at all."""
    rows = list(_both(log))
    agreeing = {(mine.seq, yours.seq) for _, _, mine, yours in rows if same(mine.item, yours.item)}
    waits: list[Wait] = [(0, False)] * len(agreeing)
    for subject in sorted({row[0] for row in rows}):
        differ = {
            minute: (mine, yours)
            for about, minute, mine, yours in rows
            if about == subject and not same(mine.item, yours.item)
        }
        for minute in sorted(differ):
            if minute - MINUTE_MS not in differ:
                until = minute
                while until in differ:
                    until += MINUTE_MS
                waits.append((until - minute, all(_stays(log, one) for one in differ[until - MINUTE_MS])))
    return figure(waits, longest)


# From known to read ------------------------------------------------------------------------------------------------


def known_to_read(log: Reading) -> Found:
    """From anybody's perceiving a change to each reader's having taken in something that tells of it."""
    waits: list[Wait] = []
    shared = [one for one in log.told if one.where == "shared"]
    for change in log.all("truth"):
        subject = change.content.fact.subject
        seen = [
            one.at
            for one in log.all("observed")
            if change.content.id in one.content.observation.causes and not one.content.observation.causation
        ]
        about = [one for one in shared if one.item.subject == subject]
        for party in sorted({party for one in about for party in one.readers}):
            if not seen:
                continue
            read = []
            for one in about:
                receipts = [
                    receipt.at
                    for receipt in log.of("receipt")
                    if receipt.sender == party
                    and any(
                        (ref.item, ref.version) == (one.item.id, one.item.version)
                        for ref in receipt.data.items
                    )
                ]
                if party in one.readers and receipts and one.item.observed_at_ms >= change.at:
                    read.append(receipts[0])
            waits.append((max(0, min(read) - seen[0]), False) if read else (log.end - seen[0], True))
    return figure(waits, middle)
