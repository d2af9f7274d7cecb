"""Lockstep: a publication is done when everybody has it whom the access table foresees.

MQTT orders messages per publisher and topic only, so parties do not react on arrival. The barrier waits until
the foreseen deliveries of one moment have arrived at every client; only then the next moment is granted.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from sim.core.model.ids import EventId, PartyId
from sim.session.throttle import Throttle
from sim.transport.port import RECORDER, Arrival

REMEMBERED_MAX = 4_000
"""Publications whose late copies (QoS 1) can still be told from leaks."""


class BarrierTimeout(Exception):  # noqa: N818 -- the design's word
    """Foreseen deliveries did not come in time; never passed over in silence."""

    def __init__(self, missing: list[Undelivered]) -> None:
        first = missing[0]
        super().__init__(
            f"{len(missing)} foreseen deliveries did not arrive, the first {first.event} for {first.party}"
        )
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One delivery that was foreseen and did not come, or came and was not foreseen."""

    party: PartyId
    topic: str
    event: EventId


class _Sent(msgspec.Struct):
    topic: str
    event: EventId
    readers: tuple[PartyId, ...]
    waiting: set[PartyId]
    again: bool = False


class Barrier:
    """Holds arrivals against what was foreseen.

    Attributes:
        leaks: Deliveries that nobody foresaw, since they were last taken.
        strange: Arrivals at the recorder of what none of our parties sent, since they were last taken.
        stirred: Set whenever ``strange`` gets something.
    """

    def __init__(
        self, may_read: Callable[[PartyId, str], bool], *, strangers: bool, throttle: Throttle | None = None
    ) -> None:
        self.leaks: list[Undelivered] = []
        self.strange: list[Arrival] = []
        self.stirred = asyncio.Event()
        self._may_read = may_read
        self._strangers = strangers
        self._throttle = throttle or Throttle()
        self._sent: OrderedDict[bytes, _Sent] = OrderedDict()
        self._outstanding = 0
        self._clear = asyncio.Event()
        self._clear.set()

    def expect(self, payload: bytes, topic: str, event: EventId, readers: Iterable[PartyId]) -> None:
        """Foresee that a publication reaches these readers and the recorder."""
        expected = (*readers, RECORDER)
        waiting = set(expected)
        again = payload in self._sent  # it was under way when the broker died
        self._sent[payload] = _Sent(topic, event, expected, waiting, again)
        self._outstanding += len(waiting)
        self._clear.clear()
        while len(self._sent) > REMEMBERED_MAX and not next(iter(self._sent.values())).waiting:
            self._sent.popitem(last=False)

    def expect_late(self, payload: bytes, topic: str, event: EventId, reader: PartyId) -> None:
        """Foresee that a publication which was expected before reaches one reader more."""
        sent = self._sent.setdefault(payload, _Sent(topic, event, (), set()))
        sent.readers = (*sent.readers, reader)
        sent.waiting.add(reader)
        self._outstanding += 1
        self._clear.clear()

    def give_up(self) -> None:
        """Wait for nothing any more: the broker is gone. What was under way may still come, or come again."""
        for sent in self._sent.values():
            if sent.waiting:
                sent.waiting.clear()
                sent.again = True
        self._outstanding = 0
        self._clear.set()

    def excuse(self, readers: Iterable[PartyId]) -> None:
        """Wait no longer for what is under way to some readers: it may have come, and nobody is left who could say.

        They may be sent it again, and what they sent may go out again: neither is strange.
        """
        excused = frozenset(readers)
        for sent in self._sent.values():
            self._outstanding -= len(sent.waiting & excused)
            sent.waiting -= excused
            sent.again = True
        if not self._outstanding:
            self._clear.set()

    def forget(self, payload: bytes) -> None:
        """Foresee a publication no longer: the broker refused it."""
        self._outstanding -= len(self._sent.pop(payload).waiting)
        if not self._outstanding:
            self._clear.set()

    def arrived(self, arrival: Arrival) -> None:
        """Take one delivery. Copies of what has arrived already (QoS 1) change nothing."""
        if arrival.retained:
            return
        party = arrival.party
        sent = self._sent.get(arrival.payload)
        if sent is None or sent.topic != arrival.topic:
            self._take_strange(arrival, "")
        elif party in sent.waiting:
            sent.waiting.discard(party)
            self._outstanding -= 1
            if not self._outstanding:
                self._clear.set()
        elif party not in sent.readers or (self._strangers and party == RECORDER and not sent.again):
            self._take_strange(arrival, sent.event)  # a copy of ours, sent by somebody else

    async def wait(self, timeout_s: float) -> None:
        """Wait until everything foreseen has arrived.

        Raises:
            BarrierTimeout: It has not, within ``timeout_s`` seconds of wall time.
        """
        if self._outstanding == 0:
            return
        try:
            await asyncio.wait_for(self._clear.wait(), timeout_s)
        except TimeoutError:
            raise BarrierTimeout(self._missing()) from None

    def take_leaks(self) -> list[Undelivered]:
        """Return the leaks so far, and forget them."""
        taken, self.leaks = self.leaks, []
        return taken

    def take_strange(self) -> list[Arrival]:
        """Return what strangers sent so far, and forget it."""
        taken, self.strange = self.strange, []
        self.stirred.clear()
        return taken

    def take_flooded(self) -> list[tuple[str, int]]:
        """Return on which topics more came than is looked at, and how many messages were passed over for each."""
        return self._throttle.take_refused()

    def _take_strange(self, arrival: Arrival, event: EventId) -> None:
        """Keep what a stranger sent when the recorder has it; at a party it is a leak unless it may read it.

        A stranger who floods the exchange is passed over beyond what the throttle lets through.
        """
        if not self._strangers or not (
            arrival.party == RECORDER or self._may_read(arrival.party, arrival.topic)
        ):
            self.leaks.append(Undelivered(arrival.party, arrival.topic, event))
        elif arrival.party == RECORDER:
            if self._throttle.admits(arrival.topic):
                self.strange.append(arrival)
            self.stirred.set()

    def _missing(self) -> list[Undelivered]:
        return [
            Undelivered(party, sent.topic, sent.event)
            for sent in self._sent.values()
            for party in sorted(sent.waiting)
        ]
