"""An assessment on the screen: faults and what became of them, partners and their findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final, get_args

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.cli.output import Speaker, print_table, table
from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.criteria import AppliedNorm, Part, Quality
from sim.core.assessment.judging.outcome import Assessment, FaultResult, Finding, PartnerResult, Result
from sim.core.model.time import format_duration
from sim.core.world.faults import Hop
from sim.report.lineage.words import LineageWords

_EVIDENCE_SHOWN = 2
_PARTY_WIDTH = 16
"""Characters of the id of a party that stay on one line."""

_COLUMNS: Final = {"criterion": 35, "result": 16, "measured": 15, "norm": 12, "evidence": 14}
"""The columns of findings, and their widths on a screen of 100 columns."""

_WIDE: Final = 140
"""Characters on a line of a screen with room for all figures of a fault, and for the source of each norm (it stands
in the JSON anyway)."""


def print_faults(faults: Sequence[FaultResult], start: datetime, screen: Console, say: Speaker) -> None:
    """Print what became of every fault."""
    words = LineageWords(say.language, start)
    names = [name for name, _ in words.figures(faults[0])] if faults else []
    made = table(
        say("faults-title", count=len(faults)),
        say("when"),
        say("fault"),
        say("entered-at"),
        *names,
        right=tuple(range(3, 3 + len(names))),
    )
    made.columns[2].min_width = min(_PARTY_WIDTH, max((len(fault.party) for fault in faults), default=0))
    for column in made.columns[2:]:
        # Where there is room for it, words and figures stay whole.
        column.no_wrap = screen.width >= _WIDE
        column.header = str(column.header).replace(" ", "\n")
    for fault in faults:
        made.add_row(
            words.moment(fault.at_ms),
            f"{fault.title.in_language(say.language)} ({fault.id})",
            " · ".join(
                (
                    fault.party,
                    *(() if fault.hop == Hop.OBSERVATION else (fault.hop,)),
                    *((say("fault-blind"),) if fault.blind else ()),
                )
            ),
            *(figure for _, figure in words.figures(fault)),
        )
    print_table(made, screen, say)


def print_incomplete(assessment: Assessment, start: datetime, screen: Console, say: Speaker) -> None:
    """Say it when a run was cut short: what was to come is not judged."""
    if assessment.complete:
        return
    at, planned = say.moment(assessment.end_ms, start), say.moment(assessment.planned_end_ms, start)
    screen.print(say("judgment-incomplete", at=at, planned=planned), style="bold")
    screen.print()


def print_partners(assessment: Assessment, screen: Console, say: Speaker) -> None:
    """Print the advice on every partner in one line each, with how much of each part was met."""
    parts = [part for part in _PARTS if part in assessment.judged]
    made = table(
        say("judgment-title"),
        say("party"),
        say("profile"),
        say("advice"),
        *(say(f"part-of-{part}") for part in parts),
        say("minimum-open"),
        right=tuple(range(3, 4 + len(parts))),
    )
    for partner in assessment.partners:
        made.add_row(
            partner.name.in_language(say.language),
            partner.profile_name.in_language(say.language),
            say(advice_key(partner)),
            *(_met(partner, part) for part in parts),
            str(len(partner.ground.put_right) or "·"),
        )
    screen.print(made)
    screen.print(say("judgment-counts"))
    screen.print(assessment.notice.in_language(say.language))
    screen.print()


def print_reasons(assessment: Assessment, screen: Console, say: Speaker) -> None:
    """Print for every partner the advice and why, for who was not there."""
    screen.print(say("reasons-title"), style="bold")
    for partner in assessment.partners:
        name = partner.name.in_language(say.language)
        screen.print(f"{name} ({partner.id}): {say(advice_key(partner))}", style="bold")
        screen.print(partner.reason.in_language(say.language))
    screen.print()
    screen.print(say("reasons-more"))
    screen.print()


def print_findings(partner: PartnerResult, screen: Console, say: Speaker) -> None:
    """Print every finding of a partner by part and quality, with figure, norm and evidence; and what follows."""
    name, profile = partner.name.in_language(say.language), partner.profile_name.in_language(say.language)
    screen.print(f"{name} · {profile} · {say('advice')}: {say(advice_key(partner))}", style="bold")
    screen.print(partner.reason.in_language(say.language))
    shown = [one for one in partner.criteria if one.result is not Result.NOT_APPLICABLE or one.measure.count]
    _print_by_part(shown, screen, say)


def print_exercise(assessment: Assessment, screen: Console, say: Speaker) -> None:
    """Print the findings about the exercise as a whole, by quality."""
    screen.print(say("exercise-findings"), style="bold")
    _print_by_part(assessment.criteria, screen, say)


def advice_key(partner: PartnerResult) -> str:
    """Return the catalogue's key of a partner's advice."""
    return "advice-" + partner.advice.value.replace(" ", "-")


_PARTS: Final = get_args(Part)
_QUALITIES: Final = get_args(Quality)
RESULT_KEY: Final = {result: "result-" + result.value.replace(" ", "-") for result in Result}
"""The catalogue's key of each result."""


