from __future__ import annotations

import pytest

from sim.core.world.truth import TruthChange, World, truth_at
from tests.unit.core.agents.helpers import fact

FIRST = TruthChange(id="t-1", at_ms=10, fact=fact(amount=100.0))
OTHER = TruthChange(id="t-2", at_ms=20, fact=fact("bridge"))
SECOND = TruthChange(id="t-3", at_ms=30, fact=fact(amount=200.0))


def test_world_after_changes_knows_the_last_of_each_subject() -> None:
    before = World().after(FIRST)
    after = before.after(OTHER).after(SECOND)
    assert (after.of("level"), after.of("bridge"), after.of("dike")) == (SECOND, OTHER, None)
    assert before.of("level") == FIRST


@pytest.mark.parametrize(
    ("at_ms", "change"), [(9, None), (10, FIRST), (29, FIRST), (30, SECOND), (1_000, SECOND)]
)
def test_truth_at_a_moment_is_the_last_change_until_then(at_ms: int, change: TruthChange | None) -> None:
    assert truth_at((FIRST, OTHER, SECOND), "level", at_ms) == change


def test_truth_at_of_an_unknown_subject_is_none() -> None:
    assert truth_at((FIRST, OTHER, SECOND), "dike", 1_000) is None


def test_effects_of_a_threat_are_the_last_changes_of_what_is_an_effect_of_it() -> None:
    cellar = TruthChange(id="t-4", at_ms=1, fact=fact("cellar", effect_of="level"))
    worse = TruthChange(id="t-5", at_ms=2, fact=fact("cellar", effect_of="level", amount=9.0))
    attic = TruthChange(id="t-6", at_ms=2, fact=fact("attic", effect_of="level"))
    world = World().after(cellar).after(FIRST).after(worse).after(attic)
    assert world.effects_of("level") == (attic, worse)
    assert world.effects_of("storm") == ()
