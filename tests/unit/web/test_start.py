"""The first page: how far exercises are that go on, and what came of those that are over."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sim.core.world.scenario import Scenario
from sim.web.options import ServeOptions
from tests.unit.web.conftest import RUN, log_in
from tests.unit.web.serving import ORIGIN, FakeRun, asking, fake_exercise, going_on

LIVE = "ws://127.0.0.1:8600/live"
HEADERS = {"Host": "127.0.0.1:8600", "Accept-Language": "en", **ORIGIN}
HOUR_MS = 3_600_000


def test_what_came_of_a_run_stands_beside_it(client: TestClient) -> None:
    for language, outcome in (("en", "completed"), ("nl", "voltooid")):
        page = client.get("/", headers={"Accept-Language": language}).text
        assert f"<td>{outcome}</td>" in page


def test_how_far_an_exercise_is_is_told_as_it_goes_on(runs: Path, scenario: Scenario) -> None:
    run = FakeRun(at_ms=HOUR_MS, end_ms=4 * HOUR_MS)
    with (
        going_on(fake_exercise(RUN, scenario, run)),
        asking(ServeOptions(runs)) as client,
        client.websocket_connect(LIVE, headers=HEADERS) as socket,
    ):
        page = client.get("/", headers={"Accept-Language": "en"}).text
        first = msgspec.json.decode(socket.receive_text())
        assert first["live-runs"].strip() in page
        assert 'value="25"' in first["live-runs"]
        assert "T+01:00:00, 25%" in first["live-runs"]
        run.at_ms = 5 * HOUR_MS
        second = msgspec.json.decode(socket.receive_text())
        assert "T+05:00:00, 100%" in second["live-runs"]
        run.is_over = True
        assert "<td>completed</td>" in msgspec.json.decode(socket.receive_text())["live-runs"]


def test_who_has_not_logged_in_is_told_nothing(guarded: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as gone,
        guarded.websocket_connect(LIVE, headers=HEADERS) as socket,
    ):
        socket.receive_text()
    assert gone.value.code == 1008
    log_in(guarded, "piet")
    with guarded.websocket_connect(LIVE, headers=HEADERS) as socket:
        assert "/picture" not in msgspec.json.decode(socket.receive_text())["live-runs"]
