"""A run that can be gone to at any moment: forward record by record, by moment, to the next of something, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sim.core.records.record import Record
from sim.replay.checkpoints import index_of
from sim.replay.scene import Scene
from sim.runlog.reader import RunLog


class Timeline:
    """A run, and the scene of the moment that was gone to; at first that before its first record.

    Attributes:
        scene: The scene. Another object after a seek, so that one that is held on to does not change under its reader
            by a seek back; going forward changes it.
        log: The log.
        length: How many records there are.
        end_ms: When the last of them is (ms of exercise time).
    """

    def __init__(self, folder: Path, *, keep: bool = True) -> None:
        """Open the run in a folder, as far as its log goes now.

        Args:
            folder: That of the run.
            keep: Whether to use and to keep the file with checkpoints beside the log.

        Raises:
            RunLogError: The folder is no run folder, or the log is bad.
        """
        self.log = RunLog(folder)
        index = index_of(self.log, keep=keep)
        self._file, self._chronicle, self._checkpoints = index.file, index.chronicle, index.checkpoints
        self.length = len(self._file.starts)
        self.end_ms = self._chronicle.moment_ms[-1] if self.length else 0
        self.scene: Scene = self._checkpoints.before(0).scene(self._file, self._chronicle)
        self._ahead: Iterator[Record] = iter(())
        self._ahead_seq = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the log."""
        self._ahead = iter(())
        self._file.close()

    def record(self, seq: int) -> Record:
        """Return any record by its number."""
        return self._file.record(seq)

    def before(self) -> Iterator[Record]:
        """Return the records that the scene has taken, from the first."""
        return (
            record
            for _, record in zip(range(self.scene.standing.next_seq), self._file.records(0), strict=False)
        )

    def seqs(self, what: str) -> Sequence[int]:
        """Return the records of something in the whole log (:meth:`Scene.seqs` has those up to its moment)."""
        return self._chronicle.happened(what, self.length)

    def when_ms(self, seq: int) -> int:
        """Return the moment (ms of exercise time) of any record."""
        return self._chronicle.at_ms(seq)

    @property
    def next_ms(self) -> int | None:
        """Return the moment of the next record; None at the end."""
        next_seq = self.scene.standing.next_seq
        return self._chronicle.at_ms(next_seq) if next_seq < self.length else None

    # Forward

    def step(self) -> Record | None:
        """Take the next record, and return it; None at the end."""
        next_seq = self.scene.standing.next_seq
        if next_seq >= self.length:
            return None
        if self._ahead_seq != next_seq:
            self._ahead = self._file.records(next_seq)
        record = next(self._ahead)
        self._ahead_seq = next_seq + 1
        self.scene.take(record)
        return record

    def step_event(self) -> tuple[Record, ...]:
        """Take all records of the next moment, and return them; none at the end."""
        at_ms = self.next_ms
        found = []
        while at_ms is not None and self.next_ms == at_ms:
            record = self.step()
            assert record is not None, "there is a next one"
            found.append(record)
        return tuple(found)

    # Anywhere

    def seek_seq(self, seq: int) -> Scene:
        """Go to just after a record, or to before the first one with -1; return the scene.

        Raises:
            ValueError: There is no such record.
        """
        if not -1 <= seq < self.length:
            raise ValueError(f"seq: expected a number from -1 to {self.length - 1}, found {seq}")
        self._go_to(seq + 1, self._chronicle.at_ms(seq) if seq >= 0 else 0)
        return self.scene

    def seek_ms(self, at_ms: int) -> Scene:
        """Go to a moment (ms of exercise time): after the last record of it, or before it; return the scene."""
        moment = bisect_right(self._chronicle.moment_ms, at_ms)
        is_last = moment >= len(self._chronicle.moment_ms)
        self._go_to(self.length if is_last else self._chronicle.moment_seq[moment], at_ms)
        self.scene.pass_to(at_ms)
        return self.scene

    def next(self, what: str | Sequence[int]) -> Record | None:
        """Go to the next of something, and return its record; None, and stay, where there is none.

        Args:
            what: A name as in :meth:`Scene.seqs`, or numbers of records in order, such as those of findings.
        """
        seqs = self.seqs(what) if isinstance(what, str) else what
        place = bisect_right(seqs, self.scene.seq)
        return self._jump(seqs[place]) if place < len(seqs) else None

    def previous(self, what: str | Sequence[int]) -> Record | None:
        """Go back to the one before of something, and return its record; None, and stay, where there is none."""
        seqs = self.seqs(what) if isinstance(what, str) else what
        place = bisect_left(seqs, self.scene.seq) - 1
        return self._jump(seqs[place]) if place >= 0 else None

    def _jump(self, seq: int) -> Record:
        self.seek_seq(seq)
        return self.record(seq)

    def _go_to(self, next_seq: int, at_ms: int) -> None:
        standing = self.scene.standing
        checkpoint = self._checkpoints.before(next_seq)
        is_ahead = checkpoint.next_seq <= standing.next_seq <= next_seq and standing.at_ms <= at_ms
        if not is_ahead:
            self.scene = checkpoint.scene(self._file, self._chronicle)
        while self.scene.standing.next_seq < next_seq:
            self.step()
