"""Sweeps on the pages: chosen from the first one, read in both languages, and taken along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from sim.sweep.store import PLAN_NAME, RESULT_NAME, save
from sim.web.options import ServeOptions
from tests.unit.sweep.toys import sweep
from tests.unit.web.conftest import log_in
from tests.unit.web.serving import Tags, asking

NAME = "toy-1"


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sweep, one that has not come to its end, and one with damaged results."""
    folder = tmp_path_factory.mktemp("sweeps")
    made = sweep(30)
    for name in (NAME, "goes-on", "damaged"):
        (folder / name).mkdir()
        (folder / name / PLAN_NAME).write_bytes(msgspec.json.encode(made.plan))
    save(folder / NAME, made)
    (folder / "damaged" / RESULT_NAME).write_text("{", "utf-8")
    return folder


@pytest.fixture(scope="module")
def client(runs: Path, sweeps: Path) -> Iterator[TestClient]:
    with asking(ServeOptions(runs, sweeps=sweeps)) as client:
        yield client


def test_those_with_results_stand_on_the_first_page(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    links = [link["href"] for link in Tags(page).all("a") if link.get("href", "").startswith("/sweeps/")]
    assert links == ["/sweeps/damaged", f"/sweeps/{NAME}"]
    assert "(2 variants, 30 seeds)" in page


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("nl", "Wat verandert er als: Speelgoed", "12 min korter (mediaan over 30 trekkingen"),
        ("en", "What changes if: Toy", "12 min shorter (median over 30 draws"),
    ],
)
def test_a_sweep_is_read_in_sentences_tables_and_drawings(
    client: TestClient, language: str, title: str, sentence: str
) -> None:
    page = client.get(f"/sweeps/{NAME}?lang={language}").text
    assert f"<h1>{title}</h1>" in page
    assert sentence in page
    tags = Tags(page)
    assert len(tags.all("table")) > 2
    assert all(picture.get("alt") for picture in tags.all("img"))
    assert [picture for picture in tags.all("img") if picture["src"].startswith("data:image/svg+xml;base64,")]
    ids = {tag["id"] for name in ("h2", "section") for tag in tags.all(name) if "id" in tag}
    assert {link["href"][1:] for link in tags.all("a") if link.get("href", "").startswith("#")} <= ids | {
        "main"
    }
    assert "style=" not in page


@pytest.mark.parametrize("form", ["html", "docx"])
def test_it_is_taken_along_and_runs_nothing(client: TestClient, form: str) -> None:
    answer = client.get(f"/sweeps/{NAME}/report.{form}?lang=en")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="report-{NAME}.en.{form}"'
    assert "sandbox" in answer.headers["content-security-policy"]
    assert len(answer.content) > 5_000


def test_damaged_results_are_said_so(client: TestClient) -> None:
    page = client.get("/sweeps/damaged?lang=en")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "expected the results of a sweep, found something else" in page.text
    assert client.get("/sweeps/damaged/report.html").status_code == 503


@pytest.mark.parametrize(
    "address",
    [
        "/sweeps/none",
        "/sweeps/goes-on",
        "/sweeps/none/report.html",
        f"/sweeps/{NAME}/report.txt",
    ],
)
def test_what_is_not_there_is_said_so(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_without_sweeps_the_first_page_says_how_to_make_one(runs: Path, tmp_path: Path) -> None:
    with asking(ServeOptions(runs, sweeps=tmp_path / "none")) as client:
        assert "No sweep has been played yet; beeld sweep does." in client.get("/?lang=en").text


def test_who_may_not_see_all_sees_no_sweep(runs: Path, sweeps: Path, accounts: Path) -> None:
    with asking(ServeOptions(runs, sweeps=sweeps, accounts=accounts), follow=False) as client:
        for address in (f"/sweeps/{NAME}", f"/sweeps/{NAME}/report.html"):
            assert client.get(address).headers["location"] == "/login"
        log_in(client, "piet")
        for address in (f"/sweeps/{NAME}", f"/sweeps/{NAME}/report.html"):
            assert client.get(address).status_code == 404
        assert "/sweeps/" not in client.get("/").text
