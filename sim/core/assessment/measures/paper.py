"""Direction and set-up: what the agreements in the opening record of the log say (Beleidskader par. 4.1).

Whether what was agreed is good enough is for the assessor who reads it; here is found whether it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, of_share
from sim.core.assessment.log.index import LogIndex
from sim.core.model.agreement import Agreement, TopicId
from sim.core.model.agreement_topics import AgreementTopic, is_agreed
from sim.core.model.ids import PartyId
from sim.core.model.party import CoreTask, Scope, scope_of
from sim.core.model.text import Text
from sim.core.records.kinds import PartyEntry

_DEFAULTS: Final[Mapping[str, Any]] = {
    field.name: field.default for field in msgspec.structs.fields(Agreement)
}


class ProfileRow(msgspec.Struct, frozen=True):
    """What the judgment needs to know of a profile (Beleidskader Tabel 1).

    Attributes:
        id: Its id.
        name: What people read.
        core_tasks: Core tasks that it is for.
        assessable: Whether an assessment exists for it (par. 1.4).
    """

    id: str
    name: Text
    core_tasks: tuple[CoreTask, ...]
    assessable: bool


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the agreements.

    Attributes:
        topics: Topics that must each have been agreed.
        terms: Fields of :class:`Agreement` of which at least one must have been agreed; none asks for none.
        all_topics: Every topic of the Modeluitwerking, for who asks whether nothing is empty.
        profiles: Every profile, for who asks which fits.
    """

    topics: tuple[TopicId, ...] = ()
    terms: tuple[str, ...] = ()
    all_topics: tuple[AgreementTopic, ...] = ()
    profiles: tuple[ProfileRow, ...] = ()


def agreed(evidence: Evidence, party: PartyId, demand: Demand) -> Figure | None:
    """Measure the share of topics and terms of a precondition that were agreed; None without an agreement."""
    agreement = evidence.log.agreement(party)
    if agreement is None:
        return None
    rows = [(topic, is_agreed(agreement, topic)) for topic in demand.topics]
    if demand.terms:
        named = ", ".join(demand.terms)
        rows.append((named, any(getattr(agreement, term) != _DEFAULTS[term] for term in demand.terms)))
    return _shown(evidence.log, rows)


def topics_agreed(evidence: Evidence, party: PartyId, demand: Demand) -> Figure | None:
    """Measure the share of the topics that hold for a party's profile of which something was agreed."""
    agreement = evidence.log.agreement(party)
    if agreement is None:
        return None
    asked = [topic for topic in demand.all_topics if topic.holds_for(agreement.profile)]
    return _shown(evidence.log, [(topic.id, is_agreed(agreement, topic.id)) for topic in asked])


def profile_fits(evidence: Evidence, party: PartyId, demand: Demand) -> Figure | None:
    """Measure whether a party's profile is one for its core task (1) or not (0), by Beleidskader Tabel 1."""
    entry = _entry(evidence.log, party)
    profile = next((one for one in demand.profiles if one.id == entry.profile), None)
    if profile is None:
        return None
    return _shown(
        evidence.log, [(f"{entry.profile}/{entry.core_task}", entry.core_task in profile.core_tasks)]
    )


def regions_covered(evidence: Evidence, party: PartyId, _demand: Demand) -> Figure | None:
    """Measure the share of the regions that a party works with in the exercise for which its agreement holds.

    Nothing was agreed with a region that stands outside the agreement (Beleidskader par. 2.3.1).
    """
    entry, agreement = _entry(evidence.log, party), evidence.log.agreement(party)
    regions = sorted(set(entry.regions) & {one.directing for one in evidence.log.opening.activities})
    return _shown(
        evidence.log, [(one, agreement is not None and one in agreement.regions) for one in regions]
    )


def one_core_task(evidence: Evidence, party: PartyId, _demand: Demand) -> Figure | None:
    """Measure whether it is clear which core task of the organisation the exercise touches (Beleidskader par. 2.1).

    It is when nobody can take another agreement of the organisation, for the same core task in the same region, for the
    one that the party acts under: there is none, or another party in the exercise acts under it. The rows name the
    agreements for that core task; whether the choice was a conscious one the log cannot tell.
    """
    log = evidence.log
    entry = _entry(log, party)
    regions = {one.directing for one in log.opening.activities}
    touched = [
        one
        for one in log.opening.agreements
        if (one.partner, one.core_task) == (_organisation(entry), entry.core_task)
        and regions & set(one.regions)
    ]
    return _shown(log, [(f"{one.core_task}/{one.profile}", _is_acted_under(log, one)) for one in touched])


def adoption_region(evidence: Evidence, party: PartyId, _demand: Demand) -> Figure | None:
    """Measure whether an agreement has the adoption region that its scope asks for (Beleidskader par. 2.4, Tabel 2).

    A regional partner needs none.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None:
        return None
    scope = scope_of(len(agreement.regions))
    return _shown(
        evidence.log, [(scope.value, scope is Scope.REGIONAL or agreement.adoption_region is not None)]
    )


def in_execution(evidence: Evidence, party: PartyId, _demand: Demand) -> Figure | None:
    """Measure whether a collaboration is in execution, after exploration and elaboration (Beleidskader par. 3.2)."""
    agreement = evidence.log.agreement(party)
    if agreement is None:
        return None
    return _shown(evidence.log, [(agreement.phase, agreement.phase == "execution")])


def _entry(log: LogIndex, party: PartyId) -> PartyEntry:
    entry = log.party(party)
    assert entry is not None, "only partners that the log names are asked"
    return entry


def _organisation(entry: PartyEntry) -> PartyId:
    return entry.partner or entry.id


def _is_acted_under(log: LogIndex, agreement: Agreement) -> bool:
    bound = (agreement.partner, agreement.core_task, agreement.profile)
    return any((_organisation(one), one.core_task, one.profile) == bound for one in log.parties)


def _shown(log: LogIndex, rows: Sequence[tuple[str, bool]]) -> Figure | None:
    return of_share([(about, done, (log.opening_seq,)) for about, done in rows])
