"""Blocks of data and of Python: they are what they say they are, and keys and values are those that beeld reads."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from tests.docs.pages import ROOT, Block, pages, read

BLOCKS = [block for path in pages() for block in read(path).blocks]
READERS = {"scenario", "agreement", "register", "observations", "faults"}
"""What a block can be marked to be read as: a file with a schema in docs/schemas. ``lines``: each line by itself."""


BY_PAGE = {"docs/reference/faults.md": "faults"}
"""What reads the blocks of a page that is made from the code."""


def reader(block: Block) -> str | None:
    """Return what reads a block of data: what is marked, or what its page is about."""
    return block.marked("reads as") or BY_PAGE.get(str(block.page.relative_to(ROOT)))


def of(language: str) -> list[Block]:
    """Return the blocks of a language; there are some."""
    found = [block for block in BLOCKS if block.language == language]
    assert found
    return found


def parsed(block: Block) -> list[object]:
    """Return the documents that a block holds.

    Raises:
        ValueError: It is not of its language.
    """
    by_line = block.language == "jsonl" or block.marked("reads as") == "lines"
    texts = block.text.splitlines() if by_line else [block.text]
    return [tomllib.loads(text) if block.language == "toml" else json.loads(text) for text in texts]


@pytest.mark.parametrize("language", ["toml", "json", "jsonl"])
def test_data_is_well_formed(language: str) -> None:
    wrong: list[str] = []
    for block in of(language):
        try:
            assert parsed(block)
        except ValueError as error:
            wrong.append(f"{block.place}: {error}")
    assert wrong == []


def test_every_block_of_toml_says_what_reads_it() -> None:
    assert [block.place for block in of("toml") if reader(block) not in {*READERS, "lines"}] == []


def test_keys_and_values_are_those_that_beeld_reads() -> None:
    read_as = [block for block in BLOCKS if reader(block) in READERS]
    assert {reader(block) for block in read_as} == READERS
    assert [f"{block.place}: {said}" for block in read_as for said in _unread(block)] == []


def test_a_key_that_nobody_reads_is_seen() -> None:
    page = ROOT / "page.md"
    wrong = Block(page, 1, "toml", 'core_tsak = "B"\n', {"reads as": ["agreement"]})
    assert "core_tsak" in next(_unread(wrong))
    right = Block(page, 1, "toml", 'core_task = "B"\n', {"reads as": ["agreement"]})
    assert list(_unread(right)) == []


def _unread(block: Block) -> Iterator[str]:
    """Yield what a schema has against a fragment; what it misses is left out of a fragment."""
    schema = json.loads((ROOT / "docs" / "schemas" / f"{reader(block)}.schema.json").read_text("utf-8"))
    for document in parsed(block):
        yield from (error.message for error in _grave(Draft7Validator(schema).iter_errors(document)))


def _grave(errors: Iterator[ValidationError] | list[ValidationError]) -> Iterator[ValidationError]:
    for error in errors:
        if error.context:
            # Of several shapes one must fit, but for what is missing.
            shapes = {error.schema_path[0] for error in error.context}
            if all(
                any(_grave([one for one in error.context if one.schema_path[0] == shape])) for shape in shapes
            ):
                yield error
        elif error.validator == "additionalProperties" or (
            error.validator != "required" and "..." not in str(error.instance)
        ):
            yield error


def test_python_compiles() -> None:
    wrong: list[str] = []
    for block in of("python"):
        try:
            compile(block.text, block.place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError as error:
            wrong.append(f"{block.place}: {error}")
    assert wrong == []
