"""From the findings of a partner to the advice on it, by the rules of the framework."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.judging.advice import Judged, decisive, rule_for
from sim.core.assessment.judging.criteria import Criterion, own_norm
from sim.core.assessment.judging.findings import judge
from sim.core.assessment.judging.framework import Framework
from sim.core.assessment.judging.outcome import Advice, Finding, Ground, OtherProfile, Result
from sim.core.assessment.measures.registry import PAPER_MEASURES
from sim.core.records.kinds import PartyEntry

_OPEN = (Result.PARTLY_MET, Result.NOT_MET, Result.NOT_OBSERVED)
_LACKING = (Result.PARTLY_MET, Result.NOT_MET)


def advise(
    evidence: Evidence, entry: PartyEntry, findings: Sequence[Finding], framework: Framework
) -> tuple[Advice, Ground]:
    """Return the advice on a partner, and its ground.

    Args:
        evidence: What the log shows.
        entry: The partner.
        findings: What was found of it.
        framework: What it is judged by.
    """
    judged = [
        Judged(one.id, one.part, one.minimum, one.result)
        for one in findings
        if one.result is not Result.NOT_APPLICABLE
    ]
    rule = rule_for(framework.advice, judged, assessable=entry.assessable)
    against = rule.give is Advice.NOT_UNDER_THIS_PROFILE
    return rule.give, Ground(
        rule=rule.id,
        text=rule.text,
        citation=rule.citation,
        because=decisive(rule, judged),
        put_right=tuple(one.id for one in judged if one.minimum and one.result in _OPEN),
        improve=tuple(one.id for one in judged if not one.minimum and one.result in _LACKING),
        again_within_days=rule.again_within_days,
        again_by=_again_by(evidence.log.held_on, rule.again_within_days),
        other_profiles=_others(evidence, entry, framework) if against else (),
    )


def _again_by(held_on: str | None, within_days: int | None) -> str | None:
    if held_on is None or within_days is None:
        return None
    return (date.fromisoformat(held_on) + timedelta(days=within_days)).isoformat()


def _others(evidence: Evidence, entry: PartyEntry, framework: Framework) -> tuple[OtherProfile, ...]:
    """Return the other profiles for the same core task that ask for less, and whose preconditions are met.

    "Randvoorwaarden die toegankelijker zijn" (Beleidskader par. 4.1): fewer preconditions than this profile has.
    """
    asked = len(_preconditions(framework, entry.profile))
    return tuple(
        OtherProfile(row.id, row.name)
        for row in framework.others_for(entry.core_task, entry.profile)
        if 0 < len(_preconditions(framework, row.id)) < asked
        and all(_is_met(evidence, entry, one, framework) for one in _preconditions(framework, row.id))
    )


def _preconditions(framework: Framework, profile: str) -> tuple[Criterion, ...]:
    return tuple(one for one in framework if one.part == "set-up" and one.minimum and one.holds_for(profile))


def _is_met(evidence: Evidence, entry: PartyEntry, criterion: Criterion, framework: Framework) -> bool:
    figure = PAPER_MEASURES[criterion.measure].find(evidence, entry.id, framework.demand(criterion))
    return judge(figure, own_norm(criterion)) is Result.MET
