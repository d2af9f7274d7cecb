"""The course of an exercise from its log: phases, levels, alarms, meetings, decisions."""

from __future__ import annotations

import msgspec

from sim.core.assessment.log.fold import index
from sim.core.messages.contents import Card
from sim.core.messages.items import ItemRef
from sim.core.model.cue import Meet
from sim.core.records.kinds import Injected
from sim.replay.course import CLOSED, Course, Stretch, course
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    GRID,
    HELP,
    NOTHING,
    REGION,
    SUBJECT,
    WATER,
    Log,
    item,
    minutes,
)


def of(log: Log) -> Course:
    return course(index(log.records))


def card(log: Log, at: float, grip: int, *, is_open: bool = True) -> None:
    empty = Card(
        activity=ACTIVITY, name=NOTHING, place=NOTHING, directing=REGION, grip=grip, systems=(), parties=(),
        open=is_open,
    )  # fmt: skip
    log.send(at, REGION, f"activity/{ACTIVITY}/card", empty, (HELP,))


def test_phases_follow_alerts_levels_and_closing() -> None:
    log = Log()
    log.alert(5, WATER)
    for at, grip in ((10, 0), (20, 1), (30, 3), (31, 3), (50, 1), (60, 0)):
        card(log, at, grip)
    card(log, 70, 0, is_open=False)

    (activity,) = of(log.end(80)).activities

    assert activity.levels == tuple(
        (minutes(at), level) for at, level in ((10, 0), (20, 1), (30, 3), (50, 1), (60, 0), (70, CLOSED))
    )
    assert activity.stretches == (
        Stretch("before", 0, minutes(5)),
        Stretch("alerted", minutes(5), minutes(20)),
        Stretch("scaled-up", minutes(20), minutes(50)),
        Stretch("scaled-down", minutes(50), minutes(70)),
        Stretch("closed", minutes(70), minutes(80)),
    )


def test_an_activity_of_which_nothing_came_is_before_all_along() -> None:
    (activity,) = of(Log().end(60)).activities

    assert activity.levels == ()
    assert activity.stretches == (Stretch("before", 0, minutes(60)),)


def test_an_activity_that_never_scaled_up_closes_from_alerted() -> None:
    log = Log()
    card(log, 10, 0)
    card(log, 40, 0, is_open=False)

    (activity,) = of(log.end(60)).activities

    assert [each.phase for each in activity.stretches] == ["before", "alerted", "closed"]


def test_phases_never_leave_a_gap() -> None:
    log = Log()
    card(log, 0, 2)

    (activity,) = of(log.end(60)).activities

    assert [(each.phase, each.from_ms, each.to_ms) for each in activity.stretches] == [
        ("scaled-up", 0, minutes(60))
    ]


def test_alarms_of_one_moment_are_one_round() -> None:
    log = Log()
    for at, party in ((10, WATER), (10, GRID), (20, HELP)):
        log.alarm(at, party)

    first, second = of(log.end(60)).alarms

    assert (first.at_ms, first.sender, first.level, first.alarmed) == (
        minutes(10),
        REGION,
        "GRIP 2",
        (GRID, WATER),
    )
    assert second.alarmed == (HELP,)


def test_meetings_and_decisions_with_what_they_rest_on() -> None:
    log = Log()
    log.inject(10, Injected("i-1", REGION, Meet(activity=ACTIVITY, team="rot"), NOTHING, "exercise"))
    told = item("water-level")
    log.own(12, WATER, told)
    log.own(13, WATER, msgspec.structs.replace(told, id="other"))
    decision = log.decide(20, ItemRef("water-level", 1), ItemRef("other", 1), ItemRef("unknown", 1))

    found = of(log.end(60))

    (meeting,) = found.meetings
    assert (meeting.at_ms, meeting.activity, meeting.team) == (minutes(10), ACTIVITY, "rot")
    (decided,) = found.decisions
    assert (decided.event, decided.team, decided.subjects) == (decision, "rot", (SUBJECT,))
