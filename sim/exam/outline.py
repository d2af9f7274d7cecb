"""The outcome of an exam at a glance: type by hop against profiles, each with a mark."""

from __future__ import annotations

from typing import Final

from sim.core.world.faults import FaultType, Hop
from sim.exam.question import Case, Exam, Question

AS_EXPECTED: Final = "✓"
DIFFERENT: Final = "✗"
NONE: Final = "·"


def rows_of(exam: Exam) -> dict[tuple[FaultType, Hop], dict[str, Case | None]]:
    """Return the outcome by type and hop, and in these by profile; None where there is no case."""
    rows: dict[tuple[FaultType, Hop], dict[str, Case | None]] = {}
    asked: list[tuple[Question, Case | None]] = [(case.question, case) for case in exam.cases]
    asked += [(one.question, None) for one in exam.no_cases]
    types, hops = list(FaultType), list(Hop)
    for question, case in sorted(
        asked, key=lambda one: (types.index(one[0].type), hops.index(one[0].hop), one[0].profile)
    ):
        rows.setdefault((question.type, question.hop), {})[question.profile] = case
    return rows


def mark_of(case: Case | None) -> str:
    """Return the mark of a case in a table."""
    if case is None:
        return NONE
    return AS_EXPECTED if case.as_expected else DIFFERENT
