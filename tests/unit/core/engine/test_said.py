from __future__ import annotations

from typing import Any

import msgspec

from sim.core.engine.faults.said import EARLIER_MAX, Said
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.world.faults import Fault, FaultType, Hop
from tests.unit.core.agents.helpers import FLOOD, LEVEL, NOWHERE, REGION, THEME, WATER, event, item

OWN = build(Shape.OWN, activity=FLOOD, owner=WATER, theme=THEME, item="wl-level")
POST = build(Shape.POST, to=REGION, sender=WATER, kind="sitrep")


def fault(**fields: Any) -> Fault:
    return Fault(
        id="f-1", at_ms=0, party=WATER, subject=LEVEL, title=NOWHERE, recognise=NOWHERE,
        **{"type": FaultType.STALE, "hop": Hop.RETAINED, **fields},
    )  # fmt: skip


def version(number: int, subject: str = LEVEL) -> Item:
    return msgspec.structs.replace(item(), version=number, subject=subject, id=f"wl-{subject}")


def note(said: Said, now: int, topic: str, one: Item) -> None:
    said.note(now, topic, event(WATER, ItemUpdate(item=one)))


def test_nothing_is_kept_where_no_fault_needs_it() -> None:
    said = Said([fault(hop=Hop.OBSERVATION)])
    note(said, 1, OWN, version(1))
    assert (said.last(WATER, LEVEL), said.version("wl-level")) == (None, 0)


def test_an_echo_needs_what_was_said() -> None:
    said = Said([fault(hop=Hop.OBSERVATION, type=FaultType.ECHO)])
    note(said, 1, OWN, version(1))
    note(said, 2, OWN, version(1, "other"))
    last = said.last(WATER, LEVEL)
    assert last is not None
    assert (last.at_ms, last.item.subject) == (1, LEVEL)
    assert said.last(WATER, "other") is None


def test_the_server_kept_what_stood_on_a_retained_topic_at_that_moment() -> None:
    said = Said([fault()])
    for now, topic, number in ((1, OWN, 1), (5, OWN, 2), (7, POST, 3), (9, "odd", 4)):
        note(said, now, topic, version(number))
    kept = [said.kept(WATER, LEVEL, until_ms) for until_ms in (0, 4, 8, 99)]
    assert [None if one is None else one.item.version for one in kept] == [None, 1, 2, 2]
    assert said.version("wl-level") == 4


def test_where_any_fault_can_come_something_of_everything_is_kept() -> None:
    said = Said([fault()], of_all=True)
    for number in range(1, EARLIER_MAX + 3):
        note(said, number, OWN, version(number))
        note(said, number, OWN, version(number, "other"))
    foreseen, unforeseen = (said.kept(WATER, subject, 1) for subject in (LEVEL, "other"))
    assert (foreseen is not None, unforeseen) == (True, None)
    last = said.last(WATER, "other")
    assert last is not None
    assert last.item.version == said.version("wl-other") == EARLIER_MAX + 2
