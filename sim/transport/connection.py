"""The connection of one account, kept up: it comes back to its session, and finishes what was under way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from brokers.adapter import Account, Endpoint
from sim.transport.outcomes import (
    ADMINISTRATIVE,
    BLAMES_PACKET,
    NOT_OUR_DOING,
    SHUTTING_DOWN,
    TAKEN_OVER,
    Answers,
    Health,
    Patience,
    Pending,
    outcome_of,
)
from sim.transport.port import Arrival, Outcome, Resumed, TransportError
from sim.transport.root import remove_root
from sim.transport.strict_client import ConnectError, StrictClient

# Some brokers refuse by closing the connection. What stands first in line this many times when the connection
# ends without a reason is taken as refused, else it would be sent for ever.
_SUSPICIONS: Final = 3

# Somebody else with our client id, who also comes back each time, is no fault that coming back can heal. Some
# brokers do not say that it was somebody else.
_LOSSES: Final = 100
_LOSSES_WITHIN_S: Final = 60.0

_FIRST_PAUSE_S: Final = 0.01
_LONGEST_PAUSE_S: Final = 0.5


class Connection:
    """The connection of one account.

    Args:
        endpoint: Where the broker listens.
        account: Who connects.
        client_id: The name of the session at the broker.
        root: What comes before every topic; deliveries are told without it.
        patience: How long to wait.
        health: Whether the transport works, and where to say that it does not.
        alive: Whether the broker still runs, as far as is known.
        on_arrival: Called with each delivery.
        on_event: Called with what happens to the connection, in words.

    Attributes:
        name: The party, or which of our own accounts.
        losses: How often the connection was lost.
        withheld: Under how many names something is withheld from it: a subscription that the broker then refuses is
            not given up.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        account: Account,
        client_id: str,
        *,
        root: str,
        patience: Patience,
        health: Health,
        alive: Callable[[], bool],
        on_arrival: Callable[[Arrival], None],
        on_event: Callable[[str], None],
    ) -> None:
        self.name = account.username
        self.losses = self.withheld = 0
        self._client = StrictClient(
            endpoint,
            account,
            client_id,
            timeout_s=patience.answer,
            on_arrival=self._arrived,
            on_acknowledged=self._acknowledged,
            on_lost=self._lost,
            on_fault=self._broken,
        )
        self._root = root
        self._patience = patience
        self._health = health
        self._alive = alive
        self._on_arrival = on_arrival
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._up: asyncio.Future[None] = self._loop.create_future()
        self._down: asyncio.Future[None] = self._loop.create_future()
        self._filters: set[str] = set()
        self._refused_for_now: set[str] = set()  # by what is withheld; asked for again when it is given back
        self._may_return = asyncio.Event()
        self._may_return.set()
        self._restoring = False
        self._is_ours = False  # the next loss is of our own making
        self._unexplained: deque[float] = deque(maxlen=_LOSSES)
        # What the broker has not acknowledged, by packet id, and what it was not given yet; both in order.
        self._sent: dict[int, Pending] = {}
        self._outbox: deque[Pending] = deque()
        self._suspect: int | None = None
        self._suspicions = 0

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that it is subscribed to, with their root, in order."""
        return tuple(sorted(self._filters))

    # -- up and down -----------------------------------------------------------------------------------

    @property
    def up(self) -> bool:
        """Whether the client is connected."""
        return self._up.done()

    def take_up(self, left: Resumed) -> None:
        """Have `open` go on with a session that somebody else began with this client id."""
        self._filters = {self._root + topic_filter for topic_filter in left.filters}
        self._client.go_on()
        self.answer_late(late=left.answers_late)
        self.withheld = left.withheld
        if left.is_away:
            self._may_return.clear()
            self._down.set_result(None)

    async def open(self) -> None:
        """Connect for the first time, to a new session or to one that is taken up.

        Raises:
            TransportError: The broker cannot be reached, or refuses.
        """
        try:
            resumed = await self._client.connect()
        except ConnectError as error:
            raise TransportError(f"{self._health.name}: {self.name} cannot connect: {error}") from error
        if self._filters and not resumed:
            await self._restore()
        self._rise()

    async def keep_up(self) -> None:
        """Bring the connection back whenever it is lost, until cancelled or in vain."""
        while not self._health.failed:
            await asyncio.wait((self._down,))
            await self._may_return.wait()
            await self._come_back()

    async def wait_up(self) -> None:
        """Return when the client is connected.

        Raises:
            TransportError: It does not come back.
        """
        self._health.check()
        # Again, since it may be lost once more before we get our turn.
        while not self.up:
            # Longer than the attempts to come back, which end with an error that says more.
            if not await self._health.wait(self._up, self._patience.reconnect + self._patience.answer):
                raise TransportError(f"{self._health.name}: {self.name} does not come back")

    async def wait_healed(self, losses: int) -> None:
        """Return when the broker has cut the connection and it is up again.

        A connection that the broker did not cut after all is left at that, when patience ends.

        Args:
            losses: How often it was lost before the broker was asked for what makes it cut the connection; it
                was up then.
        """
        if self.losses == losses and not await self._health.wait(self._down, self._patience.kick):
            self._on_event(f"{self.name} was not disconnected by a change of its rights")
        await self.wait_up()

    @property
    def is_held(self) -> bool:
        """Whether the connection is kept away."""
        return not self._may_return.is_set()

    async def hold(self) -> None:
        """Break the connection, and keep it away until `release`; its session at the broker goes on."""
        self._may_return.clear()
        await self.drop()

    async def drop(self) -> None:
        """Break the connection; it comes back by itself. Return when it is known to be broken."""
        down, self._is_ours = self._down, self.up
        self._client.drop()
        if self._is_ours:  # what was lost is told a moment later
            await asyncio.wait((down,))

    async def release(self, *, anew: bool = False) -> None:
        """Let the connection come back, ``anew`` to a new session; return when it is up.

        Raises:
            TransportError: It does not come back.
        """
        if anew:
            self._client.begin_anew()
        self._may_return.set()
        await self.wait_up()

    async def leave(self) -> None:
        """End the connection and the session; `keep_up` must have ended."""
        await self._client.leave()

    def _lost(self, code: int | None) -> None:
        self.losses += 1
        if self._up.done():
            # Else it was lost before it was up, and whoever waits goes on waiting for the same.
            self._up = self._loop.create_future()
        reason = "without a reason" if code is None else f"{code:#04x}"
        self._on_event(f"{self.name} disconnected {reason}")
        if code not in (ADMINISTRATIVE, SHUTTING_DOWN):
            # It may be somebody else with our client id, who leaves us a session without subscriptions.
            self._restoring = True
        is_ours, self._is_ours = self._is_ours, False
        if not is_ours:
            self._look_for_rival(code)
            self._look_for_refusal(code)
        self._down.set_result(None)

    def _look_for_rival(self, code: int | None) -> None:
        """Give up when the connection is lost again and again, and not because of what was sent."""
        if code == TAKEN_OVER and self._health.gives_way:
            self._health.fail(f"somebody else is {self.name} now")
        if code != TAKEN_OVER and (code is not None or self._sent):
            return
        now = self._loop.time()
        self._unexplained.append(now)
        if len(self._unexplained) == _LOSSES and now - self._unexplained[0] < _LOSSES_WITHIN_S:
            self._health.fail(
                f"{self.name} was disconnected {_LOSSES} times; has another client its client id?"
            )

    async def _come_back(self) -> None:
        give_up = self._loop.time() + self._patience.reconnect
        pause = 0.0
        while not self._health.failed:
            # Before the attempt: if this connection is lost too, that must not go unseen.
            self._down = self._loop.create_future()
            try:
                resumed = await self._client.connect()
            except ConnectError as error:
                if not self._alive():
                    self._health.fail("the broker does not run any more", error)
                elif self._loop.time() >= give_up:
                    self._health.fail(f"{self.name} cannot connect again: {error}", error)
            else:
                await self._came_back(resumed=resumed)
                return
            pause = min(max(2 * pause, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def _came_back(self, *, resumed: bool) -> None:
        self._on_event(f"{self.name} reconnected" if resumed else f"{self.name} reconnected to a new session")
        self._restoring = self._restoring or not resumed
        if self._restoring and not await self._restore():
            return
        self._rise()

    def _rise(self) -> None:
        if not self._client.connected:
            # Lost again already; `keep_up` sees to it.
            return
        self._up.set_result(None)
        self._flush()

    async def _restore(self) -> bool:
        """Subscribe anew in a session that knows nothing; say whether that came to an end."""
        for topic_filter in sorted(self._filters - self._refused_for_now):
            answer = self._client.ask_subscribe(topic_filter)
            if not await self._health.wait(answer, self._patience.answer):
                self._health.fail(f"no answer to {self.name}, who subscribes again")
                return False
            code = answer.result()
            if code is None:
                return False
            if not outcome_of(code).accepted:
                self._lose_subscription(topic_filter, code)
        self._restoring = False
        return True

    def _lose_subscription(self, topic_filter: str, code: int) -> None:
        if self.withheld:
            # Not asked for again before that: a broker may close the connection each time it refuses.
            self._refused_for_now.add(topic_filter)
            return
        self._filters.discard(topic_filter)
        self._on_event(f"{self.name} lost its subscription to {topic_filter}: {code:#04x}")

    # -- publications ----------------------------------------------------------------------------------

    def publish(self, topic: str, payload: bytes, retain: bool, answers: Answers, place: int) -> None:
        """Publish, after all that was published before; what becomes of it goes to ``answers``."""
        publication = Pending(topic, payload, retain, answers, place)
        if self._outbox or not self.up or len(self._sent) >= self._window:
            self._outbox.append(publication)
        else:
            self._give(publication)

    @property
    def _window(self) -> int:
        """How many publications may be under way: what may be the cause of a broken connection goes alone."""
        return self._client.window if self._suspect is None else 1

    def _give(self, publication: Pending) -> None:
        packet_id = self._client.send(publication.topic, publication.payload, retain=publication.retain)
        self._sent[packet_id] = publication

    def _flush(self) -> None:
        """Give the client what waits; not before it is up, since what it sends again goes first."""
        while self._outbox and self.up and len(self._sent) < self._window:
            self._give(self._outbox.popleft())

    def _acknowledged(self, packet_id: int, code: int) -> None:
        publication = self._sent.pop(packet_id, None)
        if publication is None:
            return
        if packet_id == self._suspect:
            self._suspect = None
        publication.answers.put(publication.place, outcome_of(code))
        self._flush()

    def _look_for_refusal(self, code: int | None) -> None:
        """Find out whether the broker closed the connection because of what stands first in line."""
        if not self._sent or code in NOT_OUR_DOING:
            return
        first, *others = self._sent
        self._suspicions = self._suspicions + 1 if first == self._suspect else 1
        self._suspect = first
        # Any of them can be the cause, and the broker may have taken the first without having said so.
        for packet_id in reversed(others):
            self._client.forget(packet_id)
            self._outbox.appendleft(self._sent.pop(packet_id))
        if self._suspicions < _SUSPICIONS and code not in BLAMES_PACKET:
            return
        self._client.forget(first)
        self._suspect = None
        refused = self._sent.pop(first)
        refused.answers.put(refused.place, Outcome(accepted=False, reason_code=code, how="disconnect"))

    # -- subscriptions ---------------------------------------------------------------------------------

    async def subscribe(self, topic_filter: str) -> Outcome:
        """Subscribe to a valid filter, with its root; return what the broker says of it."""
        code = await self._ask(self._client.ask_subscribe, topic_filter)
        if code is None:
            return Outcome(accepted=False, how="disconnect")
        outcome = outcome_of(code)
        if outcome.accepted:
            self._filters.add(topic_filter)
        else:
            self._filters.discard(topic_filter)
        return outcome

    async def subscribe_again(self) -> None:
        """Subscribe to everything once more: a broker may have ended subscriptions to what it withheld.

        Raises:
            TransportError: The broker does not answer.
        """
        self._refused_for_now.clear()
        for topic_filter in sorted(self._filters):
            await self.subscribe(topic_filter)

    async def unsubscribe(self, topic_filter: str) -> None:
        """Unsubscribe from a valid filter, with its root."""
        self._filters.discard(topic_filter)
        await self._ask(self._client.ask_unsubscribe, topic_filter)

    async def _ask(
        self, request: Callable[[str], asyncio.Future[int | None]], topic_filter: str
    ) -> int | None:
        """Return the broker's reason code; None when it closes the connection each time instead."""
        for _ in range(_SUSPICIONS):
            await self.wait_up()
            answer = request(topic_filter)
            if not await self._health.wait(answer, self._patience.answer):
                raise TransportError(f"{self._health.name}: no answer to {self.name} about {topic_filter}")
            code = answer.result()
            if code is not None:
                return code
        return None

    def answer_late(self, *, late: bool) -> None:
        """Acknowledge a delivery only when it comes again, or as it comes once more."""
        self._client.answer_late(late=late)

    # -- arrivals --------------------------------------------------------------------------------------

    def _arrived(self, topic: str, payload: bytes, retained: bool) -> None:
        self._on_arrival(Arrival(self.name, remove_root(self._root, topic), payload, retained))

    def _broken(self, error: Exception) -> None:
        self._health.fail(f"what came for {self.name} could not be taken: {error!r}", error)
