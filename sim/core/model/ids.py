"""Identifiers: lower-case words that are safe as one level of a topic.

An id never holds ``+``, ``#``, ``/``, ``$`` or NUL, so that no id can widen a topic or a filter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

PartyId: TypeAlias = str
ActivityId: TypeAlias = str
ThemeId: TypeAlias = str
SubjectId: TypeAlias = str
ItemId: TypeAlias = str
EventId: TypeAlias = str
InjectId: TypeAlias = str

ID_CHARACTERS_MAX = 64

# Ids of items are made from these, with a short word before them, and must still be ids.
PARTY_CHARACTERS_MAX = 20
ACTIVITY_CHARACTERS_MAX = 24
SUBJECT_CHARACTERS_MAX = 32

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")


def is_id(text: str) -> bool:
    """Say whether ``text`` may serve as an id: ``[a-z0-9-]``, 1 to 64 characters, no dash at either end."""
    return len(text) <= ID_CHARACTERS_MAX and _is_id(text)


@lru_cache(maxsize=65_536)
def _is_id(text: str) -> bool:
    # Only short texts come here: what is kept cannot be made large by whoever sends long ones.
    return _ID.match(text) is not None
