"""The national overview as a browser shows it, with what came of exercises: nothing runs off the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.model.overview import overview_of
from sim.report.overview import overview_page
from tests.browser.chromium import needs_browser, seen
from tests.unit.core.model.overviews import COUNTRY, PROFILES, listed
from tests.unit.core.model.registers import held, moment, outcome, point, progress, shown
from tests.unit.report.test_exercise_report import LANGUAGES, LONG

pytestmark = [pytest.mark.browser, needs_browser]

ASKS = """<script>addEventListener("load", () => {
  const wide = [...document.querySelectorAll("h1, h2, p, nav, #progress, .stack, .stack td, .stack li")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1);
  const dead = [...document.querySelectorAll("nav a")].filter(each => !document.querySelector(each.hash));
  document.body.dataset.seen = [document.querySelectorAll("nav a").length, wide.length, dead.length].join(" ");
});</script>"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 500])
def test_nothing_runs_off_the_page(tmp_path: Path, language: str, width: int) -> None:
    told = progress(
        exercises=(held(1), held(2)),
        outcomes=(outcome(1), outcome(2)),
        points=(
            point("good"),
            point("bad", minimum=True, by="2026-12-01", obstacle="geen tijd, geen mensen " * 5),
        ),
        shown=(shown("good", 2, "mended"), shown("bad", 2, "not mended")),
        moments=(
            moment("peer-review", "2026-03-01", LONG[:40], who=("Veiligheidsregio Limburg-Noord",) * 3),
            moment("evaluation", "2027-03-01"),
        ),
    )
    page = overview_page(
        overview_of([listed()], PROFILES, COUNTRY, (), [told]), "nl" if language == "nl" else "en"
    )
    assert seen(tmp_path, page, ASKS, width) == [4, 0, 0]
