"""What keeps others out of the pages: whose requests are taken, and what a page may load.

Pages listen at this machine only unless told otherwise. Even there another page in the same browser could send
requests to them, or have a name of its own resolve to this machine; so who asks is checked for each (docs/security.md).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may do: nothing but load scripts, styles and pictures from here, and speak with here."""

REPORT_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
)
"""What a report may do, which has its style within it: show itself."""

FORM_BYTES_MAX: Final = 256 * 1024
"""The longest form that is read, also of who has not logged in yet."""

_HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_ASKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Refuses what comes from elsewhere, and says in every answer what a page may do.

    Args:
        app: What answers.
        names: Names and addresses under which browsers may ask, without port.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if host_in(headers.get("host", "")) not in self._names or not self._is_own(scope, headers):
            await _refuse(scope, receive, _with_headers(send))
            return
        if scope["type"] == "http" and not _is_small(headers):
            said = PlainTextResponse(
                f"expected a form of at most {FORM_BYTES_MAX} bytes, of a length that is told\n", 413
            )
            await said(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))

    def _is_own(self, scope: Scope, headers: Headers) -> bool:
        """Say whether what changes something, or stays open, was asked by a page of ours."""
        origin = headers.get("origin")
        if scope["type"] == "http" and scope["method"] in _ASKING:
            return True
        if origin is None:  # no browser: a program that has no page open, and so no cookie of anybody
            return headers.get("sec-fetch-site") in (None, "same-origin", "none")
        try:
            return urlsplit(origin).netloc == headers.get("host")
        except ValueError:
            return False


def host_in(netloc: str) -> str:
    """Return the name or address in ``HOST[:PORT]``, in lower case, an IPv6 address without brackets."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _is_small(headers: Headers) -> bool:
    """Say whether a request has no body, or one that is told to be no longer than a form of ours."""
    told = headers.get("content-length", "0")
    return "transfer-encoding" not in headers and told.isdecimal() and int(told[:20]) <= FORM_BYTES_MAX


def _with_headers(send: Send) -> Send:
    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers.setdefault("Cache-Control", "no-store")
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse("this request was not made by a page of beeld\n", 403)(scope, receive, send)
