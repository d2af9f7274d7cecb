"""The evidence in the log of a run, as assessments, reports and traces work on it."""

from __future__ import annotations

from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog


def evidence_of(log: RunLog) -> Evidence:
    """Return the evidence in the log of a run, read in one pass.

    Raises:
        RunLogError: A record is bad, the log has no opening, or more records than an assessment takes in
            (:data:`~sim.runlog.reader.ASSESSED_MAX`).
    """
    try:
        return gather(log.records(lean=True))
    except ValueError as error:
        raise RunLogError(f"{log.folder}: {error}") from error
