"""The runs in a folder: which there are, which go on, and the scene of each at the moment that is asked for."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sim.replay.scene import Scene
from sim.replay.timeline import Timeline
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import MANIFEST_NAME, Manifest, load_manifest
from sim.web.following import LOOK_S, Following

_WAITS: Final = 100
_DIGITS_MAX: Final = 15
OPEN_MAX: Final = 8
"""Runs that are kept open at once; the one that was looked at longest ago is closed for another."""


@dataclass
class OpenRun:
    """A run that somebody looks at.

    Attributes:
        name: Name of its folder.
        folder: Its folder.
        following: Its scene as it is now.
        task: What follows its log.
        timeline: Goes to earlier moments of it; None before anybody asked for one.
        indexing: Held while that is made.
    """

    name: str
    folder: Path
    following: Following
    task: asyncio.Task[None]
    timeline: Timeline | None = None
    indexing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def latest(self) -> Scene:
        """Return the scene at the last record that is known."""
        return self.following.scene

    @property
    def goes_on(self) -> bool:
        """Say whether the log may still grow."""
        return not self.task.done() and self.state == "running"

    @property
    def state(self) -> str:
        """Return the state of the run as its manifest tells it: running, ended or failed."""
        return load_manifest(self.folder).status

    @property
    def head(self) -> str:
        """Return the hash of the last record of a run that is over; empty while it goes on."""
        result = load_manifest(self.folder).result
        return "" if result is None else result.head

    async def is_begun(self) -> bool:
        """Say whether there is anything to show; waits a moment for a run that is just being started."""
        for _ in range(_WAITS):
            if self.latest.seq >= 0 or self.following.trouble:
                break
            await asyncio.sleep(LOOK_S)
        return self.latest.seq >= 0

    async def is_read(self) -> bool:
        """Say whether there is anything to show, once all was read that a run which is over left behind."""
        if not self.goes_on:
            await asyncio.wait((self.task,))
        return await self.is_begun()

    async def scene_at(self, asked: str, record: str = "") -> Scene:
        """Return the scene at a moment, or just after a record.

        Args:
            asked: The moment (ms of exercise time, as text); the latest for what is no moment of the run.
            record: Number of the record, as text, which goes before the moment; for what is none the moment counts.
        """
        seq, at_ms = _number(record), _number(asked)
        if seq is not None and seq < self.latest.seq:
            timeline = await self._timeline_to(seq=seq)
            return self.latest if timeline is None else timeline.seek_seq(seq)
        if at_ms is None or at_ms >= self.latest.at_ms:
            return self.latest
        timeline = await self._timeline_to(at_ms=at_ms)
        return self.latest if timeline is None else timeline.seek_ms(at_ms)

    def moments_beside(self, at_ms: int) -> tuple[int | None, int | None]:
        """Return the moments (ms) before and after one at which there are records."""
        latest = self.latest
        seqs = range(latest.seq + 1)
        before = bisect_left(seqs, at_ms, key=latest.when_ms) - 1
        after = bisect_right(seqs, at_ms, key=latest.when_ms)
        return (
            latest.when_ms(before) if before >= 0 else None,
            latest.when_ms(after) if after < len(seqs) else None,
        )

    async def _timeline_to(self, *, at_ms: int = -1, seq: int = -1) -> Timeline | None:
        """Return what goes to earlier moments, at least up to this one; None where the log is bad."""
        if self.timeline is None or at_ms > self.timeline.end_ms or seq >= self.timeline.length:
            try:
                await self._index()
            except RunLogError as error:  # what was read of it before the bad place is all that can be shown
                self.following.trouble = self.following.trouble or str(error)
                return None
        assert self.timeline is not None, "it was just made"
        return self.timeline

    async def _index(self) -> None:
        """Index the log as far as it goes; the index of a run that is over is kept beside its log."""
        async with self.indexing:
            made = await asyncio.to_thread(Timeline, self.folder, keep=not self.goes_on)
            self.timeline, before = made, self.timeline
            if before is not None:
                before.close()

    async def close(self) -> None:
        """Follow it no more."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        if self.timeline is not None:
            self.timeline.close()
            self.timeline = None  # an open page may still look back: then it is made again


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < _DIGITS_MAX else None


@dataclass
class Runs:
    """The folder of runs."""

    folder: Path
    _opened: dict[str, OpenRun] = field(default_factory=dict)

    def manifests(self) -> list[tuple[str, Manifest]]:
        """Return the runs by name of their folder, the last started first; what is no run is passed over."""
        found = []
        for file in self.folder.glob(f"*/{MANIFEST_NAME}"):
            try:
                found.append((file.parent.name, load_manifest(file.parent)))
            except RunLogError:
                continue
        return sorted(found, key=lambda one: (one[1].started, one[0]), reverse=True)

    def find(self, name: str) -> Path | None:
        """Return the folder of a run; None where there is none of this name directly in the folder of runs."""
        if name in ("", ".", "..") or "/" in name or "\\" in name or "\x00" in name:
            return None
        folder = self.folder / name
        try:
            load_manifest(folder)
        except (RunLogError, OSError):  # none, a damaged one, or a name that no folder can have
            return None
        return folder

    async def open(self, name: str) -> OpenRun | None:
        """Return a run with its scene, which is followed from now on; None where there is no such run."""
        folder = self.find(name)
        if folder is None:
            return None
        run = self._opened.pop(name, None)
        if run is None:
            following = Following(folder)
            task = asyncio.create_task(following.follow(lambda: load_manifest(folder).status != "running"))
            task.add_done_callback(lambda _task: following.stirring.stir())
            run = OpenRun(name, folder, following, task)
        self._opened[name] = run  # at the end: the first one is the one that was looked at longest ago
        await self._tidy()
        return run

    async def _tidy(self) -> None:
        """Close what is over and was looked at longest ago; what goes on is followed, as pages of it may be open."""
        before = list(self._opened.items())[:-1]
        over = [(name, one) for name, one in before if not one.goes_on]
        for name, one in over[: max(0, len(self._opened) - OPEN_MAX)]:
            del self._opened[name]
            await one.close()

    async def close(self) -> None:
        """Follow nothing any more."""
        await asyncio.gather(*(run.close() for run in self._opened.values()))
        self._opened.clear()
