"""Pages that are asked without a server: an application, and what a browser of ours would send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.core.engine.cast import cast_of
from sim.core.world.scenario import Scenario
from sim.session.steering.commands import AnyCommand
from sim.session.steering.told import Answer, Progress
from sim.web.app import make_app
from sim.web.desk import Desk, Exercise
from sim.web.options import ServeOptions

ADDRESS = "http://127.0.0.1:8600"
ORIGIN = {"Origin": ADDRESS}
JSON = {**ORIGIN, "Accept": "application/json"}
PASSWORD = "long enough for here"


@contextmanager
def asking(options: ServeOptions, *, address: str = ADDRESS, follow: bool = True) -> Iterator[TestClient]:
    """Ask an application, which judges runs in a thread: a process takes a second to begin."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "sim.web.judging.ProcessPoolExecutor",
            lambda workers, mp_context, initializer: ThreadPoolExecutor(workers),
        )
        app = make_app(options)
    with TestClient(app, base_url=address, follow_redirects=follow) as client:
        yield client


@dataclass
class FakeRun:
    """An exercise that answers every command as it is told to."""

    answer: Answer = field(default_factory=lambda: Answer("c1", ok=True))
    sent: list[AnyCommand] = field(default_factory=list)
    seats: Mapping[str, str] = field(default_factory=dict)
    error: Exception | None = None
    is_over: bool = False
    at_ms: int = 0
    end_ms: int = 1
    ready: Any = field(default_factory=lambda: _Ready("127.0.0.1", 1883, "beeld/x/", "/tmp/credentials.json"))

    @property
    def progress(self) -> Progress:
        return Progress(
            at_ms=self.at_ms,
            end_ms=self.end_ms,
            phase="paused",
            speed=20.0,
            late_ms=0,
            worst_ms=0,
            drift_ms=0,
            seats=self.seats,
            messages=0,
            deliveries=0,
            denied=0,
        )

    async def send(self, command: AnyCommand) -> Answer:
        if self.error is not None:
            raise self.error
        self.sent.append(command)
        return self.answer


@dataclass
class _Ready:
    host: str
    port: int
    root: str
    credentials: str


def fake_exercise(name: str, scenario: Scenario, run: FakeRun) -> Exercise:
    """Return an exercise on the desk without a process."""
    return Exercise(name, scenario, cast_of(scenario).table(), run, stack=None)  # type: ignore[arg-type]


@contextmanager
def going_on(exercise: Exercise) -> Iterator[None]:
    """Have an exercise on the desk of every application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Desk,
            "exercise",
            lambda _desk, name: exercise if name == exercise.name and not exercise.run.is_over else None,
        )
        yield


class Tags(HTMLParser):
    """The elements of a page with their attributes, in order, and the element that each lies in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.labelled_within: list[dict[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.found if attribute in attributes]


def write_accounts(file: Path, *entries: str) -> Path:
    """Write a file of accounts that only its owner can read."""
    file.write_text("\n".join(entries), encoding="utf-8")
    file.chmod(0o600)
    return file
