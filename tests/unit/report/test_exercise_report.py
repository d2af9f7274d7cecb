"""The report on an exercise: all its parts in both languages, alike on page and in Word, and fit for screen readers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from docx import Document
from docx.oxml.ns import qn

from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.criteria import AppliedNorm
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.observations import Attachment, HumanObservation, beside
from sim.core.assessment.judging.outcome import Advice, Measurement
from sim.core.messages.items import ItemRef, Point, Value
from sim.core.model.cue import Meet
from sim.core.model.text import Language, Text
from sim.core.model.time import MINUTE_MS
from sim.core.picture.observation import Fact
from sim.core.records.kinds import FaultEntered, Injected, Opening, Truth
from sim.core.records.record import Record
from sim.replay.course import course
from sim.report.blocks import Block, Bullets, Facts, Grid, Heading, Paragraph, Picture, Report, Room
from sim.report.exercise.material import Material
from sim.report.exercise.report import make_report
from sim.report.exercise.sections.advice import advice_section
from sim.report.exercise.words import ReportWords
from sim.report.report_docx import report_docx
from sim.report.report_html import report_html
from sim.words import keys, word
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    CRITERIA,
    FAULT,
    GRID,
    REGION,
    WATER,
    Log,
    fact,
    item,
    minutes,
)

LANGUAGES: tuple[Language, ...] = ("nl", "en")
LONG = "Rioolwaterzuiveringsinstallatiebeheerdersvergaderingsverslag" * 2


def records() -> list[Record]:
    """A small exercise in which everything happens that a report shows."""
    log = Log()
    log.truth(0)
    log.alert(5, WATER)
    log.card(6)
    log.ack(14, WATER, log.alarm(10, WATER))
    log.fault(20)
    wrong = msgspec.structs.replace(
        item("water-level", observed=20, faults=(FAULT,)), values=(Value("level", 7.5, "m"),)
    )
    log.own(21, WATER, wrong)
    log.shared(25, wrong)
    log.inject(28, Injected("i-1", REGION, Meet(activity=ACTIVITY, team="rot"), Text("", ""), "exercise"))
    log.decide(30, ItemRef(wrong.id, wrong.version))
    log.signal(40, GRID, wrong)
    log.card(80, is_open=False)
    return [_named(record) for record in log.end(90).records]


def _named(record: Record) -> Record:
    content = record.content
    if isinstance(content, Opening):
        content = msgspec.structs.replace(
            content,
            name=Text("Proef <b>& co</b>", "Trial <b>& co</b>"),
            notice=Text("Verzonnen.", "Invented."),
            end_ms=minutes(90),
            settings={"water.people.skill": "0.5"},
        )
    if isinstance(content, Truth):
        content = msgspec.structs.replace(content, fact=_stated(5.0))
    if isinstance(content, FaultEntered):
        content = msgspec.structs.replace(
            content,
            title=Text(f"Fout {LONG}", f"Fault {LONG}"),
            told=_stated(7.5),
            truth=_stated(5.0),
            recognise=Text("Kijk\u0001", "Look\u0001"),
        )
    return Record(record.seq, record.at_ms, record.kind, record.cause, content, record.local)


def _stated(level: float) -> Fact:
    return msgspec.structs.replace(
        fact(), title=Text("Waterstand", "Water level"), values=(Value("level", level, "m"),)
    )


@cache
def material(*, faulty: bool = True, observed: bool = True) -> Material:
    made = records() if faulty else Log().end(60).records
    evidence, assessment = gather(made), assess(made, CRITERIA)
    observations = (
        HumanObservation(
            role="observer CoPI",
            name="A. Jansen",
            at_ms=0,
            criterion="alarm-acknowledgement",
            party=WATER,
            rating="not met",
            text="Saw it <i>late</i>.",
        ),
        HumanObservation(
            role="observer",
            name="",
            at_ms=0,
            criterion="exercise-decisions",
            party="",
            rating=None,
            text="Nobody asked.",
            attachment=Attachment("photo.jpg", "ab" * 32),
        ),
    )
    return Material(
        assessment=assessment,
        evidence=evidence,
        course=course(evidence.log),
        criteria=CRITERIA.criteria,
        rules=CRITERIA.advice,
        observations=tuple(beside(assessment, each) for each in observations if observed),
        digest="ab" * 32,
        run="test-1",
        versions={"python": "3.11"},
        version="0.1.0",
    )


def made(language: Language = "nl") -> Report:
    return make_report(material(), language)


def blocks(report: Report) -> Iterator[Block]:
    for section in (report.summary, *report.sections):
        yield from section.blocks


def texts(block: Block) -> Iterator[str]:
    """Yield every text of a block."""
    if isinstance(block, Heading | Paragraph):
        yield block.text
    elif isinstance(block, Bullets):
        yield from (text for _, text in block.entries)
    elif isinstance(block, Grid):
        yield from block.heads
        yield from (line for row in block.rows for cell in row for line in cell.lines)
    elif isinstance(block, Facts):
        yield from (text for row in block.rows for text in row)
    elif isinstance(block, Room):
        yield block.label
    else:
        yield block.caption


def said(report: Report) -> list[str]:
    titles = [
        report.title,
        report.subtitle,
        *(section.title for section in (report.summary, *report.sections)),
    ]
    return [*titles, *(text for block in blocks(report) for text in texts(block))]


def section(report: Report, name: str) -> str:
    (found,) = (each for each in report.sections if each.id == name)
    return "\n".join(text for block in found.blocks for text in texts(block))


# What is in it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_parts_are_there_in_order(language: Language) -> None:
    assert [each.id for each in made(language).sections] == [
        "exercise", "parties", "course", "knowledge", "faults", "findings", "figures", "observations", "points",
        "advice", "annex",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_the_other_language(language: Language) -> None:
    """Fixed texts of the catalogue in the other language are nowhere, and neither is a key or an unfilled value."""
    other: Language = "en" if language == "nl" else "nl"
    told = [key for key in keys() if not _has_values(key) and not key.startswith("page-")]
    here = {word(key, language) for key in told}
    foreign = {word(key, other) for key in told} - here
    found = said(made(language))

    assert [text for text in found if text in foreign] == []
    assert [text for text in found if text.startswith("report-")] == []
    assert [text for text in found if re.search(r"\{[a-z]+\}", text)] == []
    if language == "nl":  # norms that were chosen for exercises are said in the file in English
        assert [text for text in found if re.search(r"\bexercise\b(?!-)", text)] == []


def _has_values(key: str) -> bool:
    try:
        word(key, "nl")
    except KeyError:
        return True
    return False


def test_the_two_languages_say_the_same_things() -> None:
    shapes = [[type(block).__name__ for block in blocks(made(language))] for language in LANGUAGES]

    assert shapes[0] == shapes[1]


def test_findings_name_their_records() -> None:
    grids = [
        block
        for block in blocks(made())
        if isinstance(block, Grid) and block.heads[-1] == word("evidence", "nl")
    ]

    assert grids
    assert all(re.match(r"\d+", row[-1].lines[0]) for grid in grids for row in grid.rows)


def test_observers_stand_apart_and_disagreement_is_shown() -> None:
    report = made("en")
    observed = section(report, "observations")

    assert "A. Jansen" in observed
    assert word("report-standing-differs", "en") in observed
    assert word("result-met", "en") in observed
    assert word("result-not-met", "en") in observed
    assert "photo.jpg" in observed
    for name in ("findings", "points", "advice"):
        assert "Jansen" not in section(report, name)
        assert section(report, name) == section(make_report(material(observed=False), "en"), name)


def test_the_knowledge_of_a_fault_is_in_the_table() -> None:
    assert re.search(r"✗ F1: 7,5 m, wo 12:21 tot het einde", section(made(), "knowledge"))


def test_a_fault_is_told_from_whom_to_whom() -> None:
    faults = section(made("en"), "faults")

    assert "water, Wed 12:20" in faults
    assert "vr24, Wed 12:21" in faults
    assert "grid, Wed 12:25" in faults
    assert "noticed it Wed 12:40" in faults


def test_there_is_room_for_the_steering_group_for_each_partner_that_can_be_assessed() -> None:
    """For the others no position is asked; their figures are there."""
    report = made()
    partners = [each.advice is Advice.NOT_ASSESSABLE for each in material().assessment.partners]
    rooms = [block for block in blocks(report) if isinstance(block, Room)]

    assert True in partners
    assert len(rooms) == 2 * partners.count(False)


def test_of_a_partner_that_is_not_assessed_the_figures_are_there_and_no_results() -> None:
    whole = material()
    partners = tuple(
        msgspec.structs.replace(each, advice=Advice.NOT_ASSESSABLE) for each in whole.assessment.partners
    )
    assessment = msgspec.structs.replace(whole.assessment, partners=partners)
    shown = advice_section(
        replace(whole, assessment=assessment), ReportWords(whole.evidence.log.opening, "nl")
    )
    grids = [block for block in shown.blocks if isinstance(block, Grid)]

    assert {block.caption for block in grids} == {word("report-for-information", "nl")}
    assert not [block for block in shown.blocks if isinstance(block, Room)]
    assert word("result-met", "nl") not in {line for block in grids for line in texts(block)}


def test_what_stands_in_the_agreements_is_one_table_a_quality() -> None:
    report = made("en")
    captions = [block.caption for block in blocks(report) if isinstance(block, Grid)]
    strong = section(report, "points").split(word("report-improve", "en"))[0]

    assert captions.count("Set-up: secure") == 1
    assert "Set-up" not in strong
    assert strong.count(word("report-on-paper", "en", criteria="").rstrip(".").rstrip()) <= 1


def measured(value: float | None, *, pending: float | None = None) -> Measurement:
    value_ms, pending_ms = (None if each is None else round(each * MINUTE_MS) for each in (value, pending))
    return Measurement(name="time", unit=Unit.MS, count=2, value=value_ms, pending=pending_ms)


def at_most(limit: int) -> AppliedNorm:
    limit_ms = limit * MINUTE_MS
    return AppliedNorm(
        limit=limit_ms, partly_limit=2 * limit_ms, unit=Unit.MS, better="lower", source="exercise"
    )


def test_norms_and_figures_are_told_in_the_words_of_the_reader() -> None:
    words = {language: ReportWords(material().evidence.log.opening, language) for language in LANGUAGES}
    assert words["nl"].figure(measured(50), at_most(60)) == "50 min"
    assert words["nl"].figure(measured(50, pending=70), at_most(60)) == "ten minste 1 uur 10 min"
    assert words["nl"].figure(measured(50, pending=55), at_most(60)) == "50 min"
    assert words["nl"].figure(measured(60.02), at_most(60)) == "1 uur 1 s"
    assert words["nl"].figure(measured(60), at_most(60)) == "1 uur"
    assert words["nl"].figure(measured(None)) == "·"
    share = Measurement(name="share", unit=Unit.SHARE, value=0.7965, count=9)
    assert (
        words["nl"].figure(
            share,
            AppliedNorm(limit=0.8, partly_limit=0.6, unit=Unit.SHARE, better="higher", source="exercise"),
        )
        == "79,65%"
    )
    turned = msgspec.structs.replace(_stated(240), values=(Value("direction", 240, "degrees"),))

    assert (
        words["nl"].source("Modeluitwerking technology 4; exercise") == "Modeluitwerking techniek 4; oefening"
    )
    assert (
        words["en"].source("Modeluitwerking technology 4; exercise")
        == "Modeluitwerking technology 4; exercise"
    )
    assert words["nl"].held(turned, None) == "240°"


def test_an_exercise_in_which_nothing_happened() -> None:
    for language in LANGUAGES:
        report = make_report(material(faulty=False, observed=False), language)
        assert word("report-faults-none", language) in section(report, "faults")
        assert word("report-knowledge-none", language) in section(report, "knowledge")
        assert report_html(report)
        assert report_docx(report)


def test_control_characters_do_not_come_through() -> None:
    assert "Kijk" in section(made(), "faults")
    assert not any(ord(letter) < 32 and letter != "\n" for text in said(made()) for letter in text)


# Page and document ----------------------------------------------------------------------------------


class Outline(HTMLParser):
    """What a screen reader needs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.language = ""
        self.pictures: list[str] = []
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.scopes: list[str] = []
        self.tables = self.captions = 0
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        self.language = given["lang"] if tag == "html" else self.language
        self.anchors |= {given["id"]} if "id" in given else set()
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag == "img":
            self.pictures.append(given["alt"])
        if tag == "th":
            self.scopes.append(given.get("scope", ""))
        if tag == "a":
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "href") if name in given and tag != "a"]
        assert tag != "script"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_screen_readers_can_read(language: Language) -> None:
    outline = Outline()

    outline.feed(report_html(made(language)))

    assert outline.language == language
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(
        after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False)
    )
    assert outline.pictures
    assert all(len(alt) > 40 for alt in outline.pictures)
    assert outline.tables == outline.captions > 10
    assert set(outline.scopes) == {"col", "row"}
    assert {link.removeprefix("#") for link in outline.links} <= outline.anchors
    assert all(load.startswith("data:image/svg+xml;base64,") for load in outline.loads)


