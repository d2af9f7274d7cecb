"""Finds the folder of a scenario by its name or path; one that comes as a story is made for that."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from sim.core.model.text import Text
from sim.files.folder import Folder
from sim.files.making.material import STORY_FILE
from sim.files.making.recipe import made_folder
from sim.files.places import (
    RECIPE_FILE,
    SCENARIO_FILE,
    known_scenarios,
    profiles_folder,
    scenarios_folder,
    shipped_scenarios,
)
from sim.files.problems import InputError, Problem, Problems, hint, show
from sim.files.toml import read_toml


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the folder of a scenario, by a shipped name, its folder or its ``scenario.toml``.

    Raises:
        InputError: There is no such scenario; or it is made, and a file that it is made of holds a mistake.
    """
    if str(name_or_path) in shipped_scenarios():
        return scenarios_folder() / name_or_path
    folder = _folder(name_or_path)
    if folder is None:
        raise InputError([_no_such_scenario(str(name_or_path), known_scenarios())])
    return made_folder(folder, profiles_folder()) if is_story(folder) else folder


@cache
def name_of(scenario: str) -> Text:
    """Return the name of a scenario that comes with the product; its id where its file has none that can be read."""
    return name_in(scenarios_folder() / scenario)


def name_in(folder: Path) -> Text:
    """Return the name of the scenario in a folder; that of the folder where its file has none that can be read."""
    table = read_toml(Folder(folder, Problems()), STORY_FILE if is_story(folder) else SCENARIO_FILE) or {}
    try:
        return msgspec.convert(table.get("name"), Text)
    except msgspec.ValidationError:
        return Text(folder.name, folder.name)


def is_story(folder: Path) -> bool:
    """Say whether a folder holds a recipe and no scenario yet."""
    return (folder / RECIPE_FILE).is_file() and not (folder / SCENARIO_FILE).exists()


def _folder(name_or_path: str | Path) -> Path | None:
    if str(name_or_path) in known_scenarios():
        return scenarios_folder() / name_or_path
    path = Path(name_or_path)
    try:
        if path.name == SCENARIO_FILE and path.is_file():
            return path.resolve().parent
        if path.is_dir():
            return path.resolve()
    except (OSError, ValueError):  # a name that no file system takes, such as one with a NUL
        pass
    return None


def _no_such_scenario(name: str, known: tuple[str, ...]) -> Problem:
    names = ", ".join(known) or "none is shipped"
    return Problem(
        file="scenario",
        key="",
        expected=f"the name of a scenario ({names}) or the path of its folder{hint(name, known)}",
        found=show(name),
    )
