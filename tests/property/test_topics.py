"""Laws of the grammar of topics."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sim.core.messages.topics import Shape, build, parse
from sim.core.model.filters import is_topic
from sim.core.model.ids import is_id

IDS = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\Z")
SHAPES = st.sampled_from(Shape)


def names(shape: Shape) -> list[str]:
    return re.findall(r"\{(\w+)\}", shape.value)


@st.composite
def addresses(draw: st.DrawFn) -> tuple[Shape, dict[str, str]]:
    shape = draw(SHAPES)
    # The words of the shapes are ids too, and must not lead to another shape.
    ids = st.one_of(IDS, st.sampled_from(("card", "own", "shared", "activity", "clock", "x")))
    return shape, {name: draw(ids) for name in names(shape)}


@given(addresses())
def test_build_and_parse_are_each_others_inverse(known: tuple[Shape, dict[str, str]]) -> None:
    shape, levels = known
    topic = build(shape, **levels)
    address = parse(topic)
    assert is_topic(topic)
    assert address is not None
    assert (address.shape, dict(address.levels)) == (shape, levels)


@given(SHAPES, st.text(max_size=12), st.integers(0, 3))
def test_no_level_can_change_the_shape(shape: Shape, text: str, place: int) -> None:
    levels = dict.fromkeys(names(shape), "x")
    if not levels:
        return
    name = names(shape)[place % len(levels)]
    try:
        topic = build(shape, **{**levels, name: text})
    except ValueError:
        assert not is_id(text)
    else:
        assert is_id(text)
        assert topic.count("/") == shape.value.count("/")


TOPICLIKE = st.lists(
    st.one_of(IDS, st.sampled_from(("activity", "post", "risk", "card", "shared", "+", "#", "", "$x", "A"))),
    max_size=8,
).map("/".join)


@given(st.one_of(st.text(), TOPICLIKE))
def test_parse_of_any_text_is_none_or_an_address_that_builds_it(text: str) -> None:
    address = parse(text)
    if address is not None:
        assert build(address.shape, **address.levels) == text
