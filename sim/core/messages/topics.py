"""The grammar of topics: build and parse, from one table of shapes.

Topics here are relative to the root of a run, ``beeld/{run}/``; the transport adds and removes the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from sim.core.messages.contents import (
    Ack,
    Alarm,
    Alert,
    Answer,
    AnyContent,
    Briefing,
    Card,
    Conclusion,
    Confidence,
    Content,
    Decision,
    GrantNotice,
    Invitation,
    ItemUpdate,
    Phase,
    Proposal,
    Receipt,
    Request,
    Scaling,
    Signal,
    SitRep,
    Snapshot,
    Verdict,
    Withdrawal,
    tag_of,
)
from sim.core.model.ids import ID_CHARACTERS_MAX, is_id


class Shape(StrEnum):
    """Every form that a topic can have; names in braces are ids."""

    CLOCK = "clock"
    RISK = "risk/{region}/{owner}/{theme}/{item}"
    CARD = "activity/{activity}/card"
    OWN = "activity/{activity}/own/{owner}/{theme}/{item}"
    SHARED = "activity/{activity}/shared/{theme}/{item}"
    PROPOSAL = "activity/{activity}/proposal/{party}/{item}"
    SIGNAL = "activity/{activity}/signal/{party}"
    SCALING = "activity/{activity}/scaling/{party}"
    DECISION = "activity/{activity}/decision/{team}/{item}"
    NATIONAL = "national/{theme}/{item}"
    POST = "post/{to}/{sender}/{kind}"
    OUTSIDE = "outside/{to}/{sender}/{kind}"
    LAYER = "layer/{region}/{layer}"
    RECEIPT = "receipt/{party}"
    CONTROL = "control/{what}"


_MAIL: Final[tuple[type[Content], ...]] = (
    Ack, Alarm, Alert, Answer, Briefing, Conclusion, Confidence, GrantNotice, Invitation, Request, Scaling, SitRep,
    Snapshot, Verdict, Withdrawal,
)  # fmt: skip

CONTENTS: Final[Mapping[Shape, tuple[type[Content], ...]]] = {
    Shape.CLOCK: (Phase,),
    Shape.RISK: (ItemUpdate,),
    Shape.CARD: (Card,),
    Shape.OWN: (ItemUpdate,),
    Shape.SHARED: (ItemUpdate,),
    Shape.PROPOSAL: (Proposal,),
    Shape.SIGNAL: (Signal,),
    Shape.SCALING: (Scaling,),
    Shape.DECISION: (Decision,),
    Shape.NATIONAL: (ItemUpdate,),
    Shape.POST: _MAIL,
    Shape.OUTSIDE: (*_MAIL, Signal, Card),
    Shape.LAYER: (ItemUpdate,),
    Shape.RECEIPT: (Receipt,),
    Shape.CONTROL: (Phase,),
}
"""Which contents travel on which shape."""

RETAINED: Final = frozenset(
    {
        Shape.CLOCK,
        Shape.RISK,
        Shape.CARD,
        Shape.OWN,
        Shape.SHARED,
        Shape.SCALING,
        Shape.DECISION,
        Shape.NATIONAL,
    }
)
"""Shapes that hold state and are retained, as a service to outside clients that come late."""

_NOT_OF_THE_TOOL: Final = frozenset({Shape.CLOCK, Shape.CONTROL, Shape.OUTSIDE})

TOOL_PATTERNS: Final = tuple(
    sorted({f"{shape.value.partition('/')[0]}/#" for shape in Shape if shape not in _NOT_OF_THE_TOOL})
)
"""Topic filters that match everything of the tool, and nothing of what is said outside it."""

# The level that must name the sender; what it names is also what rights bind to the account.
_SENDER_LEVEL: Final[Mapping[Shape, str]] = {
    Shape.RISK: "owner",
    Shape.OWN: "owner",
    Shape.PROPOSAL: "party",
    Shape.SIGNAL: "party",
    Shape.SCALING: "party",
    Shape.POST: "sender",
    Shape.OUTSIDE: "sender",
    Shape.RECEIPT: "party",
}


def is_outside(topic: str) -> bool:
    """Say whether a topic, or every topic that a filter matches, is outside the tool: by telephone or a liaison."""
    return topic.startswith("outside/")


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed topic: its shape, and the id at each named level."""

    shape: Shape
    levels: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.levels[name]

    @property
    def sender(self) -> str | None:
        """Return the party that the topic says writes it, or None where the topic names nobody."""
        level = _SENDER_LEVEL.get(self.shape)
        return None if level is None else self.levels[level]


