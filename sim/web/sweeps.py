"""Sweeps in a folder: which there are that came to their end, and the report on each, in a page and to take along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sim.core.model.text import Language
from sim.files.problems import InputError
from sim.report.blocks import Block
from sim.report.report_html import nested, source_of
from sim.runlog.errors import RunLogError
from sim.sweep.store import RESULT_NAME, load_plan
from sim.web.frame import Frame
from sim.web.judging import Judging
from sim.web.login import Login
from sim.web.records import taken_along, types


@dataclass(frozen=True, slots=True)
class SweepLine:
    """A sweep on the first page."""

    name: str
    title: str
    variants: int
    seeds: int


class Sweeps:
    """The sweeps in a folder, for who may see all of a run."""

    def __init__(self, folder: Path, judging: Judging, login: Login, frame: Frame) -> None:
        self._folder = folder
        self._judging = judging
        self._login = login
        self._frame = frame

    def lines(self, language: Language) -> tuple[SweepLine, ...]:
        """Return the sweeps that have results, by name."""
        return tuple(self._lines(language))

    async def show(self, request: Request) -> Response:
        """Show what a sweep says."""
        account = self._login.account(request)
        if account is None:
            return RedirectResponse("/login", 303)
        folder = self._found(request)
        if folder is None or not account.sees_all:
            return self._frame.page(request, "missing.html.j2", account, status=404)
        try:
            made = await self._judging.sweep(folder, self._frame.language(request))
        except (InputError, RunLogError) as error:
            return self._frame.page(
                request, "sweep.html.j2", account, name=folder.name, report=None, trouble=str(error)
            )
        return self._frame.page(
            request,
            "sweep.html.j2",
            account,
            name=folder.name,
            report=made,
            trouble="",
            forms=tuple(types()),
            kind_of=_kind,
            nested=nested,
            source_of=source_of,
        )

    async def report(self, request: Request) -> Response:
        """Give the report on a sweep in a format."""
        account, form = self._login.account(request), request.path_params["format"]
        if account is None:
            return RedirectResponse("/login", 303)
        folder = self._found(request)
        if folder is None or not account.sees_all or form not in types():
            return self._frame.page(request, "missing.html.j2", account, status=404)
        language = self._frame.language(request)
        try:
            made = await self._judging.sweep_in_format(folder, language, form)
        except (InputError, RunLogError) as error:
            return Response(f"{error}\n", 503, media_type="text/plain")
        return taken_along(made, f"report-{folder.name}.{language}.{form}", form)

    def _found(self, request: Request) -> Path | None:
        """Return the folder of the sweep that an address names; None where there is none with results."""
        name = request.path_params["sweep"]
        return next((one for one in self._folders() if one.name == name), None)

    def _folders(self) -> Iterator[Path]:
        yield from sorted(file.parent for file in self._folder.glob(f"*/{RESULT_NAME}"))

    def _lines(self, language: Language) -> Iterator[SweepLine]:
        for folder in self._folders():
            plan = load_plan(folder)
            if plan is not None:
                title = plan.name.in_language(language)
                yield SweepLine(folder.name, title, len(plan.variants), len(plan.seeds))


def _kind(block: Block) -> str:
    return type(block).__name__
