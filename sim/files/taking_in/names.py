"""Names made of words, for what comes without one."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from sim.core.model.ids import ID_CHARACTERS_MAX

_NO_ID: Final = re.compile(r"[^a-z0-9]+")
_ROOM: Final = 6
"""Characters that are kept for a number at the end."""


def made_id(words: str, used: Collection[str] = (), prefix: str = "") -> str:
    """Return an id made of words: the same for the same words, and none of those that are used."""
    plain = _NO_ID.sub("-", words.casefold()).strip("-")
    base = f"{prefix}{plain}"[: ID_CHARACTERS_MAX - _ROOM].strip("-") or "x"
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(used) + 3))
    return next(name for name in names if name not in used)
