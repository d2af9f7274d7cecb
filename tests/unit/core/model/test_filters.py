from __future__ import annotations

import pytest

from sim.core.model.filters import (
    TOPIC_BYTES_MAX,
    FilterIndex,
    covers,
    is_filter,
    is_topic,
    matches,
    widest,
)


@pytest.mark.parametrize("text", ["a", "/", "a//b", "$SYS/x", "é", "a b", "x" * TOPIC_BYTES_MAX])
def test_is_topic_of_a_topic_name_is_true(text: str) -> None:
    assert is_topic(text)


@pytest.mark.parametrize(
    "text",
    ["", "a\x00", "a/+", "#", "a+", "x" * (TOPIC_BYTES_MAX + 1), "é" * (TOPIC_BYTES_MAX // 2 + 1), "\ud800"],
)
def test_is_topic_of_what_cannot_be_published_to_is_false(text: str) -> None:
    assert not is_topic(text)


@pytest.mark.parametrize("text", ["#", "+", "+/#", "a/+/b", "a/#", "a", "/+", "$share/g/a"])
def test_is_filter_of_a_topic_filter_is_true(text: str) -> None:
    assert is_filter(text)


@pytest.mark.parametrize("text", ["", "a#", "#/a", "a/#/b", "a+", "+a/b", "a/b+", "a\x00", "\udfff", "#/#"])
def test_is_filter_of_misplaced_wildcards_is_false(text: str) -> None:
    assert not is_filter(text)


# The examples of MQTT 5, section 4.7.
@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("sport/tennis/player1/#", "sport/tennis/player1", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
        ("sport/#", "sport", True),
        ("#", "sport", True),
        ("sport/tennis/+", "sport/tennis/player1", True),
        ("sport/tennis/+", "sport/tennis/player1/ranking", False),
        ("sport/+", "sport", False),
        ("sport/+", "sport/", True),
        ("+/+", "/finance", True),
        ("/+", "/finance", True),
        ("+", "/finance", False),
        ("#", "$SYS/monitor", False),
        ("+/monitor/Clients", "$SYS/monitor/Clients", False),
        ("$SYS/#", "$SYS/monitor", True),
        ("$SYS/monitor/+", "$SYS/monitor/Clients", True),
        ("a/+", "a/$b", True),
        ("Sport", "sport", False),
        ("a/b", "a", False),
        ("a", "a/b", False),
    ],
)
def test_matches_of_the_standards_examples_is_as_it_says(
    topic_filter: str, topic: str, expected: bool
) -> None:
    assert matches(topic_filter, topic) is expected


@pytest.mark.parametrize(
    ("pattern", "topic_filter", "expected"),
    [
        ("#", "#", True),
        ("#", "a/+", True),
        ("+/#", "#", True),
        ("+", "#", False),
        ("+/+/#", "#", False),
        ("a/#", "a", True),
        ("a/#", "a/#", True),
        ("a/+", "a/#", False),
        ("a/+/#", "a/#", False),
        ("a/+", "a/b", True),
        ("a/b", "a/+", False),
        ("a/b", "a/b/c", False),
        ("a/b/c", "a/b", False),
        ("#", "$a", False),
        ("+/b", "$a/b", False),
        ("$a/#", "$a/b", True),
        ("a/b", "a/c", False),
    ],
)
def test_covers_of_two_filters_holds_when_nothing_escapes(
    pattern: str, topic_filter: str, expected: bool
) -> None:
    assert covers(pattern, topic_filter) is expected


def test_find_after_adding_gives_each_key_once() -> None:
    index: FilterIndex[str] = FilterIndex()
    for topic_filter in ("a/#", "a/+", "a/b", "#", "+/b"):
        index.add(topic_filter, "reader")
    index.add("a/c", "other")
    assert list(index.find("a/b")) == ["reader"]
    assert sorted(index.find("a/c")) == ["other", "reader"]


def test_find_of_a_dollar_topic_passes_over_leading_wildcards() -> None:
    index: FilterIndex[str] = FilterIndex()
    index.add("#", "all")
    index.add("+/x", "one")
    index.add("$SYS/#", "admin")
    assert list(index.find("$SYS/x")) == ["admin"]


def test_discard_of_a_filter_leaves_the_others() -> None:
    index: FilterIndex[str] = FilterIndex()
    index.add("a/+", "reader")
    index.add("a/b", "reader")
    index.discard("a/+", "reader")
    assert (list(index.find("a/b")), list(index.find("a/c"))) == (["reader"], [])


@pytest.mark.parametrize(("topic_filter", "key"), [("a/x", "reader"), ("a/b/c", "reader"), ("a/b", "nobody")])
def test_discard_of_what_was_never_added_changes_nothing(topic_filter: str, key: str) -> None:
    index: FilterIndex[str] = FilterIndex()
    index.add("a/b", "reader")
    index.discard(topic_filter, key)
    assert list(index.find("a/b")) == ["reader"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], ()),
        (["a/b", "a/+", "c"], ("a/+", "c")),
        (["a/+", "a/#", "a/b"], ("a/#",)),
        (["a/+", "a/+", "b"], ("a/+", "b")),
        (["a/+/c", "a/b/+"], ("a/+/c", "a/b/+")),
    ],
)
def test_widest_leaves_the_filters_that_no_other_covers(
    filters: list[str], expected: tuple[str, ...]
) -> None:
    assert widest(filters) == expected
