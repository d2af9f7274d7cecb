"""Whether a party gets what it needs and nothing that it should not have (Modeluitwerking 10 and 11)."""

from __future__ import annotations

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Detail, Figure, of_count, of_share
from sim.core.assessment.log_entries import Statement
from sim.core.assessment.log_index import LogIndex
from sim.core.messages.items import ItemRef, Sensitivity
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId


def restricted_exposure(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the restricted items that came to a party without being agreed upon (Modeluitwerking 11).

    What belongs to a system that it looks after itself, what it told itself, and what its agreement with the region
    lets it know is no exposure: restricted systems, and sensitive map layers. Each version of an item counts once.
    """
    log = evidence.log
    told = [one for one in log.held.get(party, ()) if one.sender != party]
    exposed: dict[ItemRef, Statement] = {}
    for one in told:
        if one.item.sensitivity is Sensitivity.RESTRICTED and not _may_know(log, party, one):
            exposed.setdefault(ItemRef(one.item.id, one.item.version), one)
    rows = [Detail("restricted", ref.item, 1, (one.seq,)) for ref, one in exposed.items()]
    return of_count(rows, len(told) - len(rows), log.end_seq)


def relevance(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party was told that stands under a theme it needs to know of (Modeluitwerking 10).

    Each version of an item counts once. None for a party of which no needs are known.
    """
    log = evidence.log
    needs = log.needs(party)
    if not needs:
        return None
    first: dict[ItemRef, Statement] = {}
    for one in log.held.get(party, ()):
        if one.sender != party:
            first.setdefault(ItemRef(one.item.id, one.item.version), one)
    return of_share([(one.item.theme, one.item.theme in needs, (one.seq,)) for one in first.values()])


def _may_know(log: LogIndex, party: PartyId, told: Statement) -> bool:
    entry = log.party(party)
    own = entry.systems if entry is not None else ()
    if told.item.system in own or told.item.source.party == party:
        return True
    if told.shape is Shape.LAYER:
        levels = next(one.address.levels for one in log.all_messages if one.seq == told.seq)
        agreed = log.agreement(party)
        there = agreed.in_region(levels["region"]) if agreed is not None else None
        return there is not None and levels["layer"] in there.layers
    terms = log.agreement_in(party, told.activity) if told.activity else log.agreement(party)
    return terms is not None and told.item.system in terms.restricted_systems
