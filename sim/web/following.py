"""Follows the log of a run as it grows, and keeps the scene as it is now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sim.core.records.record import LINE_BYTES_MAX, Chain, RecordError
from sim.replay.log_file import GrowingLog
from sim.replay.scene import Scene
from sim.runlog.disk import LOG_NAME, is_torn
from sim.runlog.errors import RunLogError
from sim.web.stirring import Stirring
from sim.web.views.mail import Mailboxes

LOOK_S: Final = 0.1
"""Wall time between two looks at a log that is growing."""

AT_HAND: Final = 20_000
"""Records of a log that are kept in memory, some 50 MiB of a national exercise; no page shows so much of a moment."""

SLICE: Final = 500
"""Records that are taken in at once: others have their turn between two slices."""


class Following:
    """The scene of a run as its log grows.

    Args:
        folder: Folder of the run.

    Attributes:
        scene: The scene at the last record that was read.
        mail: What came in for each party.
        stirring: Wakes who waits for something new.
        trouble: Why the log can be followed no further; empty while it can.
    """

    def __init__(self, folder: Path) -> None:
        self._log = GrowingLog(folder / LOG_NAME, AT_HAND)
        self.scene = Scene(self._log)
        self.mail = Mailboxes()
        self.trouble = ""
        self._path = folder / LOG_NAME
        self._offset = 0
        self._chain = Chain()
        self.stirring = Stirring()

    async def follow(self, is_over: Callable[[], bool]) -> None:
        """Take in what is there and what is added, until ``is_over`` and all that is there was read."""
        while not self.trouble:
            last, before = True, self.scene.seq
            try:
                last = is_over()
                while self._take_slice():
                    self.stirring.stir()
                    await asyncio.sleep(0)
            except FileNotFoundError as error:  # its log begins a moment after its manifest
                self.trouble = str(error) if last or self._offset else ""
            except (RunLogError, RecordError, OSError) as error:
                self.trouble = str(error)
            if last or self.trouble or self.scene.seq != before:
                self.stirring.stir()
            if last:
                return
            await asyncio.sleep(LOOK_S)

    def _take_slice(self) -> bool:
        """Take in some records; say whether there may be more."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for _ in range(SLICE):
                line = file.readline(LINE_BYTES_MAX + 1)
                if not line or is_torn(line):
                    return False
                record = self._chain.check(line)
                self._log.starts.append(self._offset)
                self.scene.take(record)
                self.mail.take(record)
                self._offset += len(line)
        return True
