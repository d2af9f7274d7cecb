"""Marking: what became of the fault, and who could have known better, from the log of a sitting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sim.core.assessment.evidence.cases import FaultCase
from sim.core.messages.items import Item, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId
from sim.core.picture.observation import Fact
from sim.core.records.kinds import FaultEntered
from sim.core.world.faults import Fault, FaultType, Hop, KnownAnswer
from sim.core.world.perception import perceives
from sim.core.world.scenario import Scenario
from sim.exam.candidates import AFTERWARDS_MS, Candidate
from sim.exam.question import Grade, Why
from sim.exam.room import Sitting


def case_of(sitting: Sitting, fault: Fault) -> FaultCase | None:
    """Return what became of the fault; None when it never entered."""
    return next((case for case in sitting.evidence.cases if case.id == fault.id), None)


def could_know(scenario: Scenario, candidate: Candidate) -> bool:
    """Say whether anybody but the party where a fault enters looks after what it is about."""
    return any(
        name != candidate.party and perceives(party, candidate.truth.fact)
        for name, party in scenario.parties.items()
    )


def competent(sitting: Sitting, case: FaultCase, answer: KnownAnswer) -> tuple[PartyId, ...]:
    """Return who saw for itself what the fault is about, and was told of it.

    Where nothing was told, it is who saw it and speaks in this exercise: who is not let in cannot tell. The party where
    the fault entered is not among them: it believes what it says.
    """
    entered: FaultEntered = case.fault.content
    log = sitting.evidence.log
    saw = {
        one.content.party
        for one in log.observed
        if one.content.observation.fact.subject == entered.subject and not one.content.observation.causation
    }
    speaks = {one.sender for one in log.statements if one.sender == one.item.source.party}
    found = saw & (set(case.received) if answer in _READ else speaks) - {entered.party}
    return tuple(party for party in sorted(found) if _can_tell(sitting, entered, party))


def _can_tell(sitting: Sitting, entered: FaultEntered, party: PartyId) -> bool:
    """Say whether a party that saw the thing itself can tell what is wrong with what it was told.

    Who directs the picture, and tells of it outside the tool, says who said it and whether it was verified. Who cannot
    read the picture sees through the first only if it is one of those named, and through the second not at all.
    """
    bodies = {one.id for one in sitting.evidence.log.parties if one.kind == "body"}
    if entered.hop != Hop.TRANSCRIPTION or entered.party not in bodies:
        return True
    if entered.type == FaultType.MISATTRIBUTED:
        told = (one.item for one in sitting.evidence.log.statements if one.item.id == entered.item)
        return party in {item.source.party for item in told}
    return entered.type != FaultType.UNVERIFIED_AS_VERIFIED


def why_none(sitting: Sitting, case: FaultCase, answer: KnownAnswer) -> Why | None:
    """Return why a fault that entered makes no case: nobody heard of it, or nobody knows better; None when it does."""
    if answer is KnownAnswer.TOLD_LATE and _stood_there(sitting, case):
        return "nothing-to-make-wrong"
    if answer is not KnownAnswer.NOT_READ and answer is not KnownAnswer.TOLD_LATE and not case.received:
        return "nobody-told"
    return "nobody-else-knows" if answer in KNOWING and not competent(sitting, case, answer) else None


def _stood_there(sitting: Sitting, case: FaultCase) -> bool:
    """Say whether what was held back on its way stood already where it comes out: its source only said it again."""
    entered: FaultEntered = case.fault.content
    shape = TOLD_ON.get(Hop(entered.hop))
    before = [
        one.item
        for one in sitting.evidence.log.statements
        if one.item.subject == entered.subject and one.seq < case.fault.seq and one.shape is shape
    ]
    return bool(before) and _says(before[-1], entered.truth)


def is_overtaken(unskilled: FaultCase, answer: KnownAnswer) -> bool:
    """Say whether what was told wrongly made way at once, where nobody recognises anything: there is nothing to ask."""
    held = [exposure.duration_ms for exposure in unskilled.received.values()]
    return answer in _READ and all(duration_ms < AFTERWARDS_MS for duration_ms in held)


def grade(sitting: Sitting, case: FaultCase, answer: KnownAnswer) -> Grade:
    """Return what became of a fault that entered, by what its known answer asks."""
    return _GRADES[answer](sitting, case)


def _recognition(sitting: Sitting, case: FaultCase) -> Grade:
    if not case.detections:
        return Grade.UNDETECTED
    first = case.detections[0].seq
    is_righted = case.correction is not None and case.correction.seq > first
    return Grade.RIGHTED if is_righted or _said_rightly(sitting, case, first) else Grade.DETECTED


def _said_rightly(sitting: Sitting, case: FaultCase, after_seq: int) -> bool:
    """Say whether, once it was recognised, its source said what is so, in a statement that is not of the fault.

    Where time, source or standing were wrong, and not what it says, the source has nothing to correct in words.
    """
    entered: FaultEntered = case.fault.content
    return any(
        one.seq > after_seq
        and one.item.subject == entered.subject
        and one.sender == one.item.source.party == entered.party
        and case.id not in one.item.causation
        and _says(one.item, entered.truth)
        for one in sitting.evidence.log.statements
    )


def _counting(sitting: Sitting, case: FaultCase) -> Grade:
    """Look whether something was verified of which only the fault's party, and whom it echoes, ever spoke."""
    about = [one for one in sitting.evidence.log.statements if one.item.subject == case.fault.content.subject]
    verified = [one for one in about if one.shared and _is_verified(one.item, case)]
    return Grade.COUNTED_TWICE if verified else Grade.COUNTED_ONCE


