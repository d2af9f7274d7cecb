"""What an outage strikes, and what it costs a client."""

from __future__ import annotations

import pytest

from sim.core.model.time import HOUR_MS
from sim.core.world.technology import Outage, OutageType, struck
from tests.unit.core.agents.helpers import NOWHERE, PROFILES, RAIL, REGION, WATER, everybody

PARTIES = {name: everybody()[name] for name in (RAIL, REGION, WATER)}


def outage(kind: OutageType, hours: float = 1, parties: tuple[str, ...] = ()) -> Outage:
    until_ms = round(hours * HOUR_MS)
    return Outage(id="o-1", type=kind, from_ms=0, until_ms=until_ms, parties=parties, title=NOWHERE)


@pytest.mark.parametrize(
    ("found", "whom"),
    [
        (outage(OutageType.BROKER), (RAIL, REGION, WATER)),
        (outage(OutageType.RIGHTS), (REGION, WATER)),
        (outage(OutageType.PARTITION, parties=(WATER, REGION)), (REGION, WATER)),
    ],
)
def test_whom_it_strikes(found: Outage, whom: tuple[str, ...]) -> None:
    assert struck(found, PARTIES, PROFILES) == tuple(sorted(whom))


@pytest.mark.parametrize(
    ("found", "loses"),
    [
        (outage(OutageType.PARTITION, hours=1), False),
        (outage(OutageType.PARTITION, hours=1.1), True),
        (outage(OutageType.RIGHTS, hours=9), False),
        (outage(OutageType.BROKER, hours=9), False),
    ],
)
def test_a_session_is_lost_by_who_is_away_longer_than_it_is_kept(found: Outage, loses: bool) -> None:
    assert found.loses_session is loses
