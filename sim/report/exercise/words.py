"""The words of a report in one language: moments, durations, parties, figures, evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.criteria import AppliedNorm
from sim.core.assessment.judging.outcome import Finding, Measurement, Result
from sim.core.messages.items import COUNT, Item, Value
from sim.core.model.ids import PartyId
from sim.core.model.text import Language
from sim.core.model.time import SECOND_MS, clock_time
from sim.core.picture.geometry import distance_m
from sim.core.picture.observation import Fact
from sim.core.picture.quality import PLACE_TOLERANCE_M, values_differ
from sim.core.records.kinds import Opening
from sim.files.known import EXERCISE_SOURCE
from sim.report.agreement.terms import duration_in_words
from sim.report.figure_words import FigureWords

_EVIDENCE_SHOWN: Final = 8
_DEGREES: Final = "°"
_UNITS: Final = {
    "degrees": _DEGREES, "degrees C": "°C", "m2": "m²", "m3": "m³", "m3/s": "m³/s", "m3/h": "m³/h", "ug/m3": "µg/m³",
}  # fmt: skip
"""How units are printed, in any language; others as they are written in scenarios."""
_CHAPTER: Final = re.compile(r"\b(organisation|process|people|technology)( \d)")
_EXERCISE: Final = re.compile(rf"\b{EXERCISE_SOURCE}\b")


class ReportWords(FigureWords):
    """The words of a report.

    Args:
        opening: What was run, for names and the clock.
        language: To speak.
    """

    def __init__(self, opening: Opening, language: Language) -> None:
        super().__init__(language)
        self.start = datetime.fromisoformat(opening.start)
        self._names = {entry.id: entry.name for entry in opening.parties}

    def party(self, party: PartyId) -> str:
        """Return the name of a party; its id where the log has no name."""
        name = self._names.get(party)
        return party if name is None else self.text(name)

    def parties(self, parties: Iterable[PartyId]) -> str:
        """Return names of parties with commas between; or that there are none."""
        return ", ".join(self.party(party) for party in parties) or self.say("none")

    def moment(self, at_ms: int) -> str:
        """Return a moment as weekday and clock time, e.g. ``Wed 13:21``."""
        clock = clock_time(self.start, at_ms)
        return f"{self.say(f'weekday-{clock.isoweekday()}')} {clock:%H:%M}"

    def date(self, at_ms: int) -> str:
        """Return a moment with its date, e.g. ``14 July 2021, 13:21``."""
        clock = clock_time(self.start, at_ms)
        month = self.say(f"report-month-{clock.month}")
        return f"{clock.day} {month} {clock.year}, {clock:%H:%M}"

    def after(self, duration_ms: int | None) -> str:
        """Return how long something took, or that it did not happen."""
        return self.say("never") if duration_ms is None else self.duration(duration_ms)

    def decision(self, number: int) -> str:
        """Return how a decision is called in the report, e.g. ``D3``."""
        return self.say("report-decision-short", number=number)

    def result(self, result: Result) -> str:
        """Return a result."""
        return self.say(f"result-{result.value.replace(' ', '-')}")

    def figure(self, measure: Measurement, norm: AppliedNorm | None = None) -> str:
        """Return what was measured; what it is at least, where what is still open breaks the norm."""
        value, pending = measure.value, measure.pending
        if pending is not None and (value is None or (norm is not None and not norm.within(pending))):
            return self.say("report-at-least", figure=self._against(pending, measure.unit, norm))
        return "·" if value is None else self._against(value, measure.unit, norm)

    def _against(self, value: Number, unit: Unit, norm: AppliedNorm | None) -> str:
        """Return a figure so precisely that it differs from its norm when it does."""
        shown = self.number(value, unit)
        if norm is None or value == norm.limit or shown != self.number(norm.limit, unit):
            return shown
        if unit is Unit.MS:
            return duration_in_words(round(value / SECOND_MS) * SECOND_MS, self.language)
        return self.decimal(f"{value:.2%}") if unit is Unit.SHARE else shown

    def norm(self, norm: AppliedNorm | None) -> str:
        """Return a norm with who set it."""
        if norm is None:
            return self.say("no-norm")
        sign = "≤" if norm.better == "lower" else "≥"
        return f"{sign} {self.number(norm.limit, norm.unit)} ({self.source(norm.source)})"

    def source(self, source: str) -> str:
        """Return who set a norm; what was chosen for the exercise is said so in this language."""
        said = self.say("term-exercise")
        if self.language != "en" and source.startswith(f"{EXERCISE_SOURCE}:"):
            # What follows is said in one language; of that only the source that it cites goes for both.
            cited = source.rpartition("(")[2].rstrip(") ") if source.endswith(")") else ""
            return "; ".join(part for part in (said, self._chapter(cited)) if part)
        return self._chapter(_EXERCISE.sub(said, source))

    def _chapter(self, cited: str) -> str:
        """Return a citation with the part of the Modeluitwerking in this language."""
        return _CHAPTER.sub(lambda found: self.say(f"report-dimension-{found[1]}") + found[2], cited)

    def finding(self, finding: Finding) -> str:
        """Return in one sentence what a finding rests on."""
        measure = finding.measure
        if finding.part != "performance" or (measure.value is None and measure.pending is None):
            return self.text(finding.reason)
        values = {
            "figure": self.figure(measure, finding.norm),
            "norm": self.norm(finding.norm),
            "count": measure.count,
        }
        return self.say("report-finding-reason", **values)

    def evidence(self, seqs: Sequence[int], not_cited: int = 0) -> str:
        """Return sequence numbers of records, the first of them where there are many; and how many events have none."""
        if not seqs:
            return "·"
        shown = ", ".join(str(seq) for seq in seqs[:_EVIDENCE_SHOWN])
        more = len(seqs) - _EVIDENCE_SHOWN
        if more > 0:
            shown = self.say("report-evidence-more", shown=shown, more=more)
        return self.say("report-evidence-not-cited", shown=shown, count=not_cited) if not_cited else shown

    def held(self, held: Item | Fact, truth: Fact | None) -> str:
        """Return in short what somebody held: its figures, or what it lacks, how far it is off, or else its title."""
        if held.values and (truth is None or not truth.values or values_differ(held.values, truth.values)):
            return ", ".join(self._value(value) for value in held.values)
        if truth is not None and truth.values and not held.values:
            return self.say("report-no-figure")
        if truth is not None and truth.geometry is not None:
            if held.geometry is None:
                return self.say("report-no-place")
            off_m = distance_m(held.geometry, truth.geometry)
            if off_m > PLACE_TOLERANCE_M:
                return self.say("report-off-place", distance=self.decimal(f"{off_m / 1000:.1f}"))
        return ", ".join(self._value(value) for value in held.values) or self.text(held.title)

    def values(self, values: Iterable[Value]) -> str:
        """Return figures, each with its name."""
        return ", ".join(f"{value.name}: {self._value(value)}" for value in values)

    def _value(self, value: Value) -> str:
        amount = self.decimal(f"{value.amount:g}")
        unit = "" if value.unit == COUNT else _UNITS.get(value.unit, value.unit)
        if unit == _DEGREES:
            return amount + unit
        return " ".join(part for part in (amount, unit, value.datum) if part)
