"""The desk of exercise staff: exercises that were started from the pages, each in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Begin:
    """What somebody filled in to start an exercise, as it was typed."""

    scenario: str = ""
    seed: str = "1"
    broker: str = "embedded"
    speed: str = "20"
    paused: bool = True


def brokers_here() -> tuple[str, ...]:
    return ("embedded", "mosquitto")


class Desk:
    def __init__(self, runs: Path) -> None:
        self._runs = runs

    def steered(self, name: str) -> Any:
        return None

    async def begin(self, begin: Begin) -> str:
        raise AssertionError

    async def close(self) -> None: ...
