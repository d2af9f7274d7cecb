"""What a log holds, in columns of numbers that only grow: which version of which item was told, and what happened.

A chronicle serves scenes of any moment up to where it goes, since a scene looks no further than its own record. The
records themselves stay on a shelf (:mod:`sim.replay.shelf`); here they are numbers, so that a long log stays small.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.log.event_ids import EventIds
from sim.core.messages.contents import Alarm, Card, Decision, Scaling, Signal, items_in, tag_of
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, parse
from sim.core.model.ids import ActivityId, ItemId
from sim.core.records.kinds import Delivery, Message
from sim.core.records.record import Record

JOURNALS: Final = frozenset(
    {
        "run",
        "truth",
        "inject",
        "fault",
        "unmet",
        "outage",
        "delivery",
        "denied",
        "rights",
        "steering",
        "note",
        "lost",
        "leak",
        "garbled",
        "failure",
        "end",
    }
)
"""Kinds of records that are noted under their own name."""

LETTERS: Final = (Alarm, Card, Decision, Scaling, Signal)
"""Contents of messages that are noted, under their tag."""

NEVER_ENDS: Final = 2**63 - 1
"""Stands in the column of ends of validity for none: no exercise comes to this moment (ms)."""

COLUMNS: Final = (
    "moment_ms",
    "moment_seq",
    "row_seq",
    "row_of",
    "row_version",
    "row_activity",
    "version_item",
    "version_row",
    "version_count",
    "version_reported",
    "version_until",
)
"""The attributes of a chronicle that are columns of numbers."""

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class Chronicle:
    """The columns.

    Attributes:
        next_seq: Number of the record that it goes on with.
        items: Ids of items, by their number.
        activities: Ids of activities, by their number; the first is that of no activity.
        journals: By what happened, the records of it.
        moment_ms: Each moment at which there is a record (ms of exercise time).
        moment_seq: The first record of each.
        row_seq: Rows, one for each item that a message told, and one more where it came late to somebody: its record.
        row_of: The record of the message; another than ``row_seq`` where it came late.
        row_version: Which version it told.
        row_activity: In which activity.
        version_item: Versions, one for each text of an item: the number of the item.
        version_row: The first row in which it was told.
        version_count: Its version as it was counted.
        version_reported: When it was reported (ms).
        version_until: Until when it may be relied on (ms); :data:`NEVER_ENDS` where that is open.
    """

    def __init__(self) -> None:
        self.next_seq = 0
        self.items: list[ItemId] = []
        self.activities: list[ActivityId] = [""]
        self.journals: dict[str, array[int]] = {}
        self.moment_ms, self.moment_seq = array("q"), array("q")
        self.row_seq, self.row_of, self.row_version = array("q"), array("q"), array("q")
        self.row_activity = array("q")
        self.version_item, self.version_row, self.version_until = array("q"), array("q"), array("q")
        self.version_count, self.version_reported = array("q"), array("q")
        self._item_numbers: dict[ItemId, int] = {}
        self._activity_numbers: dict[ActivityId, int] = {"": 0}
        # What only helps to go on: nothing of it is needed to look back.
        self._known: dict[tuple[int, int], int] = {}
        self._events = EventIds()

    @classmethod
    def of(
        cls,
        next_seq: int,
        items: list[ItemId],
        activities: list[ActivityId],
        journals: dict[str, array[int]],
        columns: Sequence[array[int]],
    ) -> Chronicle:
        """Return a chronicle that was written down whole (its attributes, and its :meth:`columns`); it cannot go on."""
        made = cls()
        made.next_seq, made.items, made.activities, made.journals = next_seq, items, activities, journals
        for name, column in zip(COLUMNS, columns, strict=True):
            setattr(made, name, column)
        made._item_numbers = {item: number for number, item in enumerate(items)}
        made._activity_numbers = {activity: number for number, activity in enumerate(activities)}
        return made

    def columns(self) -> list[array[int]]:
        """Return the columns, in order of :data:`COLUMNS`."""
        return [getattr(self, name) for name in COLUMNS]

    def take(self, record: Record) -> tuple[Sequence[int], bool]:
        """Take the next record, or one that was taken before.

        Returns:
            Its rows, and whether the record may be asked for: then it has to be on the shelf.
        """
        if record.seq < self.next_seq:
            return self.rows_at(record.seq), False
        self.next_seq = record.seq + 1
        if not self.moment_ms or self.moment_ms[-1] != record.at_ms:
            self.moment_ms.append(record.at_ms)
            self.moment_seq.append(record.seq)
        content, before = record.content, len(self.row_seq)
        is_noted = record.kind in JOURNALS
        if is_noted:
            self._journal(record.kind, record.seq)
        if isinstance(content, Message):
            is_noted = self._take_message(record.seq, content)
        elif isinstance(content, Delivery) and content.how == "late":
            self._take_late(record.seq, content)
        return range(before, len(self.row_seq)), is_noted

    def number_of(self, item: ItemId) -> int | None:
        """Return the number of an item; None for one that nobody told."""
        return self._item_numbers.get(item)

    def activity_number(self, activity: ActivityId) -> int | None:
        """Return the number of an activity; None for one that nothing was told in."""
        return self._activity_numbers.get(activity)

    def rows_at(self, seq: int) -> range:
        """Return the rows of a record."""
        return range(bisect_left(self.row_seq, seq), bisect_right(self.row_seq, seq))

    def rows_about(self, item: ItemId, until_seq: int) -> list[int]:
        """Return the rows in which an item was told, up to a record, without those that came late."""
        number = self.number_of(item)
        if number is None:
            return []
        rows = bisect_right(self.row_seq, until_seq)
        told = _column(self.version_item)[_column(self.row_version)[:rows]] == number
        at_once = _column(self.row_of)[:rows] == _column(self.row_seq)[:rows]
        found: list[int] = np.flatnonzero(told & at_once).tolist()
        return found

    def happened(self, what: str, until_seq: int) -> Sequence[int]:
        """Return the records of what happened, up to one of them."""
        journal = self.journals.get(what)
        return () if journal is None else journal[: bisect_right(journal, until_seq)]

    def at_ms(self, seq: int) -> int:
        """Return the moment (ms) of a record that was taken."""
        return self.moment_ms[bisect_right(self.moment_seq, seq) - 1]

    def _journal(self, what: str, seq: int) -> None:
        self.journals.setdefault(what, array("q")).append(seq)

    def _take_message(self, seq: int, message: Message) -> bool:
        address = parse(message.topic)
        if address is None:  # of a newer version, maybe: no picture is made of it
            return False
        data = message.event.data
        is_noted = isinstance(data, LETTERS)
        if is_noted:
            self._journal(tag_of(data), seq)
        items = items_in(data)
        if items:
            self._events.add(message.event.id, seq)
            activity = self._activity(activity_of(message, address))
            for item in items:
                self._add_row(seq, seq, self._version(item), activity)
        return is_noted or bool(items)

    def _take_late(self, seq: int, delivery: Delivery) -> None:
        of = self._events.number(delivery.event)
        for row in () if of is None else self.rows_at(of):
            self._add_row(seq, self.row_of[row], self.row_version[row], self.row_activity[row])

    def _add_row(self, seq: int, of: int, version: int, activity: int) -> None:
        self.row_seq.append(seq)
        self.row_of.append(of)
        self.row_version.append(version)
        self.row_activity.append(activity)

    def _activity(self, activity: ActivityId) -> int:
        number = self._activity_numbers.setdefault(activity, len(self.activities))
        if number == len(self.activities):
            self.activities.append(activity)
        return number

    def _version(self, item: Item) -> int:
        """Return the number of what an item says, a new one if nobody said it before."""
        number = self._item_numbers.setdefault(item.id, len(self.items))
        if number == len(self.items):
            self.items.append(item.id)
        # Two texts with one hash of 64 bits would be taken for one: of logs with a million texts one in many millions.
        key = (number, hash(_ENCODER.encode(item)))
        version = self._known.setdefault(key, len(self.version_item))
        if version == len(self.version_item):
            self.version_item.append(number)
            self.version_row.append(len(self.row_seq))
            self.version_count.append(_fitting(item.version))
            self.version_reported.append(_fitting(item.reported_at_ms))
            until_ms = item.valid_until_ms
            self.version_until.append(NEVER_ENDS if until_ms is None else _fitting(until_ms))
        return version


def _column(numbers: array[int]) -> npt.NDArray[np.int64]:
    """Return a view of numbers; they cannot grow as long as it is there."""
    return np.frombuffer(numbers, dtype=np.int64)


def _fitting(number: int) -> int:
    """Return a number as a column can hold it: what strangers send may be larger, and is as good as the largest."""
    return max(-NEVER_ENDS, min(number, NEVER_ENDS))


def activity_of(message: Message, address: Address) -> ActivityId:
    """Return the activity that a message belongs to, as its topic or else its content tells; empty for none."""
    in_topic = address.levels.get("activity")
    in_content: ActivityId = getattr(message.event.data, "activity", "")
    return in_topic or in_content
