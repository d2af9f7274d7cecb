"""What became of each fault, as an assessment tells it."""

from __future__ import annotations

from sim.core.assessment.evidence.cases import FaultCase
from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import cited
from sim.core.assessment.evidence.lineage import size
from sim.core.assessment.judging.outcome import FaultResult, PartyExposure
from sim.core.assessment.log.index import LogIndex


def fault_results(evidence: Evidence) -> tuple[FaultResult, ...]:
    """Return what became of each fault, in the order in which they entered."""
    return tuple(_result(evidence.log, case) for case in evidence.cases)


def _result(log: LogIndex, case: FaultCase) -> FaultResult:
    content, at_ms = case.fault.content, case.fault.at_ms
    exposures = tuple(
        PartyExposure(
            party=party,
            exposure_ms=exposure.duration_ms,
            own=party == case.source,
            open=exposure.open,
            evidence=exposure.evidence,
        )
        for party, exposure in sorted(case.exposures.items())
    )
    marks = (*case.detections, *case.signals, *((case.correction,) if case.correction is not None else ()))
    return FaultResult(
        id=case.id,
        type=content.type,
        hop=content.hop,
        blind=content.blind,
        answer=content.answer,
        party=case.source,
        subject=content.subject,
        title=content.title,
        at_ms=at_ms,
        detected_by=tuple(mark.party for mark in case.detections),
        time_to_detect_ms=case.detections[0].at_ms - at_ms if case.detections else None,
        signalled_by=tuple(mark.party for mark in case.signals),
        time_to_signal_ms=case.signals[0].at_ms - at_ms if case.signals else None,
        time_to_correct_ms=case.correction.at_ms - at_ms if case.correction is not None else None,
        time_to_everywhere_ms=case.everywhere_ms - at_ms if case.everywhere_ms is not None else None,
        still_held_by=case.still_held_by,
        size=size(log, case),
        exposure_ms=sum(exposure.duration_ms for exposure in case.received.values()),
        exposures=exposures,
        decisions=tuple(decision.event.id for decision in case.decisions),
        false_alarms=tuple(signal.event.id for signal in case.false_alarms),
        evidence=cited(
            (case.fault.seq,),
            (mark.seq for mark in marks),
            (decision.seq for decision in case.decisions),
            (signal.seq for signal in case.false_alarms),
            *(exposure.evidence for exposure in exposures),
        ),
    )
