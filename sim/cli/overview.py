"""The national overview on the screen: partners with their agreements, and what is missing in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from sim.cli.output import Speaker, plain, print_table, table
from sim.core.model.collaboration import Collaboration
from sim.core.model.ids import PartyId
from sim.core.model.overview import Overview, PartnerRow
from sim.report.overview import OverviewWords, progress_in

_WIDTHS: Final = {2: 14, 3: 17}
"""Most characters of the columns of regions and assessments, so that the others get what they need at 100."""

_PROGRESS_WIDTH: Final = 24
"""Most characters of the columns of the last exercise and of what was reached."""

_RUN_MIN: Final = 3
"""From so many regions in a row on, the first and the last are shown."""


def print_overview(overview: Overview, screen: Console, say: Speaker) -> None:
    """Print the agreements of every partner, and the findings."""
    words = OverviewWords(overview, say.language)
    agreements = sum(len(row.agreements) for row in overview.partners)
    keys = ("partner", "agreement", "regions", "assessed", "exercised")
    made = table(say("overview-title"), *(say(f"overview-{key}") for key in keys))
    for column, width in _WIDTHS.items():
        made.columns[column].max_width = width
    for row in overview.partners:
        for number, agreement in enumerate(row.agreements):
            made.add_row(*_row(row, agreement, words, first=number == 0))
    print_table(made, screen, say)
    _print_progress(overview, words, screen, say)
    _print_findings(overview, words, screen, say)
    counts = {
        "partners": len(overview.partners),
        "agreements": agreements,
        "findings": len(overview.findings),
    }
    screen.print(say("overview-counts", **counts))
    screen.print(say("overview-notice"))


def region_codes(codes: Sequence[PartyId]) -> str:
    """Return region codes in short: ``VR01-VR03 VR24``."""
    runs: list[list[PartyId]] = []
    for code in codes:
        if runs and _number(code) == _number(runs[-1][-1]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return " ".join(part for run in runs for part in _shown(run))


def _number(code: PartyId) -> int:
    return int(code.removeprefix("vr"))


def _shown(run: Sequence[PartyId]) -> Sequence[str]:
    if len(run) >= _RUN_MIN:
        return (f"{run[0].upper()}-{run[-1].upper()}",)
    return tuple(code.upper() for code in run)


def _row(row: PartnerRow, agreement: Collaboration, words: OverviewWords, *, first: bool) -> tuple[str, ...]:
    task, phase = agreement.core_task.value, agreement.phase
    what = (
        f"{task} {words.say(f'overview-task-{task}')}",
        words.text(agreement.profile_name),
        words.say(f"overview-phase-{phase}"),
    )
    cells = (
        "\n".join(what),
        _regions(agreement, row, words),
        words.assessed(agreement),
        _exercised(agreement, words),
    )
    return (_partner(row, words) if first else "", *(escape(cell) for cell in cells))


def _partner(row: PartnerRow, words: OverviewWords) -> str:
    lines = [
        f"[bold]{escape(words.text(row.name))}[/bold]",
        words.say(f"overview-scope-{row.scope.value if row.scope else 'unknown'}"),
    ]
    if row.adoption_region is not None:
        lines.append(words.say("overview-adoption-region", region=row.adoption_region.upper()))
    return "\n".join(lines)


def _regions(agreement: Collaboration, row: PartnerRow, words: OverviewWords) -> str:
    lines = [region_codes(agreement.regions)] if agreement.regions else []
    if agreement.additions:
        added = region_codes(sorted({addition.region for addition in agreement.additions}))
        lines.append(words.say("overview-additions", regions=added))
    if agreement.adoption_region not in (None, row.adoption_region):
        lines.append(words.say("overview-adoption-region", region=str(agreement.adoption_region).upper()))
    return "\n".join(lines)


def _exercised(agreement: Collaboration, words: OverviewWords) -> str:
    """Return the last exercise, and how many came before."""
    if not agreement.exercised:
        return words.unknown_exercise(agreement)
    told = words.exercise(agreement.exercised[-1])
    before = len(agreement.exercised) - 1
    return f"{told}; {words.say('overview-more', count=before)}" if before else told


def _print_progress(overview: Overview, words: OverviewWords, screen: Console, say: Speaker) -> None:
    """Print what came of the exercises of each agreement, where a register tells; without registers nothing."""
    told = progress_in(overview)
    if not told:
        return
    keys = ("last", "reached", "points", "way", "review", "evaluation")
    heads = (say("overview-partner"), *(say(f"progress-{key}") for key in keys))
    made = table(say("progress-title"), *heads)
    for column in (1, 2):
        made.columns[column].max_width = _PROGRESS_WIDTH
    for row, agreement, each in told:
        improving = words.improving
        profile = words.text(agreement.profile_name)
        cells = (
            f"{words.text(row.name)}\n{agreement.core_task.value} {profile}",
            improving.exercise(each.last),
            "\n".join(improving.reached(each)),
            "\n".join(improving.points(each)),
            "\n".join(improving.in_the_way(each)),
            "\n".join(improving.moments(each.last_review, each.next_review)),
            "\n".join(improving.moments(each.last_evaluation, each.next_evaluation)),
        )
        made.add_row(*(escape(plain(cell).plain) for cell in cells))
    print_table(made, screen, say)


def _print_findings(overview: Overview, words: OverviewWords, screen: Console, say: Speaker) -> None:
    """Print each kind of finding once, with the partners and agreements that it is about."""
    screen.print(say("overview-findings"), style="bold")
    rows = {row.partner: row for row in overview.partners}
    about: dict[tuple[str, str], list[str]] = {}
    for gap in overview.findings:
        concerns = words.concerns(gap, rows[gap.partner], region_codes(gap.regions))
        name = words.text(rows[gap.partner].name)
        told = f"{name}: {concerns}" if concerns else name
        about.setdefault((words.text(gap.text), gap.source), []).append(told)
    for (text, source), partners in about.items():
        screen.print(f"{text} ({source})", markup=False)
        for told in partners:
            screen.print(Padding(Text(told), (0, 0, 0, 2)))
    if not about:
        screen.print(say("none"))
    screen.print()
