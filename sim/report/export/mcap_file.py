"""The whole run as MCAP: a message channel for each topic, a channel for each kind of other record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO, Final

import msgspec
from mcap.writer import CompressionType, Writer

from sim.core.messages.codec import json_schema
from sim.core.records.kinds import KINDS, Message, Opening
from sim.core.records.record import Record
from sim.files.problems import InputError, Problem

CHANNELS_MAX: Final = 65_535
"""Channels of a file: their ids have 16 bits, and 0 is none."""

OTHERS: Final = "log/"
"""Before the kind of a record that is no message, in place of a topic."""

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def write_mcap(run: str, records: Iterable[Record], file: BinaryIO) -> None:
    """Write a run as MCAP; log time and publish time are the exercise's clock, sequence the number of the record.

    Raises:
        InputError: It has more topics than a file can have channels.
    """
    writer = Writer(file, compression=CompressionType.ZSTD)
    writer.start(profile="", library="beeld")
    channels = _Channels(writer)
    start_ns = 0
    for record in records:
        content = record.content
        if isinstance(content, Opening):
            start_ns = _nanoseconds(datetime.fromisoformat(content.start))
            about = {
                "run": run,
                "scenario": content.scenario,
                "seed": str(content.seed),
                "start": content.start,
            }
            writer.add_metadata("beeld", about)
        at_ns = start_ns + record.at_ms * 1_000_000
        told = content.event if isinstance(content, Message) else content
        writer.add_message(
            channel_id=channels.of(record),
            log_time=at_ns,
            publish_time=at_ns,
            sequence=record.seq,
            data=_ENCODER.encode(told),
        )
    writer.finish()  # type: ignore[no-untyped-call]


class _Channels:
    """The channels of a file so far, by topic, each with the schema of what is on it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._channels: dict[str, int] = {}
        self._schemas: dict[str, int] = {}

    def of(self, record: Record) -> int:
        """Return the channel of a record; it is made with the first of its topic."""
        is_message = isinstance(record.content, Message)
        topic = record.content.topic if is_message else f"{OTHERS}{record.kind}"
        if topic not in self._channels:
            if len(self._channels) == CHANNELS_MAX:
                expected = f"a run with at most {CHANNELS_MAX:,} topics, which is what MCAP can hold"
                raise InputError([Problem("command line", "--format", expected, "more")])
            schema = self._schema("" if is_message else record.kind)
            self._channels[topic] = self._writer.register_channel(
                topic=topic, message_encoding="json", schema_id=schema
            )
        return self._channels[topic]

    def _schema(self, kind: str) -> int:
        """Return the schema of a kind of record; of messages, for "", that of the event."""
        if kind not in self._schemas:
            schema: dict[str, Any] = json_schema() if kind == "" else msgspec.json.schema(KINDS[kind])
            self._schemas[kind] = self._writer.register_schema(
                name=f"nl.beeld.{kind or 'event'}", encoding="jsonschema", data=_ENCODER.encode(schema)
            )
        return self._schemas[kind]


def _nanoseconds(clock: datetime) -> int:
    # In whole microseconds first: a float of seconds since 1970 has no nanoseconds.
    return round(clock.timestamp() * 1_000) * 1_000_000
