"""What docs/sweeps.md claims of files and settings is so."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from sim.files.problems import Problems
from sim.sweep.results import Advised, Draw, Load, Plan, Reading, Run
from sim.sweep.table import COLUMNS
from sim.sweep.variants import VARIANTS_MAX, read_settings

PAGE = (Path(__file__).parents[3] / "docs" / "sweeps.md").read_text("utf-8")


def listed(mark: str) -> list[str]:
    """Return the names that stand between a mark and its end."""
    found = re.search(rf"<!-- {mark} -->(.*?)<!-- end -->", PAGE)
    assert found is not None
    return re.findall(r"`([^`]+)`", found[1])


@pytest.mark.parametrize(
    ("mark", "struct"),
    [
        ("plan", Plan),
        ("run", Run),
        ("draws", Draw),
        ("loads", Load),
        ("readings", Reading),
        ("advice", Advised),
    ],
)
def test_the_fields_are_those_of_the_files_in_their_order(mark: str, struct: type[msgspec.Struct]) -> None:
    assert listed(mark) == [field.encode_name for field in msgspec.structs.fields(struct)]


def test_the_columns_are_those_of_the_table() -> None:
    assert listed("table") == list(COLUMNS)


def test_every_setting_that_is_shown_can_be_read() -> None:
    shown = re.findall(r"^\| `--set ([^`]+)` \|", PAGE, re.MULTILINE)
    assert len(shown) == 4
    problems = Problems()
    found = read_settings(shown, problems)
    assert problems.errors == ()
    assert found is not None
    assert (len(found.variants), len(found.spreads)) == (4, 2)
    assert f"up to {VARIANTS_MAX} variants" in PAGE
