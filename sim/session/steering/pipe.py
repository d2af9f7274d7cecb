"""The line over standard input and output, for who started the exercise as a process of its own.

Nothing that comes in ends the run: a line that is too long or is no command is answered. A closed input means that
nobody steers any more. Who does not read what is told is told no more progress, and has no more commands read.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import IO, Final

from sim.diagnostics import get_logger
from sim.session.steering.commands import LINE_BYTES_MAX, CommandError, read_command
from sim.session.steering.line import Line
from sim.session.steering.told import Answer, AnyTold, Progress, line_of

_diagnostics = get_logger()

COMMANDS_PER_S: Final = 100.0
"""Commands that are read in a second of wall time, in the long run; more wait in the pipe."""

BURST: Final = 200
"""Commands that are read at once."""

_CHUNK_BYTES: Final = 64 * 1024
_FLUSH_S: Final = 5.0


class Lines:
    """Lines of what comes in piece by piece; of one that is too long nothing is kept but that it came."""

    def __init__(self, bytes_max: int = LINE_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._begun = bytearray()
        self._is_too_long = False

    def add(self, chunk: bytes) -> Iterator[bytes | None]:
        """Yield the lines that end in a piece, without their newlines; None for one that is too long."""
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._extend(part)
            yield None if self._is_too_long else bytes(self._begun)
            self._begun.clear()
            self._is_too_long = False
        self._extend(rest)

    def _extend(self, part: bytes) -> None:
        if self._is_too_long or len(self._begun) + len(part) > self._bytes_max:
            self._is_too_long = True
            self._begun.clear()
        else:
            self._begun += part


class Rate:
    """How long to wait before the next command is read.

    Args:
        seconds: Wall time that never goes back (s).
        per_s: Commands in a second, in the long run.
        burst: Commands at once.
    """

    def __init__(
        self, seconds: Callable[[], float], per_s: float = COMMANDS_PER_S, burst: int = BURST
    ) -> None:
        self._seconds = seconds
        self._per_s = per_s
        self._ahead_s = burst / per_s
        self._next_s = seconds() - self._ahead_s

    def wait_s(self) -> float:
        """Return how long (s) to wait now, and count the command."""
        now = self._seconds()
        self._next_s = max(self._next_s, now - self._ahead_s) + 1 / self._per_s
        return max(0.0, self._next_s - now)


class _Outlet(asyncio.BaseProtocol):
    """Standard output: a pipe that is written to as it is read, or a file that always takes what is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._transport: asyncio.WriteTransport | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._closed = asyncio.Event()

    async def open(self) -> None:
        """Take the pipe in hand, if it is one."""
        mode = os.fstat(self._file.fileno()).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            loop = asyncio.get_running_loop()
            # A descriptor of our own: what the process prints when all is over still needs the other.
            file = os.fdopen(os.dup(self._file.fileno()), "wb", buffering=0)
            self._transport, _ = await loop.connect_write_pipe(lambda: self, file)

    def tell(self, told: AnyTold) -> None:
        """Tell something; of progress only what is taken in."""
        if self._closed.is_set() or (isinstance(told, Progress) and not self._room.is_set()):
            return
        if self._transport is not None:
            self._transport.write(line_of(told))
            return
        try:
            self._file.write(line_of(told))
            self._file.flush()
        except OSError:
            self._closed.set()

    async def has_room(self) -> None:
        """Wait until what was told is taken in."""
        await self._room.wait()

    async def close(self) -> None:
        """Let what was told go out, for a while."""
        if self._transport is None:
            return
        self._transport.close()
        try:
            await asyncio.wait_for(self._closed.wait(), _FLUSH_S)
        except TimeoutError:
            self._transport.abort()

    def pause_writing(self) -> None:
        """Take that the pipe is full."""
        self._room.clear()

    def resume_writing(self) -> None:
        """Take that the pipe has room again."""
        self._room.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Take that nobody reads any more."""
        self._closed.set()
        self._room.set()


@asynccontextmanager
async def over_standard_streams(line: Line) -> AsyncIterator[None]:
    """Connect a line with standard input and output, for as long as the context lasts."""
    outlet = _Outlet(sys.stdout.buffer)
    await outlet.open()
    line.tell = outlet.tell
    reading = asyncio.create_task(_read(line, outlet))
    try:
        yield
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await outlet.close()


async def _read(line: Line, outlet: _Outlet) -> None:
    try:
        reader, transport = await _standard_input()
    except (OSError, ValueError) as error:
        _diagnostics.warning("nothing can be read from standard input; nobody steers", reason=str(error))
        line.close()
        return
    lines, rate = Lines(), Rate(asyncio.get_running_loop().time)
    try:
        while chunk := await reader.read(_CHUNK_BYTES):
            for one in lines.add(chunk):
                await asyncio.sleep(rate.wait_s())
                await outlet.has_room()
                await _take(line, one)
    finally:
        transport.close()
        line.close()
    _diagnostics.info("standard input is closed; nobody steers any more")


async def _standard_input() -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_CHUNK_BYTES)
    protocol = asyncio.StreamReaderProtocol(reader)
    file = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    try:
        _refuse_devices(file)
        transport, _ = await loop.connect_read_pipe(lambda: protocol, file)
    except (OSError, ValueError):
        file.close()
        raise
    return reader, transport


def _refuse_devices(file: IO[bytes]) -> None:
    """Raise ValueError for a device such as /dev/null: it never becomes ready, and so never comes to its end."""
    if stat.S_ISCHR(os.fstat(file.fileno()).st_mode) and not file.isatty():
        raise ValueError("it is no pipe and no terminal")


async def _take(line: Line, text: bytes | None) -> None:
    if text is None:
        problem = f"line: expected at most {LINE_BYTES_MAX} bytes, was more"
        line.tell(Answer(id="", ok=False, problem=problem))
        return
    if not text.strip():
        return
    try:
        command = read_command(text)
    except CommandError as error:
        line.tell(Answer(id=error.id, ok=False, problem=str(error)))
        return
    await line.give(command)
