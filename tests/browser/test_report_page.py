"""The report as a browser shows it: nothing runs off the page, pictures are there, and nothing else is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report.exercise.report import make_report
from sim.report.report_html import report_html
from tests.browser.chromium import needs_browser, seen
from tests.unit.report.test_exercise_report import LANGUAGES, material

pytestmark = [pytest.mark.browser, needs_browser]

ASKS = """<script>addEventListener("load", () => {
  const wide = [...document.querySelectorAll("main > section, main > nav, h1, h2, p, figure, .scroll")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1);
  const blank = [...document.images].filter(each => !each.complete || each.naturalWidth === 0);
  const dead = [...document.querySelectorAll("nav a")].filter(each => !document.querySelector(each.hash));
  const loaded = performance.getEntriesByType("resource").filter(each => !each.name.startsWith("data:"));
  document.body.dataset.seen = [document.images.length, wide.length, blank.length, dead.length, loaded.length,
    document.documentElement.scrollWidth > innerWidth + 1 ? 1 : 0].join(" ");
});</script>"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 500])
def test_nothing_runs_off_the_page(tmp_path: Path, language: str, width: int) -> None:
    page = report_html(make_report(material(), "nl" if language == "nl" else "en"))

    pictures, *wrong = seen(tmp_path, page, ASKS, width)

    assert pictures == 3
    assert wrong == [0, 0, 0, 0, 0]
