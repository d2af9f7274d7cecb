from __future__ import annotations

import msgspec
import pytest

from sim.core.messages.items import Geometry, Item, Point, Sensitivity, Value, VerificationStatus
from sim.core.picture.merge import of
from sim.core.picture.quality import (
    Mismatch,
    age_ms,
    completes,
    conflicts,
    contradicts,
    is_relied_on,
    mismatches,
    united,
    units_differ,
    values_differ,
)
from tests.unit.core.agents.helpers import FAR, HERE, fact, item, text

HEIGHT = Value("height", 300.0, "cm")
NEAR = Point((5.0, 51.008))  # 890 m to the north
STREET = Point((5.0, 51.0095))  # 1,056 m


def test_age_ms_of_an_item_counts_from_its_observation() -> None:
    assert age_ms(item(observed=40, reported=90), 100) == 60


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Value("height", 300.0, "cm"), False),
        (Value("height", 315.0, "cm"), False),
        (Value("height", 316.0, "cm"), True),
        (Value("height", 285.0, "cm"), False),
        (Value("height", 284.0, "cm"), True),
        (Value("height", -300.0, "cm"), True),
        (Value("height", 0.0, "cm"), True),
        (Value("height", 3.0, "m"), False),
        (Value("height", 900.0, "cm", "NAP"), False),
        (Value("flow", 900.0, "cm"), False),
    ],
)
def test_values_differ_of_the_same_figure_beyond_five_percent(other: Value, expected: bool) -> None:
    assert values_differ((HEIGHT,), (other,)) is expected
    assert values_differ((other,), (HEIGHT,)) is expected


def test_values_differ_when_a_later_figure_does() -> None:
    flow, faster = Value("flow", 10.0), Value("flow", 20.0)
    assert values_differ((HEIGHT, flow), (HEIGHT, faster))


def test_values_differ_with_a_figure_stated_twice_is_the_same_either_way() -> None:
    twice, once = (Value("flow", 10.0), Value("flow", 90.0)), (Value("flow", 90.0),)
    assert values_differ(twice, once)
    assert values_differ(once, twice)


def test_values_differ_of_zero_and_zero_is_false() -> None:
    assert not values_differ((Value("flow", 0.0),), (Value("flow", 0.0),))


@pytest.mark.parametrize(
    ("amount", "place", "found"),
    [
        (300.0, HERE, ()),
        (300.0, NEAR, ()),
        (300.0, STREET, (Mismatch.PLACE,)),
        (400.0, HERE, (Mismatch.VALUE,)),
        (400.0, FAR, (Mismatch.VALUE, Mismatch.PLACE)),
        (300.0, None, (Mismatch.MISSING_PLACE,)),
        (None, HERE, (Mismatch.MISSING_VALUE,)),
        (None, None, (Mismatch.MISSING_PLACE, Mismatch.MISSING_VALUE)),
    ],
)
def test_mismatches_of_an_item_with_a_fact_names_each(
    amount: float | None, place: Geometry | None, found: tuple[Mismatch, ...]
) -> None:
    assert mismatches(item(amount=amount, place=place), fact()) == found


def test_mismatches_of_an_item_that_says_more_than_the_fact_are_none() -> None:
    assert mismatches(item(), fact(amount=None, place=None)) == ()


@pytest.mark.parametrize(
    ("amount", "place", "expected"),
    [
        (300.0, HERE, False),
        (400.0, None, True),
        (300.0, None, False),
        (None, FAR, True),
        (300.0, NEAR, False),
    ],
)
def test_contradicts_holds_for_another_figure_or_a_far_place(
    amount: float | None, place: Geometry | None, expected: bool
) -> None:
    one, other = item("a"), item("b", amount=amount, place=place)
    assert contradicts(one, other) is expected
    assert contradicts(other, one) is expected


