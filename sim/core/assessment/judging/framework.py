"""All that a log is judged by, as data: criteria, the rule of the advice, and what these refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sim.core.assessment.judging.advice import AdviceRule, advice_rules_from
from sim.core.assessment.judging.criteria import Criterion, criteria_from
from sim.core.assessment.measures.paper import Demand, ProfileRow
from sim.core.model.agreement_topics import AgreementTopic
from sim.core.model.party import CoreTask
from sim.core.model.preconditions import Precondition


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """What a log is judged by.

    Attributes:
        criteria: The criteria, in the order of the file.
        advice: The rules of the advice, in the order of the file.
        profiles: The profiles that there are (Beleidskader Tabel 1).
        topics: The topics of the Modeluitwerking.
    """

    criteria: tuple[Criterion, ...]
    advice: tuple[AdviceRule, ...]
    profiles: tuple[ProfileRow, ...] = ()
    topics: tuple[AgreementTopic, ...] = ()

    def __iter__(self) -> Iterator[Criterion]:
        """Go through the criteria."""
        return iter(self.criteria)

    def demand(self, criterion: Criterion) -> Demand:
        """Return what a criterion of direction or set-up asks of the agreements."""
        return Demand(
            topics=criterion.topics,
            terms=criterion.terms,
            all_topics=self.topics,
            profiles=self.profiles,
        )

    def others_for(self, core_task: CoreTask | None, profile: str) -> tuple[ProfileRow, ...]:
        """Return the other profiles that suit a core task, in order of id; never ranked (Beleidskader par. 2.2)."""
        fitting = (one for one in self.profiles if core_task in one.core_tasks and one.id != profile)
        return tuple(sorted(fitting, key=lambda one: one.id))


def framework_from(
    mapping: Mapping[str, Any],
    *,
    preconditions: Sequence[Precondition],
    profiles: Sequence[ProfileRow],
    topics: Sequence[AgreementTopic],
    advice: Sequence[AdviceRule] = (),
) -> Framework:
    """Return what a parsed criteria file says, with what it refers to.

    Args:
        mapping: The file.
        preconditions: Those of Beleidskader Tabel 3 and 4, to which criteria refer by id.
        profiles: The profiles.
        topics: The topics of agreements.
        advice: Rules for a file that has none of its own.

    Raises:
        ValueError: Something is wrong; the message names the key, what was expected and what was found.
    """
    tables = {key: value for key, value in mapping.items() if key != "advice"}
    own = "advice" in mapping or not advice
    return Framework(
        criteria=criteria_from(tables, preconditions),
        advice=advice_rules_from(mapping.get("advice")) if own else tuple(advice),
        profiles=tuple(profiles),
        topics=tuple(topics),
    )
