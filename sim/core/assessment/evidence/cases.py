"""What became of each fault: who was told it, who saw that it was wrong, when it was put right.

The known answer of a fault stands in its record; what carries the fault's id in ``causation`` comes from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from sim.core.assessment.log.columns import Flags, Numbers, ref_keys
from sim.core.assessment.log.entries import Moment, Sent, Stamped
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import fault_ids, from_fault, rows_from_fault
from sim.core.assessment.log.told import Told
from sim.core.messages.contents import Decision, Signal
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.model.ids import InjectId, ItemId, PartyId, SubjectId
from sim.core.records.kinds import FaultEntered

_SETTLED: Final = (VerificationStatus.CORRECTED, VerificationStatus.REFUTED, VerificationStatus.LAPSED)


_PASSED_ON: Final = frozenset({"transcription", "moderation", "relay"})
"""Hops at which a party tells wrongly what it was told rightly."""


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
        spans: From when to when (ms) it held it; the last has no end where it is open.
    """

    duration_ms: int
    evidence: tuple[int, ...]
    first_seq: int
    open: bool
    spans: tuple[tuple[int, int | None], ...]

    @property
    def ended_ms(self) -> int | None:
        """Return when it held it no longer, the last time; None while it is open."""
        return self.spans[-1][1]

    def held_at(self, seq: int) -> bool:
        """Say whether the party held it when a record was written."""
        return sum(turn < seq for turn in self.evidence) % 2 == 1


@dataclass(frozen=True, slots=True)
class FaultCase:
    """One fault and what became of it.

    Attributes:
        fault: Its record.
        detections: Who recognised it, the first of each party, in order of time.
        signals: Who told others in a signal that it looks wrong, the first of each party, in order of time.
        correction: What put it right first; None when nothing did.
        exposures: By party that held it, the party where it entered included.
        decisions: Decisions that rest on it.
        false_alarms: Signals that called something true wrong, because who sent them believed it.
    """

    fault: Stamped[FaultEntered]
    detections: tuple[Mark, ...]
    signals: tuple[Mark, ...]
    correction: Mark | None
    exposures: Mapping[PartyId, Exposure]
    decisions: tuple[Sent[Decision], ...]
    false_alarms: tuple[Sent[Signal], ...]

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

    @property
    def everywhere_ms(self) -> int | None:
        """Return from when on nobody held it any more; None when nobody ever did, or somebody held it to the end."""
        ended = [exposure.ended_ms for exposure in self.exposures.values()]
        closed = [at_ms for at_ms in ended if at_ms is not None]
        return max(closed) if closed and len(closed) == len(ended) else None

    @property
    def still_held_by(self) -> tuple[PartyId, ...]:
        """Return who held it when the run ended, in order of id."""
        return tuple(party for party in sorted(self.exposures) if self.exposures[party].open)

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
    return ref in _contaminated(log, fault)


@remembered
def _contaminated(log: LogIndex, fault: InjectId) -> frozenset[ItemRef]:
    """Return the versions of items that were told anywhere so that they pass on what a fault told."""
    told = log.told
    wrong = [face for face in told.from_cause(fault) if contaminated(told.faces[face], fault)]
    rows = np.flatnonzero(told.of_faces(wrong))
    pairs = np.unique(np.column_stack((told.face[rows], told.version[rows])), axis=0).tolist()
    return frozenset(ItemRef(told.faces[face].id, version) for face, version in pairs)


def was_wrong(log: LogIndex, about: ItemRef) -> bool:
    """Say whether one version of an item was wrong: a fault, a wrong clock or a slip is behind it.

    Of what the log does not hold nobody can say that it was right.
    """
    told = log.told
    faces = [told.faces[number] for number in np.unique(told.face[told.rows_of_version(about)]).tolist()]
    if not faces:
        return True
    faults, slipped = _wrongs(log)
    return any(faults & set(face.causation) or slipped & {face.id, *face.relates_to} for face in faces)


