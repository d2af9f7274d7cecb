"""The line between who steers an exercise and the exercise: commands one way, what is told the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from sim.session.steering.commands import AnyCommand
from sim.session.steering.told import AnyTold

WAITING_MAX: Final = 256
"""Commands that wait to be carried out; who gives more waits."""


def _nobody(_told: AnyTold) -> None:
    """Tell nobody."""


def _nothing() -> None:
    """Wake nobody."""


class Line:
    """Commands that wait, and somebody who is told.

    Attributes:
        tell: Tells who steers.
        stir: Wakes who waits for commands.
        is_closed: Whether nobody can give a command any more.
    """

    def __init__(self, tell: Callable[[AnyTold], None] = _nobody) -> None:
        self.tell = tell
        self.stir: Callable[[], None] = _nothing
        self._waiting: deque[AnyCommand] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self.is_closed = False

    async def give(self, command: AnyCommand) -> None:
        """Give a command; wait while too many do."""
        await self._room.wait()
        self._waiting.append(command)
        if len(self._waiting) >= WAITING_MAX:
            self._room.clear()
        self.stir()

    def take(self) -> AnyCommand | None:
        """Return the command that has waited longest; None when none waits."""
        if not self._waiting:
            return None
        command = self._waiting.popleft()
        self._room.set()
        return command

    def close(self) -> None:
        """Take no further commands; those that wait are still carried out."""
        self.is_closed = True
        self.stir()

    def stir_on(self) -> None:
        """Wake who waits for commands once more, if another one waits."""
        if self._waiting:
            self.stir()
