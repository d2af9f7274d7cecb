"""The national overview as a browser shows it, with what came of exercises: nothing runs off the page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sim.core.model.overview import overview_of
from sim.report.overview import overview_page
from tests.browser.test_report_page import BROWSER
from tests.unit.core.model.overviews import COUNTRY, PROFILES, listed
from tests.unit.core.model.registers import held, moment, outcome, point, progress, shown
from tests.unit.report.test_exercise_report import LANGUAGES, LONG

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BROWSER, reason="no chromium on this machine"),
]

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
    # The page itself allows no script; what it looks like is asked of a copy that does.
    asked = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    file = tmp_path / "overview.html"
    file.write_text(asked.replace("</body>", f"{ASKS}</body>"), "utf-8")

    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900", "--virtual-time-budget=10000",
            "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip

    found = re.search(r'data-seen="(\d+) (\d+) (\d+)"', done.stdout)
    assert found, done.stderr[-2000:]
    assert [int(count) for count in found.groups()] == [4, 0, 0]
