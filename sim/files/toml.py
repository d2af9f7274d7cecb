"""Reads a TOML file into plain tables, with line and column for what is no TOML."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from sim.files.folder import Folder

_POSITION: Final = re.compile(
    r"(?P<what>.*) \(at (?P<where>line \d+, column \d+|end of document)\)\Z", re.DOTALL
)


def read_toml(folder: Folder, relative: str) -> dict[str, Any] | None:
    """Return the tables of a TOML file; None after a problem has been reported."""
    text = folder.read_text(relative)
    if text is None:
        return None
    where = folder.where(relative)
    try:
        return tomllib.loads(text)
    except RecursionError:
        where.error("TOML", "lists or tables nested too deeply")
    except ValueError as error:  # also the plain ValueError for a number of thousands of digits
        match = _POSITION.match(str(error))
        what, place = (match["what"], match["where"]) if match else ("a number that is too large", "")
        where.at(place).error("TOML", f"a mistake: {what[:1].lower()}{what[1:]}")
    return None
