"""An assessment on a screen of 100 columns: nothing is cut off, in both languages."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from rich.console import Console

from sim.cli.judgment import print_exercise, print_findings, print_partners, print_reasons
from sim.cli.output import Speaker
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Assessment
from sim.core.model.text import Language
from sim.words import word
from tests.unit.core.assessment.examples import EXAMPLES
from tests.unit.core.assessment.logs import CRITERIA, WATER, Log

WIDTH = 100


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    log = Log()
    for criterion in ("initial-picture", "alarm-acknowledgement", "duty-to-bring", "exercise-correctness"):
        EXAMPLES[criterion].fails(log)
    log.alarm(80, WATER)
    return assess(log.end(190).records, CRITERIA)


def _screen(width: int = WIDTH) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False)


def _lines(screen: Console) -> list[str]:
    assert isinstance(screen.file, io.StringIO)
    return [line.rstrip() for line in screen.file.getvalue().splitlines()]


@pytest.mark.parametrize("language", get_args(Language))
def test_every_partner_has_its_advice_and_why(assessment: Assessment, language: Language) -> None:
    screen, say = _screen(), Speaker(language)
    print_partners(assessment, screen, say)
    print_reasons(assessment, screen, say)
    lines = _lines(screen)
    told = " ".join(lines)
    assert max(len(line) for line in lines) <= WIDTH
    for partner in assessment.partners:
        key = "advice-" + partner.advice.value.replace(" ", "-")
        assert f"({partner.id}): {word(key, language)}" in told
        first = partner.reason.in_language(language).split(" (", 1)[0]
        assert first in told
    assert word("part-of-direction", language) in told


@pytest.mark.parametrize("language", get_args(Language))
def test_findings_stand_by_part_and_quality(assessment: Assessment, language: Language) -> None:
    screen, say = _screen(), Speaker(language)
    water = next(one for one in assessment.partners if one.id == WATER)
    print_findings(water, screen, say)
    print_exercise(assessment, screen, say)
    lines = _lines(screen)
    assert max(len(line) for line in lines) <= WIDTH
    heads = [
        f"{word(f'part-of-{part}', language)}, {word(f'quality-{quality}', language)}"
        for part, quality in (("direction", "uniform"), ("set-up", "secure"), ("performance", "efficient"))
    ]
    places = [lines.index(head) for head in heads]
    assert places == sorted(places)
    alarm = next(one for one in water.criteria if one.id == "alarm-acknowledgement")
    shown = next(line for line in lines if line.startswith("* " + alarm.text.in_language(language)[:25]))
    # One alarm is open at the end, and that decides: it is at least so long.
    assert "≥ 1 h 50 min" in shown
    assert ", ".join(str(seq) for seq in alarm.evidence[:2]) in shown
    assert word("result-not-met", language) in shown


def test_a_wide_screen_shows_the_source_of_each_norm(assessment: Assessment) -> None:
    narrow, wide = _screen(), _screen(200)
    for screen in (narrow, wide):
        print_exercise(assessment, screen, Speaker("en"))
    assert not any("(exercise)" in line for line in _lines(narrow))
    assert any("≥ 90% (exercise)" in line for line in _lines(wide))
