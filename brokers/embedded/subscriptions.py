"""The subscriptions of all clients in a tree of topic levels, so that a topic finds its subscribers fast."""

from __future__ import annotations

from collections.abc import Iterator

from brokers.embedded import topics
from brokers.embedded.messages import Subscription


class _Node:
    """One level of the tree: what continues below it, and the subscriptions whose filter ends here."""

    __slots__ = ("children", "ending")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.ending: dict[str, Subscription] = {}


class SubscriptionTree:
    """Subscriptions by filter and client id; a wildcard is a level like any other until it is matched."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, client_id: str, subscription: Subscription) -> None:
        """Add a subscription, or replace the one with the same filter ([MQTT-3.8.4-3])."""
        node = self._root
        for level in topics.split(subscription.topic_filter):
            node = node.children.setdefault(level, _Node())
        node.ending[client_id] = subscription

    def remove(self, client_id: str, topic_filter: str) -> None:
        """Remove a subscription if it exists, and the branches that lead nowhere any more."""
        path = [self._root]
        levels = topics.split(topic_filter)
        for level in levels:
            child = path[-1].children.get(level)
            if child is None:
                return
            path.append(child)
        path[-1].ending.pop(client_id, None)
        for level, parent, child in zip(
            reversed(levels), reversed(path[:-1]), reversed(path[1:]), strict=True
        ):
            if child.children or child.ending:
                return
            del parent.children[level]

    def match(self, topic: str) -> Iterator[tuple[str, Subscription]]:
        """Yield client id and subscription for every filter that matches the topic, in a fixed order."""
        levels = topics.split(topic)
        wildcards = not topic.startswith(topics.RESERVED)  # [MQTT-4.7.2-1]
        reached = [self._root]
        for level in levels:
            following: list[_Node] = []
            for node in reached:
                if wildcards and (rest := node.children.get(topics.ALL_LEVELS)):
                    yield from rest.ending.items()
                if exact := node.children.get(level):
                    following.append(exact)
                if wildcards and (one := node.children.get(topics.ONE_LEVEL)):
                    following.append(one)
            reached = following
            wildcards = True
        for node in reached:
            yield from node.ending.items()
            if rest := node.children.get(topics.ALL_LEVELS):  # "a/#" matches "a" (section 4.7.1.2)
                yield from rest.ending.items()
