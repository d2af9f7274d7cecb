"""The advice on each partner, its rule, and room for the steering group, whose position it is (par. 4.2)."""

from __future__ import annotations

from collections import Counter

from sim.core.assessment.advice import AdviceRule, Condition
from sim.core.assessment.outcome import PartnerResult, Result
from sim.report.blocks import Block, Bullets, Facts, Heading, Paragraph, Room, Section
from sim.report.material import Material
from sim.report.report_words import ReportWords

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
    ground = partner.ground
    facts = (
        (say("profile"), words.text(partner.profile_name)),
        (say("advice"), advice_words(partner, words)),
        (say("report-reason"), words.text(partner.reason)),
        *((say("part-of-" + part), _counts(partner, part, words)) for part in _parts(partner)),
        (say("report-put-right"), _named(partner, ground.put_right, words)),
        (say("report-improve-too"), _named(partner, ground.improve, words)),
    )
    name = words.text(partner.name)
    return [
        Heading(name),
        Facts(say("report-advice-on", name=name), facts),
        Room(say("report-position"), _POSITION_LINES),
        Room(say("report-consequence"), _CONSEQUENCE_LINES),
    ]


def _parts(partner: PartnerResult) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.part for finding in partner.criteria))


def _counts(partner: PartnerResult, part: str, words: ReportWords) -> str:
    counts = Counter(finding.result for finding in partner.criteria if finding.part == part)
    return ", ".join(f"{counts[result]} {words.result(result)}" for result in _COUNTED)


def _named(partner: PartnerResult, ids: tuple[str, ...], words: ReportWords) -> str:
    texts = {finding.id: words.text(finding.text).rstrip(".") for finding in partner.criteria}
    return "; ".join(texts[one] for one in ids) or words.say("none")
