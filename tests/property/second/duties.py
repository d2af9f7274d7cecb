"""The second opinion on what a party must do in time: calls, reports, bringing and fetching, answers, the fallback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.core.messages.items import ItemRef
from tests.property.second.reading import (
    MINUTE_MS,
    Found,
    Reading,
    Said,
    Thing,
    Told,
    Wait,
    count_of,
    figure,
    longest,
    middle,
    nearly_all,
    share,
    within,
)


def _open(log: Reading, since: int) -> Wait:
    return log.end - since, True


def initial_picture(log: Reading, party: str) -> Found:
    """From the first call in an activity to the first picture of the party in it."""
    waits: list[Wait] = []
    own = log.entry(party).directs_own_picture
    for activity in {one.activity for one in log.said}:
        call = log.called(party, activity)
        if call is None:
            continue
        mine = [one for one in log.said if (one.sender, one.activity) == (party, activity) and not one.late]
        pictures = [
            one
            for one in mine
            if (own and one.where == "own")
            or (not own and (one.where == "proposal" or "sitrep" in one.place))
        ]
        waits.append((max(0, pictures[0].at - call.at), False) if pictures else _open(log, call.at))
    return figure(waits, longest)


def alarm_acknowledgement(log: Reading, party: str) -> Found:
    """From each alarm to its acknowledgement."""
    waits: list[Wait] = []
    for alarm in log.of("alarm"):
        if alarm.reached(party):
            acks = [one for one in log.of("ack") if one.sender == party and one.data.of == alarm.event]
            waits.append((acks[0].at - alarm.at, False) if acks else _open(log, alarm.at))
    return figure(waits, longest)


def first_contact(log: Reading, party: str) -> Found:
    """Alarms that no next contact had to be called for."""
    onward = [one for one in log.all("note") if one.content.what == "escalated"]
    alarms = [one for one in log.of("alarm") if one.reached(party)]
    return share(not any(alarm.event in note.cause for note in onward) for alarm in alarms)


def _sitreps(log: Reading, party: str) -> list[Said]:
    return [one for one in log.of("sitrep") if one.sender == party]


def sitrep_lateness(log: Reading, party: str) -> Found:
    """How long after its time each report came."""
    return figure(
        ((max(0, one.at - one.data.due_ms), False) for one in _sitreps(log, party)),
        longest,
    )


def sitreps_missing(log: Reading, party: str) -> Found:
    """Reports that fell due, one interval after the other, and that no report stands for."""
    missing = reports = 0
    seen = False
    for activity, reader in sorted({(one.activity, one.to) for one in _sitreps(log, party)}):
        terms = log.agreed_in(party, activity)
        if terms is not None and terms.sitrep_every_ms:
            due = [
                one.data.due_ms
                for one in _sitreps(log, party)
                if (one.activity, one.to) == (activity, reader)
            ]
            grace = terms.sitrep.limit_ms if terms.sitrep is not None else 0
            missing += _lacking(sorted(due), log.closed(activity) - grace, terms.sitrep_every_ms)
            reports += len(due)
            seen = True
    for activity in sorted({one.activity for one in log.of("alarm")}):
        terms = log.agreed_in(party, activity)
        alarms = [one.at for one in log.of("alarm") if one.reached(party) and one.activity == activity]
        silent = not any(one.activity == activity for one in _sitreps(log, party))
        if terms is not None and terms.sitrep_every_ms and silent and alarms:
            grace = terms.sitrep.limit_ms if terms.sitrep is not None else 0
            lacking = _lacking(alarms[:1], log.closed(activity) - grace, terms.sitrep_every_ms)
            missing += lacking
            seen = seen or lacking > 0
    return (missing, None, reports) if seen else None


def _lacking(due: list[int], until: int, every: int) -> int:
    lacking = 0
    for since, following in zip(due, [*due[1:], until], strict=True):
        expected = since + every
        while expected < following:
            lacking += 1
            expected += every
    return lacking


def sitrep_content(log: Reading, party: str) -> Found:
    """What the party perceived in the time of a report, and had told its reader when that came."""
    rows = []
    for report in _sitreps(log, party):
        activity = next((one for one in log.activities if one.id == report.activity), None)
        seen: dict[str, Thing] = {}
        for one in log.all("observed"):
            fact = one.content.observation.fact
            in_time = report.data.from_ms <= one.at < min(report.data.to_ms, report.at)
            if (
                one.content.party == party
                and in_time
                and not fact.layer
                and activity is not None
                and within(fact, activity)
            ):
                seen[fact.subject] = one
        for subject, one in seen.items():
            since = one.content.observation.observed_at_ms
            rows.append(
                any(
                    told.sender == party
                    and told.seq <= report.seq
                    and told.item.subject == subject
                    and told.item.observed_at_ms >= since
                    and report.to in told.readers
                    and (told.seq == report.seq or told.at <= report.data.to_ms)
                    for told in log.told
                )
            )
    return share(rows)


def sitreps_on_time(log: Reading, party: str) -> Found:
    """Reports that came no later than agreed."""
    agreement = log.agreement(party)
    if agreement is None or agreement.sitrep is None:
        return None
    limit = agreement.sitrep.limit_ms
    return share(max(0, one.at - one.data.due_ms) <= limit for one in _sitreps(log, party))


def duty_to_bring(log: Reading, party: str) -> Found:
    """From each thing that a party perceives anew to its telling the region that directs."""
    return figure(_bringing(log, party), nearly_all)


def brought_in_time(log: Reading, party: str) -> Found:
    """How much of it was told within the agreed time."""
    agreement = log.agreement(party)
    if agreement is None or agreement.bring is None:
        return None
    limit = agreement.bring.limit_ms
    return share(
        value <= limit for value, is_open in _bringing(log, party) if not (is_open and value <= limit)
    )


def _bringing(log: Reading, party: str) -> list[Wait]:
    waits: list[Wait] = []
    news: list[Thing] = []
    for one in log.all("observed"):
        seen = one.content.observation
        what = (seen.fact.subject, seen.causes, seen.causation)
        known = [
            (old.content.observation.fact.subject, old.content.observation.causes, old.content.observation.causation)
            for old in news
        ]  # fmt: skip
        if one.content.party == party and not seen.fact.layer and what not in known:
            news.append(one)
    for activity in log.activities:
        since = log.works_from(party, activity.id)
        until = log.closed(activity.id)
        if activity.directing == party or since is None:
            continue
        for one in news:
            seen = one.content.observation
            if not (since <= one.at < until and within(seen.fact, activity)):
                continue
            telling = [
                told
                for told in log.told
                if (told.sender, told.activity, told.item.subject) == (party, activity.id, seen.fact.subject)
                and activity.directing in told.readers
                and told.item.observed_at_ms >= seen.observed_at_ms
            ]
            if not telling:
                waits.append((until - one.at, True))
            elif telling[0].at >= one.at:
                waits.append((telling[0].at - one.at, False))
    return waits


def failures(log: Reading, party: str) -> Iterator[tuple[Thing, bool | None]]:
    """Yield what makes the tool fail a party (True), or work again (False), and its notes of the fallback (None)."""
    for one in log.all("outage", "inject", "note"):
        if one.kind == "outage" and one.content.fails_tool and party in one.content.parties:
            yield one, one.content.change == "begins"
        if one.kind == "inject" and one.content.to == party:
            name = type(one.content.cue).__name__
            if name in ("ToolDown", "ToolUp"):
                yield one, name == "ToolDown"
        if one.kind == "note" and (one.content.party, one.content.what) == (party, "fallback"):
            yield one, None


def _is_down(log: Reading, party: str, minute: int) -> bool:
    edges = [fails for one, fails in failures(log, party) if fails is not None and one.at <= minute]
    return bool(edges) and edges[-1]


def _to_fetch(log: Reading, party: str) -> dict[tuple[str, int], Told]:
    first: dict[tuple[str, int], Told] = {}
    for one in log.told:
        # A letter that came late is there from when it was sent: it is one letter.
        snapshots = [said for said in log.of("snapshot") if said.seq == one.seq and party in said.readers]
        if snapshots or (one.where == "shared" and party in one.readers):
            first.setdefault((one.item.id, one.item.version), one)
    return first


def _receipts(log: Reading, party: str, told: Told) -> list[int]:
    ref = ItemRef(told.item.id, told.item.version)
    return [one.at for one in log.of("receipt") if one.sender == party and ref in one.data.items]


def _until(log: Reading, party: str, told: Told) -> int:
    revoked = [
        one.at
        for one in log.all("rights")
        if one.seq > told.seq
        and (one.content.party, one.content.activity, one.content.change) == (party, told.activity, "revoked")
    ]
    return max(told.at, min([log.closed(told.activity), *revoked[:1]]))


def fetched_relevant(log: Reading, party: str) -> Found:
    """What a party was given under the themes that it needs, and took in while it could."""
    needed = [one for one in _to_fetch(log, party).values() if one.item.theme in log.needs(party)]
    return share(any(at <= _until(log, party, one) for at in _receipts(log, party, one)) for one in needed)


def duty_to_fetch(log: Reading, party: str) -> Found:
    """From the first delivery of each version to the receipt that names it, without the minutes of outages."""
    waits: list[Wait] = []
    for told in _to_fetch(log, party).values():
        receipts, until = _receipts(log, party, told), _until(log, party, told)
        unread = [
            minute for minute in log.minutes(told.at, until) if not any(read <= minute for read in receipts)
        ]
        up = sum(not _is_down(log, party, minute) for minute in unread)
        waits.append((up * MINUTE_MS, not receipts))
    return figure(waits, nearly_all)


def fallback_switch(log: Reading, party: str) -> Found:
    """From the tool's failing a party to its note that it went over; who still works by the fallback need not."""
    waits: list[Wait] = []
    down: Thing | None = None
    failing = over = False
    for one, fails in failures(log, party):
        if fails is True and not failing:
            failing, down = True, None if over else one
        elif fails is False and failing:
            failing = False
            if down is not None:
                waits.append((one.at - down.at, True))
            down = None
        elif fails is None and failing and down is not None:
            waits.append((one.at - down.at, False))
            over, down = True, None
        elif fails is None and not failing:
            over = False
    if down is not None:
        waits.append(_open(log, down.at))
    return figure(waits, longest)


