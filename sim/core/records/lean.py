"""Records as an assessment reads them: without what it does not use, and with what is repeated left as it stands.

Most of a log are new versions of items and perceptions, and most of these repeat words, figures and places that were
told before. So these stay the bytes that they are: who meets them for the first time reads them, and finds what is
wrong with them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from sim.core.messages.contents import Content, OtherContent
from sim.core.messages.event import SOURCE_PREFIX, injects_in
from sim.core.messages.items import (
    Geometry,
    Item,
    Kind,
    Sensitivity,
    Source,
    Value,
    Verification,
)
from sim.core.model.ids import EventId, InjectId, ItemId, PartyId, SubjectId, ThemeId
from sim.core.model.text import Text
from sim.core.picture.observation import Fact
from sim.core.records.record import CONTENT_DECODERS, Record, RecordError, kind_in
from sim.core.records.record import decode as decode_whole

_NONE: Final = msgspec.Raw()
"""Stands where a line says nothing."""

_TEXT: Final = msgspec.json.Decoder(Text)
_VALUES: Final = msgspec.json.Decoder(tuple[Value, ...])
_GEOMETRY: Final = msgspec.json.Decoder(Geometry | None)


class LeanItem(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An :class:`Item`, with its words, figures and place as they stand in the line."""

    id: ItemId
    version: int
    subject: SubjectId
    system: str
    theme: ThemeId
    kind: Kind
    title: msgspec.Raw
    text: msgspec.Raw = _NONE
    values: msgspec.Raw = _NONE
    geometry: msgspec.Raw = _NONE
    observed_at_ms: int
    reported_at_ms: int
    valid_until_ms: int | None = None
    source: Source
    verification: Verification = Verification()
    sensitivity: Sensitivity = Sensitivity.GENERAL
    relates_to: tuple[ItemId, ...] = ()
    causation: tuple[InjectId, ...] = ()

    def whole(self) -> Item:
        """Return the item, read to the end.

        Raises:
            RecordError: It is none.
        """
        rest = {name: getattr(self, name) for name in self.__struct_fields__ if name not in _LEFT}
        return Item(**rest, **_read(self))


class LeanFact(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A :class:`Fact`, with its words, figures and place as they stand in the line."""

    subject: SubjectId
    system: str
    theme: ThemeId
    kind: Kind
    title: msgspec.Raw
    text: msgspec.Raw = _NONE
    values: msgspec.Raw = _NONE
    geometry: msgspec.Raw = _NONE
    sensitivity: Sensitivity = Sensitivity.GENERAL
    effect_of: SubjectId = ""
    layer: str = ""

    def whole(self) -> Fact:
        """Return the fact, read to the end.

        Raises:
            RecordError: It is none.
        """
        rest = {name: getattr(self, name) for name in self.__struct_fields__ if name not in _LEFT}
        return Fact(**rest, **_read(self))


_LEFT: Final = frozenset({"title", "text", "values", "geometry"})


def _read(lean: LeanItem | LeanFact) -> dict[str, Any]:
    try:
        return {
            "title": _TEXT.decode(lean.title),
            "text": _TEXT.decode(lean.text) if bytes(lean.text) else Text("", ""),
            "values": _VALUES.decode(lean.values) if bytes(lean.values) else (),
            "geometry": _GEOMETRY.decode(lean.geometry) if bytes(lean.geometry) else None,
        }
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{lean.subject}: {error}") from error


class LeanUpdate(Content, frozen=True, tag="item"):
    """An :class:`ItemUpdate` with a lean item."""

    item: LeanItem


class LeanEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An :class:`~sim.core.messages.event.Event`, as far as an assessment reads it."""

    id: EventId
    source: str
    injectids: str = ""
    data: LeanUpdate | OtherContent

    @property
    def sender(self) -> PartyId:
        """Return the id of the party that the event says it is from."""
        return self.source.removeprefix(SOURCE_PREFIX)

    @property
    def injects(self) -> tuple[InjectId, ...]:
        """Return the injects and faults behind the event."""
        return injects_in(self.injectids)


class LeanMessage(msgspec.Struct, frozen=True, gc=False):
    """A :class:`Message` with a lean event."""

    topic: str
    event: LeanEvent
    readers: tuple[PartyId, ...]


class LeanObservation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An :class:`Observation` with a lean fact."""

    fact: LeanFact
    observed_at_ms: int
    causes: tuple[str, ...] = ()
    causation: tuple[InjectId, ...] = ()


class LeanObserved(msgspec.Struct, frozen=True, gc=False):
    """An :class:`Observed` with a lean observation."""

    party: PartyId
    observation: LeanObservation


_LEAN: Final[Mapping[str, type[Any]]] = {"message": LeanMessage, "observed": LeanObserved}

LEAN_DECODERS: Final = {
    **CONTENT_DECODERS,
    **{kind: msgspec.json.Decoder(content) for kind, content in _LEAN.items()},
}
"""Decoders of contents by kind, for :meth:`sim.core.records.record.Chain.check`."""


def _line(kind: str, content: type[Any]) -> msgspec.json.Decoder[Any]:
    # What differs between machines has no name in a line that it could be found by: nothing of it is read.
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("kind", Literal[kind]),
        ("content", content),
        ("local", Mapping[str, Any], {}),
    ]
    line = msgspec.defstruct(
        f"_{content.__name__}Line", fields, bases=(Record,), frozen=True, gc=False, rename={"local": ""}
    )
    return msgspec.json.Decoder(line)


_LINE_DECODERS: Final = {kind.encode(): _line(kind, content) for kind, content in _LEAN.items()}


def decode(line: bytes) -> Record:
    """Return the record in a line as an assessment reads it, without checking its place, its layout or its hash.

    Raises:
        RecordError: The line is no record.
    """
    decoder = _LINE_DECODERS.get(kind_in(line))
    if decoder is None:
        return decode_whole(line)
    try:
        read: Record = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return decode_whole(line)
    return read
