"""The broker without sockets and without a clock: clients come in, messages go to outlets.

`Router` does what section 4 of MQTT 5 asks of a server. The caller gives the time in seconds of any clock
that does not run backwards, and calls `Router.tick` when `Router.next_deadline` has come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from brokers.adapter import Attempt, Denial
from brokers.embedded import reasons, topics
from brokers.embedded.limits import Limits
from brokers.embedded.messages import (
    ConnectRequest,
    Delivery,
    Link,
    Message,
    NotConnectedError,
    Outlet,
    Overflow,
    RefusedError,
    Subscription,
)
from brokers.embedded.retained import Retained, RetainedMessages
from brokers.embedded.rights import Rights
from brokers.embedded.routes import Routes, Terms
from brokers.embedded.session import Outgoing, Session

NEVER = float("inf")


def _ignore(_report: object) -> None:
    pass


class Router:
    """Sessions, subscriptions, retained messages, wills and rights of one broker.

    Messages reach each subscriber in the order in which their publications were accepted. An operation for
    a client that is not connected raises `NotConnectedError`.

    Args:
        limits: Bounds; the defaults suit an exercise on one machine.
        on_denial: Called with every refusal.
        on_overflow: Called when a session begins to lose messages because its queue is full.

    Attributes:
        limits: The bounds.
        rights: The accounts and what they may do; a change works at once.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        on_denial: Callable[[Denial], None] = _ignore,
        on_overflow: Callable[[Overflow], None] = _ignore,
    ) -> None:
        self.limits = limits or Limits()
        self.rights = Rights(on_change=self._rights_changed, cached_decisions=self.limits.cached_decisions)
        self._on_denial = on_denial
        self._on_overflow = on_overflow
        self._assigned, self._next_absence = 0, NEVER
        self.lose_memory()  # there is none yet

    # -- clients come and go ---------------------------------------------------------------------------

    def connect(self, request: ConnectRequest, *, now: float, outlet: Outlet) -> Link:
        """Connect a client whose password was checked; its outlet gets what waits for it before the return.

        A client that is connected under the same id is disconnected with 0x8E ([MQTT-3.1.4-3]).

        Raises:
            RefusedError: If the id belongs to another user or is invalid, the will has an invalid topic, the
                user is unknown, or a limit is reached.
        """
        self._check_connect(request)
        client_id = request.client_id or self._assign_client_id()
        self._take_over(client_id, clean_start=request.clean_start, now=now)
        session = self._sessions.get(client_id)
        if session and (request.clean_start or (session.ends_at is not None and session.ends_at <= now)):
            self._end(session, now)
            session = None
        present = session is not None
        if session is None:
            if len(self._sessions) >= self.limits.sessions:
                raise RefusedError(
                    reasons.QUOTA_EXCEEDED, f"the broker keeps {self.limits.sessions} sessions"
                )
            session = self._new_session(client_id, request.username)
        session.expiry_s = min(request.session_expiry_s, self.limits.session_expiry_s)
        session.will = request.will
        self._connected[client_id] = session
        self._withdraw(session)  # what was on its way when a right was taken away
        session.attach(outlet, request.receive_maximum, now)
        return Link(client_id, present, session.expiry_s)

    def _check_connect(self, request: ConnectRequest) -> None:
        client_id, username = request.client_id, request.username
        if not self.rights.known(username):
            raise RefusedError(reasons.BAD_USER_NAME_OR_PASSWORD, f"no account {username!r}")
        if client_id and not topics.valid_text(client_id):
            raise RefusedError(reasons.CLIENT_IDENTIFIER_NOT_VALID, "the client id is not valid text")
        session = self._sessions.get(client_id)
        if session and session.username != username:
            # Else anybody with an account could take the session, and the messages, of somebody else.
            raise RefusedError(reasons.CLIENT_IDENTIFIER_NOT_VALID, "the client id belongs to another user")
        if request.will and not topics.valid_name(request.will.message.topic):
            raise RefusedError(reasons.TOPIC_NAME_INVALID, "the topic of the will is not a topic name")
        if client_id not in self._connected and len(self._connected) >= self.limits.connections:
            raise RefusedError(reasons.QUOTA_EXCEEDED, f"{self.limits.connections} clients are connected")

    def _assign_client_id(self) -> str:
        while True:
            self._assigned += 1
            client_id = f"assigned-{self._assigned}"  # [MQTT-3.1.3-6]
            if client_id not in self._sessions:
                return client_id

    def _take_over(self, client_id: str, *, clean_start: bool, now: float) -> None:
        session = self._connected.get(client_id)
        if session is None or session.outlet is None:
            return
        session.outlet.close(reasons.SESSION_TAKEN_OVER)
        resumed = session.expiry_s > 0 and not clean_start
        if resumed and session.will and session.will.delay_s:
            session.will = None  # the new connection came before the delay passed ([MQTT-3.1.3-9])
        self.disconnect(client_id, now=now, with_will=True)

    def _new_session(self, client_id: str, username: str) -> Session:
        session = Session(
            client_id,
            username,
            max_queued=self.limits.queued_messages,
            max_inflight=self.limits.inflight_messages,
        )
        self._sessions[client_id] = session
        return session

    def disconnect(
        self, client_id: str, *, now: float, with_will: bool, session_expiry_s: int | None = None
    ) -> None:
        """Disconnect a client; ``with_will`` unless it said goodbye with reason code 0x00 (3.14.4).

        ``session_expiry_s`` replaces what it asked for when it connected (3.14.2.2.2).
        """
        session = self._online(client_id)
        del self._connected[client_id]
        session.detach()
        if session_expiry_s is not None:
            session.expiry_s = min(session_expiry_s, self.limits.session_expiry_s)
        if not with_will:
            session.will = None  # [MQTT-3.14.4-3]
        session.ends_at = now + session.expiry_s
        if session.will:
            session.will_due = now + session.will.delay_s
            self._next_absence = min(self._next_absence, session.will_due)
        self._next_absence = min(self._next_absence, session.ends_at)
        self._look_after(session, now)

    def _look_after(self, session: Session, now: float) -> None:
        """Publish the will of an absent client, and end its session, if it is time ([MQTT-3.1.2-8])."""
        ended = session.ends_at is not None and session.ends_at <= now
        if session.will_due is not None and (ended or session.will_due <= now):
            self._publish_will(session, now)
        if ended:
            self._end(session, now)

    def _publish_will(self, session: Session, now: float) -> None:
        will, session.will, session.will_due = session.will, None, None
        if will:
            self._publish(session, will.message, now)

    def _end(self, session: Session, now: float) -> None:
        self._sessions.pop(session.client_id, None)
        while session.subscriptions:
            topic_filter, _ = session.subscriptions.popitem()
            self._routes.remove(session, topic_filter)
        self._publish_will(session, now)  # a will does not outlive its session (3.1.3.2.2)

    # -- subscriptions ---------------------------------------------------------------------------------

    def subscribe(self, client_id: str, subscriptions: Sequence[Subscription], *, now: float) -> list[int]:
        """Subscribe; return one reason code each, the granted QoS or a refusal (3.9.3).

        Retained messages go to the outlet before the return.
        """
        session = self._online(client_id)
        return [self._subscribe(session, subscription, now) for subscription in subscriptions]

    def _subscribe(self, session: Session, subscription: Subscription, now: float) -> int:
        topic_filter = subscription.topic_filter
        if topic_filter.startswith(topics.SHARED_PREFIX):
            return reasons.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
        if not topics.valid_filter(topic_filter):
            return reasons.TOPIC_FILTER_INVALID
        if not self.rights.may_subscribe(session.username, topic_filter):
            self._deny(session, Attempt.SUBSCRIBE, topic_filter, reasons.NOT_AUTHORIZED)
            return reasons.NOT_AUTHORIZED
        is_new = topic_filter not in session.subscriptions
        if is_new and len(session.subscriptions) >= self.limits.subscriptions:
            return reasons.QUOTA_EXCEEDED
        if topics.depth(topic_filter) > self.limits.topic_levels:
            return reasons.QUOTA_EXCEEDED
        session.subscriptions[topic_filter] = subscription
        self._routes.add(session, subscription)
        if subscription.retain_handling == 0 or (subscription.retain_handling == 1 and is_new):
            self._send_retained(session, subscription, now)
        return subscription.max_qos

    def _send_retained(self, session: Session, subscription: Subscription, now: float) -> None:
        identifiers = () if subscription.identifier is None else (subscription.identifier,)
        # The right to read all that the filter matches was checked just before.
        for kept in self._retained.match(subscription.topic_filter, now):
            message = kept.message
            if subscription.no_local and kept.publisher == session.client_id:
                continue
            qos = min(message.qos, subscription.max_qos)
            self._offer(session, Outgoing(message, qos, True, identifiers, kept.deadline), now)

    def unsubscribe(self, client_id: str, topic_filters: Sequence[str], *, now: float) -> list[int]:  # noqa: ARG002
        """Unsubscribe; return 0x00 or 0x11 each (3.11.3).

        What already waits for the client still reaches it. ``now`` is there as in the other operations.
        """
        session = self._online(client_id)
        return [self._unsubscribe(session, topic_filter) for topic_filter in topic_filters]

    def _unsubscribe(self, session: Session, topic_filter: str) -> int:
        if not topics.valid_filter(topic_filter):
            return reasons.TOPIC_FILTER_INVALID
        if session.subscriptions.pop(topic_filter, None) is None:
            return reasons.NO_SUBSCRIPTION_EXISTED
        self._routes.remove(session, topic_filter)
        return reasons.SUCCESS

    # -- messages --------------------------------------------------------------------------------------

    def publish(self, client_id: str, message: Message, *, now: float, packet_id: int = 0) -> int:
        """Publish; return the reason code for PUBACK or PUBREC, 0x10 if nobody subscribed (3.4.2.1).

        0x93 asks the caller to disconnect the client, which sent more than the receive maximum.

        Args:
            client_id: Who publishes.
            message: What is published.
            now: The time.
            packet_id: Of a QoS 2 message that may come twice; it stays known until `release`. Leave it out
                where nothing comes twice.
        """
        session = self._online(client_id)
        if packet_id and (message.qos == 2 or session.unreleased):
            given = session.answer_given(packet_id)
            if given is not None:
                return given if message.qos == 2 else reasons.PACKET_IDENTIFIER_IN_USE
            if message.qos == 2 and session.unreleased >= self.limits.receive_maximum:
                return reasons.RECEIVE_MAXIMUM_EXCEEDED
        code = self._publish(session, message, now)
        if packet_id and message.qos == 2 and code < reasons.FAILURE:
            session.await_release(packet_id, code)
        return code

    def refuse_broken(self, client_id: str, topic: str, code: int) -> None:
        """Tell that a client sent a PUBLISH for which its connection ends; ``topic`` is what it says of one."""
        self._deny(self._online(client_id), Attempt.PUBLISH, topic, code)

    def _publish(self, publisher: Session, message: Message, now: float) -> int:
        code = self.rights.publish_code(publisher.username, message.topic)
        if code == reasons.NOT_AUTHORIZED:
            # A QoS 0 publication has no answer that could carry the code.
            self._deny(publisher, Attempt.PUBLISH, message.topic, code if message.qos else None)
        if code >= reasons.FAILURE:
            return code
        deadline = None if message.expiry_s is None else now + message.expiry_s
        if message.retain and not self._retain(Retained(message, publisher.client_id, deadline)):
            return reasons.QUOTA_EXCEEDED
        return self._route(publisher, message, deadline, now)

    def _retain(self, retained: Retained) -> bool:
        topic = retained.message.topic
        if not retained.message.payload:
            self._retained.forget(topic)  # [MQTT-3.3.1-6, -7]
            return True
        full = len(self._retained) >= self.limits.retained_messages and not self._retained.holds(topic)
        if full or topics.depth(topic) > self.limits.topic_levels:
            return False
        self._retained.keep(retained)
        return True

    def _route(self, publisher: Session, message: Message, deadline: float | None, now: float) -> int:
        code = reasons.NO_MATCHING_SUBSCRIBERS
        known: Terms | None = None
        qos, retain, delivery = 0, False, None
        for route in self._routes.of(message.topic):
            session = route.session
            terms = route.own_terms if session is publisher else route.terms
            if terms is None:
                continue
            if not route.allowed:
                self._deny(session, Attempt.DELIVER, message.topic, None)
                continue
            code = reasons.SUCCESS
            if (
                terms is not known
            ):  # most subscribers have the same: what follows from them is worked out once
                known, delivery = terms, None
                qos = min(message.qos, terms.max_qos)
                retain = message.retain and terms.retain_as_published  # [MQTT-3.3.1-12, -13]
            direct = session.direct
            if direct is None:
                self._offer(session, Outgoing(message, qos, retain, terms.identifiers, deadline), now)
                continue
            if delivery is None:
                delivery = Delivery(message, qos, retain, 0, terms.identifiers, False, message.expiry_s)
            direct.deliver(delivery)
        return code

    def _offer(self, session: Session, outgoing: Outgoing, now: float) -> None:
        if session.offer(outgoing, now) or session.overflowing:
            return
        session.overflowing = True
        topic = outgoing.message.topic
        self._on_overflow(Overflow(session.username, session.client_id, topic, session.dropped))

    def acknowledge(self, client_id: str, packet_id: int, *, now: float) -> int:
        """Take a PUBACK; 0x92 if nothing waits for it, 0x82 if it breaks the protocol."""
        return self._online(client_id).acknowledge(packet_id, now)

    def received(self, client_id: str, packet_id: int, *, now: float, reason_code: int = 0) -> int:
        """Take a PUBREC; return the reason code of the PUBREL, or 0x82 if it breaks the protocol."""
        return self._online(client_id).received(packet_id, reason_code, now)

    def complete(self, client_id: str, packet_id: int, *, now: float) -> int:
        """Take a PUBCOMP; 0x92 if nothing waits for it, 0x82 if it breaks the protocol."""
        return self._online(client_id).complete(packet_id, now)

    def release(self, client_id: str, packet_id: int) -> int:
        """Take the PUBREL of a publisher; return the reason code of the PUBCOMP (4.3.3)."""
        return self._online(client_id).release(packet_id)

    def discard(self, client_id: str, packet_id: int, *, now: float) -> None:
        """Give up a delivery that is too large for the client ([MQTT-3.1.2-25])."""
        self._online(client_id).discard(packet_id, now)

    def packet_id_in_use(self, client_id: str, packet_id: int) -> bool:
        """Say whether a QoS 2 publication of the client holds this packet id (2.2.1)."""
        return self._online(client_id).answer_given(packet_id) is not None

    # -- time and change -------------------------------------------------------------------------------

    @property
    def next_deadline(self) -> float | None:
        """When `tick` has something to do; None if nothing is due ever."""
        deadline = min(self._next_absence, self._retained.next_deadline)
        return None if deadline == NEVER else deadline

    def tick(self, now: float) -> None:
        """Publish the wills that are due, end sessions, and forget retained messages that expired."""
        self._retained.expire(now)
        if now < self._next_absence:
            return
        absent = [session for session in self._sessions.values() if session.outlet is None]
        for session in sorted(absent, key=attrgetter("next_event")):
            self._look_after(session, now)
        self._next_absence = min((session.next_event for session in self._sessions.values()), default=NEVER)

    def lose_memory(self) -> None:
        """Lose what a killed server loses: sessions, wills, retained messages; accounts and rights stay."""
        self._routes = Routes(self.rights, cached_topics=self.limits.cached_topics)
        self._retained = RetainedMessages()
        self._sessions: dict[str, Session] = {}
        self._connected: dict[str, Session] = {}
        self._next_absence = NEVER  # when the first absent session has a will due or ends

    def connected(self, client_id: str) -> bool:
        """Say whether a client is connected."""
        return client_id in self._connected

    def _rights_changed(self, username: str) -> None:
        self._routes.forget()
        for session in self._sessions.values():
            if session.username == username:
                self._withdraw(session)

    def _withdraw(self, session: Session) -> None:
        """Take back what waits for a client and its user may not read any more."""
        for message in session.withdraw(lambda one: not self.rights.may_read(session.username, one.topic)):
            self._deny(session, Attempt.DELIVER, message.topic, None)

    def _deny(self, session: Session, attempt: Attempt, topic: str, code: int | None) -> None:
        self._on_denial(Denial(session.username, session.client_id, attempt, topic, code))

    def _online(self, client_id: str) -> Session:
        session = self._connected.get(client_id)
        if session is None:
            raise NotConnectedError(f"{client_id!r} is not connected")
        return session
