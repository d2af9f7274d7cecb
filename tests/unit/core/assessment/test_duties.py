"""What counts as brought and as fetched, from when, and until when."""

from __future__ import annotations

import pytest

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.figure import Figure
from sim.core.assessment.measures.duties import duty_to_bring, duty_to_fetch
from sim.core.messages.contents import Answer, Briefing, Confidence, ItemUpdate, Snapshot
from sim.core.messages.items import Point, Polygon
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.records.kinds import ActivityEntry
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    WATER,
    Log,
    item,
    minutes,
)

TOLD = item("water-level", observed=20)
SQUARE = Polygon((((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 52.0), (5.0, 51.0)),))


def brought(log: Log, party: str = WATER) -> Figure | None:
    return duty_to_bring(gather(log.records), party)


def fetched(log: Log, party: str = GRID) -> Figure | None:
    return duty_to_fetch(gather(log.records), party)


def rows(it: Figure | None) -> list[tuple[str, float]]:
    """Return sort and minutes of the rows behind a figure that must be there."""
    assert it is not None
    return [(row.what, row.value / minutes(1)) for row in it.details]


def called() -> Log:
    log = Log()
    log.alert(10, WATER)
    return log


class TestBringing:
    @pytest.mark.parametrize(
        "tell",
        [
            lambda log: log.own(25, WATER, TOLD),
            lambda log: log.proposal(25, WATER, TOLD),
            lambda log: log.sitrep(25, WATER, 25, (TOLD,)),
            lambda log: log.answer(25, WATER, "x", "confirmed", TOLD),
            lambda log: log.mail(25, WATER, REGION, Confidence(activity=ACTIVITY, items=(TOLD,))),
            lambda log: log.send(
                25,
                WATER,
                f"outside/{REGION}/{WATER}/briefing",
                Briefing(activity=ACTIVITY, items=(TOLD,)),
                (REGION,),
            ),
        ],
    )
    def test_in_whichever_way(self, tell: object) -> None:
        """Own tab, proposal, report, answer, in confidence, by telephone."""
        log = called()
        log.perceive(20, WATER)
        assert callable(tell)
        tell(log)
        it = brought(log.end(90))
        assert rows(it) == [("brought", 5)]
        assert it is not None
        assert (it.value, it.evidence) == (minutes(5), (2, 3))

    def test_what_brings_nothing(self) -> None:
        """Something else, something older, or what did not reach the region, or came from another."""
        log = called()
        log.perceive(20, WATER)
        log.own(21, WATER, item("water-rain", subject="rain", observed=20))
        log.own(22, WATER, item("water-level", observed=19))
        log.own(23, WATER, TOLD, (GRID,))
        log.own(24, GRID, TOLD)
        it = brought(log.end(90))
        assert rows(it) == [("open", 70)]
        assert it is not None
        assert (it.value, it.pending) == (None, minutes(70))

    def test_only_what_is_new_within_an_activity_it_works_in(self) -> None:
        """Not what it knew before, what it sees again, what another sees, nor what stands on a layer."""
        log = Log()
        log.perceive(5, WATER, "before")
        log.alert(10, WATER)
        log.perceive(20, WATER, cause="t-x")
        log.own(22, WATER, TOLD)
        log.perceive(40, WATER, cause="t-x")
        log.perceive(41, WATER, "pipes", layer="pipes")
        log.perceive(42, GRID, "fuse")
        assert rows(brought(log.end(90))) == [("brought", 2)]
        assert brought(log, GRID) is None

    def test_who_said_something_works_there(self) -> None:
        """Also without a call; before that, and after the activity was closed, nothing is asked of it."""
        log = Log()
        log.perceive(5, WATER, "before")
        log.own(10, WATER, item("water-rain", subject="rain"))
        log.perceive(20, WATER)
        log.card(50, is_open=False)
        log.perceive(60, WATER, "after")
        it = brought(log.end(90))
        assert rows(it) == [("open", 30)]
        assert it is not None
        assert it.evidence == (3, 4)

    def test_what_was_overtaken_before_it_was_perceived(self) -> None:
        """Asks for nothing: the region has heard of something newer."""
        log = called()
        log.own(19, WATER, item("water-level", observed=30))
        log.perceive(20, WATER)
        assert brought(log.end(90)) is None

    def test_in_each_activity_in_whose_area_it_lies(self) -> None:
        """What has no place lies in every one; a region brings nothing to itself."""
        fire = ActivityEntry(
            id="fire",
            name=NOTHING,
            directing=NEIGHBOUR,
            parties=(),
            systems=(),
            area=(SQUARE, Point((7, 53))),
        )

        def told(place: Point | None) -> list[tuple[str, float]]:
            log = Log(activities=(fire,))
            log.alert(10, WATER)
            topic = "activity/fire/own/water/a2-situation/water-rain"
            update = ItemUpdate(item=item("water-rain", subject="rain"))
            log.send(12, WATER, topic, update, (NEIGHBOUR,))
            log.perceive(20, WATER, geometry=place)
            log.own(25, WATER, TOLD)
            return rows(brought(log.end(90)))

        assert told(None) == [("brought", 5), ("open", 70)]
        assert told(Point((5.5, 51.5))) == [("brought", 5), ("open", 70)]
        assert told(Point((6.5, 51.5))) == [("brought", 5)]
        log = Log()
        log.alert(10, REGION)
        log.perceive(20, REGION)
        assert brought(log.end(90), REGION) is None


