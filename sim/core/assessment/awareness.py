"""How far pictures tell what is so: complete, right, the same for all, and at set moments (freeze probe).

A freeze probe stops the clock at a moment and asks each party what it believes. A log can be stopped at any moment
without disturbing anybody, so this is done at several, evenly over the run.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from sim.core.assessment.duties import closed, lies_in, works_from
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Part, Sample, cited, of_parts, of_samples, worst
from sim.core.assessment.holding import Segment, in_force, is_right, is_same, segments, shared_segments
from sim.core.assessment.log_entries import Stamped, grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.assessment.lookup import change_times, rights_of
from sim.core.messages.items import Item, Kind, Sensitivity, VerificationStatus
from sim.core.model.ids import ActivityId, PartyId, SubjectId, ThemeId
from sim.core.model.party import CoreTask
from sim.core.model.time import format_offset
from sim.core.picture.observation import Fact
from sim.core.records.kinds import Truth

PROBES: Final = 8
"""Moments at which beliefs are compared, evenly over the run (exercise)."""

_SPAN_MS: Final = 1
"""What one answer to a probe weighs; probes count answers, not time."""


@dataclass(frozen=True, slots=True)
class Element:
    """Something that a picture should tell for a time: a subject that is so, and that somebody has perceived."""

    subject: SubjectId
    theme: ThemeId
    from_ms: int
    until_ms: int
    evidence: tuple[int, ...]


def completeness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure which part of what a party needs to know it holds, over time and by theme.

    It needs what is so in the activities that it works in, under the themes that it needs (Modeluitwerking 10), from
    when anybody has perceived it; what is restricted only where that was agreed.
    """
    log = evidence.log
    return of_parts(_covered(_elements_for(log, party), _held_by(log, party)))


def shared_completeness(evidence: Evidence) -> Figure | None:
    """Measure which part of what is so within activities stands in their shared pictures, over time and by theme."""
    log = evidence.log
    parts: list[Part] = []
    for activity in log.opening.activities:
        held = _by_subject(shared_segments(log, activity.id))
        parts += _covered(_elements(log, activity.id, 0), held)
    return of_parts(parts)


def correctness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure which part of what a party holds of things that are so is right, over time."""
    return of_parts(list(_right(evidence.log, segments(evidence.log, party))))


def shared_correctness(evidence: Evidence) -> Figure | None:
    """Measure which part of what stands in shared pictures is right, over time."""
    log = evidence.log
    return of_parts(
        [
            part
            for activity in log.opening.activities
            for part in _right(log, shared_segments(log, activity.id))
        ]
    )


def probe_awareness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of right answers that a party would give at the moments of the freeze probe.

    Asked is what it needs to know at that moment; not to know is no right answer.
    """
    return of_parts([answer for _, answer in probe_answers(evidence.log, party)])


@remembered
def probe_answers(log: LogIndex, party: PartyId) -> tuple[tuple[Kind, Part], ...]:
    """Return the answers that a party would give in the freeze probe, and what sort of thing was asked."""
    held = _held_by(log, party)
    answers = []
    for element in _elements_for(log, party):
        for at_ms in _moments(log, element):
            truth = in_force(log.truths[element.subject], at_ms)
            known = _held_at(held.get(element.subject, ()), at_ms)
            assert truth is not None, "an element begins when it is so"
            right = known is not None and _is_right(_known_right(log), known.item, truth)
            seqs = (*element.evidence, truth.seq, *((known.seq,) if known is not None else ()))
            answer = Part(format_offset(at_ms), _SPAN_MS if right else 0, _SPAN_MS, seqs)
            answers.append((truth.content.fact.kind, answer))
    return tuple(answers)


def shared_awareness(evidence: Evidence) -> Figure | None:
    """Measure the share of questions on which two parties would give the same answer, at the moments of the probe.

    Asked are every two partners about what both need to know and at least one of them holds: agreement on the overlap
    of the themes that they may see.
    """
    log = evidence.log
    needed = {
        entry.id: grouped((element.subject, element) for element in _elements_for(log, entry.id))
        for entry in log.parties
        if entry.kind == "partner"
    }
    held = {party: _held_by(log, party) for party in needed}
    answers: list[Part] = []
    for one, other in combinations(needed, 2):
        for subject in sorted(needed[one].keys() & needed[other].keys()):
            pair = (needed[one][subject], needed[other][subject])
            answers += _compared(log, pair, held[one].get(subject, ()), held[other].get(subject, ()))
    return of_parts(answers)


def consistency(evidence: Evidence) -> Figure | None:
    """Measure which part of the time two shared pictures that both tell of something tell the same."""
    return of_parts(
        [
            Part(both.subject, 0 if both.differ else both.length_ms, both.length_ms, both.evidence)
            for both in _overlaps(evidence.log)
        ]
    )


