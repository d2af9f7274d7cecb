"""Reads the criteria of an assessment: those that ship, or an institution's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sim.core.assessment.criteria import Criterion, criteria_from
from sim.files.folder import Folder
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problem, Problems
from sim.files.toml import read_toml

CRITERIA_NAME: Final = "criteria.toml"

_PROBLEM: Final = re.compile(r"(?P<key>.+?): expected (?P<expected>.+), found (?P<found>.+)\Z", re.DOTALL)


def load_criteria(path: Path | None = None) -> tuple[Criterion, ...]:
    """Return the criteria in a file, or the shipped ones.

    Raises:
        InputError: The file holds a mistake; it is named by key.
    """
    file = path or profiles_folder() / CRITERIA_NAME
    problems = Problems()
    tables = read_toml(Folder(file.parent, problems), file.name)
    if tables is None:
        raise InputError(problems.errors)
    try:
        return criteria_from(tables)
    except ValueError as error:
        raise InputError([_problem(str(file), str(error))]) from error


def _problem(file: str, message: str) -> Problem:
    match = _PROBLEM.match(message)
    if match is None:
        return Problem(file, "", "criteria", message)
    return Problem(file, match["key"], match["expected"], match["found"])
