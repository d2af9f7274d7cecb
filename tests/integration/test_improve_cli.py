"""``beeld improve`` and ``beeld points`` as their users have them: two runs of an exercise, and people in between."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import beeld

SCENARIO = "gaslek-keten"
REGISTER = "afspraken/register.toml"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs of an exercise that comes with the product, one after the other."""
    folder = tmp_path_factory.mktemp("runs")
    for seed in ("7", "8"):
        done = beeld(
            "run", SCENARIO, "--seed", seed, "--broker", "memory", "--out", folder / f"r{seed}", cwd=folder
        )
        assert done.returncode == 0, done.stderr
    return folder


def improve(run: Path, cwd: Path) -> Any:
    done = beeld("improve", run, "--register", REGISTER, "--json", cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def points(cwd: Path, *options: str) -> dict[str, Any]:
    done = beeld("points", REGISTER, "--json", "--today", "2027-01-01", *options, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return {each["agreement"]["id"]: each for each in json.loads(done.stdout)["agreements"]}


def fill_in(path: Path) -> None:
    """Fill in what people fill in, at every point alike, and add a review and an evaluation."""
    text = path.read_text("utf-8")
    text = text.replace('owner = ""', 'owner = "hoofd IM"').replace('by = ""', 'by = "2026-12-31"')
    text = text.replace('obstacle = ""', 'obstacle = "geen tijd" # zegt hij')
    moments = (
        '\n[[moments]]\nkind = "peer-review"\non = "2026-03-01"\nagreements = ["vitens-b-structural"]\n'
        'who = ["VR04", "Vitens"]\nagreed = "SitRep korter."\npoints = []\n'
        '[[moments]]\nkind = "evaluation"\non = "2027-03-01"\nagreements = ["vitens-b-structural"]'
    )
    path.write_text(text + moments, "utf-8")


def test_from_one_exercise_to_the_next(tmp_path: Path, runs: Path) -> None:
    path = tmp_path / REGISTER
    first = improve(runs / "r7", tmp_path)
    assert first["added"]["points"]
    assert first["added"]["shown"] == []
    found = path.read_bytes()

    again = improve(runs / "r7", tmp_path)
    assert (again["added"]["points"], again["compared"], again["differences"]) == ([], True, [])
    assert path.read_bytes() == found

    fill_in(path)
    written = path.read_bytes()
    second = improve(runs / "r8", tmp_path)
    assert path.read_bytes().startswith(written)
    assert {each["verdict"] for each in second["added"]["shown"]} >= {"mended", "not mended"}
    assert len(second["added"]["shown"]) == len(first["added"]["points"])
    keys = {(each["agreement"], each["criterion"]) for each in first["added"]["points"]}
    assert not keys & {(each["agreement"], each["criterion"]) for each in second["added"]["points"]}

    listed = points(tmp_path)
    vitens = listed["vitens-b-structural"]
    assert vitens["last_review"]["agreed"] == "SitRep korter."
    assert vitens["next_evaluation"]["on"] == "2027-03-01"
    assert len(vitens["steps"]) == 2
    mended = [each for each in vitens["points"] if each["standing"] == "mended"]
    assert [each["point"]["id"] for each in mended] == vitens["mended"]
    assert mended
    assert all(each["shown"][-1]["result"] == "met" for each in mended)
    assert all(each["last"]["digest"] == second["added"]["exercises"][0]["digest"] for each in mended)
    assert all(each["point"]["owner"] == "hoofd IM" for each in vitens["points"] if each["point"]["found"]["run"] == vitens["steps"][0]["exercise"]["run"])  # fmt: skip  # noqa: E501
    assert set(vitens["late"]) == {
        each["point"]["id"] for each in vitens["points"] if each["standing"] == "open"
    } & {each["point"]["id"] for each in vitens["points"] if each["point"]["by"]}
    done = beeld("lint", REGISTER, cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_criterion_of_what_is_mended_is_met_in_the_assessment_of_that_run(
    tmp_path: Path, runs: Path
) -> None:
    improve(runs / "r7", tmp_path)
    improve(runs / "r8", tmp_path)
    assessed = json.loads(beeld("assess", runs / "r8", "--json", cwd=tmp_path).stdout)
    results = {
        (partner["name"]["nl"], finding["id"]): finding["result"]
        for partner in assessed["partners"]
        for finding in partner["criteria"]
    }

    for listed in points(tmp_path).values():
        for each in listed["points"]:
            if each["shown"]:
                result = results[listed["agreement"]["name"]["nl"], each["point"]["criterion"]]
                assert (each["standing"] == "mended") == (result == "met")


@pytest.mark.parametrize(("lang", "words"), [("nl", "Waar we naartoe willen"), ("en", "Where we want to be")])
def test_what_people_read(tmp_path: Path, runs: Path, lang: str, words: str) -> None:
    (tmp_path / "afspraken").mkdir()
    first = beeld("improve", runs / "r7", "--register", REGISTER, "--lang", lang, cwd=tmp_path)
    fill_in(tmp_path / REGISTER)
    beeld("improve", runs / "r8", "--register", REGISTER, cwd=tmp_path)
    shown = beeld("points", REGISTER, "--lang", lang, "--agreement", "vitens-b-structural", cwd=tmp_path)
    whole = beeld("points", REGISTER, "--lang", lang, "--all", COLUMNS="100", cwd=tmp_path)

    assert (first.returncode, shown.returncode, whole.returncode) == (0, 0, 0)
    assert "beeld points" in first.stdout
    assert words in shown.stdout
    assert "geen tijd" in shown.stdout
    assert "SitRep korter." in shown.stdout
    assert max(map(len, whole.stdout.splitlines())) <= 100


def test_evidence_that_was_changed_is_said(tmp_path: Path, runs: Path) -> None:
    improve(runs / "r7", tmp_path)
    path = tmp_path / REGISTER
    path.write_text(
        path.read_text("utf-8").replace('result = "partly met"', 'result = "not met"', 1), "utf-8"
    )
    before = path.read_bytes()

    done = beeld("improve", runs / "r7", "--register", REGISTER, cwd=tmp_path)

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"beeld: {REGISTER}: points[")
    assert "expected partly met [" in line
    assert "found not met [" in line
    assert path.read_bytes() == before


def test_runs_are_taken_in_order_of_time(tmp_path: Path, runs: Path) -> None:
    improve(runs / "r8", tmp_path)
    before = (tmp_path / REGISTER).read_bytes()

    done = beeld("improve", runs / "r7", "--register", REGISTER, cwd=tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "started: expected a run after" in done.stderr
    assert (tmp_path / REGISTER).read_bytes() == before


def test_a_log_that_is_not_whole_gives_no_points(tmp_path: Path, runs: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(runs / "r7", broken)
    log = broken / "run.jsonl"
    log.write_bytes(log.read_bytes().replace(b"bevolkingszorg", b"bevolkingszurg", 1))

    done = beeld("improve", broken, "--register", REGISTER, cwd=tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "expected a log that is whole and untouched" in done.stderr
    assert not (tmp_path / REGISTER).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("improve", "{r7}", "--register", "points.toml"), "expected a file name that ends in register.toml"),
        (("improve", "{r7}"), "--register"),
        (("improve", "nowhere", "--register", REGISTER), "expected the folder of a run"),
        (("points", REGISTER), "expected a file, found none of this name"),
        (("improve", "{r7}", "--register", "/proc/no/register.toml"), "expected a file that can be written"),
    ],
)
def test_one_line_for_what_is_wrong(
    tmp_path: Path, runs: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = beeld(*(each.format(r7=runs / "r7") for each in arguments), cwd=tmp_path)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert said in done.stderr


def test_unknown_agreements_and_dates_are_named(tmp_path: Path, runs: Path) -> None:
    improve(runs / "r7", tmp_path)

    agreement = beeld("points", REGISTER, "--agreement", "vitens-b-structurel", cwd=tmp_path)
    day = beeld("points", REGISTER, "--today", "morgen", cwd=tmp_path)

    assert (agreement.returncode, day.returncode) == (2, 2)
    assert "did you mean 'vitens-b-structural'?" in agreement.stderr
    assert "--today: expected a date such as 2027-03-14, found 'morgen'" in day.stderr


def test_the_overview_tells_what_came_of_exercises(tmp_path: Path, runs: Path) -> None:
    improve(runs / "r7", tmp_path)
    fill_in(tmp_path / REGISTER)
    improve(runs / "r8", tmp_path)

    done = beeld("overview", SCENARIO, "--register", REGISTER, "--register", REGISTER, "--json", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    partners = {each["partner"]: each for each in json.loads(done.stdout)["partners"]}
    (agreement,) = partners["vitens"]["agreements"]
    (told,) = agreement["progress"]
    assert told["steps"][-1]["outcome"]["advice"] == "conditional"
    assert told["steps"][-1]["exercise"]["exercise"] == SCENARIO
    assert told["mended"]
    assert {each["standing"] for each in told["points"]} == {"open", "mended"}
    assert told["last_review"]["on"] == "2026-03-01"
    assert told["next_evaluation"]["on"] == "2027-03-01"
    table = beeld("overview", SCENARIO, "--register", REGISTER, "--lang", "nl", cwd=tmp_path, COLUMNS="120")
    assert "Van oefening naar oefening" in table.stdout
    assert max(map(len, table.stdout.splitlines())) <= 120


def test_the_overview_says_which_registers_are_about_nobody_and_which_are_wrong(
    tmp_path: Path, runs: Path
) -> None:
    improve(runs / "r7", tmp_path)
    (tmp_path / "other-register.toml").write_text("format = 2\n", "utf-8")

    strange = beeld("overview", "duinbrand", "--register", REGISTER, cwd=tmp_path)
    wrong = beeld("overview", SCENARIO, "--register", "other-register.toml", cwd=tmp_path)

    assert strange.returncode == 0
    assert (
        f"{REGISTER}: agreements[vitens-b-structural]: expected an agreement in the folders" in strange.stderr
    )
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "beeld: other-register.toml: format: expected 1, found 2\n",
    )


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", "de punten van vorige keer"), ("en", "points of last time")]
)
def test_the_report_tells_what_became_of_the_points_of_last_time(
    tmp_path: Path, runs: Path, lang: str, words: str
) -> None:
    def page(*options: str) -> str:
        done = beeld(
            "report",
            runs / "r8",
            "--format",
            "html",
            "--lang",
            lang,
            "--out",
            tmp_path,
            *options,
            cwd=tmp_path,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return (tmp_path / f"report.{lang}.html").read_text("utf-8")

    improve(runs / "r7", tmp_path)
    before = (tmp_path / REGISTER).read_bytes()
    told = page("--register", REGISTER)
    assert words in told
    assert "vitens-relevance" in told
    assert (tmp_path / REGISTER).read_bytes() == before, "a report changes no register"
    improve(runs / "r8", tmp_path)
    assert page("--register", REGISTER) == told, "whether the register has the run or not"
    assert words not in page()


def test_a_report_on_a_run_before_those_of_the_register_is_refused(tmp_path: Path, runs: Path) -> None:
    improve(runs / "r8", tmp_path)

    done = beeld(
        "report", runs / "r7", "--format", "html", "--register", REGISTER, "--out", tmp_path, cwd=tmp_path
    )

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "started: expected a run after" in done.stderr
