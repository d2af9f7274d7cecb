"""The report as a browser shows it: nothing runs off the page, pictures are there, and nothing else is loaded."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.report.exercise_report import make_report
from sim.report.report_html import report_html
from tests.unit.report.test_exercise_report import LANGUAGES, material

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BROWSER, reason="no chromium on this machine"),
]

# The page itself allows no script; what it looks like is asked of a copy that does.
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
    asked = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page).replace(
        "</body>", f"{ASKS}</body>"
    )
    file = tmp_path / "report.html"
    file.write_text(asked, "utf-8")

    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900", "--virtual-time-budget=10000",
            "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip

    found = re.search(r'data-seen="(\d+) (\d+) (\d+) (\d+) (\d+) (\d+)"', done.stdout)
    assert found, done.stderr[-2000:]
    pictures, *wrong = (int(count) for count in found.groups())
    assert pictures == 3
    assert wrong == [0, 0, 0, 0, 0]
