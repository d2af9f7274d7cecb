"""What pages need to know beside the log of a run: the names of themes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sim.core.model.ids import ThemeId
from sim.core.model.theme import Theme
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.profiles import read_profiles


@cache
def themes() -> Mapping[ThemeId, Theme]:
    """Return the themes of total pictures, in order.

    Raises:
        InputError: The profiles hold mistakes.
    """
    problems = Problems()
    found = read_profiles(profiles_folder(), problems).themes
    problems.raise_errors()
    return found
