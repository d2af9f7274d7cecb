"""An open session as people start it: a command in a terminal, and a plain client that joins while it runs."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from brokers.adapter import Endpoint
from sim.runlog.reader import read
from sim.runlog.verify import verify
from tests.integration.command import BEEKDAL, MOSQUITTO, PATIENCE_S, started
from tests.integration.plain_client import NOT_AUTHORIZED, Client

OTHERS_TAB = "activity/wateroverlast/own/wl/a2-situation/wl-stream-level"
FILTERS = ("#", "activity/+/shared/#")


def credentials_of(process: subprocess.Popen[str]) -> Path:
    """Wait until the session says where credentials are."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"\S+credentials\.json", line):
            return Path(found[0])
    pytest.fail(f"no credentials were offered: {said}")


@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
def test_a_client_with_the_link_partners_credentials_gets_and_changes_nothing(
    broker: str, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    # Two hours in some five seconds: the client needs a small part of that.
    options = ("--seed", "7", "--broker", broker, "--pace", "x1500", "--until", "T+02:00:00")
    with started("run", BEEKDAL, *options, "--out", folder, "--json", cwd=tmp_path) as process:
        path = credentials_of(process)
        assert path.resolve() == folder / "credentials.json"
        assert path.stat().st_mode & 0o777 == 0o600
        offer = json.loads(path.read_bytes())
        client = Client(Endpoint(offer["host"], offer["port"]), "gasunie", offer["accounts"]["gasunie"])
        client.connect()
        try:
            read_codes = client.subscribe([offer["root"] + each for each in FILTERS])
            write_codes = client.publish([offer["root"] + OTHERS_TAB], b"forged", retain=True)
            out, _ = process.communicate(timeout=PATIENCE_S)
        finally:
            client.leave()
        assert process.returncode == 0

    assert read_codes == [NOT_AUTHORIZED, NOT_AUTHORIZED]
    assert write_codes == [NOT_AUTHORIZED]
    assert client.received() == set()
    document = json.loads(out)
    assert (document["outcome"], document["lost"], document["leaked"]) == ("completed", 0, 0)
    assert not path.exists()
    assert verify(folder).ok
    told = [r.content for r in read(folder) if r.kind == "denied" and r.content.outside]
    assert {(denied.party, denied.topic) for denied in told} == {
        ("gasunie", t) for t in (*FILTERS, OTHERS_TAB)
    }


@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_a_session_that_is_stopped_by_hand_leaves_a_whole_log_and_no_credentials(
    broker: str, how: signal.Signals, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    options = ("--broker", broker, "--pace", "x10", "--out", folder)
    with started("run", BEEKDAL, *options, cwd=tmp_path) as process:
        path = credentials_of(process)
        offer = json.loads(path.read_bytes())
        client = Client(Endpoint(offer["host"], offer["port"]), "gasunie", offer["accounts"]["gasunie"])
        client.connect()
        try:
            assert client.subscribe([offer["root"] + "#"]) == [NOT_AUTHORIZED]
            process.send_signal(how)
            _, err = process.communicate(timeout=PATIENCE_S)
        finally:
            client.leave()

    assert process.returncode == 128 + how
    assert "Traceback" not in err
    assert not path.exists()
    found = verify(folder)
    assert found.ok, found.reason
    told = [r.content for r in read(folder) if r.kind == "denied" and r.content.outside]
    assert [(denied.party, denied.topic) for denied in told] == [("gasunie", "#")]
