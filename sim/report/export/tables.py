"""The whole run as tables: its records, and the figures of its assessment; as CSV, and as Parquet where pyarrow is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, Final, Literal, TypeAlias

import msgspec

from sim.core.assessment.judging.outcome import Assessment, Finding, Measurement, Reading
from sim.core.messages.contents import tag_of
from sim.core.messages.event import Event
from sim.core.messages.topics import parse
from sim.core.model.time import clock_time
from sim.core.records.kinds import Message, Opening
from sim.core.records.record import Record
from sim.files.problems import InputError, Problem

Type: TypeAlias = Literal["int", "float", "text", "flag", "time"]
Row: TypeAlias = Sequence[Any]

RECORDS: Final[Mapping[str, Type]] = {
    "seq": "int",
    "at_ms": "int",
    "time": "time",
    "kind": "text",
    "party": "text",
    "activity": "text",
    "topic": "text",
    "message": "text",
    "event": "text",
    "subject": "text",
    "item": "text",
    "version": "int",
    "readers": "int",
    "causes": "text",
    "content": "text",
}
"""Columns of the table of records; ``content`` is the whole of it as JSON, as docs/run-log-format.md describes it."""

MEASURES: Final[Mapping[str, Type]] = {
    "scope": "text",
    "party": "text",
    "profile": "text",
    "criterion": "text",
    "part": "text",
    "minimum": "flag",
    "measure": "text",
    "unit": "text",
    "value": "float",
    "pending": "float",
    "count": "int",
    "limit": "float",
    "partly_limit": "float",
    "better": "text",
    "result": "text",
    "records": "text",
}
"""Columns of the table of measures; a figure that no criterion judges has none, and no result."""

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_BATCH: Final = 10_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def record_rows(records: Iterable[Record]) -> Iterator[Row]:
    """Yield a row for each record, in the order of :data:`RECORDS`; the ``local`` part is left out."""
    start: datetime | None = None
    for record in records:
        if isinstance(record.content, Opening):
            start = datetime.fromisoformat(record.content.start)
        assert start is not None, "a log begins with its opening"
        yield (
            record.seq,
            record.at_ms,
            clock_time(start, record.at_ms),
            record.kind,
            *_about(record.content),
            " ".join(record.cause),
            _ENCODER.encode(record.content).decode(),
        )


def _about(content: Any) -> tuple[Any, ...]:
    """Return party, activity, topic, message, event, subject, item, version and readers, as far as there are any."""
    if isinstance(content, Message):
        return _about_message(content)
    event = getattr(content, "event", "")
    subject = getattr(content, "subject", "") or getattr(getattr(content, "fact", None), "subject", "")
    version = getattr(content, "version", 0)
    return (
        getattr(content, "party", "") or getattr(content, "to", ""),
        getattr(content, "activity", "") or getattr(getattr(content, "cue", None), "activity", ""),
        getattr(content, "topic", ""),
        "",
        event,
        subject,
        getattr(content, "item", ""),
        version or None,
        None,
    )


def _about_message(message: Message) -> tuple[Any, ...]:
    event: Event = message.event
    address = parse(message.topic)
    in_topic = "" if address is None else address.levels.get("activity", "")
    item = getattr(event.data, "item", None)
    return (
        event.sender,
        in_topic or getattr(event.data, "activity", ""),
        message.topic,
        tag_of(event.data),
        event.id,
        getattr(event.data, "subject", "") or ("" if item is None else item.subject),
        "" if item is None else item.id,
        None if item is None else item.version,
        len(message.readers),
    )


def measure_rows(assessment: Assessment) -> Iterator[Row]:
    """Yield a row for each figure of an assessment, judged or not, in the order of :data:`MEASURES`."""
    for found in assessment.criteria:
        yield _finding_row("exercise", "", "", found)
    for reading in assessment.figures:
        yield _reading_row("exercise", "", "", reading)
    for partner in assessment.partners:
        for found in partner.criteria:
            yield _finding_row("partner", partner.id, partner.profile, found)
        for reading in partner.figures:
            yield _reading_row("partner", partner.id, partner.profile, reading)
    for body in assessment.bodies:
        for reading in body.figures:
            yield _reading_row("body", body.id, body.profile, reading)


def _finding_row(scope: str, party: str, profile: str, found: Finding) -> Row:
    norm = found.norm
    return (
        scope,
        party,
        profile,
        found.id,
        found.part,
        found.minimum,
        *_figure(found.measure),
        *((norm.limit, norm.partly_limit, norm.better) if norm else (None, None, "")),
        found.result.value,
        " ".join(map(str, found.evidence)),
    )


def _reading_row(scope: str, party: str, profile: str, reading: Reading) -> Row:
    figure = _figure(reading.measure)
    records = " ".join(map(str, reading.evidence))
    return (scope, party, profile, "", "", None, *figure, None, None, "", "", records)


def _figure(measure: Measurement) -> tuple[Any, ...]:
    return measure.name, measure.unit.value, measure.value, measure.pending, measure.count


def write_csv(columns: Mapping[str, Type], rows: Iterable[Row], file: BinaryIO) -> None:
    """Write a table as CSV (RFC 4180): UTF-8, commas, a heading, CRLF; nothing at all for what there is none of.

    Text that a spreadsheet would take for a formula gets a ``'`` before it: topics and reasons in a log may be of
    whoever took part.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    text.detach()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        safe = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return f"'{safe}" if safe.startswith(_FORMULA) else safe
    return value


def write_parquet(columns: Mapping[str, Type], rows: Iterable[Row], file: BinaryIO) -> None:
    """Write a table as Parquet, 10,000 rows a group, compressed with zstd.

    Raises:
        InputError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 -- large, and no part of every installation
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        expected = "pyarrow, which makes Parquet: pip install 'beeld[parquet]'"
        raise InputError([Problem("command line", "--format", expected, "none installed")]) from error
    types = {
        "int": pa.int64(),
        "float": pa.float64(),
        "text": pa.string(),
        "flag": pa.bool_(),
        "time": pa.timestamp("ms", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        remaining = iter(rows)
        while batch := list(islice(remaining, _BATCH)):
            by_column = zip(*batch, strict=True)
            arrays = [
                pa.array(column, type=field.type) for column, field in zip(by_column, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
