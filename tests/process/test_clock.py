"""A clock that is wrong: what its party says, who sees it, and what is put right."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.assessment.evidence.cases import was_wrong
from sim.core.messages.contents import ItemUpdate, Signal, SitRep
from sim.core.messages.topics import Shape
from sim.core.model.cue import SendAlarm
from sim.core.model.party import Competence
from sim.core.world.technology import Outage, OutageType
from tests.process.stage import Played, agreed, inject, minutes, play, so
from tests.process.test_technology import OPENED, by_telephone, outage, played
from tests.unit.core.agents.helpers import FLOOD, GRID, LEVEL, REGION, RIVER, WATER, people, text

AHEAD, BEHIND = minutes(120), -minutes(120)


def wrong_clock(party: str = WATER, offset_ms: int = AHEAD, until: float = 180) -> Outage:
    return outage(OutageType.CLOCK, party, until=until, offset_ms=offset_ms)


def unskilled(*parties: str) -> dict[str, Any]:
    """Parties whose people never see that something is wrong."""
    return {party: {"people": people(skill=0.0)} for party in parties}


def dated(seen: Played, sender: str, shape: Shape) -> list[tuple[int, int, int]]:
    """When (minutes) an item about the level was told, of when it says that it is, and when that was written."""
    return [
        tuple(
            at // minutes(1) for at in (one.at_ms, one.data.item.observed_at_ms, one.data.item.reported_at_ms)
        )  # type: ignore[misc]
        for one in seen.of(ItemUpdate, sender=sender, shape=shape)
        if one.data.item.subject == LEVEL
    ]


@pytest.mark.parametrize("offset_ms", [AHEAD, BEHIND])
def test_what_a_party_with_a_wrong_clock_says_has_its_time_and_who_reads_it_sees_that(offset_ms: int) -> None:
    seen = played(wrong_clock(offset_ms=offset_ms))
    at, observed, reported = next(one for one in dated(seen, WATER, Shape.OWN) if one[0] >= 60)
    (signal,) = [one for one in seen.of(Signal, sender=REGION) if one.data.reason == "time"]
    (note,) = seen.notes("clock-set", WATER)
    ends = [entry for entry in seen.entries if entry.kind == "outage"][-1]

    assert (observed, reported - at) == (90 + offset_ms // minutes(1), offset_ms // minutes(1))
    assert signal.data.owner == WATER
    assert note.cause[0] == signal.event.id
    assert note.text == f"was 2 h 00 min {'ahead' if offset_ms > 0 else 'behind'}"
    assert ends.at_ms == note.at_ms < minutes(130)


@pytest.mark.parametrize("offset_ms", [AHEAD, BEHIND, minutes(5)])
@pytest.mark.parametrize("skill", [0.0, 1.0])
def test_in_the_end_the_picture_has_what_is_so_with_the_time_since_which_it_is(
    offset_ms: int, skill: float
) -> None:
    staff = {} if skill else unskilled(REGION, WATER)
    staff[REGION] = {**staff.get(REGION, {}), "competence": Competence(("other",), None)}
    seen = played(wrong_clock(offset_ms=offset_ms), staff=staff)
    item = [one.data.item for one in seen.of(ItemUpdate, sender=REGION, shape=Shape.SHARED)][-1]

    assert item.values[0].amount == 390.0
    assert minutes(130) <= item.observed_at_ms <= item.reported_at_ms <= minutes(360)


def test_where_nobody_sees_it_all_is_dated_anew_when_the_clock_is_right_again() -> None:
    seen = played(wrong_clock(), staff=unskilled(REGION, WATER))
    told = dated(seen, WATER, Shape.OWN)

    assert seen.notes("clock-set") == []
    assert [(at, observed) for at, observed, _ in told if observed > at] != []
    assert (180, 130, 180) in told
    assert [one for one in told if one[0] >= 180 and max(one[1:]) > one[0]] == []
    assert dated(seen, REGION, Shape.SHARED)[-1][1] <= dated(seen, REGION, Shape.SHARED)[-1][0]


def test_what_the_wrong_clock_dated_and_all_that_is_made_of_it_names_the_outage() -> None:
    seen = played(wrong_clock(), staff=unskilled(REGION, WATER))
    of_water = [one for one in seen.of(ItemUpdate, shape=Shape.OWN) if one.sender == WATER]
    later = [one for one in of_water if minutes(60) <= one.at_ms < minutes(180)]
    shared_then = [
        one.data.item for one in seen.of(ItemUpdate, shape=Shape.SHARED) if one.at_ms < minutes(180)
    ]

    assert {one.data.item.causation for one in later if one.data.item.subject == LEVEL} == {("o-1",)}
    assert [
        item for item in shared_then if item.observed_at_ms > minutes(180) and "o-1" not in item.causation
    ] == []
    assert {("o-1" in one.event.injects) for one in later} == {True}


def test_who_reads_by_a_slow_clock_looks_at_it_before_saying_that_all_others_are_wrong() -> None:
    seen = played(wrong_clock(REGION, BEHIND))
    (note,) = seen.notes("clock-set", REGION)
    assert note.text == "was 2 h 00 min behind"
    assert [one for one in seen.of(Signal) if one.data.reason == "time"] == []


def test_a_region_whose_clock_was_wrong_writes_its_picture_once_more() -> None:
    seen = played(wrong_clock(REGION), staff=unskilled(WATER))
    told = dated(seen, REGION, Shape.SHARED)
    wrong = [at for at, _, reported in told if reported > at]
    assert wrong
    assert [at for at, _, reported in told if reported > at >= 180] == []
    assert min(at for at, _, reported in told if reported == at and at > max(wrong)) == 180


def test_a_signal_about_what_a_wrong_clock_dated_is_no_false_alarm() -> None:
    seen = played(wrong_clock())
    (signal,) = [one for one in seen.of(Signal, sender=REGION) if one.data.reason == "time"]
    assert was_wrong(seen.evidence.log, signal.data.about)


def test_reports_come_by_the_clock_of_who_reports_and_at_the_agreed_times_once_it_is_right() -> None:
    """It reports when its clock says so; the record of the message tells when that really was."""
    terms = agreed(GRID, alert_systems=(RIVER,), sitrep_every_ms=minutes(60))
    members = (REGION, GRID, WATER)
    alarm = inject(40, SendAlarm(activity=FLOOD, parties=(GRID,), text=text("come")))

    def reports(*failures: Outage) -> list[tuple[int, int]]:
        seen = play(
            injects=[OPENED, alarm],
            truth=[so(10)],
            agreements=[by_telephone(WATER), terms],
            members=members,
            parties=unskilled(*members),
            outages=failures,
            hours=8,
        )
        return [
            (one.at_ms // minutes(1), one.data.due_ms // minutes(1)) for one in seen.of(SitRep, sender=GRID)
        ]

    right = reports()
    slow = reports(wrong_clock(GRID, -minutes(30), until=240))
    meanwhile = [(at, due) for at, due in slow if 130 <= at < 240]
    assert [due for _, due in slow if due >= 250] == [due for _, due in right if due >= 250]
    assert meanwhile
    assert {round((at - due) / 10) for at, due in meanwhile} == {3}
