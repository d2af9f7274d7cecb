"""Who is let in, and what each role gets to see and to do, by HTTP and over a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sim.replay.scene import Scene
from sim.report.exercise.words import ReportWords
from sim.web.options import ServeOptions
from tests.unit.web.conftest import RUN, log_in
from tests.unit.web.serving import ADDRESS, JSON, ORIGIN, PASSWORD, asking

PAGES = ("control", "seat", "picture", "knowledge", "assessor")
OF_EACH = {
    "sam": {"control", "seat", "picture", "knowledge", "assessor"},
    "anna": {"picture", "knowledge", "assessor"},
    "piet": {"seat"},
}


def enter(client: TestClient, name: str, password: str) -> int:
    return client.post("/login", data={"name": name, "password": password}, headers=ORIGIN).status_code


def test_who_has_not_logged_in_is_sent_to_the_form(guarded: TestClient) -> None:
    addresses = ["/", f"/runs/{RUN}/report.html", *(f"/runs/{RUN}/{page}" for page in PAGES)]
    for address in addresses:
        answer = guarded.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), address
    for address in ("start", f"runs/{RUN}/orders", f"runs/{RUN}/observations"):
        assert guarded.post(f"/{address}", data={"do": "end"}, headers=JSON).status_code == 403, address
    assert guarded.get("/login").status_code == 200


def test_a_cookie_is_only_for_the_pages_themselves(guarded: TestClient) -> None:
    answer = guarded.post("/login", data={"name": "sam", "password": PASSWORD}, headers=ORIGIN)

    (cookie,) = answer.headers.get_list("set-cookie")
    told = cookie.lower()
    assert "httponly" in told
    assert "samesite=strict" in told
    assert "secure" not in told
    assert guarded.get("/").status_code == 200
    assert guarded.get("/login").headers["location"] == "/"


def test_a_cookie_goes_over_tls_only_where_there_is_tls(runs: Path, accounts: Path, tmp_path: Path) -> None:
    options = ServeOptions(runs, accounts=accounts, certificate=tmp_path / "c.pem", key=tmp_path / "k.pem")
    with asking(options, address="https://127.0.0.1:8600", follow=False) as client:
        answer = client.post(
            "/login",
            data={"name": "sam", "password": PASSWORD},
            headers={"Origin": "https://127.0.0.1:8600"},
        )

    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_cookie_that_was_made_up_or_is_of_another_server_opens_nothing(
    guarded: TestClient, runs: Path, accounts: Path
) -> None:
    log_in(guarded, "sam")
    cookie = guarded.cookies["beeld-session"]
    with asking(ServeOptions(runs, accounts=accounts), follow=False) as other:
        for value in (cookie, "x", cookie[:-2] + "AA"):
            assert other.get("/", headers={"Cookie": f"beeld-session={value}"}).status_code == 303


def test_who_logs_out_is_out(guarded: TestClient) -> None:
    log_in(guarded, "sam")

    assert guarded.post("/logout", headers=ORIGIN).headers["location"] == "/login"
    assert guarded.get("/").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [("sam", "wrong"), ("nobody", PASSWORD), ("", ""), ("sam", ""), ("", PASSWORD)]
)
def test_who_is_not_known_is_not_let_in(guarded: TestClient, name: str, password: str) -> None:
    assert enter(guarded, name, password) == 403
    assert guarded.get("/").status_code == 303


def test_after_many_failures_nobody_is_let_in_for_a_while(
    guarded: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    clock = SimpleNamespace(get_running_loop=lambda: SimpleNamespace(time=lambda: now), to_thread=in_turn)
    monkeypatch.setattr("sim.web.login.asyncio", clock)
    for _ in range(20):
        assert enter(guarded, "sam", "wrong") == 403

    assert enter(guarded, "sam", PASSWORD) == 403
    now += 59
    assert enter(guarded, "sam", PASSWORD) == 403
    now += 61
    assert enter(guarded, "sam", PASSWORD) == 303


async def in_turn(function: Callable[..., object], *arguments: object) -> object:
    return function(*arguments)


@pytest.mark.parametrize("name", OF_EACH)
def test_each_role_gets_its_pages_and_no_other(guarded: TestClient, name: str) -> None:
    log_in(guarded, name)
    for page in PAGES:
        answer = guarded.get(f"/runs/{RUN}/{page}")
        assert (answer.status_code == 200) == (page in OF_EACH[name]), page
        is_open = True
        try:
            with guarded.websocket_connect(
                f"ws://127.0.0.1:8600/runs/{RUN}/{page}/live", headers={"Host": "127.0.0.1:8600", **ORIGIN}
            ) as socket:
                socket.receive_json()
        except WebSocketDisconnect:
            is_open = False
        assert is_open == (page in OF_EACH[name]), page
    links = guarded.get("/").text
    for page in PAGES:
        if page not in OF_EACH[name]:
            assert f"/runs/{RUN}/{page}" not in links


def test_a_participant_sees_what_its_party_may_see_and_nothing_more(
    guarded: TestClient, scene: Scene, words: ReportWords
) -> None:
    log_in(guarded, "piet")
    held = scene.picture_of("enexis")
    others = {
        item.id
        for entry in scene.opening.parties
        for item in scene.picture_of(entry.id).values()
        if item.id not in held
    }
    assert held
    assert others

    for asked in ("", "?party=vr24", "?party=wl", "?party=truth", "?party=shared", "?party=enexis&at=600000"):
        html = guarded.get(f"/runs/{RUN}/seat{asked}").text
        for item in others:
            assert f'id="item-{item}"' not in html, asked
        for item in held:
            assert f'id="item-{item}"' in html, asked
        assert 'class="true"' not in html
        assert "60 guests" not in html


def test_a_participant_cannot_ask_for_more_over_the_socket(guarded: TestClient, scene: Scene) -> None:
    log_in(guarded, "piet")
    held = scene.picture_of("enexis")
    foreign = next(item for item in sorted(scene.picture_of("vr24")) if item not in held)
    with guarded.websocket_connect(
        f"ws://127.0.0.1:8600/runs/{RUN}/seat/live?party=enexis", headers={"Host": "127.0.0.1:8600", **ORIGIN}
    ) as socket:
        first = socket.receive_json()
        assert next(iter(held)) in first["live-items"]
        socket.send_json({"party": "vr24", "item": foreign})
        socket.send_json({"party": "enexis", "item": next(iter(held))})
        after = socket.receive_json()
    assert foreign not in str(first)
    assert foreign not in str(after)


def test_a_history_is_shown_of_what_the_party_has_only(guarded: TestClient, scene: Scene) -> None:
    log_in(guarded, "piet")
    held = scene.picture_of("enexis")
    foreign = next(item for item in sorted(scene.picture_of("vr24")) if item not in held)

    assert "history-head" in guarded.get(f"/runs/{RUN}/seat?item={next(iter(held))}").text
    assert "history-head" not in guarded.get(f"/runs/{RUN}/seat?item={foreign}").text


@pytest.mark.parametrize("name", ["anna", "piet"])
def test_who_does_not_steer_cannot_start_or_order(guarded: TestClient, name: str) -> None:
    log_in(guarded, name)

    assert guarded.post("/start", data={"scenario": "gaslek-keten"}, headers=ORIGIN).status_code == 403
    for do in ("pause", "resume", "end", "speed", "throw-in", "throw-fault", "let-in", "", "say"):
        answer = guarded.post(f"/runs/{RUN}/orders", data={"do": do, "party": "wl"}, headers=JSON)
        assert (answer.status_code, answer.json()["done"]) == (403, False), do


def test_a_participant_gets_no_report_and_adds_no_observation(guarded: TestClient) -> None:
    log_in(guarded, "piet")

    assert guarded.get(f"/runs/{RUN}/report.html").status_code == 404
    answer = guarded.post(f"/runs/{RUN}/observations", data={"text": "x"}, headers=JSON)
    assert answer.status_code == 403


def test_an_account_is_not_shown_to_others(guarded: TestClient) -> None:
    log_in(guarded, "sam")

    assert "sam" not in guarded.get("/").text.replace("same", "")


def test_where_nobody_need_log_in_the_form_leads_on(client: TestClient) -> None:
    for answer in (
        client.get("/login", follow_redirects=False),
        client.post("/login", data={"name": "x"}, headers=ORIGIN, follow_redirects=False),
    ):
        assert answer.headers["location"] == "/"
    assert client.get(f"{ADDRESS}/runs/{RUN}", follow_redirects=False).headers["location"].endswith("picture")
