"""Terms of an agreement in words that people sign: durations, norms, roles, themes, levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.core.model.agreement import Level, Norm
from sim.core.model.agreement_topics import Term
from sim.core.model.text import Language
from sim.core.model.theme import Theme
from sim.core.model.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from sim.files.known import EXERCISE_SOURCE
from sim.words import word

_STEPS: Final = (("d", DAY_MS), ("h", HOUR_MS), ("m", MINUTE_MS), ("s", SECOND_MS))


def duration_in_words(duration_ms: int, language: Language) -> str:
    """Return a duration as people write it, to the second: ``2 h 30 min``.

    >>> duration_in_words(9_000_000, "en")
    '2 h 30 min'
    """
    parts = []
    left = duration_ms
    for unit, size in _STEPS:
        count, left = divmod(left, size)
        if count and not (unit == "d" and left):  # 30 hours are 30 h, two days are 2 d
            parts.append(word(f"duration-{unit}", language, count=count))
        elif count:
            left += count * size
    return " ".join(parts) or word("duration-m", language, count=0)


def term_in_words(term: Term, value: Any, themes: Mapping[str, Theme], language: Language) -> tuple[str, ...]:
    """Return what was agreed for a term, in lines; a term of several lines is a list.

    Args:
        term: The term, which says in what its value is.
        value: As a field of an agreement holds it; durations in ms.
        themes: Themes by id, for their names.
        language: To speak.
    """
    if isinstance(value, Norm):
        limit = duration_in_words(value.limit_ms, language)
        source = value.source.replace(EXERCISE_SOURCE, word("term-exercise", language))
        return (word("term-at-most", language, limit=limit, source=source),)
    if isinstance(value, tuple):
        lines = tuple(_one(term, each, themes, language) for each in value) or (word("term-none", language),)
        return lines if term.unit == "levels" else (", ".join(lines),)
    return (_one(term, value, themes, language),)


def _one(term: Term, value: Any, themes: Mapping[str, Theme], language: Language) -> str:
    if isinstance(value, Level):
        return _level(value, language)
    if isinstance(value, bool):
        return word("term-yes" if value else "term-no", language)
    if isinstance(value, int):
        return _number(term, value, language)
    if term.unit == "theme" and value in themes:
        return themes[value].name.in_language(language)
    if term.unit == "role":
        return word(f"role-{value}", language)
    return word(f"channel-{value}", language) if term.unit == "channel" else str(value)


def _number(term: Term, value: int, language: Language) -> str:
    if term.unit == "grip":
        return word("term-grip", language, level=value) if value else word("term-grip-none", language)
    return duration_in_words(value, language) if value else word("term-none", language)


def _level(level: Level, language: Language) -> str:
    about = {"grip": level.grip, "team": level.team.upper(), "partner": level.partner_level}
    if level.counterpart is None:
        return word("term-level", language, **about)
    role = word(f"role-{level.counterpart.value}", language)
    return word("term-level-spars", language, role=role, **about)
