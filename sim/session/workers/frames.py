"""What passes between a coordinator and its workers: orders down, reports up; typed, and validated where they arrive.

Frames are MessagePack of tagged unions. A frame that is none of these, or that does not fit what was asked, is a bug or
an attack: the run ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from sim.core.agents.acts import (
    Appraise,
    Look,
    Publish,
    ReadClock,
    Remark,
    Stimulus,
    Subscribe,
    Unsubscribe,
    Wake,
)
from sim.core.model.ids import ActivityId, PartyId
from sim.transport.port import Outcome

WireAct: TypeAlias = Publish | Subscribe | Unsubscribe | Wake | Look | Appraise | ReadClock | Remark
"""What a party can do as others see it: an assignment stays within the party."""

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]


class FrameError(ValueError):
    """What came is no frame, or none that can come here; the message says why."""


# Orders: coordinator to worker -------------------------------------------------------------------------


class Engage(msgspec.Struct, frozen=True, tag=True):
    """Play these parties.

    Attributes:
        cast: The encoded cast (:mod:`sim.session.workers.casting`).
        digest: SHA-256 of it, hexadecimal.
        versions: What the coordinator runs on.
        seed: Seed of all chance.
        passwords: The parties, and the password of each at the broker.
        server: Host and port of the broker; None where it is the server that this frame came over.
        prefix: What stands before account names at that broker.
        run: The id of the run.
        key: The secret in the client ids of the run.
        broker: Name of the broker.
        nodes: Host and port of every node, where the broker is a cluster.
        homes: Host and port by party, where each has a server of its own.
        beat_s: How often the other end is heard, at least (s of wall time).
    """

    cast: bytes
    digest: str
    versions: Mapping[str, str]
    seed: int
    passwords: Mapping[PartyId, str]
    server: tuple[str, int] | None
    prefix: str
    run: str
    key: str
    broker: str
    nodes: tuple[tuple[str, int], ...]
    homes: Mapping[PartyId, tuple[str, int]]
    beat_s: float


class Play(msgspec.Struct, frozen=True, tag=True):
    """Time is granted up to ``at_ms``: let parties step.

    ``inboxes`` holds for each party, in order, which of ``stimuli`` came in: what many read stands here once.
    """

    at_ms: int
    stimuli: tuple[Stimulus, ...]
    inboxes: tuple[tuple[PartyId, tuple[Count, ...]], ...]


class Sending(msgspec.Struct, frozen=True, array_like=True):
    """One publication that a worker's party is to send."""

    party: PartyId
    topic: str
    payload: bytes
    retain: bool


class Trade(msgspec.Struct, frozen=True, tag=True):
    """Publish, and look out for as many deliveries to the worker's parties as ``expected``."""

    sendings: tuple[Sending, ...]
    expected: Count


class Filter(msgspec.Struct, frozen=True, tag=True):
    """Subscribe a party to a filter, or (``active`` False) give it up."""

    party: PartyId
    topic_filter: str
    active: bool


class Steady(msgspec.Struct, frozen=True, tag=True):
    """Have a party connected before a change of its rights.

    ``withheld`` when that withholds something from it; ``leaves`` when it is to be away meanwhile.
    """

    party: PartyId
    withheld: bool
    leaves: bool


class Healed(msgspec.Struct, frozen=True, tag=True):
    """Have a party connected after a change of its rights.

    ``losses`` is what :class:`Steady` was answered with; ``given_back`` when what was withheld is so no more;
    ``returns`` when the party left for that time.
    """

    party: PartyId
    losses: int | None
    given_back: bool
    returns: bool


Deed: TypeAlias = Literal["part", "rejoin", "rejoin-anew", "answer-late", "answer-at-once", "drop"]
"""What an outage does to the connection of one party."""


class Fail(msgspec.Struct, frozen=True, tag=True):
    """Do what an outage does to a party's connection."""

    party: PartyId
    deed: Deed


class Down(msgspec.Struct, frozen=True, tag=True):
    """The broker is about to be killed, or (``gone``) died by itself: nobody is connected until it is :class:`Up`."""

    gone: bool


class Up(msgspec.Struct, frozen=True, tag=True):
    """The broker serves again: have everybody back with the subscriptions it had."""


class Leave(msgspec.Struct, frozen=True, tag=True):
    """Disconnect everybody: the run is over."""


class Beat(msgspec.Struct, frozen=True, tag=True):
    """Somebody is there. Sent both ways, and never answered."""


Order: TypeAlias = Engage | Play | Trade | Filter | Steady | Healed | Fail | Down | Up | Leave | Beat

# Reports: worker to coordinator ------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag=True):
    """A worker is there."""


class Played(msgspec.Struct, frozen=True, array_like=True):
    """What one party did, and the activities in which it works since (ms)."""

    party: PartyId
    acts: tuple[WireAct, ...]
    engaged: Mapping[ActivityId, int]


class Steps(msgspec.Struct, frozen=True, tag=True):
    """What the parties of a :class:`Play` did, in the same order."""

    played: tuple[Played, ...]


class Traded(msgspec.Struct, frozen=True, tag=True):
    """What the broker did with each publication or subscription, in order."""

    outcomes: tuple[Outcome, ...]


class Losses(msgspec.Struct, frozen=True, tag=True):
    """How often a party was disconnected; None when it is kept away."""

    losses: int | None


class Done(msgspec.Struct, frozen=True, tag=True):
    """It was done, and there is no more to say."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It could not be done: why, in words. ``is_transport`` when the broker or a connection is to blame."""

    why: str
    is_transport: bool


class Arrived(msgspec.Struct, frozen=True, tag=True):
    """What came to parties of the worker since it last said so: topic, payload, and to whom."""

    arrivals: tuple[tuple[str, bytes, tuple[PartyId, ...]], ...]


Report: TypeAlias = Hello | Steps | Traded | Losses | Done | Failed | Arrived | Beat


class Ordered(msgspec.Struct, frozen=True, array_like=True):
    """An order with its number, which its answer bears; 0 wants no answer."""

    number: Count
    body: Order


class Reported(msgspec.Struct, frozen=True, array_like=True):
    """A report with the number of the order that it answers, or 0; and what happened to connections meanwhile."""

    number: Count
    body: Report
    events: tuple[str, ...] = ()


_ENCODER: Final = msgspec.msgpack.Encoder()
_ORDERS: Final = msgspec.msgpack.Decoder(Ordered)
_REPORTS: Final = msgspec.msgpack.Decoder(Reported)


def encode(frame: Ordered | Reported) -> bytes:
    """Return the bytes of a frame."""
    return _ENCODER.encode(frame)


def decode_order(data: bytes) -> Ordered:
    """Return the order in some bytes.

    Raises:
        FrameError: It is none.
    """
    order: Ordered = _decoded(_ORDERS, data)
    return order


def decode_report(data: bytes) -> Reported:
    """Return the report in some bytes.

    Raises:
        FrameError: It is none.
    """
    report: Reported = _decoded(_REPORTS, data)
    return report


def _decoded(decoder: msgspec.msgpack.Decoder[Any], data: bytes) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise FrameError(f"expected a frame, found something else: {error}") from error
