"""``beeld trace``: how a fault spread, from the run log alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.judgment import print_faults
from sim.cli.lineage import print_lineage
from sim.cli.output import Common, ExitCode, Speaker, console, print_error, print_json
from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.lineage import Lineage, lineage
from sim.core.assessment.judging.fault_results import fault_results
from sim.core.assessment.judging.outcome import FaultResult
from sim.files.problems import InputError, Problem
from sim.replay.evidence import evidence_of
from sim.report.lineage.drawing import drawing
from sim.report.lineage.words import LineageWords
from sim.runlog.disk import replace_file
from sim.runlog.reader import RunLog


def trace_fault(
    run: Path,
    fault: str | None = None,
    /,
    *,
    svg: Annotated[Path | None, Parameter(help="Write the tree to this file as a drawing.")] = None,
    common: Common | None = None,
) -> int:
    """Show how a fault spread: who got it from whom, when and how, what was built on it, how it ended.

    Without FAULT: the faults of the run, with what became of them.

    Example: beeld trace runs/limburg-hoogwater-seed7 f-bridge-bunde --svg tree.svg

    Args:
        run: Folder of the run.
        fault: Id of a fault of the run.
        svg: File to write to; an older one is replaced.
        common: Options that every command takes.
    """
    options = common or Common()
    _check(fault, svg)
    evidence = _gather(RunLog(run))
    results = fault_results(evidence)
    start = evidence.log.start
    if fault is None:
        if options.json:
            print_json({"faults": results})
        else:
            print_faults(results, start, console(), Speaker(options.language))
            console().print(Speaker(options.language)("lineage-more", folder=run), markup=False)
        return ExitCode.YES
    found, tree = _chosen(evidence, results, fault)
    words = LineageWords(options.language, start)
    if svg is not None:
        opening = evidence.log.opening
        of_run = words.say(
            "lineage-run", scenario=opening.name.in_language(words.language), seed=opening.seed
        )
        _write(svg, drawing(found, tree, words, of_run, evidence.log.end_ms))
    if options.json:
        print_json({"fault": found, "tree": tree})
        return ExitCode.YES
    print_lineage(found, tree, console(), words)
    if svg is not None:
        console().print(words.say("lineage-written", path=svg), markup=False)
    return ExitCode.YES


def _check(fault: str | None, svg: Path | None) -> None:
    if svg is not None and fault is None:
        raise InputError([Problem("command line", "--svg", "the id of a fault beside it", "none")])
    if svg is not None and svg.is_dir():
        raise InputError([Problem("command line", "--svg", "the name of a file", f"the folder '{svg}'")])


def _gather(log: RunLog) -> Evidence:
    if log.torn_bytes:
        print_error(f"{log.folder}: the last, half written record ({log.torn_bytes} bytes) does not count")
    return evidence_of(log)


def _chosen(evidence: Evidence, results: tuple[FaultResult, ...], fault: str) -> tuple[FaultResult, Lineage]:
    for result, case in zip(results, evidence.cases, strict=True):
        if result.id == fault:
            return result, lineage(evidence.log, case)
    known = ", ".join(result.id for result in results)
    expected = f"one of {known}" if known else "no fault: the run has none"
    raise InputError([Problem("command line", "FAULT", expected, repr(fault))])


def _write(path: Path, text: str) -> None:
    try:
        replace_file(path, text.encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that is no path"
        raise InputError(
            [Problem("command line", "--svg", f"a file that can be written: {path}", reason)]
        ) from error
