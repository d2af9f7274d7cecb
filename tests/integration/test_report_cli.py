"""``beeld report`` as its users have it: the same bytes each time, and one clear line for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.command import BEEKDAL, beeld
from tests.unit.report.test_agreement_documents import needs_pango

FORMATS = ("html", "pdf", "docx")
LINE = {
    "role": "observer",
    "at": "T+00:30:00",
    "criterion": "alarm-acknowledgement",
    "party": "wl",
    "text": "Saw it.",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the small exercise."""
    folder = tmp_path_factory.mktemp("runs") / "r7"
    done = beeld("run", BEEKDAL, "--seed", "7", "--broker", "memory", "--out", folder, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


def observations(folder: Path, *lines: Mapping[str, object] | str) -> Path:
    file = folder / "observations.jsonl"
    told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(told), "utf-8")
    return file


def test_names_of_people_can_be_left_out(tmp_path: Path, run: Path) -> None:
    (tmp_path / "photo-by-jansen.jpg").write_bytes(b"x")
    named = {**LINE, "name": "A. Jansen", "named": True, "attachment": "photo-by-jansen.jpg"}
    seen = observations(tmp_path, named)
    pages = {}
    for option in ((), ("--without-names",)):
        folder = tmp_path / f"out{len(option)}"
        options = ("--format", "html", "--observations", seen, "--out", folder, *option)
        done = beeld("report", run, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        pages[option] = next(folder.iterdir()).read_text("utf-8")

    assert "A. Jansen" in pages[()]
    assert "jansen" not in pages[("--without-names",)].lower()
    assert "Saw it." in pages[("--without-names",)], "what was seen stays"


@needs_pango
@pytest.mark.parametrize("lang", ["nl", pytest.param("en", marks=pytest.mark.slow)])
def test_two_processes_write_the_same_bytes(tmp_path: Path, run: Path, lang: str) -> None:
    seen = observations(tmp_path, {**LINE, "rating": "met"})

    made = []
    for number in ("1", "2"):
        options = ("--lang", lang, "--observations", seen, "--out", tmp_path / number, "--json")
        done = beeld("report", run, *options, cwd=tmp_path, PYTHONHASHSEED=number)
        assert (done.returncode, done.stderr) == (0, "")
        paths = [Path(path) for path in json.loads(done.stdout)["files"]]
        assert [path.name for path in paths] == [f"report.{lang}.{each}" for each in FORMATS]
        made.append([path.read_bytes() for path in paths])

    assert made[0] == made[1]
    page, pdf, document = made[0]
    assert f'<html lang="{lang}">'.encode() in page
    assert b"Saw it." in page
    assert pdf.startswith(b"%PDF")
    assert b"/StructTreeRoot" in pdf or b"/ObjStm" in pdf
    assert document.startswith(b"PK")


@needs_pango
def test_the_summary_is_one_page_and_no_page_is_empty(tmp_path: Path, run: Path) -> None:
    from weasyprint import HTML  # noqa: PLC0415 -- needs Pango

    done = beeld("report", run, "--lang", "nl", "--format", "html", "--out", tmp_path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    pages = HTML(filename=tmp_path / "report.nl.html").render().pages
    words = [
        " ".join(box.text for box in page._page_box.descendants() if hasattr(box, "text")) for page in pages
    ]
    assert "Samenvatting" in words[0]
    assert "Verbeterpunten" in words[0]
    assert "Inhoud" in words[1]
    assert all(len(text) > 100 for text in words)


def test_without_pango_the_others_are_made_and_one_line_says_what_to_install(
    tmp_path: Path, run: Path
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n", "utf-8")

    done = beeld(
        "report", run, "--lang", "en", "--out", tmp_path / "out", cwd=tmp_path, PYTHONPATH=str(tmp_path)
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Pango" in line
    assert "apt-get install" in line
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.en.docx", "report.en.html"]


def test_bad_observations_end_with_one_line_each(tmp_path: Path, run: Path) -> None:
    seen = observations(tmp_path, LINE, {**LINE, "rating": "fine"}, "{")

    done = beeld("report", run, "--observations", seen, "--out", tmp_path / "out", cwd=tmp_path)

    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith("beeld: observations.jsonl: line 2.rating: expected one of met")
    assert second.startswith("beeld: observations.jsonl: line 3: expected one JSON object")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--format", "odt"),
            "--format: expected html, pdf, docx, or several with commas between, found 'odt'",
        ),
        (("--format", ","), "--format: expected html, pdf, docx"),
        (("--observations", "none.jsonl"), "none.jsonl: expected a file that can be read"),
        (("--format", "html", "--out", "file/below"), "--out: expected a folder that can be written to"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, run: Path, options: tuple[str, ...], said: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    done = beeld("report", run, *options, cwd=tmp_path)

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert said in line


def test_no_run(tmp_path: Path) -> None:
    done = beeld("report", tmp_path, cwd=tmp_path)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
