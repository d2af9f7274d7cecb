"""Where one control packet ends and the next begins, before anything in it is believed (section 2.1)."""

from __future__ import annotations

from brokers.embedded import reasons

_LENGTH_BYTES = 4  # a variable byte integer has no more ([MQTT-1.5.5-1])


class PacketError(Exception):
    """A client broke the protocol; ``reason_code`` is what it is told before the connection closes."""

    def __init__(self, reason_code: int, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


class FrameReader:
    """Cuts a stream of bytes into control packets.

    The size of a packet is judged by its first bytes, so that nothing is stored of one that is too large.
    """

    def __init__(self, max_packet_bytes: int) -> None:
        self._max_packet_bytes = max_packet_bytes
        self._buffer = bytearray()
        self._start = 0  # where the next packet begins
        self._needed = 2  # how many bytes from there on make sense to look at
        self._type: int | None = None

    @property
    def current_type(self) -> int | None:
        """The type of the packet that was read last or began to come in (2.1.2); None before that."""
        return self._type

    def feed(self, data: bytes) -> None:
        """Add bytes as they came."""
        if self._start:
            del self._buffer[: self._start]
            self._start = 0
        self._buffer += data

    def next_frame(self) -> bytes | None:
        """Return the next whole packet with its fixed header, None if more bytes are needed.

        Raises:
            PacketError: 0x81 if the length is malformed, 0x95 if it is beyond the limit.
        """
        if len(self._buffer) - self._start < self._needed:
            return None
        self._type = self._buffer[self._start] >> 4
        total = self._frame_length()
        if total is None:
            return None
        if total > self._max_packet_bytes:
            raise PacketError(
                reasons.PACKET_TOO_LARGE, f"packet of {total} bytes, the limit is {self._max_packet_bytes}"
            )
        if len(self._buffer) - self._start < total:
            self._needed = total
            return None
        self._needed = 2
        end = self._start + total
        frame = bytes(self._buffer[self._start : end])
        self._start = end
        return frame

    def _frame_length(self) -> int | None:
        """Read the remaining length (2.1.4); None if its bytes are not all there."""
        length = 0
        first = self._start + 1
        for index, byte in enumerate(self._buffer[first : first + _LENGTH_BYTES]):
            length |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return 2 + index + length
        if len(self._buffer) - first >= _LENGTH_BYTES:
            raise PacketError(reasons.MALFORMED_PACKET, "the remaining length is malformed")
        return None
