"""Who may enter which page of which run, and what they see there at the moment that they ask for."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from markupsafe import Markup
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sim.core.model.text import Language
from sim.core.model.time import HOUR_MS, MINUTE_MS, SECOND_MS
from sim.replay.player import FASTEST, SLOWEST
from sim.replay.scene import Scene
from sim.report.exercise.words import ReportWords
from sim.web.accounts import Account
from sim.web.desk import Desk
from sim.web.frame import Frame
from sim.web.login import Login
from sim.web.runs import OpenRun, Runs
from sim.web.signs import HAPPENING, KNOWING, VERIFICATION, shape, sign, state_sign
from sim.web.stirring import first
from sim.web.telling import last_told

PLAY_SPEEDS: Final = (SLOWEST, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, FASTEST)
"""Speeds (exercise time over clock time) at which a page plays a run."""


class Page(Protocol):
    """A page of a run.

    Attributes:
        name: In its address.
        template: What it looks like.
        looks_back: Whether it can show another moment than now.
    """

    name: str
    template: str
    looks_back: bool

    def admits(self, account: Account) -> bool:
        """Say whether somebody may see it."""
        ...

    async def show(self, visit: Visit) -> Mapping[str, Any]:
        """Return what the template needs."""
        ...


@dataclass
class Visit:
    """Somebody at a page of a run.

    Attributes:
        page: The page.
        run: The run.
        account: Who.
        language: That they read.
        asks: What they ask to see, as it stands in the address of the page.
        desk: Of exercise staff.
        places: The pages of this run that they may see.
        scene: The scene at the moment that they look at.
        found: Moments (ms) that findings rest on, where a page knows them; in order.
    """

    page: Page
    run: OpenRun
    account: Account
    language: Language
    asks: Mapping[str, str]
    desk: Desk
    places: Sequence[str] = ()
    scene: Scene = field(default_factory=Scene)
    found: Sequence[int] = ()

    @property
    def template(self) -> str:
        """Return what the page looks like."""
        return self.page.template

    @property
    def jump_kinds(self) -> tuple[str, ...]:
        """Return what can be jumped to."""
        kinds = ("inject", "fault", "denied", "decision")
        return (*kinds, "finding") if self.found else kinds

    @property
    def play_speeds(self) -> Sequence[str]:
        """Return the speeds at which it can be played."""
        return tuple(f"{speed:g}" for speed in PLAY_SPEEDS)

    @property
    def words(self) -> ReportWords:
        """Return the words for what stands in the log."""
        return ReportWords(self.run.latest.opening, self.language)

    @property
    def is_now(self) -> bool:
        """Say whether what is shown is the last that is known of the run."""
        return self.scene is self.run.latest

    @property
    def state(self) -> str:
        """Return the state of the run: running, paused, ended or failed."""
        exercise = self.desk.exercise(self.run.name)
        if exercise is not None and exercise.run.progress is not None:
            return exercise.run.progress.phase
        return self.run.state

    @property
    def state_sign(self) -> Markup:
        """Return the sign of that."""
        return state_sign(self.state)

    @property
    def speed(self) -> str:
        """Return how fast it goes, where that is known."""
        exercise = self.desk.exercise(self.run.name)
        return "" if exercise is None or exercise.run.progress is None else f"{exercise.run.progress.speed:g}"

    @property
    def end_ms(self) -> int:
        """Return up to where one can look (ms of exercise time)."""
        return self.run.latest.at_ms

    @property
    def step_ms(self) -> int:
        """Return the step of the slider (ms): a minute, or less for what is short."""
        return SECOND_MS if self.end_ms < HOUR_MS else MINUTE_MS

    def jumps(self, kind: str) -> tuple[int | None, int | None]:
        """Return the moments (ms) of the last thing of a kind before the one looked at, and of the next after it."""
        latest, now = self.run.latest, self.scene.at_ms
        moments = self.found if kind == "finding" else [latest.when_ms(seq) for seq in latest.seqs(kind)]
        before, after = bisect_left(moments, now), bisect_right(moments, now)
        return moments[before - 1] if before else None, moments[after] if after < len(moments) else None

    @staticmethod
    def sign(kind: str) -> Markup:
        """Return the sign of a kind of thing that happens."""
        return sign(HAPPENING[kind], kind)

    @staticmethod
    def sign_of(status: str) -> Markup:
        """Return the sign of a verification status."""
        return sign(VERIFICATION[status], status)

    @staticmethod
    def sign_of_knowing(state: str) -> Markup:
        """Return the sign of what a party holds about a subject."""
        return sign(KNOWING[state], state)

    @staticmethod
    def mark(kind: str) -> Markup:
        """Return the same as a shape in a drawing."""
        return shape(HAPPENING[kind])

    @staticmethod
    def shape(status: str) -> Markup:
        """Return the same as a shape in a drawing."""
        return shape(VERIFICATION[status])

    async def show(self) -> Mapping[str, Any]:
        """Return what the template of the page needs."""
        self.scene = await self.scene_asked() if self.page.looks_back else self.run.latest
        shown = await self.page.show(self)
        return {"visit": self, "words": self.words, "scene": self.scene, **shown}

    async def scene_asked(self) -> Scene:
        """Return the scene at the moment, or after the record, that is asked for."""
        return await self.run.scene_at(self.asks.get("at", ""), self.asks.get("seq", ""))

    @property
    def steps(self) -> Sequence[tuple[str, str, int | None]]:
        """Return the steps by hand from here: name, what is asked, and which record or moment, if there is one."""
        seq = self.scene.seq
        before, after = self.run.moments_beside(self.scene.at_ms)
        return (
            ("moment-before", "at", before),
            ("record-before", "seq", seq - 1 if seq > 0 else None),
            ("record-after", "seq", seq + 1 if seq < self.run.latest.seq else None),
            ("moment-after", "at", after),
        )

    async def stirred(self) -> None:
        """Wait until there may be something new to show."""
        exercise = self.desk.exercise(self.run.name)
        waits = [self.run.following.stirring, *([] if exercise is None else [exercise.stirring])]
        await first(*(asyncio.create_task(each.wait()) for each in waits))


class Rooms:
    """The pages of runs."""

    def __init__(self, runs: Runs, desk: Desk, login: Login, frame: Frame, pages: Sequence[Page]) -> None:
        self._runs = runs
        self._desk = desk
        self._login = login
        self._frame = frame
        self._pages = {page.name: page for page in pages}

    def routes(self) -> list[BaseRoute]:
        """Return the address of the pages."""
        return [Route("/runs/{run}/{page}", self.show)]

    async def enter(self, connection: HTTPConnection) -> Visit | None:
        """Return the visit of who asks for a page; None where there is none for them."""
        account = self._login.account(connection)
        page = self._pages.get(connection.path_params["page"])
        asks = {key: value for key, value in connection.query_params.items() if value}
        if account is None or page is None or not page.admits(account):
            return None
        run = await self._runs.open(connection.path_params["run"])
        if run is None or not await run.is_begun():
            return None
        places = [place.name for place in self._pages.values() if place.admits(account)]
        return Visit(page, run, account, self._frame.language(connection), asks, self._desk, places)

    async def show(self, request: Request) -> Response:
        """Show a page."""
        if self._login.account(request) is None:
            return RedirectResponse("/login", 303)
        visit = await self.enter(request)
        if visit is None:
            return self._frame.page(request, "missing.html.j2", self._login.account(request), status=404)
        shown = await visit.show()
        return self._frame.page(request, visit.page.template, visit.account, told=last_told(request), **shown)
