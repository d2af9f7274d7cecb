"""One line of a run log, its hash chain and the digest of a run.

A line is one JSON object, whose fields stand in this order::

    {"seq":7,"at_ms":60000,"kind":"truth","cause":["t-3"],"content":{...},"local":{...},"hash":"..."}

The hash of a line is SHA-256 over the hash before it and every byte of the line up to ``,"hash"``. The digest
of a run is SHA-256 over the parts of all lines up to ``,"local"``, each with a newline after it: what must be
equal on every broker.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec

from sim.core.records.kinds import KINDS, AnyRecordContent

RECORD_BYTES_MAX: Final = 8 * 1024 * 1024
GENESIS: Final = "0" * 64
LINE_BYTES_MAX: Final = RECORD_BYTES_MAX + len(b',"hash":""}\n') + len(GENESIS)
"""The longest line there can be, newline included: readers need to hold no more."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
CONTENT_DECODERS: Final[Mapping[str, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(content) for kind, content in KINDS.items()
}
"""Decoders of contents by kind."""


class RecordError(ValueError):
    """A line is no record, or not the one that belongs there; the message says why."""


class Entry(msgspec.Struct, frozen=True):
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


class Record(msgspec.Struct, frozen=True, gc=False):
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
    cause: msgspec.Raw
    content: msgspec.Raw
    local: msgspec.Raw
    hash: str


_KIND: Final = b'"kind":"'
_KIND_WITHIN: Final = 80
"""Bytes at the beginning of a line in which its kind is looked for."""


def _whole(kind: str, content: type[Any]) -> msgspec.json.Decoder[Any]:
    fields = [
        ("seq", int),
        ("at_ms", int),
        ("kind", Literal[kind]),
        ("cause", tuple[str, ...]),
        ("content", content),
        ("local", dict[str, Any]),
        ("hash", str),
    ]
    whole = msgspec.defstruct(f"_{content.__name__}Line", fields, forbid_unknown_fields=True)
    return msgspec.json.Decoder(whole)


_RECORD_DECODERS: Final = {kind.encode(): _whole(kind, content) for kind, content in KINDS.items()}
_LINE_DECODER = msgspec.json.Decoder(_Line)
_CAUSE_DECODER = msgspec.json.Decoder(tuple[str, ...])
_LOCAL_DECODER = msgspec.json.Decoder(dict[str, Any])


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
        shared = _shared(
            self.next_seq,
            entry.at_ms,
            entry.kind,
            _ENCODER.encode(entry.cause),
            _ENCODER.encode(entry.content),
        )
        signed = _signed(shared, _ENCODER.encode({**(entry.local or {}), **(local or {})}))
        if len(signed) > RECORD_BYTES_MAX:
            raise RecordError(
                f"record {self.next_seq}: expected at most {RECORD_BYTES_MAX} bytes, was {len(signed)}"
            )
        self._advance(shared, self._hash(signed))
        return signed + _tail(self.head)

    def check(
        self, line: bytes, decoders: Mapping[str, msgspec.json.Decoder[Any]] = CONTENT_DECODERS
    ) -> Record:
        """Return the record in the next line (newline included), having checked its place and its hash.

        Its content is read by one of ``decoders``, by kind.

        Raises:
            RecordError: The line is not the one that belongs here.
        """
        if len(line) > LINE_BYTES_MAX:
            raise RecordError(f"expected at most {LINE_BYTES_MAX} bytes, was more")
        parsed = _parse(line)
        if parsed.seq != self.next_seq:
            raise RecordError(f"expected seq {self.next_seq}, was {parsed.seq}")
        shared = _shared(parsed.seq, parsed.at_ms, parsed.kind, bytes(parsed.cause), bytes(parsed.content))
        signed = _signed(shared, bytes(parsed.local))
        # Written again from its parts: what is hashed is then what was read, and no byte stands in between.
        if line != signed + _tail(parsed.hash):
            raise RecordError(
                "expected the fields in their order, no space between them and a newline, was another layout"
            )
        head = self._hash(signed)
        if parsed.hash != head:
            raise RecordError(
                "expected the hash of the line before and this line, was another: it was changed"
            )
        record = _record(parsed, decoders)
        self._advance(shared, head)
        return record

    def _hash(self, signed: bytes) -> str:
        return sha256(self.head.encode() + signed).hexdigest()

    def _advance(self, shared: bytes, head: str) -> None:
        self.head = head
        self._digest.update(shared + b"\n")
        self.next_seq += 1


def decode(line: bytes) -> Record:
    """Return the record in a line without checking its place, its layout or its hash.

    Raises:
        RecordError: The line is no record.
    """
    # The kind stands near the beginning; known, it lets the whole line be read at once. What does not fit into that is
    # read part by part, and told in its words.
    decoder = _RECORD_DECODERS.get(kind_in(line))
    if decoder is not None:
        try:
            read = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _record(_parse(line))
        return Record(read.seq, read.at_ms, read.kind, read.cause, read.content, read.local)
    return _record(_parse(line))


def kind_in(line: bytes) -> bytes:
    """Return the kind of the record in a line, or something else where it stands elsewhere than it should."""
    start = line.find(_KIND, 0, _KIND_WITHIN) + len(_KIND)
    return line[start : line.find(b'"', start)]


def _shared(seq: int, at_ms: int, kind: str, cause: bytes, content: bytes) -> bytes:
    """Return the part of a line that must be equal on every broker."""
    head = b'{"seq":%d,"at_ms":%d,"kind":"%s"' % (seq, at_ms, kind.encode())
    return head + b',"cause":%s,"content":%s' % (cause, content)


def _signed(shared: bytes, local: bytes) -> bytes:
    return shared + b',"local":%s' % local


def _tail(head: str) -> bytes:
    return b',"hash":"%s"}\n' % head.encode()


def _parse(line: bytes) -> _Line:
    try:
        return _LINE_DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(str(error)) from error


def _record(line: _Line, decoders: Mapping[str, msgspec.json.Decoder[Any]] = CONTENT_DECODERS) -> Record:
    decoder = decoders.get(line.kind)
    if decoder is None:
        raise RecordError(f"kind: expected one of {', '.join(KINDS)}, was {line.kind!r}")
    try:
        content = decoder.decode(line.content)
        cause = _CAUSE_DECODER.decode(line.cause)
        local = _LOCAL_DECODER.decode(line.local)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(str(error)) from error
    return Record(line.seq, line.at_ms, line.kind, cause, content, local)
