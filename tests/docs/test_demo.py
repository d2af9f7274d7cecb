"""What the README shows of the demo is what it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.demo_page import _printed, excerpt
from tests.docs.pages import ROOT, read


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    shown = next(block.text for block in read(ROOT / "README.md").blocks if block.language == "text")
    assert _timeless(excerpt(_printed(tmp_path))) == _timeless(shown)


def _timeless(text: str) -> str:
    """Return lines without what differs each time: how long it took, and where the run went."""
    text = re.sub(r"in [\d.]+ s\b", "in ... s", text)
    return re.sub(r"(Run: |verify |assess )\S+", r"\1...", text).strip()
