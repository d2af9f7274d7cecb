"""The second opinion on faults and decisions: each fault is looked up in the whole log, for each question anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.core.messages.items import Item, ItemRef
from tests.property.second.reading import (
    MINUTE_MS,
    Found,
    Reading,
    Said,
    Thing,
    Told,
    Wait,
    figure,
    longest,
    middle,
    share,
)

PASSED_ON = ("transcription", "moderation", "relay")
SETTLED = ("corrected", "refuted", "lapsed")


def is_wrong(item: Item, fault: str) -> bool:
    """Say whether an item passes on what a fault told."""
    return fault in item.causation and item.verification.status not in SETTLED


def names_wrong(log: Reading, ref: ItemRef | None, fault: str) -> bool:
    """Say whether anything that was told as a version passes it on."""
    return ref is not None and any(is_wrong(item, fault) for item in log.versions(ref))


class Case:
    """One fault in a log."""

    def __init__(self, log: Reading, entered: Thing) -> None:
        self.log, self.seq, self.at, self.what = log, entered.seq, entered.at, entered.content
        self.id: str = entered.content.id
        touched = {one.item.id for one in log.told if self.id in one.item.causation}
        self.about = [one for one in log.told if one.item.id in touched]

    def signals(self) -> list[Said]:
        """Return the signals that it looks wrong."""
        own = self.what.hop in PASSED_ON
        return [
            one
            for one in self.log.of("signal")
            if names_wrong(self.log, one.data.about, self.id)
            or (
                own
                and (one.sender, one.data.subject) == (self.what.party, self.what.subject)
                and self.id in one.injects
            )
        ]

    def recognised(self) -> list[tuple[int, int, str]]:
        """Return every time that somebody showed to have seen it: place, time, who."""
        found = [(one.seq, one.at, one.sender) for one in self.signals()]
        found += [
            (one.seq, one.at, one.sender)
            for one in self.log.told
            if one.in_shared_picture
            and self.id in one.item.causation
            and one.item.verification.status == "disputed"
        ]
        found += [(one.seq, one.at, one.content.party) for one in self.noted("recognised")]
        return sorted(found)

    def noted(self, what: str) -> list[Thing]:
        """Return the notes of a kind about what it told."""
        return [
            one
            for one in self.log.all("note")
            if one.content.what == what
            and names_wrong(self.log, ItemRef(one.content.item, one.content.version), self.id)
        ]

    def held(self, party: str, tellings: Sequence[Told]) -> list[Item]:
        """Return what a party holds of it once it has been told these: the whole of it again each time."""
        newest: dict[str, int] = {}
        wrong: dict[str, Item] = {}
        for one in tellings:
            item = one.item
            if party not in one.knowing or item.version < newest.get(item.id, 0):
                continue
            newest[item.id] = item.version
            if is_wrong(item, self.id):
                wrong[item.id] = item
            elif self.id in item.causation:
                wrong = {name: known for name, known in wrong.items() if known.subject != item.subject}
            elif item.id in wrong and item.version > wrong[item.id].version:
                del wrong[item.id]
        return list(wrong.values())

    def ever_held(self, party: str) -> bool:
        """Say whether a party ever held it."""
        return any(self.held(party, self.about[: place + 1]) for place in range(len(self.about)))

    def holders(self) -> list[str]:
        """Return who ever held it, but for the party where it entered."""
        parties = sorted({party for one in self.about for party in one.knowing} - {self.what.party})
        return [party for party in parties if self.ever_held(party)]

    def held_ms(self, party: str) -> int:
        """Return how long a party held it, minute by minute."""
        return MINUTE_MS * sum(
            bool(self.held(party, [one for one in self.about if one.at <= minute]))
            for minute in self.log.minutes()
        )

    def still_held(self, party: str) -> bool:
        """Say whether a party held it when the run ended."""
        return bool(self.held(party, self.about))

    def corrected(self) -> int | None:
        """Return when (ms) it was first put right, by its source or in the shared picture."""
        passed_on = self.what.hop in PASSED_ON
        seen = self.recognised()
        for place, one in enumerate(self.about):
            item, mine = one.item, one.sender == self.what.party
            kept = one.in_shared_picture or (passed_on and mine)
            if item.verification.status == "lapsed" or is_wrong(item, self.id):
                continue
            if self.id in item.causation:
                if one.in_shared_picture or mine:
                    return one.at
                continue
            stood = any(
                old.item.id == item.id
                and is_wrong(old.item, self.id)
                and (old.in_shared_picture or (passed_on and old.sender == self.what.party))
                for old in self.about[:place]
            )
            if kept and stood and seen and seen[0][0] < one.seq:
                return one.at
        return None


def cases(log: Reading) -> list[Case]:
    """Return the faults of a log."""
    return [Case(log, one) for one in log.all("fault")]


def detection_share(log: Reading, party: str) -> Found:
    """Which faults in its field a party recognised."""
    rows = []
    for case in cases(log):
        if party not in case.holders() or case.what.truth.system not in log.entry(party).systems:
            continue
        seen = case.recognised()
        mine = any(who == party for _, _, who in seen)
        missed = any(one.content.party == party for one in case.noted("overlooked"))
        if mine or missed or not seen or case.still_held(party):
            rows.append(mine)
    return share(rows)


def detection_rate(log: Reading) -> Found:
    """Which faults anybody recognised, of those that anybody could."""
    return share(bool(case.recognised()) for case in cases(log) if case.recognised() or case.holders())


def time_to_detect(log: Reading) -> Found:
    """From entering to being recognised."""
    waits: list[Wait] = []
    for case in cases(log):
        seen = case.recognised()
        if seen or case.holders():
            waits.append((seen[0][1] - case.at, False) if seen else (log.end - case.at, True))
    return figure(waits, middle)


def time_to_correct(log: Reading) -> Found:
    """From entering to being put right."""
    waits: list[Wait] = []
    for case in cases(log):
        righted = case.corrected()
        if righted is not None or case.holders():
            waits.append((log.end - case.at, True) if righted is None else (righted - case.at, False))
    return figure(waits, middle)


def _exposures(log: Reading) -> list[int]:
    return [case.held_ms(party) for case in cases(log) for party in case.holders()]


def exposure_total(log: Reading) -> Found:
    """All the minutes of all who held one."""
    held = _exposures(log)
    return (sum(held), None, len(held)) if held else None


def exposure_mean(log: Reading) -> Found:
    """The same, for each who held one."""
    held = _exposures(log)
    return (sum(held) // len(held), None, len(held)) if held else None


def time_to_everywhere(log: Reading) -> Found:
    """From entering to the telling after which nobody held it any more, of those that reached others."""
    waits: list[Wait] = []
    for case in cases(log):
        known = [*case.holders(), case.what.party]
        anybody = [
            any(case.held(party, case.about[:place]) for party in known)
            for place in range(len(case.about) + 1)
        ]
        if case.holders():
            ends = [
                one.at for place, one in enumerate(case.about) if anybody[place] and not anybody[place + 1]
            ]
            waits.append((log.end - case.at, True) if anybody[-1] else (ends[-1] - case.at, False))
    return figure(waits, middle)


def onward_spread(log: Reading) -> Found:
    """Everybody but the source who was told each fault, or passed it on."""
    found = cases(log)
    told = sum(
        len(
            {
                party
                for one in log.told
                if is_wrong(one.item, case.id)
                for party in one.knowing
                if party != case.what.party
            }
        )
        for case in found
    )
    return (told, None, len(found)) if found else None


def false_alarm_rate(log: Reading) -> Found:
    """False signals, of all."""
    return share(_is_false(log, one) for one in log.of("signal"))


def exposure(log: Reading, party: str) -> Found:
    """The longest that a party held one."""
    waits = [(case.held_ms(party), case.still_held(party)) for case in cases(log) if party in case.holders()]
    return figure(waits, longest)


def correction_time(log: Reading, party: str) -> Found:
    """From hearing that what a party told looks wrong to its putting it right."""
    waits: list[Wait] = []
    for case in cases(log):
        if case.what.party != party:
            continue
        doubts = [
            one
            for one in log.of("signal", late=True)
            if party in one.readers and names_wrong(log, one.data.about, case.id)
        ]
        doubts += [
            one
            for one in log.of("request")
            if one.reached(party) and one.data.purpose == "verify" and _is_about(log, one, case)
        ]
        if not doubts:
            continue
        asked = min(doubts, key=lambda one: one.seq)
        told = [one for one in log.told if one.sender == party and not one.late]
        wrong = {one.item.id for one in told if case.id in one.item.causation}
        righted = [
            (one.seq, one.at)
            for one in told
            if one.seq > asked.seq
            and one.item.subject == case.what.subject
            and not is_wrong(one.item, case.id)
            and (case.id in one.item.causation or one.item.id in wrong)
        ]
        righted += [
            (one.seq, one.at)
            for one in log.of("answer")
            if one.sender == party and (one.data.of, one.data.outcome) == (asked.event, "corrected")
        ]
        waits.append((min(righted)[1] - asked.at, False) if righted else (log.end - asked.at, True))
    return figure(waits, longest)


def _is_about(log: Reading, one: Said, case: Case) -> bool:
    named = one.data.subject == case.what.subject and case.id in one.injects
    return named or names_wrong(log, one.data.about, case.id)


def false_alarms(log: Reading, party: str = "") -> Found:
    """Signals about what was right and was confirmed; of one party, or of all."""
    signals = [one for one in log.of("signal") if party in ("", one.sender)]
    if not signals:
        return None
    return sum(_is_false(log, one) for one in signals), None, len(signals)


def _is_false(log: Reading, signal: Said) -> bool:
    asked = {signal.event} | {
        one.event
        for one in log.of("request")
        if (one.data.purpose, one.data.subject) == ("verify", signal.data.subject)
    }
    later = [one for one in log.of("answer") if one.data.of in asked and one.seq > signal.seq]
    if not later or later[0].data.outcome != "confirmed":
        return False
    entered = {one.content.id for one in log.all("fault")}
    slips = {one.content.item for one in log.all("note") if one.content.what == "slip"}
    told = log.versions(signal.data.about)
    return bool(told) and not any(
        entered & set(item.causation) or slips & {item.id, *item.relates_to} for item in told
    )


# Decisions ---------------------------------------------------------------------------------------------------


def decisions_on_faults(log: Reading) -> Found:
    """Decisions that rest on what a fault told."""
    decided = log.of("decision")
    faulty = {
        one.seq
        for one in decided
        for case in cases(log)
        if any(names_wrong(log, ref, case.id) for ref in one.data.rests_on)
        or (case.id in one.injects and any(not log.versions(ref) for ref in one.data.rests_on))
    }
    return (len(faulty), None, len(decided)) if decided else None


def _rests(log: Reading) -> list[tuple[Said, Item]]:
    return [
        (one, log.versions(ref)[0])
        for one in log.of("decision")
        for ref in one.data.rests_on
        if log.versions(ref)
    ]


def verified(log: Reading, party: str = "") -> Found:
    """Which items had been verified when a decision rested on them; of one source, or of all."""
    return share(
        item.verification.status in ("verified", "corrected")
        for _, item in _rests(log)
        if party in ("", item.source.party)
    )


def decisions_on_stale(log: Reading) -> Found:
    """Decisions on what differs from the truth for half an hour already, or is no longer valid."""
    decided = log.of("decision")
    stale = {one.seq for one, item in _rests(log) if _is_stale(log, one, item)}
    return (len(stale), None, len(decided)) if decided else None


def _is_stale(log: Reading, one: Said, item: Item) -> bool:
    if item.valid_until_ms is not None and one.at >= item.valid_until_ms:
        return True
    if one.at < 30 * MINUTE_MS:
        return False
    changed = [change for change in log.changes(item.subject) if item.observed_at_ms < change.at <= one.at]
    # Each change within the last half hour must differ, and so must what was so when it began.
    before = [change for change in changed if change.at <= one.at - 30 * MINUTE_MS]
    since = [*before[-1:], *(change for change in changed if change not in before)]
    return bool(before) and all(_differs(item, change.content.fact) for change in since)


def _differs(item: Item, fact: Any) -> bool:
    if fact.geometry is not None and item.geometry != fact.geometry:
        return True
    if fact.sensitivity == "restricted" and item.sensitivity != "restricted":
        return True
    return bool(item.values != fact.values if fact.values else item.title != fact.title)
