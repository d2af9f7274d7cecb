"""Payloads that no reader can make sense of, made from one that could be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sim.core.messages.event import TYPE_PREFIX
from sim.core.world.faults.fault import How


def garbled(payload: bytes, how: How) -> bytes:
    """Return a payload as it comes out of a client that is broken.

    Args:
        payload: An event as it should be.
        how: ``truncated`` (the usual way): the last third is not there. ``encoding``: letters of another code page.
            ``type``: it says to be of another type than it is.
    """
    return _WAYS[how](payload)


def _truncate(payload: bytes) -> bytes:
    return payload[: len(payload) * 2 // 3]


def _encode_otherwise(payload: bytes) -> bytes:
    return payload.replace(b'"time":"', b'"time":"\xeb', 1)


def _mislabel(payload: bytes) -> bytes:
    prefix = f'"type":"{TYPE_PREFIX}'.encode()
    return payload.replace(prefix, prefix + b"un", 1)


_WAYS: Final[Mapping[How, Callable[[bytes], bytes]]] = {
    "": _truncate,
    "truncated": _truncate,
    "encoding": _encode_otherwise,
    "type": _mislabel,
}
