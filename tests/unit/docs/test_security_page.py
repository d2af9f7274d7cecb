"""docs/security.md names tests that exist, and limits as they are in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brokers.embedded.limits import Limits
from brokers.mosquitto import config
from brokers.mosquitto.certificates import CERTIFICATE_DAYS
from sim.core.engine.outside import screening
from sim.core.messages.codec import EVENT_BYTES_MAX
from sim.session import throttle

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ALSO = (ROOT / "docs" / "broker.md").read_text("utf-8")


def row(begins: str) -> str:
    (found,) = [line for line in PAGE.splitlines() if line.startswith(f"| {begins}")]
    return found


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE))))
def test_every_test_that_it_names_exists(named: str) -> None:
    assert (ROOT / named).exists()


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", PAGE))), ids=str)
def test_every_single_test_that_it_names_exists(named: tuple[str, str]) -> None:
    file, test = named
    (path,) = (ROOT / "tests").rglob(file)
    assert f"def {test}" in path.read_text("utf-8")


def test_its_limits_are_those_of_the_code() -> None:
    limits = Limits()
    assert limits.packet_bytes == config.MAX_PACKET_BYTES == 1024 * 1024
    assert "1 MiB (both brokers)" in row("one packet")
    assert f"{EVENT_BYTES_MAX // 1024} KiB" in row("one event of a party")
    stranger = row("one event of an outside client")
    assert f"{screening.PAYLOAD_BYTES_MAX // 1024} KiB" in stranger
    assert f"{screening.TEXT_CHARACTERS_MAX:,} characters" in stranger
    assert f"{screening.ENTRIES_MAX:,} entries" in stranger
    looked_at = row("events of one outside client")
    assert f"{throttle.BURST:,} at once, {throttle.PER_S:g} a second" in looked_at
    waiting = row("messages waiting")
    assert f"{limits.queued_messages:,} (embedded)" in waiting
    assert (
        f"{config.MAX_QUEUED_MESSAGES:,} or {config.MAX_QUEUED_BYTES // 1024**2} MiB (Mosquitto)" in waiting
    )
    assert f"{limits.connections:,}" in row("clients at the same time")
    assert limits.connections == config.MAX_CONNECTIONS
    assert f"{limits.subscriptions:,} (embedded)" in row("subscriptions")
    assert f"{limits.denials:,}" in row("refusals")


@pytest.mark.parametrize("page", [PAGE, ALSO])
def test_how_long_a_certificate_holds_is_what_is_said(page: str) -> None:
    assert f"{CERTIFICATE_DAYS} days" in page


def test_the_ports_of_the_guide_are_those_of_the_code() -> None:
    ports = config.Ports()
    for number, option in (
        (ports.mqtts, "--mqtts-port"),
        (ports.websockets_tls, "--wss-port"),
        (ports.mqtt, "--mqtt-port"),
        (ports.websockets, "--ws-port"),
    ):
        assert f"| {number} | `{option}` |" in ALSO
