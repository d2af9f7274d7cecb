"""A bridge between two Mosquittos: the server of a region reaches out to the national one, and says what crosses."""

from __future__ import annotations

from dataclasses import dataclass, field

from brokers.adapter import Account, Action, BrokerError, Endpoint, Right
from brokers.mosquitto.config import MAX_PACKET_BYTES

READY_PREFIX = "bridge-ready/"
"""Below it the national server keeps, for each bridge, a message that has crossed once the bridge stands."""

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/+#.~:")


@dataclass(frozen=True, slots=True)
class RegionServer:
    """The server of one region in a star.

    Attributes:
        name: Of the region.
        outward: Topic filters of what leaves it.
        inward: Topic filters of what comes in.
        written: Topic filters of what may be written there at all; its bridge may send nothing else.
    """

    name: str
    outward: tuple[str, ...] = ()
    inward: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def username(self) -> str:
        """Return as whom its bridge logs in at the national server; no party has such a name."""
        return f"bridge:{self.name}"

    @property
    def ready_topic(self) -> str:
        """Return the topic on which it shows that its bridge stands."""
        return READY_PREFIX + self.name

    def account(self, password: str) -> Account:
        """Return the account of its bridge at the national server: what crosses, and nothing else."""
        sent = [Right(Action.PUBLISH, pattern) for pattern in self.written]
        taken = [Right(Action.READ, pattern) for pattern in (*self.inward, self.ready_topic)]
        return Account(self.username, password, (*sent, *taken))


@dataclass(frozen=True, slots=True)
class Bridge:
    """The bridge of a site to the national server.

    Attributes:
        site: What crosses.
        national: Where that server listens.
        password: Of the bridge's account there.
    """

    site: RegionServer
    national: Endpoint
    password: str = field(repr=False)

    def lines(self) -> list[str]:
        """Return the lines of ``mosquitto.conf`` that make it.

        Raises:
            BrokerError: A filter or a name cannot stand in a configuration of words.
        """
        site = self.site
        for word in (site.name, self.password, *site.outward, *site.inward):
            if not word or not set(word) <= _SAFE:
                raise BrokerError(f"the bridge of {site.name!r}: {word!r} cannot stand in a configuration")
        topics = [f"topic {pattern} out 1" for pattern in site.outward]
        topics += [f"topic {pattern} in 1" for pattern in site.inward]
        return [
            f"connection {site.name}",
            f"address {self.national.host}:{self.national.port}",
            # The version that carries all properties of a message.
            "bridge_protocol_version mqttv50",
            f"bridge_max_packet_size {MAX_PACKET_BYTES}",
            f"remote_clientid {site.username}",
            f"remote_username {site.username}",
            f"remote_password {self.password}",
            "cleansession false",
            "restart_timeout 1 2",
            "try_private true",
            "notifications false",
            "bridge_attempt_unsubscribe false",
            *topics,
            # The last one: what crosses on it shows that all before it do.
            f"topic {site.ready_topic} in 1",
        ]
