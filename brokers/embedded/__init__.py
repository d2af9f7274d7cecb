"""An MQTT 5 broker inside the process: a pure router, and a server around it.

`EmbeddedBroker` is what a session starts. `Router` alone serves clients inside the process without sockets.
"""

from brokers.embedded.broker import EmbeddedBroker
from brokers.embedded.limits import Limits
from brokers.embedded.messages import (
    ConnectRequest,
    Delivery,
    Link,
    Message,
    NotConnectedError,
    Outlet,
    Overflow,
    RefusedError,
    Subscription,
    Will,
)
from brokers.embedded.rights import Rights, UnknownAccountError
from brokers.embedded.router import Router
from brokers.embedded.server import Server

__all__ = [
    "ConnectRequest",
    "Delivery",
    "EmbeddedBroker",
    "Limits",
    "Link",
    "Message",
    "NotConnectedError",
    "Outlet",
    "Overflow",
    "RefusedError",
    "Rights",
    "Router",
    "Server",
    "Subscription",
    "UnknownAccountError",
    "Will",
]
