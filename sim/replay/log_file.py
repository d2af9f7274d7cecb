"""The records of a log on disk, found by their numbers."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from sim.core.records.record import LINE_BYTES_MAX, Record, RecordError, decode
from sim.runlog.disk import LOG_NAME, disk_errors
from sim.runlog.errors import RunLogError

_AT_HAND: Final = 4_096
"""Records that were asked for last, and need not be read again."""


class AtHand:
    """The records that were asked for last.

    Args:
        most: How many of them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._records: OrderedDict[int, Record] = OrderedDict()

    def get(self, seq: int) -> Record | None:
        """Return a record by its number; None where it is not at hand."""
        known = self._records.get(seq)
        if known is not None:
            self._records.move_to_end(seq)
        return known

    def put(self, record: Record) -> None:
        """Have a record at hand, and the one that nobody asked for longest no more."""
        self._records[record.seq] = record
        if len(self._records) > self._most:
            self._records.popitem(last=False)


class LogFile:
    """A shelf (:mod:`sim.replay.shelf`) that reads a record when it is asked for.

    Attributes:
        path: The log.
        starts: Where the line of each record begins (bytes).
    """

    def __init__(self, folder: Path) -> None:
        """Open the log in the folder of a run.

        Raises:
            RunLogError: It cannot be read.
        """
        self.path = folder / LOG_NAME
        self.starts = array("q")
        self._at_hand = AtHand(_AT_HAND)
        with disk_errors(self.path):
            self._file: BinaryIO = self.path.open("rb")

    def close(self) -> None:
        """Close the log."""
        self._file.close()

    def keep(self, record: Record) -> None:
        """Keep a record: it stands in the log."""

    def record(self, seq: int) -> Record:
        """Return a record by its number.

        Raises:
            RunLogError: The log was changed since it was read.
        """
        known = self._at_hand.get(seq)
        if known is not None:
            return known
        with disk_errors(self.path):
            self._file.seek(self.starts[seq])
            record = decoded(self._file.readline(LINE_BYTES_MAX + 1), seq, self.path)
        self._at_hand.put(record)
        return record

    def records(self, seq: int) -> Iterator[Record]:
        """Return the records from a number on, read one after the other.

        Raises:
            RunLogError: The log was changed since it was read.
        """
        if seq >= len(self.starts):
            return
        with disk_errors(self.path), self.path.open("rb") as file:
            file.seek(self.starts[seq])
            for number in range(seq, len(self.starts)):
                yield decoded(file.readline(LINE_BYTES_MAX + 1), number, self.path)


class GrowingLog:
    """A shelf for a log that is still written, and may not be there yet; some records are kept, all can be found.

    Args:
        path: The log.
        at_hand: How many records are kept in memory.

    Attributes:
        starts: Where the line of each record that was read begins (bytes).
    """

    def __init__(self, path: Path, at_hand: int) -> None:
        self.starts = array("q")
        self._path = path
        self._at_hand = AtHand(at_hand)

    def keep(self, record: Record) -> None:
        """Keep a record at hand: what is new is asked for most."""
        self._at_hand.put(record)

    def record(self, seq: int) -> Record:
        """Return a record by its number.

        Raises:
            RunLogError: The log was changed since it was read.
        """
        known = self._at_hand.get(seq)
        if known is not None:
            return known
        with disk_errors(self._path), self._path.open("rb") as file:
            file.seek(self.starts[seq])
            record = decoded(file.readline(LINE_BYTES_MAX + 1), seq, self._path)
        self._at_hand.put(record)
        return record


def decoded(line: bytes, seq: int, path: Path) -> Record:
    """Return the record of a line, which must be the one with this number.

    Raises:
        RunLogError: It is another, or none.
    """
    try:
        record = decode(line)
    except RecordError as error:
        raise RunLogError(f"{path}: record {seq}: {error}") from error
    if record.seq != seq:
        raise RunLogError(f"{path}: expected record {seq}, found {record.seq}: the log was changed")
    return record
