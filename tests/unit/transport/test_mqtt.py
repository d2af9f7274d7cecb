"""The MQTT transport with brokers that misbehave, each in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from brokers.adapter import Account, Manners
from sim.transport.mqtt import MqttTransport
from sim.transport.outcomes import Patience
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, TransportError
from sim.transport.tasks import all_of
from tests.unit.transport.stub import CLOSE, DISCONNECT, SILENCE, StubBroker

ACCEPTED = Outcome(accepted=True)
BY_CLOSING = Outcome(accepted=False, how="disconnect")
PATIENCE = Patience(answer=1.0, reconnect=0.3, kick=0.1)
ROOT = "beeld/run/"

WITHOUT_HURRY = Patience(answer=60.0, reconnect=60.0)
"""Where much must happen before something ends, on however slow a machine."""

Open = Callable[..., Awaitable[MqttTransport]]


def ignore(_arrival: Arrival) -> None:
    pass


async def prepare(broker: StubBroker, patience: Patience = PATIENCE) -> MqttTransport:
    accounts = [Account(name, "secret") for name in ("alfa", CONTROL, RECORDER)]
    return MqttTransport(broker, await broker.start(accounts), accounts, "run", patience=patience)


@pytest.fixture
async def open_at() -> AsyncIterator[Open]:
    opened: list[tuple[StubBroker, MqttTransport]] = []

    async def open_one(broker: StubBroker, patience: Patience = PATIENCE) -> MqttTransport:
        transport = await prepare(broker, patience)
        opened.append((broker, transport))
        await transport.open(["alfa"], ignore)
        return transport

    yield open_one
    for broker, transport in opened:
        await transport.close()
        await broker.stop()


def row(*topics: str) -> list[Outgoing]:
    return [Outgoing("alfa", topic, b"x") for topic in topics]


async def fails(call: Awaitable[object], match: str) -> None:
    async with asyncio.timeout(60):
        with pytest.raises(TransportError, match=match):
            await call


async def test_a_refusal_by_closing_is_one_publication_and_no_loop(open_at: Open) -> None:
    broker = StubBroker(on_publish=lambda topic: CLOSE if topic.endswith("bad") else 0)
    transport = await open_at(broker)
    outcomes = await transport.publish(row("a", "bad", "b", "c"))
    assert outcomes == [ACCEPTED, BY_CLOSING, ACCEPTED, ACCEPTED]
    assert broker.connects.count("alfa:run") == 4
    assert [topic.removeprefix(ROOT) for topic in broker.publishes] == ["a", "bad", "bad", "bad", "b", "c"]


async def test_a_refusal_that_says_why_is_believed_at_once(open_at: Open) -> None:
    broker = StubBroker(on_publish=lambda topic: DISCONNECT + 0x87 if topic.endswith("bad") else 0)
    transport = await open_at(broker)
    outcomes = await transport.publish(row("bad", "b"))
    assert outcomes == [Outcome(accepted=False, reason_code=0x87, how="disconnect"), ACCEPTED]
    assert broker.connects.count("alfa:run") == 2


async def test_an_administrative_cut_blames_no_publication(open_at: Open) -> None:
    answers = iter([DISCONNECT + 0x98] * 5 + [0])
    transport = await open_at(StubBroker(on_publish=lambda _topic: next(answers)))
    assert await transport.publish(row("a")) == [ACCEPTED]
    events = transport.take_connection_events()
    # What was sent again may be acknowledged before the connection has noted that it is back.
    async with asyncio.timeout(60):
        while len(events) < 10:
            await asyncio.sleep(0)
            events += transport.take_connection_events()
    assert events == ["alfa disconnected 0x98", "alfa reconnected"] * 5
    assert transport.take_connection_events() == []


async def test_a_subscription_that_is_answered_by_closing(open_at: Open) -> None:
    broker = StubBroker(on_subscribe=lambda topic_filter: CLOSE if topic_filter.endswith("bad") else 1)
    transport = await open_at(broker)
    assert await transport.subscribe("alfa", "bad") == BY_CLOSING
    assert await transport.subscribe("alfa", "good") == ACCEPTED


async def test_a_lost_session_is_made_anew(open_at: Open) -> None:
    broker = StubBroker(session_present=False)
    transport = await open_at(broker)
    for topic_filter in ("a", "b", "c"):
        await transport.subscribe("alfa", topic_filter)
    await transport.unsubscribe("alfa", "b")
    broker.subscribes.clear()
    broker.on_subscribe = lambda topic_filter: 0x87 if topic_filter.endswith("c") else 1
    answers = iter([CLOSE, 0])
    broker.on_publish = lambda _topic: next(answers)
    assert await transport.publish(row("x")) == [ACCEPTED]
    await transport.unsubscribe("alfa", "none")
    assert broker.subscribes == [("alfa:run", ROOT + "a"), ("alfa:run", ROOT + "c")]
    assert transport.take_connection_events() == [
        "alfa disconnected without a reason",
        "alfa reconnected to a new session",
        f"alfa lost its subscription to {ROOT}c: 0x87",
    ]


async def test_no_more_under_way_than_the_broker_takes(open_at: Open) -> None:
    broker = StubBroker(receive_maximum=3)
    transport = await open_at(broker)
    assert await transport.publish(row(*("t" for _ in range(50)))) == [ACCEPTED] * 50
    assert 1 <= broker.most_unacknowledged <= 3


async def test_silence_ends_in_an_error(open_at: Open) -> None:
    transport = await open_at(StubBroker(on_publish=lambda _topic: SILENCE))
    await fails(transport.publish(row("a")), "stub: no acknowledgement")


async def test_silence_after_a_subscription(open_at: Open) -> None:
    broker = StubBroker()
    transport = await open_at(broker)
    broker.on_subscribe = lambda _topic_filter: SILENCE
    await fails(transport.subscribe("alfa", "a"), "stub: no answer to alfa")


async def test_silence_while_subscribing_again(open_at: Open) -> None:
    broker = StubBroker(session_present=False)
    transport = await open_at(broker)
    await transport.subscribe("alfa", "a")
    broker.on_subscribe = lambda _topic_filter: SILENCE
    broker.cut("alfa:run", 0x98)
    await fails(transport.subscribe("alfa", "b"), "no answer to alfa, who subscribes again")


async def test_a_change_that_cuts_nothing_does_not_hang(open_at: Open) -> None:
    transport = await open_at(StubBroker(manners=Manners(disconnects_on_grant=True)))
    async with asyncio.timeout(5):
        await transport.grant("alfa", "scan", [])
    assert transport.take_connection_events() == ["alfa was not disconnected by a change of its rights"]


async def test_a_broker_that_cannot_be_reached_again(open_at: Open) -> None:
    broker = StubBroker()
    transport = await open_at(broker)
    await broker.stop()
    await fails(transport.publish(row("a")), "stub: .* cannot connect again")
    await fails(transport.subscribe("alfa", "a"), "stub: .* cannot connect again")


async def test_a_broker_that_is_known_to_be_gone(open_at: Open) -> None:
    broker = StubBroker()
    transport = await open_at(broker)
    broker.alive = False
    await broker.stop()
    await fails(transport.publish(row("a")), "stub: the broker does not run any more")


async def test_two_clients_with_one_id_do_not_fight_for_ever(open_at: Open) -> None:
    transport = await open_at(StubBroker(on_publish=lambda _topic: DISCONNECT + 0x8E), WITHOUT_HURRY)
    await fails(transport.publish(row("a")), "stub: alfa was disconnected 100 times; has another client")


async def test_an_arrival_that_cannot_be_taken_ends_the_transport() -> None:
    def refuse(_arrival: Arrival) -> None:
        raise ValueError("no room")

    broker = StubBroker()
    transport = await prepare(broker)
    await transport.open(["alfa"], refuse)
    broker.on_publish = lambda _topic: SILENCE
    publishing = asyncio.create_task(transport.publish(row("a")))
    broker.deliver("alfa:run", f"{ROOT}a".encode(), b"x")
    await fails(publishing, "what came for alfa could not be taken: .*no room")
    await transport.close()
    await broker.stop()


async def test_an_arrival_with_a_topic_that_is_no_text(open_at: Open) -> None:
    broker = StubBroker(on_publish=lambda _topic: SILENCE)
    transport = await open_at(broker)
    publishing = asyncio.create_task(transport.publish(row("a")))
    broker.deliver("alfa:run", b"beeld/run/\xff", b"x")
    await fails(publishing, "what came for alfa could not be taken")


async def test_lost_again_while_subscribing_again(open_at: Open) -> None:
    broker = StubBroker(session_present=False)
    transport = await open_at(broker)
    await transport.subscribe("alfa", "a")
    answers = iter([CLOSE, DISCONNECT + 0x98, 1])
    broker.on_subscribe = lambda _topic_filter: next(answers, 1)
    broker.cut("alfa:run", 0x98)
    broker.subscribes.clear()
    await transport.unsubscribe("alfa", "none")
    assert broker.subscribes == [("alfa:run", ROOT + "a")] * 3


@pytest.mark.parametrize(
    ("broker", "match"),
    [
        (StubBroker(accept=0x86), "stub: .* cannot connect: .*[Bb]ad user name"),
        (StubBroker(accept=CLOSE), "stub: .* cannot connect: the broker closed"),
        (StubBroker(accept=SILENCE), "stub: .* cannot connect: no answer"),
        (StubBroker(on_subscribe=lambda _topic_filter: 0x87), "stub: the recorder may not read everything"),
    ],
    ids=["refused", "closed", "silent", "no recorder"],
)
async def test_what_cannot_be_opened(broker: StubBroker, match: str) -> None:
    transport = await prepare(broker)
    await fails(transport.open(["alfa"], ignore), match)
    await fails(transport.publish(row("a")), "stub")
    await transport.close()
    await broker.stop()


async def test_a_mistake_of_ours_is_not_taken_for_a_broker_that_cannot_be_reached() -> None:
    async def mistaken() -> None:
        raise ZeroDivisionError

    async def unreachable() -> None:
        raise TransportError("no answer")

    with pytest.raises(ExceptionGroup) as raised:
        await all_of([mistaken(), unreachable()])
    assert raised.value.subgroup(ZeroDivisionError) is not None


async def test_a_party_without_an_account() -> None:
    broker = StubBroker()
    transport = await prepare(broker)
    await fails(transport.open(["alfa", "bravo"], ignore), "bravo has no account")
    await broker.stop()


async def test_not_open() -> None:
    broker = StubBroker()
    transport = await prepare(broker)
    await fails(transport.publish([]), "not open")
    await transport.close()
    await fails(transport.open(["alfa"], ignore), "make another")
    await broker.stop()


async def test_cancelled_while_opening() -> None:
    broker = StubBroker(accept=SILENCE)
    transport = await prepare(broker)
    opening = asyncio.create_task(transport.open(["alfa"], ignore))
    await broker.connected.wait()
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await transport.close()
    await broker.stop()


async def test_closed_while_coming_back(open_at: Open) -> None:
    broker = StubBroker()
    transport = await open_at(broker)
    broker.accept = SILENCE
    broker.connected.clear()
    broker.cut("alfa:run", 0x98)
    await broker.connected.wait()
    publishing = asyncio.create_task(transport.publish(row("a")))
    async with asyncio.timeout(5):
        await transport.close()
    await fails(publishing, "closed")


async def test_what_is_refused_while_withheld_is_asked_for_again_when_given_back(open_at: Open) -> None:
    """And not before: a broker that closes the connection at each refusal would close it for ever."""
    broker = StubBroker(session_present=False)
    transport = await open_at(broker)
    await transport.subscribe("alfa", "a")
    await transport.withhold("alfa", "o-1", ["a"])
    broker.on_subscribe = lambda _topic_filter: 0x87
    for _ in range(2):
        await transport.drop("alfa")
        await transport.unsubscribe("alfa", "fence")
    assert broker.subscribes.count(("alfa:run", ROOT + "a")) == 2
    broker.on_subscribe = lambda _topic_filter: 1
    await transport.give_back("alfa", "o-1")
    assert broker.subscribes.count(("alfa:run", ROOT + "a")) == 3
