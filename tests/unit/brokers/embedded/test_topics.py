"""Names, filters, matching and covering (section 4.7)."""

from __future__ import annotations

import pytest

from brokers.embedded import topics
from tests import topic_rules


@pytest.mark.parametrize("name", topic_rules.NAMES)
def test_valid_names(name: str) -> None:
    assert topics.valid_name(name)


@pytest.mark.parametrize("name", topic_rules.NO_NAMES)
def test_invalid_names(name: str) -> None:
    assert not topics.valid_name(name)


@pytest.mark.parametrize("topic_filter", topic_rules.FILTERS)
def test_valid_filters(topic_filter: str) -> None:
    assert topics.valid_filter(topic_filter)


@pytest.mark.parametrize("topic_filter", topic_rules.NO_FILTERS)
def test_invalid_filters(topic_filter: str) -> None:
    assert not topics.valid_filter(topic_filter)


@pytest.mark.parametrize(("topic_filter", "topic", "expected"), topic_rules.MATCHES)
def test_examples_of_the_standard(topic_filter: str, topic: str, *, expected: bool) -> None:
    assert topics.matches(topic_filter, topic) is expected


@pytest.mark.parametrize(("pattern", "topic_filter", "expected"), topic_rules.COVERS)
def test_covers(pattern: str, topic_filter: str, *, expected: bool) -> None:
    assert topics.covers(pattern, topic_filter) is expected
