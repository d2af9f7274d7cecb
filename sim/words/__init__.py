"""Everything that people read of the product itself, in Dutch and English, in one catalogue of several files.

Texts of scenarios, profiles and criteria stand in those files, in both languages.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from sim.core.model.text import Language, Text

CATALOGUES: Final = (
    "catalogue.toml",
    "report.toml",
    "register.toml",
    "formats.toml",
    "replay.toml",
    "pages.toml",
    "sweep.toml",
)
"""Files of the catalogue: commands, the report, points to improve, formats, replays, pages, sweeps.

No key stands in two.
"""


def word(key: str, language: Language, **values: object) -> str:
    """Return the text ``key`` in a language, with its values filled in.

    Raises:
        KeyError: The catalogue has no such text.
    """
    return _catalogue()[key].in_language(language).format(**values)


def keys() -> tuple[str, ...]:
    """Return the key of every text."""
    return tuple(_catalogue())


def language_of_locale(environment: dict[str, str] | None = None) -> Language:
    """Return the language of the locale that POSIX variables name: Dutch for ``nl``, else English."""
    variables = dict(os.environ) if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return "nl" if variables[name].startswith("nl") else "en"
    return "en"


@cache
def _catalogue() -> dict[str, Text]:
    texts: dict[str, Text] = {}
    for name in CATALOGUES:
        document = tomllib.loads(files(__name__).joinpath(name).read_text("utf-8"))
        texts |= msgspec.convert(document, dict[str, Text])
    return texts