def test_what_comes_from_files_is_escaped() -> None:
    page = report_html(made())

    assert "<b>& co" not in page
    assert "<i>late" not in page
    assert "Proef &lt;b&gt;&amp; co" in page


def test_word_says_what_the_page_says() -> None:
    for language in LANGUAGES:
        report = made(language)
        document = Document(io.BytesIO(report_docx(report)))
        found = {node.text for node in document.element.body.iter(qn("w:t"))}
        whole = {
            "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))
        }
        assert [
            text
            for text in said(report)
            if text and not (text in found or text in whole or _numbered(text, whole))
        ] == []


def _numbered(text: str, whole: set[str]) -> bool:
    return any(each.endswith(f". {text}") for each in whole)


def test_pictures_in_word_have_words_and_are_the_pages_pictures() -> None:
    report = made()
    document = Document(io.BytesIO(report_docx(report)))
    shown = [node.get("descr") for node in document.element.body.iter(qn("wp:docPr"))]

    assert shown == [block.alt for block in blocks(report) if isinstance(block, Picture)]
    assert all(shown)


def test_wide_sections_lie_on_their_side_in_word() -> None:
    report = made()
    document = Document(io.BytesIO(report_docx(report)))
    sides = [node.get(qn("w:orient")) == "landscape" for node in document.element.body.iter(qn("w:pgSz"))]

    assert sides == [False, *(each.wide for each in report.sections)]


