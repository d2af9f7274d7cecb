"""What an assessor takes along and adds: the report in its formats, and observations."""

from __future__ import annotations

import asyncio
import os
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sim.core.model.time import format_offset
from sim.files.criteria import load_criteria
from sim.files.observations import load_observations
from sim.files.problems import InputError
from sim.report.exercise.gathering import observed
from sim.runlog.errors import RunLogError
from sim.web.frame import Frame, speaker
from sim.web.judging import OBSERVATIONS_NAME, Judging
from sim.web.login import Login
from sim.web.options import Role
from sim.web.runs import OpenRun, Runs
from sim.web.security import REPORT_POLICY

_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_OWNER_ONLY: Final = 0o600


def types() -> tuple[str, ...]:
    """Return the formats in which a report can be taken along."""
    return tuple(_TYPES)


def taken_along(made: bytes, name: str, form: str) -> Response:
    """Return a report as a file to keep, which runs nothing should somebody open it here."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": REPORT_POLICY,
    }
    return Response(made, media_type=_TYPES[form], headers=headers)


class RecordsDesk:
    """Gives reports out, and takes observations in."""

    def __init__(self, runs: Runs, judging: Judging, login: Login, frame: Frame) -> None:
        self._runs = runs
        self._judging = judging
        self._login = login
        self._frame = frame
        self._writing = asyncio.Lock()

    async def report(self, request: Request) -> Response:
        """Give the report on a run, with the observations that were added to it."""
        account, form = self._login.account(request), request.path_params["format"]
        if account is None:
            return RedirectResponse("/login", 303)
        run = await self._runs.open(request.path_params["run"])
        if not account.observes or run is None or form not in _TYPES or run.goes_on or not run.head:
            return self._frame.page(request, "missing.html.j2", account, status=404)
        language = self._frame.language(request)
        try:
            made = await self._judging.report(run.folder, run.head, language, form)
        except (InputError, RunLogError) as error:
            return Response(f"{error}\n", 503, media_type="text/plain")
        return taken_along(made, f"report-{run.name}.{language}.{form}", form)

    async def observe(self, request: Request) -> Response:
        """Add an observation to a run, tied to a moment and a criterion."""
        account = self._login.account(request)
        tell = speaker(self._frame.language(request))
        run = await self._runs.open(request.path_params["run"])
        if account is None or not account.observes or run is None or not await run.is_read():
            return JSONResponse({"done": False, "text": tell("order-not-yours")}, 403)
        form = await request.form(max_files=0, max_fields=16)
        line = {
            key: text
            for key in ("criterion", "party", "rating", "text")
            if (text := str(form.get(key, "")).strip())
        }
        moment = str(form.get("at", ""))
        line["at"] = format_offset(int(moment)) if moment.isdecimal() and len(moment) < 15 else moment
        line["role"] = "assessor" if account.role is Role.ASSESSOR else "exercise staff"
        try:
            async with self._writing:
                await asyncio.to_thread(_add, run, line)
        except InputError as error:
            return JSONResponse({"done": False, "text": tell("order-refused", why=str(error.errors[0]))}, 422)
        if "application/json" not in request.headers.get("accept", ""):
            return RedirectResponse(f"/runs/{run.name}/assessor", 303)
        return JSONResponse({"done": True, "text": tell("observation-added")})


def _add(run: OpenRun, line: dict[str, str]) -> None:
    """Add a line to the observations of a run, after having read it as it will be read.

    Raises:
        InputError: The line, or one that stands there already, holds a mistake; nothing is written then.
    """
    file = run.folder / OBSERVATIONS_NAME
    before = file.read_bytes() if file.exists() else b""
    added = msgspec.json.encode(line) + b"\n"
    tried = file.with_name(f".{OBSERVATIONS_NAME}.tried")
    scene = run.latest
    try:
        tried.write_bytes(before + added)
        load_observations(tried, observed(scene.opening, scene.at_ms, load_criteria(None).criteria))
    finally:
        tried.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
    with os.fdopen(descriptor, "ab") as opened:
        opened.write(added)
