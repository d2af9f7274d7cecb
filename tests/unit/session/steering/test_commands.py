from __future__ import annotations

import msgspec
import pytest

from sim.core.messages.contents import Ack
from sim.session.steering.commands import (
    AnyCommand,
    CommandError,
    End,
    LetIn,
    Pause,
    Resume,
    Rise,
    Say,
    Sit,
    Speed,
    Subscribe,
    ThrowFault,
    ThrowIn,
    read_command,
)

COMMANDS: tuple[AnyCommand, ...] = (
    Pause(id="c1", by="staff"),
    Resume(id="c1"),
    Speed(id="c1", speed=20.0),
    End(id="c1"),
    ThrowIn(id="c1", inject={"to": "vr24", "cue": {"do": "open", "activity": "flood"}}),
    ThrowFault(id="c1", fault={"type": "late"}),
    LetIn(id="c1", party="wl", activity="flood"),
    Sit(id="c1", by="seat:wl", party="wl"),
    Rise(id="c1", by="seat:wl", party="wl"),
    Say(id="c1", by="seat:wl", party="wl", topic="post/a/b/ack", content=Ack(activity="flood", of="e-1")),
    Subscribe(id="c1", by="seat:wl", party="wl", filter="national/#", active=False),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_is_read_as_it_was_written(command: AnyCommand) -> None:
    assert read_command(msgspec.json.encode(command)) == command


@pytest.mark.parametrize(
    ("line", "name", "problem"),
    [
        (b"nothing", "", "malformed"),
        (b"\xff", "", "malformed"),
        (b"[]", "", "Expected `object`, got `array`"),
        (b'{"id":"c1"}', "c1", "missing required field `do`"),
        (b'{"id":"c1","do":"fly"}', "c1", "Invalid value 'fly' - at `$.do`"),
        (b'{"id":"c1","do":"speed","speed":0.01}', "c1", "Expected `float` >= 0.1 - at `$.speed`"),
        (b'{"id":"c1","do":"speed","speed":1001}', "c1", "Expected `float` <= 1000.0 - at `$.speed`"),
        (b'{"id":"c1","do":"speed"}', "c1", "missing required field `speed`"),
        (b'{"id":"c1","do":"pause","by":"Jan Jansen"}', "c1", "Expected `str` matching regex"),
        (b'{"id":"c1","do":"pause","because":""}', "c1", "Object contains unknown field `because`"),
        (b'{"id":"","do":"pause"}', "", "Expected `str` of length >= 1 - at `$.id`"),
        (b'{"id":' + b"[" * 100_000, "", "recursion"),
    ],
)
def test_what_is_no_command_is_told_in_one_line_with_the_id_where_it_has_one(
    line: bytes, name: str, problem: str
) -> None:
    with pytest.raises(CommandError) as raised:
        read_command(line)
    assert raised.value.id == name
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)
