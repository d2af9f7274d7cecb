"""Small pieces of SVG: elements with their attributes escaped, and text that is wrapped to a width."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Final

_LETTER_SHARE: Final = 0.58
"""Width of a letter as a share of its size: rather too much than too little, since fonts differ."""


def xml(text: str) -> str:
    """Return a text as it stands in XML; what XML cannot hold becomes a question mark."""
    return escape("".join(character if _is_xml(character) else "?" for character in text))


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element; ``_`` in the name of an attribute stands for ``-``, and content is taken as it is."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{xml(_shown(value))}"' for key, value in attributes.items()
    )
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def text(x: float, y: float, words: str, **attributes: object) -> str:
    """Return one line of text."""
    return element("text", xml(words), **{"x": x, "y": y, **attributes})


def wrapped(words: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return a text in lines that fit into a width; a word that is too long is broken."""
    letter = size * _LETTER_SHARE * (1.08 if bold else 1)
    return wrap(words, max(8, int(width / letter))) or [""]


def width_of(words: str, size: float) -> float:
    """Return about how wide a line of text is, rather too wide."""
    return len(words) * size * _LETTER_SHARE


def polygon(points: Sequence[tuple[float, float]], **attributes: object) -> str:
    """Return a closed shape."""
    return element("polygon", points=" ".join(f"{_shown(x)},{_shown(y)}" for x, y in points), **attributes)


def _shown(value: object) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(value)


def _is_xml(character: str) -> bool:
    code = ord(character)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
