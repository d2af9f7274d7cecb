"""Whether people keep up: what is missed, who is not there, what goes wrong in passing on (Beleidskader ch. 4)."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, of_count
from sim.core.assessment.log.lookup import noted
from sim.core.model.ids import PartyId

_MISSED: Final = ("missed",)
_ABSENT: Final = ("unreachable",)
_PASSED_WRONGLY: Final = ("slip", "forgotten")


def missed_work(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count what people of a party did not get round to, because they had too much in hand."""
    return _noted(evidence, party, _MISSED, _came(evidence, party))


def unreachable(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count what needed somebody at a party while nobody was there, or nobody on call answered."""
    return _noted(evidence, party, _ABSENT, _came(evidence, party))


def passing_errors(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count what a party copied wrongly or left out when it passed information on."""
    told = evidence.log.told
    passed_on = int(np.count_nonzero(told.where(told.sent_by(party) & ~told.late)))
    return _noted(evidence, party, _PASSED_WRONGLY, passed_on)


def _came(evidence: Evidence, party: PartyId) -> int:
    return evidence.log.deliveries.get(party, 0)


def _noted(evidence: Evidence, party: PartyId, kinds: tuple[str, ...], chances: int) -> Figure | None:
    rows = [
        Detail(note.content.what, note.content.item or note.content.text, 1, (note.seq,))
        for note in noted(evidence.log, party)
        if note.content.what in kinds
    ]
    return of_count(rows, chances, evidence.log.end_seq)