@lru_cache(maxsize=65_536)  # what is kept stays small: levels that are no ids raise, and are not kept
def build(shape: Shape, **levels: str) -> str:
    """Return the topic of a shape with the given ids.

    >>> build(Shape.CARD, activity="flood")
    'activity/flood/card'

    Raises:
        ValueError: A level is missing, unknown, or no id (so that no id can change the shape).
    """
    for name, value in levels.items():
        if not is_id(value):
            raise ValueError(f"topic level {name}: expected an id ([a-z0-9-]), was {value!r}")
    names = _NAMES[shape]
    if levels.keys() != names:
        raise ValueError(f"topic {shape}: expected levels {sorted(names)}, was {sorted(levels)}")
    return shape.format(**levels)


def parse(topic: str) -> Address | None:
    """Return what a topic addresses, or None when it has none of the known shapes."""
    return _parse(topic) if len(topic) <= _TOPIC_CHARACTERS_MAX else None


@lru_cache(maxsize=65_536)
def _parse(topic: str) -> Address | None:
    parts = topic.split("/")
    for shape, pattern in _CANDIDATES.get((parts[0], len(parts)), ()):
        levels = _match(pattern, parts)
        if levels is not None:
            return Address(shape, MappingProxyType(levels))  # kept, so nobody may change it
    return None


def fault_in(topic: str, content: AnyContent, sender: str) -> str | None:
    """Return what is wrong between a topic, the content on it and the sender it claims; None when nothing is."""
    address = parse(topic)
    if address is None:
        return f"topic: expected one of the known shapes, was {topic!r}"
    if not isinstance(content, CONTENTS[address.shape]):
        return f"content: expected {_expected(address.shape)} on {address.shape.value}, was {tag_of(content)}"
    if address.shape in (Shape.POST, Shape.OUTSIDE) and address["kind"] != tag_of(content):
        return f"kind: expected {tag_of(content)} in the topic, was {address['kind']}"
    if address.sender is not None and address.sender != sender:
        return f"source: expected {address.sender} as the topic says, was {sender}"
    return _fault_in_item(address, content)


def _fault_in_item(address: Address, content: AnyContent) -> str | None:
    if not isinstance(content, ItemUpdate | Proposal):
        return None
    item = content.item
    for level, told in (("item", item.id), ("theme", item.theme)):
        if address.levels.get(level, told) != told:
            return f"{level}: expected {address[level]} as the topic says, was {told}"
    return None


def example(shape: Shape, **levels: str) -> str:
    """Return a topic of a shape, with ``x`` for every level that is not given; for tables and tests."""
    return shape.format(**{name: levels.get(name, "x") for name in _NAMES[shape]})


def _expected(shape: Shape) -> str:
    return " or ".join(str(content.__struct_config__.tag) for content in CONTENTS[shape])


def _match(pattern: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    levels: dict[str, str] = {}
    for wanted, found in zip(pattern, parts, strict=True):
        if not wanted.startswith("{"):
            if wanted != found:
                return None
        elif is_id(found):
            levels[wanted[1:-1]] = found
        else:
            return None
    return levels


def _candidates() -> dict[tuple[str, int], list[tuple[Shape, tuple[str, ...]]]]:
    table: dict[tuple[str, int], list[tuple[Shape, tuple[str, ...]]]] = {}
    for shape in Shape:
        pattern = tuple(shape.split("/"))
        table.setdefault((pattern[0], len(pattern)), []).append((shape, pattern))
    return table


_CANDIDATES: Final = _candidates()
_TOPIC_CHARACTERS_MAX: Final = max(len(shape) for shape in Shape) + 4 * ID_CHARACTERS_MAX
"""No topic of a known shape is longer: none has more than four ids. What is kept of topics stays small."""

_NAMES: Final = {
    shape: frozenset(part[1:-1] for part in shape.split("/") if part.startswith("{")) for shape in Shape
}
