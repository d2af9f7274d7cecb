"""Alerting (Modeluitwerking 5): there may be something; it comes before monitoring and before the alarm."""

from __future__ import annotations

from sim.core.messages.contents import Alert, ItemUpdate
from sim.core.messages.topics import Shape
from sim.core.model.cue import Open
from tests.process.stage import agreed, inject, play, so
from tests.unit.core.agents.helpers import FLOOD, REGION, RIVER, WATER

OPENED = inject(30, Open(activity=FLOOD))


def test_who_looks_after_a_system_in_trouble_is_alerted_and_begins_its_picture() -> None:
    played = play(injects=[OPENED], truth=[so(10)], agreements=[agreed(WATER, alert_systems=(RIVER,))])

    (alert,) = played.of(Alert, to=WATER)
    first = played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)[0]

    assert alert.event.injects == (OPENED.id,)
    assert first.at_ms > alert.at_ms
    assert REGION in first.readers


def test_who_agreed_on_other_systems_is_not_alerted() -> None:
    """Wrong theme: the agreement names gas, and the trouble is with the river."""
    played = play(injects=[OPENED], truth=[so(10)], agreements=[agreed(WATER, alert_systems=("gas",))])

    assert played.of(Alert, to=WATER) == []
    assert played.of(ItemUpdate, sender=WATER, shape=Shape.OWN) == []
