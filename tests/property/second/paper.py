"""The second opinion on the agreements in the opening record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.core.model.agreement import Agreement
from tests.property.second.reading import Found, Reading, share


def profile_fits(log: Reading, party: str, demand: Any) -> Found:
    """Whether the profile is for the core task."""
    entry = log.entry(party)
    return share(entry.core_task in one.core_tasks for one in demand.profiles if one.id == entry.profile)


def one_core_task(log: Reading, party: str, _demand: Any) -> Found:
    """Whether each agreement of the organisation for this core task here is one that somebody acts under."""
    entry = log.entry(party)
    mine = entry.partner or party
    rows = []
    for one in log.opening.agreements:
        here = any(activity.directing in one.regions for activity in log.activities)
        if (one.partner, one.core_task) == (mine, entry.core_task) and here:
            acted = [
                other
                for other in log.opening.parties
                if (other.partner or other.id) == mine
                and (other.core_task, other.profile) == (one.core_task, one.profile)
            ]
            rows.append(bool(acted))
    return share(rows)


def regions_covered(log: Reading, party: str, _demand: Any) -> Found:
    """Which regions that the party works with in the exercise stand in its agreement."""
    agreement = log.agreement(party)
    works_with = [
        region for region in log.entry(party).regions if region in [one.directing for one in log.activities]
    ]
    return share(agreement is not None and region in agreement.regions for region in set(works_with))


def adoption_region(log: Reading, party: str, _demand: Any) -> Found:
    """Whether somebody made the agreement for all, where there are three regions or more."""
    agreement = log.agreement(party)
    if agreement is None:
        return None
    return share([len(agreement.regions) < 3 or agreement.adoption_region is not None])


def in_execution(log: Reading, party: str, _demand: Any) -> Found:
    """Whether the collaboration has come to its execution."""
    agreement = log.agreement(party)
    return None if agreement is None else share([agreement.phase == "execution"])


def agreed(log: Reading, party: str, demand: Any) -> Found:
    """Which of what a precondition asks was agreed."""
    agreement = log.agreement(party)
    if agreement is None:
        return None
    rows = [_says(agreement, topic) for topic in demand.topics]
    if demand.terms:
        nothing = Agreement(partner="x", core_task=agreement.core_task, profile="x", regions=())
        rows.append(any(getattr(agreement, term) != getattr(nothing, term) for term in demand.terms))
    return share(rows)


def topics_agreed(log: Reading, party: str, demand: Any) -> Found:
    """Which topics that the profile has to speak of were spoken of."""
    agreement = log.agreement(party)
    if agreement is None:
        return None
    asked: Sequence[Any] = [one for one in demand.all_topics if one.holds_for(agreement.profile)]
    return share(_says(agreement, one.id) for one in asked)


def _says(agreement: Agreement, topic: str) -> bool:
    if topic.startswith("general."):
        return getattr(agreement, topic.removeprefix("general.")) not in ("", ())
    return topic in agreement.texts
