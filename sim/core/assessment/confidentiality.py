"""Whether a party gets what it needs and nothing that it should not have (Modeluitwerking 10 and 11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Detail, Figure, cited, of_count
from sim.core.assessment.log_entries import Statement
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.messages.items import ItemRef, Sensitivity
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId, ThemeId

_Rows: TypeAlias = dict[bool, defaultdict[ThemeId, dict[int, Detail]]]
"""Rows that were made, by whether the theme is needed, the theme, and the record."""


def restricted_exposure(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the restricted items that came to a party without being agreed upon (Modeluitwerking 11).

    What belongs to a system that it looks after itself, what it told itself, and what its agreement with the region
    lets it know is no exposure: restricted systems, and sensitive map layers. Each version of an item counts once.
    """
    log = evidence.log
    told = 0
    exposed: dict[ItemRef, Statement] = {}
    for one in log.held.get(party, ()):
        if one.sender == party:
            continue
        told += 1
        if one.item.sensitivity is Sensitivity.RESTRICTED and not _may_know(log, party, one):
            exposed.setdefault(ItemRef(one.item.id, one.item.version), one)
    rows = [Detail("restricted", ref.item, 1, (one.seq,)) for ref, one in exposed.items()]
    return of_count(rows, told - len(rows), log.end_seq)


def relevance(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party was told that stands under a theme it needs to know of (Modeluitwerking 10).

    Each version of an item counts once. None for a party of which no needs are known.
    """
    log = evidence.log
    needs = log.needs(party)
    if not needs:
        return None
    first: dict[tuple[str, int], Statement] = {}
    for one in log.held.get(party, ()):
        if one.sender != party:
            first.setdefault((one.item.id, one.item.version), one)
    if not first:
        return None
    known = _relevant_rows(log)
    rows = [_relevant(known, one, one.item.theme in needs) for one in first.values()]
    return Figure(
        value=sum([row.value for row in rows]) / len(rows),
        count=len(rows),
        evidence=cited([one.seq for one in first.values()]),
        details=tuple(rows),
    )


def _relevant(known: _Rows, told: Statement, needed: bool) -> Detail:
    # Many were told the same, so their rows are the same; in a long log they are most of what there is to keep.
    rows = known[needed][told.item.theme]
    row = rows.get(told.seq)
    if row is None:
        row = rows[told.seq] = Detail("yes" if needed else "no", told.item.theme, int(needed), (told.seq,))
    return row


@remembered
def _relevant_rows(_log: LogIndex) -> _Rows:
    return {True: defaultdict(dict), False: defaultdict(dict)}


@remembered
def _layers(log: LogIndex) -> Mapping[int, Mapping[str, str]]:
    return {one.seq: one.address.levels for one in log.all_messages if one.address.shape is Shape.LAYER}


def _may_know(log: LogIndex, party: PartyId, told: Statement) -> bool:
    entry = log.party(party)
    own = entry.systems if entry is not None else ()
    if told.item.system in own or told.item.source.party == party:
        return True
    if told.shape is Shape.LAYER:
        levels = _layers(log)[told.seq]
        agreed = log.agreement(party)
        there = agreed.in_region(levels["region"]) if agreed is not None else None
        return there is not None and levels["layer"] in there.layers
    terms = log.agreement_in(party, told.activity) if told.activity else log.agreement(party)
    return terms is not None and told.item.system in terms.restricted_systems