def test_conflicts_of_a_picture_are_pairs_about_one_subject_in_order_of_id() -> None:
    a, b, c = item("a"), item("b", amount=900.0), item("c", amount=301.0)
    bridge = item("d", subject="bridge", amount=5.0)
    assert conflicts(of([c, b, a, bridge])) == ((a, b), (b, c))


def test_conflicts_leave_out_what_was_refuted() -> None:
    wrong = item("b", amount=900.0, status=VerificationStatus.REFUTED)
    assert conflicts(of([item("a"), wrong])) == ()


@pytest.mark.parametrize(("until", "relied_on"), [(None, True), (101, True), (100, False), (99, False)])
def test_an_item_is_relied_on_until_its_validity_ends(until: int | None, relied_on: bool) -> None:
    assert is_relied_on(item(valid_until=until), 100) is relied_on


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (item(), item(), False),
        (item(amount=900.0), item(), False),
        (item(), item(amount=None), True),
        (item(), item(place=None), True),
        (item(amount=None, place=None), item(), False),
    ],
)
def test_an_item_completes_another_with_what_that_leaves_out(one: Item, other: Item, expected: bool) -> None:
    assert completes(one, other) is expected


def test_united_items_tell_what_either_does_in_the_words_of_the_first() -> None:
    sparse = item(amount=None, place=None)
    rich = item(words="seen")
    assert united(sparse, rich) == rich
    assert united(rich, sparse) == rich
    assert united(item(words="other", amount=900.0), rich).text == text("other")
    assert united(item(amount=900.0), rich).values == item(amount=900.0).values


def test_what_was_taken_out_contradicts_nothing() -> None:
    gone = item("x", amount=900.0, status=VerificationStatus.LAPSED)
    assert conflicts(of([item(), gone])) == ()


# Units, datums, and who may have it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        (HEIGHT, Value("height", 3.0, "m"), False),
        (HEIGHT, Value("height", 300.0, "m"), True),
        (HEIGHT, Value("height", 300.0, "cm", "NAP"), True),
        (HEIGHT, Value("height", 30_000.0, "cm"), True),
        (HEIGHT, Value("height", 900.0, "cm"), False),
        (HEIGHT, Value("flow", 300.0, "m3/s"), False),
    ],
)
def test_units_differ_where_a_figure_is_in_another_unit_or_from_another_datum(
    one: Value, other: Value, differ: bool
) -> None:
    assert units_differ((one,), (other,)) is differ
    assert units_differ((other,), (one,)) is differ


def test_units_do_not_differ_where_one_tells_a_height_from_two_datums() -> None:
    from_nap = Value("height", 900.0, "cm", "NAP")
    assert not units_differ((HEIGHT, from_nap), (HEIGHT,))
    assert not units_differ((HEIGHT,), (HEIGHT, from_nap))


def test_a_wrong_unit_is_named_before_the_figure_that_comes_of_it() -> None:
    in_metres = msgspec.structs.replace(item(), values=(Value("height", 300.0, "m"),))
    assert mismatches(in_metres, fact()) == (Mismatch.UNIT,)
    assert contradicts(in_metres, item())


def test_another_datum_contradicts() -> None:
    from_nap = msgspec.structs.replace(item(), values=(Value("height", 300.0, "cm", "NAP"),))
    assert contradicts(from_nap, item())


@pytest.mark.parametrize(
    ("told", "known", "found"),
    [
        (Sensitivity.GENERAL, Sensitivity.RESTRICTED, (Mismatch.SENSITIVE,)),
        (Sensitivity.RESTRICTED, Sensitivity.RESTRICTED, ()),
        (Sensitivity.RESTRICTED, Sensitivity.GENERAL, ()),
    ],
)
def test_what_is_restricted_may_not_be_told_as_if_it_were_not(
    told: Sensitivity, known: Sensitivity, found: tuple[Mismatch, ...]
) -> None:
    assert mismatches(item(sensitivity=told), fact(sensitivity=known)) == found
