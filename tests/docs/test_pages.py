"""Every block and every command of the documentation is run by a test, or says why not: quick checks of all pages."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.docs.pages import MARKS, OF_A_PAGE, ROOT, Block, pages, parse, read
from tests.docs.reasons import wrong_with
from tests.docs.shell import commands, wrong_with_command, wrong_with_mention

LANGUAGES = {"sh", "console", "text", "python", "json", "jsonl", "toml", "mermaid"}
COMMANDS = {"beeld", "make", "pip", "pipx", "uv", "python", "apt-get", "docker", "systemctl"}


def all_blocks() -> list[Block]:
    """Return every block of every page."""
    return [block for path in pages() for block in read(path).blocks]


def test_there_are_pages_blocks_and_commands() -> None:
    assert len(pages()) > 30
    assert len([block for block in all_blocks() if block.language == "sh"]) > 30


def test_every_block_says_what_it_is() -> None:
    assert [block.place for block in all_blocks() if block.language not in LANGUAGES] == []


def test_every_mark_is_known() -> None:
    assert [(one.place, mark) for one in all_blocks() for mark in one.marks if mark not in MARKS] == []
    assert [page.name for path in pages() if not set((page := read(path)).marks) <= OF_A_PAGE] == []


def test_what_is_not_run_says_why() -> None:
    found = [
        f"{block.place}: {wrong}"
        for block in all_blocks()
        for reason in block.marks.get("not run", ())
        if (wrong := wrong_with(reason))
    ]
    assert found == []


def test_the_command_line_takes_every_command() -> None:
    found = [
        f"{block.place}: {' '.join(words)}: {wrong}"
        for block in all_blocks()
        if block.language == "sh"
        for words in commands(block.text)
        if words[0] == "beeld" and (wrong := wrong_with_command(words))
    ]
    assert found == []


def test_commands_as_they_are_called_exist() -> None:
    found = [
        f"{block.place}: {line}: {wrong}"
        for block in all_blocks()
        if block.language == "console"
        for line in block.text.splitlines()
        if (wrong := wrong_with_mention(line))
    ]
    assert found == []


def test_commands_in_sentences_exist() -> None:
    found = [
        f"{page.name}:{line}: `{code}`: {wrong}"
        for page in map(read, pages())
        for line, code in page.inline
        if code.startswith("beeld ") and (wrong := wrong_with_mention(code))
    ]
    assert found == []


def test_what_is_shown_as_text_is_output_of_commands_that_are_run_or_says_why_not() -> None:
    found = [
        f"{block.place}: no block of commands that are run stands before it"
        for path in pages()
        for before, block in pairwise((None, *read(path).blocks))
        if block is not None and block.language == "text" and not block.marked("not output")
        if before is None or before.language != "sh" or before.marked("not run")
    ]
    assert found == []


def test_commands_stand_in_blocks_of_commands() -> None:
    found = [
        block.place
        for block in all_blocks()
        if block.language == "text" and not block.marked("not output")
        for line in block.text.splitlines()
        if len(words := line.removeprefix("$ ").split()) > 1 and words[0] in COMMANDS
    ]
    assert found == []


# How pages are read -----------------------------------------------------------------------------------

PAGE = """<!-- from: an empty directory -->
# A page

Say `beeld run SCENARIO --seed N`.

<!-- not run: needs root -->
```sh
apt-get install mosquitto
```

<!-- before: beeld lint mine -->
Something between.

```sh
beeld run mine --seed 7 | head -3 && \\
  beeld verify runs/mine > said.txt   # a comment
```
"""


def test_marks_belong_to_the_next_block_only() -> None:
    page = parse(ROOT / "page.md", PAGE)

    assert page.marks == {"from": "an empty directory"}
    assert [block.marks for block in page.blocks] == [{"not run": ["needs root"]}, {}]
    assert page.inline == ((4, "beeld run SCENARIO --seed N"),)
    assert page.blocks[0].place == "page.md:7"


def test_commands_are_found_behind_each_other() -> None:
    block = parse(ROOT / "page.md", PAGE).blocks[1]

    assert list(commands(block.text)) == [
        ["beeld", "run", "mine", "--seed", "7"],
        ["head", "-3"],
        ["beeld", "verify", "runs/mine"],
    ]


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("beeld run mine --seed 7", False),
        ("beeld run mine --seed seven", True),
        ("beeld run mine --sed 7", True),
        ("beeld run", True),
        ("beeld rnu mine", True),
    ],
)
def test_a_command_that_beeld_does_not_take_is_seen(command: str, wrong: bool) -> None:
    assert bool(wrong_with_command(command.split())) is wrong


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("beeld run SCENARIO", None),
        ("beeld trace RUN [FAULT]", None),
        ("beeld broker up", None),
        ("beeld report --without-names", None),
        ("beeld report --without-faces", "beeld report has no option --without-faces"),
        ("beeld whatever", "beeld has no command 'whatever'"),
    ],
)
def test_a_mention_of_what_does_not_exist_is_seen(code: str, wrong: str | None) -> None:
    assert wrong_with_mention(code) == wrong


@pytest.mark.parametrize(
    ("reason", "fine"),
    [
        ("needs root", True),
        ("run by make bench", True),
        ("run by make nothing", False),
        ("run by tests/docs/test_pages.py", True),
        ("run by tests/docs/test_nothing.py", False),
        ("run by tests/docs/test_pages.py::test_every_mark_is_known", True),
        ("it is late", False),
    ],
)
def test_a_reason_must_be_known(reason: str, fine: bool) -> None:
    assert (wrong_with(reason) is None) is fine
