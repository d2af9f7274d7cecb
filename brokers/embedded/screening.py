"""What must be checked in a packet before the codec reads it.

The codec panics on text that is not UTF-8, and reads past null characters and reserved bits that the
standard calls malformed. So each packet is walked once, and only its text and reserved bits are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from brokers.embedded import reasons
from brokers.embedded.framing import PacketError

# How the value of each property is written (2.2.2.2).
_BYTE, _TWO_BYTES, _FOUR_BYTES, _VARIABLE, _TEXT, _BINARY, _PAIR = range(7)
_PROPERTIES: Final = {
    0x01: _BYTE, 0x02: _FOUR_BYTES, 0x03: _TEXT, 0x08: _TEXT, 0x09: _BINARY, 0x0B: _VARIABLE,
    0x11: _FOUR_BYTES, 0x12: _TEXT, 0x13: _TWO_BYTES, 0x15: _TEXT, 0x16: _BINARY, 0x17: _BYTE,
    0x18: _FOUR_BYTES, 0x19: _BYTE, 0x1A: _TEXT, 0x1C: _TEXT, 0x1F: _TEXT, 0x21: _TWO_BYTES,
    0x22: _TWO_BYTES, 0x23: _TWO_BYTES, 0x24: _BYTE, 0x25: _BYTE, 0x26: _PAIR, 0x27: _FOUR_BYTES,
    0x28: _BYTE, 0x29: _BYTE, 0x2A: _BYTE,
}  # fmt: skip
_FIXED_SIZES: Final = {_BYTE: 1, _TWO_BYTES: 2, _FOUR_BYTES: 4}

_BARE_ACKNOWLEDGEMENT: Final = 4  # bytes of the most frequent packet, which has nothing to check

_PROTOCOL_NAME: Final = b"MQTT"
_PROTOCOL_VERSION: Final = 5


def _malformed(what: str) -> PacketError:
    return PacketError(reasons.MALFORMED_PACKET, what)


class _Walk:
    """A position in a packet that moves over one field at a time; past the end is an IndexError."""

    __slots__ = ("at", "frame")

    def __init__(self, frame: bytes) -> None:
        self.frame = frame
        self.at = 1
        self.variable()  # the remaining length

    @property
    def more(self) -> bool:
        return self.at < len(self.frame)

    def byte(self) -> int:
        value = self.frame[self.at]
        self.at += 1
        return value

    def two_bytes(self) -> int:
        value = self.frame[self.at] << 8 | self.frame[self.at + 1]
        self.at += 2
        return value

    def variable(self) -> int:
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise _malformed("a variable byte integer is malformed")

    def binary(self) -> bytes:
        length = self.two_bytes()
        start, self.at = self.at, self.at + length
        if self.at > len(self.frame):
            raise IndexError
        return self.frame[start : self.at]

    def text(self) -> None:
        value = self.binary()
        if 0 in value:
            raise _malformed("a text holds a null character")  # [MQTT-1.5.4-2]
        if value.isascii():
            return
        try:
            value.decode()
        except UnicodeDecodeError:
            raise _malformed("a text is not UTF-8") from None  # [MQTT-1.5.4-1]

    def properties(self) -> None:
        length = self.variable()
        end = self.at + length
        while self.at < end:
            kind = _PROPERTIES.get(self.byte())
            if kind is None:
                raise _malformed("a property is unknown")
            if kind in _FIXED_SIZES:
                self.at += _FIXED_SIZES[kind]
            elif kind == _VARIABLE:
                self.variable()
            elif kind == _BINARY:
                self.binary()
            else:
                self.text()
                if kind == _PAIR:
                    self.text()
        if self.at != end:
            raise _malformed("the properties do not end where they say")


def _connect(walk: _Walk) -> None:
    name, version = walk.binary(), walk.byte()
    if name != _PROTOCOL_NAME or version != _PROTOCOL_VERSION:
        raise PacketError(reasons.UNSUPPORTED_PROTOCOL_VERSION, "this broker speaks MQTT 5")  # [MQTT-3.1.2-2]
    flags = walk.byte()
    has_will, has_username = flags & 0x04, flags & 0x80
    if flags & 0x01 or (flags & 0x38 and not has_will):
        raise _malformed("reserved bits of the connect flags are set")  # [MQTT-3.1.2-3, -11, -13]
    walk.two_bytes()
    walk.properties()
    walk.text()
    if has_will:
        walk.properties()
        walk.text()
        walk.binary()
    if has_username:
        walk.text()


def _publish(walk: _Walk) -> None:
    flags = walk.frame[0]
    qos = flags >> 1 & 0x03
    if flags & 0x08 and not qos:
        raise _malformed("DUP is set with QoS 0")  # [MQTT-3.3.1-2]
    walk.text()
    if qos:
        walk.two_bytes()
    walk.properties()


def _acknowledgement(walk: _Walk) -> None:
    walk.two_bytes()
    _disconnect(walk)


def _disconnect(walk: _Walk) -> None:
    if walk.more:
        walk.byte()
    if walk.more:
        walk.properties()


def _subscribe(walk: _Walk) -> None:
    walk.two_bytes()
    walk.properties()
    while walk.more:
        walk.text()
        if walk.byte() & 0xC0:
            raise _malformed("reserved bits of the subscription options are set")  # [MQTT-3.8.3-5]


def _unsubscribe(walk: _Walk) -> None:
    walk.two_bytes()
    walk.properties()
    while walk.more:
        walk.text()


_SCREENS: Final[dict[int, Callable[[_Walk], None]]] = {
    1: _connect,
    3: _publish,
    4: _acknowledgement,
    5: _acknowledgement,
    6: _acknowledgement,
    7: _acknowledgement,
    8: _subscribe,
    10: _unsubscribe,
    14: _disconnect,
}


def screen(frame: bytes) -> None:
    """Check the text and the reserved bits of one whole packet.

    Raises:
        PacketError: 0x81 if it is malformed, 0x84 for the CONNECT of another version of MQTT.
    """
    check = _SCREENS.get(frame[0] >> 4)
    if check is None or (check is _acknowledgement and len(frame) == _BARE_ACKNOWLEDGEMENT):
        return
    try:
        check(_Walk(frame))
    except IndexError:
        raise _malformed("the packet ends too early") from None
