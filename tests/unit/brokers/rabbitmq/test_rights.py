"""Rights as regular expressions: what a pattern matches and covers, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.adapter import Action, BrokerError, Right
from brokers.embedded.topics import covers, matches, valid_filter
from brokers.rabbitmq.rights import (
    NOTHING,
    expression,
    is_readable,
    meet,
    patterns_of,
    routing_key,
    topic_of,
)

# Levels that are alike, empty, hold what is special to the one or the other, or begin like a topic of the server.
LEVELS = st.sampled_from(["a", "b", "ab", "", "a.b", "$x", "^", "(", "a-1", "{username}"])
TOPICS = st.lists(LEVELS, min_size=1, max_size=4).map("/".join).filter(bool)
FILTERS = (
    st.tuples(st.lists(LEVELS | st.just("+"), max_size=4), st.sampled_from([(), ("#",)]))
    .map(lambda parts: "/".join((*parts[0], *parts[1])))
    .filter(valid_filter)
)


def found(pattern: str, key: str) -> bool:
    """Match as PCRE does, which calls the end of a text ``\\z`` where Python says ``\\Z``."""
    return re.search(pattern.replace(r"\z", r"\Z"), key) is not None


@given(st.lists(FILTERS, max_size=4), TOPICS)
def test_a_topic_is_matched_when_a_pattern_matches_it(patterns: Sequence[str], topic: str) -> None:
    assert found(expression(patterns), routing_key(topic)) == any(matches(each, topic) for each in patterns)


@given(st.lists(FILTERS, max_size=4), FILTERS)
def test_a_filter_is_matched_when_a_pattern_covers_it(patterns: Sequence[str], topic_filter: str) -> None:
    allowed = any(covers(each, topic_filter) for each in patterns)
    assert found(expression(patterns), routing_key(topic_filter)) == allowed
    assert is_readable(topic_filter, patterns) == allowed


@given(st.lists(FILTERS, min_size=1, max_size=3), st.lists(FILTERS, max_size=3), TOPICS)
def test_what_is_withheld_is_not_matched(allowed: Sequence[str], withheld: Sequence[str], topic: str) -> None:
    if found(expression(allowed, withheld), routing_key(topic)):
        assert any(matches(each, topic) for each in allowed)
        assert not any(matches(each, topic) for each in withheld)


@given(st.lists(FILTERS, min_size=1, max_size=3), st.lists(FILTERS, max_size=3), FILTERS)
def test_no_filter_is_left_under_which_what_is_withheld_comes(
    allowed: Sequence[str], withheld: Sequence[str], topic_filter: str
) -> None:
    may_subscribe = found(expression(allowed, withheld), routing_key(topic_filter))
    assert may_subscribe == is_readable(topic_filter, allowed, withheld)


@given(FILTERS, FILTERS, TOPICS)
def test_filters_that_match_a_topic_both_meet(one: str, other: str, topic: str) -> None:
    if matches(one, topic) and matches(other, topic):
        assert meet(one, other)


def test_what_is_withheld_leaves_the_rest() -> None:
    rights, withheld = ["r/post/me/#", "r/outside/me/#"], ["r/post/#"]
    assert found(expression(rights, withheld), routing_key("r/outside/me/vr24/alert"))
    assert not found(expression(rights, withheld), routing_key("r/post/me/vr24/alert"))


@given(FILTERS | TOPICS)
def test_a_key_says_which_topic_it_is(topic: str) -> None:
    assert topic_of(routing_key(topic)) == topic


@pytest.mark.parametrize(
    "topic", ["own/alfa\n", "own/alfax", "own/alfa/x", "xown/alfa", "own.alfa", "own/ALFA"]
)
def test_what_is_nearly_a_topic_is_another(topic: str) -> None:
    assert not found(expression(["own/alfa"]), routing_key(topic))


def test_no_right_is_no_topic() -> None:
    assert expression([]) == NOTHING
    assert not any(found(NOTHING, text) for text in ("", "a", "a.b"))


def test_what_patterns_have_in_common_stands_once() -> None:
    patterns = [f"beeld/run/activity/hoogwater/own/vr{number:02}/#" for number in range(25)]
    assert expression(patterns).count("hoogwater") == 1


@pytest.mark.parametrize("pattern", ["own/#/x", "own/a+", "", "own/\0"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BrokerError, match="is no MQTT topic filter"):
        expression([pattern])


def test_rights_are_told_apart_by_what_they_allow() -> None:
    rights = [Right(Action.PUBLISH, "a"), Right(Action.READ, "b")]
    assert patterns_of(rights, Action.READ) == ["b"]
