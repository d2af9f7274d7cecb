"""``beeld lint``: check a scenario without running it."""

from __future__ import annotations

from typing import Any

from sim.cli.completing import ScenarioName
from sim.cli.output import Common, ExitCode, Faults, Settings, Speaker, print_json
from sim.files.lint import lint
from sim.files.problems import Problem


def lint_scenario(
    scenario: ScenarioName,
    /,
    *,
    settings: Settings = None,
    faults: Faults = None,
    common: Common | None = None,
) -> int:
    """Check a scenario without running it: every mistake at once, with file and key.

    Example: beeld lint limburg-hoogwater

    Args:
        scenario: Name under scenarios/, or a path.
        settings: What is changed in it for this once.
        faults: Files of faults that are added to it for this once.
        common: Options that every command takes.
    """
    options = common or Common()
    result = lint(scenario, settings=settings or (), faults=faults or ())
    if options.json:
        print_json({"errors": _rows(result.errors), "warnings": _rows(result.warnings)})
    else:
        _print(scenario, list(result.errors), list(result.warnings), Speaker(options.language))
    return ExitCode.NO if result.errors else ExitCode.YES


def _rows(problems: Any) -> list[dict[str, str]]:
    return [
        {
            "file": problem.file,
            "key": problem.key,
            "message": problem.message,
            "expected": problem.expected,
            "found": problem.found,
        }
        for problem in problems
    ]


def _print(scenario: str, errors: list[Problem], warnings: list[Problem], say: Speaker) -> None:
    for kind, problems in (("error", errors), ("warning", warnings)):
        for problem in problems:
            print(f"{say(kind)}: {problem.message}")  # noqa: T201 -- what the command is for
    key = "lint-found" if errors else "lint-clean"
    print(say(key, scenario=scenario, errors=len(errors), warnings=len(warnings)))  # noqa: T201
