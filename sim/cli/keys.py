"""Keys that somebody presses while something is shown on a terminal."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Final, Protocol

_ESCAPES: Final = {b"\x1b[C": "right", b"\x1b[B": "down", b"\x1b[A": "up", b"\x1b[D": "left"}
_KEY_BYTES_MAX: Final = 8


class Keys(Protocol):
    """Tells which key was pressed."""

    def wait(self, seconds: float) -> str:
        """Return the key that is pressed within so many seconds: a letter, or the name of an arrow; else nothing."""
        ...


class NoKeys:
    """Nobody is there to press any."""

    def wait(self, seconds: float) -> str:
        """Wait, and return nothing."""
        sleep(seconds)
        return ""


class TerminalKeys:
    """Keys of the terminal at standard input, each as it is pressed."""

    def wait(self, seconds: float) -> str:
        """Return the key that is pressed within so many seconds, or nothing."""
        handle = sys.stdin.fileno()
        if not select.select([handle], [], [], seconds)[0]:
            return ""
        pressed = os.read(handle, _KEY_BYTES_MAX)
        return _ESCAPES.get(pressed, pressed[:1].decode("ascii", "replace"))


@contextmanager
def keys_of_terminal() -> Iterator[Keys]:
    """Give the keys of the terminal as long as they are needed; none where standard input or output is no terminal."""
    if sys.platform == "win32" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield NoKeys()
        return
    import termios  # noqa: PLC0415 (there is none on Windows)
    import tty  # noqa: PLC0415

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    tty.setcbreak(handle)
    try:
        yield TerminalKeys()
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
