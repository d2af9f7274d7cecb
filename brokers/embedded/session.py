"""The session of one client: what waits for it, what it has not acknowledged, what it sent with QoS 2.

A session knows nothing of rights, subscriptions of others, or time; the router tells it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from brokers.embedded import reasons
from brokers.embedded.messages import Delivery, Message, Outlet, Subscription, Will

MAX_PACKET_ID = 65_535


@dataclass(slots=True)
class Outgoing:
    """One message for one client, from the moment it is accepted until it is acknowledged.

    Attributes:
        message: The message as published.
        qos: The quality of service of the delivery.
        retain: The RETAIN flag of the delivery.
        identifiers: The subscription identifiers that go with it.
        deadline: When it expires, None if it does not.
        packet_id: 0 until it is sent.
        released: Whether PUBREC came, so that only PUBREL and PUBCOMP are left (QoS 2).
    """

    message: Message
    qos: int
    retain: bool
    identifiers: tuple[int, ...]
    deadline: float | None
    packet_id: int = 0
    released: bool = False

    def expired(self, now: float) -> bool:
        """Say whether the message must not be sent any more ([MQTT-3.3.2-5])."""
        return self.deadline is not None and self.deadline <= now

    def delivery(self, now: float, *, dup: bool = False) -> Delivery:
        """Return what the outlet gets, with the rest of the expiry interval ([MQTT-3.3.2-6])."""
        expiry = None if self.deadline is None else max(0, math.ceil(self.deadline - now))
        return Delivery(self.message, self.qos, self.retain, self.packet_id, self.identifiers, dup, expiry)


class Session:
    """The state of one client id, connected or not (section 4.1).

    Attributes:
        client_id: The client id.
        username: The only user who may resume the session.
        outlet: Where deliveries go; None while the client is absent.
        direct: The outlet if every delivery can be handed over at once, which spares the bookkeeping.
        subscriptions: Subscriptions by topic filter.
        will: What to publish if the client leaves abnormally.
        will_due: When the will of an absent client is published; None if it is not.
        expiry_s: How long the session is kept once the client is absent.
        ends_at: When the session of an absent client ends; None while it is connected.
        dropped: How many messages did not fit in the queue.
        overflowing: Whether the last message with QoS 1 or 2 was dropped.
    """

    __slots__ = (
        "_first_expiry",
        "_inflight",
        "_last_packet_id",
        "_max_inflight",
        "_max_queued",
        "_queue",
        "_quota",
        "_quota_max",
        "_resend",
        "_unreleased",
        "client_id",
        "direct",
        "dropped",
        "ends_at",
        "expiry_s",
        "outlet",
        "overflowing",
        "subscriptions",
        "username",
        "will",
        "will_due",
    )

    def __init__(self, client_id: str, username: str, *, max_queued: int, max_inflight: int) -> None:
        self.client_id = client_id
        self.username = username
        self.outlet: Outlet | None = None
        self.direct: Outlet | None = None
        self.subscriptions: dict[str, Subscription] = {}
        self.will: Will | None = None
        self.will_due: float | None = None
        self.expiry_s = 0
        self.ends_at: float | None = None
        self.dropped = 0
        self.overflowing = False
        self._max_queued = max_queued
        self._max_inflight = min(max_inflight, MAX_PACKET_ID)
        self._queue: deque[Outgoing] = deque()
        self._first_expiry = math.inf  # nothing in the queue expires before, so a full one is searched rarely
        self._resend: deque[Outgoing] = deque()
        self._inflight: dict[int, Outgoing] = {}
        self._unreleased: dict[int, int] = {}
        self._last_packet_id = 0
        self._quota = 0
        self._quota_max = 0

    @property
    def inflight(self) -> int:
        """How many messages were sent and not yet wholly acknowledged."""
        return len(self._inflight)

    @property
    def next_event(self) -> float:
        """When the will of an absent client is due or its session ends; never while it is connected."""
        times = [time for time in (self.will_due, self.ends_at) if time is not None]
        return min(times, default=math.inf)

    # -- connection ------------------------------------------------------------------------------------

    def attach(self, outlet: Outlet, receive_maximum: int, now: float) -> None:
        """Connect to an outlet; send again what was not acknowledged, then what waits (4.4, 4.9)."""
        self.outlet = outlet
        self.ends_at = self.will_due = None
        self._quota = self._quota_max = min(receive_maximum, self._max_inflight)
        unacknowledged = self._inflight.values()
        for outgoing in unacknowledged:
            if outgoing.released and not outlet.auto_acknowledge:
                outlet.release(outgoing.packet_id)  # [MQTT-4.4.0-1]
        self._resend = deque(filter(self._unanswered, unacknowledged))
        self.pump(now)
        if outlet.auto_acknowledge:  # everything is sent now, and was acknowledged by that
            self._inflight.clear()
            self.direct = outlet

    def detach(self) -> None:
        """Disconnect; messages with QoS 0 are not kept for an absent client."""
        self.outlet = self.direct = None
        self._queue = deque(outgoing for outgoing in self._queue if outgoing.qos)
        self._resend.clear()

    # -- to the client ---------------------------------------------------------------------------------

    def offer(self, outgoing: Outgoing, now: float) -> bool:
        """Send a message if it may be sent now, else let it wait; return False if it was dropped."""
        if self.outlet is None and not outgoing.qos:
            return True
        if self.outlet is not None and not self._queue and not self._resend and self._may_send(outgoing):
            self._send(outgoing, now)
            return True
        if len(self._queue) >= self._max_queued and self._first_expiry <= now:
            self._drop_expired(now)
        if len(self._queue) >= self._max_queued:
            self.dropped += 1
            return False
        self._queue.append(outgoing)
        if outgoing.deadline is not None:
            self._first_expiry = min(self._first_expiry, outgoing.deadline)
        self.overflowing = False
        return True

    def _drop_expired(self, now: float) -> None:
        self._queue = deque(waiting for waiting in self._queue if not waiting.expired(now))
        deadlines = (waiting.deadline for waiting in self._queue if waiting.deadline is not None)
        self._first_expiry = min(deadlines, default=math.inf)

    def withdraw(self, unwanted: Callable[[Message], bool]) -> list[Message]:
        """Take back what may not be sent any more, and return it.

        That is what waits, and what was sent on an earlier connection only. Of QoS 2 the packet id of the
        latter stays in use until PUBCOMP: the client may know it, and would mistake the next message with
        it for a duplicate. It gets a PUBREL, which it answers whether it knows the id or not (4.3.3).
        """
        unsent = self._resend if self.outlet else self._inflight.values()
        to_resend = [sent for sent in unsent if self._unanswered(sent) and unwanted(sent.message)]
        for outgoing in to_resend:
            if outgoing.qos == 1:
                del self._inflight[outgoing.packet_id]
                continue
            outgoing.released = True
            if self.outlet:
                self.outlet.release(outgoing.packet_id)
        waiting = [outgoing for outgoing in self._queue if unwanted(outgoing.message)]
        if waiting:
            self._queue = deque(outgoing for outgoing in self._queue if not unwanted(outgoing.message))
        return [outgoing.message for outgoing in (*to_resend, *waiting)]

    def pump(self, now: float) -> None:
        """Send what waits, in order, as far as the client's receive maximum allows ([MQTT-3.3.4-9])."""
        if self.outlet is None:
            return
        while self._resend and self._quota:
            outgoing = self._resend.popleft()
            if self._unanswered(outgoing):
                self._send(outgoing, now)
        while self._queue and not self._resend:
            outgoing = self._queue[0]
            if outgoing.expired(now):
                self._queue.popleft()
            elif self._may_send(outgoing):
                self._queue.popleft()
                self._send(outgoing, now)
            else:
                return

    def _unanswered(self, outgoing: Outgoing) -> bool:
        # Answers to an earlier connection may come before the message is sent again.
        return outgoing.packet_id in self._inflight and not outgoing.released

    def _may_send(self, outgoing: Outgoing) -> bool:
        # Both: released messages of an earlier connection take a packet id but none of the quota (4.9).
        return not outgoing.qos or (self._quota > 0 and len(self._inflight) < self._max_inflight)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        assert self.outlet is not None
        dup = outgoing.packet_id != 0  # it had a packet id only if it was sent before
        if self.outlet.auto_acknowledge:
            outgoing.packet_id = 0
        elif outgoing.qos:
            self._quota -= 1
            outgoing.packet_id = outgoing.packet_id or self._free_packet_id()
            self._inflight[outgoing.packet_id] = outgoing
        self.outlet.deliver(outgoing.delivery(now, dup=dup))

    def _free_packet_id(self) -> int:
        packet_id = self._last_packet_id
        while True:
            packet_id = packet_id % MAX_PACKET_ID + 1  # never 0 ([MQTT-2.2.1-3])
            if packet_id not in self._inflight:
                self._last_packet_id = packet_id
                return packet_id

    # -- acknowledgements of the client ----------------------------------------------------------------

    def acknowledge(self, packet_id: int, now: float) -> int:
        """Take a PUBACK: 0x00, 0x92 for an unknown id, 0x82 if it answers a QoS 2 message."""
        outgoing = self._inflight.get(packet_id)
        if outgoing is None:
            return reasons.PACKET_IDENTIFIER_NOT_FOUND
        if outgoing.qos != 1:
            return reasons.PROTOCOL_ERROR
        self._settle(packet_id, now)
        return reasons.SUCCESS

    def received(self, packet_id: int, reason_code: int, now: float) -> int:
        """Take a PUBREC, which with a refusal is the end of it; return the reason code for PUBREL (4.3.3)."""
        outgoing = self._inflight.get(packet_id)
        if outgoing is None:
            return reasons.PACKET_IDENTIFIER_NOT_FOUND
        if outgoing.qos != 2:
            return reasons.PROTOCOL_ERROR
        if reason_code >= reasons.FAILURE:
            self._settle(packet_id, now)
        else:
            outgoing.released = True
        return reasons.SUCCESS

    def complete(self, packet_id: int, now: float) -> int:
        """Take a PUBCOMP: 0x00, 0x92 for an unknown id, 0x82 if no PUBREL went before."""
        outgoing = self._inflight.get(packet_id)
        if outgoing is None:
            return reasons.PACKET_IDENTIFIER_NOT_FOUND
        if not outgoing.released:
            return reasons.PROTOCOL_ERROR
        self._settle(packet_id, now)
        return reasons.SUCCESS

    def discard(self, packet_id: int, now: float) -> None:
        """Treat a message as wholly acknowledged that could not be sent to this client ([MQTT-3.1.2-25])."""
        if packet_id in self._inflight:
            self._settle(packet_id, now)

    def _settle(self, packet_id: int, now: float) -> None:
        del self._inflight[packet_id]
        self._quota = min(self._quota + 1, self._quota_max)
        self.pump(now)

    # -- from the client, QoS 2 ------------------------------------------------------------------------

    @property
    def unreleased(self) -> int:
        """How many QoS 2 messages of the client wait for its PUBREL."""
        return len(self._unreleased)

    def answer_given(self, packet_id: int) -> int | None:
        """Return what a QoS 2 message with this id was answered, None if it is new ([MQTT-4.3.3-10])."""
        return self._unreleased.get(packet_id)

    def await_release(self, packet_id: int, reason_code: int) -> None:
        """Remember a QoS 2 message until its PUBREL."""
        self._unreleased[packet_id] = reason_code

    def release(self, packet_id: int) -> int:
        """Take a PUBREL; return the reason code for PUBCOMP."""
        known = self._unreleased.pop(packet_id, None) is not None
        return reasons.SUCCESS if known else reasons.PACKET_IDENTIFIER_NOT_FOUND