class TestFetching:
    def test_each_version_counts_once(self) -> None:
        """From its first delivery, in the tool or in a snapshot, to the first receipt that names it."""
        log = Log()
        first, second = item("s"), item("s", 2)
        log.mail(10, REGION, GRID, Snapshot(activity=ACTIVITY, items=(first,)))
        log.shared(15, first, (GRID,))
        log.shared(20, second, (GRID, WATER))
        log.receipt(25, WATER, second)
        log.receipt(30, GRID, first, second)
        log.receipt(90, GRID, first)
        it = fetched(log.end(99))
        assert rows(it) == [("taken-in", 20), ("taken-in", 10)]
        assert it is not None
        assert (it.value, it.evidence) == (minutes(20), (1, 3, 5))

    def test_only_the_shared_picture_counts(self) -> None:
        """Own pictures and answers need no receipt here, nor what another was sent."""
        log = Log()
        log.own(10, WATER, item("w"), (GRID,))
        log.mail(11, REGION, GRID, Answer(activity=ACTIVITY, of="x", outcome="informed", items=(item("y"),)))
        log.shared(12, item("s"), (WATER,))
        assert fetched(log.end(99)) is None

    def test_who_read_it_elsewhere_before_it_came_has_nothing_to_wait_for(self) -> None:
        log = Log()
        log.receipt(10, GRID, item("s"))
        log.shared(30, item("s"), (GRID,))
        assert rows(fetched(log.end(99))) == [("taken-in", 0)]

    def test_a_receipt_after_the_closing_is_no_worse_than_none(self) -> None:
        """It waits until the activity is closed, as what was never taken in does, and is over then."""
        log = Log()
        log.shared(10, item("s"), (GRID,))
        log.card(40, is_open=False)
        log.receipt(90, GRID, item("s"))
        it = fetched(log.end(99))
        assert rows(it) == [("taken-in", 30)]
        assert it is not None
        assert it.evidence == (1, 2, 3)

    def test_what_was_never_taken_in(self) -> None:
        """Waits until the activity is closed, access ends, or the run does."""
        log = Log()
        log.shared(10, item("s"), (GRID,))
        assert rows(fetched(log.end(99))) == [("open", 89)]
        log = Log()
        log.shared(10, item("s"), (GRID,))
        log.card(40, is_open=False)
        it = fetched(log.end(99))
        assert it is not None
        assert (rows(it), it.evidence) == ([("open", 30)], (1, 2))
        log = Log()
        log.rights(5, HELP, "revoked")
        log.shared(10, item("s"), (HELP,))
        log.rights(12, GAS, "revoked")
        log.rights(13, HELP, "granted")
        ended = log.rights(25, HELP, "revoked")
        it = fetched(log.end(99), HELP)
        assert it is not None
        assert (rows(it), it.evidence) == ([("open", 15)], (2, ended))

    def test_what_came_after_the_close(self) -> None:
        """Waits for no time."""
        log = Log()
        log.card(40, is_open=False)
        log.shared(50, item("s"), (GRID,))
        assert rows(fetched(log.end(99))) == [("open", 0)]

    def test_while_the_tool_fails_nothing_can_be_taken_in(self) -> None:
        """So that time does not count."""
        log = Log()
        log.tool(10, GRID, ToolDown())
        log.shared(20, item("s"), (GRID,))
        log.tool(50, GRID, ToolUp())
        log.receipt(65, GRID, item("s"))
        assert rows(fetched(log.end(99))) == [("taken-in", 15)]
        log = Log()
        log.shared(5, item("s"), (GRID,))
        log.tool(10, GRID, ToolDown())
        assert rows(fetched(log.end(99))) == [("open", 5)]
