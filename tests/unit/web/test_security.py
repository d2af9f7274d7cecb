"""What comes from elsewhere is refused, and a page loads nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import sim.web
from sim.web.options import ServeOptions
from sim.web.security import FORM_BYTES_MAX, PAGE_POLICY, host_in
from tests.unit.web.conftest import RUN
from tests.unit.web.serving import ADDRESS, JSON, ORIGIN, Tags, asking

STATIC = Path(sim.web.__file__).parent / "static"
ORDERS = f"/runs/{RUN}/orders"
LIVE = f"ws://127.0.0.1:8600/runs/{RUN}/picture/live"
PAGES = ("control", "seat", "picture", "knowledge", "assessor")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8600", "", "127.0.0.2", "[::1", "192.168.1.1:8600"]
)
def test_a_request_under_a_name_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 403
    assert "OEFENING" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8600", "localhost:8600", "LOCALHOST", "[::1]:8600"])
def test_a_request_under_a_name_of_this_machine_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("told", [{}, {"Transfer-Encoding": "chunked"}])
def test_a_form_that_is_too_long_or_of_unknown_length_is_not_read(
    client: TestClient, told: dict[str, str]
) -> None:
    long = b"do=" + b"x" * (FORM_BYTES_MAX if not told else 1)
    answer = client.post(ORDERS, content=long, headers={**ORIGIN, **told})

    assert answer.status_code == 413
    assert answer.headers["Content-Security-Policy"] == PAGE_POLICY


def test_a_name_of_ones_own_is_answered_when_it_was_given(runs: Path) -> None:
    with asking(ServeOptions(runs, names=("Oefening.Regio.nl",)), address="http://oefening.regio.nl") as own:
        assert own.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8601"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_nothing_is_changed_for_a_page_of_others(client: TestClient, headers: dict[str, str]) -> None:
    for address in (ORDERS, "/start", f"/runs/{RUN}/observations", "/login", "/logout"):
        assert client.post(address, data={"do": "end"}, headers=headers).status_code == 403, address


@pytest.mark.parametrize("headers", [ORIGIN, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_a_page_of_ours_is_heard(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(ORDERS, data={"do": "end"}, headers={**headers, "Accept": "application/json"})

    assert answer.status_code == 409  # the exercise is over: but that was looked at


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_socket_is_not_opened_for_a_page_of_others(client: TestClient, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(LIVE, headers={"Host": "127.0.0.1:8600", **headers}),
    ):
        pytest.fail("it was opened")


def test_a_socket_is_opened_for_a_page_of_ours(client: TestClient) -> None:
    with client.websocket_connect(LIVE, headers={"Host": "127.0.0.1:8600", **ORIGIN}) as socket:
        assert "live-clock" in socket.receive_json()


def test_every_answer_says_what_a_page_may_do(client: TestClient) -> None:
    answers = [
        client.get("/"),
        *(client.get(f"/runs/{RUN}/{page}") for page in PAGES),
        client.get("/static/beeld.css"),
        client.get("/static/nothing"),
        client.get("/nothing"),
        client.get("/", headers={"Host": "evil.example"}),
        client.post("/", headers=ORIGIN),
        client.post(ORDERS, data={"do": "end"}, headers=JSON),
    ]
    for answer in answers:
        assert answer.headers["content-security-policy"] == PAGE_POLICY, answer.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "unsafe" not in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
    assert "frame-ancestors 'none'" in PAGE_POLICY


def test_pages_are_not_kept_by_browsers(client: TestClient) -> None:
    assert client.get(f"/runs/{RUN}/picture").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", ["", *(f"runs/{RUN}/{name}" for name in PAGES)])
def test_a_page_loads_nothing_from_elsewhere_and_has_nothing_within_it_that_its_policy_forbids(
    client: TestClient, page: str
) -> None:
    html = client.get(f"/{page}").text
    tags = Tags(html)

    for attribute in ("src", "href", "action", "data", "poster", "srcset"):
        for value in tags.values(attribute):
            assert re.match(r"(/(?!/)|#|\?)", value), (attribute, value)
    assert not [name for _, found in tags.found for name in found if name.startswith("on") or name == "style"]
    assert not tags.all("style")
    assert all(found["src"].startswith("/static/") for found in tags.all("script"))


def test_static_files_name_no_other_host() -> None:
    for file in STATIC.iterdir():
        if file.suffix in (".css", ".js", ".svg"):
            text = file.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", text), file.name
            assert "eval(" not in text
            assert "new Function(" not in text


@pytest.mark.parametrize("path", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "%2e%2e%2f%2e%2e%2fapp.py"])
def test_static_gives_only_what_stands_there(client: TestClient, path: str) -> None:
    assert client.get(f"{ADDRESS}/static/{path}").status_code == 404


@pytest.mark.parametrize(
    ("netloc", "host"),
    [
        ("a.nl", "a.nl"),
        ("A.nl:80", "a.nl"),
        ("[::1]:80", "::1"),
        ("", ""),
        ("[::1", ""),
        ("user@a.nl", "a.nl"),
    ],
)
def test_host_without_its_port(netloc: str, host: str) -> None:
    assert host_in(netloc) == host
