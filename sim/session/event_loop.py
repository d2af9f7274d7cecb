"""The event loop of a run: uvloop (``pip install beeld[fast]``) where it is installed and helps, else Python's own."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable
from importlib import import_module
from typing import Final

_INSIDE: Final = ("memory", "embedded")
"""Brokers within this process: the first has no sockets, and the server of the second rests on Python's own loop."""


def loop_factory(broker: str, *, has_workers: bool = False) -> Callable[[], AbstractEventLoop] | None:
    """Return what makes the event loop of a run over a broker; None is Python's own.

    With workers it is, since what passes to them mostly goes over an embedded broker.

    A run over the sockets of a server takes a quarter less processor time with uvloop (``docs/performance.md``). What
    comes of the run is the same: no digest depends on the order in which sockets become ready.
    """
    if broker in _INSIDE or has_workers:
        return None
    try:
        made: Callable[[], AbstractEventLoop] = import_module("uvloop").new_event_loop
    except ImportError:
        return None
    return made
