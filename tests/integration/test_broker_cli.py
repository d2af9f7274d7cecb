"""``beeld broker``: a server that stands, started, looked at and stopped by commands."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brokers.mosquitto.certificates import names_in
from brokers.mosquitto.folder import ServerFolder
from brokers.mosquitto.keys import load_keys
from brokers.mosquitto.service import down
from tests.integration.command import BEEKDAL, BEELD, beeld
from tests.integration.standing import NEEDS_MOSQUITTO, free_ports, own_folder


@pytest.fixture
def folder() -> Iterator[ServerFolder]:
    with own_folder() as folder:
        yield folder
        down(folder)


def ports() -> tuple[str, ...]:
    free = free_ports()
    numbers = {
        "mqtt": free.mqtt,
        "ws": free.websockets,
        "mqtts": free.mqtts,
        "wss": free.websockets_tls,
    }
    return tuple(part for name, number in numbers.items() for part in (f"--{name}-port", str(number)))


def broker(folder: ServerFolder, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return beeld(
        "broker",
        *arguments,
        cwd=folder.root,
        BEELD_BROKER_FOLDER=str(folder.root),
        LC_ALL="nl_NL.UTF-8",
        **environment,
    )


class TestServer:
    """What needs the server itself."""

    pytestmark = NEEDS_MOSQUITTO

    def test_it_starts_and_stops_and_says_so(self, folder: ServerFolder, tmp_path: Path) -> None:
        assert broker(folder, "status").returncode == 1
        started = broker(folder, "up", *ports())
        assert started.returncode == 0, started.stderr
        assert "De server draait" in started.stdout

        found = json.loads(broker(folder, "status", "--json").stdout)
        assert (found["running"], found["runs"]) == (True, [])
        os.kill(found["pid"], 0)
        again = json.loads(broker(folder, "up", "--json").stdout)
        assert again == found, "one that runs goes on as it is"

        url = found["addresses"][0]
        ran = beeld(
            "run", BEEKDAL, "--broker", url, "--json", cwd=tmp_path, BEELD_BROKER_FOLDER=str(folder.root)
        )
        assert ran.returncode == 0, ran.stderr
        assert "niets op te ruimen" in broker(folder, "clean").stdout

        assert broker(folder, "down").returncode == 0
        assert broker(folder, "status").returncode == 1
        assert "geen server" in broker(folder, "down").stdout

    def test_accounts_and_rights_outlive_a_restart(self, folder: ServerFolder) -> None:
        numbers = ports()
        assert broker(folder, "up", *numbers).returncode == 0
        keys = load_keys(folder.keys)
        assert broker(folder, "down").returncode == 0
        assert broker(folder, "up", *numbers).returncode == 0
        assert load_keys(folder.keys) == keys

    def test_a_port_that_is_taken_is_one_clear_line(self, folder: ServerFolder) -> None:
        numbers = ports()
        with own_folder() as other:
            assert broker(other, "up", *numbers).returncode == 0
            try:
                refused = broker(folder, "up", *numbers)
            finally:
                down(other)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert "Address already in use" in refused.stderr
        assert broker(folder, "status").returncode == 1

    def test_no_secret_is_in_the_list_of_processes(self, folder: ServerFolder) -> None:
        """Nor in the environment of the server, which that list may show."""
        word = "a-password-for-somewhere-else"
        assert broker(folder, "up", *ports(), BEELD_BROKER_PASSWORD=word).returncode == 0
        pid = json.loads(broker(folder, "status", "--json").stdout)["pid"]
        secret = load_keys(folder.keys).password
        listed = subprocess.run(["ps", "auxeww"], capture_output=True, text=True, check=True).stdout
        assert f" {pid} " in listed
        assert "BEELD_BROKER_FOLDER" in listed, "environments are shown to who asks here"
        assert secret not in listed
        assert word not in listed


def test_without_mosquitto_it_says_in_one_line_what_to_install(folder: ServerFolder) -> None:
    code = (
        "import sys; from brokers.mosquitto import launch, service\n"
        "launch.shutil.which = lambda *_, **__: None\n"
        "from sim.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "broker", "up", "--folder", folder.root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("beeld: mosquitto is not installed (Debian: apt-get install mosquitto")
    assert done.stderr.count("\n") == 1
    assert list(folder.root.iterdir()) == []


def test_init_makes_a_folder_for_a_container(folder: ServerFolder) -> None:
    done = broker(folder, "init", "--container", "--name", "mosquitto", "--json")
    assert done.returncode == 0, done.stderr
    keys = load_keys(folder.keys)
    assert "mqtts://mosquitto:8883" in keys.addresses
    assert keys.log is None, "a container keeps its log to itself"
    assert not stat.S_IMODE(folder.root.stat().st_mode) & 0o077
    assert {path.name for path in folder.served.iterdir()} == {
        "ca.crt",
        "dynamic-security.json",
        "server.crt",
        "server.key",
    }
    again = broker(folder, "init", "--container", "--name", "mosquitto", "--json")
    assert json.loads(again.stdout)["made"] is False
    assert load_keys(folder.keys) == keys


def test_a_name_that_the_certificate_does_not_have_yet_is_added(folder: ServerFolder) -> None:
    assert broker(folder, "init", "--name", "one.example").returncode == 0
    assert broker(folder, "init", "--name", "two.example").returncode == 0
    names = names_in(folder.certificate.certificate)
    assert set(names) >= {"one.example", "two.example", "localhost"}
    addresses = load_keys(folder.keys).addresses
    assert {"mqtts://one.example:8883", "mqtts://two.example:8883"} <= set(addresses)


def test_certificates_are_made_by_one_command(folder: ServerFolder) -> None:
    made = broker(folder, "certificates", "--name", "berichten.example")
    assert made.returncode == 0, made.stderr
    server, before = folder.certificate.certificate.read_bytes(), folder.authority.certificate.read_bytes()
    assert broker(folder, "certificates", "--client", "meldkamer").returncode == 0
    assert folder.client("meldkamer").exists()
    assert broker(folder, "certificates", "--name", "elders.example").returncode == 0
    assert folder.certificate.certificate.read_bytes() != server
    assert folder.authority.certificate.read_bytes() == before, "who trusts the authority goes on trusting it"
    refused = broker(folder, "certificates", "--client", "../out")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)


def test_clean_without_a_server_is_one_clear_line(folder: ServerFolder) -> None:
    refused = broker(folder, "clean")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "start it with: beeld broker up" in refused.stderr


def test_help_names_every_command() -> None:
    text = subprocess.run([BEELD, "broker", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(name in text for name in ("up", "down", "status", "init", "certificates", "clean"))
