from __future__ import annotations

from sim.core.world.faults import FaultType, Hop, KnownAnswer
from sim.core.world.faults.catalogue import AnswerEntry, Catalogue, HopEntry, TypeEntry
from tests.unit.core.agents.helpers import NOWHERE


def test_a_catalogue_is_looked_up_by_id() -> None:
    hop = HopEntry(id=Hop.RELAY, name=NOWHERE, does=NOWHERE)
    answer = AnswerEntry(id=KnownAnswer.REFUTED, name=NOWHERE, does=NOWHERE)
    kind = TypeEntry(
        id=FaultType.ECHO,
        name=NOWHERE,
        does=NOWHERE,
        recognise=NOWHERE,
        answer=KnownAnswer.REFUTED,
        hops=(Hop.RELAY,),
        needs=(),
        example="",
    )
    catalogue = Catalogue(hops=(hop,), answers=(answer,), types=(kind,))
    assert catalogue.hop(Hop.RELAY) is hop
    assert catalogue.answer(KnownAnswer.REFUTED) is answer
    assert catalogue.type(FaultType.ECHO) is kind
