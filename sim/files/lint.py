"""Checks a scenario without running it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.files.places import SCENARIO_FILE, find_scenario, profiles_folder
from sim.files.problems import Problem, Problems, Where
from sim.files.reachability import warn_unreachable
from sim.files.scenario import read_changed
from sim.files.settings import COMMAND_LINE


@dataclass(frozen=True, slots=True)
class LintResult:
    """What is wrong with a scenario, and what looks wrong."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def lint(name_or_path: str | Path, profiles: Path | None = None, settings: Sequence[str] = ()) -> LintResult:
    """Return every error and warning of a scenario.

    What can never be reached is looked for only when there are no errors: with a misspelt system or party
    most of what it would say is not so.

    Args:
        name_or_path: Name of a scenario that comes with the product, or its folder.
        profiles: Folder of profiles, bodies and themes; those that come with the product by default.
        settings: What is changed in it, as ``PARTY.KEY=VALUE``.

    Raises:
        InputError: There is no such scenario, or a setting says nothing that can be set in it.
    """
    problems = Problems()
    scenario = read_changed(find_scenario(name_or_path), profiles or profiles_folder(), settings, problems)
    if any(problem.file == COMMAND_LINE for problem in problems.errors):
        problems.raise_errors()
    if scenario is not None:
        warn_unreachable(scenario, Where(problems, SCENARIO_FILE))
    return LintResult(problems.errors, problems.warnings)
