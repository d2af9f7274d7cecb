"""The advice on each partner, its rule, and room for the steering group, whose position it is (par. 4.2)."""

from __future__ import annotations

from collections import Counter

from sim.core.assessment.judging.advice import AdviceRule, Condition
from sim.core.assessment.judging.outcome import Advice, PartnerResult, Result
from sim.report.blocks import Block, Bullets, Facts, Grid, Heading, Paragraph, Room, Section, cells
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords

_COUNTED = (Result.MET, Result.PARTLY_MET, Result.NOT_MET, Result.NOT_OBSERVED)
_POSITION_LINES = 3
_CONSEQUENCE_LINES = 2


def advice_section(material: Material, words: ReportWords) -> Section:
    """Return the advice on each partner, in order of id: profiles and partners are never ranked (par. 2.2)."""
    say = words.say
    blocks: list[Block] = [
        Paragraph(words.text(material.assessment.notice), "notice"),
        Heading(say("report-rule")),
        Paragraph(say("report-rule-1")),
        Bullets(tuple((0, _rule(rule, words)) for rule in material.rules)),
        Paragraph(say("report-rule-2")),
    ]
    for partner in material.assessment.partners:
        blocks += _partner(partner, words)
    return Section("advice", say("report-advice"), tuple(blocks))


def _rule(rule: AdviceRule, words: ReportWords) -> str:
    say = words.say
    advice = say(f"advice-{rule.give.value.replace(' ', '-')}")
    told = say("report-rule-one", advice=advice, why=words.text(rule.text), citation=rule.citation)
    conditions = "; ".join(_condition(condition, words) for condition in rule.when)
    return say("report-rule-when", told=told, conditions=conditions) if conditions else told


def _condition(condition: Condition, words: ReportWords) -> str:
    say = words.say
    if condition.assessable is not None:
        return say("report-rule-assessable" if condition.assessable else "report-rule-not-assessable")
    counted = say("report-rule-criteria")
    if condition.minimum is not None:
        counted = say("report-rule-minimum" if condition.minimum else "report-rule-others")
    part = say("report-rule-any-part") if condition.part is None else say(f"part-of-{condition.part}").lower()
    results = "/".join(words.result(result) for result in condition.results)
    bounds = (("report-rule-at-least", condition.at_least), ("report-rule-at-most", condition.at_most))
    shown = ", ".join(say(key, count=count) for key, count in bounds if count is not None)
    return say("report-rule-condition", bound=shown, counted=counted, part=part, results=results)


def advice_words(partner: PartnerResult, words: ReportWords) -> str:
    """Return the advice on a partner."""
    return words.say(f"advice-{partner.advice.value.replace(' ', '-')}")


def _partner(partner: PartnerResult, words: ReportWords) -> list[Block]:
    say = words.say
    name, ground = words.text(partner.name), partner.ground
    facts: tuple[tuple[str, str], ...] = (
        (say("profile"), words.text(partner.profile_name)),
        (say("advice"), advice_words(partner, words)),
        (say("report-reason"), words.text(partner.reason)),
    )
    caption = say("report-advice-on", name=name)
    if partner.advice is Advice.NOT_ASSESSABLE:
        return [Heading(name), Facts(caption, facts), *_for_information(partner, words)]
    facts += (
        *((say("part-of-" + part), _counts(partner, part, words)) for part in _parts(partner)),
        (say("report-put-right"), _named(partner, ground.put_right, words)),
        (say("report-improve-too"), _named(partner, ground.improve, words)),
    )
    return [
        Heading(name),
        Facts(caption, facts),
        Room(say("report-position"), _POSITION_LINES),
        Room(say("report-consequence"), _CONSEQUENCE_LINES),
    ]


def _for_information(partner: PartnerResult, words: ReportWords) -> list[Block]:
    """Return the figures of a partner that is not assessed: nothing is judged, and no position is asked."""
    say = words.say
    rows = tuple(
        cells(
            words.text(finding.text),
            words.figure(finding.measure),
            str(finding.measure.count),
            words.evidence(finding.evidence),
        )
        for finding in partner.criteria
        if finding.part == "performance" and finding.measure.count
    )
    if not rows:
        return []
    heads = tuple(say(key) for key in ("criterion", "measured", "report-events", "evidence"))
    return [Grid(say("report-for-information"), heads, (46, 14, 12, 28), rows, small=True)]


def _parts(partner: PartnerResult) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.part for finding in partner.criteria))


def _counts(partner: PartnerResult, part: str, words: ReportWords) -> str:
    counts = Counter(finding.result for finding in partner.criteria if finding.part == part)
    return ", ".join(f"{counts[result]} {words.result(result)}" for result in _COUNTED)


def _named(partner: PartnerResult, ids: tuple[str, ...], words: ReportWords) -> str:
    texts = {finding.id: words.text(finding.text).rstrip(".") for finding in partner.criteria}
    return "; ".join(texts[one] for one in ids) or words.say("none")
