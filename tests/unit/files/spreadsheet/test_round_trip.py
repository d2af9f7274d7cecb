"""A script that goes out as a spreadsheet and comes back says the same, whatever its injects are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.model.cue import (
    AnyCue,
    Decide,
    Level,
    SendAlarm,
    SendAlert,
    TryRead,
)
from sim.core.model.text import Language, Text
from sim.core.model.time import parse_time
from sim.core.world.injects import Inject
from sim.files.problems import Problems, Where
from sim.files.shapes import InjectEntry
from sim.files.spreadsheet.book import Book, _writable
from sim.files.spreadsheet.csv_file import csv_file
from sim.files.spreadsheet.grids import read_grids
from sim.files.spreadsheet.ods import ods
from sim.files.spreadsheet.rows import row_of
from sim.files.spreadsheet.script import read_script
from sim.files.spreadsheet.xlsx import xlsx
from sim.files.tables import read_table

START = datetime.fromisoformat("2021-07-12T08:00:00+02:00")
WRITERS: dict[str, Callable[[Book], bytes]] = {"xlsx": xlsx, "ods": ods, "csv": csv_file}

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
WORDS = st.text(LETTERS | st.sampled_from("\n\t =+@'\"_x;,0"), min_size=1, max_size=24).filter(str.strip)
TEXTS = st.builds(Text, nl=WORDS, en=WORDS) | st.just(Text("", ""))
IDS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(
    lambda name: name not in ("voorbeeld", "example")
)
SEVERAL = st.lists(IDS, min_size=1, max_size=3).map(tuple)
FILTERS = st.lists(st.sampled_from(("activity/+/shared/#", "#", "risk/vr24/+/a, b;c/+")), max_size=3).map(
    tuple
)
FIELDS: dict[Any, dict[str, st.SearchStrategy[Any]]] = {
    SendAlert: {"parties": SEVERAL},
    SendAlarm: {"parties": SEVERAL},
    Decide: {"subjects": st.lists(IDS, max_size=3).map(tuple)},
    TryRead: {"filters": FILTERS},
    Level: {"level": WORDS},  # one without a name is none
}


def cues() -> st.SearchStrategy[AnyCue]:
    return st.one_of(*(st.builds(kind, **fields_of(kind)) for kind in get_args(AnyCue)))


def fields_of(kind: Any) -> dict[str, st.SearchStrategy[Any]]:
    usual = {
        "text": TEXTS,
        "grip": st.integers(0, 5),
    }
    return {
        field.name: FIELDS.get(kind, {}).get(field.name, usual.get(field.name, IDS))
        for field in msgspec.structs.fields(kind)
    }


INJECTS = st.builds(
    Inject,
    id=IDS,
    at_ms=st.integers(0, 10**10) | st.integers(0, 10**6).map(lambda seconds: seconds * 1000),
    to=IDS,
    cue=cues(),
    title=TEXTS,
    source=st.sampled_from(("exercise", "A", "A, C")),
)


def came_back(path: Path, book: Book, form: str) -> tuple[list[Inject], list[str]]:
    """Return what a book says once it has been written and read, and what was reported then."""
    path = path.with_suffix(f".{form}")
    path.write_bytes(WRITERS[form](book))
    problems = Problems()
    where = Where(problems, path.name)
    grids = read_grids(path, where)
    assert grids is not None, problems.found
    injects = []
    for line in read_script(grids, START, where):
        entry = read_table(InjectEntry, line.entry, where)
        assert entry is not None, (problems.found, line.entry)
        told = {name: getattr(entry, name) for name in ("id", "to", "cue", "title", "source")}
        injects.append(Inject(at_ms=parse_time(entry.at, START), **told))
    return injects, [problem.message for problem in problems.errors]


@pytest.mark.parametrize("form", list(WRITERS))
@given(injects=st.lists(INJECTS, max_size=4), language=st.sampled_from(("nl", "en")))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_round_trip_changes_nothing(
    tmp_path: Path, form: str, injects: list[Inject], language: Language
) -> None:
    rows = tuple(row_of(inject, START, language) for inject in injects)
    book = Book(language, rows, (), {})
    found, problems = came_back(tmp_path / "script", book, form)
    assert problems == []
    assert found == injects


@pytest.mark.parametrize("form", list(WRITERS))
def test_what_looks_like_something_else_stays_words(tmp_path: Path, form: str) -> None:
    words = (
        "=1+1", "+31", "-x", "@a", "#N/A", "TRUE", "1e5", "00:30", "2021-07-14", " in front", "behind ", "a\n",
        "\tindented", "'quoted", "_x0041_", "a  b", 'a;b,c"d', "a\u2028b", "\ufeff", "007", "1.0",
    )  # fmt: skip
    injects = [
        Inject(
            id=f"i-{number}", at_ms=0, to="vr24", cue=Level(activity="a", level=word), title=Text(word, word)
        )
        for number, word in enumerate(words)
    ]
    book = Book("nl", tuple(row_of(inject, START, "nl") for inject in injects), (), {})
    found, problems = came_back(tmp_path / "script", book, form)
    assert problems == []
    assert [inject.title.nl for inject in found] == list(words)
    assert found == injects


@pytest.mark.parametrize("form", list(WRITERS))
def test_the_same_script_gives_the_same_bytes(form: str) -> None:
    inject = Inject(id="i", at_ms=1, to="vr24", cue=Level(activity="a", level="x"), title=Text("a", "b"))
    book = Book("nl", (row_of(inject, START, "nl"),), (("uitleg",),), {"to": ("vr24",)})
    assert WRITERS[form](book) == WRITERS[form](book)


@pytest.mark.parametrize("form", list(WRITERS))
def test_what_a_cell_cannot_hold_is_replaced_and_counted(tmp_path: Path, form: str) -> None:
    title = Text("a\x00b\rc", "y" * 40_000)
    inject = Inject(id="i", at_ms=0, to="vr24", cue=Level(activity="a", level="x"), title=title)
    left_out: Counter[str] = Counter()
    row = _writable(row_of(inject, START, "en"), left_out)
    assert +left_out == Counter({"unwritable": 1, "cut-cell": 1})
    (found,), problems = came_back(tmp_path / "script", Book("en", (row,), (), {}), form)
    assert problems == []
    assert found.title == Text("a\ufffdb\ufffdc", "y" * 32_767)
