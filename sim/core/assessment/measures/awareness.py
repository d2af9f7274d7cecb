"""How far pictures tell what is so: complete, right, the same for all, and at set moments (freeze probe).

A freeze probe stops the clock at a moment and asks each party what it believes. A log can be stopped at any moment
without disturbing anybody, so this is done at several, evenly over the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, Group, Part, cited, of_groups, of_parts
from sim.core.assessment.evidence.rows import RECORDS_MAX, worst_places
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.entries import Stamped, grouped
from sim.core.assessment.log.holding import (
    Held,
    comparing,
    held_by,
    in_force,
    shared_in,
    subjects_of,
    truth_columns,
)
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import change_times, rights_of
from sim.core.assessment.measures.duties import closed, lies_in, works_from
from sim.core.messages.items import Kind, Sensitivity
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
    return of_parts(_covered(_elements_for(log, party), held_by(log, party)))


def shared_completeness(evidence: Evidence) -> Figure | None:
    """Measure which part of what is so within activities stands in their shared pictures, over time and by theme."""
    log = evidence.log
    return of_parts(
        part
        for activity in log.opening.activities
        for part in _covered(_elements(log, activity.id, 0), shared_in(log, activity.id))
    )


def correctness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure which part of what a party holds of things that are so is right, over time."""
    return of_groups(_right(evidence.log, [held_by(evidence.log, party)]))


def shared_correctness(evidence: Evidence) -> Figure | None:
    """Measure which part of what stands in shared pictures is right, over time."""
    log = evidence.log
    return of_groups(_right(log, [shared_in(log, activity.id) for activity in log.opening.activities]))


