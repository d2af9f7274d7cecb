"""The application: which address shows what, to whom."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan

from sim.web.accounts import Accounts, load_accounts
from sim.web.desk import Desk
from sim.web.feed import Feed
from sim.web.frame import Frame
from sim.web.judging import Judging
from sim.web.login import Login
from sim.web.offered import Offered
from sim.web.options import ServeOptions
from sim.web.orders import Orders
from sim.web.pages.assessor import AssessorPage
from sim.web.pages.compare import ComparePage
from sim.web.pages.control import ControlPage
from sim.web.pages.knowledge import KnowledgePage
from sim.web.pages.picture import PicturePage
from sim.web.pages.seat import SeatPage
from sim.web.pages.start import StartPage
from sim.web.records import RecordsDesk
from sim.web.rooms import Rooms
from sim.web.runs import Runs
from sim.web.security import Guard
from sim.web.sweeps import Sweeps

_SESSION_S: Final = 12 * 60 * 60
"""How long a login lasts; no exercise day is longer. It also ends when the server does."""
_NAMES_OF_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")


def make_app(options: ServeOptions) -> Starlette:
    """Return the application.

    Raises:
        InputError: The file of accounts, or that of the map, cannot be read or holds a mistake.
    """
    accounts: Accounts | None = None if options.accounts is None else load_accounts(options.accounts)
    frame = Frame(options.language)
    login = Login(accounts, frame)
    runs = Runs(options.runs)
    offered = Offered(options.scenarios)
    desk = Desk(options.runs, offered)
    judging = Judging()
    pages = (
        ControlPage(),
        SeatPage(options.areas),
        PicturePage(options.areas),
        KnowledgePage(),
        AssessorPage(judging),
    )
    rooms = Rooms(runs, desk, login, frame, pages)
    sweeps = Sweeps(options.sweeps, judging, login, frame)
    start = StartPage(runs, desk, login, frame, offered, sweeps)
    records = RecordsDesk(runs, judging, login, frame)
    orders = Orders(runs, desk, login, frame)

    routes: list[BaseRoute] = [
        Route("/", start.show),
        Route("/compare", ComparePage(runs, judging, login, frame).show),
        Route("/sweeps/{sweep}", sweeps.show),
        Route("/sweeps/{sweep}/report.{format}", sweeps.report),
        Route("/start", start.begin, methods=["POST"]),
        Route("/login", login.show),
        Route("/login", login.enter, methods=["POST"]),
        Route("/logout", login.leave, methods=["POST"]),
        Route("/runs/{run}", _to_picture),
        Route("/runs/{run}/orders", orders.take, methods=["POST"]),
        Route("/runs/{run}/report.{format}", records.report),
        Route("/runs/{run}/observations", records.observe, methods=["POST"]),
        *rooms.routes(),
        WebSocketRoute("/live", Feed(start.enter, frame).serve),
        WebSocketRoute("/runs/{run}/{page}/live", Feed(rooms.enter, frame).serve),
        Mount("/static", StaticFiles(directory=_static())),
    ]
    return Starlette(
        routes=routes, lifespan=_until_closed(desk, runs, judging), middleware=_middleware(options)
    )


def _until_closed(desk: Desk, runs: Runs, judging: Judging) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await desk.close()
        await runs.close()
        judging.close()

    return lifespan


def _middleware(options: ServeOptions) -> Sequence[Middleware]:
    names = frozenset(name.lower() for name in (options.host, *options.names, *_NAMES_OF_THIS_MACHINE))
    return (
        Middleware(Guard, names=names),
        Middleware(
            SessionMiddleware,
            secret_key=secrets.token_urlsafe(32),
            session_cookie="beeld-session",
            max_age=_SESSION_S,
            same_site="strict",
            https_only=options.certificate is not None,
        ),
    )


def _static() -> Path:
    return Path(str(files("sim.web").joinpath("static")))


async def _to_picture(request: Request) -> Response:
    return RedirectResponse(f"{request.url.path}/picture", 303)
