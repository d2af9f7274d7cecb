"""docs/verification.md holds the outcome of the exam, and a part of it is held again at each test.

``python -m tests.unit.docs.test_exam_page`` writes it; with ``--check`` the whole exam is held against it.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.core.model.time import format_offset
from sim.core.world.faults import TYPES_AT
from sim.exam.exam import hold, questions
from sim.exam.outline import mark_of, rows_of
from sim.exam.question import EXPECTED, Exam, Question
from sim.files.scenario.loading import load_scenario
from sim.words import word
from tests.unit.docs.test_processes_page import ORDER

PAGE = Path(__file__).parents[3] / "docs" / "verification.md"
SCENARIO = "duinbrand"
OTHERS = ("limburg-hoogwater", "gaslek-keten", "stroomstoring", "vliegbasis")
"""Exercises of which the page has the counts, and what came out otherwise."""
CHECKED = ("limburg-hoogwater",)
"""Those that are held again at each check: the first begins with half a day in which no activity is open."""
SEED = 1
SAMPLE = 9
"""How many of the questions that have a case are put again at each test, spread over all of them."""

BEGIN, END = "<!-- exam: begin -->\n", "<!-- exam: end -->\n"


def written(exam: Exam, others: Sequence[Exam]) -> str:
    """Return the page with the outcome of an exam between its marks, and the counts of others."""
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    return before + BEGIN + _body(exam) + _elsewhere(others) + END + rest.split(END)[1]


def _elsewhere(exams: Sequence[Exam]) -> str:
    lines = [
        "\n## The outcome in the other exercises\n",
        "| exercise | cases | as expected | other than expected | questions without a case |",
        "|---|---|---|---|---|",
        *map(_row, exams),
        *(line for exam in exams for line in _differing(exam)),
    ]
    return "\n".join([*lines, ""])


def _row(exam: Exam) -> str:
    cases, other = len(exam.cases), len(exam.differing)
    return f"| `{exam.scenario}` | {cases} | {cases - other} | {other} | {len(exam.no_cases)} |"


def _body(exam: Exam) -> str:
    rows = rows_of(exam)
    profiles = [profile for profile in ORDER if any(profile in row for row in rows.values())]
    lines = [
        f"\n## The outcome in `{exam.scenario}`, seed {exam.seed}\n",
        _counts(exam) + "\n",
        "✓ as expected · ✗ other than expected · `·` no case\n",
        f"| fault | hop | {' | '.join(profiles)} |",
        f"|---|---|{'---|' * len(profiles)}",
    ]
    for (fault_type, hop), row in rows.items():
        marks = " | ".join(mark_of(row[profile]) for profile in profiles)
        lines.append(f"| {fault_type.value} | {hop.value} | {marks} |")
    return "\n".join([*lines, *_differing(exam), *_reasons(exam), ""])


def _counts(exam: Exam) -> str:
    right = len(exam.cases) - len(exam.differing)
    return (
        f"{len(exam.cases)} cases: {right} as expected, {len(exam.differing)} other than expected. "
        f"{len(exam.no_cases)} questions without a case."
    )


def _differing(exam: Exam) -> list[str]:
    if not exam.differing:
        return []
    lines = [
        f"\n### Other than expected in `{exam.scenario}`\n",
        "| fault | hop | profile | party | subject | at | with perfect skill | with none |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case in exam.differing:
        perfect, none = EXPECTED[case.answer]
        asked = case.question
        lines.append(
            f"| {asked.type.value} | {asked.hop.value} | {asked.profile} | {case.party} | {case.subject} "
            f"| {format_offset(case.at_ms)} | {_told(case.perfect, perfect)} | {_told(case.none, none)} |"
        )
    return lines


def _told(found: str, expected: str) -> str:
    told = word(f"grade-{found}", "en")
    return told if found == expected else f"**{told}**, expected: {word(f'grade-{expected}', 'en')}"


def _reasons(exam: Exam) -> list[str]:
    counted = Counter(one.why for one in exam.no_cases)
    rows = [f"| {word(f'exam-why-{why}', 'en')} | {count} |" for why, count in sorted(counted.items())]
    return ["\n### Why there is no case\n", "| reason | questions |", "|---|---|", *rows]


def marks_on_page() -> dict[Question, str]:
    """Return the mark of each question as the page has it."""
    table = PAGE.read_text("utf-8").split(BEGIN)[1].split("\n### ")[0].splitlines()
    head = next(line for line in table if line.startswith("| fault | hop |"))
    profiles = [cell.strip() for cell in head.strip("|").split("|")][2:]
    found: dict[Question, str] = {}
    known = {(asked.type.value, asked.hop.value): asked for asked in questions(load_scenario(SCENARIO))}
    for line in table:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        asked = known.get((cells[0], cells[1])) if len(cells) == len(profiles) + 2 else None
        if asked is not None:
            found |= {
                Question(asked.type, asked.hop, profile): mark
                for profile, mark in zip(profiles, cells[2:], strict=True)
            }
    return found


def test_the_page_answers_every_question_of_the_catalogue() -> None:
    marks = marks_on_page()
    assert set(marks) == set(questions(load_scenario(SCENARIO)))
    assert {(asked.type, asked.hop) for asked in marks} == {
        (fault_type, hop) for hop, types in TYPES_AT.items() for fault_type in types
    }


def test_the_counts_on_the_page_are_those_of_its_table() -> None:
    counted = Counter(marks_on_page().values())
    right, wrong, none = (counted[mark] for mark in "✓✗·")
    told = re.search(
        r"(\d+) cases: (\d+) as expected, (\d+) other.* (\d+) questions", PAGE.read_text("utf-8")
    )
    assert told is not None
    assert [int(one) for one in told.groups()] == [right + wrong, right, wrong, none]


def _sample() -> list[Question]:
    asked = [question for question, mark in marks_on_page().items() if mark != "·"]
    return asked[:: max(1, len(asked) // SAMPLE)]


@pytest.mark.timeout(600)
def test_questions_come_out_as_the_page_says() -> None:
    sample = _sample()
    assert len(sample) >= SAMPLE
    exam = hold(load_scenario(SCENARIO), SEED, sample)
    found = {case.question: mark_of(case) for case in exam.cases}
    marks = marks_on_page()
    assert found == {question: marks[question] for question in sample}


def _held(scenario: str) -> Exam:
    plan = load_scenario(scenario)
    exam = hold(plan, SEED, questions(plan), workers=os.cpu_count() or 1, on_progress=_progress)
    print(f"\n{scenario}: {_counts(exam)}")
    return exam


def _is_on_page() -> bool:
    """Say whether the page has the outcome of the exams that are held at each check."""
    page = PAGE.read_text("utf-8")
    return _body(_held(SCENARIO)) in page and all(_row(_held(scenario)) in page for scenario in CHECKED)


def main() -> int:
    """Hold the exams; write the page, or say whether it is as the page says."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(written(_held(SCENARIO), [_held(scenario) for scenario in OTHERS]), "utf-8")
        return 0
    if _is_on_page():
        return 0
    print(f"{PAGE}: expected the outcome of this exam, found another: make exam-table writes it anew")
    return 1


def _progress(done: int, total: int) -> None:
    if done % 20 == 0 or done == total:
        print(f"\r{done} of {total}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
