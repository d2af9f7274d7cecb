"""Figures in words, in one language: durations, shares, numbers; what every report says alike."""

from __future__ import annotations

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.model.text import Language, Text
from sim.core.model.time import HOUR_MS, MINUTE_MS, SECOND_MS
from sim.report.agreement.terms import duration_in_words
from sim.words import word


class FigureWords:
    """The words of figures.

    Args:
        language: To speak.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def say(self, key: str, **values: object) -> str:
        """Return a text of the catalogue."""
        return word(key, self.language, **values)

    def text(self, text: Text) -> str:
        """Return a text in this language."""
        return text.in_language(self.language)

    def duration(self, duration_ms: int) -> str:
        """Return a duration as people say it: in seconds below ten minutes, else in minutes."""
        unit = SECOND_MS if duration_ms < 10 * MINUTE_MS else MINUTE_MS
        if duration_ms >= HOUR_MS * 1000:
            unit = HOUR_MS
        return duration_in_words(round(duration_ms / unit) * unit, self.language)

    def number(self, value: Number, unit: Unit) -> str:
        """Return a figure."""
        if unit is Unit.MS:
            return self.duration(round(value))
        if unit is Unit.SHARE:
            return f"{value:.0%}"
        if unit is Unit.PER_HOUR:
            return self.decimal(f"{value:.1f}")
        return self.decimal(f"{value:.4g}" if isinstance(value, float) else str(value))

    def decimal(self, figure: str) -> str:
        """Return a figure with the decimal sign of this language."""
        return figure.replace(".", ",") if self.language == "nl" else figure
