"""Where a scene finds a record again: kept in memory, or in the log that it stands in."""

from __future__ import annotations

from typing import Protocol

from sim.core.records.record import Record


class Shelf(Protocol):
    """Gives back the records that a scene refers to."""

    def keep(self, record: Record) -> None:
        """Keep a record that may be asked for; one that can be found again anyway need not be kept."""
        ...

    def record(self, seq: int) -> Record:
        """Return a record that was kept."""
        ...


class KeptRecords:
    """A shelf in memory."""

    def __init__(self) -> None:
        self._records: dict[int, Record] = {}

    def keep(self, record: Record) -> None:
        """Keep a record."""
        self._records[record.seq] = record

    def record(self, seq: int) -> Record:
        """Return a record that was kept.

        Raises:
            KeyError: It was not.
        """
        return self._records[seq]