def answers(purpose: str) -> Callable[[Reading, str], Found]:
    """From each question for a purpose to its answer."""

    def measure(log: Reading, party: str) -> Found:
        waits: list[Wait] = []
        for one in log.of("request"):
            if one.data.purpose == purpose and one.reached(party):
                given = [
                    said for said in log.of("answer") if said.sender == party and said.data.of == one.event
                ]
                waits.append((given[0].at - one.at, False) if given else _open(log, one.at))
        return figure(waits, middle)

    return measure


def level_awareness(log: Reading, party: str) -> Found:
    """How long a change of level of one side is unknown to the other, both ways."""
    waits: list[Wait] = []
    for activity in log.activities:
        since = log.works_from(party, activity.id)
        if since is not None and activity.directing != party:
            waits += _unknown(log, activity.id, activity.directing, party, since)
            waits += _unknown(log, activity.id, party, activity.directing, since)
    return figure(waits, nearly_all)


def _level(one: Said) -> str:
    grip = getattr(one.data, "grip", None)
    return one.data.level if grip is None else f"GRIP {grip}"


def _unknown(log: Reading, activity: str, of: str, to: str, since: int) -> Iterator[Wait]:
    region = next(one.directing for one in log.activities if one.id == activity)
    said = [one for one in log.of("scaling") if (one.activity, one.sender) == (activity, of)]
    changes = [one for place, one in enumerate(said) if not place or _level(one) != _level(said[place - 1])]
    for place, change in enumerate(changes):
        following = changes[place + 1].at if place + 1 < len(changes) else None
        until, start = log.end if following is None else following, max(change.at, since)
        if until < start or following == start:
            continue
        kinds = ("scaling", "card", "alarm") if of == region else ("scaling",)
        telling = [
            one
            for one in sorted(log.of(*kinds, late=True), key=lambda one: one.seq)
            if one.activity == activity
            and (one.sender == of or one.data.__class__.__name__ in ("Card", "Alarm"))
            and to in one.readers
            and one.seq >= change.seq
            and _level(one) == _level(change)
        ]
        if telling and telling[0].at <= until:
            yield max(0, telling[0].at - start), False
        else:
            yield until - start, following is None


