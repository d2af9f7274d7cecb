from __future__ import annotations

import pytest

from sim.core.messages.codec import CodecError, decode, encode
from sim.core.messages.contents import ItemUpdate
from sim.core.world.faults.fault import How
from sim.core.world.faults.garbling import garbled
from tests.unit.core.agents.helpers import WATER, event, item

PAYLOAD = encode(event(WATER, ItemUpdate(item=item())))


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("", "truncated"),
        ("truncated", "truncated"),
        ("encoding", "utf-8"),
        ("type", "type: expected nl.beeld.item, was 'nl.beeld.unitem'"),
    ],
)
def test_garbled_cannot_be_read_and_says_why(how: How, says: str) -> None:
    with pytest.raises(CodecError, match=says):
        decode(garbled(PAYLOAD, how))
