"""When the tool fails a party, and when it works by its fallback."""

from __future__ import annotations

import numpy as np

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.figure import Figure
from sim.core.assessment.measures.outages import fallback_switch, outages, up_ms
from sim.core.model.cue import ToolDown, ToolUp, TryRead
from sim.core.records.kinds import Injected
from tests.unit.core.assessment.logs import GRID, NOTHING, WATER, Log, item, minutes


def switched(log: Log) -> Figure:
    it = fallback_switch(gather(log.records), GRID)
    assert it is not None
    return it


def rows(log: Log) -> list[tuple[str, float]]:
    return [(row.what, row.value / minutes(1)) for row in switched(log).details]


def test_outages_are_those_of_the_party_and_do_not_overlap() -> None:
    log = Log()
    log.tool(1, GRID, ToolUp())
    log.tool(5, WATER, ToolDown())
    log.tool(10, GRID, ToolDown())
    log.tool(12, GRID, ToolDown())
    log.inject(13, Injected("i-x", GRID, TryRead(filters=("#",)), NOTHING, "exercise"))
    log.tool(20, GRID, ToolUp())
    log.tool(30, GRID, ToolDown())
    found = outages(gather(log.records).log, GRID)
    assert [(one.down.at_ms, one.up and one.up.at_ms) for one in found] == [
        (minutes(10), minutes(20)),
        (minutes(30), None),
    ]
    from_ms, until_ms = (np.array([minutes(one) for one in several]) for several in ((0, 15), (5, 40)))
    assert up_ms(found, from_ms, until_ms).tolist() == [minutes(5), minutes(10)]


def test_the_first_note_in_an_outage_tells_that_the_party_went_over() -> None:
    log = Log()
    log.fallback(5, GRID)
    log.tool(10, GRID, ToolDown())
    log.fallback(12, WATER)
    log.note(13, GRID, "slip", item("s"))
    log.fallback(19, GRID)
    log.fallback(25, GRID)
    log.tool(30, GRID, ToolUp())
    log.fallback(33, GRID)
    log.tool(50, GRID, ToolDown())
    log.fallback(54, GRID)
    assert rows(log.end(99)) == [("switch", 9), ("switch", 4)]
    assert (switched(log).value, switched(log).evidence) == (minutes(9), (2, 5, 9, 10))


def test_who_did_not_notice() -> None:
    log = Log()
    log.tool(10, GRID, ToolDown())
    assert rows(log.end(99)) == [("open", 89)]
    log = Log()
    log.tool(10, GRID, ToolDown())
    log.tool(16, GRID, ToolUp())
    assert rows(log.end(99)) == [("open", 6)]
    assert switched(log).evidence == (1, 2)


def test_who_still_works_by_the_fallback_has_nothing_to_go_over_to() -> None:
    log = Log()
    log.tool(10, GRID, ToolDown())
    log.fallback(15, GRID)
    log.tool(30, GRID, ToolUp())
    log.tool(31, GRID, ToolDown())
    log.tool(40, GRID, ToolUp())
    log.tool(41, GRID, ToolDown())
    assert rows(log.end(99)) == [("switch", 5)]


def test_without_an_outage_there_is_nothing_to_see() -> None:
    log = Log()
    log.fallback(15, GRID)
    assert fallback_switch(gather(log.end(99).records), GRID) is None


def test_the_tool_fails_by_an_outage_as_by_a_cue() -> None:
    log = Log()
    log.outage(5, "begins", WATER)
    log.outage(8, "begins", GRID, WATER)
    log.fallback(12, GRID)
    log.tool(15, GRID, ToolDown())
    log.outage(20, "ends", GRID, WATER)
    log.outage(30, "begins", GRID, fails_tool=False)
    log.outage(40, "ends", GRID, fails_tool=False)
    found = outages(gather(log.records).log, GRID)
    assert [(one.down.at_ms, one.up and one.up.at_ms) for one in found] == [(minutes(8), minutes(20))]
    assert rows(log.end(99)) == [("switch", 4)]
