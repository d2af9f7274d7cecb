from __future__ import annotations

import pytest

from sim.core.model.filters import (
    FilterIndex,
    covers,
    is_filter,
    is_topic,
    matches,
    meet,
    widest,
)
from tests import topic_rules


@pytest.mark.parametrize("text", topic_rules.NAMES)
def test_is_topic_of_a_topic_name_is_true(text: str) -> None:
    assert is_topic(text)


@pytest.mark.parametrize("text", topic_rules.NO_NAMES)
def test_is_topic_of_what_cannot_be_published_to_is_false(text: str) -> None:
    assert not is_topic(text)


@pytest.mark.parametrize("text", topic_rules.FILTERS)
def test_is_filter_of_a_topic_filter_is_true(text: str) -> None:
    assert is_filter(text)


@pytest.mark.parametrize("text", topic_rules.NO_FILTERS)
def test_is_filter_of_misplaced_wildcards_is_false(text: str) -> None:
    assert not is_filter(text)


@pytest.mark.parametrize(("topic_filter", "topic", "expected"), topic_rules.MATCHES)
def test_matches_of_the_standards_examples_is_as_it_says(
    topic_filter: str, topic: str, *, expected: bool
) -> None:
    assert matches(topic_filter, topic) is expected


@pytest.mark.parametrize(("pattern", "topic_filter", "expected"), topic_rules.COVERS)
def test_covers_of_two_filters_holds_when_nothing_escapes(
    pattern: str, topic_filter: str, *, expected: bool
) -> None:
    assert covers(pattern, topic_filter) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a/+/c", "a/b/+", "a/b/c"),
        ("a/#", "a", "a"),
        ("a/#", "+/b/c", "a/b/c"),
        ("#", "a/+", "a/+"),
        ("+/#", "a", "a"),
        ("a/b", "a/b", "a/b"),
        ("a/b", "a/c", None),
        ("a/b", "a/b/c", None),
        ("a/+/b", "a/+", None),
        ("#", "$SYS/uptime", None),
        ("$SYS/#", "$SYS/+", "$SYS/+"),
    ],
)
def test_meet_of_two_filters_matches_what_both_match(one: str, other: str, expected: str | None) -> None:
    assert meet(one, other) == meet(other, one) == expected


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
