"""The second opinion on who may do and know what: attempts, leaks, access, proposals, what is restricted."""

from __future__ import annotations

from collections.abc import Sequence

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
    share,
)


def _attempts(log: Reading, denied: Sequence[Thing]) -> int:
    orders = {one.content.id for one in log.all("inject")}
    counted = 0
    for one in denied:
        levels = one.content.topic.split("/")
        asked = [
            said
            for said in log.of("request")
            if said.data.purpose == "access"
            and said.data.activity == levels[1]
            and one.content.party in (said.sender, said.data.on_behalf_of)
            and said.seq > one.seq
        ]
        ordered = bool(orders & set(one.cause))
        polite = one.content.attempt == "subscribe" and levels[0] == "activity" and bool(asked)
        counted += one.content.attempt != "deliver" and (ordered or not polite)
    return counted


def denied_attempts(log: Reading, party: str) -> Found:
    """What a party tried and was refused, of all that it tried."""
    denied = [one for one in log.all("denied") if one.content.party == party]
    allowed = sum(one.sender == party and not one.late for one in log.said)
    allowed += sum(one.content.party == party for one in log.all("subscribed"))
    return count_of(_attempts(log, denied), allowed, whole=log.whole)


def all_denied_attempts(log: Reading) -> Found:
    """What anybody tried and was refused."""
    allowed = len(log.said) + len(log.all("subscribed"))
    return count_of(_attempts(log, log.all("denied")), allowed, whole=log.whole)


def leaks(log: Reading, party: str) -> Found:
    """Forbidden deliveries to a party."""
    found = sum(one.content.party == party for one in log.all("leak"))
    return count_of(found, sum(one.readers.count(party) for one in log.said), whole=log.whole)


def everywhere(kind: str, log: Reading) -> Found:
    """Deliveries that went wrong in a way, to anybody."""
    return count_of(len(log.all(kind)), sum(len(one.readers) for one in log.said), whole=log.whole)


def wrong_state(log: Reading, party: str) -> Found:
    """Minutes in which a party had access, while it had said that it has no role, or the activity was closed."""
    waits: list[Wait] = []
    keys = sorted({(one.content.activity, one.content.bundle) for one in _rights(log, party)})
    for activity, bundle in keys:
        granted: Thing | None = None
        mine = [
            one
            for one in _rights(log, party)
            if (one.content.activity, one.content.bundle) == (activity, bundle)
        ]
        for one in mine:
            if one.content.change == "granted":
                granted = granted or one
            elif granted is not None:
                waits.append((_no_role_ms(log, party, granted, one), False))
                granted = None
        if granted is not None:
            waits.append((_no_role_ms(log, party, granted, None), True))
    if not waits:
        return None
    over = [value for value, is_open in waits if not is_open or value == 0]
    total = sum(value for value, _ in waits)
    value = sum(over) if over else None
    return value, total if value is None or total > value else None, len(waits)


def _rights(log: Reading, party: str) -> list[Thing]:
    return [one for one in log.all("rights") if one.content.party == party]


def _no_role_ms(log: Reading, party: str, granted: Thing, revoked: Thing | None) -> int:
    activity = granted.content.activity
    last = revoked.seq if revoked is not None else float("inf")
    said = [
        one
        for one in log.of("conclusion")
        if (one.sender, one.activity) == (party, activity) and granted.seq < one.seq < last
    ]
    taken_back = max((place for place, one in enumerate(said) if one.data.role), default=-1)
    none = [one.at for one in said[taken_back + 1 :]][:1]
    shut = [one.at for one in log.of("card") if one.activity == activity and not one.data.open][:1]
    until = revoked.at if revoked is not None else log.end
    return MINUTE_MS * sum(
        any(since <= minute for since in (*none, *shut)) for minute in log.minutes(granted.at, until)
    )


