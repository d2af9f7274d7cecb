"""Continuous exchange (Modeluitwerking 4): one threat grows into a total picture of effects (Beleidskader par. 1.3).

There is no activity yet. The water board says that high water is likely; the region takes that up into its risk
picture; who agreed on threats of the river adds what it means for its own systems: population care (core) in its own
part of the risk picture, the grid operator (structural) when it is asked by post, the railways (link) through their
liaison.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.messages.contents import Answer, ItemUpdate, Request
from sim.core.messages.items import Item, Kind, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.process.stage import Heard, Played, agreed, minutes, play, so
from tests.unit.core.agents.helpers import CARE, GRID, LEVEL, RAIL, REGION, RIVER, WATER

MEMBERS = (REGION, WATER, CARE, GRID, RAIL)
FIELDS = {REGION: (), CARE: ("care",), GRID: ("power",), RAIL: ("rail",)}
HIGH_WATER = so(10, kind=Kind.FORECAST)
EFFECTS = tuple(
    so(5, subject, system=system, kind=Kind.EFFECT, effect_of=LEVEL)
    for subject, system in (("evacuation", "care"), ("substation", "power"), ("embankment", "rail"))
)


def exchange(
    *threats: str,
    staff: dict[str, tuple[Post, ...]] | None = None,
    truth: tuple[Any, ...] = (HIGH_WATER,),
    hours: float = 4,
) -> Played:
    """Everybody agreed on the threats of these systems, and the water board foresees high water."""
    parties: dict[str, dict[str, Any]] = {
        party: {"competence": Competence(systems)} for party, systems in FIELDS.items()
    }
    for party, posts in (staff or {}).items():
        parties[party] = {**parties.get(party, {}), "staff": posts}
    return play(
        truth=[*EFFECTS, *truth],
        agreements=[agreed(party, threats=threats) for party in (CARE, GRID, RAIL)],
        parties=parties,
        members=MEMBERS,
        hours=hours,
    )


def risk_picture(played: Played) -> dict[str, Heard]:
    """The risk picture that the region keeps, by subject: the first message about each."""
    found: dict[str, Heard] = {}
    for one in played.of(ItemUpdate, sender=REGION, shape=Shape.RISK):
        found.setdefault(one.data.item.subject, one)
    return found


def test_a_threat_grows_into_a_total_picture_of_effects() -> None:
    played = exchange(RIVER)
    picture = risk_picture(played)

    assert set(picture) == {LEVEL, "evacuation", "substation", "embankment"}
    threat = picture[LEVEL]
    assert played.story(threat) == [(WATER, "item"), (REGION, "item")]
    # Core adds the effect to the risk picture itself, because it read there what the region took up.
    assert played.story(picture["evacuation"]) == [
        (WATER, "item"), (REGION, "item"), (CARE, "item"), (REGION, "item"),
    ]  # fmt: skip
    assert played.led_to(picture["evacuation"])[1] == threat
    # Structural and link keep no risk picture: the region asks them.
    for party, subject in ((GRID, "substation"), (RAIL, "embankment")):
        assert played.story(picture[subject]) == [
            (WATER, "item"), (REGION, "request"), (party, "answer"), (REGION, "item"),
        ]  # fmt: skip
        assert picture[subject].data.item.source.party == party


def test_structural_is_asked_in_the_tool_and_link_through_its_liaison() -> None:
    played = exchange(RIVER)

    assert {one.to: one.shape for one in played.of(Request, sender=REGION)} == {
        GRID: Shape.POST,
        RAIL: Shape.OUTSIDE,
    }
    assert {one.sender: one.shape for one in played.of(Answer, to=REGION)} == {
        GRID: Shape.POST,
        RAIL: Shape.OUTSIDE,
    }


def test_a_threat_that_grows_is_worked_out_anew_because_of_what_was_told_last() -> None:
    higher = so(90, amount=450.0, kind=Kind.FORECAST)
    played = exchange(RIVER, truth=(HIGH_WATER, higher))

    first, second = played.of(Request, to=GRID)
    told = [played.led_to(one)[0].data.item.values[0].amount for one in (first, second)]
    assert told == [300.0, 450.0]
    assert [played.story(one) for one in played.of(Answer, sender=GRID)] == [
        [(WATER, "item"), (REGION, "request"), (GRID, "answer")]
    ] * 2


def test_nobody_adds_what_a_threat_of_another_system_means() -> None:
    """Wrong theme: the agreements name gas, and it is the river that threatens."""
    played = exchange("gas")

    assert set(risk_picture(played)) == {LEVEL}
    assert played.of(Request) == []
    assert {one.sender for one in played.of(ItemUpdate)} == {WATER, REGION}


@pytest.mark.parametrize(
    ("party", "errand", "asked"),
    [(RAIL, "appraising.work-out-asked", True), (REGION, "gathering.ask", False)],
    ids=["the partner's liaison", "the region's liaison"],
)
def test_what_the_threat_means_for_the_railways_stays_unknown(party: str, errand: str, asked: bool) -> None:
    """Liaison unreachable: it comes only when it is called, and without an activity nobody calls."""
    liaison = Post(Role.LIAISON, on_call=1, attention_ms=HOUR_MS)
    away = (liaison, Post(Role.INFORMATION_COORDINATOR), Post(Role.PLOTTER, on_duty=1))
    played = exchange(RIVER, staff={party: away})

    assert set(risk_picture(played)) == {LEVEL, "evacuation", "substation"}
    assert played.of(Answer, sender=RAIL) == []
    (note,) = played.notes("unreachable")
    assert (note.party, note.text) == (party, f"liaison: waited 1 h 00 min ({errand})")
    # The cause is the question where it was asked, and the threat where it never was.
    (cause,) = note.cause
    assert played.story(played.event(cause)) == [(WATER, "item"), (REGION, "request")][: 1 + asked]
    assert note.at_ms >= minutes(10) + HOUR_MS


def test_the_threat_itself_is_missed_where_the_region_has_too_much_in_hand() -> None:
    """Overload: one coordinator, who is busy with other news for longer than anybody's attention lasts."""
    busy = (
        Post(
            Role.INFORMATION_COORDINATOR,
            on_duty=1,
            attention_ms=20 * MINUTE_MS,
            handling=Spread(30 * MINUTE_MS, 30 * MINUTE_MS),
        ),
    )
    rain = so(9, "rain", kind=Kind.FORECAST)
    played = exchange(RIVER, staff={REGION: busy}, truth=(rain, HIGH_WATER))

    assert LEVEL not in risk_picture(played)
    (note,) = played.notes("missed", REGION)
    (cause,) = note.cause
    assert (played.event(cause).sender, played.event(cause).data.item.subject) == (WATER, LEVEL)
    assert note.text == "information-coordinator: waited 20 min (risk-uptake.retell)"


