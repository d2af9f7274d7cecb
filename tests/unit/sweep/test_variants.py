"""What the settings of a sweep say: variants, and what every seed draws."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.problems import Problems
from sim.sweep.results import Spread, Variant
from sim.sweep.variants import AS_WRITTEN, VARIANTS_MAX, Settings, read_settings


def read(*texts: str) -> Settings:
    problems = Problems()
    found = read_settings(texts, problems)
    assert problems.errors == ()
    assert found is not None
    return found


def said(*texts: str) -> list[str]:
    problems = Problems()
    assert read_settings(texts, problems) is None
    return [problem.message for problem in problems.errors]


def test_nothing_set_is_the_scenario_as_written() -> None:
    assert read() == Settings((Variant(AS_WRITTEN),), ())


def test_one_value_is_laid_beside_the_scenario_as_written() -> None:
    assert read("a.profile=core").variants == (
        Variant(AS_WRITTEN),
        Variant("a.profile=core", ("a.profile=core",)),
    )


def test_of_several_values_the_first_is_what_others_are_laid_beside() -> None:
    assert read("a.profile=link, core").variants == (
        Variant("a.profile=link", ("a.profile=link",)),
        Variant("a.profile=core", ("a.profile=core",)),
    )


def test_settings_are_combined_in_every_way() -> None:
    assert [variant.name for variant in read("a.profile=link,core", "b.people.skill=0.5").variants] == [
        "a.profile=link",
        "a.profile=link, b.people.skill=0.5",
        "a.profile=core",
        "a.profile=core, b.people.skill=0.5",
    ]


def test_a_range_is_drawn_and_makes_no_variant() -> None:
    found = read("a.profile=core", "vr24.hin.skill=0.6..0.9", "b.im.on_call=0..3")
    assert len(found.variants) == 2
    assert found.spreads == (
        Spread("vr24.head-of-information.skill", 0.6, 0.9, 4),
        Spread("b.information-manager.on_call", 0, 3, 0),
    )


def test_a_range_may_be_one_value_for_every_variant_and_its_decimals_count() -> None:
    assert read("a.people.skill=.123456...5").spreads == (Spread("a.people.skill", 0.123456, 0.5, 6),)
    assert read("a.people.skill=0.5..0.5").spreads == (Spread("a.people.skill", 0.5, 0.5, 4),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a.profile", "--set: expected PARTY.KEY=VALUE, PARTY.KEY=VALUE,VALUE or PARTY.KEY=LOW..HIGH, found"),
        ("a.profile=link,,core", "--set: expected PARTY.KEY=VALUE, "),
        ("a.profile=link,link", "--set a.profile: expected every value once, found 'link,link'"),
        ("a.profile=link..core", "--set a.profile: expected a value, as only numbers can be drawn"),
        ("a.people.source=A..C", "--set a.people.source: expected a value, as only numbers can be drawn"),
        ("a.people.skill=0.9..0.6", "expected two numbers LOW..HIGH, the lowest first, found '0.9..0.6'"),
        ("a.people.skill=..0.6", "expected two numbers LOW..HIGH"),
        ("a.people.skill=0.1..x", "expected two numbers LOW..HIGH"),
        ("a.people.skill=0.1..0.2,0.3", "expected values, or one LOW..HIGH"),
        ("a.im.on_call=0.5..2", "expected two whole numbers LOW..HIGH"),
        ("a.colour=red", "--set a.colour: expected one of the keys profile, people.perception"),
        ("a.profile= ", "expected PARTY.KEY=VALUE"),
    ],
)
def test_what_cannot_be_meant_is_said(text: str, says: str) -> None:
    (message,) = said(text)
    assert message.startswith("command line: ")
    assert says in message


def test_every_mistake_is_said_at_once() -> None:
    assert len(said("a.colour=red", "b.profile", "c.profile=core", "c.profile=link")) == 3


def test_more_variants_than_anybody_looks_at_are_refused() -> None:
    texts = [f"{party}.people.skill=0.1,0.2,0.3,0.4" for party in "abcd"]
    assert said(*texts) == [f"command line: --set: expected at most {VARIANTS_MAX} variants, found 256"]
    assert len(read(*texts[:3]).variants) == VARIANTS_MAX


VALUES = st.lists(st.sampled_from(("0", "0.25", "0.5", "1")), min_size=1, max_size=3, unique=True)


@given(st.dictionaries(st.sampled_from(("a", "b", "c")), VALUES, max_size=3))
def test_variants_are_all_combinations_each_once(chosen: dict[str, list[str]]) -> None:
    found = read(*(f"{party}.people.skill={','.join(values)}" for party, values in chosen.items()))

    assert len(found.variants) == prod(max(2, len(values)) for values in chosen.values())
    assert len({variant.name for variant in found.variants}) == len(found.variants)
    for variant in found.variants:
        for setting in variant.settings:
            party, _, value = setting.partition(".people.skill=")
            assert value in chosen[party]


BOUNDS = st.tuples(
    st.decimals(0, 1, allow_nan=False, places=6), st.decimals(0, 1, allow_nan=False, places=6)
).map(sorted)


@given(BOUNDS)
def test_a_range_that_is_read_has_the_bounds_that_were_written(bounds: list[object]) -> None:
    low, high = bounds
    (spread,) = read(f"a.people.skill={low}..{high}").spreads
    assert (spread.low, spread.high) == (float(str(low)), float(str(high)))


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    problems = Problems()
    found = read_settings([text], problems)
    assert (found is None) == bool(problems.errors)
