"""docs/architecture.md speaks of the house as it stands: rooms, modules and directions that are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
STEPS = re.findall(r"^\| (\d+) \| .*\| ([^|]*) \|$", PAGE, re.MULTILINE)
CODE = re.compile(r"`([a-z_/]+(?:\.py|/))`")


def test_the_way_of_a_message_has_every_step() -> None:
    assert [int(number) for number, _ in STEPS] == list(range(1, len(STEPS) + 1))
    assert len(STEPS) >= 14


@pytest.mark.parametrize(("number", "where"), STEPS)
def test_the_modules_of_a_step_are_there(number: str, where: str) -> None:
    room = ROOT
    found = CODE.findall(where)
    assert found or "`Engine._publication`" in where, f"step {number} names no module"
    for named in found:
        path = ROOT / named if named.startswith(("sim/", "brokers/")) else room / named
        assert path.exists(), f"step {number}: {named} is not there"
        room = path.parent if path.is_file() else path


def test_the_rooms_of_the_page_are_those_of_the_house() -> None:
    drawing = PAGE.partition("## The house")[2].partition("```text\n")[2].partition("```")[0]
    drawn = set(re.findall(r"^  ([a-z]+)/ ", drawing, re.MULTILINE))
    rooms = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")}
    assert rooms - drawn == set()
    in_core = set(re.findall(r"^    ([a-z]+)/ ", drawing, re.MULTILINE))
    assert {path.parent.name for path in (ROOT / "sim" / "core").glob("*/__init__.py")} == in_core


def test_the_directions_of_the_page_are_those_that_are_held() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    for contract in (contract for contract in contracts if contract["type"] == "layers"):
        assert "  >  ".join(contract["layers"]) in PAGE, contract["name"]
