"""What a person sees of an exam: type by hop against profiles, what differs, and why there is no case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console

from sim.cli.output import Speaker, print_table, table
from sim.core.model.time import format_offset
from sim.core.world.faults import FaultType, Hop
from sim.exam.outline import NONE, mark_of, rows_of
from sim.exam.question import EXPECTED, Exam
from sim.files.faults.catalogue import load_fault_catalogue


def print_exam(exam: Exam, screen: Console, say: Speaker) -> None:
    """Print the outcome of an exam."""
    catalogue = load_fault_catalogue()
    types = {entry.id: entry.name.in_language(say.language) for entry in catalogue.types}
    hops = {entry.id: entry.name.in_language(say.language) for entry in catalogue.hops}
    _print_overview(exam, types, hops, screen, say)
    _print_differing(exam, types, hops, screen, say)
    for why, count in sorted(Counter(one.why for one in exam.no_cases).items()):
        screen.print(f"{NONE} {count}: {say(f'exam-why-{why}')}")
    counts = say(
        "exam-counts",
        cases=len(exam.cases),
        right=len(exam.cases) - len(exam.differing),
        wrong=len(exam.differing),
        none=len(exam.no_cases),
    )
    screen.print(counts)


def _print_overview(
    exam: Exam, types: Mapping[FaultType, str], hops: Mapping[Hop, str], screen: Console, say: Speaker
) -> None:
    rows = rows_of(exam)
    profiles = sorted({profile for row in rows.values() for profile in row})
    made = table(say("exam-title", scenario=exam.scenario), say("exam-type"), say("exam-hop"), *profiles)
    for (fault_type, hop), row in rows.items():
        marks = [mark_of(row[profile]) if profile in row else "" for profile in profiles]
        made.add_row(types[fault_type], hops[hop], *marks)
    print_table(made, screen, say)


def _print_differing(
    exam: Exam, types: Mapping[FaultType, str], hops: Mapping[Hop, str], screen: Console, say: Speaker
) -> None:
    if not exam.differing:
        return
    keys = ("exam-type", "exam-hop", "profile", "party", "exam-subject", "when", "exam-perfect", "exam-none")
    made = table(say("exam-differing"), *(say(key) for key in keys))
    for case in exam.differing:
        question = case.question
        expected = EXPECTED[case.answer]
        made.add_row(
            types[question.type],
            hops[question.hop],
            question.profile,
            case.party,
            case.subject,
            format_offset(case.at_ms),
            _came_out(case.perfect, expected[0], say),
            _came_out(case.none, expected[1], say),
        )
    print_table(made, screen, say)


def _came_out(found: str, expected: str, say: Speaker) -> str:
    told = say(f"grade-{found}")
    return told if found == expected else say("exam-instead", found=told, expected=say(f"grade-{expected}"))
