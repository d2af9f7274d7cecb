"""Names, filters, matching and covering (section 4.7)."""

from __future__ import annotations

import pytest

from brokers.embedded import topics


@pytest.mark.parametrize("name", ["a", "/", "a//b", "/a", "$SYS/x", "a b", "é", "x" * 65_535])
def test_valid_names(name: str) -> None:
    assert topics.valid_name(name)


@pytest.mark.parametrize("name", ["", "a/+", "#", "a+b", "a\0b", "\ud800", "x" * 65_536, "é" * 40_000])
def test_invalid_names(name: str) -> None:
    assert not topics.valid_name(name)


@pytest.mark.parametrize("topic_filter", ["#", "+", "a/#", "+/+", "/+", "a/+/b/#", "a", "$SYS/#"])
def test_valid_filters(topic_filter: str) -> None:
    assert topics.valid_filter(topic_filter)


@pytest.mark.parametrize("topic_filter", ["", "a#", "a/#/b", "#/a", "a+", "+a/b", "a/b#", "a\0"])
def test_invalid_filters(topic_filter: str) -> None:
    assert not topics.valid_filter(topic_filter)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("sport/tennis/player1/#", "sport/tennis/player1", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
        ("sport/#", "sport", True),
        ("sport/#", "sports", False),
        ("sport/tennis/+", "sport/tennis/player1/ranking", False),
        ("sport/+", "sport", False),
        ("sport/+", "sport/", True),
        ("+/+", "/finance", True),
        ("/+", "/finance", True),
        ("+", "/finance", False),
        ("#", "$SYS/x", False),
        ("+/x", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
        ("$SYS/+", "$SYS/x", True),
        ("a/+/c", "a/$b/c", True),
        ("a", "A", False),
    ],
)
def test_examples_of_the_standard(topic_filter: str, topic: str, *, expected: bool) -> None:
    assert topics.matches(topic_filter, topic) is expected


@pytest.mark.parametrize(
    ("pattern", "topic_filter", "expected"),
    [
        ("#", "a/+", True),
        ("#", "#", True),
        ("+/#", "#", True),
        ("a/+/#", "a/#", False),
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/+/c", True),
        ("a/+/c", "a/#", False),
        ("a/#", "a", True),
        ("a/#", "a/b", True),
        ("a/#", "a/+", True),
        ("a/#", "a/#", True),
        ("a/#", "+/b", False),
        ("a/b", "a/+", False),
        ("a/b", "a/b/#", False),
        ("a/b/c", "a/b", False),
        ("a/+", "a", False),
        ("#", "$SYS/a", False),
        ("+/a", "$SYS/a", False),
        ("$SYS/#", "$SYS/+", True),
    ],
)
def test_covers(pattern: str, topic_filter: str, *, expected: bool) -> None:
    assert topics.covers(pattern, topic_filter) is expected
