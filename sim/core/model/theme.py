"""Themes (thema's): the headings of a situational picture. Data, so that an institution can bring its own."""

from __future__ import annotations

import msgspec

from sim.core.model.ids import ThemeId
from sim.core.model.text import Text


class Theme(msgspec.Struct, frozen=True):
    """One heading of the picture.

    Attributes:
        id: Level of a topic, e.g. ``c1-development``.
        part: Part of the statutory total picture it belongs to (a, b, c, d).
        name: What people read.
        source: Where the heading comes from.
    """

    id: ThemeId
    part: str
    name: Text
    source: str