def _is_verified(item: Item, case: FaultCase) -> bool:
    return case.id in item.causation and item.verification.status is VerificationStatus.VERIFIED


def _telling(sitting: Sitting, case: FaultCase) -> Grade:
    """Look whether what was held back was told after all: on its part of the way, or, of an observation, by anybody.

    It must be what is so now: what was told before the fault is another statement.
    """
    entered: FaultEntered = case.fault.content
    shape = TOLD_ON.get(Hop(entered.hop))
    told = any(
        one.item.subject == entered.subject
        and one.seq > case.fault.seq
        and shape in (None, one.shape)
        and _says(one.item, entered.truth)
        for one in sitting.evidence.log.statements
        if one.readers
    )
    return Grade.TOLD if told else Grade.UNTOLD


def _says(item: Item, fact: Fact) -> bool:
    return (item.values, item.text) == (fact.values, fact.text)


def _reading(sitting: Sitting, case: FaultCase) -> Grade:
    """Look whether what nobody can read is one record that says what is wrong; no message can have come of it."""
    wrong = [record for record in sitting.records if record.kind == "garbled" and case.id in record.cause]
    return Grade.NOT_READ if len(wrong) == 1 else Grade.READ


TOLD_ON: Final = {
    Hop.TRANSCRIPTION: Shape.OUTSIDE,
    Hop.MODERATION: Shape.SHARED,
    Hop.RELAY: Shape.NATIONAL,
}
"""Where what passes through somebody's hands comes out."""

_READ: Final = frozenset(
    {KnownAnswer.CORRECTED, KnownAnswer.COMPLETED, KnownAnswer.REFUTED, KnownAnswer.WITHDRAWN}
)
"""Answers to what can be read, and takes somebody who was told it and knows better."""

KNOWING: Final = _READ | {KnownAnswer.TOLD_LATE}
"""Answers that take somebody else who knows what is so."""

_GRADES: Final[Mapping[KnownAnswer, Callable[[Sitting, FaultCase], Grade]]] = {
    KnownAnswer.CORRECTED: _recognition,
    KnownAnswer.COMPLETED: _recognition,
    KnownAnswer.REFUTED: _recognition,
    KnownAnswer.WITHDRAWN: _recognition,
    KnownAnswer.COUNTED_ONCE: _counting,
    KnownAnswer.TOLD_LATE: _telling,
    KnownAnswer.NOT_READ: _reading,
}
