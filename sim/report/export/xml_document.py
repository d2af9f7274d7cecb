"""Writing XML: elements in order, text that XML can hold, the same bytes each time."""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

# What XML 1.0 has no place for: control characters but tab and line ends, lone surrogates, two non-characters.
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """Return text with a replacement character for each that XML cannot hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


class Writer:
    """Adds elements of one namespace below an element.

    Attributes:
        element: The element that is written below.
    """

    def __init__(self, element: Element, namespace: str) -> None:
        self.element = element
        self._namespace = namespace

    @classmethod
    def root(cls, namespace: str, name: str) -> Writer:
        """Return a writer below a new root."""
        return cls(Element(f"{{{namespace}}}{name}"), namespace)

    def text(self, name: str, text: str, namespace: str = "") -> None:
        """Add an element with text in it."""
        self.below(name, namespace).element.text = plain(text)

    def optional(self, name: str, text: str | None) -> None:
        """Add an element with text in it, where there is any."""
        if text:
            self.text(name, text)

    def below(self, name: str, namespace: str = "") -> Writer:
        """Add an element, and return a writer below it; what is added there has its namespace."""
        space = namespace or self._namespace
        return Writer(SubElement(self.element, f"{{{space}}}{name}"), space)

    def document(self, default_namespace: str | None = None) -> bytes:
        """Return the whole document in UTF-8, indented."""
        indent(self.element)
        written: bytes = tostring(
            self.element, encoding="utf-8", xml_declaration=True, default_namespace=default_namespace
        )
        return written + b"\n"
