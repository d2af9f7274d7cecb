"""Laws of topic filters, against a matcher that is as slow and plain as section 4.7 of MQTT 5."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.filters import FilterIndex, covers, is_filter, is_topic, matches

WORDS = ("a", "b", "", "$s")
LEVELS = st.sampled_from(WORDS)
TOPICS = st.lists(LEVELS, min_size=1, max_size=4).map("/".join).filter(bool)
FILTERS = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(st.one_of(LEVELS, st.just("+")), max_size=3),
    st.sampled_from(([], ["#"])),
).filter(bool)
# One word more than filters use, and one level more than they have: enough to tell any two of them apart.
EVERY_TOPIC = [
    "/".join(levels)
    for depth in range(1, 5)
    for levels in itertools.product((*WORDS, "z"), repeat=depth)
    if "/".join(levels)
]


def plainly_matches(topic_filter: str, topic: str) -> bool:
    if topic.startswith("$") and topic_filter[0] in "+#":
        return False
    return _plainly(topic_filter.split("/"), topic.split("/"))


def _plainly(wanted: list[str], levels: list[str]) -> bool:
    if wanted == ["#"]:
        return True
    if not wanted or not levels:
        return wanted == levels
    return wanted[0] in ("+", levels[0]) and _plainly(wanted[1:], levels[1:])


@given(FILTERS, TOPICS)
def test_matches_is_the_plain_matcher(topic_filter: str, topic: str) -> None:
    assert is_filter(topic_filter)
    assert is_topic(topic)
    assert matches(topic_filter, topic) == plainly_matches(topic_filter, topic)


@given(FILTERS, FILTERS, TOPICS)
def test_covers_is_sound(pattern: str, topic_filter: str, topic: str) -> None:
    if covers(pattern, topic_filter) and plainly_matches(topic_filter, topic):
        assert plainly_matches(pattern, topic)


@given(FILTERS, FILTERS)
def test_covers_is_exactly_that_no_topic_escapes(pattern: str, topic_filter: str) -> None:
    matched = [topic for topic in EVERY_TOPIC if plainly_matches(topic_filter, topic)]
    assert covers(pattern, topic_filter) == all(plainly_matches(pattern, topic) for topic in matched)


@given(FILTERS, FILTERS, FILTERS)
def test_covers_is_reflexive_and_transitive(one: str, two: str, three: str) -> None:
    assert covers(one, one)
    if covers(one, two) and covers(two, three):
        assert covers(one, three)


@given(st.lists(st.tuples(FILTERS, st.sampled_from("xyz"), st.booleans()), max_size=15), TOPICS)
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
