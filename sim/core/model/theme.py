"""Themes (thema's): the headings of a situational picture. Data, so that an institution can bring its own."""

from __future__ import annotations

from collections.abc import Mapping

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


RESPONSE_PART = "d"
"""Part of the statutory total picture about the response organisation and what it does."""


def status_theme(themes: Mapping[ThemeId, Theme]) -> ThemeId:
    """Return the theme under which a party says how its own organisation stands.

    The first of part d of the total picture (actuele bestrijdingsorganisatie), or where an institution's own
    themes have no such part, the first of all.

    Raises:
        ValueError: There are no themes.
    """
    if not themes:
        raise ValueError("themes: expected at least one, was none")
    return next((theme.id for theme in themes.values() if theme.part == RESPONSE_PART), next(iter(themes)))