def _met(partner: PartnerResult, part: Part) -> str:
    results = Counter(one.result for one in partner.criteria if one.part == part)
    asked = sum(results.values()) - results[Result.NOT_APPLICABLE]
    return f"{results[Result.MET]}/{asked}" if asked else "·"


def _print_by_part(findings: Sequence[Finding], screen: Console, say: Speaker) -> None:
    # One table, so that all columns are as wide; a line between says what follows.
    made = Table(box=None, pad_edge=False)
    with_source = screen.width >= _WIDE
    for key, width in _COLUMNS.items():
        made.add_column(say(key), width=None if with_source else width, overflow="fold")
    for part in _PARTS:
        for quality in _QUALITIES:
            group = [one for one in findings if (one.part, one.quality) == (part, quality)]
            if not group:
                continue
            made.add_row(f"[bold]{say(f'part-of-{part}')}, {say(f'quality-{quality}')}[/bold]")
            for finding in group:
                made.add_row(*_finding_row(finding, say, with_source=with_source))
    screen.print(made)
    screen.print()


def _finding_row(finding: Finding, say: Speaker, *, with_source: bool) -> tuple[str, ...]:
    mark = "* " if finding.minimum else "  "
    return (
        escape(mark + finding.text.in_language(say.language)),
        say(RESULT_KEY[finding.result]),
        _measured(finding, say),
        escape(_norm(finding.norm, say, with_source=with_source)),
        evidence_in_short(finding.evidence),
    )


def _measured(finding: Finding, say: Speaker) -> str:
    measure = finding.measure
    norm, pending = finding.norm, measure.pending
    if pending is not None and (norm is None or not norm.within(pending)):
        # What was still open when the run ended decides: it is at least so much.
        return say("measured-over", figure=f"≥ {number(pending, measure.unit)}", count=measure.count)
    if measure.value is None:
        return "·"
    return say("measured-over", figure=number(measure.value, measure.unit), count=measure.count)


def _norm(norm: AppliedNorm | None, say: Speaker, *, with_source: bool) -> str:
    if norm is None:
        return say("no-norm")
    sign = "≤" if norm.better == "lower" else "≥"
    source = f" ({norm.source})" if with_source else ""
    return f"{sign} {number(norm.limit, norm.unit)}{source}"


def evidence_in_short(evidence: Sequence[int]) -> str:
    """Return the first records that something rests on, and how many more there are."""
    shown = ", ".join(str(seq) for seq in evidence[:_EVIDENCE_SHOWN])
    more = len(evidence) - _EVIDENCE_SHOWN
    return shown + (f" (+{more})" if more > 0 else "")


def number(value: Number, unit: Unit) -> str:
    """Return a figure as it is shown on a screen."""
    if unit is Unit.MS:
        return format_duration(round(value))
    if unit is Unit.SHARE:
        return f"{value:.0%}"
    return f"{value:.1f}" if unit is Unit.PER_HOUR else f"{value:g}"
