"""Where the scenarios and profiles that come with the product are.

In a checkout they lie at its root, where people look for them; in an installed wheel they travel inside the
package (see ``force-include`` in ``pyproject.toml``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

SCENARIO_FILE: Final = "scenario.toml"
RECIPE_FILE: Final = "recipe.toml"

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def profiles_folder() -> Path:
    """Return the folder of the profiles, bodies and themes that come with the product."""
    return _shipped_root() / "profiles"


def scenarios_folder() -> Path:
    """Return the folder of the scenarios that come with the product."""
    return _shipped_root() / "scenarios"


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the product as they are run, in order."""
    return tuple(sorted(file.parent.name for file in scenarios_folder().glob(f"*/{SCENARIO_FILE}")))


def story_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the product as a story, and are made when named; in order."""
    return tuple(sorted(file.parent.name for file in scenarios_folder().glob(f"*/{RECIPE_FILE}")))


def known_scenarios() -> tuple[str, ...]:
    """Return the names of all scenarios that come with the product, in order."""
    return tuple(sorted((*shipped_scenarios(), *story_scenarios())))


def _shipped_root() -> Path:
    shipped = _PACKAGE / "_shipped"
    return shipped if shipped.is_dir() else _PACKAGE.parent