def contradiction(evidence: Evidence) -> Figure | None:
    """Measure the longest time (ms) that two shared pictures told something else of one thing.

    Pictures that never differ show 0. When one of the two tells something new that differs too, it goes on.
    """
    samples: list[Sample] = []
    former: _Overlap | None = None
    for both in _overlaps(evidence.log):
        since_ms, seqs = both.from_ms, cited(both.evidence)
        if former is not None and both.goes_on_from(former):
            since_ms, seqs = both.from_ms - samples[-1].value, cited(samples.pop().evidence, seqs)
        what, value = ("contradiction", both.until_ms - since_ms) if both.differ else ("same", 0)
        samples.append(Sample(what, both.subject, value, seqs, open=both.differ and both.open))
        former = both
    return of_samples(samples, worst)


# What should be known -------------------------------------------------------------------------------


@remembered
def _elements_for(log: LogIndex, party: PartyId) -> tuple[Element, ...]:
    themes = log.needs(party)
    return tuple(
        element
        for activity in log.opening.activities
        for from_ms, until_ms in _present(log, party, activity.id)
        for element in _elements(log, activity.id, from_ms, until_ms)
        if element.theme in themes and _may_know(log, party, activity.id, log.truths[element.subject][0])
    )


def _elements(
    log: LogIndex, activity: ActivityId, from_ms: int, until_ms: int | None = None
) -> Iterator[Element]:
    """Yield what is so within an activity while it is open, from when somebody has perceived it."""
    for element in _so_within(log, activity):
        start_ms = max(from_ms, element.from_ms)
        last_ms = element.until_ms if until_ms is None else min(until_ms, element.until_ms)
        if start_ms < last_ms:
            yield replace(element, from_ms=start_ms, until_ms=last_ms)


@remembered
def _so_within(log: LogIndex, activity_id: ActivityId) -> tuple[Element, ...]:
    activity = next(one for one in log.opening.activities if one.id == activity_id)
    opened = next((one for one in log.all_messages if one.activity == activity_id), None)
    if opened is None:
        return ()
    found = []
    for subject, changes in log.truths.items():
        seen, fact = log.first_seen.get(subject), changes[0].content.fact
        if seen is None or fact.layer or not lies_in(fact, activity):
            continue
        start_ms = max(opened.at_ms, changes[0].at_ms, seen.at_ms)
        seqs = (changes[0].seq, seen.seq)
        found.append(Element(subject, fact.theme, start_ms, closed(log, activity_id)[0], seqs))
    return tuple(found)


def _present(log: LogIndex, party: PartyId, activity: ActivityId) -> Iterator[tuple[int, int]]:
    # Who has no standing rights can be expected to know something only while it is let in.
    entry = log.party(party)
    if entry is not None and entry.core_task not in (CoreTask.SERVICE_PROVIDER, CoreTask.INCIDENTAL):
        from_ms = works_from(log, party, activity)
        if from_ms is not None:
            yield from_ms, log.end_ms
        return
    since_ms: int | None = None
    for change in rights_of(log, party, activity):
        if change.content.change == "granted":
            since_ms = change.at_ms if since_ms is None else since_ms
        elif since_ms is not None:
            yield since_ms, change.at_ms
            since_ms = None
    if since_ms is not None:
        yield since_ms, log.end_ms


def _may_know(log: LogIndex, party: PartyId, activity: ActivityId, truth: Stamped[Truth]) -> bool:
    fact: Fact = truth.content.fact
    if fact.sensitivity is not Sensitivity.RESTRICTED:
        return True
    terms, entry = log.agreement_in(party, activity), log.party(party)
    own = entry.systems if entry is not None else ()
    return fact.system in own or (terms is not None and fact.system in terms.restricted_systems)


# What is known ---------------------------------------------------------------------------------------


@remembered
def _held_by(log: LogIndex, party: PartyId) -> Mapping[SubjectId, Sequence[Segment]]:
    return _by_subject(segments(log, party))


def _by_subject(held: Iterable[Segment]) -> Mapping[SubjectId, Sequence[Segment]]:
    found: dict[SubjectId, list[Segment]] = {}
    for segment in held:
        subject = segment.item.subject
        if subject in found:
            found[subject].append(segment)
        else:
            found[subject] = [segment]
    return found


def _covered(elements: Iterable[Element], held: Mapping[SubjectId, Sequence[Segment]]) -> list[Part]:
    parts = []
    for element in elements:
        during = [
            (min(one.until_ms, element.until_ms) - max(one.from_ms, element.from_ms), one.seq)
            for one in _during(held.get(element.subject, ()), element.from_ms, element.until_ms)
        ]
        known = [(length_ms, seq) for length_ms, seq in during if length_ms > 0]
        parts.append(
            Part(
                element.theme,
                sum(length_ms for length_ms, _ in known),
                element.until_ms - element.from_ms,
                (*element.evidence, *(seq for _, seq in known)),
            )
        )
    return parts


