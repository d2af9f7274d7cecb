"""That somebody steers a session: over which line, and how it begins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TypeAlias

from sim.core.engine.engine import Engine
from sim.core.model.lateness import Lateness
from sim.files.scenario.thrown import Thrown
from sim.session.steering.helm import Helm
from sim.session.steering.line import Line

Connect: TypeAlias = Callable[[Line], AbstractAsyncContextManager[object]]
"""Connects a line with who is at its other end, for as long as the session lasts."""


def _is_connected(_line: Line) -> AbstractAsyncContextManager[object]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Steer:
    """How a session is steered.

    Attributes:
        thrown: Checks what is thrown in.
        starts_paused: Whether it waits at its beginning until it is resumed.
        ends_with_line: Whether it ends when nobody steers any more.
        line: Who gives commands, and is told.
        connect: Connects the line.
    """

    thrown: Thrown
    starts_paused: bool = False
    ends_with_line: bool = False
    line: Line = field(default_factory=Line)
    connect: Connect = _is_connected

    def helm(self, engine: Engine, lateness: Lateness, end_ms: int) -> Helm:
        """Return who carries the commands out on an engine."""
        return Helm(
            self.line,
            self.thrown,
            engine,
            lateness,
            end_ms,
            starts_paused=self.starts_paused,
            ends_with_line=self.ends_with_line,
        )
