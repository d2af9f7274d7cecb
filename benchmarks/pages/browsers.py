"""People at browsers: two who sit for a party, an assessor, and staff who started the exercise."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks.pages.exercise import NAME

WAIT_MS: Final = 120_000
SEATS: Final = ("vr08", "rws-on")
"""Who is sat for: the region that coordinates along the Waal, and the manager of its great rivers."""
_NOTES: Final = """() => {
  const clock = document.getElementById("live-clock");
  const seq = () => Number(clock.querySelector("[data-seq]").dataset.seq);
  window.beeldShown = [[Date.now(), seq()]];
  new MutationObserver(() => requestAnimationFrame(() => {
    const now = seq(), last = window.beeldShown.at(-1);
    if (!last || last[1] !== now) window.beeldShown.push([Date.now(), now]);
  })).observe(clock, { childList: true, subtree: true, characterData: true, attributes: true });
}"""
"""Notes in the page when it has drawn another last record, and which one that is."""
_TAKEN: Final = "() => window.beeldShown.splice(0)"


@dataclass
class Watched:
    """A page that is watched.

    Attributes:
        name: What it is.
        page: In the browser.
        shown: When it changed (ms since 1970), and the last record that it shows since.
        trouble: Errors that its scripts met.
    """

    name: str
    page: Page
    shown: list[tuple[int, int]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin to note what it shows."""
        self.page.evaluate(_NOTES)

    def take(self) -> None:
        """Take over what was noted."""
        self.shown += [(int(at), int(seq)) for at, seq in self.page.evaluate(_TAKEN)]

    def heap_mib(self) -> float:
        """Return what its scripts and elements have in memory, after what nobody refers to was let go."""
        client = self.page.context.new_cdp_session(self.page)
        client.send("HeapProfiler.collectGarbage")
        used = client.send("Runtime.getHeapUsage")["usedSize"]
        client.detach()
        return float(used) / 2**20


@dataclass
class Room:
    """All that goes on: the pages that are watched, the run, and the process that serves it."""

    pages: list[Watched]
    run: Path
    server: int


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve the pages, and give their address and their process."""
    command = [
        str(Path(sys.executable).with_name("beeld")), "serve", "--json", "--port", "0",
        "--runs", str(folder / "runs"), "--scenarios", str(folder / "scenarios"),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = ""
            while not told.rstrip().endswith("}"):
                told += server.stdout.readline()
            yield str(json.loads(told)["address"]).rstrip("/"), server.pid
        finally:
            server.terminate()
            server.wait(60)


@contextmanager
def room(folder: Path, speed: float) -> Iterator[Room]:
    """Start the exercise from its page, take the seats, open the others' pages, and let it go on."""
    with ExitStack() as stack:
        address, server = stack.enter_context(served(folder))
        playwright = stack.enter_context(sync_playwright())
        first, second = (stack.enter_context(_browser(playwright)) for _ in range(2))
        control = _open(first, "exercise control", f"{address}/")
        control.page.locator("#scenario").select_option(NAME)
        control.page.locator("#speed").select_option(f"{speed:g}")
        control.page.locator("form[action='/start'] button").click()
        control.page.wait_for_url("**/control")
        run = control.page.url.split("/runs/")[1].split("/")[0]
        at = f"{address}/runs/{run}"
        pages = [
            _open(first, "first seat", f"{at}/seat?party={SEATS[0]}"),
            _open(second, "second seat", f"{at}/seat?party={SEATS[1]}"),
            _open(first, "assessor", f"{at}/assessor"),
            control,
        ]
        for seat in pages[:2]:
            seat.page.locator("button[value='sit']").click()
            seat.page.locator("button[value='rise']").wait_for()
        for one in pages:
            one.page.locator("[data-connected='yes']").wait_for()
            one.watch()
        control.page.locator("form:has(input[value='resume']) button").click()
        yield Room(pages, folder / "runs" / run, server)


@contextmanager
def _browser(playwright: Playwright) -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
    try:
        yield browser
    finally:
        browser.close()


def _open(browser: Browser, name: str, address: str) -> Watched:
    page = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="nl").new_page()
    page.set_default_timeout(WAIT_MS)
    watched = Watched(name, page)
    page.on("pageerror", lambda error: watched.trouble.append(str(error)))
    page.goto(address)
    return watched
