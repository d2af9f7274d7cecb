"""The pages as a person has them: served by a process of their own, seen in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import BROWSER

BEELD = Path(sys.executable).with_name("beeld")
WAIT_MS = 90_000
"""Longest wait for something to show: another process works for it, and the machine may be busy."""


@contextmanager
def served(runs: Path, *options: str) -> Iterator[str]:
    """Serve the pages, and give their address, without a slash at its end."""
    command = [str(BEELD), "serve", "--runs", str(runs), "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = ""
            while not told.rstrip().endswith("}"):
                told += server.stdout.readline()
            yield str(json.loads(told)["address"]).rstrip("/")
        finally:
            server.terminate()
            server.wait(60)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Somebody at a browser of their own; what goes wrong in it is kept, and where it asks for things.

    Attributes:
        trouble: Errors of scripts, refusals of the policy of a page, answers that are errors.
        hosts: What was asked.
    """

    def __init__(self, browser: Browser, language: str = "nl") -> None:
        self._context = browser.new_context(
            viewport={"width": 1400, "height": 1000}, locale=language, accept_downloads=True
        )
        self.trouble: list[str] = []
        self.hosts: set[str] = set()

    def page(self) -> Page:
        """Open a page."""
        page = self._context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", self._heard)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or request.url[:40]))
        return page

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.trouble.append(message.text)

    def leave(self) -> None:
        """Close everything."""
        self._context.close()
