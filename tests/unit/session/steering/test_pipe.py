from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.session.steering.commands import Pause
from sim.session.steering.line import WAITING_MAX, Line
from sim.session.steering.pipe import Lines, Rate


def test_lines_are_read_however_they_come_in_pieces() -> None:
    lines = Lines()
    found = [line for piece in (b"on", b"e\ntwo\n", b"", b"\nthr", b"ee") for line in lines.add(piece)]
    assert found == [b"one", b"two", b""]


def test_a_line_that_is_too_long_is_passed_over_and_the_next_is_read() -> None:
    lines = Lines(bytes_max=4)
    found = [line for piece in (b"12", b"345", b"6789\nab", b"cd\nabcde\nx\n") for line in lines.add(piece)]
    assert found == [None, b"abcd", None, b"x"]


@given(st.lists(st.binary(max_size=6).filter(lambda line: b"\n" not in line)), st.integers(1, 7))
def test_no_way_of_cutting_changes_what_is_read(texts: list[bytes], size: int) -> None:
    whole = b"".join(text + b"\n" for text in texts)
    lines = Lines(bytes_max=4)
    pieces = (whole[start : start + size] for start in range(0, len(whole), size))
    found = [line for piece in pieces for line in lines.add(piece)]
    assert found == [None if len(text) > 4 else text for text in texts]


def test_commands_that_come_too_fast_wait() -> None:
    now = 50.0
    rate = Rate(lambda: now, per_s=10.0, burst=3)
    waits = [rate.wait_s() for _ in range(5)]
    assert waits == pytest.approx([0.0, 0.0, 0.0, 0.1, 0.2])
    now = 60.0
    assert [rate.wait_s() for _ in range(4)] == pytest.approx([0.0, 0.0, 0.0, 0.1])


async def test_who_gives_more_than_is_carried_out_waits() -> None:
    line = Line()
    stirred: list[bool] = []
    line.stir = lambda: stirred.append(True)
    for _ in range(WAITING_MAX):
        await line.give(Pause(id="c1"))
    one_more = asyncio.create_task(line.give(Pause(id="c2")))
    await asyncio.sleep(0)
    assert not one_more.done()
    assert line.take() == Pause(id="c1")
    await one_more
    taken = [line.take() for _ in range(WAITING_MAX)]
    assert (taken[-1], line.take(), len(stirred)) == (Pause(id="c2"), None, WAITING_MAX + 1)
