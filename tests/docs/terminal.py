"""A terminal at which somebody answers each question when it is asked."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from fcntl import ioctl
from pathlib import Path
from select import select

COLUMNS = 100
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def converse(
    command: Sequence[str], answers: Sequence[str], *, cwd: Path, env: Mapping[str, str], longest_s: float
) -> tuple[str, int]:
    """Run a command at a terminal, and answer whenever its last line ends as a question does.

    Returns:
        What stood on the screen, and how the command ended (killed: after ``longest_s``).
    """
    here, there = pty.openpty()
    ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    # A session of its own, so that Ctrl-C at the terminal of who tests does not reach it.
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**env, "TERM": "xterm"},
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
    ) as process:
        os.close(there)
        waiting = iter(answers)
        seen = ""
        answered = 0  # up to where: the echo of an empty answer is no new question
        for piece in _pieces(here, process, longest_s):
            seen += piece
            asked = _ANSI.sub("", seen[answered:]).rstrip().endswith(":")
            if asked and (answer := next(waiting, None)) is not None:
                answered = len(seen)
                os.write(here, f"{answer}\n".encode())
        os.close(here)
    return _ANSI.sub("", seen).replace("\r\n", "\n"), process.returncode


def _pieces(here: int, process: subprocess.Popen[bytes], longest_s: float) -> Iterator[str]:
    """Yield what is printed as it comes, until the other side is closed or time is over."""
    until = time.monotonic() + longest_s
    while (left := until - time.monotonic()) > 0:
        if not select([here], [], [], left)[0]:
            break
        try:
            piece = os.read(here, 65536)
        except OSError:  # how a terminal says that nobody is there any more
            return
        if not piece:
            return
        yield piece.decode("utf-8", errors="replace")
    process.kill()
