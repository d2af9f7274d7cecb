"""The log file of a standing server on this machine, read on from where it was when a run began."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from brokers.adapter import Denial
from brokers.mosquitto.denials import DenialLog

_CHUNK: Final = 1 << 20


class LogTail:
    """Reads refusals from a log file that a server goes on writing.

    The server writes a refusal before it answers the client, so whoever has the answer finds the denial. A file
    that cannot be read, or is none, tells of no refusals: a server elsewhere keeps its log to itself.

    Args:
        path: The file; None when there is none on this machine.
    """

    def __init__(self, path: Path | None) -> None:
        self._denials = DenialLog()
        self._unfinished = b""
        self._file: BinaryIO | None = None
        try:
            self._file = path.open("rb") if path is not None else None
        except OSError:
            return
        if self._file is not None:
            self._file.seek(0, 2)

    @property
    def reads(self) -> bool:
        """Whether there is a log to read from."""
        return self._file is not None

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, oldest first; at most as many as `DenialLog` keeps."""
        if self._file is not None:
            while chunk := self._file.read(_CHUNK):
                *lines, self._unfinished = (self._unfinished + chunk).split(b"\n")
                for line in lines:
                    self._denials.feed(line)
        return self._denials.take()

    def close(self) -> None:
        """Read no more; safe to call twice."""
        if self._file is not None:
            self._file.close()
        self._file = None
