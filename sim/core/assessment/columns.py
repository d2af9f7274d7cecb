"""What a long log says again and again, in columns of numbers: who told which item, when, in which way.

A row takes some tens of bytes, where objects would take a thousand. What rows have in common (words, figures, places,
topics, readers) stands in a list once, and rows name it by its number.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.log_entries import Envelope, Moment, Sent, Statement, grouped
from sim.core.messages.contents import Content, ItemUpdate
from sim.core.messages.items import Item, ItemRef, Verification, VerificationStatus
from sim.core.messages.topics import Address, Shape
from sim.core.model.ids import ActivityId, InjectId, ItemId, PartyId, SubjectId, ThemeId
from sim.core.records.lean import LeanItem

Numbers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

TIME_MAX: Final = 2**41
"""Times (ms) lie between this and its negative: seventy years. What strangers date beyond it is taken to be then."""

VERSION_MAX: Final = 2**31 - 1
"""The highest version of an item that is told apart."""

NEVER: Final = -(2**62)
"""Stands in a column of times for no time."""


_ITEM_SHIFT: Final = 32


NO_ROW: Final = -1


class Versions(NamedTuple):
    """Versions of items, numbered: their keys (:func:`ref_keys`) in order, and of each row the number of its own."""

    keys: Numbers
    of_row: npt.NDArray[np.int32]


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

    def add(self, seq: int, at_ms: int, way: int, face: int, item: Item | LeanItem) -> None:
        """Take down that an item was told: in which record and when (ms), in what way, with which face."""
        version, valid_ms = item.version, item.valid_until_ms
        observed_ms, reported_ms, checked_ms = (
            item.observed_at_ms,
            item.reported_at_ms,
            item.verification.at_ms,
        )
        if not (
            0 <= version <= VERSION_MAX
            and 0 <= observed_ms <= TIME_MAX
            and 0 <= reported_ms <= TIME_MAX
            and 0 <= checked_ms <= TIME_MAX
        ):
            version, observed_ms = bounded(version, VERSION_MAX), bounded(observed_ms, TIME_MAX)
            reported_ms, checked_ms = bounded(reported_ms, TIME_MAX), bounded(checked_ms, TIME_MAX)
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.way.append(way)
        self.face.append(face)
        self.version.append(version)
        self.observed_ms.append(observed_ms)
        self.reported_ms.append(reported_ms)
        self.checked_ms.append(checked_ms)
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
        self, ways: Sequence[Way], faces: Sequence[Item], items: Mapping[ItemId, int], telling: Telling
    ) -> None:
        """Take over what was taken down; ``items`` numbers the items."""
        self.ways, self.faces, self.items = ways, faces, items
        self.seq: Numbers = numbers(telling.seq)
        self.at_ms: Numbers = numbers(telling.at_ms)
        self.way: npt.NDArray[np.int32] = numbers(telling.way)
        self.face: npt.NDArray[np.int32] = numbers(telling.face)
        self.version: npt.NDArray[np.int32] = numbers(telling.version)
        self.observed_ms: Numbers = numbers(telling.observed_ms)
        self._reported_ms: Numbers = numbers(telling.reported_ms)
        self._checked_ms: Numbers = numbers(telling.checked_ms)
        self._valid_ms: Numbers = numbers(telling.valid_ms)
        self._inside: Flags | None = None

    def __len__(self) -> int:
        return len(self.seq)

    def only(self, inside: Flags) -> Told:
        """Return the same rows, of which no others than these are found."""
        # What is worked out of all rows is so for these; so it is worked out once.
        _ = (
            self.by_subject,
            self.newness,
            self.by_version,
            self._by_sender,
            self._by_activity,
            self._by_reader,
            self._by_source,
            self._by_cause,
            self.by_item,
        )
        part = copy(self)
        part._inside = inside  # noqa: SLF001  # it is one of these
        part.__dict__.pop("first_rows", None)
        return part

    @property
    def rows(self) -> Numbers:
        """Return the rows that are found."""
        return np.flatnonzero(self.where(np.ones(len(self.ways), np.bool_)))

    def where(self, ways: Flags) -> Flags:
        """Return which rows were told in some ways."""
        rows: Flags = ways[self.way]
        return rows if self._inside is None else rows & self._inside

    def by_way(self, asked: Callable[[Way], bool]) -> Flags:
        """Return which rows were told in a way that is asked for."""
        return self.where(self._flags([asked(way) for way in self.ways]))

    def by_face(self, asked: Callable[[Item], bool]) -> Flags:
        """Return which rows have a face that is asked for."""
        rows: Flags = self._flags([asked(face) for face in self.faces])[self.face]
        return rows if self._inside is None else rows & self._inside

    def of_faces(self, chosen: Iterable[int]) -> Flags:
        """Return which rows have some faces, by number."""
        asked = np.zeros(len(self.faces), np.bool_)
        asked[list(chosen)] = True
        rows: Flags = asked[self.face]
        return rows if self._inside is None else rows & self._inside

    def by_source(self, party: PartyId) -> Flags:
        """Return which rows tell what comes from a party."""
        return self.of_faces(self._by_source.get(party, ()))

    def from_cause(self, cause: InjectId) -> Sequence[int]:
        """Return the faces, by number, that come from a fault or an inject."""
        return self._by_cause.get(cause, ())

    @cached_property
    def _by_source(self) -> Mapping[PartyId, Sequence[int]]:
        return grouped((face.source.party, number) for number, face in enumerate(self.faces))

    @cached_property
    def _by_cause(self) -> Mapping[InjectId, Sequence[int]]:
        return grouped(
            (cause, number)
            for number, face in enumerate(self.faces)
            for cause in dict.fromkeys(face.causation)
        )

    @cached_property
    def by_item(self) -> Mapping[ItemId, Sequence[int]]:
        """Return by item its faces, by number."""
        return grouped((face.id, number) for number, face in enumerate(self.faces))

    # By way: which ways are a sender's, a reader's, of an activity.

    def sent_by(self, party: PartyId) -> Flags:
        """Return which ways are those in which a party tells."""
        return self._by_sender.get(party, self._no_way)

    def read_by(self, party: PartyId) -> Flags:
        """Return which ways are those in which a party is told."""
        return self._by_reader.get(party, self._no_way)

    def held_by(self, party: PartyId) -> Flags:
        """Return which ways make that a party holds what is told: who tells it holds it too, but for what came late."""
        return self.read_by(party) | (self.sent_by(party) & ~self.late)

    def inside(self, activity: ActivityId) -> Flags:
        """Return which ways lie in an activity."""
        return self._by_activity.get(activity, self._no_way)

    @cached_property
    def shared(self) -> Flags:
        """Return which ways lead into a shared picture."""
        return self._flags([way.shared for way in self.ways])

    @cached_property
    def updates(self) -> Flags:
        """Return in which ways new versions of items went, each as a message of its own."""
        return self._flags([way.content is ItemUpdate for way in self.ways])

    @cached_property
    def late(self) -> Flags:
        """Return in which ways something came late."""
        return self._flags([way.late for way in self.ways])

    @cached_property
    def _no_way(self) -> Flags:
        return np.zeros(len(self.ways), np.bool_)

    @cached_property
    def _by_sender(self) -> Mapping[PartyId, Flags]:
        return self._by_name((way.sender,) for way in self.ways)

    @cached_property
    def _by_activity(self) -> Mapping[ActivityId, Flags]:
        return self._by_name((way.activity,) for way in self.ways)

    @cached_property
    def _by_reader(self) -> Mapping[PartyId, Flags]:
        return self._by_name(way.readers for way in self.ways)

    def _by_name(self, names: Iterable[tuple[str, ...]]) -> Mapping[str, Flags]:
        found: dict[str, Flags] = {}
        for number, several in enumerate(names):
            for name in several:
                if name not in found:
                    found[name] = np.zeros(len(self.ways), np.bool_)
                found[name][number] = True
        return found

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
    def themes(self) -> Sequence[ThemeId]:
        """Return by face the theme under which it stands."""
        return [face.theme for face in self.faces]

    @cached_property
    def bases(self) -> Sequence[str]:
        """Return by face what its source rests on."""
        return [face.source.basis.value for face in self.faces]

    @cached_property
    def lapsed_faces(self) -> Flags:
        """Return which faces take something out of the picture."""
        return self._flags([face.verification.status is VerificationStatus.LAPSED for face in self.faces])

    @cached_property
    def by_subject(self) -> Numbers:
        """Return the rows subject by subject, each in the order of the log."""
        return np.argsort(self.subject_of_face[self.face], kind="stable")

    @cached_property
    def versions(self) -> Versions:
        """Return every version of an item that was told."""
        items = np.array([self.items[face.id] for face in self.faces], dtype=np.int64)
        keys, numbers = np.unique(ref_keys(items[self.face], self.version), return_inverse=True)
        return Versions(keys, numbers.astype(np.int32))

    @cached_property
    def by_version(self) -> npt.NDArray[np.int32]:
        """Return the rows version by version, each in the order of the log."""
        return np.argsort(self.versions.of_row, kind="stable").astype(np.int32)

    @cached_property
    def first_rows(self) -> Numbers:
        """Return by version the first row that told it; :data:`NO_ROW` where none of those that are found did."""
        return self._firsts(self.rows)

    def first_each(self, rows: Numbers) -> Numbers:
        """Return of some rows, in order, those by which a version was told first."""
        firsts = self._firsts(rows)
        return np.sort(firsts[firsts != NO_ROW])

    def _firsts(self, rows: Numbers) -> Numbers:
        firsts = np.full(len(self.versions.keys), NO_ROW)
        # What is written last counts, so that goes from behind.
        firsts[self.versions.of_row[rows[::-1]]] = rows[::-1]
        return firsts

    @cached_property
    def newness(self) -> Numbers:
        """Return for each row how new it was for its source, as a place among all that was told."""
        return np.unique(self.observed_ms, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def _claims(self) -> tuple[Numbers, Sequence[Item]]:
        known: dict[Any, int] = {}
        first: list[Item] = []
        numbers: list[int] = []
        for face in self.faces:
            refuted = face.verification.status is VerificationStatus.REFUTED
            claim = (face.values, face.title, face.geometry, refuted, id(face.sensitivity))
            number = known.setdefault(claim, len(known))
            if number == len(first):
                first.append(face)
            numbers.append(number)
        return np.array(numbers, np.int64), first

    @property
    def claim_of_face(self) -> Numbers:
        """Return by face the number of what it claims to be so: whether that is right is asked once for each claim."""
        return self._claims[0]

    @property
    def claims(self) -> Sequence[Item]:
        """Return by claim a face that makes it."""
        return self._claims[1]

    def moment(self, row: int) -> Moment:
        """Return the record of a row, and its time."""
        return Moment(int(self.seq[row]), int(self.at_ms[row]))

    def rows_of(self, seq: int) -> range:
        """Return the rows of a record."""
        return range(bisect_left(self.seq, seq), bisect_right(self.seq, seq))

    def number_of(self, ref: ItemRef) -> int | None:
        """Return the number of a version of an item; None where nobody told it."""
        item = self.items.get(ref.item)
        if item is None:
            return None
        keys = self.versions.keys
        key = (item << _ITEM_SHIFT) + bounded(ref.version, VERSION_MAX) + VERSION_MAX
        number = bisect_left(keys, key)
        return number if number < len(keys) and keys[number] == key else None

    def rows_of_version(self, ref: ItemRef) -> list[int]:
        """Return the rows that told a version of an item."""
        number = self.number_of(ref)
        if number is None:
            return []
        rows = self.by_version[self._version_ends[number] : self._version_ends[number + 1]]
        found: list[int] = (rows if self._inside is None else rows[self._inside[rows]]).tolist()
        return found

    @cached_property
    def _version_ends(self) -> Numbers:
        """Return at which place the rows of each version end, version by version."""
        counts = np.bincount(self.versions.of_row, minlength=len(self.versions.keys))
        return np.concatenate(([0], np.cumsum(counts)))

    def copies(self, ref: ItemRef) -> tuple[Item, ...]:
        """Return what was told as a version of an item: the copies that differ, in the order in which they came."""
        return tuple(dict.fromkeys(self.item(row) for row in self._different(self.rows_of_version(ref))))

    def _different(self, rows: Iterable[int]) -> Iterable[int]:
        columns = (self.face, self.observed_ms, self._reported_ms, self._checked_ms, self._valid_ms)
        different: dict[tuple[int, ...], int] = {}
        for row in rows:
            different.setdefault(tuple([int(column[row]) for column in columns]), row)
        return different.values()

    def item(self, row: int) -> Item:
        """Return the item that was told in a row."""
        valid_ms = int(self._valid_ms[row])
        return timed(
            self.faces[self.face[row]],
            int(self.version[row]),
            int(self.observed_ms[row]),
            int(self._reported_ms[row]),
            None if valid_ms == NEVER else valid_ms,
            int(self._checked_ms[row]),
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
        return tuple([self.statement(row) for row in (self.rows.tolist() if rows is None else rows)])

    def update(self, row: int) -> Sent[ItemUpdate]:
        """Return the message of a row that was told as a new version of an item."""
        way = self.ways[self.way[row]]
        return sent(int(self.seq[row]), int(self.at_ms[row]), way, ItemUpdate(item=self.item(row)))


def ref_keys(items: npt.NDArray[Any], versions: npt.NDArray[Any]) -> Numbers:
    """Return one number for each version of an item, by the number of the item and the version."""
    return (items.astype(np.int64) << _ITEM_SHIFT) + versions.astype(np.int64) + VERSION_MAX


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
