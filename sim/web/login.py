"""Logging in, where the pages can be reached from other machines."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from sim.web.accounts import LOCAL, PASSWORD_CHARACTERS_MAX, Account, Accounts
from sim.web.frame import Frame

_KEY: Final = "account"
_FAILURES_MAX: Final = 20
_WITHIN_S: Final = 60.0


class Login:
    """Knows who asks.

    Args:
        accounts: Who may log in; None lets everybody in, as staff.
        frame: In which pages are shown.
    """

    def __init__(self, accounts: Accounts | None, frame: Frame) -> None:
        self._accounts = accounts
        self._frame = frame
        self._failures: deque[float] = deque(maxlen=_FAILURES_MAX)

    @property
    def is_asked(self) -> bool:
        """Say whether anybody must log in."""
        return self._accounts is not None

    def account(self, connection: HTTPConnection) -> Account | None:
        """Return who asks; None for who has yet to log in, or whose account is no more."""
        if self._accounts is None:
            return LOCAL
        return self._accounts.named(str(connection.session.get(_KEY, "")))

    async def show(self, request: Request) -> Response:
        """Show the form."""
        if self.account(request) is not None:
            return RedirectResponse("/", 303)
        return self._frame.page(request, "login.html.j2", None, refused=False)

    async def enter(self, request: Request) -> Response:
        """Let somebody in, or show the form again. After many failures nobody is let in for a while."""
        if self._accounts is None:
            return RedirectResponse("/", 303)
        form = await request.form(max_files=0, max_fields=8)
        name, password = str(form.get("name", "")), str(form.get("password", ""))[:PASSWORD_CHARACTERS_MAX]
        account = None
        if not self._is_pressed():
            account = await asyncio.to_thread(self._accounts.check, name, password)
        if account is None:
            self._failures.append(asyncio.get_running_loop().time())
            return self._frame.page(request, "login.html.j2", None, status=403, refused=True)
        request.session.clear()
        request.session[_KEY] = account.name
        return RedirectResponse("/", 303)

    async def leave(self, request: Request) -> Response:
        """Log out."""
        request.session.clear()
        return RedirectResponse("/login", 303)

    def _is_pressed(self) -> bool:
        """Say whether so many attempts failed of late that no more are looked at."""
        if len(self._failures) < _FAILURES_MAX:
            return False
        return asyncio.get_running_loop().time() - self._failures[0] < _WITHIN_S
