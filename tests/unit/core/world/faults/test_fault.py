from __future__ import annotations

from typing import Any

import pytest

from sim.core.world.faults import After, Fault, FaultType, When
from tests.unit.core.agents.helpers import FLOOD, LEVEL, NOWHERE, WATER

AFTER, WHEN = After("inject", "i-1"), When(kind="engaged", activity=FLOOD, party=WATER)


def fault(**moment: Any) -> Fault:
    return Fault(
        id="f-1",
        type=FaultType.LATE,
        party=WATER,
        subject=LEVEL,
        title=NOWHERE,
        recognise=NOWHERE,
        **moment,
    )


@pytest.mark.parametrize(
    "moment", [{}, {"at_ms": 1, "after": AFTER}, {"after": AFTER, "when": WHEN}, {"at_ms": 0, "when": WHEN}]
)
def test_a_fault_without_one_moment_raises(moment: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="f-1: expected one of at_ms, after and when"):
        fault(**moment)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ({"at_ms": 0}, ""),
        ({"after": AFTER}, "after inject i-1"),
        ({"when": WHEN}, "when engaged wl in flood"),
        ({"when": When(kind="grip", activity=FLOOD, grip=2)}, "when grip 2 in flood"),
        ({"when": When(kind="shared", activity=FLOOD, subject=LEVEL)}, "when shared level in flood"),
    ],
)
def test_a_trigger_in_words(moment: dict[str, Any], words: str) -> None:
    assert fault(**moment).trigger == words
