"""Two runs side by side: what differs in set-up, in totals, in judgment, and in who knew what when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec

from sim.core.assessment.judging.framework import Framework
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.assessment.judging.outcome import Assessment, Finding, Measurement, Reading
from sim.core.messages.contents import items_in
from sim.core.model.ids import PartyId, SubjectId
from sim.core.records.kinds import Delivery, Ending, Message, Observed, Opening
from sim.core.records.record import Record
from sim.replay.evidence import evidence_of
from sim.replay.scene import Scene
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog

Value: TypeAlias = str | int | None

_KINDS: Final = ("advice", "criterion", "figure")


class Differing(msgspec.Struct, frozen=True):
    """Something that is other in one run than in the other; None where one has nothing of it."""

    what: str
    one: Value
    other: Value


class Judged(msgspec.Struct, frozen=True):
    """A criterion, or a figure that no criterion judges, of which the two runs say another thing.

    Attributes:
        party: Whom it is about; empty for the exercise as a whole.
        id: Id of the criterion, or name of the figure.
        kind: Which of these it is; ``advice`` for the advice on a partner.
        one: What the one run says; None where it says nothing.
        other: What the other says.
    """

    party: PartyId
    id: str
    kind: str
    one: Finding | Reading | str | None
    other: Finding | Reading | str | None


class Learned(msgspec.Struct, frozen=True):
    """When a party first knew of a subject (ms of exercise time): perceived, was told or wrote it; None never."""

    party: PartyId
    subject: SubjectId
    one_ms: int | None
    other_ms: int | None

    @property
    def later_ms(self) -> int | None:
        """Return how much later it was in the other; None where one of them never knew."""
        return None if self.one_ms is None or self.other_ms is None else self.other_ms - self.one_ms


class Comparison(msgspec.Struct, frozen=True):
    """What differs between two runs; nothing where they are the same.

    Attributes:
        set_up: Scenario, seed, settings, input files, who took part, and what it ran on.
        totals: Records, messages and deliveries; by party what it sent, received and was refused.
        judgment: Criteria, figures and advice.
        knowledge: Who first knew of what at another moment.
    """

    set_up: tuple[Differing, ...]
    totals: tuple[Differing, ...]
    judgment: tuple[Judged, ...]
    knowledge: tuple[Learned, ...]

    @property
    def judgment_first(self) -> tuple[Judged, ...]:
        """Return the judgment as people read it: advice, then what was judged, then the many figures that were not."""
        return tuple(sorted(self.judgment, key=lambda row: _KINDS.index(row.kind)))

    @property
    def knowledge_first(self) -> tuple[Learned, ...]:
        """Return the knowledge as people read it: what one of them never knew, and then what differs most."""
        return tuple(sorted(self.knowledge, key=_nearness))

    @property
    def is_same(self) -> bool:
        """Say whether nothing differs."""
        return not (self.set_up or self.totals or self.judgment or self.knowledge)


def _nearness(row: Learned) -> tuple[bool, int]:
    return row.later_ms is not None, -abs(row.later_ms or 0)


@dataclass
class _Side:
    set_up: Mapping[str, Value]
    totals: Mapping[str, Value]
    assessment: Assessment
    known: Mapping[tuple[PartyId, SubjectId], int]


def compare(one: RunLog, other: RunLog, framework: Framework) -> Comparison:
    """Return what differs between two runs, both judged by the same criteria.

    Raises:
        RunLogError: A log is bad, or has no opening.
    """
    left, right = _side(one, framework), _side(other, framework)
    return Comparison(
        set_up=_differing(left.set_up, right.set_up),
        totals=_differing(left.totals, right.totals),
        judgment=tuple(_judged(left.assessment, right.assessment)),
        knowledge=tuple(
            Learned(party, subject, left.known.get((party, subject)), right.known.get((party, subject)))
            for party, subject in sorted(left.known.keys() | right.known.keys())
            if left.known.get((party, subject)) != right.known.get((party, subject))
        ),
    )


def _side(log: RunLog, framework: Framework) -> _Side:
    scene, known = Scene(), _FirstKnown()
    for record in log.records():
        scene.take(record)
        known.take(record)
    try:
        opening = scene.opening
    except ValueError as error:
        raise RunLogError(f"{log.folder}: {error}") from error
    return _Side(
        set_up=_set_up(log, opening),
        totals=_totals(log, scene, opening),
        assessment=assess_evidence(evidence_of(log), framework),
        known=known.first_ms,
    )


def _set_up(log: RunLog, opening: Opening) -> dict[str, Value]:
    manifest = log.manifest
    return {
        "scenario": opening.scenario,
        "seed": opening.seed,
        "session": opening.session,
        "broker": manifest.broker,
        "pace": manifest.pace,
        "beeld": manifest.versions.get("beeld"),
        "start": opening.start,
        "end_ms": opening.end_ms,
        **{f"settings {key}": value for key, value in opening.settings.items()},
        **{f"inputs {file}": digest for file, digest in opening.inputs.items()},
        **{f"parties {entry.id}": entry.profile for entry in opening.parties},
        **{f"activities {entry.id}": entry.directing for entry in opening.activities},
    }


def _totals(log: RunLog, scene: Scene, opening: Opening) -> dict[str, Value]:
    counts, ended = scene.counts, scene.ended
    result = log.manifest.result
    totals: dict[str, Value] = {
        "digest": None if result is None else result.digest,
        "outcome": ended.outcome if isinstance(ended, Ending) else log.manifest.status,
        "records": scene.seq + 1,
        "messages": counts.messages,
        "deliveries": counts.deliveries,
        "denied": counts.denied,
        "lost": counts.lost,
        "leaked": counts.leaked,
        "faults": len(scene.seqs("fault")),
        "unmet": len(scene.seqs("unmet")),
        "decisions": len(scene.seqs("decision")),
        "signals": len(scene.seqs("signal")),
    }
    for entry in opening.parties:
        traffic = scene.traffic(entry.id)
        totals |= {
            f"sent {entry.id}": traffic.sent,
            f"received {entry.id}": traffic.received,
            f"denied {entry.id}": traffic.denied,
        }
    return totals


def _differing(one: Mapping[str, Value], other: Mapping[str, Value]) -> tuple[Differing, ...]:
    return tuple(
        Differing(what, one.get(what), other.get(what))
        for what in dict.fromkeys((*one, *other))
        if one.get(what) != other.get(what)
    )


class _FirstKnown:
    """When each party first knew of each subject, record by record."""

    def __init__(self) -> None:
        self.first_ms: dict[tuple[PartyId, SubjectId], int] = {}
        self._told: dict[str, frozenset[SubjectId]] = {}

    def take(self, record: Record) -> None:
        content = record.content
        if isinstance(content, Message):
            subjects = frozenset(item.subject for item in items_in(content.event.data))
            if subjects:
                self._told[content.event.id] = subjects
                self._note((content.event.sender, *content.readers), subjects, record.at_ms)
        elif isinstance(content, Delivery):
            if content.how == "late":
                self._note((content.party,), self._told.get(content.event, ()), record.at_ms)
        elif isinstance(content, Observed):
            self._note((content.party,), (content.observation.fact.subject,), record.at_ms)

    def _note(self, parties: Iterable[PartyId], subjects: Iterable[SubjectId], at_ms: int) -> None:
        for subject in subjects:
            for party in parties:
                self.first_ms.setdefault((party, subject), at_ms)


_Said: TypeAlias = dict[tuple[PartyId, str, str], Finding | Reading | str]


def _judged(one: Assessment, other: Assessment) -> Iterable[Judged]:
    left, right = _said(one), _said(other)
    for key in dict.fromkeys((*left, *right)):
        if _gist(left.get(key)) != _gist(right.get(key)):
            party, kind, name = key
            yield Judged(party, name, kind, left.get(key), right.get(key))


def _said(assessment: Assessment) -> _Said:
    said: _Said = {("", "criterion", finding.id): finding for finding in assessment.criteria}
    said |= {("", "figure", reading.measure.name): reading for reading in assessment.figures}
    for partner in assessment.partners:
        said[partner.id, "advice", ""] = partner.advice.value
        said |= {(partner.id, "criterion", finding.id): finding for finding in partner.criteria}
        said |= {(partner.id, "figure", reading.measure.name): reading for reading in partner.figures}
    for body in assessment.bodies:
        said |= {(body.id, "figure", reading.measure.name): reading for reading in body.figures}
    return said


def _gist(said: Finding | Reading | str | None) -> Any:
    """Return what counts of it: not the records it rests on, which have other numbers in every run."""
    gist = _GISTS.get(type(said))
    return said if gist is None else gist(said)


def _of_measure(measure: Measurement) -> tuple[Any, ...]:
    return (measure.value, measure.pending, measure.count)


_GISTS: Final[Mapping[type, Callable[[Any], Any]]] = {
    Finding: lambda finding: (finding.result, _of_measure(finding.measure)),
    Reading: lambda reading: _of_measure(reading.measure),
}
