"""A page as chromium shows it: what a script finds in it, run in a copy of the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

needs_browser = pytest.mark.skipif(not BROWSER, reason="no chromium on this machine")


def seen(folder: Path, page: str, asks: str, width: int) -> list[int]:
    """Return the numbers that a script leaves in ``data-seen`` of the page's body, in a window of so many pixels."""
    # The page itself allows no script; what it looks like is asked of a copy that does.
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    file = folder / "page.html"
    file.write_text(open_page.replace("</body>", f"{asks}</body>"), "utf-8")
    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--virtual-time-budget=10000",
            "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    found = re.search(r'data-seen="([\d ]+)"', done.stdout)
    assert found, done.stderr[-2000:]
    return [int(count) for count in found[1].split()]
