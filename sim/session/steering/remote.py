"""An exercise in a process of its own, for who steers it from this one: pages, tests, scripts.

The process ends when the context does, whatever comes between: nothing that was started is left behind.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from sim.session.steering.commands import AnyCommand
from sim.session.steering.told import Answer, Ended, Progress, Ready, read_told

_BEELD: Final = ("-c", "from sim.cli.main import run; run()")
_LINE_BYTES_MAX: Final = 4 * 1024 * 1024
_LAST_LINES: Final = 20
_STOP_S: Final = 15.0
"""How long it is given to stop its broker and close its log."""


class SteeredRunError(Exception):
    """The process could not be started, or ended otherwise than an exercise does; the message says how, in one line."""


class SteeredRun:
    """An exercise that somebody steers.

    Attributes:
        ready: What was told when it was about to begin.
        progress: How far it is, as far as was told; None at first.
        ended: What came of it; None while it goes on.
    """

    def __init__(self, process: Process, on_progress: Callable[[Progress], None] | None) -> None:
        self._process = process
        self._on_progress = on_progress
        self._answers: dict[str, asyncio.Future[Answer]] = {}
        self._commands = 0
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._changed = asyncio.Condition()
        self._is_over = False
        self._readers: list[asyncio.Task[None]] = []
        self._ready: Ready | None = None
        self.progress: Progress | None = None
        self.ended: Ended | None = None

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        scenario: str | Path,
        *,
        seed: int = 1,
        pace: str = "real",
        broker: str = "embedded",
        folder: Path,
        paused: bool = False,
        options: Sequence[str] = (),
        cwd: Path | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> AsyncIterator[SteeredRun]:
        """Start an exercise, and return when it is about to begin; it ends with the context at the latest.

        Args:
            scenario: Name under scenarios/, or a path.
            seed: Seed of all chance.
            pace: ``real`` or ``xN``.
            broker: Which broker carries the messages.
            folder: New folder of the run.
            paused: Whether it waits to be resumed before it begins.
            options: More options of ``beeld run``, as they are typed.
            cwd: Folder in which it is started.
            on_progress: Called with every report of progress.

        Raises:
            SteeredRunError: It cannot be started.
        """
        arguments = [
            "run", str(scenario), "--seed", str(seed), "--pace", pace, "--broker", broker, "--out", str(folder),
            "--steer", "--ends-with-input", *(["--paused"] if paused else []), *options,
        ]  # fmt: skip
        run = cls(await _spawned(arguments, cwd), on_progress)
        try:
            run._readers = [asyncio.create_task(run._read_told()), asyncio.create_task(run._read_errors())]
            await run._begun()
            yield run
        finally:
            await asyncio.shield(asyncio.ensure_future(run._stop()))

    @property
    def ready(self) -> Ready:
        """Return what was told when it was about to begin."""
        assert self._ready is not None, "nobody has it before it is about to begin"
        return self._ready

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Say whether its process has nothing more to tell."""
        return self._is_over

    async def send(self, command: AnyCommand) -> Answer:
        """Have a command carried out, and return what came of it; its id is given here.

        Raises:
            SteeredRunError: The exercise is over, or its process died.
        """
        if self._is_over or self._process.stdin is None:
            raise SteeredRunError(self._death())
        self._commands += 1
        name = f"c{self._commands}"
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers[name] = answer
        try:
            self._process.stdin.write(msgspec.json.encode(msgspec.structs.replace(command, id=name)) + b"\n")
            await self._process.stdin.drain()
            return await answer
        except ConnectionError as error:
            raise SteeredRunError(self._death()) from error
        finally:
            self._answers.pop(name, None)

    async def progresses(self) -> AsyncIterator[Progress]:
        """Yield reports of progress as they come, of several at once the last, until the exercise is over."""
        seen: Progress | None = None
        while not self._is_over:
            async with self._changed:
                while self.progress is seen and not self._is_over:
                    await self._changed.wait()
                is_new, seen = self.progress is not seen, self.progress
            if is_new and seen is not None:
                yield seen

    async def wait(self) -> Ended:
        """Wait until the exercise is over, and return what came of it.

        Raises:
            SteeredRunError: Its process died.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._is_over)
        await self._process.wait()
        if self.ended is None:
            raise SteeredRunError(self._death())
        return self.ended

    async def _begun(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._ready is not None or self._is_over)
        if self._ready is None:
            await self._process.wait()
            raise SteeredRunError(self._death())

    async def _read_told(self) -> None:
        assert self._process.stdout is not None, "it was asked for"
        try:
            async for line in self._process.stdout:
                await self._take(line)
        except ValueError as error:  # a line longer than any that is told
            self._last_lines.append(str(error))
        finally:
            await asyncio.shield(self._close())

    async def _close(self) -> None:
        # What it had to say last stands on its standard error, and that may come a moment later.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        await asyncio.wait(self._readers[1:], timeout=_STOP_S)
        async with self._changed:
            self._is_over = True
            self._changed.notify_all()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(SteeredRunError(self._death()))

    async def _take(self, line: bytes) -> None:
        try:
            told = read_told(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._last_lines.append(line.decode(errors="replace").strip())
            return
        if isinstance(told, Answer):
            answer = self._answers.get(told.id)
            if answer is not None and not answer.done():
                answer.set_result(told)
            return
        async with self._changed:
            if isinstance(told, Ready):
                self._ready = told
            elif isinstance(told, Ended):
                self.ended = told
            else:
                self.progress = told
            self._changed.notify_all()
        if isinstance(told, Progress) and self._on_progress is not None:
            self._on_progress(told)

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None, "it was asked for"
        try:
            async for line in self._process.stderr:
                if text := line.decode(errors="replace").strip():
                    self._last_lines.append(text)
        except ValueError as error:
            self._last_lines.append(str(error))

    def _death(self) -> str:
        if self.ended is not None:
            return "the exercise is over"
        code = self._process.returncode
        how = "has nothing more to tell" if code is None else f"ended with exit code {code}"
        last = f": {self._last_lines[-1]}" if self._last_lines else ""
        return f"the process of the exercise {how}{last}"

    async def _stop(self) -> None:
        """End the process, by force if need be, and whoever reads what it says."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.wait(self._readers, timeout=_STOP_S)
        for reader in self._readers:
            reader.cancel()


async def _spawned(arguments: Sequence[str], cwd: Path | None) -> Process:
    try:
        # In a session of its own: an interrupt from the terminal is for us, who let it go.
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *_BEELD,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=_LINE_BYTES_MAX,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise SteeredRunError(f"the exercise cannot be started: {error}") from error
