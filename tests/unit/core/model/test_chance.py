from __future__ import annotations

import pytest

from sim.core.model.chance import Chance


def test_fraction_of_a_known_name_is_what_it_has_always_been() -> None:
    drawn = [Chance(seed).fraction("vr24/skill", key) for seed in (1, 2) for key in ("a", "b")]
    assert drawn == [0.16653817370817647, 0.5636492062452667, 0.12438343335922486, 0.7122484425536875]


def test_fraction_of_stream_and_key_joined_otherwise_differs() -> None:
    chance = Chance(1)
    assert chance.fraction("a", "bc") != chance.fraction("ab", "c")


@pytest.mark.parametrize(("probability", "expected"), [(0.0, 0), (1.0, 1_000)])
def test_happens_at_the_ends_is_never_or_always(probability: float, expected: int) -> None:
    chance = Chance(7)
    assert sum(chance.happens(probability, "s", str(key)) for key in range(1_000)) == expected


def test_happens_at_one_in_four_is_about_a_quarter() -> None:
    chance = Chance(7)
    happened = sum(chance.happens(0.25, "s", str(key)) for key in range(4_000))
    assert 900 < happened < 1_100


def test_between_two_bounds_reaches_both_and_each_as_likely() -> None:
    chance = Chance(3)
    drawn = [chance.between(2, 5, "die", str(key)) for key in range(4_000)]
    assert sorted(set(drawn)) == [2, 3, 4, 5]
    assert all(850 < drawn.count(face) < 1_150 for face in (2, 3, 4, 5))


def test_between_equal_bounds_is_that_number() -> None:
    assert Chance(3).between(40, 40, "s", "k") == 40


def test_between_bounds_the_wrong_way_round_raises() -> None:
    with pytest.raises(ValueError, match="expected low <= high, was 5 > 2"):
        Chance(3).between(5, 2, "s", "k")
