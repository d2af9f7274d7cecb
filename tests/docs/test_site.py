"""The site that `make docs` builds: whole, without a warning, and without anything from elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import ROOT, pages

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
"""What a browser fetches by itself, by tag."""


class Seen(HTMLParser):
    """What one page has: ids to go to, what it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one tag."""
        found = {key: value or "" for key, value in attrs}
        self.ids |= {found[key] for key in ("id", "name") if key in found}
        if tag == "a" and "href" in found:
            self.links.add(found["href"])
        if tag in LOADS and LOADS[tag] in found:
            self.loads.add(found[LOADS[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does, elsewhere."""
    folder = tmp_path_factory.mktemp("site")
    command: list[str | Path] = [
        Path(sys.executable).with_name("sphinx-build"),
        "-q",
        "-W",
        "--keep-going",
        "-c",
        "docs/site",
    ]
    done = subprocess.run(
        [*command, "-d", folder / "cache", "-b", "html", ".", folder / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder / "site"


@pytest.fixture(scope="module")
def built(site: Path) -> dict[Path, Seen]:
    """Return every page of the site."""
    return {path.resolve(): Seen(path.read_text("utf-8")) for path in site.rglob("*.html")}


def test_every_page_is_in_it(site: Path) -> None:
    assert [
        path.name for path in pages() if not (site / path.relative_to(ROOT).with_suffix(".html")).is_file()
    ] == []


def test_nothing_is_loaded_from_elsewhere(built: dict[Path, Seen]) -> None:
    found = {address for seen in built.values() for address in seen.loads}
    assert found
    assert [
        address for address in found if urlsplit(address).scheme not in {"", "data"} or address[:2] == "//"
    ] == []


def test_styles_load_nothing_from_elsewhere(site: Path) -> None:
    assert [path.name for path in site.rglob("*.css") if "url(http" in path.read_text("utf-8")] == []


def test_every_link_leads_somewhere(built: dict[Path, Seen]) -> None:
    assert list(_broken(built)) == []


def _broken(built: dict[Path, Seen]) -> Iterator[str]:
    for page, seen in built.items():
        for link in seen.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.exists() or (
                parts.fragment and target in built and unquote(parts.fragment) not in built[target].ids
            ):
                yield f"{page.name}: {link}"


def test_pages_in_dutch_say_so(site: Path) -> None:
    assert '<html class="no-js" lang="nl"' in (site / "docs" / "tutorial.nl.html").read_text("utf-8")
    assert '<html class="no-js" lang="en"' in (site / "docs" / "tutorial.en.html").read_text("utf-8")


def test_diagrams_are_pictures(site: Path) -> None:
    page = (site / "docs" / "architecture.html").read_text("utf-8")
    assert page.count('<img class="diagram"') == (ROOT / "docs/architecture.md").read_text("utf-8").count(
        "```mermaid"
    )
