"""The columns of a script: their headings in both languages, and what of an inject stands in each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec

from sim.core.model.cue import AnyCue
from sim.core.model.text import Language
from sim.words import word

COLUMNS: Final = (
    "id", "at", "clock", "to", "do", "activity", "parties", "team", "grip", "level", "subjects", "where",
    "title-nl", "title-en", "text-nl", "text-en", "source",
)  # fmt: skip
"""Keys of the columns, in the order in which they are written; they may be read in any."""

LISTS: Final = frozenset({"parties", "subjects", "where"})
"""Columns that may hold several things: names with commas between, topic filters each on a line of its own."""

PLACES: Final[Mapping[str, str]] = {
    "activity": "activity",
    "grip": "grip",
    "level": "level",
    "parties": "parties",
    "party": "parties",
    "team": "team",
    "text": "text",
    "subjects": "subjects",
    "subject": "subjects",
    "filters": "where",
    "place": "where",
}
"""Column of each field of a cue; ``text`` has two, one for each language."""

CUES: Final[Mapping[str, type[Any]]] = {str(cue.__struct_config__.tag): cue for cue in get_args(AnyCue)}
"""Each thing that somebody can be told to do, by its word in scenario files."""

_LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
_SPACE: Final = re.compile(r"\s+")


def heading(column: str, language: Language) -> str:
    """Return the heading of a column."""
    return word(f"sheet-{column}", language)


def about(column: str, language: Language) -> str:
    """Return what stands in a column, for the explanation."""
    return word(f"sheet-about-{column}", language)


def column_of(text: str) -> str | None:
    """Return the column that a heading names in either language, or None."""
    return _HEADINGS.get(_folded(text))


def cue_of(text: str) -> str | None:
    """Return the word in scenario files of what somebody is told to do, named by it or in either language."""
    return _CUE_WORDS.get(_folded(text))


def sheet_name(name: str, language: Language) -> str:
    """Return the name of a sheet: ``script``, ``explanation`` or ``lists``."""
    return word(f"sheet-name-{name}", language)


def is_sheet(title: str, name: str) -> bool:
    """Say whether a sheet of this title is the one of a name, in either language."""
    return _folded(title) in {_folded(sheet_name(name, language)) for language in _LANGUAGES}


def columns_of_cue(tag: str) -> tuple[str, ...]:
    """Return the columns that a cue uses beside those that every inject has."""
    places = [PLACES[field.name] for field in msgspec.structs.fields(CUES[tag])]
    spread = [(f"{place}-nl", f"{place}-en") if place == "text" else (place,) for place in places]
    return tuple(column for columns in spread for column in columns)


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


_HEADINGS: Final = {
    _folded(heading(column, language)): column for language in _LANGUAGES for column in COLUMNS
}
_CUE_WORDS: Final = {
    **{_folded(word(f"cue-{tag}", language)): tag for language in _LANGUAGES for tag in CUES},
    **{tag: tag for tag in CUES},
}