def test_heads_of_tables_come_again_on_each_page_of_word() -> None:
    report = made()
    document = Document(io.BytesIO(report_docx(report)))
    heads = sum(1 for _ in document.element.body.iter(qn("w:tblHeader")))

    assert heads == sum(isinstance(block, Grid) for block in blocks(report))


def test_drawings_are_no_higher_than_a_page_on_its_side() -> None:
    for block in blocks(made()):
        if isinstance(block, Picture):
            width, height = re.findall(r'viewBox="0 0 (\S+) (\S+)"', block.svg)[0]
            assert float(height) / float(width) < 0.6


@pytest.mark.parametrize(
    ("held", "so", "said"),
    [
        (
            {"values": (Value("level", 7.5, "m", "NAP"),)},
            {"values": (Value("level", 5, "m", "NAP"),)},
            "7,5 m NAP",
        ),
        ({}, {"values": (Value("persons", 5, "count"),)}, "zonder getal"),
        ({}, {"geometry": Point((5.0, 51.0))}, "zonder plaats"),
        (
            {"geometry": Point((5.0, 51.1))},
            {"geometry": Point((5.0, 51.0))},
            "11,1 km van de werkelijke plaats",
        ),
        ({"geometry": Point((5.0, 51.0))}, {"geometry": Point((5.0, 51.0))}, "Titel"),
        ({"values": (Value("persons", 5, "count"),)}, {}, "5"),
    ],
)
def test_what_was_held_is_told_by_how_it_differs(held: dict[str, Any], so: dict[str, Any], said: str) -> None:
    words = ReportWords(material().evidence.log.opening, "nl")
    titled = msgspec.structs.replace(fact(), title=Text("Titel", "Title"))

    shown = words.held(msgspec.structs.replace(titled, **held), msgspec.structs.replace(titled, **so))

    assert shown == said


def test_a_fault_by_which_nothing_was_told_says_so() -> None:
    whole = material()
    case = whole.evidence.cases[0]
    silent = msgspec.structs.replace(
        case.fault, content=msgspec.structs.replace(case.fault.content, told=None)
    )
    evidence = Evidence(replace(whole.evidence.log, faults=(silent,)))

    report = make_report(replace(whole, evidence=evidence), "nl")

    assert word("report-told-nothing", "nl") in section(report, "faults")
