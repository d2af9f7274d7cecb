"""A broker that dies in an open session, by no script: the exercise goes on by the fallback until it runs again.

It is then an outage like a scripted one, but that nobody foresaw it: what was under way when it died is sent once
more when it is back. A closed session cannot be disturbed and still be repeated: there it ends the run.
"""

from __future__ import annotations

import asyncio
from typing import Final

from sim.core.engine.engine import Engine
from sim.core.model.text import Text
from sim.core.world.technology import Outage, OutageType
from sim.diagnostics import get_logger

_diagnostics = get_logger()

RESTART_S: Final = 5.0
"""Wall time from noticing that the broker is gone to starting it again."""

UNFORESEEN: Final = "unforeseen"
"""What stands as the source of an outage that is in no scenario."""

_TITLE: Final = Text("De broker viel uit.", "The broker failed.")


class Mending:
    """What is known of a broker that died by itself.

    Args:
        engine: To which it is told.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._count = 0
        self._outage: Outage | None = None
        self._is_ending = False
        self._restart_s = 0.0

    @property
    def is_under_way(self) -> bool:
        """Say whether the broker died and is not back yet."""
        return self._outage is not None

    def begin(self, at_ms: int) -> None:
        """Let the outage begin at ``at_ms``: it is done in the next turn."""
        self._count += 1
        self._outage = Outage(
            id=f"broker-{self._count}",
            type=OutageType.BROKER,
            from_ms=at_ms,
            until_ms=at_ms,
            title=_TITLE,
            source=UNFORESEEN,
        )
        _diagnostics.error("the broker is gone; the exercise goes on without it", at_ms=at_ms)
        self._restart_s, self._is_ending = asyncio.get_running_loop().time() + RESTART_S, False
        self._engine.strike(self._outage, at_ms, begins=True)

    def end_when_due(self, at_ms: int) -> bool:
        """Let the outage end at ``at_ms``, in the next turn, if it has lasted long enough; say whether it has.

        What was told to the engine is first done, in a turn of its own.
        """
        is_down = self._engine.technology.is_down
        if self._is_ending and not is_down:
            self._outage = None
        if self._outage is None or self._is_ending or not is_down:
            return False
        if asyncio.get_running_loop().time() < self._restart_s:
            return False
        _diagnostics.info("the broker is started again", at_ms=at_ms)
        self._is_ending = True
        self._engine.strike(self._outage, at_ms, begins=False)
        return True
