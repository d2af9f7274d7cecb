"""Waiting for something new, by as many as want to."""

from __future__ import annotations

import asyncio
from typing import Any


class Stirring:
    """Wakes everybody who waits, once for each time that something is new."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def stir(self) -> None:
        """Wake who waits."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the next time."""
        await self._event.wait()


async def first(*tasks: asyncio.Task[Any]) -> None:
    """Wait until one of these is done, and end the others."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
