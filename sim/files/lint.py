"""Checks a scenario, agreements by themselves, or a register of points to improve, without running anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.files.agreements.lint import lint_agreements, warn_open
from sim.files.agreements.rules import read_agreement_rules
from sim.files.faults.files import places_of
from sim.files.places import SCENARIO_FILE, known_scenarios, profiles_folder
from sim.files.problems import Problem, Problems, Where
from sim.files.profiles import read_profiles
from sim.files.register.lint import lint_register
from sim.files.register.reading import is_register
from sim.files.scenario.finding import find_scenario, is_story
from sim.files.scenario.loading import read_changed
from sim.files.scenario.reachability import warn_unreachable
from sim.files.scenario.settings import COMMAND_LINE


@dataclass(frozen=True, slots=True)
class LintResult:
    """What is wrong with input files, and what looks wrong."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def lint(
    name_or_path: str | Path,
    profiles: Path | None = None,
    settings: Sequence[str] = (),
    faults: Sequence[str | Path] = (),
) -> LintResult:
    """Return every error and warning of a scenario, of agreements by themselves, or of a register.

    What can never be reached, and what agreements leave open, is looked for only when there are no errors: with a
    misspelt system or party most of what it would say is not so.

    Args:
        name_or_path: Name of a scenario that comes with the product, or its folder; or a folder of agreements
            without a scenario, one agreement file, or a register.
        profiles: Folder of profiles, bodies and themes; those that come with the product by default.
        settings: What is changed in it, as ``PARTY.KEY=VALUE``.
        faults: Files of faults that are added to it.

    Raises:
        InputError: There is no such scenario, or a setting says nothing that can be set in it.
    """
    problems = Problems()
    register = None if settings or faults else _register_at(name_or_path)
    if register is not None:
        lint_register(register, problems)
        return LintResult(problems.errors, problems.warnings)
    root = profiles or profiles_folder()
    rules = read_agreement_rules(root, problems)
    agreements = None if settings or faults else _agreements_at(name_or_path)
    if agreements is not None:
        lint_agreements(agreements, read_profiles(root, problems), rules, problems)
        return LintResult(problems.errors, problems.warnings)
    folder = find_scenario(name_or_path)
    scenario = read_changed(folder, root, settings, problems, faults)
    if any(problem.file == COMMAND_LINE for problem in problems.errors):
        problems.raise_errors()
    if scenario is not None:
        warn_unreachable(scenario, Where(problems, SCENARIO_FILE), places_of(faults, problems))
        warn_open(folder, rules, problems)
    return LintResult(problems.errors, problems.warnings)


def _register_at(name_or_path: str | Path) -> Path | None:
    """Return the register of a path; None where it is none, or not there."""
    path = Path(name_or_path)
    try:
        return path if is_register(path) and path.is_file() else None
    except (OSError, ValueError):  # a name that no file system takes
        return None


def _agreements_at(name_or_path: str | Path) -> Path | None:
    """Return the agreement file, or the folder of agreements without a scenario, of a path; None if it is neither."""
    if str(name_or_path) in known_scenarios():
        return None
    path = Path(name_or_path)
    try:
        if path.is_file():
            return path.resolve() if path.suffix == ".toml" and path.name != SCENARIO_FILE else None
        alone = (
            path.is_dir()
            and not (path / SCENARIO_FILE).exists()
            and not is_story(path)
            and not all(map(is_register, path.glob("*.toml")))
        )
    except (OSError, ValueError):  # a name that no file system takes
        return None
    return path.resolve() if alone else None
