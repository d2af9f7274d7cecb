"""Two runs side by side, chosen from the first page."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sim.files.problems import InputError
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest
from sim.web.comparing import Beside
from sim.web.frame import Frame
from sim.web.judging import Judging
from sim.web.login import Login
from sim.web.runs import Runs


class ComparePage:
    """Two runs side by side, for who may see all of a run."""

    def __init__(self, runs: Runs, judging: Judging, login: Login, frame: Frame) -> None:
        self._runs = runs
        self._judging = judging
        self._login = login
        self._frame = frame

    async def show(self, request: Request) -> Response:
        """Show what differs, or what is to be chosen."""
        account = self._login.account(request)
        if account is None:
            return RedirectResponse("/login", 303)
        if not account.sees_all:
            return self._frame.page(request, "missing.html.j2", account, status=404)
        over = {name: manifest for name, manifest in self._runs.manifests() if can_be_compared(manifest)}
        one, other = (request.query_params.get(name, "") for name in ("one", "other"))
        found: Beside | None = None
        trouble = ""
        if one in over and other in over:
            heads = tuple(manifest.result.head for manifest in (over[one], over[other]) if manifest.result)
            folders = (self._runs.folder / one, self._runs.folder / other)
            try:
                found = await self._judging.beside(*folders, heads, self._frame.language(request))
            except (InputError, RunLogError) as error:
                trouble = str(error)
        shown: dict[str, Any] = {
            "over": tuple(over),
            "one": one,
            "other": other,
            "found": found,
            "trouble": trouble,
        }
        return self._frame.page(request, "compare.html.j2", account, **shown)


def can_be_compared(manifest: Manifest) -> bool:
    """Say whether a run is over, so that it can be judged."""
    return manifest.status != "running" and manifest.result is not None
