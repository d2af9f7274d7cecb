"""One end of what passes between a coordinator and its workers: an account that reads and writes control topics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from sim.core.model.ids import PartyId
from sim.session.workers.packing import Packer, Unpacker
from sim.transport.port import Arrival, Outcome, Outgoing, TransportError

WORKERS = "control/worker"
"""What the topics of all workers begin with."""


def down_topic(worker: str) -> str:
    """Return the topic on which a worker gets its orders."""
    return f"{WORKERS}/{worker}/down"


def up_topic(worker: str) -> str:
    """Return the topic on which a worker reports."""
    return f"{WORKERS}/{worker}/up"


class Line(Protocol):
    """What a channel needs of a transport."""

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Connect these accounts."""
        ...

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe one of them."""
        ...

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish, in order."""
        ...

    async def close(self) -> None:
        """Disconnect; safe to call twice."""
        ...


class Channel:
    """Frames sent and received over one account.

    Args:
        line: Over which they travel.
        name: Whose account.

    Attributes:
        heard_s: When the other end of each topic was heard last (event loop's time), by topic.
    """

    def __init__(self, line: Line, name: str) -> None:
        self._name = name
        self._line = line
        self._packers: dict[str, Packer] = {}
        self._unpackers: dict[str, Unpacker] = {}
        self._on_frame: Callable[[str, bytes], None] = _passed_over
        self._on_fault: Callable[[str, Exception], None] = _raised
        self._sending: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self.heard_s: dict[str, float] = {}

    async def open(
        self,
        topics: Sequence[str],
        on_frame: Callable[[str, bytes], None],
        on_fault: Callable[[str, Exception], None],
    ) -> None:
        """Connect, and hear what comes on some topics.

        Args:
            topics: Those that are heard.
            on_frame: Called with topic and bytes of each frame.
            on_fault: Called with the topic where what came is no frame, or "" where nothing can be sent any more.

        Raises:
            TransportError: It cannot connect, or may not read them.
        """
        self._on_frame, self._on_fault = on_frame, on_fault
        self._unpackers = {topic: Unpacker() for topic in topics}
        await self._line.open([self._name], self._arrived)
        for topic in topics:
            outcome = await self._line.subscribe(self._name, topic)
            if not outcome.accepted:
                raise TransportError(f"{self._name} may not read {topic}: {outcome}")

    def send(self, topic: str, frame: bytes) -> None:
        """Send a frame, after all that was sent before on this topic; it is not waited for."""
        messages = self._packers.setdefault(topic, Packer()).pack(frame)
        task = self._loop.create_task(self._publish(topic, messages))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def flush(self) -> None:
        """Wait until the broker has all that was sent."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def close(self) -> None:
        """Disconnect; safe to call twice."""
        self._on_fault = _passed_over
        await self._line.close()
        await self.flush()

    async def _publish(self, topic: str, messages: Sequence[bytes]) -> None:
        try:
            outcomes = await self._line.publish([Outgoing(self._name, topic, one) for one in messages])
        except TransportError as error:
            self._on_fault("", error)
            return
        if not all(outcome.accepted for outcome in outcomes):
            self._on_fault("", TransportError(f"{self._name} may not write {topic}: {outcomes}"))

    def _arrived(self, arrival: Arrival) -> None:
        unpacker = self._unpackers.get(arrival.topic)
        if unpacker is None or arrival.retained:
            return
        self.heard_s[arrival.topic] = self._loop.time()
        try:
            frame = unpacker.unpack(arrival.payload)
            if frame is not None:
                self._on_frame(arrival.topic, frame)
        except ValueError as error:
            self._on_fault(arrival.topic, error)


def _passed_over(_topic: str, _what: object) -> None:
    """Take what comes to nobody."""


def _raised(_topic: str, error: Exception) -> None:
    raise error
