"""The messages of a run as CloudEvents 1.0, one JSON object a line, as they went."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Final

import msgspec

from sim.core.records.kinds import Message
from sim.core.records.record import Record

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def write_cloud_events(records: Iterable[Record], file: BinaryIO) -> None:
    """Write every message: the event as it was sent, and in ``subject`` the topic on which it went."""
    for record in records:
        if isinstance(record.content, Message):
            event = {**msgspec.to_builtins(record.content.event), "subject": record.content.topic}
            file.write(_ENCODER.encode(event) + b"\n")
