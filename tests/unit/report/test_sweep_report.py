"""The report on a sweep: in both languages, whole, quotable, fit for who cannot see, and without a ranking."""

from __future__ import annotations

import io
import re
from functools import cache
from xml.etree import ElementTree as ET

import msgspec
import pytest
from docx import Document

from sim.core.assessment.evidence.figure import Unit
from sim.core.model.text import Language
from sim.core.model.time import MINUTE_MS
from sim.report.blocks import Bullets, Grid, Heading, Paragraph, Picture, Report
from sim.report.report_docx import report_docx
from sim.report.report_html import report_html
from sim.report.sweeps.material import SweepMaterial, sweep_material
from sim.report.sweeps.strips_drawing import Panel, Strip, strips, told
from sim.report.sweeps.sweep_report import make_sweep_report
from sim.report.sweeps.words import SweepWords
from sim.sweep.results import Spread, Sweep, Tried, Variant
from sim.sweep.statistics import Bounds, Difference, at_least, exactly
from tests.unit.sweep.test_sensitivity import RULES
from tests.unit.sweep.toys import CORE, REFERENCE, sweep

LANGUAGES: tuple[Language, ...] = ("nl", "en")
CHAPTERS = ("played", "changes", "multiples", "judged", "costs", "hangs-on", "sureness", "limits")
RANKING = re.compile(
    r"\b(best|better|worst|worse|winner|wins|superior|rank(ed|ing)?|score|beste|beter|slechter|slechtste|winnaar|"
    r"wint|rangorde|ranglijst|gerangschikt)\b",
    re.IGNORECASE,
)
NO_RANKING = re.compile(
    r"Profiles are not ranked|Profielen zijn geen rangorde|Profielen worden niet gerangschikt", re.IGNORECASE
)


@cache
def material() -> SweepMaterial:
    return sweep_material(sweep(60, spreads=(Spread("netbeheerder.people.skill", 0.6, 0.9),)), RULES)


@cache
def made(language: Language) -> Report:
    return make_sweep_report(material(), language)


def texts(report: Report) -> list[str]:
    """Return every text of a report."""
    found: list[str] = []

    def gather(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, tuple):
            for each in value:
                gather(each)
        elif isinstance(value, Picture):
            found.extend([value.alt, value.caption])
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                gather(getattr(value, name))

    gather(report)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_chapters_are_there(language: Language) -> None:
    report = made(language)
    assert tuple(section.id for section in report.sections) == CHAPTERS
    assert all(section.title and section.blocks for section in report.sections)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_ranked(language: Language) -> None:
    """No word of a contest stands in it, but that there is none; variants stand in the order of the command line."""
    ranked = [text for text in texts(made(language)) if RANKING.search(NO_RANKING.sub("", text))]
    assert ranked == []
    assert any(NO_RANKING.search(text) for text in texts(made(language)))
    turned = msgspec.structs.replace(material().sweep.plan, variants=material().sweep.plan.variants[::-1])
    words = SweepWords(turned, language)
    assert [words.mark(name) for name in (CORE, REFERENCE)] == ["A", "B"]


def test_a_finding_is_one_sentence_with_its_uncertainty() -> None:
    sentences = {
        language: [
            entry for block in blocks_of(language) if isinstance(block, Bullets) for _, entry in block.entries
        ]
        for language in LANGUAGES
    }
    (english,) = (each for each in sentences["en"] if "the time to the initial picture" in each)
    assert english.startswith(
        "With Network operator under Core instead of Link, the time to the initial picture at Network operator is "
        "12 min shorter (median over 60 draws; 95 % interval "
    )
    (dutch,) = (each for each in sentences["nl"] if "de tijd tot het startbeeld" in each)
    assert dutch.startswith(
        "Met Netbeheerder in Kernpartner in plaats van Schakel is de tijd tot het startbeeld bij Netbeheerder "
        "12 min korter (mediaan over 60 trekkingen; 95%-interval "
    )
    for told_ in (*sentences["en"], *sentences["nl"]):
        assert told_.count(". ") == 0
        assert told_.endswith(".")


def blocks_of(language: Language) -> list[object]:
    (changes,) = (section for section in made(language).sections if section.id == "changes")
    return list(changes.blocks)


