"""Scaling (Modeluitwerking 8): both sides go up and down, each knows the other's level, not necessarily stepwise."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.messages.contents import Alert, Scaling
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Level
from sim.core.model.cue import Level as GoToLevel
from sim.core.model.cue import Open, Scale, SendAlert
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.process.stage import Heard, Played, agreed, inject, minutes, play
from tests.unit.core.agents.helpers import FLOOD, RAIL, REGION, RIVER, WATER, text

TABLE = (Level(0, "none", "normal"), Level(2, "rot", "wave 1"), Level(4, "rbt", "wave 2"))
OPENED = inject(10, Open(activity=FLOOD))


def grip(at: float, level: int) -> Any:
    return inject(at, Scale(activity=FLOOD, grip=level))


def scaled(*given: Any, parties: dict[str, dict[str, Any]] | None = None) -> Played:
    """A core partner and one outside the tool, which both agreed on the table of levels."""
    return play(
        injects=[OPENED, *given],
        agreements=[agreed(party, alert_systems=(RIVER,), levels=TABLE) for party in (WATER, RAIL)],
        parties=parties,
        hours=6,
    )


def levels(told: list[Heard]) -> list[str]:
    return [one.data.level for one in told]


def test_both_sides_scale_up_and_down_and_know_each_others_level() -> None:
    played = scaled(grip(30, 4), grip(90, 2), grip(150, 0))

    region = played.of(Scaling, sender=REGION, shape=Shape.SCALING)
    assert [one.data.grip for one in region] == [4, 2, 0]
    for partner, shape in ((WATER, Shape.SCALING), (RAIL, Shape.OUTSIDE)):
        told = played.of(Scaling, sender=partner)
        # From nothing to the highest level at once, and down again by the table.
        assert levels(told) == ["wave 2", "wave 1", "normal"]
        assert {one.shape for one in told} == {shape}
        assert all(REGION in one.readers for one in told)
    for cause, effect in zip(region, played.of(Scaling, sender=WATER), strict=True):
        assert WATER in cause.readers
        assert played.led_to(effect) == [cause]


def test_who_does_not_read_the_tool_hears_of_the_level_by_its_liaison() -> None:
    played = scaled(grip(30, 2))

    (told,) = played.of(Scaling, sender=REGION, to=RAIL)
    (follows,) = played.of(Scaling, sender=RAIL)
    assert (told.topic, told.readers) == (f"outside/{RAIL}/{REGION}/scaling", (RAIL,))
    assert (told.event.injects, told.data.grip) == (("i-scale-30-vr24",), 2)
    assert played.led_to(follows) == [told]


def test_a_partner_goes_at_once_to_the_level_of_a_region_that_scaled_up_before_it_came() -> None:
    """It begins to work after an alert, and finds the region at GRIP 4 already."""
    late = {"alert_systems": ("gas",), "monitors": False, "levels": TABLE}
    played = play(
        injects=[OPENED, grip(30, 4), alert_to(WATER, 60)],
        agreements=[agreed(WATER, **late)],
        hours=3,
    )
    (told,) = played.of(Scaling, sender=WATER)
    assert (told.data.level, told.at_ms > minutes(60)) == ("wave 2", True)
    assert played.led_to(told) == played.of(Alert, to=WATER)


def alert_to(party: str, at: float) -> Any:
    return inject(at, SendAlert(activity=FLOOD, parties=(party,), text=text("Come and look.")))


@pytest.mark.parametrize(
    ("after", "reaction_ms", "told"),
    [
        (0, 100, ["all hands", "wave 1"]),
        (45, 100, ["wave 1", "all hands"]),
        (5, 10 * MINUTE_MS, ["all hands"]),
    ],
    ids=["before the table", "after the table", "while somebody considers"],
)
def test_what_is_ordered_by_hand_holds_until_the_region_changes_its_level(
    after: float, reaction_ms: int, told: list[str]
) -> None:
    """A partner is free to go to another level than the table has; the table speaks again at the next level."""
    by_hand = inject(29.9 + after, GoToLevel(activity=FLOOD, level="all hands"), to=WATER)
    played = scaled(grip(30, 2), by_hand, parties={WATER: {"reaction_ms": (reaction_ms, reaction_ms)}})

    said = played.of(Scaling, sender=WATER)
    assert levels(said) == told
    assert {one.event.injects for one in said if one.data.level == "all hands"} == {(by_hand.id,)}


# Where it goes wrong -------------------------------------------------------------------------------


def test_a_partner_with_nobody_to_decide_stays_at_its_level() -> None:
    """Nobody on call: only the general commander may scale up, and does not answer; so the region is told nothing."""
    commander = Post(Role.GENERAL_COMMANDER, on_call=1, available=0.0, attention_ms=HOUR_MS)
    played = scaled(grip(30, 2), parties={WATER: {"staff": (commander,)}})

    region = played.of(Scaling, sender=REGION, shape=Shape.SCALING)[0]
    assert played.of(Scaling, sender=WATER) == []
    (note,) = played.notes("unreachable", WATER)
    assert (note.text, note.cause) == (
        "general-commander: waited 1 h 00 min (levels.scale)",
        (region.event.id,),
    )
    # The other partner is no worse for it.
    assert levels(played.of(Scaling, sender=RAIL)) == ["wave 1"]


def test_a_partner_is_not_told_of_the_level_where_the_liaison_is_held_up() -> None:
    """Liaison stuck: the region's liaison has another level to tell first, and the second is missed."""
    liaison = Post(
        Role.LIAISON,
        on_duty=1,
        handling=Spread(50 * MINUTE_MS, 50 * MINUTE_MS),
        attention_ms=20 * MINUTE_MS,
    )
    alone = (liaison, Post(Role.INFORMATION_COORDINATOR))
    played = scaled(grip(30, 2), grip(31, 4), parties={REGION: {"staff": alone}})

    missed = [one for one in played.notes("missed", REGION) if one.text.endswith("(telling-levels.tell)")]
    assert missed
    assert all(one.text == "liaison: waited 20 min (telling-levels.tell)" for one in missed)
    assert all(len(one.cause) == 1 for one in missed)
    assert {one.cause[0] for one in missed} <= {"i-scale-30-vr24", "i-scale-31-vr24"}
    assert levels(played.of(Scaling, sender=WATER)) == ["wave 1", "wave 2"]
