"""Topic names and topic filters: which are valid, which match, and which filter covers which (section 4.7).

Everything is a pure function of strings. A filter that was split once is matched by its levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SEPARATOR: Final = "/"
ONE_LEVEL: Final = "+"
ALL_LEVELS: Final = "#"
RESERVED: Final = "$"
SHARED_PREFIX: Final = "$share/"
MAX_BYTES: Final = 65_535


def valid_name(topic: str) -> bool:
    """Say whether ``topic`` can be published to: not empty, no wildcards, no null ([MQTT-4.7.3-1])."""
    return ONE_LEVEL not in topic and ALL_LEVELS not in topic and valid_text(topic)


def valid_filter(topic_filter: str) -> bool:
    """Say whether wildcards stand where they may: alone on a level, ``#`` last ([MQTT-4.7.1-1, -2])."""
    if not valid_text(topic_filter):
        return False
    levels = topic_filter.split(SEPARATOR)
    if ALL_LEVELS in levels[:-1]:
        return False
    return all(
        level in (ONE_LEVEL, ALL_LEVELS) or not (ONE_LEVEL in level or ALL_LEVELS in level)
        for level in levels
    )


def valid_text(text: str) -> bool:
    """Say whether a text can travel: 1 to 65,535 bytes of UTF-8 without U+0000 ([MQTT-1.5.4-1, -2])."""
    if not text or "\0" in text:
        return False
    try:
        return len(text.encode()) <= MAX_BYTES
    except UnicodeEncodeError:  # a lone surrogate is not a character
        return False


def split(text: str) -> tuple[str, ...]:
    """Split a name or filter into its levels."""
    return tuple(text.split(SEPARATOR))


def depth(text: str) -> int:
    """Count the levels of a name or filter."""
    return text.count(SEPARATOR) + 1


def matches(topic_filter: str, topic: str) -> bool:
    """Say whether the filter matches the topic name; both must be valid."""
    return levels_match(split(topic_filter), split(topic))


def levels_match(filter_levels: Sequence[str], topic_levels: Sequence[str]) -> bool:
    """Like `matches`, for levels that were split before."""
    if hidden_from_wildcard(filter_levels[0], topic_levels[0]):
        return False
    for index, level in enumerate(filter_levels):
        if level == ALL_LEVELS:
            return True  # of the parent level too: "a/#" matches "a" (section 4.7.1.2)
        if index == len(topic_levels) or level not in (ONE_LEVEL, topic_levels[index]):
            return False
    return len(filter_levels) == len(topic_levels)


def hidden_from_wildcard(first_of_filter: str, first_of_topic: str) -> bool:
    """Say whether a leading wildcard meets a ``$`` topic, which it does not match ([MQTT-4.7.2-1])."""
    return first_of_filter in (ONE_LEVEL, ALL_LEVELS) and first_of_topic.startswith(RESERVED)


def covers(pattern: str, topic_filter: str) -> bool:
    """Say whether ``pattern`` matches every topic that ``topic_filter`` can match; both must be valid."""
    return levels_cover(split(pattern), split(topic_filter))


def levels_cover(pattern: Sequence[str], topic_filter: Sequence[str]) -> bool:
    """Like `covers`, for levels that were split before."""
    if tuple(pattern) == (ONE_LEVEL, ALL_LEVELS):
        pattern = (ALL_LEVELS,)  # every name has a first level, so "+/#" matches all that "#" matches
    if hidden_from_wildcard(pattern[0], topic_filter[0]):
        return False
    for index, level in enumerate(pattern):
        if level == ALL_LEVELS:
            return True
        if index == len(topic_filter) or topic_filter[index] == ALL_LEVELS:
            return False
        if level not in (ONE_LEVEL, topic_filter[index]):
            return False
    return len(pattern) == len(topic_filter)