def test_what_changes_on_paper_is_told_without_luck() -> None:
    grids = [block for block in blocks_of("en") if isinstance(block, Grid)]
    assert [[cell.lines[0] for cell in row] for row in grids[0].rows] == [
        ["Network operator", "The profile fits", "not met", "met"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_word_document_say_the_same(language: Language) -> None:
    page = report_html(made(language))
    document = Document(io.BytesIO(report_docx(made(language))))
    headings = [
        each.text for each in document.paragraphs if each.style is not None and each.style.name == "Heading 1"
    ]
    for section in made(language).sections:
        assert any(section.title in heading for heading in headings)
        assert f'id="{section.id}"' in page
    assert 'src="http' not in page
    assert "<script" not in page
    assert report_html(make_sweep_report(material(), language)) == page


def test_pictures_have_a_text_for_who_cannot_see_them() -> None:
    pictures = [
        block for section in made("en").sections for block in section.blocks if isinstance(block, Picture)
    ]
    assert pictures
    for picture in pictures:
        assert "median" in picture.alt
        ET.fromstring(picture.svg)
    assert len({picture.name for picture in pictures}) == len(pictures)


def test_with_few_seeds_the_report_says_that_nothing_is_sure() -> None:
    report = make_sweep_report(sweep_material(sweep(5)), "en")
    told_ = " ".join(texts(report))
    assert "With 5 seeds nothing can be said to change for sure: that takes 20 or more." in told_
    assert "With fewer than 20 draws there is no interval" in told_


def test_one_variant_has_nothing_beside_it() -> None:
    full = sweep(30)
    plan = msgspec.structs.replace(full.plan, variants=full.plan.variants[:1])
    report = make_sweep_report(sweep_material(Sweep(plan, full.of(REFERENCE))), "en")
    assert "One variant was played" in " ".join(texts(report))


def test_what_only_tries_something_stands_in_its_own_chapter() -> None:
    """One row for each, where most hangs on it first; no sentences of it among what variants change."""
    full = sweep(30)
    tried = Variant(CORE, (CORE,), Tried("channel-cut-off", "vr04"))
    plan = msgspec.structs.replace(full.plan, variants=(Variant(REFERENCE), tried))
    sections = {
        each.id: each for each in make_sweep_report(sweep_material(Sweep(plan, full.runs)), "en").sections
    }
    grid = next(block for block in sections["hangs-on"].blocks if isinstance(block, Grid))
    assert [cell.lines[0] for cell in grid.rows[0]] == ["IJsselland region cut off from the tool", "1", "1"]
    assert len(sections["changes"].blocks) == 1


# Words --------------------------------------------------------------------------------------------------


def words(language: Language = "en") -> SweepWords:
    return SweepWords(sweep(2).plan, language)


@pytest.mark.parametrize(
    ("bounds", "unit", "shown"),
    [
        (exactly(12 * MINUTE_MS), Unit.MS, "12 min"),
        (Bounds(11.8 * MINUTE_MS, 12.2 * MINUTE_MS), Unit.MS, "11 min 48 s to 12 min 12 s"),
        (at_least(240 * MINUTE_MS), Unit.MS, "at least 4 h"),
        (Bounds(None, 3.0), Unit.COUNT, "at most 3"),
        (Bounds(None, None), Unit.COUNT, "unknown"),
        (Bounds(0.25, 0.5), Unit.SHARE, "25% to 50%"),
    ],
)
def test_figures_and_between_what_they_lie(bounds: Bounds, unit: Unit, shown: str) -> None:
    assert words().bounds(bounds, unit) == shown


def test_differences_have_a_sign() -> None:
    less = Difference(value=exactly(-2.0), interval=Bounds(-3.0, 0.0), count=50)
    assert words().difference(less, Unit.COUNT) == "\N{MINUS SIGN}2 (\N{MINUS SIGN}3 to 0)"
    more = Difference(value=exactly(0.125), interval=None, count=5)
    assert words().difference(more, Unit.SHARE) == "+12 percentage points"
    assert words().difference(Difference(value=None, interval=None, count=0), Unit.COUNT) == "·"


def test_a_change_that_is_mostly_none_is_told_so() -> None:
    change = next(each for each in material().findings.changes if each.sure and each.about.kind == "figure")
    rare = msgspec.structs.replace(
        change,
        difference=Difference(
            value=exactly(0.0), interval=exactly(0.0), count=60, up=0, down=20, by_chance=0.001
        ),
    )
    assert (
        "is mostly the same, but not always: of 60 draws longer in 0 and shorter in 20."
        in words().sentence(rare)
    )


def test_a_change_of_what_was_still_open_is_at_least_so_large() -> None:
    change = next(each for each in material().findings.changes if each.sure and each.about.kind == "figure")
    open_end = Bounds(None, -200.0 * MINUTE_MS)
    least = msgspec.structs.replace(
        change,
        difference=Difference(value=open_end, interval=open_end, count=60, down=60, open=60, by_chance=0.0),
    )
    assert "is at least 3 h 20 min shorter" in words().sentence(least)


def test_variants_are_called_by_what_is_otherwise() -> None:
    plan = msgspec.structs.replace(
        sweep(2).plan,
        variants=(Variant("a", ("vr04.people.skill=0.5",)), Variant("b", ("vr04.people.skill=0.9",))),
        cast=(),
    )
    told_ = SweepWords(plan, "en")
    assert told_.variant("b") == "vr04: people.skill 0.9"
    assert told_.with_("b") == "vr04: people.skill 0.9 and without vr04: people.skill 0.5"
    assert words().variant(REFERENCE) == "Network operator under Link"


# Drawing ------------------------------------------------------------------------------------------------


def test_strips_tell_what_was_open_and_what_is_missing() -> None:
    strip = Strip("A", 0, (exactly(1.0), exactly(2.0), at_least(5.0)), missing=4)
    panel = Panel("Somewhere <&>", (strip, Strip("B", 1, (), missing=7)), limit=3)
    drawn = strips([panel], [("A", "one"), ("B", "other")], Unit.COUNT, lambda value: f"{value:g}")
    root = ET.fromstring(drawn)
    said = [each.text for each in root.iter() if each.text]
    assert {"(4)", "(7)", "Somewhere <&>", "A", "B"} <= set(said)
    assert "1" in said  # what was still open is counted beside its triangle
    shown = told(panel, lambda value: f"{value:g}", lambda key, **values: f"{key} {sorted(values)}")
    assert "sweep-strip-none" in shown


@pytest.mark.parametrize("place", range(6))
def test_every_variant_has_a_shape_of_its_own(place: int) -> None:
    def shapes(at: int) -> str:
        panel = Panel("x", (Strip("A", at, (exactly(1.0), exactly(2.0)), 0),))
        drawn = strips([panel], [], Unit.COUNT, str)
        return re.sub(r"#[0-9a-f]{6}", "", drawn)  # without colours

    assert all(shapes(place) != shapes(other) for other in range(6) if other != place)


def test_headings_stand_in_order() -> None:
    for section in made("en").sections:
        levels = [block.level for block in section.blocks if isinstance(block, Heading)]
        assert all(level == 3 for level in levels[:1])
        assert any(isinstance(block, Paragraph | Grid | Bullets) for block in section.blocks)
