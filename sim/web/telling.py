"""What came of what a form asked: told to a script as JSON, and without scripts on the page that is shown next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

_KEY: Final = "told"
_TEXT_MAX: Final = 600
"""What is kept of a text until it is shown: it travels in a cookie."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    done: bool
    text: str


def tell(request: Request, told: Told, status: int, page: str) -> Response:
    """Tell it: as JSON to a script, else by going to a page (an address here), which shows it."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"done": told.done, "text": told.text}, status)
    request.session[_KEY] = [told.done, told.text[:_TEXT_MAX]]
    return RedirectResponse(page, 303)


def last_told(request: Request) -> Told | None:
    """Return what was told last and not shown yet, once."""
    match request.session.pop(_KEY, None):
        case [bool() as done, str() as text]:
            return Told(done, text)
        case _:
            return None


def page_of(run: str, page: str, **asks: str) -> str:
    """Return the address of a page of a run; what is empty is not asked."""
    query = urlencode({name: value for name, value in asks.items() if value})
    return f"/runs/{run}/{page}{'?' if query else ''}{query}"
