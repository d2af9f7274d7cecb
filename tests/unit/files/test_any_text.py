"""Whatever stands in a file, reading it ends with a scenario or with errors that fit into one line each."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.files.problems import InputError, Problem
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import AGREEMENT, SCENARIO, SERIES, Folders, areas, build

FILES = {
    "scenario.toml": SCENARIO,
    "areas.geojson": areas(),
    "agreements/wl.toml": AGREEMENT,
    "series/maas.csv": SERIES,
}
WORDS = [
    "'", '"', "{", "}", "[", "]", "=", "\n", "-", "0", "nan", "inf", "true", "1e999", "null", "[]", "{}",
    "\x00", "\ud800", "2021-07-12", '"x"', "9" * 30, "[[parties]]", "[sources]",
    '"T+99999999999d00:00"', '"9999-12-31T23:59"',
]  # fmt: skip

quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """Return a file of the small scenario with parts cut out, put in or replaced."""
    name = draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 12))
        text = (
            text[:start] + draw(st.sampled_from(["", *WORDS]) | st.text(max_size=5)) + text[start + length :]
        )
    return name, text.encode("utf-8", "surrogatepass")


@st.composite
def swapped(draw: st.DrawFn) -> tuple[str, bytes]:
    """Return a file that is still TOML, with the value of one line replaced by that of another."""
    name = draw(st.sampled_from(["scenario.toml", "agreements/wl.toml"]))
    lines = FILES[name].splitlines()
    keyed = [index for index, line in enumerate(lines) if " = " in line]
    for _ in range(draw(st.integers(1, 5))):
        to, source = draw(st.sampled_from(keyed)), draw(st.sampled_from(keyed))
        lines[to] = lines[to].split(" = ", 1)[0] + " = " + lines[source].split(" = ", 1)[1]
    return name, "\n".join(lines).encode()


def problems_of(folders: Folders, name: str, data: bytes) -> tuple[Problem, ...]:
    folders.write(name, data)
    try:
        load_scenario(folders.scenario, folders.profiles)
    except InputError as error:
        return error.problems
    finally:
        folders.write(name, FILES[name])
    return ()


def check(folders: Folders, name: str, data: bytes) -> None:
    for problem in problems_of(folders, name, data):
        assert problem.message.isprintable()
        assert problem.expected
        assert problem.found


@pytest.fixture(scope="module")
def shared() -> Folders:
    return build(Path(tempfile.mkdtemp()))


@quick
@given(file=damaged())
def test_damaged_files(shared: Folders, file: tuple[str, bytes]) -> None:
    check(shared, *file)


@quick
@given(file=swapped())
def test_values_in_the_wrong_place(shared: Folders, file: tuple[str, bytes]) -> None:
    check(shared, *file)


@quick
@given(
    name=st.sampled_from(sorted(FILES)), data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode)
)
def test_any_bytes(shared: Folders, name: str, data: bytes) -> None:
    check(shared, name, data)
