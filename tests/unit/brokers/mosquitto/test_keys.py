from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from brokers.adapter import BrokerError
from brokers.mosquitto.keys import ServerKeys, is_address, keys_for, load_keys, parse_address, save_keys

KEYS = ServerKeys("administrator", "a-secret", ("mqtts://localhost:8883", "mqtt://localhost:1883"))


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted"),
    [
        ("mqtts://berichten.example", "berichten.example", 8883, True),
        ("mqtts://10.0.0.1:9/", "10.0.0.1", 9, True),
        ("mqtts://[2001:db8::1]:9", "2001:db8::1", 9, True),
        ("mqtt://localhost", "localhost", 1883, False),
        ("mqtt://127.0.0.1:7", "127.0.0.1", 7, False),
        ("mqtt://[::1]:7", "::1", 7, False),
    ],
)
def test_an_address_says_where_and_how(url: str, host: str, port: int, encrypted: bool) -> None:
    address = parse_address(url)
    assert is_address(url)
    assert (address.host, address.port, address.encrypted) == (host, port, encrypted)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "mqtts://",
        "mqtts://host:99999",
        "mqtts://host:x",
        "mqtts://host/path",
        "mqtts://host?x=1",
        "mqtts://[1",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(BrokerError, match=r"^expected mqtts://HOST") as refused:
        parse_address(url)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["mqtts://me:a-secret@host", "mqtts://me@host"])
def test_credentials_do_not_belong_in_an_address_and_are_not_told_again(url: str) -> None:
    with pytest.raises(BrokerError, match="list of processes") as refused:
        parse_address(url)
    assert "a-secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "localhost.example.org", "0.0.0.0"])
def test_an_open_line_never_leaves_this_machine(host: str) -> None:
    with pytest.raises(BrokerError, match=f"use mqtts://{host}"):
        parse_address(f"mqtt://{host}")


def test_keys_are_kept_for_their_owner_alone_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys = ServerKeys("administrator", "a-secret", ca=tmp_path / "ca.crt", log=Path("/var/log/x"))
    save_keys(path, keys)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["ca"] == "ca.crt", "a folder may be moved, or seen in a container"
    assert load_keys(path) == keys
    assert "a-secret" not in repr(keys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a-secret", "in JSON"),
        ('["a-secret"]', "one JSON object"),
        ('{"username": "a-secret"}', "password: expected a text"),
        ('{"username": 1, "password": "a-secret"}', "username: expected a text"),
        ('{"username": "x", "password": "a-secret", "addresses": "a"}', "addresses: expected a list"),
        ('{"username": "x", "password": "a-secret", "ca": 1}', "ca: expected a path"),
    ],
)
def test_a_file_that_holds_no_keys_is_refused_and_never_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BrokerError, match=said) as refused:
        load_keys(path)
    assert "a-secret" not in str(refused.value)


def test_keys_that_are_not_there_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="found No such file"):
        load_keys(tmp_path / "keys.json")
    with pytest.raises(
        BrokerError, match="found neither; a server of your own is started by: beeld broker up"
    ):
        keys_for(parse_address("mqtts://localhost"), None, tmp_path / "keys.json", {})


@pytest.mark.parametrize("url", ["mqtts://localhost", "mqtts://127.0.0.1:8883", "mqtt://localhost"])
def test_keys_are_for_the_server_that_they_name(url: str, tmp_path: Path) -> None:
    save_keys(tmp_path / "keys.json", KEYS)
    assert keys_for(parse_address(url), None, tmp_path / "keys.json", {}) == KEYS


@pytest.mark.parametrize(
    "url", ["mqtts://localhost:8884", "mqtts://elsewhere.example", "mqtt://localhost:8883"]
)
def test_keys_are_not_given_to_another_server(url: str, tmp_path: Path) -> None:
    save_keys(tmp_path / "keys.json", KEYS)
    with pytest.raises(BrokerError, match=f"not for {url}"):
        keys_for(parse_address(url), tmp_path / "keys.json", Path("/nowhere"), {})


def test_the_environment_goes_before_ones_own_server_and_behind_what_was_named(tmp_path: Path) -> None:
    save_keys(tmp_path / "keys.json", KEYS)
    variables = {"BEELD_BROKER_PASSWORD": "other", "BEELD_BROKER_USERNAME": "me", "BEELD_BROKER_CA": "/ca"}
    address = parse_address("mqtts://elsewhere.example")
    found = keys_for(address, None, tmp_path / "keys.json", variables)
    assert (found.username, found.password, found.ca) == ("me", "other", Path("/ca"))
    with pytest.raises(BrokerError, match="not for"):
        keys_for(address, tmp_path / "keys.json", Path("/nowhere"), variables)
