"""Every transport, open; Mosquitto and RabbitMQ only where they can be had."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from brokers.mosquitto import MosquittoBroker
from tests.contract.stage import Enter, Stage, Stranger, raise_stage, strike
from tests.nodes import RABBITMQ

_REASON = MosquittoBroker.available()
_MOSQUITTO = pytest.param(
    "mosquitto",
    marks=[pytest.mark.mosquitto, pytest.mark.skipif(_REASON is not None, reason=str(_REASON))],
)


_FEDERATION = pytest.param(
    "federation",
    marks=[pytest.mark.mosquitto, pytest.mark.skipif(_REASON is not None, reason=str(_REASON))],
)


@pytest.fixture(params=["memory", "embedded", _MOSQUITTO, _FEDERATION, RABBITMQ])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Every transport, open."""
    stage = await raise_stage(request.param)
    yield stage
    await strike(stage)


@pytest.fixture(params=["embedded", _MOSQUITTO, _FEDERATION, RABBITMQ])
async def wired(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Every transport that has connections, open."""
    stage = await raise_stage(request.param)
    yield stage
    await strike(stage)


@pytest.fixture
async def enter(wired: Stage) -> AsyncIterator[Enter]:
    """Strangers who log in as a party."""
    strangers: list[Stranger] = []

    async def enter_as(party: str, client_id: str = "") -> Stranger:
        assert wired.endpoint is not None
        stranger = Stranger(wired.endpoint, wired.accounts[party], client_id)
        strangers.append(stranger)
        assert await stranger.connect() == 0
        return stranger

    yield enter_as
    for stranger in strangers:
        await stranger.leave()
