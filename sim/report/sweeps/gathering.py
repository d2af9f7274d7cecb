"""The report on a sweep from its folder."""

from __future__ import annotations

from pathlib import Path

from sim.core.assessment.judging.advice import AdviceRule
from sim.core.model.text import Language
from sim.files.criteria import load_criteria
from sim.files.problems import InputError, Problem
from sim.report.blocks import Report
from sim.report.sweeps.material import sweep_material
from sim.report.sweeps.sweep_report import make_sweep_report
from sim.sweep.digests import digest_of
from sim.sweep.results import Plan
from sim.sweep.store import load_sweep


def sweep_report(folder: Path, criteria: Path | None, language: Language) -> Report:
    """Return the report on a sweep in a language.

    Args:
        folder: Folder of the sweep.
        criteria: The criteria file by which it was judged; None is the one that comes with the product.
        language: To speak.

    Raises:
        InputError: The sweep was judged by another criteria file than the one that was given.
        RunLogError: The sweep has no results, or they are damaged.
    """
    sweep = load_sweep(folder)
    return make_sweep_report(sweep_material(sweep, _rules(sweep.plan, criteria)), language)


def _rules(plan: Plan, criteria: Path | None) -> tuple[AdviceRule, ...]:
    """Return the rules of the advice that a sweep was judged by; none where these are not at hand."""
    framework = load_criteria(criteria)
    if digest_of(framework) == plan.criteria_digest:
        return framework.advice
    if criteria is not None:
        expected = "the criteria that the sweep was judged by"
        raise InputError([Problem("command line", "--criteria", expected, f"{criteria}, which holds others")])
    return ()
