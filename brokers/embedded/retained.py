"""The last retained message of each topic, found by filter when somebody subscribes (section 3.3.1.3)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import msgspec

from brokers.embedded import topics
from brokers.embedded.messages import Message

_SPARE_DEADLINES = 64  # so that a few topics with many messages are not tidied up all the time


class Retained(msgspec.Struct, frozen=True):
    """A retained message, who published it, and until when it is kept (None: for ever)."""

    message: Message
    publisher: str
    deadline: float | None


class _Node:
    __slots__ = ("children", "kept")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.kept: Retained | None = None


class RetainedMessages:
    """Retained messages in a tree of topic levels; time is given by the caller."""

    def __init__(self) -> None:
        self._root = _Node()
        self._count = 0
        self._deadlines: list[tuple[float, str]] = []  # a heap; some are of messages that were replaced

    def __len__(self) -> int:
        return self._count

    @property
    def next_deadline(self) -> float:
        """When the first message may expire; infinite if none does."""
        return self._deadlines[0][0] if self._deadlines else float("inf")

    def holds(self, topic: str) -> bool:
        """Say whether the topic has a retained message."""
        return self._get(topic) is not None

    def _get(self, topic: str) -> Retained | None:
        node = self._root
        for level in topics.split(topic):
            child = node.children.get(level)
            if child is None:
                return None
            node = child
        return node.kept

    def keep(self, retained: Retained) -> None:
        """Keep a message as the one of its topic."""
        node = self._root
        for level in topics.split(retained.message.topic):
            child = node.children.get(level)
            if child is None:
                child = node.children[level] = _Node()
            node = child
        self._count += node.kept is None
        node.kept = retained
        if retained.deadline is not None:
            heapq.heappush(self._deadlines, (retained.deadline, retained.message.topic))
            if len(self._deadlines) > 2 * self._count + _SPARE_DEADLINES:
                self._drop_stale_deadlines()

    def _drop_stale_deadlines(self) -> None:
        kept = _kept_below(self._root)
        self._deadlines = [(k.deadline, k.message.topic) for k in kept if k.deadline is not None]
        heapq.heapify(self._deadlines)

    def forget(self, topic: str) -> None:
        """Remove the message of a topic, if there is one."""
        path = [self._root]
        levels = topics.split(topic)
        for level in levels:
            child = path[-1].children.get(level)
            if child is None:
                return
            path.append(child)
        self._count -= path[-1].kept is not None
        path[-1].kept = None
        for level, parent, child in zip(
            reversed(levels), reversed(path[:-1]), reversed(path[1:]), strict=True
        ):
            if child.children or child.kept:
                return
            del parent.children[level]

    def expire(self, now: float) -> None:
        """Remove what is past its deadline."""
        while self._deadlines and self._deadlines[0][0] <= now:
            _, topic = heapq.heappop(self._deadlines)
            kept = self._get(topic)
            if kept and kept.deadline is not None and kept.deadline <= now:
                self.forget(topic)

    def match(self, topic_filter: str, now: float) -> list[Retained]:
        """Return the messages, not yet expired, whose topic the filter matches."""
        return [
            kept
            for kept in self._find(topics.split(topic_filter))
            if kept.deadline is None or kept.deadline > now
        ]

    def _find(self, levels: tuple[str, ...]) -> Iterator[Retained]:
        reached = [self._root]
        for depth, level in enumerate(levels):
            if level == topics.ALL_LEVELS:
                for node in reached:
                    yield from _kept_below(node, hide_reserved=depth == 0)
                return
            if level == topics.ONE_LEVEL:
                reached = [child for node in reached for child in _children(node, hide_reserved=depth == 0)]
            else:
                reached = [node.children[level] for node in reached if level in node.children]
        for node in reached:
            if node.kept:
                yield node.kept


def _children(node: _Node, *, hide_reserved: bool) -> Iterator[_Node]:
    for level, child in node.children.items():
        if not (hide_reserved and level.startswith(topics.RESERVED)):  # [MQTT-4.7.2-1]
            yield child


def _kept_below(node: _Node, *, hide_reserved: bool = False) -> Iterator[Retained]:
    """Walk without recursion, because a client chooses how deep topics go."""
    if node.kept:
        yield node.kept
    waiting = list(_children(node, hide_reserved=hide_reserved))[::-1]
    while waiting:
        current = waiting.pop()
        if current.kept:
            yield current.kept
        waiting.extend(reversed(current.children.values()))
