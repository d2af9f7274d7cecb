"""Filling the names that stand in braces in a story."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sim.core.model.text import Text

_NAME: Final = re.compile(r"\{([a-z0-9:-]+)\}")
_LANGUAGES: Final = frozenset({"nl", "en"})

Names = Mapping[str, str | Text]
"""What stands for a name in braces; a text in both languages stands only in such."""


def filled(value: Any, names: Names) -> Any:
    """Return a value of a story with every name in it filled; lists and tables are gone through.

    Raises:
        KeyError: A name stands for nothing here.
    """
    if isinstance(value, str):
        return _NAME.sub(lambda found: _in(names[found[1]], "en"), value)
    if isinstance(value, Mapping):
        if value.keys() == _LANGUAGES:
            return {language: _filled_in(text, names, language) for language, text in value.items()}
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(each, names) for each in value]
    return value


def filled_text(text: Text, names: Names) -> Text:
    """Return a text with every name in it filled, in each language.

    Raises:
        KeyError: A name stands for nothing here.
    """
    return Text(nl=_filled_in(text.nl, names, "nl"), en=_filled_in(text.en, names, "en"))


def _filled_in(text: str, names: Names, language: str) -> str:
    return _NAME.sub(lambda found: _in(names[found[1]], language), text)


def _in(name: str | Text, language: str) -> str:
    if isinstance(name, Text):
        return name.nl if language == "nl" else name.en
    return name
