"""What measures find at the edges of a log: told too early, come too late, outside everything."""

from __future__ import annotations

import msgspec

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.lineage import lineage
from sim.core.assessment.measures.actuality import held_age
from sim.core.assessment.measures.awareness import correctness
from sim.core.assessment.measures.duties import duty_to_fetch
from sim.core.assessment.measures.sitreps import sitrep_content
from sim.core.assessment.measures.staleness import shared_stale_time
from sim.core.messages.contents import Briefing, Snapshot
from sim.core.messages.items import Point
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    FAULT,
    GRID,
    REGION,
    STATUS,
    WATER,
    Log,
    item,
    minutes,
)


def test_what_is_dated_after_all_others_is_never_old() -> None:
    log = Log()
    log.shared(10, item("s", observed=90), (GRID,))
    figure = held_age(gather(log.end(60).records), GRID)
    assert figure is not None
    assert figure.value is not None
    assert figure.value < 0
    assert [row.value for row in figure.details] == [0]


def test_what_was_let_go_of_before_anything_was_so_is_neither_right_nor_wrong() -> None:
    log = Log()
    log.shared(10, item("s", 1, observed=5), (GRID,))
    log.shared(20, item("s", 2, observed=20, status=STATUS.LAPSED), (GRID,))
    log.truth(30)
    assert correctness(gather(log.end(60).records), GRID) is None


def test_a_snapshot_that_came_late_was_to_be_taken_in_from_when_it_was_sent() -> None:
    log = Log()
    told = item("s", observed=5)
    log.mail(10, REGION, GRID, Snapshot(activity=ACTIVITY, items=(told,)))
    missed = log.send(
        12,
        REGION,
        f"post/{WATER}/{REGION}/snapshot",
        Snapshot(activity=ACTIVITY, items=(told,)),
        (),
    )
    log.delivery(30, WATER, missed, "late")
    log.receipt(40, WATER, told)
    log.receipt(40, GRID, told)
    evidence = gather(log.end(60).records)
    found = [duty_to_fetch(evidence, party) for party in (WATER, GRID)]
    assert [one.value for one in found if one is not None] == [minutes(28), minutes(30)]


def test_what_came_late_to_whom_it_was_for_is_told_when_it_was_sent() -> None:
    log = Log()
    log.fault(5, REGION)
    wrong = item("w", faults=(FAULT,))
    sent = log.send(
        10, REGION, f"outside/{GRID}/{REGION}/briefing", Briefing(activity=ACTIVITY, items=(wrong,)), ()
    )
    log.delivery(30, GRID, sent, "late")
    evidence = gather(log.end(60).records)
    tree = lineage(evidence.log, evidence.cases[0])
    assert [(one.party, one.at_ms) for one in tree.nodes] == [(REGION, minutes(5)), (GRID, minutes(10))]


def test_without_activities_nothing_is_shared() -> None:
    log = Log()
    log.reopen(activities=())
    assert shared_stale_time(gather(log.end(60).records)) is None


def test_what_lies_outside_the_activity_is_asked_of_no_report() -> None:
    log = Log()
    activity = next(one for one in log.records[0].content.activities if one.id == ACTIVITY)
    log.reopen(activities=(msgspec.structs.replace(activity, area=(Point((7, 53)),)),))
    log.perceive(10, WATER, geometry=Point((5, 51)))
    log.perceive(11, WATER, "rain", geometry=Point((7, 53)))
    log.sitrep(20, WATER, 20, ())
    figure = sitrep_content(gather(log.end(60).records), WATER)
    assert figure is not None
    assert [row.about for row in figure.details] == [f"{ACTIVITY}/rain"]
