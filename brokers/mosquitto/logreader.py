"""The end of the pipe into which Mosquitto writes its log."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections import deque

from brokers.adapter import Denial
from brokers.mosquitto.denials import DenialLog

_CHUNK = 1 << 16
_TAIL_LINES = 20


class LogReader:
    """Empties the log's pipe and keeps what it says of denials, with the last few lines.

    The server writes its log synchronously: a full pipe would stop it. Hence a thread, which reads even when
    the event loop is busy. What the server has written when ``take_denials`` is called is always part of the
    answer, since that call empties the pipe itself. The server logs a refusal before it answers the client,
    so whoever has the answer finds the denial.
    """

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._denials = DenialLog()
        self._tail: deque[bytes] = deque(maxlen=_TAIL_LINES)
        self._unfinished = b""
        self._open = True
        self._thread = threading.Thread(target=self._read_on, name="mosquitto-log", daemon=True)
        self._thread.start()

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, oldest first."""
        with self._lock:
            self._empty()
            return self._denials.take()

    def tail(self) -> str:
        """Return the last lines, for a message about a server that failed."""
        with self._lock:
            self._empty()
            return b"; ".join(self._tail).decode("utf-8", errors="replace")

    def close(self) -> None:
        """Wait for the end of the log; the server has to be gone."""
        self._thread.join(timeout=5.0)

    def _read_on(self) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while True:
            poller.poll()
            with self._lock:
                self._empty()
                if not self._open:
                    os.close(self._descriptor)
                    return

    def _empty(self) -> None:
        """Read what is there, without waiting; the caller holds the lock."""
        with contextlib.suppress(BlockingIOError):
            while self._open:
                chunk = os.read(self._descriptor, _CHUNK)
                self._open = bool(chunk)
                *lines, self._unfinished = (self._unfinished + chunk).split(b"\n")
                for line in lines:
                    self._denials.feed(line)
                self._tail.extend(lines)
