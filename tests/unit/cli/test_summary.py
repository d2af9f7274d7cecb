"""The tables after a run say what the log says, each figure under its own heading, in both languages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console

from sim.cli.output import Speaker
from sim.cli.summary import print_summary
from sim.core.model.text import Language
from sim.replay.tally import tally
from sim.runlog.reader import read
from sim.words import word
from tests.played import Played

WIDE = 400


@pytest.fixture(scope="module")
def run(played: Played) -> Path:
    return played("limburg-hoogwater").folder


def printed(run: Path, language: Language) -> list[str]:
    screen = Console(file=io.StringIO(), width=WIDE, highlight=False)
    print_summary(run, screen, Speaker(language))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


def row_under(lines: list[str], heading: str, first: str) -> dict[str, str]:
    """Return the cells of the row that begins with ``first``, by the words of the heading above them."""
    head = next(line for line in lines if line.split()[:1] == [heading])
    row = next(line for line in lines[lines.index(head) :] if line.split()[:1] == [first])
    starts = [
        at for at in range(len(head)) if head[at] != " " and (at == 0 or head[at - 2 : at] in ("  ", " "))
    ]
    ends = [*starts[1:], len(row)]
    return {head[start:end].strip(): row[start:end].strip() for start, end in zip(starts, ends, strict=True)}


@pytest.mark.parametrize("language", get_args(Language))
def test_each_count_stands_under_its_own_heading(run: Path, language: Language) -> None:
    counted = tally(read(run))
    lines = printed(run, language)
    made = [line for line in lines if line.split()[:1] == ["vr24"]]

    # Right-aligned figures: the last two of a row are what was read and what was denied.
    for party, known in counted.parties.items():
        (row,) = [line for line in lines if line.split()[:1] == [party]][:1]
        name, profile = known.party.name, known.party.profile_name
        assert name.in_language(language) in row
        assert profile.in_language(language) in row
        assert row.split()[-2:] == [str(known.received or "·"), str(known.denied or "·")]
    assert made


def test_first_column_of_the_exchange_is_the_id_that_other_tables_use(run: Path) -> None:
    row = row_under(printed(run, "en"), "id", "enexis")

    assert row["id"] == "enexis"
    assert row[word("party", "en")].startswith("Enexis")
    assert row[word("profile", "en")] == "structural collaboration"


@pytest.mark.parametrize("language", get_args(Language))
def test_every_refusal_and_every_fault_has_a_line(run: Path, language: Language) -> None:
    lines = printed(run, language)
    counted = tally(read(run))

    assert word("denials-title", language, count=len(counted.denials)) in "\n".join(lines)
    for denial in counted.denials:
        assert any(denial.denied.party in line and denial.denied.topic in line for line in lines)
    faults = [record for record in read(run) if record.kind == "fault"]
    for fault in faults:
        assert any(fault.content.title.in_language(language) in line for line in lines)
