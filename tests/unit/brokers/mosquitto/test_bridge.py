from __future__ import annotations

import pytest

from brokers.adapter import Action, BrokerError, Endpoint, Right
from brokers.mosquitto.bridge import Bridge, RegionServer

SITE = RegionServer(
    "vr24", outward=("beeld/r/risk/#",), inward=("beeld/r/clock",), written=("beeld/r/risk/vr24/#",)
)
NATIONAL = Endpoint("127.0.0.1", 4711)


def test_a_bridge_reaches_out_and_says_what_crosses() -> None:
    lines = Bridge(SITE, NATIONAL, "secret").lines()

    assert lines[:2] == ["connection vr24", "address 127.0.0.1:4711"]
    topics = [line for line in lines if line.startswith("topic")]
    assert topics == [
        "topic beeld/r/risk/# out 1",
        "topic beeld/r/clock in 1",
        "topic bridge-ready/vr24 in 1",
    ]
    assert lines[-1] == topics[-1], "what crosses on the last one shows that all stand"


def test_its_account_may_do_what_crosses_and_nothing_else() -> None:
    account = SITE.account("secret")

    assert account.username == "bridge:vr24"
    assert account.rights == (
        Right(Action.PUBLISH, "beeld/r/risk/vr24/#"),
        Right(Action.READ, "beeld/r/clock"),
        Right(Action.READ, "bridge-ready/vr24"),
    )
    assert "secret" not in repr(Bridge(SITE, NATIONAL, "secret"))


@pytest.mark.parametrize(
    "site",
    [
        RegionServer("vr 24"),
        RegionServer(""),
        RegionServer("vr24", outward=("a b",)),
        RegionServer("vr24", inward=("a\ntopic #",)),
        RegionServer("vr24", inward=("",)),
    ],
)
def test_what_would_be_another_line_is_refused(site: RegionServer) -> None:
    with pytest.raises(BrokerError, match="cannot stand in a configuration"):
        Bridge(site, NATIONAL, "secret").lines()
