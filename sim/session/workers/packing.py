"""Frames as the payloads of messages: a large one in parts, each part with its number.

A broker may deliver a message twice (QoS 1), and limits how large it may be. Numbers go up by one on each way: what
came before is passed over, and what is missing ends the run.
"""

from __future__ import annotations

import struct
from typing import Final

from sim.session.workers.frames import FrameError

PART_BYTES: Final = 512 * 1024
"""Bytes of a frame in one message: half of what our brokers take."""

FRAME_BYTES_MAX: Final = 256 * 1024 * 1024
"""No frame is larger: one with half a million events of half a kilobyte would be."""

_HEAD: Final = struct.Struct(">Q?")


class Packer:
    """Puts frames into messages, in one direction."""

    def __init__(self) -> None:
        self._number = 0

    def pack(self, frame: bytes) -> list[bytes]:
        """Return the messages in which a frame travels."""
        parts = [frame[start : start + PART_BYTES] for start in range(0, max(len(frame), 1), PART_BYTES)]
        messages = []
        for place, part in enumerate(parts, start=1):
            self._number += 1
            messages.append(_HEAD.pack(self._number, place == len(parts)) + part)
        return messages


class Unpacker:
    """Takes frames out of messages, in one direction."""

    def __init__(self) -> None:
        self._number = 0
        self._parts: list[bytes] = []
        self._bytes = 0

    def unpack(self, message: bytes) -> bytes | None:
        """Return the frame that a message completes; None when more is to come, or it came before.

        Raises:
            FrameError: It is no part of a frame, or not the next one, or the frame is too large.
        """
        if len(message) < _HEAD.size:
            raise FrameError(f"expected a part of a frame, found {len(message)} bytes")
        number, is_last = _HEAD.unpack_from(message)
        if number <= self._number:
            return None
        if number != self._number + 1:
            raise FrameError(f"expected part {self._number + 1}, found part {number}")
        self._number = number
        self._parts.append(message[_HEAD.size :])
        self._bytes += len(message)
        if self._bytes > FRAME_BYTES_MAX:
            raise FrameError(f"expected a frame of at most {FRAME_BYTES_MAX} bytes, found a larger one")
        if not is_last:
            return None
        parts, self._parts, self._bytes = self._parts, [], 0
        return parts[0] if len(parts) == 1 else b"".join(parts)
