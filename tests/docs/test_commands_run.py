"""The commands of every page are run as a reader would, and what they print is held against the page: ``make long``."""

from __future__ import annotations

import shutil
from ctypes.util import find_library
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, Page, pages, parse, read
from tests.docs.stage import WHERE, Said, Stage, wrong_with_ending, wrong_with_output


def runs_something(path: Path) -> bool:
    """Say whether any block of a page is run."""
    return any(block.language == "sh" and not block.marked("not run") for block in read(path).blocks)


WITH_COMMANDS = [path for path in pages() if runs_something(path)]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where runs that pages presume are kept."""
    return tmp_path_factory.mktemp("presumed")


def missing(page: Page) -> set[str]:
    """Return the programs that a page needs and that are not here."""
    needed = {name for block in page.blocks for name in block.marks.get("needs", ())}
    return {name for name in needed if not (_pango() if name == "pango" else shutil.which(name, path=WHERE))}


def _pango() -> bool:
    """Say whether the libraries are here that a PDF is laid out with."""
    return all(find_library(name) for name in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))


def mistakes(page: Page, stage: Stage) -> list[str]:
    """Run a page to its end, but for what needs a program that is not here; return what came out otherwise."""
    found: list[str | None] = []
    said: Said | None = None
    away = missing(page)
    for block in page.blocks:
        if block.language == "sh" and not block.marked("not run"):
            said = None if away.intersection(block.marks.get("needs", ())) else stage.run(block)
            found.append(wrong_with_ending(block, said) if said else None)
        elif block.language == "text" and not block.marked("not output"):
            found.append(wrong_with_output(block, said) if said else None)
    return [one for one in found if one]


@pytest.mark.slow
@pytest.mark.timeout(1800)  # a page of commands is a day's work; each block has a limit of its own
@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_says_what_happens(path: Path, tmp_path: Path, kept: Path) -> None:
    page = read(path)
    wrong = mistakes(page, Stage(tmp_path / "stage", page, kept))
    assert not wrong, "\n\n".join(wrong)
    if away := missing(page):
        pytest.skip(f"all but the blocks that need {', '.join(sorted(away))}, which is not here")


# How it is held: quick --------------------------------------------------------------------------------


def page_of(text: str) -> Page:
    """Return a page that stands nowhere."""
    return parse(ROOT / "page.md", f"<!-- from: an empty directory -->\n\n{text}")


def held(text: str, folder: Path) -> list[str]:
    """Run a page that stands nowhere."""
    page = page_of(text)
    return mistakes(page, Stage(folder / "stage", page, folder / "kept"))


@pytest.mark.parametrize(
    ("shown", "fine"),
    [
        ("one\ntwo 17 s\nthree", True),
        ("one\n[...]", True),
        ("[...]\nthree", True),
        ("one\n[... 1 more line]\nthree", True),
        ("one\ntwo [...] s\nthree", True),
        ("one\nthree", False),
        ("one\ntwo 18 s\nthree", False),
        ("one\ntwo [...] ms\nthree", False),
        ("three\n[...]", False),
        ("one\ntwo 17 s\nthree\n[...]\nfour", False),
    ],
)
def test_output_is_held_line_by_line(shown: str, fine: bool, tmp_path: Path) -> None:
    text = f"```sh\nprintf 'one\\ntwo 17 s  \\nthree\\n'\n```\n\n```text\n{shown}\n```\n"
    assert (held(text, tmp_path) == []) is fine


def test_the_way_goes_on_from_block_to_block(tmp_path: Path) -> None:
    text = "```sh\nmkdir deep && cd deep\n```\n\n```sh\nbasename $(pwd)\n```\n\n```text\ndeep\n```\n"
    assert held(text, tmp_path) == []


def test_a_command_that_fails_is_seen_and_may_be_meant(tmp_path: Path) -> None:
    block = "```sh\nbeeld lint nothing-here\n```\n"

    assert "expected exit code 0, found 2" in held(block, tmp_path / "unmarked")[0]
    assert held(f"<!-- exit: 2 -->\n{block}", tmp_path / "marked") == []
    assert held("```sh\nfalse\ntrue\n```\n", tmp_path / "first") != []


def test_answers_are_typed_in(tmp_path: Path) -> None:
    text = "<!-- answers: yes\nno -->\n```sh\nread one; read other; echo $other $one\n```\n\n```text\nno yes\n```\n"
    assert held(text, tmp_path) == []


def test_at_a_terminal_each_question_is_answered_when_it_is_asked(tmp_path: Path) -> None:
    block = "<!-- typed: anna\nblue -->\n```sh\nread -p 'Name: ' n; test -t 0; read -p 'Colour: ' c; echo $n $c\n```\n"
    assert held(f"{block}\n```text\nName: anna\nColour: blue\nanna blue\n```\n", tmp_path) == []


def test_what_goes_on_is_stopped_when_it_has_said_so(tmp_path: Path) -> None:
    text = "<!-- stop when: ready -->\n```sh\necho ready; exec sleep 100\n```\n\n```text\nready\n```\n"
    assert held(text, tmp_path) == []


def test_what_a_page_presumes_is_made_once_and_is_there(tmp_path: Path) -> None:
    page = page_of(
        "<!-- before: beeld run duinbrand --seed 7 --until T+00:10:00 --broker memory -->\n```sh\nls runs\n```\n"
    )
    first, second = (Stage(tmp_path / name, page, tmp_path / "kept") for name in ("first", "second"))

    assert mistakes(page, first) == []
    made = next((tmp_path / "kept").glob("*/runs/*/run.jsonl"))
    made_at = made.stat().st_mtime_ns
    assert mistakes(page, second) == []
    assert made.stat().st_mtime_ns == made_at
    assert (second.folder / "runs" / "duinbrand-seed7" / "run.jsonl").read_bytes() == made.read_bytes()


def test_a_block_reads_what_is_marked() -> None:
    block: Block = page_of("<!-- exit: 1 -->\n```sh\nfalse\n```\n").blocks[0]
    assert wrong_with_ending(block, Said("", 1)) is None
