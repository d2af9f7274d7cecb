"""``beeld agreement`` and what ``beeld lint`` says of agreements, as scripts and people rely on it."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import pytest

from sim.cli.main import main
from tests.integration.command import BEEKDAL
from tests.integration.test_cli import Answer, Command
from tests.unit.report.test_agreement_documents import needs_pango

ENEXIS = BEEKDAL / "agreements" / "enexis.toml"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str | Path) -> Answer:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run


def test_models(command: Command) -> None:
    answer = command("agreement", "models", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = {(each["profile"], each["core_task"]): each["model"] for each in answer.document["models"]}
    assert len(found) == 8
    assert found["link", "A"] == "profiles/agreements/link-a.toml"
    assert all(set(each["name"]) == {"nl", "en"} for each in answer.document["models"])


@pytest.mark.parametrize(("language", "says"), [("nl", "Modelafspraken om mee"), ("en", "Model agreements")])
def test_models_for_people(command: Command, language: str, says: str) -> None:
    out = command("agreement", "models", "--lang", language).out
    assert out.startswith(says)
    assert "profiles/agreements/core-a.toml" in out


def test_new(command: Command, tmp_path: Path) -> None:
    answer = command(
        "agreement", "new", "enexis", "--profile", "structural", "--core-task", "A", "--regions", "vr23, vr24",
        "--name", "Enexis Netbeheer", "--out", "a/enexis.toml", "--json",
    )  # fmt: skip
    assert (answer.code, answer.err) == (0, "")
    assert answer.document["file"] == "a/enexis.toml"
    assert answer.document["model"] == "profiles/agreements/structural-a.toml"
    made = tomllib.loads((tmp_path / "a" / "enexis.toml").read_text("utf-8"))
    assert made["regions"] == ["vr23", "vr24"]
    assert made["name"] == {"nl": "Enexis Netbeheer", "en": "Enexis Netbeheer"}
    lint = command("lint", "a/enexis.toml", "--json")
    assert lint.document == {"errors": [], "warnings": []}


def test_new_with_the_profile_alone(command: Command, tmp_path: Path) -> None:
    answer = command("agreement", "new", "enexis", "--profile", "structural")
    assert answer.code == 0
    assert "enexis.toml made: structural collaboration, core task B manager" in answer.out
    assert "This profile is also for core task A" in answer.out
    assert command("lint", ".", "--json").document["errors"] == []


def test_new_in_dutch(command: Command, tmp_path: Path) -> None:
    command("agreement", "new", "rode-kruis", "--profile", "standby", "--lang", "nl")
    text = (tmp_path / "rode-kruis.toml").read_text("utf-8")
    assert "# 5. Alerteren (Modeluitwerking 1.1, 5)" in text
    assert "#    > Hoe en wanneer wordt er een seintje gegeven" in text


def test_new_overwrites_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "enexis.toml").write_text("mine")
    answer = command("agreement", "new", "enexis", "--profile", "link")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert (
        "--out: expected a file that is not there yet, found 'enexis.toml', which is left alone" in answer.err
    )
    assert (tmp_path / "enexis.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["x", "--profile", "standby", "--core-task", "B"],
            "--core-task: expected a core task that profile standby is for (C; Beleidskader Tabel 1), found 'B'",
        ),
        (
            ["x", "--profile", "structura"],
            "--profile: expected one of ad-hoc, core, link, standby, structural (did",
        ),
        (["X!", "--profile", "link"], "PARTNER: expected an id ([a-z0-9-], 1 to 20 characters"),
        (["model", "--profile", "link"], "PARTNER: expected a partner's own id"),
        (["x", "--profile", "link", "--regions", "vr26"], "--regions: expected safety regions, vr01 to vr25"),
        (["x", "--profile", "link", "--regions", "vr24,vr24"], "--regions: expected every region once"),
        (["x", "--profile", "link", "--name", "a\nb"], "--name: expected a name in printable characters"),
        (
            ["x", "--profile", "link", "--regions", "vr24", "--adoption-region", "vr23"],
            "--adoption-region: expected one of --regions",
        ),
        (
            ["x", "--profile", "link", "--regions", "vr24", "--adoption-region", "vr24"],
            "--adoption-region: expected three regions or more",
        ),
        (
            ["x", "--profile", "link", "--out", "/dev/null/x.toml"],
            "--out: expected a file that can be written",
        ),
    ],
)
def test_new_refuses(command: Command, tmp_path: Path, arguments: list[str], expected: str) -> None:
    answer = command("agreement", "new", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"beeld: command line: {expected}")
    assert answer.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_print_as_word(command: Command, tmp_path: Path) -> None:
    answer = command(
        "agreement", "print", ENEXIS, "--format", "docx", "--out", "paper", "--lang", "nl", "--json"
    )
    assert (answer.code, answer.err) == (0, "")
    assert answer.document == {"files": ["paper/enexis.docx"]}
    words = zipfile.ZipFile(tmp_path / "paper" / "enexis.docx").read("word/document.xml").decode()
    assert "Nog niet ingevuld" in words
    first = (tmp_path / "paper" / "enexis.docx").read_bytes()
    assert (
        command("agreement", "print", ENEXIS, "--format", "docx", "--out", "paper", "--lang", "nl").code == 0
    )
    assert (tmp_path / "paper" / "enexis.docx").read_bytes() == first


@needs_pango
def test_print_as_word_and_pdf(command: Command, tmp_path: Path) -> None:
    command("agreement", "new", "gasunie", "--profile", "link", "--regions", "vr24")
    answer = command("agreement", "print", "gasunie.toml")
    assert (answer.code, answer.out, answer.err) == (0, "Printed: gasunie.docx, gasunie.pdf\n", "")
    assert (tmp_path / "gasunie.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["none.toml"], "none.toml: expected a file, found none of this name"),
        ([ENEXIS, "--format", "odt"], "command line: --format: expected docx or pdf"),
        (
            [ENEXIS, "--format", ","],
            "command line: --format: expected docx or pdf, or both with a comma between",
        ),
        (
            [ENEXIS, "--format", "docx", "--out", "/dev/null/x"],
            "command line: --out: expected a folder that can be written to",
        ),
    ],
)
def test_print_refuses(command: Command, arguments: list[str | Path], expected: str) -> None:
    answer = command("agreement", "print", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"beeld: {expected}")
    assert answer.err.count("\n") == 1


def test_lint_names_what_an_agreement_leaves_open(command: Command) -> None:
    answer = command("lint", BEEKDAL)
    assert answer.code == 0
    assert "warning: agreements/gasunie.toml: expected what was agreed on every topic" in answer.out
    assert "agreements/gasunie.toml: process.alarming: expected precondition 'Alarm agreements'" in answer.out
    assert "agreements/camping.toml: process" not in answer.out
