"""Laws of topic filters, against a matcher that is as slow and plain as section 4.7 of MQTT 5."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.filters import FilterIndex, covers, is_filter, is_topic, matches, meet
from tests.topic_rules import BEGINS_EMPTY, SOME_FILTERS, SOME_NAMES, plainly_covers, plainly_matches


@given(SOME_FILTERS, SOME_NAMES)
def test_matches_is_the_plain_matcher(topic_filter: str, topic: str) -> None:
    assert is_filter(topic_filter)
    assert is_topic(topic)
    assert matches(topic_filter, topic) == plainly_matches(topic_filter, topic)


@given(SOME_FILTERS, SOME_FILTERS)
def test_covers_is_exactly_that_no_topic_escapes(pattern: str, topic_filter: str) -> None:
    if topic_filter == BEGINS_EMPTY:
        assert plainly_covers(pattern, topic_filter) or not covers(pattern, topic_filter)
    else:
        assert covers(pattern, topic_filter) == plainly_covers(pattern, topic_filter)


@given(SOME_FILTERS, SOME_FILTERS, SOME_NAMES)
def test_what_two_filters_meet_in_is_what_both_match(one: str, other: str, topic: str) -> None:
    common = meet(one, other)
    assert (common is not None and matches(common, topic)) == (matches(one, topic) and matches(other, topic))


@given(SOME_FILTERS, SOME_FILTERS)
def test_meet_does_not_depend_on_the_order_and_is_covered_by_both(one: str, other: str) -> None:
    common = meet(one, other)
    assert common == meet(other, one)
    if common is not None and BEGINS_EMPTY not in (one, other):
        assert is_filter(common)
        assert covers(one, common)
        assert covers(other, common)


@given(SOME_FILTERS, SOME_FILTERS, SOME_FILTERS)
def test_covers_is_reflexive_and_transitive(one: str, two: str, three: str) -> None:
    assert covers(one, one)
    if covers(one, two) and covers(two, three):
        assert covers(one, three)


@given(st.lists(st.tuples(SOME_FILTERS, st.sampled_from("xyz"), st.booleans()), max_size=15), SOME_NAMES)
def test_find_is_linear_matching_over_what_was_added_and_not_discarded(
    changes: list[tuple[str, str, bool]], topic: str
) -> None:
    index: FilterIndex[str] = FilterIndex()
    filed: set[tuple[str, str]] = set()
    for topic_filter, key, added in changes:
        if added:
            index.add(topic_filter, key)
            filed.add((topic_filter, key))
        else:
            index.discard(topic_filter, key)
            filed.discard((topic_filter, key))
    assert set(index.find(topic)) == {key for known, key in filed if plainly_matches(known, topic)}


@given(st.text(max_size=8))
def test_a_topic_is_a_filter_that_matches_exactly_itself(text: str) -> None:
    if is_topic(text):
        assert is_filter(text)
        assert matches(text, text)


@given(st.text(alphabet="ab/+#$\x00", max_size=6))
def test_is_filter_asks_of_each_level_what_the_standard_asks(text: str) -> None:
    levels = text.split("/")
    lone = all(level in ("+", "#") or not set(level) & {"+", "#"} for level in levels)
    last = all(level != "#" for level in levels[:-1])
    assert is_filter(text) == (bool(text) and "\x00" not in text and lone and last)
    assert is_topic(text) == (is_filter(text) and not set(text) & {"+", "#"})
