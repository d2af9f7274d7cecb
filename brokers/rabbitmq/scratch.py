"""The private folder of a cluster: made for it, and taken away also when nobody was left to do so."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

_PREFIX: Final = "beeld-rabbitmq-"
_LOCK: Final = "lock"


class Scratch:
    """A folder that only its user may enter, held by a lock for as long as this process lives.

    The system lets go of the lock when the process ends, however that comes; who makes the next folder takes those away
    that nobody holds.

    Args:
        within: Where to make it; None where temporary folders are.

    Attributes:
        path: The folder.
    """

    def __init__(self, within: Path | None) -> None:
        _sweep(within or Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=within))
        self._lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        os.write(self._lock, b"held\n")  # only now: one that is being made is not taken for one that was left
        self._is_held = True

    def remove(self) -> None:
        """Take the folder away; safe to call twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._is_held:
            self._is_held = False
            os.close(self._lock)


def _sweep(within: Path) -> None:
    """Take away folders of processes that were killed."""
    for lock in within.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue  # gone meanwhile, or somebody else's
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(handle).st_size:
                shutil.rmtree(lock.parent, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)