@remembered
def _wrongs(log: LogIndex) -> tuple[frozenset[InjectId], frozenset[ItemId]]:
    """Return what can be behind a wrong item (faults and wrong clocks), and the items in which somebody slipped."""
    clocks = {edge.content.id for edge in log.outages if edge.content.offset_ms}
    slipped = {note.content.item for note in log.notes if note.content.what == "slip"}
    return fault_ids(log) | clocks, frozenset(slipped)


def cases(log: LogIndex) -> tuple[FaultCase, ...]:
    """Return what became of each fault, in the order in which they entered."""
    return tuple(_case(log, fault) for fault in log.faults)


def _case(log: LogIndex, fault: Stamped[FaultEntered]) -> FaultCase:
    fault_id = fault.content.id
    about = touched(log, fault_id)
    signals = _signals(log, fault)
    detections = _detections(log, fault, signals)
    return FaultCase(
        fault=fault,
        detections=detections,
        signals=_first_of_each(signals),
        correction=_correction(log.told, about, fault, detections[0] if detections else None),
        exposures=_exposures(log.told, about, fault_id, log.end_ms),
        decisions=tuple(decision for decision in log.sent(Decision) if _decides_on(log, decision, fault_id)),
        false_alarms=tuple(
            signal
            for signal in log.sent(Signal)
            if signal.data.known is not None
            and contaminated(signal.data.known, fault_id)
            and not was_wrong(log, signal.data.about)
        ),
    )


def touched(log: LogIndex, fault: InjectId) -> Numbers:
    """Return the rows that told an item that at any time came from a fault, also the versions that did not."""
    told = log.told
    items = {told.faces[face].id for face in np.unique(told.face[rows_from_fault(log, fault)]).tolist()}
    return np.flatnonzero(told.of_faces(face for item in items for face in told.by_item[item]))


def _decides_on(log: LogIndex, decision: Sent[Decision], fault: InjectId) -> bool:
    """Say whether a decision rests on what a fault told.

    What a version said that no message told (it was never sent, for the tool was down) only the decision knows:
    it names the faults behind it.
    """
    refs = decision.data.rests_on
    if any(rests_on(log, ref, fault) for ref in refs):
        return True
    return fault in decision.event.injects and any(not log.told.rows_of_version(ref) for ref in refs)


def _signals(log: LogIndex, fault: Stamped[FaultEntered]) -> list[Mark]:
    wrong = _contaminated(log, fault.content.id)
    return [
        Mark(signal.at_ms, signal.seq, signal.sender)
        for signal in log.sent(Signal)
        if signal.data.about in wrong or _doubts_what_it_read(signal, fault.content)
    ]


def _doubts_what_it_read(signal: Sent[Signal], fault: FaultEntered) -> bool:
    """Say whether a party signals what it alone read wrongly: the others' copies are right, only its signal tells."""
    is_of_fault = fault.id in signal.event.injects and signal.data.subject == fault.subject
    return is_of_fault and fault.hop in _PASSED_ON and signal.sender == fault.party


