"""Packets are cut out of the stream, screened and read, or refused."""

from __future__ import annotations

import contextlib

import mqtt5
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.embedded import packets
from brokers.embedded.framing import FrameReader, PacketError


def test_nothing_large_is_stored() -> None:
    reader = FrameReader(100)
    reader.feed(b"\x30\x65")
    with pytest.raises(PacketError, match="packet of 103 bytes, the limit is 100") as refusal:
        reader.next_frame()
    assert refusal.value.reason_code == 0x95


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_panic_of_the_codec_is_a_malformed_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packets, "screen", lambda _frame: None)
    with pytest.raises(PacketError, match="cannot be read") as refusal:
        packets.decode(b"\x30\x04\x00\x01\xff\x00")
    assert refusal.value.reason_code == 0x81


def test_the_end_of_the_program_is_no_malformed_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_frame: memoryview) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mqtt5, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        packets.decode(b"\xc0\x00")


@settings(max_examples=200)
@given(st.binary(min_size=2, max_size=40), st.integers(0, 255))
def test_whatever_is_read_is_a_packet_or_an_error(body: bytes, first: int) -> None:
    frame = bytes([first, len(body)]) + body
    with contextlib.suppress(PacketError):
        packets.decode(frame)
