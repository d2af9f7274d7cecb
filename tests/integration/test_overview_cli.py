"""``beeld overview`` as its users have it: one document, one page, one line for each mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.core.assessment.judging.outcome import Advice
from tests.integration.command import BEEKDAL, beeld

GRID = """
partner = "gridco"
name = { nl = "<b>x</b>", en = "<b>x</b>" }
core_task = "B"
profile = "structural"
regions = ["vr22", "vr23", "vr24"]
phase = "elaboration"
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run of the small exercise."""
    folder = tmp_path_factory.mktemp("runs")
    done = beeld("run", BEEKDAL, "--seed", "7", "--broker", "memory", "--out", folder / "r7", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def write(folder: Path, text: str = GRID) -> Path:
    folder.mkdir(parents=True)
    (folder / "gridco.toml").write_text(text, encoding="utf-8")
    return folder


def document(*arguments: str | Path, cwd: Path) -> Any:
    done = beeld("overview", *arguments, "--json", cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_json(tmp_path: Path, runs: Path) -> None:
    folder = write(tmp_path / "afspraken")

    found = document(folder, BEEKDAL, "--runs", runs, cwd=tmp_path)

    assert len(found["regions"]) == 25
    partners = {partner["partner"]: partner for partner in found["partners"]}
    assert set(partners) == {"gridco", "wl", "enexis", "gasunie", "rode-kruis", "camping"}
    assert all(
        set(partner) >= {"partner", "name", "scope", "adoption_region", "agreements"}
        for partner in partners.values()
    )
    keys = {"core_task", "profile", "regions", "additions", "phase", "assessed", "exercised"}
    assert all(set(each) >= keys for partner in partners.values() for each in partner["agreements"])
    assert (partners["gridco"]["scope"], partners["gridco"]["adoption_region"]) == ("supraregional", None)
    (board,) = partners["wl"]["agreements"]
    (exercise,) = board["exercised"]
    assert (exercise["exercise"], exercise["run"], exercise["complete"]) == ("beekdal", "r7", True)
    assert exercise["advice"] in {each.value for each in Advice}
    kinds = {finding["kind"] for finding in found["findings"] if finding["partner"] == "gridco"}
    assert kinds == {"no-adoption-region"}


def test_the_scenarios_that_come_with_the_product(tmp_path: Path) -> None:
    found = document("limburg-hoogwater", cwd=tmp_path)

    assert {partner["partner"] for partner in found["partners"]} >= {"politie-lb", "enexis", "gasunie"}
    assert not {finding["kind"] for finding in found["findings"]} & {
        "agreed-twice",
        "several-adoption-regions",
    }


@pytest.mark.parametrize(("lang", "words"), [("nl", "Landelijk overzicht"), ("en", "National overview")])
def test_a_page_in_a_file(tmp_path: Path, lang: str, words: str) -> None:
    write(tmp_path / "a")
    options = ("--format", "html", "--out", "page.html", "--lang", lang)

    first = beeld("overview", "a", *options, cwd=tmp_path)
    page = (tmp_path / "page.html").read_bytes()
    again = beeld("overview", "a", *options, cwd=tmp_path)

    assert (first.returncode, again.returncode, first.stderr) == (0, 0, "")
    assert "page.html" in first.stdout
    assert (tmp_path / "page.html").read_bytes() == page
    assert words in page.decode()
    assert "<b>" not in page.decode()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a", "page.html"]


def test_a_page_a_table_and_a_document_on_the_way_out(tmp_path: Path) -> None:
    write(tmp_path / "a")

    page = beeld("overview", "a", "--format", "html", cwd=tmp_path).stdout
    table = beeld("overview", "a", "--lang", "nl", cwd=tmp_path, COLUMNS="100").stdout
    written = beeld("overview", "a", "--json", "--out", "a.json", cwd=tmp_path)
    text = beeld("overview", "a", "--lang", "nl", "--out", "a.txt", cwd=tmp_path)

    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "structurele" in table
    assert max(len(line) for line in table.splitlines()) <= 100
    assert (written.returncode, written.stdout) == (0, "")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["partners"][0]["partner"] == "gridco"
    assert "a.txt" in text.stdout
    assert (tmp_path / "a.txt").read_text("utf-8").split() == table.split()


def test_what_looks_wrong_is_said_beside_the_overview(tmp_path: Path) -> None:
    write(tmp_path / "a", GRID.replace('"gridco"', '"other"'))

    done = beeld("overview", "a", "--json", cwd=tmp_path)

    assert done.returncode == 0
    assert done.stderr == (
        "beeld: warning: a/gridco.toml: partner: expected 'gridco', as the file is named, found 'other'\n"
    )
    assert json.loads(done.stdout)["partners"][0]["partner"] == "other"


def test_mistakes_are_named_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a", GRID.replace('"B"', '"C"').replace('"vr22"', '"vr99"'))
    write(tmp_path / "b", "partner = [")

    done = beeld("overview", "a", "b", "c", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(": ")[1:3] for line in done.stderr.splitlines()] == [
        ["command line", "FOLDER"],
        ["a/gridco.toml", "regions[0]"],
        ["a/gridco.toml", "core_task"],
        ["b/gridco.toml", "end of document"],
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "FOLDER: expected at least one folder of agreements, found none"),
        (["limburg-hogwater"], "did you mean 'limburg-hoogwater'?"),
        (["a", "--runs", "nowhere"], "nowhere: expected a folder of runs, found nothing"),
        (["a", "--json", "--format", "html"], "--format: expected text, or no --json"),
        (["a", "--format", "poem"], "poem"),
        (["a", "--out", "a"], "--out: expected the name of a file, found the folder 'a'"),
        (["a", "--out", "no/such/file"], "--out: expected a file that can be written: no/such/file"),
    ],
)
def test_misuse_is_said_in_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    write(tmp_path / "a")

    done = beeld("overview", *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("beeld: ")
    assert says in line


def test_help_has_an_example(tmp_path: Path) -> None:
    done = beeld("overview", "--help", cwd=tmp_path)

    assert done.returncode == 0
    assert "Example: beeld overview" in done.stdout