def _first_of_each(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    first: dict[PartyId, Mark] = {}
    for mark in sorted(marks, key=lambda mark: mark.seq):
        first.setdefault(mark.party, mark)
    return tuple(first.values())


def _detections(log: LogIndex, case: Stamped[FaultEntered], signals: Sequence[Mark]) -> tuple[Mark, ...]:
    marks, fault = list(signals), case.content.id
    wrong = _contaminated(log, fault)
    marks += [
        Mark(statement.at_ms, statement.seq, statement.sender)
        for statement in from_fault(log, fault)
        if statement.shared and statement.item.verification.status is VerificationStatus.DISPUTED
    ]
    marks += [
        Mark(note.at_ms, note.seq, note.content.party)
        for note in log.notes
        if note.content.what == "recognised" and ItemRef(note.content.item, note.content.version) in wrong
    ]
    return _first_of_each(marks)


def _correction(
    told: Told, about: Numbers, fault: Stamped[FaultEntered], detection: Mark | None
) -> Mark | None:
    fault_id, source = fault.content.id, fault.content.party
    passed_on = fault.content.hop in _PASSED_ON  # then who passed it on puts it right by telling it again
    standing: set[ItemId] = set()
    for row in about.tolist():
        face, way = told.faces[told.face[row]], told.ways[told.way[row]]
        if face.verification.status is VerificationStatus.LAPSED:
            continue  # taken out for its age: nobody saw that it was wrong
        is_kept = way.shared or (passed_on and way.sender == source)
        if contaminated(face, fault_id):
            if is_kept:
                standing.add(face.id)
        elif fault_id in face.causation:
            if way.shared or way.sender == source:
                return _mark(told, row)
        elif is_kept and face.id in standing and detection is not None and detection.seq < told.seq[row]:
            # Replaced by something that does not come from the fault, once somebody had seen what was wrong.
            return _mark(told, row)
    return None


def _mark(told: Told, row: int) -> Mark:
    moment = told.moment(row)
    return Mark(moment.at_ms, moment.seq, told.ways[told.way[row]].sender)


@dataclass
class _Holding:
    # The contaminated items that a party holds (their versions and subjects), and from when to when it has held any.
    wrong: dict[ItemId, tuple[int, SubjectId]] = field(default_factory=dict)
    spans: list[tuple[int, int | None]] = field(default_factory=list)
    evidence: list[int] = field(default_factory=list)

    def take(self, face: Item, version: int, fault: InjectId) -> bool:
        """Take what is told; say whether the party held something wrong and does no longer, or the other way round."""
        before = bool(self.wrong)
        if contaminated(face, fault):
            self.wrong[face.id] = (version, face.subject)
        elif fault in face.causation:
            # A correction says in so many words what was wrong, so it puts right every copy that is held.
            self.wrong = {item: held for item, held in self.wrong.items() if held[1] != face.subject}
        elif face.id in self.wrong and version > self.wrong[face.id][0]:
            del self.wrong[face.id]
        return before != bool(self.wrong)

    def turn(self, moment: Moment) -> None:
        """Take that from a moment on it holds something wrong, or nothing any more."""
        self.evidence.append(moment.seq)
        if self.wrong:
            self.spans.append((moment.at_ms, None))
        else:
            self.spans[-1] = (self.spans[-1][0], moment.at_ms)

    def exposure(self, end_ms: int) -> Exposure:
        return Exposure(
            duration_ms=sum((end_ms if until is None else until) - since for since, until in self.spans),
            evidence=tuple(self.evidence),
            first_seq=self.evidence[0],
            open=bool(self.wrong),
            spans=tuple(self.spans),
        )


def _exposures(told: Told, about: Numbers, fault: InjectId, end_ms: int) -> dict[PartyId, Exposure]:
    from_it = np.zeros(len(told.faces), np.bool_)
    from_it[list(told.from_cause(fault))] = True
    ways = np.unique(told.way[about]).tolist()
    found = {}
    for party in sorted({party for way in ways for party in told.ways[way].holders}):
        rows = about[told.held_by(party)[told.way[about]]]
        holding = _held(told, _not_overtaken(told, rows), from_it, fault)
        if holding.evidence:
            found[party] = holding.exposure(end_ms)
    return found


def _not_overtaken(told: Told, rows: Numbers) -> Numbers:
    """Return those of some rows, in order, before which no newer version of the same item stands."""
    item = told.item_of_face[told.face[rows]]
    order = np.argsort(item, kind="stable")
    # Items rise, and so a running maximum over item and version never looks back into another item.
    keys = ref_keys(item, told.version[rows])[order]
    newest = np.empty(len(rows), np.bool_)
    newest[order] = keys == np.maximum.accumulate(keys)
    return rows[newest]


def _held(told: Told, rows: Numbers, from_it: Flags, fault: InjectId) -> _Holding:
    """Return what came of what a party was told in some rows."""
    holding = _Holding()
    columns = (rows, told.face[rows], told.version[rows], from_it[told.face[rows]])
    for row, number, version, is_of_it in zip(*[column.tolist() for column in columns], strict=True):
        # Who holds nothing wrong is not touched by what does not come from it: that is most of what is told.
        if (is_of_it or holding.wrong) and holding.take(told.faces[number], version, fault):
            holding.turn(told.moment(row))
    return holding
