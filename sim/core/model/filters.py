"""MQTT topic names and topic filters: match, cover, index.

The rules are those of MQTT 5 section 4.7: ``+`` matches one level, ``#`` at the end matches the parent and
all levels below, and neither matches a first level that begins with ``$``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, TypeVar

TOPIC_BYTES_MAX = 65_535

Key = TypeVar("Key", bound=Hashable)


def is_topic(text: str) -> bool:
    """Say whether ``text`` is a topic name that one may publish to ([MQTT-4.7.3-1], [MQTT-4.7.1-1])."""
    return _is_utf8_sized(text) and "+" not in text and "#" not in text


def is_filter(text: str) -> bool:
    """Say whether ``text`` is a valid topic filter: wildcards stand alone in a level, ``#`` only at the end."""
    if not _is_utf8_sized(text):
        return False
    levels = text.split("/")
    if any(level != "#" and "#" in level for level in levels) or "#" in levels[:-1]:
        return False
    return not any(level != "+" and "+" in level for level in levels)


def _is_utf8_sized(text: str) -> bool:
    if not text or "\x00" in text:
        return False
    try:
        return len(text.encode()) <= TOPIC_BYTES_MAX
    except UnicodeEncodeError:  # a lone surrogate: no UTF-8 string ([MQTT-1.5.4-1])
        return False


def matches(topic_filter: str, topic: str) -> bool:
    """Say whether a valid filter matches a topic name.

    >>> matches("activity/+/shared/#", "activity/flood/shared/c1/level")
    True
    >>> matches("#", "$SYS/uptime")
    False
    """
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if levels[0].startswith("$") and wanted[0] in ("+", "#"):
        return False
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place == len(levels) or part not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)


def covers(pattern: str, topic_filter: str) -> bool:
    """Say whether every topic that ``topic_filter`` can match is matched by ``pattern`` (both valid filters).

    >>> covers("activity/+/card", "activity/flood/card"), covers("activity/+/card", "#")
    (True, False)
    """
    # Every topic has a first level, so that "+/#" matches all that "#" matches.
    wide, narrow = ("#" if pattern == "+/#" else pattern).split("/"), topic_filter.split("/")
    if narrow[0].startswith("$") and wide[0] in ("+", "#"):
        return False
    for place, part in enumerate(wide):
        if part == "#":
            return True
        if place == len(narrow) or narrow[place] == "#":
            return False
        if part != "+" and part != narrow[place]:
            return False
    return len(wide) == len(narrow)


def meet(one: str, other: str) -> str | None:
    """Return the filter that matches every topic that two valid filters both match; None where there is none.

    >>> meet("activity/+/own/#", "activity/flood/+/wl/+")
    'activity/flood/own/wl/+'
    >>> meet("risk/#", "activity/#") is None
    True
    """
    left, right = one.split("/"), other.split("/")
    if "$" in (left[0][:1], right[0][:1]) and left[0] != right[0]:
        return None
    common: list[str] = []
    place = 0
    while True:
        if left[place:] == ["#"] or right[place:] == ["#"]:
            rest = right[place:] if left[place:] == ["#"] else left[place:]
            return "/".join([*common, *rest])
        if place == len(left) or place == len(right):
            break
        narrow = right[place] if left[place] == "+" else left[place]
        if right[place] not in ("+", narrow):
            return None
        common.append(narrow)
        place += 1
    return "/".join(common) if len(left) == len(right) else None


class _Node(Generic[Key]):
    """One level of the tree of filters."""

    __slots__ = ("children", "keys")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Key]] = {}
        self.keys: dict[Key, None] = {}


class FilterIndex(Generic[Key]):
    """Keys under filters, found by topic.

    The cost follows the levels of the topic, not the number of filters.
    """

    __slots__ = ("_root",)

    def __init__(self) -> None:
        self._root: _Node[Key] = _Node()

    def add(self, topic_filter: str, key: Key) -> None:
        """File ``key`` under a valid filter; doing so twice changes nothing."""
        node = self._root
        for level in topic_filter.split("/"):
            node = node.children.setdefault(level, _Node())
        node.keys[key] = None

    def discard(self, topic_filter: str, key: Key) -> None:
        """Take ``key`` from under a filter; unknown ones are passed over."""
        node = self._root
        for level in topic_filter.split("/"):
            child = node.children.get(level)
            if child is None:
                return
            node = child
        node.keys.pop(key, None)

    def find(self, topic: str) -> dict[Key, None]:
        """Return the keys whose filters match ``topic``, each once, in the order of the filters' tree."""
        found: dict[Key, None] = {}
        for keys in _walk(self._root, topic.split("/"), 0):
            found.update(keys)
        return found


def _walk(node: _Node[Key], levels: list[str], depth: int) -> Iterator[dict[Key, None]]:
    wildcards = depth > 0 or not levels[0].startswith("$")
    if wildcards and (rest := node.children.get("#")) is not None:
        yield rest.keys
    if depth == len(levels):
        yield node.keys
        return
    if (same := node.children.get(levels[depth])) is not None:
        yield from _walk(same, levels, depth + 1)
    if wildcards and (one := node.children.get("+")) is not None:
        yield from _walk(one, levels, depth + 1)


def widest(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the filters that no other one covers: subscribing to these gives everything once."""
    return tuple(
        pattern
        for place, pattern in enumerate(patterns)
        if not any(
            covers(other, pattern) and (other != pattern or at < place)
            for at, other in enumerate(patterns)
            if at != place
        )
    )
