"""The national overview as one HTML file: no script, nothing from elsewhere, fit for paper and screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from sim.core.model.collaboration import Collaboration, Exercised
from sim.core.model.gaps import Gap
from sim.core.model.ids import PartyId
from sim.core.model.overview import Overview, PartnerRow
from sim.core.model.party import REGIONS_IN_COUNTRY
from sim.core.model.progress import Progress
from sim.core.model.text import Language, Text
from sim.report.improvement_words import ImprovementWords
from sim.words import word

_SHORT_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """What a cell of the matrix shows of one agreement: in short, and in words.

    Attributes:
        short: Short name of the profile.
        words: Profile, core task and phase in words, for who cannot see the signs.
        talks: Whether the partner and the region are still in talks.
        adopting: Whether the region is the adoption region.
        adds: Whether the region has an addition of its own.
    """

    short: str
    words: str
    talks: bool
    adopting: bool
    adds: bool


class OverviewWords:
    """The words of an overview in one language, for the screen and the page alike."""

    def __init__(self, overview: Overview, language: Language) -> None:
        self.language: Language = language
        self.improving = ImprovementWords(language)
        self._names = {region.code: region.name for region in overview.regions}

    def say(self, key: str, **values: object) -> str:
        """Return a text of the catalogue."""
        return word(key, self.language, **values)

    def tell(self, key: str, **values: object) -> str:
        """Return the text ``overview-<key>`` of the catalogue, as the template asks for it."""
        return self.say(f"overview-{key}", **values)

    def text(self, text: Text) -> str:
        """Return a text in this language."""
        return text.in_language(self.language)

    def region(self, code: PartyId) -> str:
        """Return the name of a region, or its code where it has none."""
        name = self._names.get(code)
        return code if name is None else self.text(name)

    def regions(self, codes: Sequence[PartyId]) -> str:
        """Return regions by name; all of them in one phrase."""
        if len(codes) == REGIONS_IN_COUNTRY:
            return self.say("overview-all-regions", count=len(codes))
        return ", ".join(self.region(code) for code in codes)

    def additions(self, agreement: Collaboration) -> str:
        """Return which regions added something of their own, with the phase where it is another; or nothing."""
        told = [
            self.region(each.region)
            if each.phase == agreement.phase
            else self.say(
                "overview-addition-phase",
                region=self.region(each.region),
                phase=self.say(f"overview-phase-{each.phase}"),
            )
            for each in agreement.additions
        ]
        return self.say("overview-additions", regions=", ".join(told)) if told else ""

    def assessed(self, agreement: Collaboration) -> str:
        """Return when an agreement was assessed with which position, or that it was not or cannot be."""
        if agreement.assessed is None:
            return self.say("overview-not-assessed" if agreement.assessable else "overview-not-assessable")
        position = self.say(f"overview-position-{agreement.assessed.outcome}")
        return self.say("overview-position", on=agreement.assessed.on, position=position)

    def exercise(self, exercised: Exercised) -> str:
        """Return when and what was exercised, and what it showed."""
        result = self.text(exercised.result).rstrip(".")
        if not exercised.complete:
            result = f"{result} ({self.say('overview-incomplete')})"
        key = "overview-exercise" if exercised.advice is None else "overview-run"
        return self.say(key, on=exercised.on, exercise=exercised.exercise, result=result)

    def unknown_exercise(self, agreement: Collaboration) -> str:
        """Return what is said where neither agreement nor runs tell of an exercise: what registers know, or nothing."""
        steps = [each.last for each in agreement.progress if each.last is not None]
        if not steps:
            return self.say("overview-not-exercised")
        return self.improving.exercise(max(steps, key=lambda step: step.exercise.started))

    def concerns(self, gap: Gap, row: PartnerRow, regions: str) -> str:
        """Return which agreement and ``regions`` a finding is about; all of a partner's need not be said."""
        parts = [] if gap.core_task is None else [self.say(f"overview-task-{gap.core_task.value}")]
        names = {each.profile: each.profile_name for each in row.agreements}
        if gap.profile is not None:
            parts.append(self.text(names[gap.profile]))
        return " · ".join((*parts, regions) if regions else parts)


def progress_in(overview: Overview) -> list[tuple[PartnerRow, Collaboration, Progress]]:
    """Return what registers tell, with the agreement and the partner that it is about."""
    return [
        (row, agreement, each)
        for row in overview.partners
        for agreement in row.agreements
        for each in agreement.progress
    ]


def overview_page(overview: Overview, language: Language) -> str:
    """Return the page in a language; whatever comes from files is escaped."""
    words = OverviewWords(overview, language)
    names = {
        each.profile: words.text(each.profile_name) for row in overview.partners for each in row.agreements
    }
    shorts = short_names(names.values())
    template = _environment().get_template("overview.html")
    return template.render(
        overview=overview,
        words=words,
        say=words.tell,
        legend=sorted((shorts[name], name) for name in names.values()),
        matrix=[(row, _cells(row, overview, words, shorts)) for row in overview.partners],
        progress=progress_in(overview),
        findings=_by_partner(overview),
    )


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return for each name its first letters, as many as tell it from the others, and not fewer than four."""
    all_names = sorted(set(names))
    return {name: _short(name, [other for other in all_names if other != name]) for name in all_names}


def _short(name: str, others: Sequence[str]) -> str:
    count = _SHORT_LETTERS
    while count < len(name) and any(other.startswith(name[:count]) for other in others):
        count += 1
    return name[:count].rstrip(" -").capitalize()


def _cells(
    row: PartnerRow, overview: Overview, words: OverviewWords, shorts: dict[str, str]
) -> list[list[Mark]]:
    return [
        [_mark(each, region.code, words, shorts) for each in row.agreements if region.code in each.reach]
        for region in overview.regions
    ]


def _mark(agreement: Collaboration, region: PartyId, words: OverviewWords, shorts: dict[str, str]) -> Mark:
    profile = words.text(agreement.profile_name)
    adds = any(addition.region == region for addition in agreement.additions)
    told = [
        profile,
        words.say(f"overview-task-{agreement.core_task.value}"),
        words.say(f"overview-phase-{agreement.phase}"),
    ]
    if agreement.adoption_region == region:
        told.append(words.say("overview-adoption-mark"))
    if adds:
        told.append(words.say("overview-addition-mark"))
    return Mark(
        short=shorts[profile],
        words=", ".join(told),
        talks=agreement.phase != "execution",
        adopting=agreement.adoption_region == region,
        adds=adds,
    )


def _by_partner(overview: Overview) -> list[tuple[PartnerRow, list[Gap]]]:
    found = (
        (row, [gap for gap in overview.findings if gap.partner == row.partner]) for row in overview.partners
    )
    return [(row, gaps) for row, gaps in found if gaps]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> str:
    return files("sim.report").joinpath("templates", name).read_text("utf-8")
