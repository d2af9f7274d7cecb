"""The clients in examples/ take part in an exercise on a server that stands, as an outside party would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from sim.core.messages.contents import Scaling
from sim.core.records.kinds import Message
from sim.core.records.record import Record
from sim.runlog.reader import read
from tests.integration.command import BEEKDAL, PATIENCE_S, started
from tests.integration.standing import NEEDS_MOSQUITTO, StandingServer, standing_server

pytestmark = NEEDS_MOSQUITTO

EXAMPLES = Path(__file__).parents[2] / "examples"


def mqtt_js() -> str | None:
    """Return where MQTT.js is installed, which somebody has to say: it is no part of what the tests install."""
    named = os.environ.get("BEELD_MQTT_JS")
    return named if named and shutil.which("node") and Path(named).is_dir() else None


CLIENTS: dict[str, list[str | Path]] = {
    "paho": [sys.executable, EXAMPLES / "party_paho.py"],
    "aiomqtt": [sys.executable, EXAMPLES / "party_aiomqtt.py"],
    "mqttjs": ["node", "party_mqttjs.mjs"],
    "mosquitto": [EXAMPLES / "party_mosquitto.sh"],
}
MISSING = {
    "mqttjs": None
    if mqtt_js()
    else "BEELD_MQTT_JS names no folder with node_modules/mqtt (npm install in examples/)",
    "mosquitto": None if shutil.which("mosquitto_pub") else "mosquitto-clients is not installed",
}


def client(name: str) -> ParameterSet:
    reason = MISSING.get(name)
    return pytest.param(name, marks=pytest.mark.skipif(reason is not None, reason=str(reason)))


@dataclass
class Going:
    """An open session that goes on."""

    folder: Path
    work: Path

    @property
    def credentials(self) -> Path:
        return self.folder / "credentials.json"

    def speak(self, name: str, party: str, level: str) -> subprocess.CompletedProcess[str]:
        """Have an example tell the level of a party."""
        where = self._beside_modules(Path(str(mqtt_js()))) if name == "mqttjs" else self.work
        return subprocess.run(
            [*CLIENTS[name], self.credentials, party, "wateroverlast", level],
            cwd=where,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def _beside_modules(self, modules: Path) -> Path:
        """Put the example where node finds what it imports."""
        where = self.work / "js"
        where.mkdir(exist_ok=True)
        shutil.copy(EXAMPLES / "party_mqttjs.mjs", where)
        if not (where / "node_modules").exists():
            (where / "node_modules").symlink_to(modules / "node_modules")
        return where


@pytest.fixture(scope="module", params=["standing", "embedded"])
def going(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Going]:
    work = tmp_path_factory.mktemp("open")
    with standing_server() as server:
        yield from _go(server if request.param == "standing" else None, work)


def _go(server: StandingServer | None, work: Path) -> Iterator[Going]:
    broker = ["--broker", "embedded"]
    if server is not None:
        broker = ["--broker", server.url, "--keys", str(server.folder.keys)]
    folder = work / "run"
    with started("run", BEEKDAL, "--pace", "x60", "--out", folder, *broker, cwd=work) as process:
        assert process.stderr is not None
        assert "credentials.json" in process.stderr.readline()
        yield Going(folder, work)
        process.terminate()
        process.wait()


def said(going: Going, id_: str) -> list[Record]:
    """Return the records of an event; the log of a run that goes on can be read."""
    return [
        record
        for record in read(going.folder)
        if isinstance(record.content, Message) and record.content.event.id == id_
    ]


@pytest.mark.parametrize("name", [client(name) for name in CLIENTS])
def test_an_example_speaks_for_its_party_and_stands_in_the_log(name: str, going: Going) -> None:
    done = going.speak(name, "wl", f"level of {name}")
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.strip() in ("accepted", "sent")

    for _ in range(20):  # the session takes it in at its next look; another client's round gives it the time
        if records := said(going, f"wl-{name}-1"):
            break
        going.speak("paho", "wl", "waiting")
    (record,) = records
    content = record.content
    assert isinstance(content, Message)
    assert content.outside
    assert content.topic == "activity/wateroverlast/scaling/wl"
    assert isinstance(content.event.data, Scaling)
    assert content.event.data.level == f"level of {name}"
    assert "vr24" in content.readers


def test_an_example_is_refused_what_its_profile_does_not_give(going: Going) -> None:
    """A standby partner that was not let in hears the clock, and has no level to tell."""
    done = going.speak("paho", "rode-kruis", "level")
    assert (done.returncode, done.stdout.strip()) == (1, "refused: Not authorized")
    assert said(going, "rode-kruis-paho-1") == []


def test_each_is_told_of_in_the_readme() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file()} - {"README.md", "package-lock.json"}
    assert {name for name in files if f"({name})" not in page} == set()
    assert len(files) == len(CLIENTS) + 1, "each client, and what MQTT.js comes from"
