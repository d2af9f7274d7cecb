"""The page of a sweep in a real browser: its policy refuses nothing of it, and who cannot see can read it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from sim.sweep.store import PLAN_NAME, SWEEPS_FOLDER, save
from tests.browser.chromium import needs_browser
from tests.browser.pages import WAIT_MS, Visitor, browsing, served
from tests.unit.sweep.toys import sweep

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_browser, pytest.mark.timeout(900)]

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, str]]:
    """Somebody at a browser, and the address of pages with a sweep."""
    folder = tmp_path_factory.mktemp("served")
    (folder / SWEEPS_FOLDER / "toy").mkdir(parents=True)
    (folder / SWEEPS_FOLDER / "toy" / PLAN_NAME).write_bytes(msgspec.json.encode(sweep(40).plan))
    save(folder / SWEEPS_FOLDER / "toy", sweep(40))
    with (
        browsing() as browser,
        served(folder / "runs", "--sweeps", str(folder / SWEEPS_FOLDER)) as address,
    ):
        visitor = Visitor(browser, "en")
        yield visitor, address
        visitor.leave()


def test_a_sweep_is_found_from_the_first_page_and_read(opened: tuple[Visitor, str]) -> None:
    visitor, address = opened
    page = visitor.page()
    page.goto(address)
    page.get_by_role("link", name="Toy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changes if: Toy")
    expect(page.get_by_text("12 min shorter (median over 40 draws").first).to_be_visible()
    drawn = page.locator("figure img").first
    drawn.scroll_into_view_if_needed()
    assert drawn.evaluate("image => image.naturalWidth") > 0
    assert visitor.trouble == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_its_page_has_no_violation_that_axe_finds(opened: tuple[Visitor, str], language: str) -> None:
    visitor, address = opened
    page = visitor.page()
    page.goto(f"{address}/sweeps/toy?lang={language}")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
