"""Findings by part and quality, with what they rest on; strengths and points to improve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.core.assessment.judging.outcome import Finding, Result
from sim.report.blocks import Block, Bullets, Cell, Grid, Heading, Paragraph, Section
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords

_JUDGED = (Result.MET, Result.PARTLY_MET, Result.NOT_MET)


@dataclass(frozen=True, slots=True)
class ByCriterion:
    """What was found of one criterion: whom it is about by name, and the finding."""

    findings: tuple[tuple[str, Finding], ...]

    @property
    def any(self) -> Finding:
        """Return one of them, for what they share."""
        return self.findings[0][1]

    @property
    def applies(self) -> bool:
        """Say whether it holds for anybody in this exercise."""
        return any(finding.result is not Result.NOT_APPLICABLE for _, finding in self.findings)

    def with_result(self, *results: Result) -> tuple[tuple[str, Finding], ...]:
        """Return the findings with one of some results."""
        return tuple(each for each in self.findings if each[1].result in results)


def by_criterion(material: Material, words: ReportWords) -> tuple[ByCriterion, ...]:
    """Return the findings by criterion, in the order of the criteria file."""
    whole = words.say("report-whole-exercise")
    found: dict[str, list[tuple[str, Finding]]] = {}
    for partner in material.assessment.partners:
        for finding in partner.criteria:
            found.setdefault(finding.id, []).append((words.text(partner.name), finding))
    for finding in material.assessment.criteria:
        found.setdefault(finding.id, []).append((whole, finding))
    order = {criterion.id: place for place, criterion in enumerate(material.criteria)}
    keys = sorted(found, key=lambda key: (order.get(key, len(order)), key))
    return tuple(ByCriterion(tuple(found[key])) for key in keys)


def findings_section(material: Material, words: ReportWords) -> Section:
    """Return the findings by part and quality of the exchange (Beleidskader par. 4.1)."""
    say = words.say
    groups: dict[tuple[str, str], list[ByCriterion]] = {}
    for each in by_criterion(material, words):
        groups.setdefault((each.any.part, each.any.quality), []).append(each)
    blocks: list[Block] = [Paragraph(say("report-findings-about"))]
    for (part, quality), found in groups.items():
        title = f"{say(f'part-of-{part}')}: {say(f'quality-{quality}')}"
        blocks.append(Heading(title))
        holding = [one for one in found if one.applies]
        if part == "performance":
            for each in holding:
                blocks += _criterion(each, words)
        elif holding:
            blocks.append(_on_paper(title, holding, words))
        blocks += _of_nobody([one for one in found if not one.applies], words)
    return Section("findings", say("report-findings"), tuple(blocks))


def _on_paper(title: str, found: Sequence[ByCriterion], words: ReportWords) -> Grid:
    """Return what stands in the agreements as one table: most of it is the same for all whom it holds for."""
    rows = tuple(
        (
            Cell(_described(each.any, words)),
            Cell((words.result(finding.result),), strong=finding.result is not Result.MET),
            Cell(("; ".join(names),)),
            Cell((words.finding(finding),)),
            Cell((words.evidence(finding.evidence, finding.measure.not_cited),)),
        )
        for each in found
        for names, finding in _alike(each.with_result(*_JUDGED, Result.NOT_OBSERVED), words)
    )
    heads = ("criterion", "result", "party", "report-why", "evidence")
    return Grid(title, tuple(words.say(key) for key in heads), (32, 10, 32, 17, 9), rows, small=True)


def _described(criterion: Finding, words: ReportWords) -> tuple[str, ...]:
    told = (words.text(criterion.text), f"{criterion.id} · {criterion.citation}")
    return (*told, words.say("report-minimum-mark")) if criterion.minimum else told


def _criterion(found: ByCriterion, words: ReportWords) -> Iterator[Block]:
    say = words.say
    criterion = found.any
    yield Heading(f"{words.text(criterion.text)} ({criterion.id})", 4)
    source = say("report-citation", citation=criterion.citation)
    yield Paragraph(f"{source} {say('report-minimum')}" if criterion.minimum else source, "quiet")
    shown = found.with_result(*_JUDGED)
    if shown:
        heads = ("party", "result", "report-why", "evidence")
        rows = tuple(
            (
                Cell(("; ".join(names),)),
                Cell((words.result(finding.result),), strong=finding.result is not Result.MET),
                Cell((words.finding(finding),)),
                Cell((words.evidence(finding.evidence, finding.measure.not_cited),)),
            )
            for names, finding in _alike(shown, words)
        )
        yield Grid(words.text(criterion.text), tuple(say(key) for key in heads), (22, 14, 40, 24), rows)
    names = [name for name, _ in found.with_result(Result.NOT_OBSERVED)]
    if names:
        told = say("report-result-of", result=words.result(Result.NOT_OBSERVED), names=", ".join(names))
        yield Paragraph(told, "quiet")


def _alike(
    shown: Sequence[tuple[str, Finding]], words: ReportWords
) -> Iterator[tuple[tuple[str, ...], Finding]]:
    """Yield findings that say the same of several, with whom they are about."""
    groups: dict[tuple[Result, str, tuple[int, ...]], list[tuple[str, Finding]]] = {}
    for name, finding in shown:
        key = (finding.result, words.finding(finding), finding.evidence)
        groups.setdefault(key, []).append((name, finding))
    for group in groups.values():
        yield tuple(name for name, _ in group), group[0][1]


def _of_nobody(found: Sequence[ByCriterion], words: ReportWords) -> Iterator[Block]:
    """Yield which criteria hold for nobody in this exercise."""
    if found:
        yield Heading(words.say("report-of-nobody"), 4)
        yield Bullets(tuple((0, f"{words.text(one.any.text)} ({one.any.id})") for one in found))


def strengths(material: Material, words: ReportWords) -> list[tuple[str, tuple[str, ...]]]:
    """Return the criteria of performance that were met by all of whom they were observed, and by whom.

    What most parties met comes first.
    """
    found = [
        (words.text(each.any.text), tuple(name for name, _ in each.with_result(Result.MET)))
        for each in by_criterion(material, words)
        if each.any.part == "performance" and _met_by_all(each)
    ]
    return sorted(found, key=lambda each: -len(each[1]))


def on_paper(material: Material, words: ReportWords) -> tuple[str, ...]:
    """Return the criteria of direction and set-up that are met for all whom they hold for."""
    texts = (
        words.text(each.any.text).rstrip(".")
        for each in by_criterion(material, words)
        if each.any.part != "performance" and _met_by_all(each)
    )
    return tuple(dict.fromkeys(texts))


def _met_by_all(found: ByCriterion) -> bool:
    return bool(found.with_result(Result.MET)) and not found.with_result(Result.PARTLY_MET, Result.NOT_MET)


def lacking(material: Material, words: ReportWords) -> list[tuple[str, tuple[tuple[str, Finding], ...]]]:
    """Return the criteria that were not wholly met, and by whom; those not met by most parties first."""
    found = [
        (words.text(each.any.text), each.with_result(Result.NOT_MET, Result.PARTLY_MET))
        for each in by_criterion(material, words)
    ]
    return sorted(
        (each for each in found if each[1]),
        key=lambda each: (-sum(f.result is Result.NOT_MET for _, f in each[1]), -len(each[1])),
    )


def points_section(material: Material, words: ReportWords) -> Section:
    """Return strengths and points to improve, each from the findings."""
    say = words.say
    strong = [
        f"{text} {say('report-by-whom', names=', '.join(names))}"
        for text, names in strengths(material, words)
    ]
    paper = on_paper(material, words)
    if paper:
        strong.append(say("report-on-paper", criteria="; ".join(paper)))
    blocks: list[Block] = [Paragraph(say("report-points-about")), Heading(say("report-strengths"))]
    blocks.append(Bullets(tuple((0, each) for each in strong)) if strong else Paragraph(say("none")))
    blocks.append(Heading(say("report-improve")))
    weak = lacking(material, words)
    if not weak:
        blocks.append(Paragraph(say("none")))
        return Section("points", say("report-points"), tuple(blocks))
    entries: list[tuple[int, str]] = []
    for text, found in weak:
        entries.append((0, text))
        entries += [
            (1, f"{name}: {words.result(finding.result)}. {words.finding(finding)}")
            for name, finding in found
        ]
    blocks.append(Bullets(tuple(entries)))
    return Section("points", say("report-points"), tuple(blocks))
