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
        self._at_hand: OrderedDict[int, Record] = OrderedDict()
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
            self._at_hand.move_to_end(seq)
            return known
        with disk_errors(self.path):
            self._file.seek(self.starts[seq])
            record = self._decoded(self._file.readline(LINE_BYTES_MAX + 1), seq)
        self._at_hand[seq] = record
        if len(self._at_hand) > _AT_HAND:
            self._at_hand.popitem(last=False)
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
                yield self._decoded(file.readline(LINE_BYTES_MAX + 1), number)

    def _decoded(self, line: bytes, seq: int) -> Record:
        try:
            record = decode(line)
        except RecordError as error:
            raise RunLogError(f"{self.path}: record {seq}: {error}") from error
        if record.seq != seq:
            raise RunLogError(f"{self.path}: expected record {seq}, found {record.seq}: the log was changed")
        return record
