"""The first page: exercises that can be started, and runs that can be looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from sim.core.model.text import Language
from sim.files.lint import LintResult, lint
from sim.files.problems import InputError
from sim.runlog.manifest import Manifest
from sim.session.steering.told import Progress
from sim.web.accounts import Account
from sim.web.desk import Begin, Desk, brokers_here
from sim.web.frame import Frame
from sim.web.login import Login
from sim.web.offered import Offered
from sim.web.pages.compare import can_be_compared
from sim.web.runs import Runs
from sim.web.signs import state_sign
from sim.web.sweeps import Sweeps

SPEEDS: Final = ("1", "2", "5", "10", "20", "60", "120", "300")
LOOK_S: Final = 1.0
"""Wall time between two looks at how far exercises are."""
SEED_MAX: Final = 999_999_999


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A scenario on the page, and what a check of it found, if somebody asked for one."""

    id: str
    name: str
    checked: LintResult | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run on the page."""

    name: str
    scenario: str
    seed: int
    session: str
    broker: str
    started: str
    state: str
    pages: tuple[str, ...]
    progress: Progress | None
    outcome: str

    @property
    def share(self) -> int:
        """Return how much of it is done (percent), where that is known."""
        told = self.progress
        return 0 if told is None else min(100, round(100 * told.at_ms / max(told.end_ms, 1)))


@dataclass
class StartVisit:
    """Somebody at the first page, which moves while exercises go on."""

    account: Account
    language: Language
    lines: Callable[[Account], Sequence[RunLine]]
    asks: Mapping[str, str] = field(default_factory=dict)
    template: str = "start.html.j2"

    async def show(self) -> Mapping[str, Any]:
        """Return what the moving part of the template needs."""
        return {"runs": await asyncio.to_thread(self.lines, self.account), "sign": state_sign}

    async def stirred(self) -> None:
        """Wait until there may be something new: exercises tell how far they are once a second."""
        await asyncio.sleep(LOOK_S)


class StartPage:
    """The first page."""

    def __init__(
        self, runs: Runs, desk: Desk, login: Login, frame: Frame, offered: Offered, sweeps: Sweeps
    ) -> None:
        self._runs = runs
        self._desk = desk
        self._login = login
        self._frame = frame
        self._offered = offered
        self._sweeps = sweeps

    async def show(self, request: Request) -> Response:
        """Show it."""
        account = self._login.account(request)
        if account is None:
            return RedirectResponse("/login", 303)
        return await self._page(request, account, Begin())

    async def enter(self, connection: HTTPConnection) -> StartVisit | None:
        """Return the visit of who has it open; None for who has not logged in."""
        account = self._login.account(connection)
        if account is None:
            return None
        return StartVisit(account, self._frame.language(connection), self._lines)

    async def begin(self, request: Request) -> Response:
        """Start an exercise, and go to where it is steered; or say what is wrong."""
        account = self._login.account(request)
        if account is None or not account.steers:
            return self._frame.page(request, "missing.html.j2", account, status=403)
        form = await request.form(max_files=0, max_fields=16)
        begin = Begin(
            scenario=str(form.get("scenario", "")),
            seed=str(form.get("seed", "")),
            broker=str(form.get("broker", "")),
            speed=str(form.get("speed", "")),
            paused=form.get("paused") == "yes",
        )
        try:
            name = await self._desk.begin(begin)
        except InputError as error:
            return await self._page(request, account, begin, tuple(str(one) for one in error.errors))
        return RedirectResponse(f"/runs/{name}/control", 303)

    async def _page(
        self, request: Request, account: Account, chosen: Begin, problems: tuple[str, ...] = ()
    ) -> Response:
        language = self._frame.language(request)
        checked = request.query_params.get("check", "") if account.sees_all else ""
        plan = self._offered.find(checked)
        found = None if plan is None else await asyncio.to_thread(_check, plan)
        manifests = self._runs.manifests()
        shown: dict[str, Any] = {
            "scenarios": [
                ScenarioLine(name, self._name(name, language), found if name == checked else None)
                for name in self._offered.names()
            ],
            "brokers": brokers_here(),
            "sweeps": self._sweeps.lines(language) if account.sees_all else (),
            "speeds": SPEEDS,
            "chosen": chosen,
            "problems": problems,
            "runs": self._lines(account),
            "over": [name for name, manifest in manifests if can_be_compared(manifest)],
            "sign": state_sign,
        }
        return self._frame.page(request, "start.html.j2", account, status=400 if problems else 200, **shown)

    def _lines(self, account: Account) -> Sequence[RunLine]:
        found = []
        for name, manifest in self._runs.manifests():
            exercise = self._desk.exercise(name)
            found.append(_line(name, manifest, account, None if exercise is None else exercise.run.progress))
        return found

    def _name(self, scenario: str, language: Language) -> str:
        return self._offered.title(scenario).in_language(language)


def _check(name: str) -> LintResult:
    return lint(name)


def _line(name: str, manifest: Manifest, account: Account, progress: Progress | None) -> RunLine:
    result = manifest.result
    return RunLine(
        name=name,
        scenario=manifest.scenario,
        seed=manifest.seed,
        session=manifest.session,
        broker=manifest.broker,
        started=f"{manifest.started.astimezone():%Y-%m-%d %H:%M}",
        state=manifest.status if progress is None else progress.phase,
        pages=_pages(manifest, account),
        progress=progress,
        outcome="" if result is None else result.reason or (result.totals.outcome if result.totals else ""),
    )


def _pages(manifest: Manifest, account: Account) -> tuple[str, ...]:
    """Return the pages that somebody may see of a run."""
    if not account.sees_all:
        return ("seat",)
    steering = ("control", "seat") if manifest.status == "running" and account.steers else ()
    return (*steering, "picture", "knowledge", "assessor")
