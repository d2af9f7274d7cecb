"""The advice on each partner, its rule, and room for the steering group, whose position it is (par. 4.2)."""

from __future__ import annotations

from collections import Counter

from sim.core.assessment.outcome import PartnerResult, Result
from sim.report.blocks import Block, Facts, Heading, Paragraph, Room, Section
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
        *(Paragraph(say(key)) for key in ("report-rule-1", "report-rule-2", "report-rule-3")),
    ]
    for partner in material.assessment.partners:
        blocks += _partner(partner, words)
    return Section("advice", say("report-advice"), tuple(blocks))


def advice_words(partner: PartnerResult, words: ReportWords) -> str:
    """Return the advice on a partner."""
    return words.say(f"advice-{partner.advice.value.replace(' ', '-')}")


def _partner(partner: PartnerResult, words: ReportWords) -> list[Block]:
    say = words.say
    counts = Counter(finding.result for finding in partner.criteria)
    lacking = [
        words.text(finding.text).rstrip(".")
        for finding in partner.criteria
        if finding.result in (Result.PARTLY_MET, Result.NOT_MET)
    ]
    facts = (
        (say("profile"), words.text(partner.profile_name)),
        (say("advice"), advice_words(partner, words)),
        (say("report-reason"), words.text(partner.reason)),
        (
            say("report-counts"),
            ", ".join(f"{counts[result]} {words.result(result)}" for result in _COUNTED),
        ),
        (say("report-not-in-order"), "; ".join(lacking) or say("none")),
    )
    name = words.text(partner.name)
    return [
        Heading(name),
        Facts(say("report-advice-on", name=name), facts),
        Room(say("report-position"), _POSITION_LINES),
        Room(say("report-consequence"), _CONSEQUENCE_LINES),
    ]
