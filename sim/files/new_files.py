"""Writing files for people: whole or not at all, and never over what is there unless that was asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.files.problems import InputError, Problem, show


def check_free(paths: Iterable[Path], option: str, *, overwrite: bool) -> None:
    """Check that none of some files is there yet.

    Raises:
        InputError: Some are there, and are not to be overwritten.
    """
    there = [] if overwrite else [path for path in paths if _is_there(path, option)]
    if there:
        expected = "a file that is not there yet (--overwrite writes over it)"
        raise InputError([Problem("command line", option, expected, show(str(path))) for path in there])


@contextmanager
def new_file(path: Path, option: str, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Open a file for writing, which takes its place only when everything has been written.

    Args:
        path: The file; folders that are missing are made.
        option: Option of the command line that named it, for messages.
        overwrite: Whether it may take the place of one that is there.

    Raises:
        InputError: It cannot be written, or is there.
    """
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        check_free([path], option, overwrite=overwrite)
        file = new.open("wb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unwritable(path, option, error) from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        check_free([path], option, overwrite=overwrite)
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
    except OSError as error:
        raise _unwritable(path, option, error) from error
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path, option: str) -> Iterator[Path]:
    """Make a folder, which takes its place only when everything in it has been written.

    Args:
        path: The folder; those above it are made.
        option: Option of the command line that named it, for messages.

    Raises:
        InputError: It cannot be written, or is there.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unwritable(path, option, error) from error
    try:
        yield new
        if _is_there(path, option):
            expected = "a folder that does not exist yet"
            raise InputError([Problem("command line", option, expected, show(str(path)))])
        new.rename(path)
    except OSError as error:
        raise _unwritable(path, option, error) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _unwritable(path: Path, option: str, error: Exception) -> InputError:
    found = f"{show(str(path))}: {getattr(error, 'strerror', None) or 'a name that is no path'}"
    return InputError([Problem("command line", option, "a file that can be written", found)])


def _is_there(path: Path, option: str) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        raise _unwritable(path, option, error) from error
