"""What every transport does alike when technology fails: rights withheld, brokers killed, clients away."""

from __future__ import annotations

from brokers.adapter import Action, Right
from sim.transport.port import RECORDER
from tests.contract.stage import REFUSED, ROOT, Enter, Stage

NOTE = "own/bravo/note"


async def test_what_is_withheld_is_denied_and_given_back(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    await stage.transport.withhold("alfa", "o-1", ["own/#"])
    assert await stage.publish("alfa", "own/alfa/note") == stage.refused
    assert await stage.transport.subscribe("alfa", "own/bravo/+") == REFUSED
    assert (await stage.publish("alfa", "post/bravo/alfa/note")).accepted
    await stage.publish("bravo", NOTE, b"withheld")
    await stage.arrived(RECORDER, NOTE, b"withheld")
    await stage.transport.give_back("alfa", "o-1")
    assert (await stage.publish("alfa", "own/alfa/note")).accepted
    await stage.publish("bravo", NOTE, b"after")
    await stage.arrived("alfa", NOTE, b"after")
    assert stage.of("alfa") == [(NOTE, b"after")]


async def test_what_is_granted_meanwhile_is_withheld_too(stage: Stage) -> None:
    await stage.transport.withhold("charlie", "o-1", ["own/#"])
    await stage.transport.grant("charlie", "g", [Right(Action.READ, "own/#")])
    assert await stage.transport.subscribe("charlie", "own/#") == REFUSED
    await stage.transport.give_back("charlie", "o-1")
    await stage.subscribe("charlie", "own/#")
    await stage.publish("bravo", NOTE, b"1")
    await stage.arrived("charlie", NOTE, b"1")


async def test_after_a_kill_everybody_is_back_with_its_subscriptions_and_rights(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    await stage.transport.grant("charlie", "g", [Right(Action.READ, "own/#")])
    await stage.subscribe("charlie", "own/#")
    await stage.transport.kill()
    await stage.transport.restart()
    await stage.publish("bravo", NOTE, b"1")
    for party in ("alfa", "charlie", RECORDER):
        await stage.arrived(party, NOTE, b"1")
    assert await stage.publish("alfa", "own/bravo/note") == stage.refused
    await stage.transport.revoke("charlie", "g")
    await stage.publish("bravo", NOTE, b"2")
    await stage.arrived("alfa", NOTE, b"2")
    assert (NOTE, b"2") not in stage.of("charlie")


async def test_a_broker_can_be_killed_again_and_again(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    for time in (b"1", b"2", b"3"):
        await stage.transport.kill()
        await stage.transport.restart()
        await stage.publish("bravo", NOTE, time)
        await stage.arrived("alfa", NOTE, time)
    assert stage.of("alfa") == [(NOTE, b"1"), (NOTE, b"2"), (NOTE, b"3")]


async def test_what_is_withheld_stays_so_over_a_kill(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    await stage.transport.withhold("alfa", "o-1", ["own/#"])
    await stage.transport.kill()
    await stage.transport.restart()
    assert await stage.publish("alfa", "own/alfa/note") == stage.refused
    await stage.transport.give_back("alfa", "o-1")
    await stage.publish("bravo", NOTE, b"1")
    await stage.arrived("alfa", NOTE, b"1")


async def test_what_is_for_who_is_away_comes_once_and_in_order_when_it_is_back(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    await stage.transport.part("alfa")
    for number in range(5):
        await stage.publish("bravo", NOTE, b"%d" % number)
    await stage.arrived(RECORDER, NOTE, b"4")
    assert stage.of("alfa") == []
    await stage.transport.rejoin("alfa", anew=False)
    await stage.arrived("alfa", NOTE, b"4")
    await stage.publish("bravo", NOTE, b"5")
    await stage.arrived("alfa", NOTE, b"5")
    assert stage.of("alfa") == [(NOTE, b"%d" % number) for number in range(6)]


async def test_who_comes_back_to_a_new_session_has_its_subscriptions_and_nothing_that_waited(
    stage: Stage,
) -> None:
    await stage.subscribe("alfa", "own/#")
    await stage.transport.part("alfa")
    await stage.publish("bravo", NOTE, b"gone")
    await stage.arrived(RECORDER, NOTE, b"gone")
    await stage.transport.rejoin("alfa", anew=True)
    await stage.publish("bravo", NOTE, b"new")
    await stage.arrived("alfa", NOTE, b"new")
    assert stage.of("alfa") == [(NOTE, b"new")]


async def test_rights_change_while_their_party_is_away(stage: Stage) -> None:
    await stage.transport.part("charlie")
    await stage.transport.grant("charlie", "g", [Right(Action.READ, "own/#")])
    await stage.transport.rejoin("charlie", anew=False)
    await stage.subscribe("charlie", "own/#")
    await stage.publish("bravo", NOTE, b"1")
    await stage.arrived("charlie", NOTE, b"1")
    await stage.transport.part("charlie")
    await stage.publish("bravo", NOTE, b"2")
    await stage.transport.revoke("charlie", "g")
    await stage.transport.rejoin("charlie", anew=False)
    await stage.publish("bravo", NOTE, b"3")
    await stage.arrived(RECORDER, NOTE, b"3")
    await stage.transport.unsubscribe("charlie", "fence")
    assert stage.of("charlie") == [(NOTE, b"1")]


async def test_a_connection_that_breaks_all_the_time_loses_and_doubles_nothing(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    sent = [b"%d" % number for number in range(150)]
    for payload in sent:
        await stage.transport.drop("alfa")
        await stage.transport.drop("bravo")
        assert (await stage.publish("bravo", NOTE, payload)).accepted
        await stage.arrived("alfa", NOTE, payload)
    await stage.arrived(RECORDER, NOTE, sent[-1])
    received = stage.of("alfa")
    if stage.broker is not None and stage.broker.manners.delivers_twice:
        received = list(dict.fromkeys(received))
    assert received == [(NOTE, payload) for payload in sent]
    assert stage.of(RECORDER) == [(NOTE, payload) for payload in sent]


async def test_a_stranger_finds_no_retained_state_after_a_kill_until_it_is_written_anew(
    wired: Stage, enter: Enter
) -> None:
    await wired.publish("bravo", "own/bravo/state", b"old", retain=True)
    await wired.transport.kill()
    await wired.transport.restart()
    stranger = await enter("alfa")
    assert await stranger.subscribe(f"{ROOT}own/#") == 1
    await wired.publish("bravo", "own/bravo/state", b"new", retain=True)
    assert await stranger.receive() == (f"{ROOT}own/bravo/state", b"new")


async def test_what_a_client_has_not_acknowledged_comes_again_and_once(stage: Stage) -> None:
    await stage.subscribe("alfa", "own/#")
    await stage.transport.answer_late("alfa", late=True)
    for payload in (b"1", b"2"):
        await stage.publish("bravo", NOTE, payload)
        await stage.arrived("alfa", NOTE, payload)
    await stage.transport.drop("alfa")
    await stage.until(lambda: len(stage.of("alfa")) == 4)
    await stage.transport.drop("alfa")
    await stage.transport.answer_late("alfa", late=False)
    await stage.publish("bravo", NOTE, b"3")
    await stage.arrived("alfa", NOTE, b"3")
    await stage.transport.drop("alfa")
    await stage.publish("bravo", NOTE, b"4")
    await stage.arrived("alfa", NOTE, b"4")
    assert stage.of("alfa") == [(NOTE, payload) for payload in (b"1", b"2", b"1", b"2", b"3", b"4")]
