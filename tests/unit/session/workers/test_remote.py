"""One worker as the coordinator knows it: what it may say, and what becomes of it otherwise."""

from __future__ import annotations

import asyncio

import pytest

from sim.session.workers.frames import (
    Arrived,
    Beat,
    Done,
    Failed,
    FrameError,
    Hello,
    Leave,
    Losses,
    Reported,
    decode_order,
)
from sim.session.workers.remote import Remote, WorkerLost
from sim.transport.port import TransportError


class Line:
    """Takes what is sent, and what came."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.arrived: list[Arrived] = []
        self.remote = Remote("worker-1", ["vr24", "wl"], self.sent.append, self.arrived.append)

    async def asked(self) -> asyncio.Task[Done]:
        """Give an order, and return what waits for the answer."""
        task = asyncio.create_task(self.remote.ask(Leave(), Done))
        await asyncio.sleep(0)
        return task


@pytest.fixture
async def line() -> Line:
    return Line()


async def test_an_order_is_answered(line: Line) -> None:
    task = await line.asked()
    assert decode_order(line.sent[0]).number == 1
    line.remote.take(Reported(1, Done(), ("wl reconnected",)))
    assert await task == Done()
    assert line.remote.take_events() == ["wl reconnected"]
    assert line.remote.take_events() == []


async def test_what_could_not_be_done_is_raised(line: Line) -> None:
    task = await line.asked()
    line.remote.take(Reported(1, Failed("mosquitto: gone", is_transport=True)))
    with pytest.raises(TransportError, match="mosquitto: gone"):
        await task
    assert not line.remote.lost


async def test_a_worker_that_refuses_is_lost(line: Line) -> None:
    task = await line.asked()
    line.remote.take(Reported(1, Failed("shapely: another version", is_transport=False)))
    with pytest.raises(WorkerLost) as raised:
        await task
    assert str(raised.value) == "worker-1 is lost (shapely: another version), and with it vr24, wl"


async def test_another_answer_than_was_asked_for_makes_it_lost(line: Line) -> None:
    task = await line.asked()
    line.remote.take(Reported(1, Losses(3)))
    with pytest.raises(WorkerLost, match="it sent a Losses, where a Done was asked for"):
        await task


async def test_an_answer_that_nobody_asked_for_is_none(line: Line) -> None:
    with pytest.raises(FrameError, match="found one to 9"):
        line.remote.take(Reported(9, Done()))


async def test_it_tells_of_its_own_parties_only(line: Line) -> None:
    line.remote.take(Reported(0, Arrived((("clock", b"p", ("wl",)),))))
    assert len(line.arrived) == 1
    with pytest.raises(FrameError, match="found 'gasunie'"):
        line.remote.take(Reported(0, Arrived((("clock", b"p", ("gasunie",)),))))


async def test_whoever_waits_is_told_of_the_loss(line: Line) -> None:
    task = await line.asked()
    line.remote.lose("its process was ended by SIGKILL")
    line.remote.lose("nothing was heard of it")
    with pytest.raises(WorkerLost, match="SIGKILL"):
        await task
    with pytest.raises(WorkerLost, match="SIGKILL"):
        await line.remote.announce(Beat())
    line.remote.tell(Beat())
    assert len(line.sent) == 1
    assert line.remote.here.done()


async def test_it_is_there_once_it_said_so(line: Line) -> None:
    for _ in range(2):
        line.remote.take(Reported(0, Hello()))
    line.remote.take(Reported(0, Beat()))
    assert line.remote.here.done()
    await line.remote.announce(Beat())
    assert len(line.sent) == 1


async def test_many_parties_are_counted() -> None:
    remote = Remote("worker-1", [f"p-{number:02d}" for number in range(43)], lambda _: None, lambda _: None)
    remote.lose("gone")
    assert remote.told().endswith("p-39 and 3 more")
