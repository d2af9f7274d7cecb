"""Writes a run log: append, commit once per granted time, finish.

What survives what:

* The process is killed, at any byte: everything up to the last commit. What was half written after it is a
  torn last line, which :meth:`RunLogWriter.reopen` drops.
* The power is cut: everything up to the last time the disk was told to keep it (fsync): at closing, and
  at a commit when :data:`SYNC_RECORDS` records or :data:`SYNC_AFTER` of wall time went by since the last.
* The disk is full, or the session raises: everything up to the last commit, to which the log is cut back.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

import msgspec

from sim.core.records.kinds import Ending
from sim.core.records.record import Chain, Entry, RecordError
from sim.runlog.disk import LOG_NAME, disk_errors, is_torn, lock, read_lines, sync_folder
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest, Result, load_manifest, save_manifest

FLUSH_BYTES: Final = 1024 * 1024
"""Lines of one granted time are held back up to this size."""

SYNC_RECORDS: Final = 10_000
SYNC_AFTER: Final = timedelta(seconds=5)

_FOLDER_MODE: Final = 0o700  # a log holds what parties may not read of each other
_MS: Final = timedelta(milliseconds=1)


def utc_now() -> datetime:
    """Return the wall time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point in the log that can be gone back to."""

    bytes: int
    records: int
    digest: str
    head: str
    totals: Ending | None


class RunLogWriter:
    """The one writer of a run log. Not for use from more than one thread.

    As a context manager it closes the log; an exception inside cuts it back to the last commit and marks the
    manifest ``failed``. Leaving it without :meth:`finish` leaves the run ``running``, to be continued with
    :meth:`reopen`.

    Attributes:
        folder: Folder of the run.
        manifest: As it stands on disk.
        dropped_bytes: Bytes of a torn last line that were dropped when this writer opened the log.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        file: FileIO,
        chain: Chain,
        now: Callable[[], datetime],
        totals: Ending | None = None,
        dropped_bytes: int = 0,
    ) -> None:
        """Continue ``chain`` in ``file``; use :meth:`create` or :meth:`reopen`."""
        self.folder = folder
        self.manifest = manifest
        self.dropped_bytes = dropped_bytes
        self._file = file
        self._chain = chain
        self._now = now
        self._totals = totals
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._synced_records = chain.next_seq
        self._synced_at = now()
        self._committed = self._mark()

    @classmethod
    def create(cls, folder: Path, manifest: Manifest, now: Callable[[], datetime] = utc_now) -> Self:
        """Make the folder of a run, with its manifest and an empty log.

        Raises:
            RunLogError: The folder exists (nothing is ever overwritten), or cannot be made.
        """
        assert manifest.status == "running", "a run starts running"
        path = folder / LOG_NAME
        with disk_errors(folder):
            try:
                folder.mkdir(mode=_FOLDER_MODE, parents=True)
            except FileExistsError as error:
                raise RunLogError(f"{folder}: expected a new folder, found one that exists") from error
            file = FileIO(path, "xb")
            lock(file, path)
            sync_folder(folder.parent)
        try:
            # Last, so that whatever has a manifest has a log.
            save_manifest(folder, manifest)
        except RunLogError:
            file.close()
            raise
        return cls(folder, manifest, file=file, chain=Chain(), now=now)

    @classmethod
    def reopen(cls, folder: Path, now: Callable[[], datetime] = utc_now) -> Self:
        """Open the log of a run that was stopped before its end, and continue its chain.

        A torn last line is dropped, which :attr:`dropped_bytes` and the manifest tell; no whole line changes.

        Raises:
            RunLogError: The run has ended, another process writes it, or a whole line is bad; the log is then
                left as it is.
        """
        manifest = load_manifest(folder)
        path = folder / LOG_NAME
        if manifest.status != "running":
            raise RunLogError(
                f"{folder}: expected a run that is running, found one that has {manifest.status}"
            )
        with disk_errors(path):
            file = FileIO(path, "rb+")
        try:
            lock(file, path)
            return cls._continue(folder, manifest, file, now)
        except BaseException:
            file.close()
            raise

    @classmethod
    def _continue(cls, folder: Path, manifest: Manifest, file: FileIO, now: Callable[[], datetime]) -> Self:
        path = folder / LOG_NAME
        chain, totals, whole = _recheck(path)
        with disk_errors(path):
            dropped = file.seek(0, os.SEEK_END) - whole
            file.truncate(whole)
            file.seek(whole)
            os.fsync(file.fileno())
        if dropped:
            manifest = msgspec.structs.replace(manifest, dropped_bytes=manifest.dropped_bytes + dropped)
            save_manifest(folder, manifest)
        return cls(folder, manifest, file=file, chain=chain, now=now, totals=totals, dropped_bytes=dropped)

    @property
    def records(self) -> int:
        """Return how many records the log holds; while it is open, those not yet committed included."""
        return self._committed.records if self._file.closed else self._chain.next_seq

    @property
    def digest(self) -> str:
        """Return the digest of these records."""
        return self._committed.digest if self._file.closed else self._chain.digest

    def append(self, entries: Sequence[Entry], local: Mapping[str, Any] | None = None) -> list[int]:
        """Add records, and return their numbers; ``local`` is added to the local part of each.

        The writer adds ``wall_ms``, the wall time since the start of the run, and to the first record
        ``manifest``, what the manifest says of where and with what it ran.

        Raises:
            RecordError: A record is too large; those before it are in the log.
            RunLogError: The log is closed, or cannot be written.
        """
        self._require_open()
        wall = {**(local or {}), "wall_ms": (self._now() - self.manifest.started) // _MS}
        numbers = []
        for entry in entries:
            number = self._chain.next_seq
            added = {**wall, "manifest": self.manifest.origin()} if number == 0 else wall
            self._hold(self._chain.seal(entry, added))
            self._totals = entry.content if isinstance(entry.content, Ending) else None
            numbers.append(number)
        return numbers

    def commit(self) -> None:
        """Hand everything to the operating system: from here on, a kill of the process loses none of it.

        Raises:
            RunLogError: The log is closed, or cannot be written; it is then cut back to the last commit.
        """
        self._require_open()
        self._flush()
        self._committed = self._mark()
        now = self._now()
        if self.records - self._synced_records >= SYNC_RECORDS or now - self._synced_at >= SYNC_AFTER:
            self._sync()
            self._synced_records, self._synced_at = self.records, now

    def finish(self, status: Literal["ended", "failed"], reason: str = "") -> Manifest:
        """Commit, close the log, write the final part of the manifest, and return the manifest.

        A failed run is finished with what the disk has taken.

        Raises:
            RunLogError: The log or the manifest cannot be written, or a run that ended has no ``end`` record.
        """
        assert self.manifest.status == "running", "a run is finished once"
        try:
            self.close()
        except RunLogError:
            if status == "ended":
                raise
        mark = self._committed
        if status == "ended" and mark.totals is None:
            raise RunLogError(f"{self._path}: expected an end record as the last, found none")
        result = Result(
            ended=self._now(),
            reason=reason,
            records=mark.records,
            digest=mark.digest,
            head=mark.head,
            totals=mark.totals,
        )
        manifest = msgspec.structs.replace(self.manifest, status=status, result=result)
        save_manifest(self.folder, manifest)
        self.manifest = manifest
        return manifest

    def close(self) -> None:
        """Commit and close the log, without a word on the run; a closed log stays closed.

        Raises:
            RunLogError: The log cannot be written; it is then cut back to the last commit.
        """
        if self._file.closed:
            return
        self._flush()
        self._committed = self._mark()
        self._sync()
        with disk_errors(self._path):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or self.manifest.status != "running":
            self.close()
            return
        # What was appended since the last commit belongs to a time that was never granted, and an interrupt
        # may have struck in the middle of it.
        self._cut_back()
        try:
            self.finish("failed", f"{type(error).__name__}: {error}".splitlines()[0].rstrip(": "))
        except RunLogError as second:
            error.add_note(str(second))  # what went wrong first is what people must see

    @property
    def _path(self) -> Path:
        return self.folder / LOG_NAME

    def _require_open(self) -> None:
        if self._file.closed:
            raise RunLogError(f"{self._path}: expected a log that is open, found it closed")

    def _hold(self, line: bytes) -> None:
        self._pending.append(line)
        self._pending_bytes += len(line)
        if self._pending_bytes >= FLUSH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._pending:
            return
        data = memoryview(b"".join(self._pending))
        self._pending.clear()
        self._pending_bytes = 0
        with self._cut_back_on_error():
            while data:  # a disk that is nearly full takes a part
                written = self._file.write(data)
                data = data[written:]

    def _sync(self) -> None:
        with self._cut_back_on_error():
            os.fsync(self._file.fileno())

    def _mark(self) -> _Mark:
        chain = self._chain
        return _Mark(self._file.tell(), chain.next_seq, chain.digest, chain.head, self._totals)

    @contextlib.contextmanager
    def _cut_back_on_error(self) -> Iterator[None]:
        try:
            with disk_errors(self._path):
                yield
        except BaseException:
            self._cut_back()
            raise

    def _cut_back(self) -> None:
        """Leave the log whole up to the last commit, and closed, as far as the disk still listens."""
        if self._file.closed:
            return
        with contextlib.suppress(OSError):
            self._file.truncate(self._committed.bytes)
            os.fsync(self._file.fileno())
        with contextlib.suppress(OSError):
            self._file.close()


def _recheck(path: Path) -> tuple[Chain, Ending | None, int]:
    """Return the chain of the whole lines of a log, its totals if it ends with them, and its whole bytes.

    Raises:
        RunLogError: A whole line is bad.
    """
    chain = Chain()
    totals = None
    whole = 0
    for line in read_lines(path):
        if is_torn(line):
            break
        try:
            content = chain.check(line).content
        except RecordError as error:
            raise RunLogError(f"{path}: record {chain.next_seq}: {error}") from error
        totals = content if isinstance(content, Ending) else None
        whole += len(line)
    return chain, totals, whole
