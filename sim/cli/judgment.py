"""An assessment on the screen: faults and what became of them, partners and their findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from sim.cli.output import Speaker, print_table, table
from sim.core.assessment.criteria import AppliedNorm
from sim.core.assessment.figure import Number, Unit
from sim.core.assessment.outcome import Assessment, FaultResult, Finding, PartnerResult, Result
from sim.core.model.time import format_duration
from sim.core.world.faults import Hop
from sim.report.lineage_words import LineageWords

_EVIDENCE_SHOWN = 6
_PARTY_WIDTH = 16
"""Characters of the id of a party that stay on one line."""
_WIDE = 140
"""Characters on a line of a screen that is wide enough for all figures of a fault."""


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
    """Print the result of every partner in one line each, with the criteria that were not met."""
    made = table(
        say("judgment-title"),
        say("party"),
        say("profile"),
        say("advice"),
        *(say(_RESULT_KEY[result]) for result in _COUNTED),
        say("not-in-order"),
        right=(3, 4, 5, 6),
    )
    for partner in assessment.partners:
        counts = Counter(finding.result for finding in partner.criteria)
        lacking = [finding.id for finding in partner.criteria if finding.result in _LACKING]
        made.add_row(
            partner.name.in_language(say.language),
            partner.profile_name.in_language(say.language),
            say(advice_key(partner)),
            *(str(counts[result] or "·") for result in _COUNTED),
            ", ".join(lacking),
        )
    screen.print(made)
    screen.print(assessment.notice.in_language(say.language))
    screen.print()


def print_findings(partner: PartnerResult, screen: Console, say: Speaker) -> None:
    """Print every finding of a partner with figure, norm, source of the norm, and evidence."""
    name, profile = partner.name.in_language(say.language), partner.profile_name.in_language(say.language)
    made = _findings(f"{name} · {profile} · {say('advice')}: {say(advice_key(partner))}", say)
    for finding in partner.criteria:
        if finding.result is not Result.NOT_APPLICABLE or finding.measure.count:
            made.add_row(*_finding_row(finding, say))
    screen.print(made)
    screen.print(partner.reason.in_language(say.language))
    screen.print()


def print_exercise(assessment: Assessment, screen: Console, say: Speaker) -> None:
    """Print the findings about the exercise as a whole."""
    made = _findings(say("exercise-findings"), say)
    for finding in assessment.criteria:
        made.add_row(*_finding_row(finding, say))
    screen.print(made)
    screen.print()


def advice_key(partner: PartnerResult) -> str:
    """Return the catalogue's key of a partner's advice."""
    return "advice-" + partner.advice.value.replace(" ", "-")


_COUNTED = (Result.MET, Result.PARTLY_MET, Result.NOT_MET, Result.NOT_OBSERVED)
_LACKING = (Result.PARTLY_MET, Result.NOT_MET)
_RESULT_KEY = {result: "result-" + result.value.replace(" ", "-") for result in Result}


def _findings(title: str, say: Speaker) -> Table:
    keys = ("criterion-id", "criterion", "result", "measured", "norm", "norm-source", "evidence")
    return table(title, *(say(key) for key in keys))


def _finding_row(finding: Finding, say: Speaker) -> tuple[str, ...]:
    shown = ", ".join(str(seq) for seq in finding.evidence[:_EVIDENCE_SHOWN])
    more = len(finding.evidence) - _EVIDENCE_SHOWN
    return (
        finding.id,
        finding.text.in_language(say.language),
        say(_RESULT_KEY[finding.result]),
        _measured(finding, say),
        _norm(finding.norm, say),
        finding.norm.source if finding.norm is not None else "",
        shown + (f" (+{more})" if more > 0 else ""),
    )


def _measured(finding: Finding, say: Speaker) -> str:
    measure = finding.measure
    if measure.value is None:
        return "·"
    return say("measured-over", figure=_number(measure.value, measure.unit), count=measure.count)


def _norm(norm: AppliedNorm | None, say: Speaker) -> str:
    if norm is None:
        return say("no-norm")
    sign = "≤" if norm.better == "lower" else "≥"
    return f"{sign} {_number(norm.limit, norm.unit)}"


def _number(value: Number, unit: Unit) -> str:
    if unit is Unit.MS:
        return format_duration(round(value))
    if unit is Unit.SHARE:
        return f"{value:.0%}"
    return f"{value:g}"
