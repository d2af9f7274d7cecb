"""Rights as RabbitMQ holds them: one regular expression over routing keys for writing, and one for reading.

RabbitMQ's MQTT is carried by a topic exchange. A topic becomes a routing key and a filter a binding key: ``/`` becomes
``.``, ``+`` becomes ``*``, and a ``.`` in a level becomes ``/``. A publication is held against the account's write
expression, and a SUBSCRIBE against its read expression, as a text: the binding key with its wildcards. So an expression
here matches every topic that a pattern matches, and every filter that it covers.

Deliveries are not checked at all. What a binding brings has to be taken away with the right: `is_readable` says which.

Every function is pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from brokers.adapter import Action, BrokerError, Right
from brokers.embedded.topics import ALL_LEVELS, ONE_LEVEL, covers, split, valid_filter

NOTHING: Final = r"\A(?!)"
"""Matches no text. An empty expression would do in RabbitMQ, but says so less plainly."""

_REST: Final = r"(?:\.[\s\S]*)?"
"""The levels that ``#`` stands for, with the separator before them; none is enough, since ``a/#`` matches ``a``."""

# A level of a topic or filter that is not the wildcard for all levels: only there a "#" may stand.
_ONE: Final = r"[^.#]*"
_NOT_RESERVED: Final = r"(?!\$)"

_TO_KEY: Final = str.maketrans({"/": ".", ".": "/", "+": "*"})
_FROM_KEY: Final = str.maketrans({".": "/", "/": ".", "*": "+"})

_TO_ESCAPE: Final = re.compile(r"([^0-9A-Za-z_\x80-\U0010ffff])")


def routing_key(topic_filter: str) -> str:
    """Return a topic or filter as RabbitMQ keeps it.

    >>> routing_key("beeld/r1/+/#")
    'beeld.r1.*.#'
    """
    return topic_filter.translate(_TO_KEY)


def topic_of(key: str) -> str:
    """Return the topic or filter that a routing or binding key stands for.

    >>> topic_of("beeld.r1.*.#")
    'beeld/r1/+/#'
    """
    return key.translate(_FROM_KEY)


def expression(patterns: Iterable[str], withheld: Iterable[str] = ()) -> str:
    """Return the expression that matches what patterns allow and nothing of what is withheld.

    Args:
        patterns: MQTT filters; a topic is allowed that one of them matches, a filter that one of them covers.
        withheld: MQTT filters; a topic is withheld that one of them matches, a filter that has any topic in common with
            one of them, since RabbitMQ would deliver all that comes under it.

    Raises:
        BrokerError: A pattern is no MQTT filter.
    """
    allowed = _union(_levels(pattern) for pattern in patterns)
    if allowed is None:
        return NOTHING
    denied = "|".join(dict.fromkeys(_meeting(_levels(pattern)) for pattern in withheld))
    unless = rf"(?!(?:{denied})\z)" if denied else ""
    return rf"\A{unless}(?:{allowed})\z"


def patterns_of(rights: Iterable[Right], action: Action) -> list[str]:
    """Return the patterns on which rights allow an action."""
    return [right.pattern for right in rights if right.action is action]


def is_readable(topic_filter: str, readable: Iterable[str], withheld: Iterable[str] = ()) -> bool:
    """Say whether a subscription may stand: a right covers it, and it has nothing in common with what is withheld."""
    if any(meet(pattern, topic_filter) for pattern in withheld):
        return False
    return any(covers(pattern, topic_filter) for pattern in readable)


def meet(one: str, other: str) -> bool:
    """Say whether some topic is matched by both of two filters."""
    return _meet(split(one), split(other))


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    for mine, theirs in zip(one, other, strict=False):
        if ALL_LEVELS in (mine, theirs):
            return True
        if ONE_LEVEL not in (mine, theirs) and mine != theirs:
            return False
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) == len(longer) or longer[len(shorter)] == ALL_LEVELS


def _levels(pattern: str) -> tuple[str, ...]:
    if not valid_filter(pattern):
        raise BrokerError(
            f"the pattern {pattern!r} is no MQTT topic filter; write '+' as a whole level and '#' as the last one"
        )
    return split(pattern)


class _Node:
    """Levels that may follow each other, as a tree: what patterns have in common stands once."""

    def __init__(self) -> None:
        self.ends = self.takes_all = False
        self.below: dict[str, _Node] = {}

    def add(self, levels: Sequence[str]) -> None:
        if not levels:
            self.ends = True
        elif levels[0] == ALL_LEVELS:
            self.takes_all = True
        else:
            self.below.setdefault(levels[0], _Node()).add(levels[1:])

    def rest(self) -> str:
        """Return the expression of what may follow, each level with the separator before it."""
        if self.takes_all:
            return _REST
        if not self.below:
            return ""
        ways = "|".join(_level(level) + node.rest() for level, node in self.below.items())
        return rf"(?:\.(?:{ways}))" + ("?" if self.ends else "")


def _union(patterns: Iterable[Sequence[str]]) -> str | None:
    """Return the expression of everything that patterns match or cover; None when there is no pattern."""
    root = _Node()
    for levels in patterns:
        root.add(levels)
    ways = [
        (_NOT_RESERVED if level == ONE_LEVEL else "") + _level(level) + node.rest()
        for level, node in root.below.items()
    ]
    # Every name has a first level, so "+/#" matches all that "#" matches.
    if root.takes_all or (ONE_LEVEL in root.below and root.below[ONE_LEVEL].takes_all):
        ways.insert(0, _NOT_RESERVED + r"[\s\S]*")
    return "|".join(ways) if ways else None


def _level(level: str) -> str:
    return _ONE if level == ONE_LEVEL else _escaped(level)


def _escaped(level: str) -> str:
    """Return an expression of one literal level; every sign of it stands for itself."""
    return _TO_ESCAPE.sub(r"\\\1", level.translate(_TO_KEY))


def _meeting(levels: Sequence[str]) -> str:
    """Return the expression of every topic that a pattern matches and every filter that meets it."""
    if levels[0] == ALL_LEVELS:
        return r"[\s\S]*"
    first, *rest = levels
    after = r"(?:\.#)?"
    for level in reversed(rest):
        after = _REST if level == ALL_LEVELS else rf"\.(?:#|{_any(level)}{after})"
    return rf"(?:#|{_any(first)}{after})"


def _any(level: str) -> str:
    """Return the expression of a level of a filter that has something in common with a level of a pattern."""
    return _ONE if level == ONE_LEVEL else rf"(?:{_escaped(level)}|\*)"
