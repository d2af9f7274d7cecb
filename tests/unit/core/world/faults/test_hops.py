from __future__ import annotations

import pytest

from sim.core.world.faults import ANSWERS, TYPES_AT, FaultType, Hop, hops_of


@pytest.mark.parametrize("kind", list(FaultType))
def test_every_type_has_an_answer_and_enters_at_the_observation_and_where_the_table_says(
    kind: FaultType,
) -> None:
    assert kind in ANSWERS
    assert hops_of(kind)[0] is Hop.OBSERVATION
    assert {hop for hop in Hop if kind in TYPES_AT[hop]} == set(hops_of(kind))


def test_nobody_holds_back_what_he_writes_of_his_own_accord() -> None:
    held_up = {FaultType.WITHHELD, FaultType.LATE}
    assert [
        hop for hop in (Hop.RETAINED, Hop.OUTSIDER, Hop.COMPROMISED) if held_up & set(TYPES_AT[hop])
    ] == []
