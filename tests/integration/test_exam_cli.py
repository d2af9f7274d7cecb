"""``beeld exam`` from the command line: what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.cli.main import main
from tests.integration.command import BEEKDAL

WRONG_TIME = ["--fault", "wrong-time", "--hop", "observation", "--workers", "1"]


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    code = main(["exam", str(BEEKDAL), *options])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_an_exam_that_comes_out_as_expected_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *WRONG_TIME, "--profile", "structural", "--json")
    document: dict[str, Any] = json.loads(out)
    assert code == 0
    assert document["counts"] == {"cases": 1, "as_expected": 1, "differing": 0, "no_case": 0}
    (case,) = document["cases"]
    assert (case["perfect"], case["none"], case["as_expected"]) == ("righted", "undetected", True)
    assert (case["party"], case["answer"], case["competent"]) == ("enexis", "corrected", ["wl"])


def test_no_case_is_not_passed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *WRONG_TIME, "--profile", "standby", "--json")
    document: dict[str, Any] = json.loads(out)
    assert code == 1
    assert document["cases"] == []
    assert document["no_cases"] == [
        {"type": "wrong-time", "hop": "observation", "profile": "standby", "why": "nobody-there"}
    ]


@pytest.mark.parametrize(
    ("language", "title", "counts"),
    [
        ("nl", "Verificatie-examen: beekdal", "1 gevallen: 1 zoals verwacht"),
        ("en", "Verification exam: beekdal", "1 cases: 1 as"),
    ],
)
def test_people_read_it_in_their_language(
    capsys: pytest.CaptureFixture[str], language: str, title: str, counts: str
) -> None:
    code, out, _ = run(capsys, *WRONG_TIME, "--profile", "structural", "--lang", language)
    assert code == 0
    assert title in out
    assert counts in out
    assert "✓" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--profile", "nobody"], "--profile: expected one of ad-hoc, core"),
        (["--workers", "0"], "--workers: expected 1 or more, found 0"),
        (
            ["--fault", "echo", "--hop", "relay"],
            "--fault: expected a type that can enter at the hop asked for",
        ),
        (["--fault", "typo"], "typo"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    code, out, err = run(capsys, *options)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert said in err
