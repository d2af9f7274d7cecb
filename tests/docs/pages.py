"""The pages of the documentation, read as Markdown: their blocks, what is marked on them, and code within sentences.

A mark is an HTML comment on a line of its own before a block, which no reader sees: ``<!-- not run: needs root -->``.
Which there are stands in :data:`MARKS`; ``CONTRIBUTING.md`` tells writers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]

MARKS = {
    "not run": "why a block of commands is not run; see `reasons.py`",
    "before": "a command that is run first, unseen",
    "answers": "what comes in on standard input, a line each",
    "typed": "what is typed at a terminal, an answer a line, each when it is asked for",
    "needs": "a program, or `pango`, without which the block is passed over, and its page with it is skipped",
    "exit": "the exit code of the block, where it is not 0",
    "stop when": "the block goes on until it is stopped: which is done when it has printed this",
    "open": "what a reader opens in a browser while that goes on; it must be there",
    "not output": "why a `text` block is not held against what its commands print",
    "reads as": "what reads a TOML or JSON block: see `test_fragments.py`",
    "from": "`an empty directory`: the commands of the page are not run in a checkout",
    "locale": "the locale of who reads this page",
}
"""What can be marked. ``from`` and ``locale`` are of a whole page, the others of the next block."""

OF_A_PAGE = {"from", "locale"}

_MARK = re.compile(r"<!-- (?P<key>[a-z ]+): (?P<value>.*?) -->", re.DOTALL)
_BLOCK_STARTS = {"paragraph_open", "heading_open", "fence", "code_block", "table_open"}


@dataclass(frozen=True)
class Block:
    """A fenced block: where its fence stands, its language, what is in it, and what is marked on it."""

    page: Path
    line: int
    language: str
    text: str
    marks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Return where it stands, as ``docs/page.md:12``."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def marked(self, key: str) -> str | None:
        """Return what a mark says, or nothing."""
        return next(iter(self.marks.get(key, ())), None)


@dataclass(frozen=True)
class Page:
    """A page: its blocks in order, the code within its sentences, and what is marked on it as a whole."""

    path: Path
    blocks: tuple[Block, ...]
    inline: tuple[tuple[int, str], ...]
    marks: dict[str, str]

    @property
    def name(self) -> str:
        """Return its path from the root."""
        return str(self.path.relative_to(ROOT))


def pages() -> list[Path]:
    """Return every page that people read, README first."""
    patterns = (
        "README.md",
        "CONTRIBUTING.md",
        "docs/**/*.md",
        "scenarios/**/*.md",
        "examples/*.md",
        "brokers/**/*.md",
    )
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


@cache
def read(path: Path) -> Page:
    """Read a page."""
    return parse(path, path.read_text(encoding="utf-8"))


def parse(path: Path, text: str) -> Page:
    """Read the text of a page that stands, or would stand, at a path."""
    blocks: list[Block] = []
    inline: list[tuple[int, str]] = []
    of_page: dict[str, str] = {}
    waiting: dict[str, list[str]] = {}
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        line = (token.map or [0])[0] + 1
        if token.type == "html_block":
            for found in _MARK.finditer(token.content):
                if found["key"] in OF_A_PAGE:
                    of_page[found["key"]] = found["value"]
                else:
                    waiting.setdefault(found["key"], []).append(found["value"])
        elif token.type == "inline":
            inline += ((line, code) for code in _code_in(token))
        if token.type == "fence":
            blocks.append(Block(path, line, token.info.strip(), token.content, waiting))
        if token.type in _BLOCK_STARTS:
            waiting = {}
    return Page(path, tuple(blocks), tuple(inline), of_page)


def _code_in(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type == "code_inline":
            yield " ".join(child.content.split())
