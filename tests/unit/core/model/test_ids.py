from __future__ import annotations

import pytest

from sim.core.model.ids import is_id


@pytest.mark.parametrize("text", ["a", "7", "vr24", "a-b", "a--b", "c1-development", "x" * 64])
def test_is_id_of_a_lower_case_word_is_true(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "-a", "a-", "-", "A", "a b", "a/b", "a+", "#", "$a", "a\x00", "a\n", "é", "a_b", "٣", "x" * 65],
)
def test_is_id_of_anything_else_is_false(text: str) -> None:
    assert not is_id(text)