def briefed(log: Reading, party: str) -> Found:
    """Decisions of a team that a briefing of that team went before, after its last decision."""
    rows = []
    for activity in log.activities:
        terms, since = log.agreed_in(party, activity.id), log.works_from(party, activity.id)
        if terms is None or not terms.briefed or since is None:
            continue
        decisions = [one for one in log.of("decision") if one.activity == activity.id]
        for place, one in enumerate(decisions):
            former = [old.seq for old in decisions[:place] if old.data.team == one.data.team]
            if one.at >= since:
                rows.append(
                    any(
                        told.reached(party)
                        and (told.activity, told.data.team) == (activity.id, one.data.team)
                        and max(former, default=-1) < told.seq < one.seq
                        for told in log.of("briefing")
                    )
                )
    return share(rows)


def told_to_shared(log: Reading, party: str) -> Found:
    """From what a party told the directing region to its standing in the shared picture, or being overtaken."""
    waits: list[Wait] = []
    for activity in log.activities:
        if activity.directing == party:
            continue
        until = log.closed(activity.id)
        told = [
            one
            for one in log.told
            if (one.sender, one.activity) == (party, activity.id) and activity.directing in one.readers
        ]
        counted: list[tuple[str, int]] = []
        for one in told:
            what = (one.item.subject, one.item.observed_at_ms)
            gone = one.item.verification.status in ("refuted", "lapsed")
            if what in counted or gone or one.item.sensitivity == "restricted" or one.at >= until:
                continue
            counted.append(what)
            wait = _stands(log, activity.id, one, told)
            if wait is not None:
                waits.append(wait)
    return figure(waits, middle)


