"""The sentences of an assessment, in Dutch and English."""

from __future__ import annotations

from typing import Final

from sim.core.assessment.criteria import AppliedNorm
from sim.core.assessment.figure import Number, Unit
from sim.core.assessment.outcome import Advice, Measurement, Result
from sim.core.model.text import Text
from sim.core.model.time import format_duration

NOTICE: Final = Text(
    "Een oefening laat alleen de verrichting zien. Richting en inrichting zijn niet beoordeeld. Dit is een "
    "advies en geen certificaat: de regiegroep neemt het standpunt in (Beleidskader par. 4.2).",
    "An exercise shows performance only. Direction and set-up were not judged. This is an advice and no "
    "certificate: the steering group takes the position (Beleidskader par. 4.2).",
)

NOT_FOR_PROFILE: Final = Text(
    "Dit criterium geldt niet voor dit profiel.", "This criterion does not hold for this profile."
)
NO_ASSESSMENT: Final = Text(
    "Voor dit profiel bestaat geen toetsing (Beleidskader par. 1.4); de cijfers staan er ter informatie.",
    "No assessment exists for this profile (Beleidskader par. 1.4); the figures are shown for information.",
)
NO_NORM: Final = Text(
    "Hierover is niets afgesproken; het cijfer staat er ter informatie.",
    "Nothing was agreed on this; the figure is shown for information.",
)
NOTHING_SEEN: Final = Text(
    "Het verslag bevat hier geen bewijs van; dat telt nooit als behaald.",
    "The log holds no evidence of this; that never counts as met.",
)

_PERFORMANCE: Final = {
    Advice.MET: Text("alle criteria die gelden, zijn behaald", "all criteria that hold were met"),
    Advice.PARTLY_MET: Text(
        "het merendeel van wat is waargenomen, is geheel of deels behaald",
        "most of what was observed was met in whole or in part",
    ),
    Advice.NOT_MET: Text(
        "de helft of meer van wat is waargenomen, is niet behaald",
        "half or more of what was observed was not met",
    ),
    Advice.NOT_OBSERVED: Text(
        "van geen enkel criterium is bewijs gezien", "no evidence was seen of any criterion"
    ),
}

_PROVISIONAL: Final = Text(
    "Richting en inrichting zijn niet beoordeeld; daarom is er geen advies gecertificeerd, voorwaardelijk of "
    "niet volgens dit profiel.",
    "Direction and set-up were not judged; so no advice certified, conditional or not under this profile is "
    "given.",
)


def advice_reason(advice: Advice, counts: dict[Result, int]) -> Text:
    """Return the sentences that go with an advice, with how many criteria had which result."""
    if advice is Advice.NOT_ASSESSABLE:
        return NO_ASSESSMENT
    performance = _PERFORMANCE[advice]
    if advice is Advice.PARTLY_MET and not counts[Result.PARTLY_MET] and not counts[Result.NOT_MET]:
        performance = _ALL_THAT_WAS_SEEN
    nl = ", ".join(f"{counts[result]} {word.nl}" for result, word in _RESULTS.items())
    en = ", ".join(f"{counts[result]} {word.en}" for result, word in _RESULTS.items())
    return Text(
        f"Verrichting in deze oefening: {performance.nl} ({nl}). {_PROVISIONAL.nl}",
        f"Performance in this exercise: {performance.en} ({en}). {_PROVISIONAL.en}",
    )


def judged_reason(measure: Measurement, norm: AppliedNorm, *, overdue: bool) -> Text:
    """Return the sentence that holds a figure against its norm.

    Args:
        measure: The figure, which has a value or is pending.
        norm: What it is held against.
        overdue: Whether what was still open at the end of the run decides.
    """
    figure = measure.pending if overdue or measure.value is None else measure.value
    assert figure is not None, "a figure without value is pending"
    shown, limit = _shown(figure, measure.unit), _shown(norm.limit, norm.unit)
    at_most = norm.better == "lower"
    least = overdue or measure.value is None
    return Text(
        f"{'Ten minste ' if least else ''}{shown}, norm {'ten hoogste' if at_most else 'ten minste'} {limit} "
        f"({norm.source}); aantal gebeurtenissen: {measure.count}.",
        f"{'At least ' if least else ''}{shown}, norm {'at most' if at_most else 'at least'} {limit} "
        f"({norm.source}); number of events: {measure.count}.",
    )


def _shown(value: Number, unit: Unit) -> str:
    if unit is Unit.MS:
        return format_duration(int(value))
    if unit is Unit.SHARE:
        return f"{value:.0%}"
    return f"{value:g}"


_ALL_THAT_WAS_SEEN: Final = Text(
    "alles wat is waargenomen, is behaald; niet alles is waargenomen",
    "all that was observed was met; not everything was observed",
)
_RESULTS: Final = {
    Result.MET: Text("behaald", "met"),
    Result.PARTLY_MET: Text("deels behaald", "partly met"),
    Result.NOT_MET: Text("niet behaald", "not met"),
    Result.NOT_OBSERVED: Text("niet waargenomen", "not observed"),
}
