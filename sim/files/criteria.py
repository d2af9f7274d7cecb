"""Reads the criteria of an assessment: those that ship, or an institution's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from sim.core.assessment.judging.advice import AdviceRule, advice_rules_from
from sim.core.assessment.judging.framework import Framework, framework_from
from sim.core.assessment.measures.paper import ProfileRow
from sim.core.model.profile import Profile
from sim.files.agreements.rules import load_agreement_rules
from sim.files.folder import Folder
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problem, Problems
from sim.files.profiles import read_profiles
from sim.files.toml import read_toml

CRITERIA_NAME: Final = "criteria.toml"

_PROBLEM: Final = re.compile(r"(?P<key>.+?): expected (?P<expected>.+), found (?P<found>.+)\Z", re.DOTALL)


def load_criteria(path: Path | None = None) -> Framework:
    """Return what a log is judged by: the criteria in a file, or the shipped ones, with the rule of the advice.

    A file without rules takes those that ship. Preconditions, topics and profiles are those that ship.

    Raises:
        InputError: The file holds a mistake; it is named by key.
    """
    file = path or profiles_folder() / CRITERIA_NAME
    rules, problems = load_agreement_rules(), Problems()
    profiles = read_profiles(profiles_folder(), problems)
    tables = _tables(file, problems)
    try:
        return framework_from(
            tables,
            preconditions=rules.preconditions,
            profiles=_rows(profiles.by_id.values()),
            topics=rules.topics,
            advice=_shipped_advice() if path is not None else (),
        )
    except ValueError as error:
        raise InputError([_problem(str(file), str(error))]) from error


def _tables(file: Path, problems: Problems) -> dict[str, Any]:
    tables: dict[str, Any] | None = read_toml(Folder(file.parent, problems), file.name)
    problems.raise_errors()
    assert tables is not None, "a file that could not be read is a problem"
    return tables


def _shipped_advice() -> tuple[AdviceRule, ...]:
    return advice_rules_from(_tables(profiles_folder() / CRITERIA_NAME, Problems())["advice"])


def _rows(profiles: Iterable[Profile]) -> tuple[ProfileRow, ...]:
    return tuple(
        ProfileRow(one.id, one.name, one.core_tasks, one.assessable)
        for one in profiles
        if one.kind == "partner"
    )


def _problem(file: str, message: str) -> Problem:
    match = _PROBLEM.match(message)
    if match is None:
        return Problem(file, "", "criteria", message)
    return Problem(file, match["key"], match["expected"], match["found"])
