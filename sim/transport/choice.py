"""Which broker: from a name on the command line, or the address of a server, to one that can be started."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from brokers.adapter import Broker, BrokerError
from brokers.embedded import EmbeddedBroker
from brokers.mosquitto import (
    MosquittoBroker,
    StandingMosquitto,
    default_folder,
    is_address,
    keys_for,
    parse_address,
)
from brokers.rabbitmq import RabbitMQBroker
from sim.transport.root import root_of

BROKERS: Final[Mapping[str, Callable[[], Broker]]] = {
    "embedded": EmbeddedBroker,
    "mosquitto": MosquittoBroker,
    "rabbitmq": RabbitMQBroker,
}
"""Brokers that can be started, by the name on the command line."""


def broker_of(name: str, run: str, keys: Path | None, names: Iterable[str]) -> Broker:
    """Return the broker of a name, or the part of a server that is for a run.

    Args:
        name: One of :data:`BROKERS`, or the address of a server that runs already.
        run: The id of the run.
        keys: The file with the keys of such a server's administrator; None looks where they mostly are.
        names: Those that could have been given, for who gave another.

    Raises:
        BrokerError: Nothing has this name; or the address is none, or its keys are nowhere.
    """
    if is_address(name):
        address = parse_address(name)
        return StandingMosquitto(address, keys_for(address, keys, default_folder().keys), run, root_of)
    if name not in BROKERS:
        raise BrokerError(f"broker: expected one of {', '.join(names)}, or mqtts://HOST:PORT, found {name!r}")
    return BROKERS[name]()
