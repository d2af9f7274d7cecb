"""A session over an MQTT 5 broker: each party has a connection and credentials of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from brokers.adapter import Account, Broker, BrokerError, Denial, Endpoint
from sim.transport.clients import MqttClients
from sim.transport.outcomes import Patience
from sim.transport.port import CONTROL, RECORDER, TransportError
from sim.transport.rights import RightsAtBroker
from sim.transport.root import remove_root, root_of


class MqttTransport(MqttClients, RightsAtBroker):
    """Carries a session over a broker that runs already, and that somebody else stops.

    Args:
        broker: Gives and takes rights, and says whether it still runs.
        endpoint: Where it listens.
        accounts: Those it was started with (`sim.transport.root.accounts_for`).
        run: The id of the run, which names the root and the sessions.
        patience: How long to wait for what.

    Attributes:
        name: The name of the broker.
    """

    def __init__(
        self,
        broker: Broker,
        endpoint: Endpoint,
        accounts: Sequence[Account],
        run: str,
        *,
        patience: Patience | None = None,
    ) -> None:
        RightsAtBroker.__init__(self, broker, root_of(run))
        MqttClients.__init__(
            self,
            broker.name,
            broker.running,
            endpoint,
            accounts,
            run,
            patience=patience,
            ours=(CONTROL, RECORDER),
        )

    async def kill(self) -> None:
        """Kill the broker, or bury one that died; nobody is connected any more, nor comes back before `restart`."""
        await self.go_down()
        await self._broker.kill()

    async def restart(self) -> None:
        """Start the broker again, and return when everybody is back with the subscriptions it had.

        Raises:
            TransportError: The broker does not start, or somebody does not come back.
        """
        self._opened()
        try:
            await self._broker.restart()
        except BrokerError as error:
            raise TransportError(f"{self.name}: {error}") from error
        await self.come_up()

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call.

        Topics are relative; one outside the root keeps its whole name, behind a slash.
        """
        ours = set(map(self.client_id, self._accounts))
        return [
            replace(denial, topic=remove_root(self._root, denial.topic))
            for denial in self._broker.take_denials()
            if denial.client_id not in ours
        ]
