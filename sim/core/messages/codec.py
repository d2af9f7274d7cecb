"""Bytes to event and back: deterministic, validated, bounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from sim.core.messages.contents import tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.items import Item

EVENT_BYTES_MAX: Final = 256 * 1024
PART_BYTES_MAX: Final = 128 * 1024

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Event)


class CodecError(ValueError):
    """A payload is no event of ours; the message says where and why."""


def encode(event: Event) -> bytes:
    """Return the event as JSON, the same bytes for the same event in every process.

    Raises:
        CodecError: The event is larger than :data:`EVENT_BYTES_MAX`.
    """
    payload = _ENCODER.encode(event)
    if len(payload) > EVENT_BYTES_MAX:
        raise CodecError(f"event {event.id}: expected at most {EVENT_BYTES_MAX} bytes, was {len(payload)}")
    return payload


def decode(payload: bytes, bytes_max: int = EVENT_BYTES_MAX) -> Event:
    """Return the event in ``payload``, of at most ``bytes_max`` bytes.

    Raises:
        CodecError: It is too large, no JSON, not of our types, or type and content disagree.
    """
    if len(payload) > bytes_max:
        raise CodecError(f"expected at most {bytes_max} bytes, was {len(payload)}")
    try:
        event = _DECODER.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodecError(str(error)) from error
    if not event.source.startswith(SOURCE_PREFIX):
        raise CodecError(f"source: expected {SOURCE_PREFIX}<party>, was {event.source!r}")
    if event.type != TYPE_PREFIX + tag_of(event.data):
        raise CodecError(f"type: expected {TYPE_PREFIX}{tag_of(event.data)}, was {event.type!r}")
    return event


def split(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Return items in parts that each fit well into one event; one empty part when there are none."""
    parts: list[tuple[Item, ...]] = []
    part: list[Item] = []
    size = 0
    for item in items:
        more = len(_ENCODER.encode(item))
        if part and size + more > PART_BYTES_MAX:
            parts.append(tuple(part))
            part, size = [], 0
        part.append(item)
        size += more
    return [*parts, tuple(part)]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an event, generated from the types."""
    return msgspec.json.schema(Event)