def probe_awareness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of right answers that a party would give at the moments of the freeze probe.

    Asked is what it needs to know at that moment; not to know is no right answer.
    """
    return of_parts(answer for _, answer in probe_answers(evidence.log, party))


@remembered
def probe_answers(log: LogIndex, party: PartyId) -> tuple[tuple[Kind, Part], ...]:
    """Return the answers that a party would give in the freeze probe, and what sort of thing was asked."""
    return tuple(_answers(log, party))


def _answers(log: LogIndex, party: PartyId) -> Iterator[tuple[Kind, Part]]:
    held, compared, times_of = held_by(log, party), comparing(log), change_times(log)
    for element in _elements_for(log, party):
        for at_ms in _moments(log, element):
            change = in_force(times_of[element.subject], at_ms)
            assert change is not None, "an element begins when it is so"
            truth, known = log.truths[element.subject][change], held.at(element.subject, at_ms)
            seqs, right = (*element.evidence, truth.seq), False
            if known is not None:
                seqs = (*seqs, int(held.seq[known]))
                right = compared.is_right(int(held.row[known]), truth)
            answer = Part(format_offset(at_ms), _SPAN_MS if right else 0, _SPAN_MS, seqs)
            yield truth.content.fact.kind, answer


def shared_awareness(evidence: Evidence) -> Figure | None:
    """Measure the share of questions on which two parties would give the same answer, at the moments of the probe.

    Asked are every two partners about what both need to know and at least one of them holds: agreement on the overlap
    of the themes that they may see.
    """
    log = evidence.log
    partners = [entry.id for entry in log.parties if entry.kind == "partner"]
    asked = {party: _beliefs(log, party) for party in partners}
    return of_parts(
        part for one, other in combinations(partners, 2) for part in _compared(log, asked[one], asked[other])
    )


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
    opened = log.opened(activity_id)
    if opened is None:
        return ()
    found = []
    for subject, changes in log.truths.items():
        seen, fact = log.first_seen.get(subject), changes[0].content.fact
        if seen is None or fact.layer or not lies_in(log, fact, activity):
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


def _covered(elements: Iterable[Element], held: Held) -> Iterator[Part]:
    for element in elements:
        during = held.during(element.subject, element.from_ms, element.until_ms)
        until_ms = np.minimum(held.until_ms[during], element.until_ms)
        lengths_ms = until_ms - np.maximum(held.from_ms[during], element.from_ms)
        known = lengths_ms > 0
        yield Part(
            element.theme,
            int(lengths_ms[known].sum()),
            element.until_ms - element.from_ms,
            (*element.evidence, *held.seq[during][known][:RECORDS_MAX].tolist()),
        )


def _right(log: LogIndex, pictures: Iterable[Held]) -> Iterator[Group]:
    """Yield for each subject which part of what was held of it was right, while anything was so."""
    found: dict[SubjectId, list[_Rightness]] = {}
    for held in pictures:
        for subject, places in subjects_of(held):
            if subject in log.truths:
                found.setdefault(subject, []).append(_rightness(log, held, subject, places))
    for subject, several in found.items():
        length_ms = np.concatenate([one.length_ms for one in several])
        good_ms = np.concatenate([one.good_ms for one in several])
        seqs = np.concatenate([one.seqs for one in several])
        if len(length_ms):
            cited_places = worst_places(length_ms - good_ms, RECORDS_MAX)
            yield Group(
                subject,
                int(good_ms.sum()),
                int(length_ms.sum()),
                len(length_ms),
                cited(seqs[cited_places].ravel().tolist()),
                len(length_ms) - len(cited_places),
            )


@dataclass(frozen=True, slots=True)
class _Rightness:
    # Of what was held of one subject while one thing was so: how long, how long rightly, and the records of both.
    length_ms: Numbers
    good_ms: Numbers
    seqs: Numbers


def _rightness(log: LogIndex, held: Held, subject: SubjectId, places: slice) -> _Rightness:
    times_ms, change_seqs, _ = truth_columns(log)[subject]
    from_ms, until_ms = held.from_ms[places], held.until_ms[places]
    first = np.maximum(0, np.searchsorted(times_ms, from_ms, "right") - 1)
    counts = np.maximum(0, np.searchsorted(times_ms, until_ms, "left") - first)
    # A row for each stretch and each change in it: the stretch, and the change.
    stretch = np.repeat(np.arange(len(first)), counts)
    change = np.arange(len(stretch)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    next_ms = np.append(times_ms[1:], log.end_ms)[change]
    next_ms = np.where(change + 1 < len(times_ms), next_ms, until_ms[stretch])
    length_ms = np.minimum(next_ms, until_ms[stretch]) - np.maximum(times_ms[change], from_ms[stretch])
    lasts = length_ms > 0
    stretch, change, length_ms = stretch[lasts], change[lasts], length_ms[lasts]
    right = comparing(log).are_right(held.row[places][stretch], truth_columns(log)[subject].fact[change])
    return _Rightness(
        length_ms,
        np.where(right, length_ms, 0),
        np.column_stack((held.seq[places][stretch], change_seqs[change])),
    )


def _moments(log: LogIndex, *elements: Element) -> list[int]:
    # Those within one of the elements. Never at the very start or end, where nothing is so yet, or all is over.
    moments = (log.end_ms * place // (PROBES + 1) for place in range(1, PROBES + 1))
    return [at_ms for at_ms in moments if any(one.from_ms <= at_ms < one.until_ms for one in elements)]


def _beliefs(log: LogIndex, party: PartyId) -> Mapping[SubjectId, Mapping[int, int | None]]:
    """Return what a party holds (rows of what was told) of what it needs to know, at the moments of the probe."""
    # What one needs to know of in several activities, or each time that it is let in, it is asked once.
    held, found = held_by(log, party), {}
    for subject, elements in grouped((one.subject, one) for one in _elements_for(log, party)).items():
        places = {at_ms: held.at(subject, at_ms) for at_ms in _moments(log, *elements)}
        found[subject] = {
            at_ms: None if place is None else int(held.row[place]) for at_ms, place in places.items()
        }
    return found


def _compared(
    log: LogIndex,
    mine: Mapping[SubjectId, Mapping[int, int | None]],
    yours: Mapping[SubjectId, Mapping[int, int | None]],
) -> Iterator[Part]:
    seq, compared = log.told.seq, comparing(log)
    for subject in sorted(mine.keys() & yours.keys()):
        for at_ms in sorted(mine[subject].keys() & yours[subject].keys()):
            rows = (mine[subject][at_ms], yours[subject][at_ms])
            known = [row for row in rows if row is not None]
            if known:
                same = len(known) == 2 and compared.is_same(known[0], known[1])
                seqs = tuple(int(seq[row]) for row in known)
                yield Part(format_offset(at_ms), _SPAN_MS if same else 0, _SPAN_MS, seqs)
