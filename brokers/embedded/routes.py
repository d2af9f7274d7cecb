"""Who gets what is published to a topic: worked out once, and remembered until anything changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from brokers.embedded.messages import Subscription
from brokers.embedded.rights import Rights
from brokers.embedded.session import Session
from brokers.embedded.subscriptions import SubscriptionTree


@dataclass(frozen=True, slots=True)
class Terms:
    """How one client gets a message: the sum of its matching subscriptions.

    One copy per client, with the highest QoS and all identifiers ([MQTT-3.3.4-2, -4]).
    """

    max_qos: int
    retain_as_published: bool
    identifiers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One client with a matching subscription.

    Attributes:
        session: The session of the client.
        allowed: Whether its user may read the topic; if not, the delivery is a denial.
        terms: How it gets messages of others.
        own_terms: How it gets its own messages; None if all its subscriptions say "no local" (3.8.3.1).
    """

    session: Session
    allowed: bool
    terms: Terms
    own_terms: Terms | None


def _terms(subscriptions: list[Subscription]) -> Terms | None:
    if not subscriptions:
        return None
    if len(subscriptions) == 1:
        return _terms_of_one(subscriptions[0])
    return Terms(
        max_qos=max(subscription.max_qos for subscription in subscriptions),
        retain_as_published=any(subscription.retain_as_published for subscription in subscriptions),
        identifiers=tuple(s.identifier for s in subscriptions if s.identifier is not None),
    )


@lru_cache(maxsize=1024)
def _terms_of_one(subscription: Subscription) -> Terms:
    """Return the terms of a single subscription; a client mostly has one for a topic, and the same for many."""
    identifier = subscription.identifier
    return Terms(
        max_qos=subscription.max_qos,
        retain_as_published=subscription.retain_as_published,
        identifiers=() if identifier is None else (identifier,),
    )


class Routes:
    """The subscriptions of all sessions, and the routes per topic that follow from them."""

    def __init__(self, rights: Rights, *, cached_topics: int) -> None:
        self._rights = rights
        self._cached_topics = cached_topics
        self._tree = SubscriptionTree()
        self._sessions: dict[str, Session] = {}
        self._known: dict[str, tuple[Route, ...]] = {}

    def forget(self) -> None:
        """Forget what was worked out, because rights changed."""
        self._known.clear()

    def add(self, session: Session, subscription: Subscription) -> None:
        """Add a subscription, or replace the one with the same filter."""
        self._sessions[session.client_id] = session
        self._tree.add(session.client_id, subscription)
        self._known.clear()

    def remove(self, session: Session, topic_filter: str) -> None:
        """Remove a subscription, which the session has given up already."""
        self._tree.remove(session.client_id, topic_filter)
        self._known.clear()
        if not session.subscriptions:
            self._sessions.pop(session.client_id, None)

    def of(self, topic: str) -> tuple[Route, ...]:
        """Return the routes of a topic, one for each client with a matching subscription."""
        routes = self._known.get(topic)
        if routes is None:
            if len(self._known) >= self._cached_topics:
                self._known.clear()
            routes = self._known[topic] = self._work_out(topic)
        return routes

    def _work_out(self, topic: str) -> tuple[Route, ...]:
        matching: dict[str, list[Subscription]] = {}
        for client_id, subscription in self._tree.match(topic):
            matching.setdefault(client_id, []).append(subscription)
        routes: list[Route] = []
        shared: dict[Terms, Terms] = {}  # clients on the same terms have one object of them
        for client_id, subscriptions in matching.items():
            session = self._sessions[client_id]
            terms = _terms(subscriptions)
            assert terms is not None
            own = _terms([subscription for subscription in subscriptions if not subscription.no_local])
            routes.append(
                Route(
                    session,
                    self._rights.may_read(session.username, topic),
                    terms=shared.setdefault(terms, terms),
                    own_terms=None if own is None else shared.setdefault(own, own),
                )
            )
        return tuple(routes)
