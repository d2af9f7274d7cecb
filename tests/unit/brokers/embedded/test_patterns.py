"""Many filters as one: they match what any of them matches alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.embedded import topics
from brokers.embedded.patterns import Patterns

LEVELS = ("a", "b", "", "$x")
NAMES = st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4).map("/".join).filter(topics.valid_name)
FILTERS = (
    st.lists(st.sampled_from((*LEVELS, "+", "#")), min_size=1, max_size=4)
    .map("/".join)
    .filter(topics.valid_filter)
)


@given(st.lists(FILTERS, max_size=6), NAMES)
def test_they_match_what_any_of_them_matches(filters: list[str], topic: str) -> None:
    together = Patterns(topics.split(each) for each in filters)
    assert together.match(topic) == any(topics.matches(each, topic) for each in filters)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "matches"),
    [
        ("a/#", "a", True),
        ("#", "$SYS/uptime", False),
        ("+/uptime", "$SYS/uptime", False),
        ("$SYS/#", "$SYS/uptime", True),
        ("a/+", "a", False),
        ("a/+", "a/b/c", False),
    ],
)
def test_the_rules_of_mqtt(topic_filter: str, topic: str, matches: bool) -> None:
    assert Patterns([topics.split(topic_filter)]).match(topic) is matches
    assert Patterns().match(topic) is False
