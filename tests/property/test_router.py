"""Properties of the embedded broker's router: matching, covering, and what any history leads to."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.adapter import Account, Action, Right
from brokers.embedded import ConnectRequest, Delivery, Limits, Message, Router, Subscription, topics
from brokers.embedded.retained import Retained, RetainedMessages
from brokers.embedded.subscriptions import SubscriptionTree
from tests.topic_rules import BEGINS_EMPTY, SOME_FILTERS, SOME_NAMES, plainly_covers, plainly_matches


@given(SOME_FILTERS, SOME_NAMES)
def test_matching(topic_filter: str, topic: str) -> None:
    assert topics.valid_filter(topic_filter)
    assert topics.valid_name(topic)
    assert topics.matches(topic_filter, topic) == plainly_matches(topic_filter, topic)


@given(st.lists(st.tuples(st.sampled_from("xyz"), SOME_FILTERS, st.booleans()), max_size=20), SOME_NAMES)
def test_the_tree_finds_what_plainly_matches(changes: list[tuple[str, str, bool]], topic: str) -> None:
    tree, present = SubscriptionTree(), set()
    for client_id, topic_filter, added in changes:
        if added:
            tree.add(client_id, Subscription(topic_filter))
            present.add((client_id, topic_filter))
        else:
            tree.remove(client_id, topic_filter)
            present.discard((client_id, topic_filter))
    found = [(client_id, subscription.topic_filter) for client_id, subscription in tree.match(topic)]
    assert sorted(found) == sorted(pair for pair in present if plainly_matches(pair[1], topic))
    for client_id, topic_filter in present:
        tree.remove(client_id, topic_filter)
    assert not tree._root.children


@given(st.lists(st.tuples(SOME_NAMES, st.booleans()), max_size=20), SOME_FILTERS)
def test_retained_messages_are_found_by_filter(changes: list[tuple[str, bool]], topic_filter: str) -> None:
    retained, present = RetainedMessages(), set()
    for topic, kept in changes:
        if kept:
            retained.keep(Retained(Message(topic, b"x"), "p", None))
            present.add(topic)
        else:
            retained.forget(topic)
            present.discard(topic)
        assert retained.holds(topic) == kept
    found = [kept.message.topic for kept in retained.match(topic_filter, 0)]
    assert sorted(found) == sorted(topic for topic in present if plainly_matches(topic_filter, topic))
    assert len(retained) == len(present)


@settings(max_examples=200)
@given(SOME_FILTERS, SOME_FILTERS)
def test_covering_is_exactly_matching_everything(pattern: str, topic_filter: str) -> None:
    if topic_filter == BEGINS_EMPTY:
        assert plainly_covers(pattern, topic_filter) or not topics.covers(pattern, topic_filter)
    else:
        assert topics.covers(pattern, topic_filter) == plainly_covers(pattern, topic_filter)


# -- histories ---------------------------------------------------------------------------------------------

CLIENTS = ("c0", "c1", "c2")
TOPICS = ("a", "a/b", "b")
PATTERNS = ("#", "a/#", "a", "b", "+/b")
CLIENT = st.sampled_from(CLIENTS)
STEPS = st.one_of(
    st.tuples(st.just("publish"), CLIENT, st.sampled_from(TOPICS), st.sampled_from((1, 2)), st.booleans()),
    st.tuples(st.just("publish"), CLIENT, st.sampled_from(TOPICS), st.sampled_from((1, 2)), st.booleans()),
    st.tuples(st.just("subscribe"), CLIENT, st.sampled_from(PATTERNS)),
    st.tuples(st.just("unsubscribe"), CLIENT, st.sampled_from(PATTERNS)),
    st.tuples(st.just("acknowledge"), CLIENT),
    st.tuples(st.just("reconnect"), CLIENT, st.integers(0, 3)),
    st.tuples(st.just("take_over"), CLIENT, st.integers(0, 3)),
    st.tuples(st.just("leave"), CLIENT),
    st.tuples(st.just("grant"), CLIENT, st.sampled_from(PATTERNS)),
    st.tuples(st.just("revoke"), CLIENT, st.sampled_from(PATTERNS)),
)


@dataclass
class Party:
    """A client that knows what it may read and what is owed to it, and checks every delivery against that."""

    client_id: str
    auto_acknowledge: bool = False
    readable: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    owed: list[Message] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    unanswered: list[Delivery] = field(default_factory=list)
    unreleased: list[int] = field(default_factory=list)
    online: bool = True

    def may_read(self, topic: str) -> bool:
        return any(plainly_matches(pattern, topic) for pattern in self.readable)

    def deliver(self, delivery: Delivery) -> None:
        message = delivery.message
        assert self.online
        assert self.may_read(message.topic), f"{self.client_id} got {message.topic} without the right"
        if delivery.dup:
            assert message.payload in self.seen
        elif not delivery.retain:
            assert self.owed.pop(0) is message, "out of order, twice, or not owed"
        self.seen.add(message.payload)
        if not self.auto_acknowledge:
            self.unanswered.append(delivery)

    def release(self, packet_id: int) -> None:
        self.unreleased.append(packet_id)

    def close(self, reason_code: int) -> None:
        assert reason_code == 0x8E


class History:
    """A router, its parties, and a plain account of what must happen."""

    def __init__(self) -> None:
        self.router = Router(limits=Limits(cached_topics=2, cached_decisions=2))
        self.parties = {client_id: Party(client_id) for client_id in CLIENTS}
        self.count = 0
        for client_id in CLIENTS:
            self.router.rights.set_account(Account(client_id, "", (Right(Action.PUBLISH, "#"),)))
            self.grant(client_id, "a/#")
            self.take_over(client_id, 2)
            self.subscribe(client_id, "a/#")

    def take_over(self, client_id: str, receive_maximum: int) -> None:
        """Connect, whether it is connected or not; a receive maximum of 0 stands for a client in memory."""
        party = self.parties[client_id]
        party.online = True
        party.auto_acknowledge = receive_maximum == 0
        party.unanswered.clear()
        party.unreleased.clear()
        request = ConnectRequest(client_id, client_id, False, 10_000, receive_maximum or 1)
        self.router.connect(request, now=0, outlet=party)

    def publish(self, client_id: str, topic: str, qos: int, retain: bool) -> None:
        if not self.parties[client_id].online:
            return
        self.count += 1
        message = Message(topic, b"%d" % self.count, qos, retain)
        for party in self.parties.values():
            matches = any(plainly_matches(pattern, topic) for pattern in party.wanted)
            if matches and party.may_read(topic):
                party.owed.append(message)
        assert self.router.publish(client_id, message, now=0) in (0x00, 0x10)

    def subscribe(self, client_id: str, pattern: str) -> None:
        party = self.parties[client_id]
        if party.online:
            (code,) = self.router.subscribe(client_id, [Subscription(pattern)], now=0)
            allowed = any(topics.covers(right, pattern) for right in party.readable)
            assert (code == 2) == allowed
            party.wanted |= {pattern} if allowed else set()

    def unsubscribe(self, client_id: str, pattern: str) -> None:
        party = self.parties[client_id]
        if party.online:
            (code,) = self.router.unsubscribe(client_id, [pattern], now=0)
            assert (code == 0) == (pattern in party.wanted)
            party.wanted.discard(pattern)

    def acknowledge(self, client_id: str) -> None:
        party = self.parties[client_id]
        if party.unreleased:
            self.router.complete(client_id, party.unreleased.pop(0), now=0)
        elif party.unanswered:
            delivery = party.unanswered.pop(0)
            if delivery.qos == 1:
                assert self.router.acknowledge(client_id, delivery.packet_id, now=0) == 0
            else:
                assert self.router.received(client_id, delivery.packet_id, now=0) == 0
                party.unreleased.append(delivery.packet_id)

    def leave(self, client_id: str) -> None:
        party = self.parties[client_id]
        if party.online:
            self.router.disconnect(client_id, now=0, with_will=True)
            party.online = False
            party.unanswered.clear()
            party.unreleased.clear()

    def reconnect(self, client_id: str, receive_maximum: int) -> None:
        self.leave(client_id)
        self.take_over(client_id, receive_maximum)

    def grant(self, client_id: str, pattern: str) -> None:
        self.parties[client_id].readable.add(pattern)
        self.router.rights.grant(client_id, pattern, [Right(Action.READ, pattern)])

    def revoke(self, client_id: str, pattern: str) -> None:
        party = self.parties[client_id]
        party.readable.discard(pattern)
        party.owed = [message for message in party.owed if party.may_read(message.topic)]
        self.router.rights.revoke(client_id, pattern)

    def finish(self) -> None:
        """Let everybody take everything; then nothing is owed to anybody."""
        for client_id, party in self.parties.items():
            self.reconnect(client_id, 2)
            while party.unreleased or party.unanswered:
                self.acknowledge(client_id)
            assert party.owed == []


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=60))
def test_any_history_keeps_rights_order_and_every_message(steps: list[tuple[str, ...]]) -> None:
    history = History()
    for name, *arguments in steps:
        getattr(history, name)(*arguments)
    history.finish()
