"""Alerting (Modeluitwerking 5): there may be something; it comes before monitoring and before the alarm."""

from __future__ import annotations

from typing import Any

from sim.core.messages.contents import Alert, ItemUpdate
from sim.core.messages.topics import Shape
from sim.core.model.cue import Open, SendAlert
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import FLOOD, GRID, NATION, REGION, RIVER, WATER, text

OPENED = inject(30, Open(activity=FLOOD))
NIGHT = (22 * HOUR_MS, 6 * HOUR_MS)
"""Clock hours of a night shift; the exercise begins at ten in the morning."""
NO_MANAGER = Post(Role.INFORMATION_MANAGER)
"""Nobody to take over from the duty officer of the national body."""


def alerted(*given: Any, staff: dict[str, tuple[Post, ...]] | None = None, **terms: Any) -> Played:
    """The river rises, the region opens an activity, and the water board agreed on these terms."""
    return play(
        injects=[OPENED, *given],
        truth=[so(10)],
        agreements=[agreed(WATER, **{"alert_systems": (RIVER,), **terms})],
        parties={party: {"staff": posts} for party, posts in (staff or {}).items()},
        hours=4,
    )


def own_items(played: Played) -> list[Heard]:
    return played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)


def test_who_looks_after_a_system_in_trouble_is_alerted_and_begins_its_picture() -> None:
    played = alerted()

    (alert,) = played.of(Alert, to=WATER)
    first = own_items(played)[0]
    assert alert.event.injects == (OPENED.id,)
    assert played.led_to(first) == [alert]
    assert REGION in first.readers


def test_a_region_alerts_through_the_national_body_where_that_was_agreed() -> None:
    played = alerted(alert_through=NATION, monitors=False)

    (asked,) = played.of(Alert, sender=REGION, to=NATION)
    (passed_on,) = played.of(Alert, to=WATER)
    assert asked.data.pass_on == (WATER,)
    assert (passed_on.topic, passed_on.readers) == (f"post/{WATER}/{NATION}/alert", (WATER,))
    # The inject that opened the activity is still behind it, two steps on.
    assert passed_on.event.injects == (OPENED.id,)
    assert played.led_to(own_items(played)[0]) == [asked, passed_on]


def test_a_partner_alerts_the_region_in_turn() -> None:
    """Alerting goes both ways (Modeluitwerking 5)."""
    words = text("The dike is wet.")
    ordered = inject(20, SendAlert(activity=FLOOD, parties=(REGION,), text=words), to=WATER)
    played = alerted(ordered)

    (alert,) = played.of(Alert, sender=WATER)
    assert (alert.at_ms, alert.readers, alert.data.text) == (minutes(20), (REGION,), words)
    assert alert.event.injects == (ordered.id,)


def test_who_agreed_on_other_systems_is_not_alerted() -> None:
    """Wrong theme: the agreement names gas, and the trouble is with the river; nor was monitoring agreed."""
    played = alerted(alert_systems=("gas",), monitors=False)

    assert played.of(Alert, to=WATER) == []
    assert own_items(played) == []
    assert played.notes("missed") == played.notes("unreachable") == []


def test_who_is_not_alerted_but_scans_the_cards_begins_by_itself() -> None:
    """Wrong theme, mended by monitoring: it is the card that leads to the picture, and no alert."""
    played = alerted(alert_systems=("gas",))

    assert played.of(Alert, to=WATER) == []
    assert played.story(own_items(played)[0]) == [(REGION, "card"), (WATER, "item")]


def test_an_alert_gets_no_further_than_a_body_whose_duty_officer_is_not_there() -> None:
    """Nobody on duty: the national body's duty officer works nights, and the alert comes by day."""
    officer = Post(Role.ON_CALL_OFFICER, on_duty=1, hours=NIGHT, attention_ms=30 * MINUTE_MS)
    played = alerted(staff={NATION: (officer, NO_MANAGER)}, alert_through=NATION, monitors=False)

    (asked,) = played.of(Alert, to=NATION)
    (note,) = played.notes("unreachable", NATION)
    assert (note.text, note.cause) == (
        "on-call-officer: waited 30 min (passing-on.alert)",
        (asked.event.id,),
    )
    assert note.at_ms - asked.at_ms >= 30 * MINUTE_MS
    assert played.of(Alert, to=WATER) == []
    assert own_items(played) == []


def test_an_alert_is_missed_by_a_body_that_has_another_in_hand() -> None:
    """Overload: two partners are to be alerted through the national body, which has one officer for both."""
    officer = Post(
        Role.ON_CALL_OFFICER,
        on_duty=1,
        handling=Spread(45 * MINUTE_MS, 45 * MINUTE_MS),
        attention_ms=30 * MINUTE_MS,
    )
    terms: dict[str, Any] = {"alert_systems": (RIVER,), "alert_through": NATION, "monitors": False}
    played = play(
        injects=[OPENED],
        truth=[so(10)],
        agreements=[agreed(GRID, **terms), agreed(WATER, **terms)],
        parties={NATION: {"staff": (officer, NO_MANAGER)}},
        hours=4,
    )

    (asked,) = played.of(Alert, to=NATION)
    assert asked.data.pass_on == (GRID, WATER)
    assert [one.to for one in played.of(Alert, sender=NATION)] == [GRID]
    (note,) = played.notes("missed", NATION)
    assert (note.text, note.cause) == (
        "on-call-officer: waited 30 min (passing-on.alert)",
        (asked.event.id,),
    )
    assert own_items(played) == []
