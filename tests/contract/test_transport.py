"""What every transport does alike, whatever broker carries it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokers.adapter import Action, Attempt, Right
from brokers.rabbitmq import RabbitMQBroker
from sim.transport.mqtt import MqttTransport
from sim.transport.port import CONTROL, RECORDER, Outcome, Outgoing, TransportError
from tests.contract.stage import CONNECTION_ENDED, PARTIES, PATIENCE_S, REFUSED, ROOT, Enter, Stage

ACCEPTED = Outcome(accepted=True)
READ_OWN = (Right(Action.READ, "own/#"),)


def payloads(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


async def publish_row(stage: Stage, party: str, topic: str, row: Sequence[bytes]) -> list[Outcome]:
    return await stage.transport.publish([Outgoing(party, topic, payload) for payload in row])


class TestDelivery:
    async def test_each_subscriber_gets_it_once(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "own/#")
        await stage.subscribe("bravo", "own/#")
        await stage.publish("charlie", "own/charlie/note", b"1")
        await stage.publish("charlie", "own/charlie/note", b"2")
        for party in ("alfa", "bravo", RECORDER):
            await stage.arrived(party, "own/charlie/note", b"2")
            assert stage.of(party) == [("own/charlie/note", b"1"), ("own/charlie/note", b"2")]
        assert stage.of("charlie") == []

    async def test_overlapping_subscriptions_deliver_at_least_once(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "own/#")
        await stage.subscribe("alfa", "own/+/note")
        await stage.publish("bravo", "own/bravo/note", b"1")
        await stage.publish("bravo", "own/bravo/other", b"end")
        await stage.arrived("alfa", "own/bravo/other", b"end")
        assert set(stage.of("alfa")) == {("own/bravo/note", b"1"), ("own/bravo/other", b"end")}

    async def test_no_own_messages(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "own/#")
        await stage.publish("alfa", "own/alfa/note")
        await stage.publish("bravo", "own/bravo/note")
        await stage.arrived("alfa", "own/bravo/note", b"x")
        assert stage.of("alfa") == [("own/bravo/note", b"x")]

    async def test_no_retained_messages_on_subscribing(self, stage: Stage) -> None:
        await stage.publish("bravo", "own/bravo/state", b"old", retain=True)
        await stage.arrived(RECORDER, "own/bravo/state", b"old")
        await stage.subscribe("alfa", "own/#")
        await stage.publish("bravo", "own/bravo/state", b"new", retain=True)
        await stage.arrived("alfa", "own/bravo/state", b"new")
        assert stage.of("alfa") == [("own/bravo/state", b"new")]
        assert not any(arrival.retained for arrival in stage.arrivals)

    async def test_unsubscribed(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "own/bravo/+")
        await stage.subscribe("alfa", "own/charlie/+")
        await stage.transport.unsubscribe("alfa", "own/bravo/+")
        await stage.transport.unsubscribe("alfa", "own/never/asked")
        await stage.publish("bravo", "own/bravo/note")
        await stage.publish("charlie", "own/charlie/note")
        await stage.arrived("alfa", "own/charlie/note", b"x")
        assert stage.of("alfa") == [("own/charlie/note", b"x")]

    async def test_the_recorder_gets_everything(self, stage: Stage) -> None:
        sent = [("alfa", "own/alfa/a"), ("charlie", "own/charlie/c"), ("alfa", "post/charlie/alfa/alert")]
        for party, topic in sent:
            assert await stage.publish(party, topic, topic.encode()) == ACCEPTED
        assert await stage.publish(CONTROL, "clock", b"0", retain=True) == ACCEPTED
        # In the order of each sender; what comes from several servers may overtake what another one sent.
        await stage.until(lambda: len(stage.of(RECORDER)) == len(sent) + 1)
        heard = [topic for topic, _ in stage.of(RECORDER)]
        assert sorted(heard) == sorted([*(topic for _, topic in sent), "clock"])
        of_alfa = [topic for party, topic in sent if party == "alfa"]
        assert [topic for topic in heard if topic in of_alfa] == of_alfa

    async def test_only_control_writes_the_clock(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "clock")
        for party in (*PARTIES, RECORDER):
            assert await stage.publish(party, "clock") == stage.refused
        assert await stage.publish(CONTROL, "clock", b"7") == ACCEPTED
        assert await stage.publish(CONTROL, "control/fault", b"8") == ACCEPTED
        await stage.arrived("alfa", "clock", b"7")
        assert stage.of("alfa") == [("clock", b"7")]

    async def test_hundreds_at_once_keep_their_order(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "own/#")
        row = payloads(400)
        both = [Outgoing(party, f"own/{party}/row", each) for each in row for party in ("bravo", "charlie")]
        assert await stage.transport.publish(both) == [ACCEPTED] * 800
        await stage.until(lambda: len(stage.of("alfa")) == 800 and len(stage.of(RECORDER)) == 800)
        for reader in ("alfa", RECORDER):
            for party in ("bravo", "charlie"):
                assert [each for topic, each in stage.of(reader) if topic == f"own/{party}/row"] == row

    async def test_large_payloads(self, stage: Stage) -> None:
        await stage.subscribe("alfa", "own/#")
        row = [bytes([number]) * 500_000 for number in range(20)]
        assert await publish_row(stage, "bravo", "own/bravo/map", row) == [ACCEPTED] * 20
        await stage.until(lambda: len(stage.of("alfa")) == 20)
        assert [payload for _, payload in stage.of("alfa")] == row

    async def test_nothing_to_publish(self, stage: Stage) -> None:
        assert await stage.transport.publish([]) == []

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        levels=st.lists(st.text("abcz09-", min_size=1, max_size=12), min_size=1, max_size=6),
        payload=st.binary(max_size=4096),
    )
    async def test_topics_and_payloads_arrive_unchanged(
        self, stage: Stage, levels: list[str], payload: bytes
    ) -> None:
        stage.arrivals.clear()
        topic = "/".join(["own", "bravo", *levels])
        await stage.subscribe("alfa", "own/#")
        assert await stage.publish("bravo", topic, payload) == ACCEPTED
        await stage.until(lambda: len(stage.arrivals) == 2)
        assert stage.of("alfa") == stage.of(RECORDER) == [(topic, payload)]
        assert all(type(arrival.payload) is bytes for arrival in stage.arrivals)


class TestRefusal:
    async def test_publication(self, stage: Stage) -> None:
        await stage.subscribe("bravo", "own/#")
        outcomes = await stage.transport.publish(
            [
                Outgoing("alfa", "own/bravo/forged", b"x"),
                Outgoing("alfa", "own/alfa/note", b"y"),
                Outgoing("charlie", "own/alfa/forged", b"x"),
            ]
        )
        assert outcomes == [stage.refused, ACCEPTED, stage.refused]
        await stage.arrived("bravo", "own/alfa/note", b"y")
        assert stage.of("bravo") == [("own/alfa/note", b"y")]

    @pytest.mark.parametrize("topic_filter", ["own/alfa/note", "own/#", "#", "+/charlie/#", "post/+/alfa/+"])
    async def test_subscription(self, stage: Stage, topic_filter: str) -> None:
        assert await stage.transport.subscribe("charlie", topic_filter) == REFUSED
        await stage.subscribe("charlie", "post/charlie/#")
        await stage.publish("alfa", "own/alfa/note", b"x")
        await stage.publish("alfa", "post/charlie/alfa/alert", b"y")
        await stage.arrived("charlie", "post/charlie/alfa/alert", b"y")
        assert stage.of("charlie") == [("post/charlie/alfa/alert", b"y")]

    async def test_narrower_than_the_right_is_allowed(self, stage: Stage) -> None:
        assert await stage.transport.subscribe("charlie", "post/charlie/+/alert") == ACCEPTED

    async def test_what_is_no_topic_or_filter(self, stage: Stage) -> None:
        assert await stage.publish("alfa", "own/alfa/#") == Outcome(False, 0x90, "code")
        assert await stage.publish("alfa", "own/alfa/\0") == Outcome(False, 0x90, "code")
        assert await stage.transport.subscribe("alfa", "own/#/x") == Outcome(False, 0x8F, "code")
        await stage.transport.unsubscribe("alfa", "own/#/x")
        assert await stage.publish("alfa", "own/alfa/note") == ACCEPTED

    async def test_our_own_denials_are_not_told_twice(self, stage: Stage) -> None:
        assert await stage.publish("alfa", "own/bravo/forged") == stage.refused
        assert await stage.transport.subscribe("charlie", "#") == REFUSED
        assert await stage.publish("alfa", "own/alfa/note") == ACCEPTED
        assert stage.transport.take_denials() == []


class TestRights:
    async def test_grant(self, stage: Stage) -> None:
        await stage.subscribe("bravo", "own/#")
        assert await stage.transport.subscribe("charlie", "own/#") == REFUSED
        await stage.transport.grant("charlie", "scan", READ_OWN)
        assert await stage.transport.subscribe("charlie", "own/#") == ACCEPTED
        await stage.publish("alfa", "own/alfa/note")
        for party in ("bravo", "charlie"):
            await stage.arrived(party, "own/alfa/note", b"x")
            assert stage.of(party) == [("own/alfa/note", b"x")]
        events = stage.transport.take_connection_events()
        assert all(event.startswith("charlie ") for event in events)

    async def test_grant_to_publish(self, stage: Stage) -> None:
        assert await stage.publish("charlie", "shared/level") == stage.refused
        await stage.transport.grant("charlie", "write", [Right(Action.PUBLISH, "shared/#")])
        assert await stage.publish("charlie", "shared/level") == ACCEPTED
        await stage.transport.revoke("charlie", "write")
        assert await stage.publish("charlie", "shared/level") == stage.refused

    async def test_revoke_ends_delivery_though_subscribed(self, stage: Stage) -> None:
        await stage.subscribe("charlie", "post/charlie/#")
        await stage.transport.grant("charlie", "scan", READ_OWN)
        await stage.subscribe("charlie", "own/#")
        await publish_row(stage, "alfa", "own/alfa/row", payloads(5))
        await stage.arrived("charlie", "own/alfa/row", b"4")

        await stage.transport.revoke("charlie", "scan")
        stage.arrivals.clear()
        for number in range(3):
            await publish_row(stage, "alfa", "own/alfa/row", payloads(5))
            await stage.publish("alfa", "post/charlie/alfa/alert", b"%d" % number)
            await stage.arrived("charlie", "post/charlie/alfa/alert", b"%d" % number)
        assert {topic for topic, _ in stage.of("charlie")} == {"post/charlie/alfa/alert"}
        assert len([topic for topic, _ in stage.of(RECORDER) if topic == "own/alfa/row"]) == 15

    async def test_revoked_and_granted_again(self, stage: Stage) -> None:
        for number in range(3):
            await stage.transport.grant("charlie", "scan", READ_OWN)
            await stage.subscribe("charlie", "own/#")
            await stage.publish("alfa", "own/alfa/note", b"in %d" % number)
            await stage.arrived("charlie", "own/alfa/note", b"in %d" % number)
            await stage.transport.revoke("charlie", "scan")
            await stage.publish("alfa", "own/alfa/note", b"out %d" % number)
            assert await stage.transport.subscribe("charlie", "own/#") == REFUSED
        assert [payload for _, payload in stage.of("charlie")] == [b"in 0", b"in 1", b"in 2"]

    async def test_one_of_two_grants_is_revoked(self, stage: Stage) -> None:
        await stage.transport.grant("charlie", "one", [Right(Action.READ, "own/alfa/#")])
        await stage.transport.grant("charlie", "two", [Right(Action.READ, "own/bravo/#")])
        await stage.subscribe("charlie", "own/alfa/#")
        await stage.subscribe("charlie", "own/bravo/#")
        await stage.transport.revoke("charlie", "one")
        await stage.publish("alfa", "own/alfa/note", b"1")
        await stage.publish("bravo", "own/bravo/note", b"2")
        await stage.arrived("charlie", "own/bravo/note", b"2")
        assert stage.of("charlie") == [("own/bravo/note", b"2")]

    async def test_publications_under_way_survive_a_change(self, stage: Stage) -> None:
        row = payloads(300)
        publishing = asyncio.create_task(publish_row(stage, "charlie", "own/charlie/row", row))
        for _ in range(5):
            await stage.transport.grant("charlie", "scan", READ_OWN)
            await stage.transport.revoke("charlie", "scan")
        async with asyncio.timeout(PATIENCE_S):
            assert await publishing == [ACCEPTED] * len(row)
        await stage.arrived(RECORDER, "own/charlie/row", row[-1])
        # Some may come twice, which is allowed; none is missing or comes before an earlier one.
        assert list(dict.fromkeys(payload for _, payload in stage.of(RECORDER))) == row

    async def test_what_arrives_during_changes_is_not_lost(self, stage: Stage) -> None:
        await stage.subscribe("bravo", "own/#")
        row = payloads(300)
        publishing = asyncio.create_task(publish_row(stage, "alfa", "own/alfa/row", row))
        for _ in range(5):
            await stage.transport.grant("bravo", "more", [Right(Action.READ, "national/#")])
            await stage.transport.revoke("bravo", "more")
        async with asyncio.timeout(PATIENCE_S):
            await publishing
        await stage.arrived("bravo", "own/alfa/row", row[-1])
        assert list(dict.fromkeys(payload for _, payload in stage.of("bravo"))) == row

    async def test_many_changes_at_once(self, stage: Stage) -> None:
        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            for number in range(5):
                for party in PARTIES:
                    group.create_task(stage.transport.grant(party, f"grant-{number}", READ_OWN))
        await stage.subscribe("charlie", "own/#")
        await stage.publish("alfa", "own/alfa/note")
        await stage.arrived("charlie", "own/alfa/note", b"x")

    async def test_unknown_party(self, stage: Stage) -> None:
        with pytest.raises(TransportError, match="delta"):
            await stage.transport.grant("delta", "scan", READ_OWN)
        with pytest.raises(TransportError, match="delta"):
            await stage.publish("delta", "own/delta/note")

    async def test_what_is_no_pattern(self, stage: Stage) -> None:
        with pytest.raises(TransportError, match="own/#/x"):
            await stage.transport.grant("charlie", "scan", [Right(Action.READ, "own/#/x")])


class TestStranger:
    async def test_bound_by_the_same_rights(self, wired: Stage, enter: Enter) -> None:
        assert wired.broker is not None
        cuts = wired.broker.manners.disconnects_on_refusal
        unanswered, code = (CONNECTION_ENDED, None) if cuts else (0x87, 0x87)
        stranger = await enter("charlie")
        for attempt, topic, answer in (
            (stranger.publish, ROOT + "own/alfa/forged", unanswered),
            (stranger.publish, "elsewhere", unanswered),
            (stranger.subscribe, "#", 0x87),
            (stranger.subscribe, ROOT + "own/alfa/#", 0x87),
        ):
            assert await attempt(topic) == answer
            if cuts:
                await stranger.come_back()
        denials = await wired.denials(4)
        assert [(each.username, each.attempt, each.topic, each.reason_code) for each in denials] == [
            ("charlie", Attempt.PUBLISH, "own/alfa/forged", code),
            ("charlie", Attempt.PUBLISH, "/elsewhere", code),
            ("charlie", Attempt.SUBSCRIBE, "/#", 0x87),
            ("charlie", Attempt.SUBSCRIBE, "own/alfa/#", 0x87),
        ]
        assert wired.transport.take_denials() == []

    async def test_accepted_messages_reach_everybody(self, wired: Stage, enter: Enter) -> None:
        await wired.subscribe("alfa", "own/#")
        stranger = await enter("bravo")
        assert await stranger.publish(ROOT + "own/bravo/note", b"\x00 not ours") < 0x80
        for party in ("alfa", RECORDER):
            await wired.arrived(party, "own/bravo/note", b"\x00 not ours")
            assert wired.of(party) == [("own/bravo/note", b"\x00 not ours")]

    async def test_gets_what_its_party_gets(self, wired: Stage, enter: Enter) -> None:
        stranger = await enter("bravo")
        assert await stranger.subscribe(ROOT + "own/#") == 1
        await wired.publish("alfa", "own/alfa/note", b"1")
        assert await stranger.receive() == (ROOT + "own/alfa/note", b"1")

    async def test_state_is_retained_for_those_that_come_late(self, wired: Stage, enter: Enter) -> None:
        assert wired.broker is not None
        await wired.publish("alfa", "own/alfa/state", b"1", retain=True)
        stranger = await enter("bravo")
        assert await stranger.subscribe(ROOT + "own/#") == 1
        await wired.publish("alfa", "own/alfa/note", b"2")
        kept = [(ROOT + "own/alfa/state", b"1")] if wired.broker.manners.retains else []
        for expected in (*kept, (ROOT + "own/alfa/note", b"2")):
            assert await stranger.receive() == expected

    async def test_that_takes_our_client_id_is_pushed_out(self, wired: Stage, enter: Enter) -> None:
        await wired.subscribe("bravo", "own/#")
        assert isinstance(wired.transport, MqttTransport)
        stranger = await enter("bravo", wired.transport.client_id("bravo"))
        await stranger.ended()
        await wired.transport.unsubscribe("bravo", "none")
        await wired.publish("alfa", "own/alfa/note")
        # A cluster may still be ending the session for the stranger's sake when ours is back in it (docs/security.md).
        if not isinstance(wired.broker, RabbitMQBroker):
            await wired.arrived("bravo", "own/alfa/note", b"x")
        # Not every broker tells it why.
        assert wired.transport.take_connection_events()[0].startswith("bravo disconnected")


class TestEnd:
    async def test_close_twice(self, stage: Stage) -> None:
        await stage.transport.close()
        await stage.transport.close()
        with pytest.raises(TransportError):
            await stage.publish("alfa", "own/alfa/note")
        with pytest.raises(TransportError):
            await stage.transport.subscribe("alfa", "own/#")
        with pytest.raises(TransportError):
            await stage.transport.open(PARTIES, stage.take)

    async def test_open_twice(self, stage: Stage) -> None:
        with pytest.raises(TransportError):
            await stage.transport.open(PARTIES, stage.take)
        assert await stage.publish("alfa", "own/alfa/note") == ACCEPTED

    async def test_the_broker_dies_under_a_publication(self, wired: Stage) -> None:
        publishing = asyncio.create_task(publish_row(wired, "alfa", "own/alfa/row", payloads(5000)))
        await wired.until(lambda: bool(wired.of(RECORDER)))
        async with asyncio.timeout(PATIENCE_S):
            await wired.kill()
            with pytest.raises(TransportError, match=wired.transport.name):
                await publishing

    async def test_the_broker_died_before_a_call(self, wired: Stage) -> None:
        await wired.kill()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(TransportError, match=wired.transport.name):
                await wired.publish("alfa", "own/alfa/note")
            with pytest.raises(TransportError, match=wired.transport.name):
                await wired.transport.subscribe("alfa", "own/#")
            with pytest.raises(TransportError, match=wired.transport.name):
                await wired.transport.grant("charlie", "scan", READ_OWN)
            await wired.transport.close()


async def test_what_goes_out_together_with_something_refused_is_taken_all_the_same(stage: Stage) -> None:
    """A broker may close the connection for the refusal before it has acknowledged what stood before it."""
    await stage.subscribe("alfa", "own/#")
    for number in range(10):
        sent = [Outgoing("bravo", f"own/bravo/{place}", b"%d" % number) for place in ("first", "last")]
        refused = Outgoing("bravo", "own/alfa/note", b"x")
        outcomes = await stage.transport.publish([sent[0], refused, sent[1]])
        assert outcomes == [ACCEPTED, stage.refused, ACCEPTED]
        for each in sent:
            await stage.arrived("alfa", each.topic, each.payload)
