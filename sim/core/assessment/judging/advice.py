"""The rule of the advice as data: which advice is given when, in the order of the file; the first that holds is given.

The tool advises; it never certifies. The steering group takes the position (Beleidskader par. 4.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sim.core.assessment.judging.criteria import Part
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.text import Text


class Judged(msgspec.Struct, frozen=True):
    """One criterion as far as a rule looks at it."""

    id: str
    part: Part
    minimum: bool
    result: Result


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that must hold for a rule to apply: a number of criteria with certain results.

    Attributes:
        assessable: Whether an assessment exists for the profile; given alone.
        part: Part of the assessment that is looked at; None looks at all.
        minimum: Whether minimum conditions are looked at, or the others; None looks at both.
        results: Results that are counted.
        at_least: At least so many.
        at_most: At most so many.
    """

    assessable: bool | None = None
    part: Part | None = None
    minimum: bool | None = None
    results: tuple[Result, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    def picked(self, judged: Iterable[Judged]) -> tuple[Judged, ...]:
        """Return the criteria that it counts."""
        return tuple(
            one
            for one in judged
            if self.part in (None, one.part)
            and self.minimum in (None, one.minimum)
            and one.result in self.results
        )

    def holds(self, judged: Sequence[Judged], *, assessable: bool) -> bool:
        """Say whether it holds for what was found of a partner."""
        if self.assessable is not None:
            return self.assessable is assessable
        count = len(self.picked(judged))
        most = count if self.at_most is None else self.at_most
        return (self.at_least or 0) <= count <= most


class AdviceRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an advice is given.

    Attributes:
        id: Its name.
        give: The advice.
        when: Conditions that must all hold; none holds always.
        text: Why, in a sentence.
        citation: Where that stands.
        again_within_days: Within how many days it is tested again; None where the rule does not say.
    """

    id: str
    give: Advice
    when: tuple[Condition, ...] = ()
    text: Text
    citation: str
    again_within_days: int | None = None


def rule_for(rules: Sequence[AdviceRule], judged: Sequence[Judged], *, assessable: bool) -> AdviceRule:
    """Return the first rule that applies; the last applies always."""
    return next(
        rule
        for rule in rules
        if all(condition.holds(judged, assessable=assessable) for condition in rule.when)
    )


def decisive(rule: AdviceRule, judged: Sequence[Judged]) -> tuple[str, ...]:
    """Return the ids of the criteria whose results made a rule apply, in their order."""
    picked = {
        one.id for condition in rule.when if condition.at_most is None for one in condition.picked(judged)
    }
    return tuple(one.id for one in judged if one.id in picked)


def advice_rules_from(tables: object) -> tuple[AdviceRule, ...]:
    """Return the rules in the ``advice`` list of a criteria file.

    Raises:
        ValueError: Something is wrong; the message names the key, what was expected and what was found.
    """
    if not isinstance(tables, list) or not tables:
        raise ValueError(f"advice: expected at least one [[advice]] table, found {tables!r}")
    rules = tuple(_rule(table, f"advice[{number}]") for number, table in enumerate(tables))
    seen: set[str] = set()
    for number, rule in enumerate(rules):
        if rule.id in seen:
            raise ValueError(f"advice[{number}].id: expected an id that no other rule has, found {rule.id!r}")
        seen.add(rule.id)
    if rules[-1].when:
        raise ValueError(
            f"advice[{len(rules) - 1}].when: expected no conditions in the last rule, found some"
        )
    return rules


def _rule(table: object, where: str) -> AdviceRule:
    try:
        rule = msgspec.convert(table, AdviceRule)
    except msgspec.ValidationError as error:
        raise ValueError(f"{where}: expected a rule, found a mistake: {error}") from None
    for number, condition in enumerate(rule.when):
        _check(condition, f"{where}.when[{number}]")
    return rule


def _check(condition: Condition, where: str) -> None:
    bounded = condition.at_least is not None or condition.at_most is not None
    if condition.assessable is not None:
        if bounded or condition.results:
            raise ValueError(f"{where}: expected assessable alone, found more")
        return
    if not bounded:
        raise ValueError(f"{where}: expected at_least or at_most, found neither")
    if not condition.results:
        raise ValueError(f"{where}.results: expected at least one result, found none")
