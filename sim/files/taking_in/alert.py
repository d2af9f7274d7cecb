"""Takes a CAP 1.2 alert into a scenario: as a change of the truth, or as an inject that has a party alert others.

CAP 1.2 is the OASIS Standard of 1 July 2010; numbers in messages and comments are of its sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element

from sim.files.problems import Where, show
from sim.files.xml_reading import read_xml

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
FIGURE: Final = "beeld:figure:"
"""Before the name of a figure in a parameter, as an export of beeld has it."""

_OTHER_VERSIONS: Final = re.compile(
    r"\{(urn:oasis:names:tc:emergency:cap:1\.[01]|http://www\.incident\.com/cap/1\.0)\}alert\Z"
)
_TAKEN: Final = ("Alert", "Update")
_ENVELOPE: Final = frozenset({"identifier", "sender", "sent", "status", "msgType", "scope", "info"})
"""Elements of an alert that are judged, or that the ids of what is taken over come from."""
_USED: Final = frozenset({"language", "headline", "description", "onset", "effective", "area", "parameter"})
_FIGURE: Final = re.compile(
    r"(?P<amount>[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?: (?P<unit>\S+))?(?: (?P<datum>\S+))?\Z"
)
_DATUMS: Final = ("NAP",)


@dataclass
class Statement:
    """What an alert says, in one language or two.

    Attributes:
        where: Place of the (first) info block.
        at: When it holds from, as the alert has it.
        at_place: Place of that.
        texts: What it says, by language.
        headlines: Its headline, by language.
        values: Its figures.
        polygon: Its area as a GeoJSON polygon, where it has one.
        point: Its place (lon, lat), where it has a circle.
    """

    where: Where
    at: str
    at_place: Where
    texts: dict[str, str] = field(default_factory=dict)
    headlines: dict[str, str] = field(default_factory=dict)
    values: list[dict[str, Any]] = field(default_factory=list)
    polygon: dict[str, Any] | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Alert:
    """An alert: what it is called, and what it says."""

    identifier: str
    statements: Sequence[Statement]


def read_alert(data: bytes, where: Where) -> Alert | None:
    """Return an alert, after reporting what of it has no place in a scenario; None when it cannot be read at all."""
    root = read_xml(data, where)
    if root is None:
        return None
    if root.tag != f"{{{NAMESPACE}}}alert":
        found = "an alert of an older version" if _OTHER_VERSIONS.match(root.tag) else show(root.tag)
        where.error("an alert of CAP 1.2", found)
        return None
    place = where.at("alert")
    if not _is_usable(root, place):
        return None
    identifier, sent = _text(root, "identifier"), _text(root, "sent")
    if _text(root, "status") != "Exercise":
        place.at("status").warning("Exercise", f"{show(_text(root, 'status'))}; it is one from here on")
    for name, element in _children(root):
        if name not in _ENVELOPE:
            _not_taken(element, place.at(name))
    infos = [element for name, element in _children(root) if name == "info"]
    if not infos:
        place.error("an info block (3.2.2)", "none")
    statements: list[Statement] = []
    for number, info in enumerate(infos, start=1):
        _add(info, sent, place.at(f"info[{number}]"), statements)
    return Alert(identifier, statements)


def _is_usable(root: Element, where: Where) -> bool:
    """Say whether an alert says what it is called, when it was sent and something to take over."""
    lacking = [name for name in ("identifier", "sent") if not _text(root, name)]
    for name in lacking:
        where.at(name).error("a value (3.2.1)", "nothing")
    message_type = _text(root, "msgType")
    if message_type not in _TAKEN:
        where.at("msgType").error(f"one of {', '.join(_TAKEN)}", show(message_type))
    return not lacking and message_type in _TAKEN


def _add(info: Element, sent: str, where: Where, statements: list[Statement]) -> None:
    """Take in an info block: one that says in another language what the one before it said goes with that."""
    language = (_text(info, "language") or "en-US")[:2].lower()
    if language not in ("nl", "en"):
        where.at("language").error("Dutch or English", show(_text(info, "language")))
        return
    at, at_place = sent, where.at("sent")
    for name in ("onset", "effective"):
        if _text(info, name):
            at, at_place = _text(info, name), where.at(name)
            break
    new = Statement(where, at, at_place)
    _read_parts(info, where, new)
    before = statements[-1] if statements else None
    same = before is not None and language not in before.texts and _about(before) == _about(new)
    statement = before if before is not None and same else new
    headline, description = _text(info, "headline"), _text(info, "description")
    statement.headlines[language] = headline or description
    statement.texts[language] = ": ".join(part for part in (headline.rstrip("."), description) if part)
    if not statement.texts[language]:
        where.error("a headline or a description", "neither")
    if not same:
        statements.append(new)


def _about(statement: Statement) -> tuple[Any, ...]:
    return statement.at, statement.values, statement.polygon, statement.point


def _read_parts(info: Element, where: Where, statement: Statement) -> None:
    times = [name for name in ("onset", "effective") if _text(info, name)]
    counts: dict[str, int] = {}
    for name, element in _children(info):
        counts[name] = counts.get(name, 0) + 1
        place = where.at(f"{name}[{counts[name]}]" if name in ("area", "parameter") else name)
        if name == "parameter":
            _read_parameter(element, place, statement)
        elif name == "area":
            _read_area(element, place, statement)
        elif name not in _USED or (name in times[1:]):
            _not_taken(element, place)


def _read_parameter(element: Element, where: Where, statement: Statement) -> None:
    name, value = _text(element, "valueName"), _text(element, "value")
    match = _FIGURE.match(value) if name.startswith(FIGURE) else None
    if match is None:
        where.error("a figure of beeld", f"{show(name)}: {show(value)}")
        return
    unit, datum = match["unit"] or "", match["datum"] or ""
    figure: dict[str, Any] = {"name": name.removeprefix(FIGURE), "amount": float(match["amount"])}
    figure |= {"unit": unit or "count", **({"datum": datum} if datum else {})}
    statement.values.append(figure)


def _read_area(element: Element, where: Where, statement: Statement) -> None:
    for name, part in _children(element):
        place, text = where.at(name), (part.text or "").strip()
        has_place = statement.polygon is not None or statement.point is not None
        if name == "areaDesc":
            continue
        if name not in ("polygon", "circle"):
            _not_taken(part, place)
        elif has_place:
            place.error("one place for a fact", f"another {name}, {show(text)}")
        elif name == "polygon":
            statement.polygon = _polygon(text, place)
        else:
            statement.point = _circle(text, place)


def _polygon(text: str, where: Where) -> dict[str, Any] | None:
    """Return the polygon of ``lat,lon lat,lon ...``, closed, of four pairs or more (3.2.4)."""
    pairs = [_pair(part) for part in text.split()]
    if len(pairs) < 4 or pairs[0] != pairs[-1] or None in pairs:
        where.error("pairs lat,lon, four or more, of which the last is the first (3.2.4)", show(text))
        return None
    return {"type": "Polygon", "coordinates": [pairs]}


def _circle(text: str, where: Where) -> tuple[float, float] | None:
    """Return the centre of ``lat,lon radius``; a radius above 0 has no place in a scenario."""
    centre, _, radius = text.partition(" ")
    pair = _pair(centre)
    if pair is None:
        where.error("lat,lon and a radius in km (3.2.4)", show(text))
        return None
    if radius.strip() not in ("0", "0.0"):
        where.error("a radius of 0: a fact has a point there", f"{show(radius)} km")
    return pair[0], pair[1]


def _pair(text: str) -> list[float] | None:
    lat, _, lon = text.partition(",")
    try:
        return [float(lon), float(lat)]
    except ValueError:
        return None


def _children(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield the elements below one, each with its name without the namespace where that is CAP's."""
    for child in element:
        yield child.tag.removeprefix(f"{{{NAMESPACE}}}"), child


def _text(element: Element, name: str) -> str:
    return (element.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _not_taken(element: Element, where: Where) -> None:
    said = " ".join("".join(element.itertext()).split())
    where.error("nothing: a scenario has no place for it", show(said))


def clock(text: str) -> datetime | None:
    """Return a moment of CAP (3.3.2); None when it is none, or has no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
