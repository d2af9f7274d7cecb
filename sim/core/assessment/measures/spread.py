"""How far faulty information spread over the exercise as a whole, and how long until it was gone everywhere.

The same of one fault stand with that fault (:mod:`sim.core.assessment.judging.fault_results`); ``docs/lineage.md``
defines them. The contamination in partner-minutes of the exercise is the measure ``exposure-total``.
"""

from __future__ import annotations

from sim.core.assessment.evidence.cases import FaultCase
from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, Sample, cited, median, of_samples
from sim.core.assessment.evidence.lineage import tellings
from sim.core.assessment.measures.faults import all_false_alarms


def time_to_everywhere(evidence: Evidence) -> Figure | None:
    """Measure the median time (ms) from a fault's entry until nobody held what it told any more.

    Of faults that reached anybody but the party where they entered. What somebody still held when the run ended is
    open.
    """
    samples = []
    for case in evidence.cases:
        if not case.received:
            continue
        until_ms, is_open = case.everywhere_ms, False
        if until_ms is None:
            until_ms, is_open = evidence.log.end_ms, True
        seqs = cited((case.fault.seq,), *(held.evidence for held in case.exposures.values()))
        samples.append(Sample("everywhere", case.id, until_ms - case.fault.at_ms, seqs, open=is_open))
    return of_samples(samples, median)


def onward_spread(evidence: Evidence) -> Figure | None:
    """Count the parties that were told by another what a fault told, over all faults.

    One fault that reaches five others counts for five. How often they were told once more stands in the rows
    (``again``). None without a fault.
    """
    if not evidence.cases:
        return None
    rows = [row for case in evidence.cases for row in _rows(evidence, case)]
    return Figure(
        value=sum(row.value for row in rows if row.what == "spread"),
        count=len(evidence.cases),
        evidence=cited(*(row.evidence for row in rows)),
        details=tuple(rows),
    )


def false_alarm_rate(evidence: Evidence) -> Figure | None:
    """Measure the share of signals that were about items that were right, as their source confirmed."""
    figure = all_false_alarms(evidence)
    if figure is None or figure.value is None:
        return None
    return Figure(
        value=figure.value / figure.count,
        count=figure.count,
        evidence=figure.evidence,
        details=figure.details,
    )


def _rows(evidence: Evidence, case: FaultCase) -> tuple[Detail, Detail]:
    first, again = tellings(evidence.log, case)
    return (
        Detail("spread", case.id, len(first), cited((case.fault.seq,), first)),
        Detail("again", case.id, again, (case.fault.seq,)),
    )
