from __future__ import annotations

from sim.core.model.process import Absence, Part, Processes
from tests.unit.core.agents.helpers import PROFILES, text

WORDS = text("x")
ENGAGING = Part("engagement", "process.alarming", WORDS, "7")
SCANNING = Part("scanning", "process.monitoring", WORDS, "6")
TABLE = Processes((ENGAGING, SCANNING), (Absence("process.monitoring", ("link",), WORDS, "Tabel 1"),))


def test_a_profile_has_the_parts_of_its_behaviours() -> None:
    assert TABLE.parts_of(PROFILES["core"], "process.monitoring") == (SCANNING,)
    assert TABLE.parts_of(PROFILES["core"], "process.alarming") == (ENGAGING,)
    assert TABLE.parts_of(PROFILES["link"], "process.monitoring") == ()


def test_an_absence_is_of_its_profiles_and_process() -> None:
    assert TABLE.absence_of(PROFILES["link"], "process.monitoring") == TABLE.absent[0]
    assert TABLE.absence_of(PROFILES["core"], "process.monitoring") is None
    assert TABLE.absence_of(PROFILES["link"], "process.alarming") is None
