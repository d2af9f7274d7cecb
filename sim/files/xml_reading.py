"""Reads XML that somebody else made: no document type, no entities, no depth or size that only looks like hanging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from sim.files.problems import Where

ELEMENTS_MAX: Final = 200_000
DEPTH_MAX: Final = 64

Start = Callable[[str, Mapping[str, str]], None]


class _RefusedError(Exception):
    """The document has something that none needs; the two parts say what was expected and what was found."""


def read_xml(data: bytes, where: Where) -> Element | None:
    """Return the root element of a document, with names as ``{namespace}name``; None after a problem was reported."""
    builder = TreeBuilder()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        builder.start(name, dict(attributes))

    is_read = scan_xml(data, where, start, builder.end, builder.data, elements_max=ELEMENTS_MAX)
    return builder.close() if is_read else None


def scan_xml(
    data: bytes,
    where: Where,
    start: Start,
    end: Callable[[str], object],
    text: Callable[[str], object],
    elements_max: int | None = None,
) -> bool:
    """Read a document event by event; say whether it could be read, after reporting why not.

    Args:
        data: The document.
        where: Its place, for messages.
        start: Called with name and attributes of an element where it begins.
        end: Called with its name where it ends.
        text: Called with text as it comes.
        elements_max: How many elements it may have; None for any number.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    watch = _Watch(start, end, elements_max)
    parser.StartElementHandler = watch.starts
    parser.EndElementHandler = watch.ends
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = watch.refuses
    try:
        parser.Parse(data, True)
    except _RefusedError as error:
        where.error(*error.args)
    except expat.ExpatError as error:
        mistake = expat.ErrorString(error.code)
        where.at(f"line {error.lineno}, column {error.offset + 1}").error("XML", f"a mistake: {mistake}")
    except (LookupError, ValueError):  # an encoding that Python does not know, or that has no such bytes
        where.error("XML in UTF-8", "another encoding, or none that is known")
    else:
        return True
    return False


class _Watch:
    """Passes elements on as they come, and stops at what no document of ours has."""

    def __init__(self, start: Start, end: Callable[[str], object], elements_max: int | None) -> None:
        self._start = start
        self._end = end
        self._left = elements_max
        self._depth = 0

    def starts(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise _RefusedError(f"elements at most {DEPTH_MAX} deep", "deeper ones")
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise _RefusedError(f"at most {ELEMENTS_MAX:,} elements", "more")
        self._start(_name(name), {_name(key): value for key, value in attributes.items()})

    def ends(self, name: str) -> None:
        self._depth -= 1
        self._end(_name(name))

    def refuses(self, *_: object) -> None:
        raise _RefusedError("XML without a document type", "a DOCTYPE, which can hold entities")


def _name(name: str) -> str:
    return "{" + name if "}" in name else name
