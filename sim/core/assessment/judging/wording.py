"""The sentences of an assessment, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.criteria import AppliedNorm
from sim.core.assessment.judging.outcome import Advice, Finding, Ground, Measurement
from sim.core.model.agreement_topics import AgreementTopic
from sim.core.model.text import Text
from sim.core.model.time import format_duration

NOTICE: Final = Text(
    "Richting en inrichting zijn beoordeeld op wat de afspraken in het verslag zeggen; of dat goed genoeg is, "
    "beoordeelt wie ze leest. Dit is een advies en geen certificaat: de regiegroep neemt het standpunt in "
    "(Beleidskader par. 4.2).",
    "Direction and set-up were judged by what the agreements in the log say; whether that is good enough is for who "
    "reads them. This is an advice and no certificate: the steering group takes the position (Beleidskader par. 4.2).",
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
NO_AGREEMENT: Final = Text(
    "Het verslag bevat geen afspraak waar dit in kan staan; dat telt nooit als behaald.",
    "The log holds no agreement in which this can stand; that never counts as met.",
)
NOTHING_SEEN: Final = Text(
    "Het verslag bevat hier geen bewijs van; dat telt nooit als behaald.",
    "The log holds no evidence of this; that never counts as met.",
)

_PHASES: Final = {
    "exploration": Text("nog in verkenning", "still in exploration"),
    "elaboration": Text("nog in uitwerking", "still in elaboration"),
}
"""Phases of an agreement before it is in execution (Beleidskader par. 3.2)."""


def advice_reason(advice: Advice, ground: Ground, findings: Sequence[Finding]) -> Text:
    """Return why an advice is given, for who was not there: the rule, what it rests on, and what is asked.

    Args:
        advice: The advice.
        ground: What the rule found.
        findings: What was found of the partner.
    """
    nl, en = [f"{ground.text.nl} ({ground.citation})."], [f"{ground.text.en} ({ground.citation})."]
    texts = {finding.id: finding.text for finding in findings}
    for label, ids in _named(advice, ground):
        if ids:
            nl.append(f"{label.nl}: {_listed([texts[one].nl for one in ids])}.")
            en.append(f"{label.en}: {_listed([texts[one].en for one in ids])}.")
    for more in (_again(ground), _instead(advice, ground)):
        if more is not None:
            nl.append(more.nl)
            en.append(more.en)
    return Text(" ".join(nl), " ".join(en))


def lacking_reason(lacking: Sequence[str], count: int, topics: Sequence[AgreementTopic]) -> Text:
    """Return the sentence about what the agreements lack, of so many things that were asked."""
    if not lacking:
        return Text(
            f"Het staat in de afspraken ({count} van {count}).",
            f"The agreements say so ({count} of {count}).",
        )
    names = _PHASES | {topic.id: topic.name for topic in topics}
    found = count - len(lacking)
    nl = _listed([names[one].nl if one in names else one for one in lacking])
    en = _listed([names[one].en if one in names else one for one in lacking])
    return Text(
        f"In de afspraken ontbreekt of klopt niet: {nl} ({found} van {count} in orde).",
        f"Missing or not right in the agreements: {en} ({found} of {count} in order).",
    )


def judged_reason(measure: Measurement, norm: AppliedNorm, *, overdue: bool) -> Text:
    """Return the sentence that holds a figure against its norm.

    Args:
        measure: The figure, which has a value or is pending.
        norm: What it is held against.
        overdue: Whether what was still open at the end of the run decides.
    """
    decides = measure.pending is not None and (overdue or measure.value is None)
    figure = measure.pending if decides else measure.value
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


def _named(advice: Advice, ground: Ground) -> tuple[tuple[Text, tuple[str, ...]], ...]:
    if advice is Advice.NOT_UNDER_THIS_PROFILE:
        return ((_BECAUSE, ground.because),)
    if advice is Advice.CONDITIONAL:
        return ((_PUT_RIGHT, ground.put_right),)
    return ()


def _again(ground: Ground) -> Text | None:
    if ground.again_within_days is None:
        return None
    days = ground.again_within_days
    if ground.again_by is None:
        return Text(f"Opnieuw te toetsen binnen {days} dagen.", f"To be tested again within {days} days.")
    return Text(
        f"Opnieuw te toetsen uiterlijk op {ground.again_by}.", f"To be tested again by {ground.again_by}."
    )


def _instead(advice: Advice, ground: Ground) -> Text | None:
    if advice is not Advice.NOT_UNDER_THIS_PROFILE:
        return None
    if not ground.other_profiles:
        return _NO_OTHER
    nl = _listed([one.name.nl for one in ground.other_profiles])
    en = _listed([one.name.en for one in ground.other_profiles])
    return Text(
        f"Wel voldoen de afspraken aan de randvoorwaarden van: {nl}.",
        f"The agreements do meet the preconditions of: {en}.",
    )


def _listed(words: Sequence[str]) -> str:
    return "; ".join(word.rstrip(".") for word in words)


_BECAUSE: Final = Text("Niet in orde", "Not in order")
_PUT_RIGHT: Final = Text("Nog op orde te brengen of te laten zien", "Still to be put right or shown")
_NO_OTHER: Final = Text(
    "Aan de randvoorwaarden van een ander profiel voor deze kerntaak voldoen de afspraken ook niet.",
    "Nor do the agreements meet the preconditions of another profile for this core task.",
)
