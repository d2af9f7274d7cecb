"""What became of the points of last time, as the report tells it where a register is given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.core.model.progress import Progress
from sim.core.model.text import Language
from sim.report.blocks import Grid, Paragraph, Section
from sim.report.exercise.material import without_names
from sim.report.exercise.report import make_report
from sim.report.report_docx import report_docx
from sim.report.report_html import report_html
from tests.unit.core.model.registers import held, moment, outcome, point, progress, shown
from tests.unit.report.test_exercise_report import LANGUAGES, material


def told() -> Progress:
    return progress(
        exercises=(held(1), held(2), held(3)),
        outcomes=(outcome(1), outcome(2), outcome(3)),
        points=(
            point("good"),
            point("bad", owner="hoofd IM", by="2026-12-01", obstacle="geen <tijd>"),
            point("back"),
            point("unseen"),
            point("left", state="closed"),
            point("own", None, state="taken-up"),
            point("new", 3),
        ),
        shown=(
            shown("back", 2, "mended"),
            shown("good", 3, "mended"),
            shown("bad", 3, "not mended"),
            shown("back", 3, "not mended"),
            shown("unseen", 3, "not observed"),
            shown("left", 3, "not mended"),
        ),
        moments=(moment("evaluation", "2027-02-01"),),
    )


def section(language: Language, *of: Progress) -> Section:
    report = make_report(replace(material(), progress=of), language)
    return next(each for each in report.sections if each.id == "last-time")


def test_of_each_earlier_point_then_and_now() -> None:
    blocks = section("nl", told()).blocks

    (grid,) = [block for block in blocks if isinstance(block, Grid)]
    rows = {row[0].lines[1]: [" / ".join(cell.lines) for cell in row[1:]] for row in grid.rows}
    assert {name: row[1] for name, row in rows.items()} == {
        "good": "verholpen",
        "bad": "niet verholpen",
        "back": "niet verholpen / teruggekomen",
        "unseen": "niet waargenomen",
        "left": "niet verholpen / gesloten",
        "own": "opgepakt",
    }
    assert rows["bad"][0] == "2026-01-01: niet voldaan"
    assert rows["bad"][3:] == ["hoofd IM, 2026-12-01", "geen <tijd>"]
    assert rows["own"][0] == "door mensen"
    strong = {row[0].lines[1] for row in grid.rows if row[2].strong}
    assert strong == {"bad", "back", "unseen", "left"}
    counts = next(block.text for block in blocks if isinstance(block, Paragraph) and block.tone == "strong")
    assert counts == "Verholpen: 1 · niet verholpen: 3 · niet waargenomen: 1 · nieuw in deze oefening: 1"


def test_without_a_register_there_is_no_such_section() -> None:
    assert "last-time" not in {each.id for each in make_report(material(), "nl").sections}


@pytest.mark.parametrize("of", [(), (progress(),)])
def test_a_register_without_earlier_points_says_so(of: tuple[Progress, ...]) -> None:
    texts = [block.text for block in section("en", *of).blocks if isinstance(block, Paragraph)]

    assert texts[1] == "The register had no earlier points of these agreements."


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_word_are_made_of_it(language: Language) -> None:
    report = make_report(replace(material(), progress=(told(),)), language)

    page = report_html(report)
    assert "geen &lt;tijd&gt;" in page
    assert "2027-02-01" in page
    assert report_docx(report).startswith(b"PK")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_takes_a_point_up_can_be_left_out(language: Language) -> None:
    unnamed = without_names(replace(material(), progress=(told(),)), "(left out)")
    page = report_html(make_report(unnamed, language))
    assert "hoofd IM" not in page
    assert "(left out), 2026-12-01" in page, "that somebody does, and by when, is no name"
