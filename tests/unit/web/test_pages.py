"""Every page in both languages: it renders, also in parts, and who uses a keyboard or a screen reader can work it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sim.core.model.text import Language
from sim.core.world.scenario import Scenario
from sim.web.options import ServeOptions
from tests.unit.web.conftest import RUN
from tests.unit.web.serving import ORIGIN, FakeRun, Tags, asking, fake_exercise, going_on

LANGUAGES: tuple[Language, ...] = ("nl", "en")
PARTIES = ("vr24", "wl", "enexis", "gasunie", "rode-kruis", "camping")
ADDRESSES = [
    "/",
    "/?check=gaslek-keten",
    "/nothing-here",
    f"/runs/{RUN}/control",
    f"/runs/{RUN}/seat",
    *(f"/runs/{RUN}/seat?party={party}" for party in PARTIES),
    f"/runs/{RUN}/seat?party=wl&item=wl-stream-level",
    f"/runs/{RUN}/picture",
    f"/runs/{RUN}/picture?at=0",
    f"/runs/{RUN}/picture?party=truth&at=3600000",
    f"/runs/{RUN}/picture?party=gasunie&activity=wateroverlast&recent=240",
    f"/runs/{RUN}/picture?map=tiles&recent=x&party=nobody&activity=nothing",
    f"/runs/{RUN}/picture?item=wl-stream-level",
    f"/runs/{RUN}/knowledge",
    f"/runs/{RUN}/knowledge?which=all&at=5400000",
    f"/runs/{RUN}/knowledge?at=0",
    f"/runs/{RUN}/assessor",
    f"/runs/{RUN}/assessor?at=60000&party=wl&result=met&item=wl-stream-level",
]
FIELDS = ("input", "select", "textarea")


@pytest.fixture(scope="module")
def seated(runs: Path, scenario: Scenario) -> Iterator[TestClient]:
    """Pages of an exercise that goes on, in which somebody sits for every party."""
    run = FakeRun(seats=dict.fromkeys(PARTIES, "seat:x"))
    with going_on(fake_exercise(RUN, scenario, run)), asking(ServeOptions(runs)) as client:
        yield client


def check(html: str, language: str) -> Tags:
    tags = Tags(html)
    assert [found["lang"] for found in tags.all("html")] == [language]
    assert len(tags.all("h1")) == 1
    assert len(tags.all("main")) == 1
    ids = Counter(tags.values("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    labelled = {found["for"] for found in tags.all("label")}
    assert labelled <= ids.keys()
    for field in FIELDS:
        for found in tags.all(field):
            if found.get("type") != "hidden":
                assert found.get("id") in labelled or "aria-label" in found, (field, found)
    for attribute in ("aria-labelledby", "aria-describedby"):
        for value in tags.values(attribute):
            assert set(value.split()) <= ids.keys(), value
    for found in tags.all("a"):
        if found["href"].startswith("#"):
            assert found["href"][1:] in ids, found
    assert "{{" not in html
    assert "None" not in html
    return tags


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [*ADDRESSES[:2], *ADDRESSES[3:]])
def test_a_page_is_whole(client: TestClient, address: str, language: Language) -> None:
    answer = client.get(address, headers={"Accept-Language": language})

    assert answer.status_code == 200
    check(answer.text, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ADDRESSES[3:12])
def test_a_page_of_an_exercise_that_goes_on_is_whole(
    seated: TestClient, address: str, language: Language
) -> None:
    answer = seated.get(address, headers={"Accept-Language": language})

    assert answer.status_code == 200
    check(answer.text, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [f"/runs/{RUN}/nothing", "/runs/none/picture"])
def test_a_page_that_is_not_there_says_so(client: TestClient, address: str, language: Language) -> None:
    answer = client.get(address, headers={"Accept-Language": language})

    assert answer.status_code == 404
    check(answer.text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_to_log_in_is_whole(guarded: TestClient, language: Language) -> None:
    check(guarded.get("/login", headers={"Accept-Language": language}).text, language)
    refused = guarded.post(
        "/login", data={"name": "x", "password": "y"}, headers={"Accept-Language": language, **ORIGIN}
    )
    check(refused.text, language)


@pytest.mark.parametrize("address", [one for one in ADDRESSES[3:] if "/runs/" in one])
def test_the_parts_that_are_sent_are_those_that_the_page_has_places_for(
    seated: TestClient, address: str
) -> None:
    path, _, asked = address.partition("?")
    html = seated.get(address).text
    places = {name for name in Tags(html).values("id") if name.startswith("live-")}

    with seated.websocket_connect(
        f"ws://127.0.0.1:8600{path}/live?{asked}", headers={"Host": "127.0.0.1:8600", **ORIGIN}
    ) as socket:
        parts = socket.receive_json()

    assert places
    assert places <= parts.keys()
    for name in places:
        assert parts[name].strip() in html, name


def test_a_language_that_was_chosen_is_kept_and_goes_before_that_of_the_browser(runs: Path) -> None:
    with asking(ServeOptions(runs, language="en")) as own:
        assert '<html lang="en">' in own.get("/").text
        assert '<html lang="en">' in own.get("/", headers={"Accept-Language": "fr, de;q=0.5"}).text
        assert '<html lang="nl">' in own.get("/", headers={"Accept-Language": "fr, nl-NL;q=0.5"}).text
        assert '<html lang="nl">' in own.get("/?lang=nl", headers={"Accept-Language": "en"}).text
        assert '<html lang="nl">' in own.get("/", headers={"Accept-Language": "en"}).text
        assert '<html lang="en">' in own.get("/?lang=en").text
        assert '<html lang="en">' in own.get("/?lang=fr").text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"scenario": "none"}, "scenario"),
        ({"seed": "-1"}, "seed"),
        ({"seed": "1" * 10}, "seed"),
        ({"broker": "memory"}, "broker"),
        ({"speed": "0"}, "speed"),
        ({"speed": "nan"}, "speed"),
        ({"speed": "fast"}, "speed"),
    ],
)
def test_an_exercise_that_cannot_be_started_is_not(
    client: TestClient, asked: dict[str, str], told: str
) -> None:
    begin = {"scenario": "gaslek-keten", "seed": "1", "broker": "embedded", "speed": "20", **asked}

    answer = client.post("/start", data=begin, headers={"Accept-Language": "en", **ORIGIN})

    assert answer.status_code == 400
    assert f"exercise: {told}" in answer.text
    check(answer.text, "en")


def test_what_was_typed_is_shown_as_text(client: TestClient) -> None:
    evil = "<script>alert(1)</script>"
    for address in (
        f"/?check={evil}",
        f"/runs/{RUN}/picture?item={evil}&party={evil}&at={evil}&recent={evil}",
    ):
        assert evil not in client.get(address).text
    answer = client.post("/start", data={"scenario": evil, "seed": evil}, headers=ORIGIN)
    assert evil not in answer.text


def test_a_socket_that_asks_what_no_page_of_ours_does_is_closed(client: TestClient) -> None:
    for asked in ("x" * 9000, "[]", "{", '{"at": 3}'):
        with client.websocket_connect(
            f"ws://127.0.0.1:8600/runs/{RUN}/picture/live", headers={"Host": "127.0.0.1:8600", **ORIGIN}
        ) as socket:
            socket.receive_json()
            socket.send_text(asked)
            assert socket.receive()["type"] == "websocket.close", asked


def test_what_is_asked_over_the_socket_is_shown_at_once(client: TestClient) -> None:
    with client.websocket_connect(
        f"ws://127.0.0.1:8600/runs/{RUN}/picture/live", headers={"Host": "127.0.0.1:8600", **ORIGIN}
    ) as socket:
        socket.receive_json()
        socket.send_json({"at": "60000"})
        changed = socket.receive_json()

    assert "T+00:01" in changed["live-clock"]


@pytest.mark.parametrize("form", ["html", "docx"])
def test_a_report_is_given_with_a_policy_of_its_own(client: TestClient, form: str) -> None:
    answer = client.get(f"/runs/{RUN}/report.{form}?lang=en")

    assert answer.status_code == 200
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert f"report-{RUN}.en.{form}" in answer.headers["content-disposition"]
    assert len(answer.content) > 1000


@pytest.mark.parametrize("form", ["exe", "HTML", "htm", "json"])
def test_a_report_in_no_format_is_not_there(client: TestClient, form: str) -> None:
    assert client.get(f"/runs/{RUN}/report.{form}").status_code == 404
