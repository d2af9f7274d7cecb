"""Some thousands of wrong messages thrown at everything that takes messages in; ``make fuzz`` throws a million."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.world.scenario import Scenario
from tests.fuzz.corpus import Sample, samples, scenario
from tests.fuzz.decoder import throw_at_decoder
from tests.fuzz.exercise import throw_at_exercise
from tests.fuzz.through_broker import beekdal_samples, throw_through_broker

SEED = 2021


@pytest.fixture(scope="module")
def exercise() -> Scenario:
    return scenario()


@pytest.fixture(scope="module")
def sent(exercise: Scenario) -> list[Sample]:
    return samples(exercise)


def test_no_bytes_and_no_topic_break_the_decoder(sent: list[Sample]) -> None:
    counts = throw_at_decoder(8_000, SEED, sent)
    assert counts.thrown == 8_000
    assert counts.passed
    assert len(counts.wrong) > 20, "many things can be wrong, and each is told in its own words"


def test_what_is_thrown_at_an_exercise_is_one_record_each_and_the_log_can_be_read(
    exercise: Scenario, sent: list[Sample]
) -> None:
    counts = throw_at_exercise(4_000, SEED, exercise, sent)
    assert counts.thrown == 4_000
    assert counts.passed > 400, "what is right enough reaches simulated parties, who go on"
    assert counts.garbled > 2_000


def test_what_real_clients_throw_is_one_record_each_with_the_account_that_sent_it(tmp_path: Path) -> None:
    counts = throw_through_broker(1_500, SEED, beekdal_samples(), tmp_path / "run")
    assert counts.thrown == 1_500
    assert counts.passed
    assert counts.garbled
    assert counts.refused
