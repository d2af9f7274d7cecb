"""The pages as people start them: a command in a terminal, an exercise begun, steered and ended from its pages."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from sim.runlog.reader import read
from sim.runlog.verify import verify
from tests.integration.command import PATIENCE_S, beeld, started

BEGIN = {"scenario": "gaslek-keten", "seed": "7", "broker": "embedded", "speed": "300", "paused": "yes"}
FAULT = {
    "type": "incomplete",
    "hop": "observation",
    "party": "brandweer",
    "subject": "gas-leak",
    "title": "The report says little",
    "omit": "values",
}
ACTIVITY = "gaslek"


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """A server, and a browser that speaks with it."""
    with started("serve", "--port", "0", cwd=tmp_path) as process:
        assert process.stdout is not None
        told = re.search(r"http://[0-9.:]+", process.stdout.readline())
        assert told is not None
        address = told[0]
        headers = {"Origin": address, "Accept": "application/json", "Accept-Language": "en"}
        with httpx2.Client(base_url=address, headers=headers, timeout=PATIENCE_S) as client:
            yield process, client


def children_of(pid: int) -> set[int]:
    """Return the processes that a process started, and those that these started."""
    found = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    direct = {int(one) for one in found}
    return direct | {deeper for one in direct for deeper in children_of(one)}


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def who_stays(pids: set[int]) -> list[int]:
    """Return which of these processes do not end within our patience."""
    until = time.monotonic() + PATIENCE_S
    while (alive := [pid for pid in sorted(pids) if is_alive(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    return alive


def wait_for(client: httpx2.Client, address: str, told: str) -> str:
    """Ask for a page until it tells something."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        html = client.get(address).text
        if re.search(told, html):
            return html
        time.sleep(0.1)
    pytest.fail(f"{address} did not tell {told}")


def test_an_exercise_is_begun_steered_sat_in_ended_and_judged_from_its_pages(
    serving: tuple[subprocess.Popen[str], httpx2.Client], tmp_path: Path
) -> None:
    process, client = serving
    begun = client.post("/start", data=BEGIN)
    assert begun.status_code == 303, begun.text
    run = re.fullmatch(r"/runs/([^/]+)/control", begun.headers["location"])
    assert run is not None
    address = f"/runs/{run[1]}"

    def order(do: str, **fields: str) -> tuple[bool, str]:
        answer = client.post(f"{address}/orders", data={"do": do, **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()["done"], answer.json()["text"]

    assert "T+00:00" in client.get(f"{address}/control").text
    assert order("resume")[0]
    wait_for(client, f"{address}/control", r"T\+00:[1-9]\d")
    assert order("pause")[0]
    assert order("throw-fault", **FAULT)[0]
    done, why = order("throw-fault", **{**FAULT, "subject": "moon"})
    assert not done
    assert "moon" in why
    assert order("sit", party="ziekenhuis")[0]
    assert 'id="say-request"' in client.get(f"{address}/seat?party=ziekenhuis").text
    assert order("speed", speed="60")[0]
    assert order("resume")[0]
    request = {"what": "request", "activity": ACTIVITY, "to": "vr04", "text": "How far is it?"}
    done, said = order("say", party="ziekenhuis", **request)
    assert done, said
    done, why = order("say", party="politie", **request)
    assert not done, "nobody sits there"
    begun_here = children_of(process.pid)
    assert begun_here
    assert order("end")[0]
    assessor = wait_for(client, f"{address}/assessor", 'id="criterion"')

    late = client.post(f"{address}/orders", data={"do": "pause"})
    assert (late.status_code, late.json()["done"]) == (409, False)
    report = client.get(f"{address}/report.html")
    assert (report.status_code, report.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'value="alarm-acknowledgement"' in assessor
    seen = {
        "criterion": "alarm-acknowledgement",
        "party": "ziekenhuis",
        "text": "They called.",
        "at": "60000",
    }
    observed = client.post(f"{address}/observations", data=seen)
    assert observed.json()["done"], observed.text
    wait_for(client, f"{address}/assessor", "They called.")

    begun_here |= children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in errors
    assert who_stays(begun_here) == []
    folder = tmp_path / "runs" / run[1]
    assert verify(folder).ok
    records = list(read(folder))
    course = [record.content.what for record in records if record.kind == "steering"]
    assert [what for what in course if what != "paused"] == [
        "resumed",
        "seat-taken",
        "speed",
        "resumed",
        "ended",
    ]
    assert [record.content.title.en for record in records if record.kind == "fault"].count(
        FAULT["title"]
    ) <= 1
    asked = [r for r in records if r.kind == "message" and r.content.topic.endswith("/ziekenhuis/request")]
    assert "How far is it?" in [record.content.event.data.text.en for record in asked]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
@pytest.mark.parametrize("paused", ["yes", ""], ids=["paused", "going on"])
def test_a_server_that_is_gone_leaves_no_exercise_but_a_whole_log(
    serving: tuple[subprocess.Popen[str], httpx2.Client], tmp_path: Path, how: signal.Signals, paused: str
) -> None:
    process, client = serving
    begun = client.post("/start", data={**BEGIN, "speed": "1", "paused": paused})
    run = begun.headers["location"].split("/")[2]
    begun_here = children_of(process.pid)
    assert begun_here

    process.send_signal(how)
    process.communicate(timeout=PATIENCE_S)

    assert who_stays(begun_here) == []
    folder = tmp_path / "runs" / run
    assert verify(folder).ok
    assert not (folder / "credentials.json").exists()


def test_pages_beyond_this_machine_need_accounts(tmp_path: Path) -> None:
    refused = beeld("serve", "--host", "0.0.0.0", "--port", "0", cwd=tmp_path)

    assert refused.returncode == 2
    assert "--accounts" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
