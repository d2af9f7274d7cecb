"""Whether a party gets what it needs and nothing that it should not have (Modeluitwerking 10 and 11)."""

from __future__ import annotations

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, of_count, of_flags
from sim.core.assessment.log.columns import Way
from sim.core.assessment.log.index import LogIndex
from sim.core.messages.items import Item, ItemRef
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId


def restricted_exposure(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the restricted items that came to a party without being agreed upon (Modeluitwerking 11).

    What belongs to a system that it looks after itself, what it told itself, and what its agreement with the region
    lets it know is no exposure: restricted systems, and sensitive map layers. Each version of an item counts once.
    """
    log = evidence.log
    told = log.told
    came = told.where(told.held_by(party) & ~told.sent_by(party))
    restricted = came & told.of_faces(told.restricted_faces)
    exposed: dict[ItemRef, int] = {}
    for row in np.flatnonzero(restricted).tolist():
        way, face = told.ways[told.way[row]], told.faces[told.face[row]]
        if not _may_know(log, party, way, face):
            exposed.setdefault(ItemRef(face.id, int(told.version[row])), int(told.seq[row]))
    rows = [Detail("restricted", ref.item, 1, (seq,)) for ref, seq in exposed.items()]
    return of_count(rows, int(np.count_nonzero(came)) - len(rows), log.end_seq)


def relevance(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party was told that stands under a theme it needs to know of (Modeluitwerking 10).

    Each version of an item counts once. None for a party of which no needs are known.
    """
    log = evidence.log
    needs = log.needs(party)
    if not needs:
        return None
    told = log.told
    came = np.flatnonzero(told.where(told.held_by(party) & ~told.sent_by(party)))
    first = told.first_each(came)

    def row(place: int) -> tuple[str, tuple[int, ...]]:
        one = first[place]
        return told.faces[told.face[one]].theme, (int(told.seq[one]),)

    needed = np.array([theme in needs for theme in told.themes], np.bool_)
    return of_flags(needed[told.face[first]], row)


def _may_know(log: LogIndex, party: PartyId, way: Way, face: Item) -> bool:
    entry = log.party(party)
    own = entry.systems if entry is not None else ()
    if face.system in own or face.source.party == party:
        return True
    if way.address.shape is Shape.LAYER:
        levels = way.address.levels
        agreed = log.agreement(party)
        there = agreed.in_region(levels["region"]) if agreed is not None else None
        return there is not None and levels["layer"] in there.layers
    terms = log.agreement_in(party, way.activity) if way.activity else log.agreement(party)
    return terms is not None and face.system in terms.restricted_systems
