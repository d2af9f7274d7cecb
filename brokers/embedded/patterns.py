"""Many topic filters as one: whether any of them matches a topic, at a cost that follows the topic's levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from brokers.embedded import topics


class _Node:
    """One level: what continues below it, and whether a filter ends here."""

    __slots__ = ("below", "ends")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.ends = False


class Patterns:
    """Topic filters, each split into its levels.

    Attributes:
        filters: The filters.
    """

    __slots__ = ("_root", "filters")

    def __init__(self, filters: Iterable[Sequence[str]] = ()) -> None:
        self.filters = tuple(filters)
        self._root = _Node()
        for levels in self.filters:
            node = self._root
            for level in levels:
                node = node.below.setdefault(level, _Node())
            node.ends = True

    def match(self, topic: str) -> bool:
        """Say whether any of the filters matches a valid topic name."""
        if not self.filters:
            return False
        return _match(self._root, topic.split(topics.SEPARATOR), 0)


def _match(node: _Node, levels: list[str], depth: int) -> bool:
    below = node.below
    # A leading wildcard does not meet a topic of the server's own ([MQTT-4.7.2-1]).
    wildcards = depth > 0 or not levels[0].startswith(topics.RESERVED)
    if wildcards and topics.ALL_LEVELS in below:
        return True  # of the parent level too: "a/#" matches "a" (section 4.7.1.2)
    if depth == len(levels):
        return node.ends
    same = below.get(levels[depth])
    if same is not None and _match(same, levels, depth + 1):
        return True
    one = below.get(topics.ONE_LEVEL) if wildcards else None
    return one is not None and _match(one, levels, depth + 1)
