"""Two runs side by side on a page: what `beeld compare` tells, in the words of the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sim.files.scenario.loading import load_scenario
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace
from sim.web.options import ServeOptions
from tests.unit.web.conftest import BEEKDAL, RUN, log_in
from tests.unit.web.serving import Tags, asking

OTHER = "beekdal-seed8"


@pytest.fixture(scope="module")
def two(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, the same run again, and one with another seed."""
    folder = tmp_path_factory.mktemp("two")
    for name in (RUN, "again"):
        shutil.copytree(runs / RUN, folder / name)
    options = RunOptions(seed=8, broker="memory", pace=Pace(None), folder=folder / OTHER)
    assert run_exercise(load_scenario(BEEKDAL), options).outcome == "completed"
    return folder


@pytest.fixture(scope="module")
def client(two: Path) -> Iterator[TestClient]:
    with asking(ServeOptions(two)) as client:
        yield client


def test_they_are_chosen_from_the_first_page(client: TestClient) -> None:
    tags = Tags(client.get("/?lang=en").text)
    forms = [form for form in tags.all("form") if form.get("action") == "/compare"]
    assert [form["method"] for form in forms] == ["get"]
    assert {select["name"] for select in tags.all("select")} >= {"one", "other"}


@pytest.mark.parametrize(("language", "heading"), [("nl", "Beoordeling"), ("en", "Judgment")])
def test_what_differs_is_told(client: TestClient, language: str, heading: str) -> None:
    page = client.get(f"/compare?one={RUN}&other={OTHER}&lang={language}").text
    assert f">{heading}, " in page
    assert '<th scope="row">seed</th><td>7</td><td>8</td>' in page
    for name in ("set-up", "totals", "judgment", "knowledge"):
        section = page.split(f'<h2 id="{name}-head">')[1].split("</section>")[0]
        assert section.count("<tr>") > 1, name
    assert "T+00:" in page.split('<h2 id="knowledge-head">')[1]


def test_a_run_beside_the_same_has_no_difference(client: TestClient) -> None:
    page = client.get(f"/compare?one={RUN}&other=again&lang=en").text
    assert '<p role="status">There is no difference.</p>' in page
    assert "<table>" not in page


@pytest.mark.parametrize("asked", ["", f"?one={RUN}", f"?one={RUN}&other=../x", "?one=none&other=none"])
def test_what_is_no_run_is_to_be_chosen_again(client: TestClient, asked: str) -> None:
    answer = client.get(f"/compare{asked}")
    assert answer.status_code == 200
    assert "<table>" not in answer.text
    assert 'id="other"' in answer.text


@pytest.mark.parametrize(("name", "status"), [("sam", 200), ("anna", 200), ("piet", 404)])
def test_only_who_sees_all_of_a_run_may_compare(guarded: TestClient, name: str, status: int) -> None:
    assert guarded.get("/compare").status_code == 303
    log_in(guarded, name)
    assert guarded.get(f"/compare?one={RUN}&other={RUN}").status_code == status
