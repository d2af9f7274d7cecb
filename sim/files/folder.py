"""A folder of input files: reads them within limits, and remembers the hash of each."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from sim.files.problems import Problems, Where, show

FILE_BYTES_MAX: Final = 16 * 1024 * 1024
"""Larger files are refused: no scenario needs them, and reading one would only look like hanging."""


class Folder:
    """Reads the files of one folder.

    Attributes:
        hashes: SHA-256 of each file that was read, by its name in messages.
    """

    def __init__(self, root: Path, problems: Problems, prefix: str = "") -> None:
        """Open a folder; ``prefix`` stands before file names in messages and hashes."""
        self.hashes: dict[str, str] = {}
        self._root = root
        self._problems = problems
        self._prefix = prefix

    def where(self, relative: str) -> Where:
        """Return the place of a file of this folder."""
        return Where(self._problems, f"{self._prefix}{relative}")

    def names(self, below: str, suffix: str) -> tuple[str, ...]:
        """Return the relative paths of the files of a subfolder that end in ``suffix``, in order of name."""
        try:
            files = [file for file in (self._root / below).iterdir() if file.name.endswith(suffix)]
        except OSError:  # an optional subfolder that is not there holds nothing
            return ()
        return tuple(f"{below}/{file.name}" for file in sorted(files) if not file.name.startswith("."))

    def read(self, relative: str) -> bytes | None:
        """Return the bytes of a file; None after a problem has been reported."""
        where = self.where(relative)
        if not self._is_inside(relative):
            where.error("a path inside the scenario's folder", show(relative))
            return None
        try:
            with (self._root / relative).open("rb") as file:
                data = file.read(FILE_BYTES_MAX + 1)
        except FileNotFoundError:
            where.error("a file", "none of this name")
            return None
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            where.error(
                "a file that can be read", getattr(error, "strerror", None) or "a name that is no path"
            )
            return None
        if len(data) > FILE_BYTES_MAX:
            where.error(f"at most {FILE_BYTES_MAX // 1024**2} MiB", "a larger file")
            return None
        self.hashes[where.file] = sha256(data).hexdigest()
        return data

    def read_text(self, relative: str) -> str | None:
        """Return the text of a file in UTF-8; None after a problem has been reported."""
        data = self.read(relative)
        if data is None:
            return None
        try:
            # Spreadsheets put a byte order mark before what they save.
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.where(relative).error("text in UTF-8", f"another encoding, on line {line}")
            return None

    def _is_inside(self, relative: str) -> bool:
        path = PurePosixPath(relative)
        return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
