"""An inject as a row of a script."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from sim.core.model.text import Language, Text
from sim.core.model.time import SECOND_MS, clock_time, format_offset
from sim.core.world.injects import Inject
from sim.files.spreadsheet.columns import PLACES
from sim.words import word

Row: TypeAlias = dict[str, str | int | datetime]
"""What stands in a row, by column; what is not there stands empty."""


def row_of(inject: Inject, start: datetime, language: Language) -> Row:
    """Return the row of an inject; clock time is that of the exercise's zone, without saying which."""
    tag = str(inject.cue.__struct_config__.tag)
    row: Row = {
        "id": inject.id,
        "at": moment_text(inject.at_ms),
        "clock": clock_time(start, inject.at_ms).replace(tzinfo=None),
        "to": inject.to,
        "do": word(f"cue-{tag}", language),
        "source": inject.source,
        **_texts("title", inject.title),
    }
    for field in msgspec.structs.fields(type(inject.cue)):
        row |= _told(PLACES[field.name], getattr(inject.cue, field.name))
    return row


def moment_text(at_ms: int) -> str:
    """Return exercise time as files have it, to the millisecond where that is needed."""
    return f"{at_ms}ms" if at_ms % SECOND_MS else format_offset(at_ms)


def _told(column: str, value: Any) -> Row:
    if isinstance(value, Text):
        return _texts(column, value)
    if isinstance(value, tuple):
        return {column: ("\n" if column == "where" else ", ").join(value)}
    return {column: value}


def _texts(column: str, text: Text) -> Row:
    return {f"{column}-nl": text.nl, f"{column}-en": text.en}
