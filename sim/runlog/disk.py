"""What the run log asks of the file system, with errors for people."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from sim.core.records.record import LINE_BYTES_MAX
from sim.runlog.errors import RunLogError

LOG_NAME = "run.jsonl"
_BLOCK_BYTES = 65_536


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says into an error that names the file.

    Raises:
        RunLogError: Something inside failed with an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        raise RunLogError(f"{path}: {error.strerror or error}") from error


def read_lines(path: Path) -> Iterator[bytes]:
    """Return the lines of a log one by one, newlines included, holding no more than one in memory.

    The last may have no newline (see :func:`is_torn`). What is longer than any line can be comes in pieces,
    and :meth:`sim.core.records.record.Chain.check` refuses the first of them.

    Raises:
        RunLogError: The file cannot be read.
    """
    with disk_errors(path), path.open("rb") as file:
        while line := file.readline(LINE_BYTES_MAX + 1):
            yield line


def is_torn(line: bytes) -> bool:
    """Say whether this is the beginning of a line whose writer was stopped before its newline."""
    return not line.endswith(b"\n") and len(line) <= LINE_BYTES_MAX


def torn_bytes(path: Path) -> int:
    """Return how many bytes stand after the last newline of a log, reading its tail only.

    Raises:
        RunLogError: The file cannot be read.
    """
    torn = 0
    with disk_errors(path), path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        # Block by block from the end: a line can be long, and mostly is not.
        while torn < min(size, LINE_BYTES_MAX):
            start = file.seek(max(0, size - torn - _BLOCK_BYTES))
            block = file.read(size - torn - start)
            newline = block.rfind(b"\n")
            torn += len(block) - newline - 1
            if newline >= 0:
                break
    return min(torn, LINE_BYTES_MAX)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new content, also after a power cut.

    Who might read or write the old one may do so with the new.
    """
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, new)
    new.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk, where the system can."""
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep others out who write in a folder in this way, as far as the system can; they are refused, not kept waiting.

    Raises:
        BlockingIOError: Another process is writing there.
        OSError: There is no such folder.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 (there is none on Windows)

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            pass  # a network drive that cannot lock folders
        yield
    finally:
        os.close(handle)


def lock(file: FileIO, path: Path) -> None:
    """Keep other writers out for as long as the file is open; the system lets go when the process ends.

    Raises:
        RunLogError: Another writer has it.
    """
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 (there is none on Windows)

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RunLogError(f"{path}: another process is writing this run log") from error
