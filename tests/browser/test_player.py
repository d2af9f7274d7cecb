"""A run that its page plays by itself, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sim.files.scenario.loading import load_scenario
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace
from tests.browser.chromium import needs_browser
from tests.browser.pages import WAIT_MS, Visitor, browsing, served

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_browser, pytest.mark.timeout(900)]

expect.set_options(timeout=WAIT_MS)

OTHER = "beekdal-other"
BEEKDAL = Path(__file__).parents[1] / "golden" / "beekdal"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, str]]:
    """Somebody at a browser, and the address of the pages of a run that is over."""
    runs = tmp_path_factory.mktemp("runs")
    for seed, name in ((7, "beekdal"), (8, OTHER)):
        how = RunOptions(seed=seed, broker="memory", pace=Pace(None), folder=runs / name)
        assert run_exercise(load_scenario(BEEKDAL), how).outcome == "completed"
    with browsing() as browser, served(runs) as address:
        visitor = Visitor(browser, "en")
        yield visitor, f"{address}/runs/beekdal"
        visitor.leave()


def at(page: Page, what: str = "at") -> int:
    """Return the moment (ms) that a page shows, or the number of its last record (``seq``)."""
    return int(page.locator("#live-clock [data-at]").get_attribute(f"data-{what}") or -1)


def wait_until_not(page: Page, what: str, figure: int) -> None:
    expect(page.locator("#live-clock [data-at]")).not_to_have_attribute(f"data-{what}", str(figure))


def test_a_run_plays_by_itself_is_paused_and_stepped_from_the_keyboard(opened: tuple[Visitor, str]) -> None:
    visitor, address = opened
    page = visitor.page()
    page.goto(f"{address}/assessor?at=0")
    expect(page.locator("[data-live]")).to_have_attribute("data-connected", "yes")
    player = page.locator("[data-player]")
    expect(player).to_be_visible()
    player.focus()
    for _ in range(20):
        page.keyboard.press("+")
    expect(page.locator("#player-speed")).to_have_value("1000")
    page.keyboard.press("Space")
    expect(player).to_have_attribute("data-playing", "yes")
    expect(page.locator("[data-drift]")).to_have_attribute("data-moments", re.compile(r"\d\d"))
    expect(page.locator("[data-drift]")).to_contain_text(re.compile(r"drift -?\d+\.\d s"))
    page.keyboard.press("Space")
    expect(player).to_have_attribute("data-playing", "no")
    expect(page).to_have_url(re.compile(r"at=\d+"))
    played_ms = at(page)
    assert played_ms > 0

    # By record and by moment, on and back.
    for key, what, sign in (
        (".", "seq", 1),
        ("ArrowLeft", "seq", -1),
        ("ArrowDown", "at", 1),
        ("ArrowUp", "at", -1),
    ):
        before = at(page, what)
        page.keyboard.press(key)
        wait_until_not(page, what, before)
        moved = (at(page, what) - before) * sign
        assert moved == 1 if what == "seq" else moved > 0
    # A jump, with the keys of `beeld replay`.
    page.goto(f"{address}/assessor?at=0")
    expect(page.locator("[data-live]")).to_have_attribute("data-connected", "yes")
    page.locator("[data-player]").focus()
    asked = page.locator('[data-jump="inject-after"]').get_attribute("data-set")
    page.keyboard.press("i")
    expect(page.locator("#live-clock [data-at]")).to_have_attribute("data-at", str(asked).split("=")[1])
    # To its end: there it stands still.
    page.locator("#player-speed").select_option("1000")
    page.locator("#at").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.locator("[data-play]").click()
    expect(page.locator("[data-player]")).to_have_attribute("data-playing", "no")
    assert at(page) == at(page, "end")
    assert visitor.trouble == []
    page.close()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["assessor", "picture", "knowledge", "start", "compare"])
def test_a_page_of_what_is_over_has_no_violation_that_axe_finds(
    opened: tuple[Visitor, str], name: str, language: str
) -> None:
    visitor, address = opened
    page = visitor.page()
    root, run = address.split("/runs/")
    asked = {"start": f"{root}/?x=", "compare": f"{root}/compare?one={run}&other={OTHER}"}
    page.goto(f"{asked.get(name, f'{address}/{name}?at=600000')}&lang={language}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if name in asked:
        expect(page.locator("table").first).to_be_visible()
    else:
        expect(page.locator("[data-player]")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
    page.close()
