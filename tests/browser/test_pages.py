"""An exercise from its start to its report in a real browser: by staff, by who sits for a party, by the assessor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sim.files.places import shipped_scenarios
from sim.runlog.verify import verify
from tests.browser.chromium import needs_browser
from tests.browser.pages import WAIT_MS, Visitor, browsing, served

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_browser, pytest.mark.timeout(900)]

expect.set_options(timeout=WAIT_MS)

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SUBJECT = "maas-sint-pieter"


@dataclass
class Exercised:
    """An exercise that staff have started: where it is served, and which run it is."""

    address: str
    run: str
    runs: Path
    visitor: Visitor

    def url(self, page: str, asks: str = "") -> str:
        """Return the address of a page of the run."""
        return f"{self.address}/runs/{self.run}/{page}{asks}"

    def open(self, page: str, asks: str = "") -> Page:
        """Open a page of the run, and wait until it moves."""
        opened = self.visitor.page()
        opened.goto(self.url(page, asks))
        expect(opened.locator("[data-live]")).to_have_attribute("data-connected", "yes")
        return opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture(scope="module")
def exercised(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exercised]:
    """An exercise that was started from the page, and waits at T+0."""
    runs = tmp_path_factory.mktemp("runs")
    visitor = Visitor(browser)
    with served(runs) as address:
        page = visitor.page()
        page.goto(address + "/")
        page.get_by_label("Scenario", exact=True).select_option("limburg-hoogwater")
        page.get_by_label("Toevalsgetal").fill("11")
        page.get_by_label("Snelheid").select_option("60")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Oefenleiding")
        run = page.url.split("/runs/")[1].split("/")[0]
        page.close()
        yield Exercised(address, run, runs, visitor)
        visitor.leave()


def offset_ms(page: Page) -> int:
    """Return the exercise time that a page shows."""
    found = re.search(r"T\+(\d+):(\d\d):(\d\d)", page.locator("#live-clock").inner_text())
    assert found
    hours, minutes, seconds = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def wait_for_hours(page: Page, hours: int) -> None:
    """Wait until a page shows so much exercise time."""
    late = "|".join(str(hour) for hour in range(hours, hours + 40))
    expect(page.locator("#live-clock")).to_contain_text(re.compile(rf"T\+({late}):"), timeout=300_000)


def change_speed(page: Page, speed: str) -> None:
    page.locator("#speed").select_option(speed)
    page.get_by_role("button", name="Snelheid wijzigen").click()
    expect(page.locator("#live-clock")).to_contain_text(re.compile(rf"\b{speed} . de klok"))


def test_an_exercise_from_its_start_to_the_report(exercised: Exercised, tmp_path: Path) -> None:
    """The way of the issue: start, pause, speed up, a fault, a seat, its arrival, the end, the assessor, the PDF."""
    control = exercised.open("control")
    expect(control.locator("#live-clock")).to_contain_text("gepauzeerd")
    control.get_by_role("button", name="Verder", exact=True).click()
    expect(control.get_by_role("button", name="Pauzeren")).to_be_visible()
    change_speed(control, "1000")
    wait_for_hours(control, 18)
    change_speed(control, "60")

    # A fault, thrown in now.
    form = control.locator("#fault-form")
    form.get_by_label("Partij", exact=True).select_option("rws")
    form.get_by_label("Onderwerp", exact=True).select_option(SUBJECT)
    form.get_by_label("In één regel").fill("Een nul te veel in de afvoer")
    form.get_by_label("Naam").fill("discharge")
    form.get_by_label("Waarde").fill("9800")
    form.get_by_label("Eenheid", exact=True).fill("m3/s")
    form.get_by_role("button", name="Fout nu inbrengen").click()
    expect(form.locator("[data-answer]")).to_have_text("Gedaan (live-1).")
    thrown_ms = offset_ms(control)

    # The seat of the water company: it proposes, and the region has it.
    seat = exercised.open("seat", "?party=wml")
    expect(seat.locator("#say-statement")).to_have_count(0)  # a structural partner has no picture of its own
    seat.get_by_role("button", name="Stoel overnemen").click()
    expect(seat.locator("#live-seat")).to_contain_text("Een mens zit in deze stoel")
    expect(control.locator("#party-wml")).to_contain_text("een mens")
    seat.locator("summary", has_text="Voorstellen voor het gedeelde beeld").click()
    proposal = seat.locator("#say-proposal")
    proposal.get_by_label("Onderwerp (kort").fill("pumping-station-roosteren")
    proposal.get_by_label("In één regel").fill("Pompstation Roosteren staat onder water")
    proposal.get_by_role("button", name="Voorstellen").click()
    expect(proposal.locator("[data-answer]")).to_contain_text("Verstuurd (wml-")
    picture = exercised.open("picture", "?party=vr24")
    expect(picture.locator("#live-items")).to_contain_text("Pompstation Roosteren staat onder water")
    for name, page in (("control", control), ("seat", seat)):
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        keep(tmp_path / f"{name}.png", f"page-{name}-nl.png")
    seat.get_by_role("button", name="Teruggeven aan de simulatie").click()
    expect(seat.locator("#live-seat")).to_contain_text("De simulatie speelt deze partij")

    # Some hours on, so that the fault goes round; then a pause, and the end.
    change_speed(control, "1000")
    wait_for_hours(control, 24)
    control.get_by_role("button", name="Pauzeren").click()
    expect(control.locator("#live-clock")).to_contain_text("gepauzeerd")
    control.locator("summary", has_text="Oefening beëindigen").click()
    control.get_by_role("button", name="Nu beëindigen").click()
    expect(control.locator("#live-clock")).to_contain_text("geëindigd")
    assert verify(exercised.runs / exercised.run).ok

    # The assessor goes to the fault: wrong with three parties or more, and right in the truth.
    assessor = exercised.open("assessor", "?at=0")
    assessor.get_by_role("button", name="Naar fout hierna").click()
    expect(assessor.locator("#live-clock")).not_to_contain_text("T+00:00:00")
    entered_ms = offset_ms(assessor)
    assert entered_ms >= thrown_ms - 60_000
    knowledge = exercised.open("knowledge", f"?at={entered_ms}")
    for minutes in (1, 2, 3, 5, 8):  # it is told at once, and put right when its source is asked
        held_ms = entered_ms + minutes * 60_000
        knowledge.goto(exercised.url("knowledge", f"?at={held_ms}"))
        if knowledge.locator("td.wrong").count() >= 3:
            break
    assert knowledge.locator("td.wrong").count() >= 3
    assert "9800" not in knowledge.locator("thead").inner_text()
    assert "9800" in knowledge.locator("td.wrong").first.inner_text()

    # An observation, tied to this moment and a criterion, is in the report.
    assessor.goto(exercised.url("assessor", f"?at={held_ms}"))
    observe = assessor.locator("#observe")
    observe.get_by_label("Oordeel").select_option("met")
    observe.get_by_label("Wat er te zien was").fill("De meetpost werd binnen een kwartier nagebeld")
    about = observe.get_by_label("Criterium").locator("option", has_text="(over de oefening)").first
    observe.get_by_label("Criterium").select_option(about.get_attribute("value"))
    observe.get_by_role("button", name="Observatie toevoegen").click()
    expect(observe.locator("[data-answer]")).to_contain_text("Toegevoegd")
    with assessor.expect_download(timeout=300_000) as download:
        assessor.get_by_role("link", name="PDF").click()
    report = tmp_path / "report.pdf"
    download.value.save_as(report)
    assert report.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        told = subprocess.run(
            ["pdftotext", str(report), "-"], capture_output=True, text=True, check=True
        ).stdout
        assert "nagebeld" in told

    assert exercised.visitor.trouble == []
    assert exercised.visitor.hosts == {"127.0.0.1"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_has_a_violation_that_axe_finds(exercised: Exercised, language: str, tmp_path: Path) -> None:
    """On the exercise that the test before has run."""
    asks = {
        "picture": "&party=vr24",
        "seat": "&party=wml",
        "assessor": "&fault=live-1",
        "knowledge": "&which=all",
    }
    page = exercised.visitor.page()
    addresses = {"start": f"{exercised.address}/?lang={language}&check={shipped_scenarios()[0]}"}
    for name in ("control", "seat", "picture", "knowledge", "assessor"):
        addresses[name] = exercised.url(name, f"?lang={language}{asks.get(name, '')}")
    violations: list[tuple[str, str, list[str]]] = []
    for name, address in addresses.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.locator("html").get_attribute("lang") == language
        violations += [
            (name, one["id"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in Axe().run(page).response["violations"]
        ]
        file = tmp_path / f"{name}-{language}.png"
        page.screenshot(path=file)
        keep(file, f"page-{name}-{language}.png")
    page.close()
    assert violations == []


def test_everything_can_be_done_from_the_keyboard(exercised: Exercised) -> None:
    """All that answers to a click can be reached with the tab key, and the map is moved with arrows."""
    page = exercised.open("picture", "?party=vr24")
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll("[data-set], [data-map-do], [data-ask], summary, form button")]
            .filter((one) => one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert unreachable == []
    area = page.locator("[data-map-keys]")
    layer = page.locator("svg[data-map]").first
    before = layer.get_attribute("viewBox")
    area.focus()
    page.keyboard.press("ArrowRight")
    assert layer.get_attribute("viewBox") != before
    page.keyboard.press("0")
    assert layer.get_attribute("viewBox") == before
    slider = page.locator("#at")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("#live-clock")).to_contain_text("T+00:00:00")
    page.close()


def test_a_page_shows_its_moment_without_scripts_too(exercised: Exercised, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="nl")
    page = context.new_page()
    page.goto(exercised.url("picture", "?party=vr24"))
    assert "Pompstation Roosteren" in page.locator("#live-items").inner_text()
    context.close()


def keep(file: Path, name: str) -> None:
    """Put a picture into docs/ when pictures are made (make page-pictures)."""
    if os.environ.get("BEELD_KEEP_PICTURES"):
        shutil.copy(file, PICTURES / name)