def access_waiting(log: Reading, party: str) -> Found:
    """From asking or being invited to being let in or refused."""
    waits: list[Wait] = []
    asked = [
        one
        for one in log.of("request", "invitation")
        if (one.reached(party) and "invitation" in one.place)
        or (
            "request" in one.place
            and one.data.purpose != "verify"
            and party in (one.sender, one.data.on_behalf_of)
        )
    ]
    mine = {one.event for one in asked}
    refused = [one for one in log.of("answer") if one.data.of in mine and one.data.outcome == "refused"]
    for activity in {one.activity for one in asked}:
        steps = [(one.seq, one.at, "asked") for one in asked if one.activity == activity]
        steps += [(one.seq, one.at, "refused") for one in refused if one.activity == activity]
        steps += [
            (one.seq, one.at, one.content.change)
            for one in _rights(log, party)
            if one.content.activity == activity
        ]
        since: int | None = None
        inside = False
        for _, at, what in sorted(steps):
            if what == "asked" and not inside and since is None:
                since = at
            if what in ("granted", "refused") and since is not None:
                waits.append((at - since, False))
                since = None
            if what in ("granted", "revoked"):
                inside = what == "granted"
        if since is not None:
            waits.append((log.end - since, True))
    return figure(waits, longest)


# What is proposed --------------------------------------------------------------------------------------------


def proposals_of(log: Reading, party: str) -> list[Said]:
    """Return the proposals of a party, and those to it where it directs."""
    directed = {one.id for one in log.activities if one.directing == party}
    return [one for one in log.of("proposal") if one.sender == party or one.activity in directed]


def _judged(log: Reading, one: Said) -> Said | None:
    ref = ItemRef(one.data.item.id, one.data.item.version)
    found = [
        verdict
        for verdict in log.of("verdict")
        if (verdict.to, verdict.activity, verdict.data.about) == (one.sender, one.activity, ref)
        and verdict.seq > one.seq
    ]
    return found[0] if found else None


def _waiting(log: Reading, proposals: Sequence[Said]) -> list[tuple[Said, Said | None]]:
    found = []
    for one in proposals:
        verdict = _judged(log, one)
        newer = [
            other
            for other in log.of("proposal")
            if (other.sender, other.activity, other.data.item.id)
            == (one.sender, one.activity, one.data.item.id)
            and other.data.item.version > one.data.item.version
        ]
        if verdict is not None or not newer:
            found.append((one, verdict))
    return found


def handled(log: Reading, proposals: Sequence[Said]) -> Found:
    """Which proposals got a verdict."""
    return share(verdict is not None for _, verdict in _waiting(log, proposals))


def handling_time(log: Reading, proposals: Sequence[Said]) -> Found:
    """How long proposals waited for one."""
    waits = [
        (log.end - one.at, True) if verdict is None else (verdict.at - one.at, False)
        for one, verdict in _waiting(log, proposals)
    ]
    return figure(waits, middle)


def reasoned_rejections(log: Reading, party: str) -> Found:
    """Which rejections say why."""
    rejections = [one for one in log.of("verdict") if one.reached(party) and one.data.outcome == "rejected"]
    return share(one.data.reason.nl != "" for one in rejections)


# What is restricted, and what is wanted -------------------------------------------------------------------------


def _heard(log: Reading, party: str) -> list[Told]:
    return [one for one in log.told if party in one.knowing and one.sender != party]


def restricted_exposure(log: Reading, party: str) -> Found:
    """Restricted items that came to a party against what was agreed, each version once."""
    heard = _heard(log, party)
    exposed = {
        (one.item.id, one.item.version)
        for one in heard
        if one.item.sensitivity == "restricted" and not _allowed(log, party, one)
    }
    return count_of(len(exposed), len(heard) - len(exposed), whole=log.whole)


def _allowed(log: Reading, party: str, one: Told) -> bool:
    if one.item.source.party == party or one.item.system in log.entry(party).systems:
        return True
    agreement = log.agreement(party)
    if agreement is None:
        return False
    if one.where == "layer":
        region = one.place[1]
        there = agreement.additions.get(region, agreement) if region in agreement.regions else None
        return there is not None and one.place[2] in there.layers
    terms = log.agreed_in(party, one.activity) if one.activity else agreement
    return terms is not None and one.item.system in terms.restricted_systems


def relevance(log: Reading, party: str) -> Found:
    """Which of what came to a party stands under a theme that it needs, each version once."""
    first: dict[tuple[str, int], str] = {}
    for one in _heard(log, party):
        first.setdefault((one.item.id, one.item.version), one.item.theme)
    needs = log.needs(party)
    return share(theme in needs for theme in first.values()) if needs else None
