from __future__ import annotations

from sim.core.model.text import Text


def test_in_language_of_a_text_gives_the_words_of_that_language() -> None:
    text = Text("hoogwater", "high water")
    assert (text.in_language("nl"), text.in_language("en")) == ("hoogwater", "high water")