def _stands(log: Reading, activity: str, one: Told, told: list[Told]) -> Wait | None:
    about = [t for t in told if t.item.subject == one.item.subject]
    ends = [
        (s.seq, s.at, "shared")
        for s in log.told
        if s.in_shared_picture
        and (s.activity, s.item.subject) == (activity, one.item.subject)
        and s.item.observed_at_ms >= one.item.observed_at_ms
    ][:1]
    ends += [
        (t.seq, t.at, "newer")
        for t in about[about.index(one) + 1 :]
        if t.item.observed_at_ms > one.item.observed_at_ms
    ][:1]
    if not ends:
        return log.closed(activity) - one.at, True
    seq, at, what = min(ends, key=lambda end: (end[0], end[2] == "newer"))
    return (at - one.at, False) if what == "newer" or seq > one.seq else None


def conclusion_time(log: Reading, party: str) -> Found:
    """From when a party that was let in first reads to its conclusion."""
    waits: list[Wait] = []
    for one in log.all("rights"):
        if (one.content.party, one.content.change) != (party, "granted"):
            continue
        activity = one.content.activity
        reads = [
            sub.at
            for sub in log.all("subscribed")
            if sub.seq > one.seq
            and sub.content.party == party
            and sub.content.active
            and sub.content.filter.split("/")[:2] == ["activity", activity]
        ]
        since = reads[0] if reads else one.at
        said = [
            c.at
            for c in log.of("conclusion")
            if (c.sender, c.activity) == (party, activity) and c.seq > one.seq
        ]
        until = said[0] if said else log.closed(activity)
        waits.append((max(0, until - since), not said))
    return figure(waits, longest)


def missing_work(*kinds: str) -> Callable[[Reading, str], Found]:
    """What was noted, of all that came to the party."""

    def measure(log: Reading, party: str) -> Found:
        noted = [one for one in log.all("note") if one.content.party == party and one.content.what in kinds]
        came = sum(one.readers.count(party) for one in log.said)
        return count_of(len(noted), came, whole=log.whole)

    return measure


def passing_errors(log: Reading, party: str) -> Found:
    """What was copied wrongly or left out, of all that the party told."""
    noted = [
        one
        for one in log.all("note")
        if one.content.party == party and one.content.what in ("slip", "forgotten")
    ]
    told = [one for one in log.told if one.sender == party and not one.late]
    return count_of(len(noted), len(told), whole=log.whole)
