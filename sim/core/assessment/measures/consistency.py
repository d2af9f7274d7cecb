"""Whether the shared pictures of several activities tell the same of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, Part, Sample, cited, of_parts, of_samples, worst
from sim.core.assessment.evidence.rows import RECORDS_MAX
from sim.core.assessment.log.holding import TO_THE_END, comparing, shared_in
from sim.core.assessment.log.index import LogIndex
from sim.core.model.ids import ActivityId, SubjectId


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
    return of_samples(_spells(evidence.log), worst)


def _spells(log: LogIndex) -> Iterator[Sample]:
    former: _Overlap | None = None
    spell: Sample | None = None
    for both in _overlaps(log):
        since_ms, seqs = both.from_ms, cited(both.evidence)
        if former is not None and spell is not None:
            if both.goes_on_from(former):
                since_ms, seqs = both.from_ms - spell.value, cited(spell.evidence, seqs)[:RECORDS_MAX]
            else:
                yield spell
        what, value = ("contradiction", both.until_ms - since_ms) if both.differ else ("same", 0)
        spell = Sample(what, both.subject, value, seqs, open=both.differ and both.open)
        former = both
    if spell is not None:
        yield spell


@dataclass(frozen=True, slots=True)
class _Overlap:
    """A time in which two shared pictures each held one item about one subject; ``evidence`` brought them."""

    subject: SubjectId
    pair: tuple[ActivityId, ActivityId]
    evidence: tuple[int, int]
    from_ms: int
    until_ms: int
    open: bool
    differ: bool

    @property
    def length_ms(self) -> int:
        return self.until_ms - self.from_ms

    def goes_on_from(self, former: _Overlap) -> bool:
        """Say whether a contradiction goes on from the overlap before it."""
        same_matter = (self.pair, self.subject) == (former.pair, former.subject)
        return same_matter and self.differ and former.differ and self.from_ms == former.until_ms


def _overlaps(log: LogIndex) -> Iterator[_Overlap]:
    shown = {way.activity for way in log.told.ways if way.shared}
    activities = sorted(activity for activity in shown if len(shared_in(log, activity)))
    for mine, yours in combinations(activities, 2):
        both = shared_in(log, mine).places.keys() & shared_in(log, yours).places.keys()
        for subject in sorted(both):
            yield from _overlaps_of(log, (mine, yours), subject)


def _overlaps_of(
    log: LogIndex, pair: tuple[ActivityId, ActivityId], subject: SubjectId
) -> Iterator[_Overlap]:
    mine, yours = shared_in(log, pair[0]), shared_in(log, pair[1])
    compared = comparing(log)
    for one in range(*mine.places[subject]):
        since_ms, last_ms = int(mine.from_ms[one]), int(mine.until_ms[one])
        during = yours.during(subject, since_ms, last_ms)
        for other in range(during.start, during.stop):
            from_ms = max(since_ms, int(yours.from_ms[other]))
            until_ms = min(last_ms, int(yours.until_ms[other]))
            if from_ms < until_ms:
                yield _Overlap(
                    subject,
                    pair,
                    (int(mine.seq[one]), int(yours.seq[other])),
                    from_ms,
                    until_ms,
                    bool(mine.until_seq[one] == TO_THE_END and yours.until_seq[other] == TO_THE_END),
                    not compared.is_same(int(mine.row[one]), int(yours.row[other])),
                )
