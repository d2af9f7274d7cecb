"""Exercises that were played in this process, each once in a test session, for all tests that read their logs.

A run folder is read and never changed: who wants to harm a log copies it first.
"""

from __future__ import annotations

from pathlib import Path

from sim.files.scenario.loading import load_scenario
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace


class Played:
    """What came of each exercise, by scenario, seed, broker and settings; what was not played yet is played now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._results: dict[tuple[str, int, str, tuple[str, ...]], RunResult] = {}

    def __call__(self, scenario: str, seed: int = 7, *settings: str, broker: str = "memory") -> RunResult:
        """Return what came of an exercise that came to its end."""
        key = (scenario, seed, broker, settings)
        if key not in self._results:
            folder = self._folder / f"{scenario}-{len(self._results)}"
            options = RunOptions(seed=seed, broker=broker, pace=Pace(None), folder=folder)
            self._results[key] = run_exercise(load_scenario(scenario, settings=settings), options)
        result = self._results[key]
        assert result.outcome == "completed", result.reason
        return result
