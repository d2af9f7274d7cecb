from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.agreement import Level, Norm
from sim.core.model.agreement_topics import Term, Unit
from sim.core.model.staff import Role
from sim.core.model.text import Language, Text
from sim.core.model.theme import Theme
from sim.core.model.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from sim.report.agreement.terms import duration_in_words, term_in_words

THEMES = {"a2": Theme("a2", "a", Text("Situatie", "Situation"), "test")}
UNITS = {"d": DAY_MS, "h": HOUR_MS, "min": MINUTE_MS, "s": SECOND_MS}


def said(unit: Unit, value: Any, language: Language = "en") -> tuple[str, ...]:
    return term_in_words(Term("key", "1", Text("x", "x"), unit), value, THEMES, language)


@pytest.mark.parametrize(
    ("duration_ms", "nl", "en"),
    [
        (0, "0 min", "0 min"),
        (90 * SECOND_MS, "1 min 30 s", "1 min 30 s"),
        (2 * HOUR_MS, "2 uur", "2 h"),
        (150 * MINUTE_MS, "2 uur 30 min", "2 h 30 min"),
        (30 * HOUR_MS, "30 uur", "30 h"),
        (2 * DAY_MS, "2 d", "2 d"),
    ],
)
def test_durations(duration_ms: int, nl: str, en: str) -> None:
    assert (duration_in_words(duration_ms, "nl"), duration_in_words(duration_ms, "en")) == (nl, en)


@given(st.integers(1, 400 * 24 * 3600))
def test_a_duration_in_words_is_that_duration(seconds: int) -> None:
    words = duration_in_words(seconds * SECOND_MS, "en").split()
    parts = zip(words[::2], words[1::2], strict=True)
    assert sum(int(count) * UNITS[unit] for count, unit in parts) == seconds * SECOND_MS


@pytest.mark.parametrize(
    ("unit", "value", "nl", "en"),
    [
        ("norm", Norm(HOUR_MS, "law"), "hoogstens 1 uur (norm: law)", "at most 1 h (norm: law)"),
        ("norm", Norm(0, "exercise"), "hoogstens 0 min (norm: oefening)", "at most 0 min (norm: exercise)"),
        ("grip", 2, "vanaf GRIP 2", "from GRIP 2 on"),
        ("grip", 0, "alleen op verzoek", "on request only"),
        ("duration", HOUR_MS, "1 uur", "1 h"),
        ("duration", 0, "geen", "none"),
        ("plain", True, "ja", "yes"),
        ("plain", False, "nee", "no"),
        ("plain", "locc", "locc", "locc"),
        ("plain", ("gas", "water"), "gas, water", "gas, water"),
        ("plain", (), "geen", "none"),
        ("theme", ("a2", "own"), "Situatie, own", "Situation, own"),
        ("role", (Role.LIAISON, Role.PLOTTER), "liaison, plotter", "liaison, plotter"),
        ("role", (Role.DECISION_MAKER,), "beslissingsbevoegde", "authorised decision maker"),
        ("channel", "telephone", "telefoon", "telephone"),
        ("levels", (Level(4, "rbt", "crisisteam"),), "GRIP 4, RBT naast crisisteam", "GRIP 4, RBT beside crisisteam"),
    ],
)  # fmt: skip
def test_terms(unit: Unit, value: Any, nl: str, en: str) -> None:
    assert said(unit, value, "nl") == (nl,)
    assert said(unit, value) == (en,)


def test_levels_have_a_line_each() -> None:
    levels = (Level(2, "rot", "crisis team", Role.GENERAL_COMMANDER), Level(4, "rbt", "board"))
    assert said("levels", levels) == (
        "GRIP 2, ROT beside crisis team; spars: general commander",
        "GRIP 4, RBT beside board",
    )