def newest(played: Played, at_ms: int) -> dict[str, Item]:
    """What the region's risk picture says at a moment, by subject."""
    told = [one for one in played.of(ItemUpdate, sender=REGION, shape=Shape.RISK) if one.at_ms <= at_ms]
    return {one.data.item.subject: one.data.item for one in told}


def test_what_grows_old_in_the_risk_picture_is_kept_current() -> None:
    """Core looks again by itself; structural and link keep no risk picture, and are asked."""
    played = exchange(RIVER, hours=12)
    for hour in range(6, 12):
        picture = newest(played, hour * HOUR_MS)
        assert set(picture) == {LEVEL, "evacuation", "substation", "embankment"}
        assert {item.verification.status for item in picture.values()} <= {
            VerificationStatus.UNVERIFIED,
            VerificationStatus.VERIFIED,
        }
        assert max(hour * HOUR_MS - item.observed_at_ms for item in picture.values()) < 6 * HOUR_MS
    asked = [one.to for one in played.of(Request, sender=REGION) if one.data.purpose == "verify"]
    assert set(asked) == {GRID, RAIL}
    (answer, *_) = [one for one in played.of(Answer, sender=GRID) if one.data.outcome == "confirmed"]
    assert played.story(answer)[-2:] == [(REGION, "request"), (GRID, "answer")]


def test_what_nobody_says_anew_is_withdrawn_from_the_risk_picture() -> None:
    """Nobody there: the grid operator's people go home at ten, and the region's question finds nobody."""
    office = Post(
        Role.HEAD_OF_INFORMATION, on_duty=1, hours=(8 * HOUR_MS, 10 * HOUR_MS), attention_ms=HOUR_MS
    )
    others = (Post(Role.INFORMATION_MANAGER), Post(Role.GENERAL_COMMANDER), Post(Role.PLOTTER))
    played = exchange(RIVER, staff={GRID: (office, *others)}, hours=12)

    assert newest(played, 4 * HOUR_MS)["substation"].verification.status is VerificationStatus.UNVERIFIED
    gone = newest(played, 11 * HOUR_MS)["substation"]
    assert (gone.verification.status, gone.verification.by) == (VerificationStatus.LAPSED, REGION)
    assert newest(played, 11 * HOUR_MS)["embankment"].verification.status is VerificationStatus.UNVERIFIED
    assert any("answering.answer" in note.text for note in played.notes("unreachable", GRID))
