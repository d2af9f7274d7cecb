"""An open session whose clock stands still at a gate until the test has done what it wanted to do there.

So nothing depends on how fast this machine is: exercise time runs up to the gate as fast as it goes, and waits.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from brokers.adapter import Endpoint, Tls
from sim.core.records.record import Entry
from sim.files.scenario.loading import load_scenario
from sim.runlog.writer import RunLogWriter
from sim.session.launch import Offer, RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace
from tests.integration.plain_client import PATIENCE_S, Client

LOOK_S = 0.01


class Gate:
    """The clock of a session, in place of the one that follows the wall."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._opened_to_ms = 0
        self._stands = False

    def now_ms(self) -> int:
        """Return the exercise time (ms): that of the gate."""
        return self._opened_to_ms

    def reached(self, at_ms: int) -> bool:
        """Say whether the gate is open to a moment."""
        return at_ms <= self._opened_to_ms

    async def look_until(self, at_ms: int, stirred: asyncio.Event) -> None:
        """Wait a little, unless the time is there already."""
        if at_ms <= self._opened_to_ms:
            await asyncio.sleep(0)
            return
        with self.changed:
            self._stands = True
            self.changed.notify_all()
        try:
            await asyncio.wait_for(stirred.wait(), LOOK_S)
        except TimeoutError:
            return

    def open_to(self, at_ms: int) -> None:
        """Let time go on to a moment."""
        with self.changed:
            self._opened_to_ms, self._stands = at_ms, False

    def wait_until_it_stands(self) -> None:
        """Wait until everything up to the gate has happened."""
        with self.changed:
            assert self.changed.wait_for(lambda: self._stands, PATIENCE_S), "the session came to no gate"


class OpenSession:
    """A session that runs in a thread, what it writes to its log, and how to log in."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self.folder = folder
        self.entries: list[Entry] = []
        self.result: RunResult | None = None
        self.credentials_mode = 0
        self.credentials: dict[str, Any] = {}
        self._gate = gate
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._clients: list[Client] = []

    @property
    def root(self) -> str:
        """What comes before every topic."""
        return str(self.credentials["root"])

    def start(self, scenario: Path, broker: str, workers: int = 0) -> None:
        """Start the session; return when clients can log in."""
        how = RunOptions(
            seed=7,
            broker=broker,
            pace=parse_pace("x60"),
            folder=self.folder,
            on_open=self._read_credentials,
            workers=workers,
        )
        self._thread = threading.Thread(target=self._run, args=(scenario, how), daemon=True)
        self._thread.start()
        self._wait(lambda: bool(self.credentials) or self._error is not None, "credentials")

    def log_in(self, party: str, client_id: str = "") -> Client:
        """Return a plain client that has logged in as a party."""
        tls = Tls(Path(self.credentials["ca"])) if self.credentials["tls"] else None
        endpoint = Endpoint(
            self.credentials["host"], self.credentials["port"], tls, self.credentials["prefix"]
        )
        client = Client(endpoint, party, self.credentials["accounts"][party], client_id)
        client.connect()
        self._clients.append(client)
        return client

    def go_on_to(self, minutes: float) -> None:
        """Let the exercise go on to a moment, and wait until it stands there."""
        self._gate.open_to(round(minutes * 60_000))
        self._gate.wait_until_it_stands()

    def wait_for(self, what: Callable[[Entry], bool], said: str, count: int = 1) -> None:
        """Wait for records."""
        self._wait(lambda: sum(map(what, self.entries)) >= count, said)

    def end(self, minutes: float) -> None:
        """Let the exercise come to its end."""
        self._gate.open_to(round(minutes * 60_000))
        self._wait(lambda: self.result is not None or self._error is not None, "the end")

    def leave(self) -> None:
        """Disconnect everybody, and end the session's thread."""
        self._gate.open_to(10**12)
        for client in self._clients:
            client.leave()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def take(self, entries: Sequence[Entry]) -> None:
        """Keep what the session writes to its log."""
        with self._gate.changed:
            self.entries += entries
            self._gate.changed.notify_all()

    def _wait(self, what: Callable[[], bool], said: str) -> None:
        with self._gate.changed:
            assert self._gate.changed.wait_for(what, PATIENCE_S), f"waited for {said}"
        if self._error is not None:
            raise self._error

    def _read_credentials(self, offer: Offer) -> None:
        path = offer.credentials
        with self._gate.changed:
            self.credentials_mode = path.stat().st_mode & 0o777
            self.credentials = json.loads(path.read_bytes())
            self._gate.changed.notify_all()

    def _run(self, scenario: Path, options: RunOptions) -> None:
        try:
            result = run_exercise(load_scenario(scenario), options)
        except BaseException as error:  # noqa: BLE001 -- raised again where somebody waits
            self._error = error
            result = None
        with self._gate.changed:
            self.result = result
            self._gate.changed.notify_all()


@contextmanager
def open_session(folder: Path, scenario: Path, broker: str, workers: int = 0) -> Iterator[OpenSession]:
    """Run a scenario as an open session, with a gate for its clock."""
    gate = Gate()
    session = OpenSession(folder, gate)
    append = RunLogWriter.append

    def appended(log: RunLogWriter, entries: Sequence[Entry], **local: Any) -> list[int]:
        numbers = append(log, entries, **local)
        session.take(entries)
        return numbers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.session.session.Clock", lambda _speed, _lateness: gate)
        patch.setattr(RunLogWriter, "append", appended)
        try:
            session.start(scenario, broker, workers)
            yield session
        finally:
            session.leave()
