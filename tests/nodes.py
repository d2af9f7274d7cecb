"""RabbitMQ for tests: three nodes for all tests of a process, and the reason where there are none."""

from __future__ import annotations

from functools import cache

import pytest

from brokers.rabbitmq import RabbitMQBroker
from brokers.rabbitmq.cluster import Cluster
from brokers.rabbitmq.installation import find

_REASON = RabbitMQBroker.available()
CLUSTER_MARKS = (
    pytest.mark.cluster,
    pytest.mark.timeout(400),  # three nodes on two cores that others use, too, may take a minute to start
    pytest.mark.skipif(_REASON is not None, reason=str(_REASON)),
)
RABBITMQ = pytest.param("rabbitmq", marks=CLUSTER_MARKS)


@cache
def nodes() -> Cluster:
    """Return one cluster for all tests of this process: to start three nodes takes as long as twenty tests."""
    installation = find()
    assert not isinstance(installation, str), installation
    return Cluster(installation)


def broker_on_nodes() -> RabbitMQBroker:
    """Return a broker that finds these nodes empty."""
    return RabbitMQBroker(nodes())
