"""What one broker is willing to hold, so that no client can make it grow without end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the broker; every one of them is enforced with a reason code of the standard.

    Attributes:
        connections: Clients that are connected at the same time; one more is refused with 0x97.
        sessions: Sessions that are kept, connected or not; one more is refused with 0x97.
        spare_sockets: Sockets beyond ``connections`` that may wait for an answer to their CONNECT; any
            more are closed unheard.
        session_expiry_s: Longest time that the session of an absent client is kept.
        subscriptions: Subscriptions of one session; one more is answered with 0x97.
        queued_messages: Messages that wait for one client; what does not fit is dropped and reported.
        inflight_messages: Unacknowledged QoS 1 and 2 messages to one client, however many it would take.
        receive_maximum: Unreleased QoS 2 messages from one client; one more ends its connection with 0x93.
        topic_levels: Levels of a filter, or of a topic with a retained message; a deeper one is answered with
            0x97.
        retained_messages: Topics with a retained message; a publication to one more is answered with 0x97.
        packet_bytes: Largest packet that is read; a larger one ends the connection with 0x95.
        outgoing_bytes: Bytes that may wait to be read by one client, which is cut off beyond that.
        connect_timeout_s: How long a new socket may wait with its CONNECT.
        cached_topics: Topics whose routes are remembered.
        cached_decisions: Topics per user for which it is remembered whether a right covers them.
        denials: Refusals that wait to be taken from the broker.
    """

    connections: int = 2_000
    sessions: int = 4_000
    spare_sockets: int = 64
    session_expiry_s: int = 86_400
    subscriptions: int = 1_000
    queued_messages: int = 10_000
    inflight_messages: int = 1_000
    receive_maximum: int = 1_000
    topic_levels: int = 128
    retained_messages: int = 100_000
    packet_bytes: int = 1_048_576
    outgoing_bytes: int = 16_777_216
    connect_timeout_s: float = 10.0
    cached_topics: int = 20_000
    cached_decisions: int = 4_000
    denials: int = 10_000