def _right(log: LogIndex, held: Iterable[Segment]) -> Iterator[Part]:
    times_of, known = change_times(log), _known_right(log)
    for segment in held:
        item, from_ms, until_ms = segment.item, segment.from_ms, segment.until_ms
        subject = item.subject
        times = times_of.get(subject, ())
        first = max(0, bisect_right(times, from_ms) - 1)
        for place in range(first, bisect_left(times, until_ms)):
            next_ms = times[place + 1] if place + 1 < len(times) else until_ms
            length_ms = min(next_ms, until_ms) - max(times[place], from_ms)
            if length_ms > 0:
                change = log.truths[subject][place]
                right = _is_right(known, item, change)
                yield Part(subject, length_ms if right else 0, length_ms, (segment.seq, change.seq))


def _is_right(known: dict[Hashable, bool], item: Item, change: Stamped[Truth]) -> bool:
    # Many hold the same item, and many items say the same in the same words, kept once; it is compared once. What is
    # kept by the log stays where it is, so that its place in memory can stand for it.
    key = (
        change.seq,
        id(item.values),
        id(item.title),
        id(item.geometry),
        item.verification.status is VerificationStatus.REFUTED,
        item.sensitivity is Sensitivity.RESTRICTED,
    )
    right = known.get(key)
    if right is None:
        right = known[key] = is_right(item, change.content.fact)
    return right


@remembered
def _known_right(_log: LogIndex) -> dict[Hashable, bool]:
    return {}


def _moments(log: LogIndex, *elements: Element) -> list[int]:
    # Those within one of the elements. Never at the very start or end, where nothing is so yet, or all is over.
    moments = (log.end_ms * place // (PROBES + 1) for place in range(1, PROBES + 1))
    return [at_ms for at_ms in moments if any(one.from_ms <= at_ms < one.until_ms for one in elements)]


def _held_at(held: Sequence[Segment], at_ms: int) -> Segment | None:
    place = bisect_right(held, at_ms, key=_from_ms) - 1
    return held[place] if place >= 0 and at_ms < held[place].until_ms else None


def _during(held: Sequence[Segment], from_ms: int, until_ms: int) -> Sequence[Segment]:
    # What is held of one subject stands in order of time, each until the next at the latest.
    first = max(0, bisect_right(held, from_ms, key=_from_ms) - 1)
    return held[first : bisect_left(held, until_ms, key=_from_ms)]


def _from_ms(held: Segment) -> int:
    return held.from_ms


def _compared(
    log: LogIndex,
    pair: tuple[Sequence[Element], Sequence[Element]],
    mine: Sequence[Segment],
    yours: Sequence[Segment],
) -> Iterator[Part]:
    # What one needs to know of in several activities, or each time that it is let in, it is asked once.
    both = set(_moments(log, *pair[0])) & set(_moments(log, *pair[1]))
    for at_ms in sorted(both):
        known = [one for one in (_held_at(mine, at_ms), _held_at(yours, at_ms)) if one is not None]
        if known:
            same = len(known) == 2 and is_same(known[0].item, known[1].item)
            seqs = tuple(one.seq for one in known)
            yield Part(format_offset(at_ms), _SPAN_MS if same else 0, _SPAN_MS, seqs)


@dataclass(frozen=True, slots=True)
class _Overlap:
    """A time in which two shared pictures each held one item about one subject."""

    subject: SubjectId
    pair: tuple[ActivityId, ActivityId]
    one: Segment
    other: Segment
    from_ms: int
    until_ms: int
    differ: bool

    @property
    def length_ms(self) -> int:
        return self.until_ms - self.from_ms

    @property
    def evidence(self) -> tuple[int, int]:
        return self.one.seq, self.other.seq

    @property
    def open(self) -> bool:
        return self.one.until_seq is None and self.other.until_seq is None

    def goes_on_from(self, former: _Overlap) -> bool:
        """Say whether a contradiction goes on from the overlap before it."""
        same_matter = (self.pair, self.subject) == (former.pair, former.subject)
        return same_matter and self.differ and former.differ and self.from_ms == former.until_ms


def _overlaps(log: LogIndex) -> Iterator[_Overlap]:
    activities = sorted({one.activity for one in log.statements if one.shared})
    held = {activity: _by_subject(shared_segments(log, activity)) for activity in activities}
    for mine, yours in combinations(activities, 2):
        for subject in sorted(held[mine].keys() & held[yours].keys()):
            for one in held[mine][subject]:
                for other in _during(held[yours][subject], one.from_ms, one.until_ms):
                    from_ms, until_ms = max(one.from_ms, other.from_ms), min(one.until_ms, other.until_ms)
                    if from_ms < until_ms:
                        differ = not is_same(one.item, other.item)
                        yield _Overlap(subject, (mine, yours), one, other, from_ms, until_ms, differ)
