"""``beeld assess``: judge a run from its log alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from sim.cli.figures import print_figures, print_partner_figures
from sim.cli.judgment import (
    print_exercise,
    print_faults,
    print_findings,
    print_incomplete,
    print_partners,
    print_reasons,
)
from sim.cli.output import Common, ExitCode, Speaker, console, print_error, print_json
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.assessment.judging.outcome import Assessment
from sim.core.records.kinds import Opening
from sim.files.criteria import load_criteria
from sim.files.problems import InputError, Problem
from sim.replay.evidence import evidence_of
from sim.runlog.reader import RunLog
from sim.session.collector import calm_collector


def assess_run(
    run: Path,
    /,
    *,
    partner: Annotated[
        str | None, Parameter(name=["--partner", "--party"], help="Only this partner, with every finding.")
    ] = None,
    criteria: Annotated[Path | None, Parameter(help="A criteria file of your own.")] = None,
    common: Common | None = None,
) -> int:
    """Judge a run from its log: the advice on each partner, and the figures, norms and records that show it.

    Example: beeld assess runs/limburg-hoogwater-seed7 --partner enexis

    Args:
        run: Folder of the run.
        partner: Only this partner, with every finding.
        criteria: A criteria file of your own.
        common: Options that every command takes.
    """
    options = common or Common()
    log = RunLog(run)
    assessment = _assess(log, criteria)
    if partner is not None:
        assessment = _only(assessment, partner)
    if options.json:
        print_json(assessment)
    else:
        _print(assessment, _start(log), Speaker(options.language), whole=partner is None)
    return ExitCode.YES


def _assess(log: RunLog, criteria: Path | None) -> Assessment:
    if log.torn_bytes:
        print_error(f"{log.folder}: the last, half written record ({log.torn_bytes} bytes) does not count")
    with calm_collector():
        return assess_evidence(evidence_of(log), load_criteria(criteria))


def _start(log: RunLog) -> datetime:
    opening: Opening = next(log.records()).content
    return datetime.fromisoformat(opening.start)


def _only(assessment: Assessment, partner: str) -> Assessment:
    chosen = tuple(known for known in assessment.partners if known.id == partner)
    if not chosen:
        expected = f"one of {', '.join(known.id for known in assessment.partners)}"
        raise InputError([Problem("command line", "--partner", expected, repr(partner))])
    return msgspec.structs.replace(assessment, partners=chosen)


def _print(assessment: Assessment, start: datetime, say: Speaker, *, whole: bool) -> None:
    screen = console()
    print_incomplete(assessment, start, screen, say)
    if whole:
        print_partners(assessment, screen, say)
        print_reasons(assessment, screen, say)
        print_faults(assessment.faults, start, screen, say)
        print_exercise(assessment, screen, say)
        print_figures(assessment, screen, say)
    else:
        for partner in assessment.partners:
            print_findings(partner, screen, say)
            print_partner_figures(partner, screen, say)
    screen.print(say("minimum-mark"))
    screen.print(say("evidence-where"))
