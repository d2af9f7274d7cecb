from __future__ import annotations

import msgspec
import pytest

from sim.core.model.cue import AnyCue, Close, Scale, TryRead


@pytest.mark.parametrize("grip", [0, 5])
def test_scale_at_the_ends_of_the_scale_is_taken(grip: int) -> None:
    assert Scale(activity="flood", grip=grip).grip == grip


@pytest.mark.parametrize("grip", [-1, 6])
def test_scale_outside_the_scale_raises(grip: int) -> None:
    with pytest.raises(ValueError, match=f"grip: expected 0 to 5, was {grip}"):
        Scale(activity="flood", grip=grip)


@pytest.mark.parametrize(
    ("written", "cue"),
    [
        ({"do": "close", "activity": "flood"}, Close(activity="flood")),
        ({"do": "try-read", "filters": ["#"]}, TryRead(filters=("#",))),
    ],
)
def test_cue_as_written_in_a_scenario_is_told_by_its_field_do(written: object, cue: AnyCue) -> None:
    assert msgspec.convert(written, AnyCue) == cue


def test_cue_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"do": "close", "activity": "flood", "when": "now"}, AnyCue)
