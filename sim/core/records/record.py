"""One line of a run log, its hash chain and the digest of a run.

A line is one JSON object, whose fields stand in this order::

    {"seq":7,"at_ms":60000,"kind":"truth","cause":["t-3"],"content":{...},"local":{...},"hash":"..."}

The hash of a line is SHA-256 over the hash before it and every byte of the line up to ``,"hash"``. The digest
of a run is SHA-256 over the parts of all lines up to ``,"local"``: what must be equal on every broker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec

from sim.core.records.kinds import KINDS, AnyRecordContent

RECORD_BYTES_MAX: Final = 1024 * 1024
GENESIS: Final = "0" * 64
_TAIL_BYTES: Final = len(b',"hash":""}\n') + len(GENESIS)

_ENCODER = msgspec.json.Encoder(order="deterministic")
_CONTENT_DECODERS: Final = {kind: msgspec.json.Decoder(content) for kind, content in KINDS.items()}


class RecordError(ValueError):
    """A line is no record, or not the one that belongs there; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record before it has a place in a log.

    Attributes:
        at_ms: Exercise time (ms).
        kind: Key of :data:`sim.core.records.kinds.KINDS`.
        content: What it says.
        cause: Ids of truth changes, injects and events that led to it.
        local: What differs between machines and brokers, e.g. a reason code.
    """

    at_ms: int
    kind: str
    content: AnyRecordContent
    cause: tuple[str, ...] = ()
    local: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in a log, at line ``seq`` (counted from 0)."""

    seq: int
    at_ms: int
    kind: str
    cause: tuple[str, ...]
    content: Any
    local: Mapping[str, Any]


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    seq: int
    at_ms: int
    kind: str
    cause: tuple[str, ...]
    content: msgspec.Raw
    local: dict[str, Any]
    hash: str


_LINE_DECODER = msgspec.json.Decoder(_Line)


class Chain:
    """Turns entries into lines, or checks lines, keeping hash and digest as it goes."""

    __slots__ = ("_digest", "head", "next_seq")

    def __init__(self) -> None:
        self.next_seq = 0
        self.head = GENESIS
        self._digest = sha256()

    @property
    def digest(self) -> str:
        """Return the digest of the lines so far."""
        return self._digest.hexdigest()

    def seal(self, entry: Entry, local: Mapping[str, Any] | None = None) -> bytes:
        """Return the next line, newline included; ``local`` is added to the entry's own.

        Raises:
            RecordError: The line would be longer than :data:`RECORD_BYTES_MAX`.
        """
        assert isinstance(entry.content, KINDS[entry.kind]), f"{entry.kind} cannot hold {type(entry.content)}"
        shared = b'{"seq":%d,"at_ms":%d,"kind":"%s","cause":%s,"content":%s' % (
            self.next_seq,
            entry.at_ms,
            entry.kind.encode(),
            _ENCODER.encode(entry.cause),
            _ENCODER.encode(entry.content),
        )
        signed = shared + b',"local":%s' % _ENCODER.encode({**(entry.local or {}), **(local or {})})
        if len(signed) > RECORD_BYTES_MAX:
            raise RecordError(f"record {self.next_seq}: expected at most {RECORD_BYTES_MAX} bytes, was {len(signed)}")
        self._advance(shared, signed)
        return signed + b',"hash":"%s"}\n' % self.head.encode()

    def check(self, line: bytes) -> Record:
        """Return the record in the next line (newline included), having checked its place and its hash.

        Raises:
            RecordError: The line is not the one that belongs here.
        """
        signed, tail = line[:-_TAIL_BYTES], line[-_TAIL_BYTES:]
        if not (tail.startswith(b',"hash":"') and tail.endswith(b'"}\n')):
            raise RecordError('expected the line to end in ,"hash":"<64 digits>"} and a newline')
        record, stated = _decode(line)
        if record.seq != self.next_seq:
            raise RecordError(f"expected seq {self.next_seq}, was {record.seq}")
        head = sha256(self.head.encode() + signed).hexdigest()
        if stated != head:
            raise RecordError("expected the hash of the line before and this line, was another: it was changed")
        self._advance(signed[: signed.rindex(b',"local":')], signed)
        return record

    def _advance(self, shared: bytes, signed: bytes) -> None:
        self.head = sha256(self.head.encode() + signed).hexdigest()
        self._digest.update(shared + b"\n")
        self.next_seq += 1


def decode(line: bytes) -> Record:
    """Return the record in a line without checking its hash.

    Raises:
        RecordError: The line is no record.
    """
    return _decode(line)[0]


def _decode(line: bytes) -> tuple[Record, str]:
    try:
        parsed = _LINE_DECODER.decode(line)
        content = _CONTENT_DECODERS[parsed.kind].decode(parsed.content)
    except KeyError as error:
        raise RecordError(f"kind: expected one of {', '.join(KINDS)}, was {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(str(error)) from error
    record = Record(parsed.seq, parsed.at_ms, parsed.kind, parsed.cause, content, parsed.local)
    return record, parsed.hash
