"""A client that floods an open session harms nobody: the exercise goes on, and the log says what was passed over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.core.records.kinds import Garbled
from sim.core.records.record import Entry
from sim.runlog.verify import verify
from sim.session.throttle import BURST
from tests.integration.command import BEEKDAL, MOSQUITTO
from tests.integration.gate import open_session

SIGNAL = "activity/wateroverlast/signal/wl"
SENT = BURST + 1_500
PASSED_OVER = re.compile(r"more than 200 messages a second: (\d+) more were passed over")


def passed_over(entry: Entry) -> int:
    """Return how many messages a record stands for that were not looked at."""
    found = PASSED_OVER.match(entry.content.reason) if isinstance(entry.content, Garbled) else None
    return int(found[1]) if found is not None else 0


@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
def test_who_floods_is_passed_over_and_told_in_few_records(broker: str, tmp_path: Path) -> None:
    with open_session(tmp_path / "run", BEEKDAL, broker) as session:
        session.go_on_to(30)
        flooding, other = session.log_in("wl"), session.log_in("vr24")
        for number in range(SENT):
            flooding.send(session.root + SIGNAL, b"%d" % number)
        assert max(flooding.answers()) < 0x80, "the right to write is there"
        # Behind all of it, from somebody else: it is looked at.
        other.publish([session.root + "activity/wateroverlast/signal/vr24"], b"no event either")
        session.wait_for(
            lambda one: isinstance(one.content, Garbled) and one.content.accounts == ("vr24",), "the other's"
        )
        session.end(180)
        assert session.result is not None
        assert (session.result.outcome, session.result.lost, session.result.leaked) == ("completed", 0, 0)

    told = [
        one for one in session.entries if isinstance(one.content, Garbled) and one.content.topic == SIGNAL
    ]
    alone = [one for one in told if not passed_over(one)]
    assert BURST <= len(alone) < SENT
    assert len(alone) + sum(map(passed_over, told)) == SENT, "each is accounted for"
    assert {one.content.accounts for one in told if isinstance(one.content, Garbled)} == {("wl",)}
    assert verify(tmp_path / "run").complete
