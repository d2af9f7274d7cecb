"""A worker with a bug, or in the wrong hands: ``python -m tests.integration.broken_worker`` in place of a real one.

Which of them, the variable ``BROKEN`` says.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec

from sim.core.agents.acts import Publish
from sim.core.messages.contents import Ack
from sim.runlog.manifest import versions
from sim.session.workers import frames, worker
from sim.session.workers.__main__ import serve
from sim.session.workers.frames import Arrived, Played, Reported, Steps
from sim.session.workers.host import Host
from sim.session.workers.packing import Packer

_play = Host._play
_pack = Packer.pack
ACK = Ack(activity="flood", of="x-1")


def _others(host: Host, order: Any) -> Steps:
    return Steps(
        tuple(Played(f"not-{one.party}", one.acts, one.engaged) for one in _play(host, order).played)
    )


def _elsewhere(host: Host, order: Any) -> Steps:
    said = Publish("control/worker/worker-1/down", ACK)
    return Steps(tuple(msgspec.structs.replace(one, acts=(said,)) for one in _play(host, order).played))


def _spying(host: Host, order: Any) -> Steps:
    host._gathered._on_arrived(Arrived((("clock", b"x", ("somebody-else",)),)))
    return _play(host, order)


def _garbage(_packer: Packer, frame: bytes) -> list[bytes]:
    return [b"\x00" * 7] if b"Steps" in frame else _pack(_packer, frame)


def _skipped(packer: Packer, frame: bytes) -> list[bytes]:
    if b"Steps" in frame:
        packer._number += 1
    return _pack(packer, frame)


def _misnumbered(frame: Any) -> bytes:
    answers = isinstance(frame, Reported) and isinstance(frame.body, Steps)
    return frames.encode(Reported(frame.number + 5, frame.body) if answers else frame)


def break_it(how: str) -> None:
    """Make this process a worker with a bug."""
    changes: dict[str, tuple[object, str, object]] = {
        "others": (Host, "_play", _others),
        "elsewhere": (Host, "_play", _elsewhere),
        "spying": (Host, "_play", _spying),
        "garbage": (Packer, "pack", _garbage),
        "skipped": (Packer, "pack", _skipped),
        "unasked": (worker, "encode", _misnumbered),
        "old": (worker, "versions", lambda: {**versions(), "beeld": "0.0.1"}),
    }
    if how == "vanishing":
        sys.exit(9)
    setattr(*changes[how])


if __name__ == "__main__":
    break_it(os.environ["BROKEN"])
    sys.exit(serve())
