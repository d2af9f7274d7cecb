"""What became of each fault: who was told it, who saw that it was wrong, when it was put right.

The known answer of a fault stands in its record; what carries the fault's id in ``causation`` comes from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.core.assessment.log_index import LogIndex, Sent, Stamped, Statement
from sim.core.messages.contents import Decision, Signal
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.model.ids import InjectId, ItemId, PartyId
from sim.core.records.kinds import FaultEntered

_SETTLED: Final = frozenset(
    {VerificationStatus.CORRECTED, VerificationStatus.REFUTED, VerificationStatus.LAPSED}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a party did about a fault, and when (ms)."""

    at_ms: int
    seq: int
    party: PartyId


@dataclass(frozen=True, slots=True)
class Exposure:
    """How long a party held what a fault told.

    Attributes:
        duration_ms: Time in all, up to the end of the run.
        evidence: Records that began and ended it.
        first_seq: The record that told it first.
        open: Whether it still held it when the run ended.
    """

    duration_ms: int
    evidence: tuple[int, ...]
    first_seq: int
    open: bool


@dataclass(frozen=True, slots=True)
class FaultCase:
    """One fault and what became of it.

    Attributes:
        fault: Its record.
        detections: Who recognised it, the first of each party, in order of time.
        correction: What put it right first; None when nothing did.
        exposures: By party that held it, the party where it entered included.
        decisions: Decisions that rest on it.
    """

    fault: Stamped[FaultEntered]
    detections: tuple[Mark, ...]
    correction: Mark | None
    exposures: Mapping[PartyId, Exposure]
    decisions: tuple[Sent[Decision], ...]

    @property
    def id(self) -> InjectId:
        """Return the id of the fault."""
        return self.fault.content.id

    @property
    def source(self) -> PartyId:
        """Return the party where it entered."""
        return self.fault.content.party

    @property
    def received(self) -> Mapping[PartyId, Exposure]:
        """Return the exposures of the others, in order of id: those who were told it."""
        return {party: self.exposures[party] for party in sorted(self.exposures) if party != self.source}

    def detected_by(self, party: PartyId) -> Mark | None:
        """Return the first time that a party recognised it."""
        return next((mark for mark in self.detections if mark.party == party), None)


def contaminated(item: Item, fault: InjectId) -> bool:
    """Say whether an item passes on what a fault told: it comes from it, and is not put right."""
    return fault in item.causation and item.verification.status not in _SETTLED


def rests_on(log: LogIndex, ref: ItemRef | None, fault: InjectId) -> bool:
    """Say whether one version of an item, as it was told anywhere, passes on what a fault told."""
    if ref is None:
        return False
    return any(contaminated(item, fault) for item in log.versions.get(ref, ()))


def cases(log: LogIndex) -> tuple[FaultCase, ...]:
    """Return what became of each fault, in the order in which they entered."""
    return tuple(_case(log, fault) for fault in log.faults)


def _case(log: LogIndex, fault: Stamped[FaultEntered]) -> FaultCase:
    about = tuple(item for item in log.statements if item.item.subject == fault.content.subject)
    detections = _detections(log, fault)
    return FaultCase(
        fault=fault,
        detections=detections,
        correction=_correction(about, fault, detections[0] if detections else None),
        exposures=_exposures(about, fault.content.id, log.end_ms),
        decisions=tuple(
            decision
            for decision in log.sent(Decision)
            if any(rests_on(log, ref, fault.content.id) for ref in decision.data.rests_on)
        ),
    )


def _detections(log: LogIndex, fault: Stamped[FaultEntered]) -> tuple[Mark, ...]:
    fault_id = fault.content.id
    marks = [
        Mark(signal.at_ms, signal.seq, signal.sender)
        for signal in log.sent(Signal)
        if rests_on(log, signal.data.about, fault_id)
    ]
    marks += [
        Mark(statement.at_ms, statement.seq, statement.sender)
        for statement in log.statements
        if statement.shared
        and fault_id in statement.item.causation
        and statement.item.verification.status is VerificationStatus.DISPUTED
    ]
    marks += [
        Mark(note.at_ms, note.seq, note.content.party)
        for note in log.notes
        if note.content.what == "recognised"
        and rests_on(log, ItemRef(note.content.item, note.content.version), fault_id)
    ]
    first: dict[PartyId, Mark] = {}
    for mark in sorted(marks, key=lambda mark: mark.seq):
        first.setdefault(mark.party, mark)
    return tuple(first.values())


def _correction(
    about: tuple[Statement, ...], fault: Stamped[FaultEntered], detection: Mark | None
) -> Mark | None:
    fault_id, source = fault.content.id, fault.content.party
    standing: set[ItemId] = set()
    for statement in about:
        item = statement.item
        if item.verification.status is VerificationStatus.LAPSED:
            continue  # taken out for its age: nobody saw that it was wrong
        mark = Mark(statement.at_ms, statement.seq, statement.sender)
        if contaminated(item, fault_id):
            if statement.shared:
                standing.add(item.id)
        elif fault_id in item.causation:
            if statement.shared or statement.sender == source:
                return mark
        elif (
            statement.shared
            and item.id in standing
            and detection is not None
            and detection.seq < statement.seq
        ):
            # Replaced by something that does not come from the fault, once somebody had seen what was wrong.
            return mark
    return None


@dataclass
class _Holding:
    # Which versions of which contaminated items a party holds, and since when it has held any.
    known: dict[ItemId, int] = field(default_factory=dict)
    wrong: dict[ItemId, int] = field(default_factory=dict)
    since_ms: int = 0
    total_ms: int = 0
    evidence: list[int] = field(default_factory=list)

    def take(self, statement: Statement, fault: InjectId) -> None:
        item = statement.item
        if item.version < self.known.get(item.id, item.version):
            return
        self.known[item.id] = item.version
        before = bool(self.wrong)
        if contaminated(item, fault):
            self.wrong[item.id] = item.version
        elif fault in item.causation:
            # A correction says in so many words what was wrong, so it puts right every copy that is held.
            self.wrong.clear()
        elif item.version > self.wrong.get(item.id, item.version):
            del self.wrong[item.id]
        if before != bool(self.wrong):
            self._turn(statement, ended=before)

    def _turn(self, statement: Statement, *, ended: bool) -> None:
        self.evidence.append(statement.seq)
        if ended:
            self.total_ms += statement.at_ms - self.since_ms
        else:
            self.since_ms = statement.at_ms

    def exposure(self, end_ms: int) -> Exposure:
        rest_ms = end_ms - self.since_ms if self.wrong else 0
        return Exposure(self.total_ms + rest_ms, tuple(self.evidence), self.evidence[0], bool(self.wrong))


def _exposures(about: tuple[Statement, ...], fault: InjectId, end_ms: int) -> dict[PartyId, Exposure]:
    holdings: dict[PartyId, _Holding] = {}
    for statement in about:
        for party in statement.holders:
            holdings.setdefault(party, _Holding()).take(statement, fault)
    return {
        party: holding.exposure(end_ms) for party, holding in sorted(holdings.items()) if holding.evidence
    }
