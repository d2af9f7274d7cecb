"""What a long log says again and again, in columns of numbers: who told which item, when, in which way.

A row takes some tens of bytes, where objects would take a thousand. What rows have in common (words, figures, places,
topics, readers) stands in a list once, and rows name it by its number.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.log_entries import Envelope, Moment, Sent, Statement
from sim.core.messages.contents import Content, ItemUpdate
from sim.core.messages.items import Item, Verification, VerificationStatus
from sim.core.messages.topics import Address, Shape
from sim.core.model.ids import ActivityId, InjectId, PartyId, SubjectId

Numbers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

TIME_MAX: Final = 2**41
"""Times (ms) lie between this and its negative: seventy years. What strangers date beyond it is taken to be then."""

VERSION_MAX: Final = 2**31 - 1
"""The highest version of an item that is told apart."""

NEVER: Final = -(2**62)
"""Stands in a column of times for no time."""


class Way(msgspec.Struct, frozen=True, gc=False):
    """How something was told: all of a message but its content and its time.

    ``holders`` is who holds what was told from then on, in order of id.
    """

    address: Address
    sender: PartyId
    readers: tuple[PartyId, ...]
    holders: tuple[PartyId, ...]
    recipient: PartyId
    activity: ActivityId
    injects: tuple[InjectId, ...]
    content: type[Content]
    late: bool = False

    @property
    def shared(self) -> bool:
        """Say whether what is told so stands from then on in the shared picture of an activity."""
        return self.address.shape is Shape.SHARED and not self.late


def numbers(column: array[int]) -> npt.NDArray[Any]:
    """Return a column as what can be computed with, not copied: nothing can be added to it any more."""
    return np.frombuffer(column, dtype=column.typecode) if column else np.empty(0, column.typecode)


def bounded(value: int, limit: int) -> int:
    """Return a number, or the limit, or its negative, that it lies beyond."""
    return max(-limit, min(limit, value))


class Telling:
    """Takes down what is told, row by row."""

    __slots__ = (
        "at_ms",
        "checked_ms",
        "face",
        "observed_ms",
        "reported_ms",
        "seq",
        "valid_ms",
        "version",
        "way",
    )

    def __init__(self) -> None:
        self.seq, self.at_ms = array("q"), array("q")
        self.way, self.face, self.version = array("i"), array("i"), array("i")
        self.observed_ms, self.reported_ms = array("q"), array("q")
        self.valid_ms, self.checked_ms = array("q"), array("q")

    def add(self, seq: int, at_ms: int, way: int, face: int, item: Item) -> None:
        """Take down that an item was told: in which record and when (ms), in what way, with which face."""
        version, valid_ms = item.version, item.valid_until_ms
        times = (item.observed_at_ms, item.reported_at_ms, item.verification.at_ms)
        if version > VERSION_MAX or version < -VERSION_MAX or max(times) > TIME_MAX or min(times) < -TIME_MAX:
            version = bounded(version, VERSION_MAX)
            times = tuple([bounded(time, TIME_MAX) for time in times])  # type: ignore[assignment]
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.way.append(way)
        self.face.append(face)
        self.version.append(version)
        self.observed_ms.append(times[0])
        self.reported_ms.append(times[1])
        self.checked_ms.append(times[2])
        self.valid_ms.append(NEVER if valid_ms is None else bounded(valid_ms, TIME_MAX))

    def again(self, row: int, seq: int, at_ms: int, way: int) -> None:
        """Take down that what stands in a row was told anew."""
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.way.append(way)
        for name in ("face", "version", "observed_ms", "reported_ms", "checked_ms", "valid_ms"):
            column = getattr(self, name)
            column.append(column[row])


class Told:
    """Every item that was told, in the order of the log; a row is an item in a message.

    Attributes:
        ways: How things were told.
        faces: What items say, apart from their version and their times.
        seq: Record of each row; several rows where it told several items.
        at_ms: When.
        way: In what way: its number in ``ways``.
        face: With which words, figures and place: its number in ``faces``.
        version: Version of the item.
        observed_ms: When it was true for its source.
    """

    def __init__(
        self, ways: Sequence[Way], faces: Sequence[Item], columns: dict[str, npt.NDArray[Any]]
    ) -> None:
        """Keep columns of one length, by the names of :class:`Telling`."""
        self.ways, self.faces, self._columns = ways, faces, columns
        self.seq: Numbers = columns["seq"]
        self.at_ms: Numbers = columns["at_ms"]
        self.way: npt.NDArray[np.int32] = columns["way"]
        self.face: npt.NDArray[np.int32] = columns["face"]
        self.version: npt.NDArray[np.int32] = columns["version"]
        self.observed_ms: Numbers = columns["observed_ms"]

    @classmethod
    def of(cls, ways: Sequence[Way], faces: Sequence[Item], telling: Telling) -> Told:
        """Return what was taken down."""
        columns = {name: numbers(getattr(telling, name)) for name in Telling.__slots__}
        return cls(ways, faces, columns)

    def __len__(self) -> int:
        return len(self.seq)

    def only(self, rows: npt.NDArray[Any]) -> Told:
        """Return some of the rows."""
        return Told(self.ways, self.faces, {name: column[rows] for name, column in self._columns.items()})

    def by_way(self, asked: Callable[[Way], bool]) -> Flags:
        """Return which rows were told in a way that is asked for."""
        return self._flags([asked(way) for way in self.ways])[self.way]

    def by_face(self, asked: Callable[[Item], bool]) -> Flags:
        """Return which rows have a face that is asked for."""
        return self._flags([asked(face) for face in self.faces])[self.face]

    @staticmethod
    def _flags(found: list[bool]) -> Flags:
        return np.array(found, dtype=np.bool_)

    @cached_property
    def subjects(self) -> tuple[SubjectId, ...]:
        """Return every subject that was told of, in order of id."""
        return tuple(sorted({face.subject for face in self.faces}))

    @cached_property
    def subject_of_face(self) -> npt.NDArray[np.int32]:
        """Return by face the number of its subject."""
        places = {subject: place for place, subject in enumerate(self.subjects)}
        return np.array([places[face.subject] for face in self.faces], dtype=np.int32)

    @cached_property
    def lapsed_faces(self) -> Flags:
        """Return which faces take something out of the picture."""
        return self._flags([face.verification.status is VerificationStatus.LAPSED for face in self.faces])

    @cached_property
    def by_subject(self) -> Numbers:
        """Return the rows subject by subject, each in the order of the log."""
        return np.argsort(self.subject_of_face[self.face], kind="stable")

    @cached_property
    def newness(self) -> Numbers:
        """Return for each row how new it was for its source, as a place among all that was told."""
        return np.unique(self.observed_ms, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def claim_of_face(self) -> Sequence[int]:
        """Return by face the number of what it claims to be so: whether that is right is asked once for each claim."""
        known: dict[Any, int] = {}
        restricted = {face.sensitivity: len(face.sensitivity) for face in self.faces}
        return [
            known.setdefault(
                (
                    face.values,
                    face.title,
                    face.geometry,
                    face.verification.status is VerificationStatus.REFUTED,
                    restricted[face.sensitivity],
                ),
                len(known),
            )
            for face in self.faces
        ]

    def moment(self, row: int) -> Moment:
        """Return the record of a row, and its time."""
        return Moment(int(self.seq[row]), int(self.at_ms[row]))

    def rows_of(self, seq: int) -> range:
        """Return the rows of a record."""
        first, after = np.searchsorted(self.seq, seq, "left"), np.searchsorted(self.seq, seq, "right")
        return range(int(first), int(after))

    def item(self, row: int) -> Item:
        """Return the item that was told in a row."""
        valid_ms = int(self._columns["valid_ms"][row])
        return timed(
            self.faces[self.face[row]],
            int(self.version[row]),
            int(self.observed_ms[row]),
            int(self._columns["reported_ms"][row]),
            None if valid_ms == NEVER else valid_ms,
            int(self._columns["checked_ms"][row]),
        )

    def statement(self, row: int) -> Statement:
        """Return what was told in a row, to whom."""
        way = self.ways[self.way[row]]
        return Statement(
            int(self.seq[row]),
            int(self.at_ms[row]),
            way.sender,
            way.readers,
            way.address.shape,
            way.activity,
            way.holders,
            self.item(row),
            way.late,
        )

    def statements(self, rows: Iterable[int] | None = None) -> tuple[Statement, ...]:
        """Return what was told in some rows, or in all."""
        return tuple([self.statement(row) for row in (range(len(self)) if rows is None else rows)])

    def update(self, row: int) -> Sent[ItemUpdate]:
        """Return the message of a row that was told as a new version of an item."""
        way = self.ways[self.way[row]]
        return sent(int(self.seq[row]), int(self.at_ms[row]), way, ItemUpdate(item=self.item(row)))


def timed(
    face: Item, version: int, observed_ms: int, reported_ms: int, valid_ms: int | None, checked_ms: int
) -> Item:
    """Return the item with a face, a version and times (ms)."""
    said = face.verification
    return msgspec.structs.replace(
        face,
        version=version,
        observed_at_ms=observed_ms,
        reported_at_ms=reported_ms,
        valid_until_ms=valid_ms,
        verification=Verification(said.status, said.by, checked_ms) if checked_ms else said,
    )


def letter(seq: int, at_ms: int, way: Way, name: Envelope, data: Any) -> Sent[Any]:
    """Return the message with a content that went a way."""
    return Sent(
        seq, at_ms, way.address, name, way.readers, data, way.sender, way.recipient, way.activity, way.late
    )


def sent(seq: int, at_ms: int, way: Way, data: Any) -> Sent[Any]:
    """Return the message with a content that went a way; nobody asks for the id of its event."""
    return letter(seq, at_ms, way, Envelope("", way.injects), data)
