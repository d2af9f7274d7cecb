"""Where the scenarios and profiles that come with the product are.

In a checkout they lie at its root, where people look for them; in an installed wheel they travel inside the
package (see ``force-include`` in ``pyproject.toml``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sim.files.problems import InputError, Problem, hint, show

SCENARIO_FILE: Final = "scenario.toml"

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def profiles_folder() -> Path:
    """Return the folder of the profiles, bodies and themes that come with the product."""
    return _shipped_root() / "profiles"


def scenarios_folder() -> Path:
    """Return the folder of the scenarios that come with the product."""
    return _shipped_root() / "scenarios"


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the product, in order."""
    return tuple(sorted(file.parent.name for file in scenarios_folder().glob(f"*/{SCENARIO_FILE}")))


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the folder of a scenario, by a shipped name, its folder or its ``scenario.toml``.

    Raises:
        InputError: There is no such scenario.
    """
    known = shipped_scenarios()
    if str(name_or_path) in known:
        return scenarios_folder() / name_or_path
    path = Path(name_or_path)
    try:
        if path.name == SCENARIO_FILE and path.is_file():
            return path.resolve().parent
        if path.is_dir():
            return path.resolve()
    except (OSError, ValueError):  # a name that no file system takes, such as one with a NUL
        pass
    raise InputError([_no_such_scenario(str(name_or_path), known)])


def _no_such_scenario(name: str, known: tuple[str, ...]) -> Problem:
    names = ", ".join(known) or "none is shipped"
    return Problem(
        file="scenario",
        key="",
        expected=f"the name of a scenario ({names}) or the path of its folder{hint(name, known)}",
        found=show(name),
    )


def _shipped_root() -> Path:
    shipped = _PACKAGE / "_shipped"
    return shipped if shipped.is_dir() else _PACKAGE.parent
