"""Agents never see the truth: whether control tainted what they perceive changes nothing of what they do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.messages.items import Item
from sim.core.picture.observation import Observation
from sim.core.records.kinds import Message, Note
from sim.core.records.record import Record
from sim.core.world.faults import Fault, Setting, told
from sim.core.world.scenario import Scenario
from tests.property.test_small_exercises import exercises, play
from tests.unit.core.agents.helpers import GRID, RAIL, REGION, WATER

_NAMES_FAULTS = ("causation", "injectids")


def _untainted(fault: Fault, setting: Setting, now: int, heard: Item | None = None) -> Observation | None:
    """Return what a party perceives because of a fault, as if it came from none."""
    seen = told(fault, setting, now, heard)
    return None if seen is None else msgspec.structs.replace(seen, causation=())


def _without_faults(what: Any) -> Any:
    """Return what was recorded without the fields that name faults."""
    if isinstance(what, dict):
        return {key: _without_faults(value) for key, value in what.items() if key not in _NAMES_FAULTS}
    if isinstance(what, list | tuple):
        return [_without_faults(value) for value in what]
    return what


def done(records: list[Record]) -> list[tuple[int, Any]]:
    """Return all that parties did, and when, without the faults behind it."""
    return [
        (record.at_ms, _without_faults(msgspec.to_builtins(record.content)))
        for record in records
        if isinstance(record.content, Message | Note)
    ]


@settings(max_examples=10, deadline=None)
@given(exercises(), st.sampled_from((GRID, WATER, REGION, RAIL)))
def test_parties_do_the_same_whether_or_not_a_fault_is_known_to_be_one(exercise: Scenario, who: str) -> None:
    faults = tuple(msgspec.structs.replace(fault, party=who) for fault in exercise.faults)
    exercise = replace(exercise, faults=faults)
    records, _ = play(exercise)
    with patch("sim.core.engine.faults.desk.told", _untainted):
        others, _ = play(exercise)
    assert done(records) == done(others)
