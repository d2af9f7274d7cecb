"""Checkpoints: how things stood at some records of a log, from which a scene of any other is soon folded.

They are made in one pass, and kept in a file beside the log. That file is no part of the run: it may be deleted at any
time, and one that is not of this very log is made anew.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_right
from pathlib import Path
from typing import Final

import msgspec

from sim.diagnostics import get_logger
from sim.replay.chronicle import COLUMNS, Chronicle
from sim.replay.log_file import LogFile
from sim.replay.scene import Scene
from sim.replay.standing import Standing
from sim.runlog.disk import LOG_NAME, disk_errors, replace_file
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog

INDEX_NAME: Final = "replay.index"
"""The file of a run's folder in which checkpoints are kept."""

CHECKPOINTS_MAX: Final = 512
CHECKPOINT_BYTES_MAX: Final = 64 * 1024 * 1024
"""The most checkpoints of a log, and the most bytes of all together: above either, every other one is dropped."""

FIRST_STEP: Final = 64
"""Records between two checkpoints of a short log; twice as many each time that there get too many."""

_FORMAT: Final = "beeld replay index 1"
_WORTH_KEEPING: Final = 20_000
"""Records of a log from which on its checkpoints are kept: a shorter one is read at once."""

_diagnostics = get_logger()


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """How things stood before a record: its number, and the :class:`~sim.replay.standing.Standing`, encoded."""

    next_seq: int
    standing: bytes

    def scene(self, shelf: LogFile, chronicle: Chronicle) -> Scene:
        """Return the scene from which to go on."""
        return Scene(shelf, chronicle, msgspec.msgpack.decode(self.standing, type=Standing))


class Checkpoints:
    """The checkpoints of a log, in order (``all``); the first is before its first record."""

    def __init__(self) -> None:
        self._step = FIRST_STEP
        self._bytes = 0
        self.all: list[Checkpoint] = [Checkpoint(0, msgspec.msgpack.encode(Standing()))]

    def note(self, scene: Scene) -> None:
        """Note a scene, if it is time for a checkpoint."""
        if scene.standing.next_seq - self.all[-1].next_seq < self._step:
            return
        standing = msgspec.msgpack.encode(scene.standing)
        self.all.append(Checkpoint(scene.standing.next_seq, standing))
        self._bytes += len(standing)
        while len(self.all) > CHECKPOINTS_MAX or (self._bytes > CHECKPOINT_BYTES_MAX and len(self.all) > 2):
            self.all = self.all[::2]
            self._step *= 2
            self._bytes = sum(len(one.standing) for one in self.all)

    def before(self, next_seq: int) -> Checkpoint:
        """Return the last checkpoint that goes no further than to before a record."""
        return self.all[bisect_right(self.all, next_seq, key=lambda one: one.next_seq) - 1]


class LogIndex(msgspec.Struct, frozen=True):
    """What is known of a log once it was read: its lines, its chronicle, its checkpoints."""

    file: LogFile
    chronicle: Chronicle
    checkpoints: Checkpoints


def index_of(log: RunLog, *, keep: bool = True) -> LogIndex:
    """Return the index of a log: the one that was kept, or one made now in a pass over all records.

    Args:
        log: The log.
        keep: Whether to use, and to keep, the file beside the log; not that of a run that goes on, nor of a short one.

    Raises:
        RunLogError: The log is bad.
    """
    path = log.folder / INDEX_NAME
    is_closed = log.manifest.result is not None
    if keep and is_closed:
        kept = _load(log, path)
        if kept is not None:
            return kept
    made = _made(log)
    if keep and is_closed and len(made.file.starts) >= _WORTH_KEEPING:
        _save(made, path, _bound_to(log))
    return made


class _Bound(msgspec.Struct, frozen=True, array_like=True):
    """Which log an index is of: the hash of its last record, its size (bytes) and when it was changed (ns)."""

    head: str
    size: int
    changed_ns: int


class _Kept(msgspec.Struct, array_like=True):
    """The file, after its first line and a check sum."""

    bound: _Bound
    byteorder: str
    starts: bytes
    columns: list[bytes]
    items: list[str]
    activities: list[str]
    journals: dict[str, bytes]
    checkpoints: list[Checkpoint]


def _made(log: RunLog) -> LogIndex:
    file = LogFile(log.folder)
    chronicle, checkpoints = Chronicle(), Checkpoints()
    scene = Scene(file, chronicle)
    try:
        for start, record in log.placed():
            file.starts.append(start)
            scene.take(record)
            checkpoints.note(scene)
    except RunLogError:
        file.close()
        raise
    return LogIndex(file, chronicle, checkpoints)


def _bound_to(log: RunLog) -> _Bound:
    path = log.folder / LOG_NAME
    with disk_errors(path):
        found = path.stat()
    head = "" if log.manifest.result is None else log.manifest.result.head
    return _Bound(head, found.st_size, found.st_mtime_ns)


def _save(made: LogIndex, path: Path, bound: _Bound) -> None:
    chronicle = made.chronicle
    kept = _Kept(
        bound=bound,
        byteorder=sys.byteorder,
        starts=made.file.starts.tobytes(),
        columns=[column.tobytes() for column in chronicle.columns()],
        items=chronicle.items,
        activities=chronicle.activities,
        journals={what: journal.tobytes() for what, journal in chronicle.journals.items()},
        checkpoints=made.checkpoints.all,
    )
    body = msgspec.msgpack.encode(kept)
    try:
        replace_file(path, f"{_FORMAT} {zlib.crc32(body):08x}\n".encode() + body)
        path.chmod(0o600)
    except OSError as error:  # a folder that only may be read: it is made anew each time
        _diagnostics.info("checkpoints are not kept", path=str(path), reason=error.strerror or str(error))


def _load(log: RunLog, path: Path) -> LogIndex | None:
    """Return what was kept; None where there is nothing, or nothing that fits this log."""
    if not path.is_file():
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    first, _, body = data.partition(b"\n")
    if first != f"{_FORMAT} {zlib.crc32(body):08x}".encode():
        return None
    try:
        kept = msgspec.msgpack.decode(body, type=_Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if kept.bound != _bound_to(log) or kept.byteorder != sys.byteorder or len(kept.columns) != len(COLUMNS):
        return None
    file = LogFile(log.folder)
    file.starts.frombytes(kept.starts)
    checkpoints = Checkpoints()
    checkpoints.all = kept.checkpoints
    return LogIndex(file, _chronicle(kept), checkpoints)


def _chronicle(kept: _Kept) -> Chronicle:
    journals = {what: _numbers(journal) for what, journal in kept.journals.items()}
    columns = [_numbers(column) for column in kept.columns]
    return Chronicle.of(len(kept.starts) // 8, kept.items, kept.activities, journals, columns)


def _numbers(data: bytes) -> array[int]:
    numbers = array("q")
    numbers.frombytes(data)
    return numbers
