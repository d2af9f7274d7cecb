"""The chapter on figures that no criterion judges."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PARTY_MEASURES
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.model.text import Language
from sim.report.blocks import Grid, Heading, Paragraph, Section
from sim.report.exercise.material import Material
from sim.report.exercise.sections.figures import FIGURES_OF_EXERCISES, FIGURES_OF_PARTIES, figures_section
from sim.report.exercise.words import ReportWords
from sim.words import word
from tests.unit.core.assessment.logs import CRITERIA, FAULT, GRID, STATUS, WATER, Log, item
from tests.unit.report.test_exercise_report import LANGUAGES, material


def of(log: Log) -> Material:
    records = log.records
    return replace(material(), evidence=gather(records), assessment=assess(records, CRITERIA))


def shown(made: Material, language: Language = "en") -> Section:
    return figures_section(made, ReportWords(made.evidence.log.opening, language))


def grids(section: Section) -> dict[str, dict[str, list[str]]]:
    """Return the tables by caption: of each row the cells, by its head."""
    return {
        block.caption: {row[0].lines[0]: [" / ".join(cell.lines) for cell in row[1:]] for row in block.rows}
        for block in section.blocks
        if isinstance(block, Grid)
    }


def test_every_measure_that_no_shipped_criterion_judges_is_shown() -> None:
    judged = {(one.scope, one.measure) for one in CRITERIA}
    of_parties = {name for name in PARTY_MEASURES if ("partner", name) not in judged}
    of_exercises = {name for name in EXERCISE_MEASURES if ("exercise", name) not in judged}
    assert {name for group in FIGURES_OF_PARTIES.values() for name in group} == of_parties
    assert set(FIGURES_OF_EXERCISES) == of_exercises


def _outage() -> Log:
    log = Log()
    log.tool(10, GRID, ToolDown())
    log.shared(11, item("s", 1, observed=11), (GRID,))
    log.tool(20, GRID, ToolUp())
    log.receipt(30, GRID, item("s", 1))
    log.tool(40, GRID, ToolDown())
    log.shared(41, item("s", 2, observed=41), (GRID,))
    log.tool(50, GRID, ToolUp())
    return log.end(120)


def test_a_figure_says_on_how_much_it_rests_and_what_is_still_open() -> None:
    tables = grids(shown(of(_outage())))
    assert tables["After an outage"] == {GRID: ["10 min; with what was still open at least 1 h 10 min (2)"]}
    assert tables["How much comes in"][GRID] == ["1.0 (2)", "2 (2)"]
    whole = tables["The exercise as a whole"]
    assert whole[word("whole-messages-per-hour", "en")][0] == "1.5 / busiest hour: 3"
    assert word("whole-outage-items-lost", "en") not in whole, "nothing was withheld"


def test_what_is_open_only_is_said_to_be_the_least() -> None:
    log = Log()
    log.fault(10)
    log.shared(12, item("s", faults=(FAULT,)), (GRID,))
    whole = grids(shown(of(log.end(50)), "nl"))["De oefening als geheel"]
    assert whole[word("whole-time-to-everywhere", "nl")][:2] == ["ten minste 40 min", "1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_columns_that_somebody_has_are_there_and_explained(language: Language) -> None:
    made = of(_outage())
    told = [block.text for block in shown(made, language).blocks if isinstance(block, Paragraph)]
    (about,) = [text for text in told if text.startswith(word("figures-recovery-about", language))]
    assert word("figure-reconciliation-about", language) in about
    assert word("figure-outage-items-lost-about", language) not in about


def test_what_a_criteria_file_judges_is_no_figure_any_more() -> None:
    log = Log()
    log.shared(10, item("s", status=STATUS.VERIFIED), (WATER,))
    log.end(20)
    made = of(log)
    (criterion,) = [one for one in made.assessment.criteria if one.measure.name == "consistency"]
    judged = msgspec.structs.replace(
        criterion, measure=msgspec.structs.replace(criterion.measure, name="rated")
    )
    before = grids(shown(made))["The exercise as a whole"]
    after = replace(made, assessment=msgspec.structs.replace(made.assessment, criteria=(judged,)))
    assert set(before) - set(grids(shown(after))["The exercise as a whole"]) == {word("whole-rated", "en")}


def test_a_log_in_which_nothing_happened_has_no_figures() -> None:
    section = shown(of(Log().end(10)))
    assert [block for block in section.blocks if isinstance(block, Grid | Heading)] == []
    assert isinstance(section.blocks[-1], Paragraph)
    assert section.blocks[-1].text == word("report-figures-none", "en")
