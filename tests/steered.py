"""Sessions that are steered by a script, over a transport in memory, with a clock that needs no time.

Commands come at the moments (ms of exercise time) that the script names, and one after the other while the exercise
stands still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from sim.core.model.lateness import Lateness
from sim.files.scenario.loading import Loaded
from sim.files.scenario.thrown import Thrown
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Clock, Pace
from sim.session.steering.commands import AnyCommand, Resume
from sim.session.steering.line import Line
from sim.session.steering.steer import Steer
from sim.session.steering.told import Answer, AnyTold, Progress


@dataclass
class Steered:
    """What was told, and what came of the run."""

    told: list[AnyTold] = field(default_factory=list)
    result: RunResult | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        """Return what was answered, by command."""
        return {one.id: one for one in self.told if isinstance(one, Answer)}

    @property
    def progress(self) -> list[Progress]:
        """Return how far it was, each time that this was told."""
        return [one for one in self.told if isinstance(one, Progress)]


class _ScriptedClock(Clock):
    """A clock that is at a moment as soon as somebody waits for it, and gives commands as it passes theirs."""

    def __init__(
        self, speed: float, lateness: Lateness, line: Line, script: Sequence[tuple[int, AnyCommand]]
    ) -> None:
        self._wall_s = 0.0
        super().__init__(speed, lateness, lambda: self._wall_s)
        self._line = line
        self._script = list(script)

    async def look_until(self, at_ms: int, stirred: asyncio.Event) -> None:
        await asyncio.sleep(0)
        if self.is_paused:
            await self._line.give(self._script.pop(0)[1] if self._script else Resume())
            return
        now = self.now_ms()
        if self._script and self._script[0][0] <= now:
            await self._line.give(self._script.pop(0)[1])
            return
        until_ms = min(at_ms, self._script[0][0]) if self._script else at_ms
        # A little later than asked, so that rounding never leaves it a millisecond short.
        self._wall_s += max(0.0, (until_ms - now) / 1000 / self.speed) + 1e-9


def steered(
    loaded: Loaded,
    script: Sequence[tuple[int, AnyCommand]],
    folder: Path,
    *,
    seed: int = 7,
    until_ms: int | None = None,
    starts_paused: bool = False,
) -> Steered:
    """Run an exercise that is steered by a script; the ids of its commands are those of the script."""
    found = Steered()
    line = Line(found.told.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "sim.session.session.Clock",
            lambda speed, lateness: cast("Clock", _ScriptedClock(speed, lateness, line, script)),
        )
        options = RunOptions(
            seed=seed,
            broker="memory",
            pace=Pace(60.0),
            folder=folder,
            until_ms=until_ms,
            steer=Steer(Thrown(loaded), starts_paused, line=line),
        )
        found.result = run_exercise(loaded.scenario, options)
    return found
