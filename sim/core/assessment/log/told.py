"""Every item that was told, as columns: which rows were told by whom, to whom, about what, and what they say."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.assessment.log.columns import (
    ITEM_SHIFT,
    NEVER,
    VERSION_MAX,
    Flags,
    Numbers,
    Telling,
    Way,
    bounded,
    numbers,
    ref_keys,
    sent,
    timed,
)
from sim.core.assessment.log.entries import Moment, Sent, Statement, grouped
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, ItemRef, Sensitivity, VerificationStatus
from sim.core.model.ids import ActivityId, InjectId, ItemId, PartyId, SubjectId, ThemeId

NO_ROW: Final = -1
"""Stands for no row."""


class Versions(NamedTuple):
    """Versions of items, numbered: their keys (:func:`ref_keys`) in order, and of each row the number of its own."""

    keys: Numbers
    of_row: npt.NDArray[np.int32]


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
    def restricted_faces(self) -> Sequence[int]:
        """Return the faces, by number, that not everybody may know."""
        restricted = Sensitivity.RESTRICTED
        return [number for number, face in enumerate(self.faces) if face.sensitivity is restricted]

    @cached_property
    def lapsed_faces(self) -> Flags:
        """Return which faces take something out of the picture."""
        return self._flags([face.verification.status is VerificationStatus.LAPSED for face in self.faces])

    @cached_property
    def by_subject(self) -> Numbers:
        """Return the rows subject by subject, each in the order of the log."""
        return np.argsort(self.subject_of_face[self.face], kind="stable")

    @cached_property
    def item_of_face(self) -> Numbers:
        """Return by face the number of its item."""
        return np.array([self.items[face.id] for face in self.faces], dtype=np.int64)

    @cached_property
    def versions(self) -> Versions:
        """Return every version of an item that was told."""
        keys, numbers = np.unique(ref_keys(self.item_of_face[self.face], self.version), return_inverse=True)
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
        key = (item << ITEM_SHIFT) + bounded(ref.version, VERSION_MAX) + VERSION_MAX
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
