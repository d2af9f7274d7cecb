"""Agreements as Word documents (docx): the same bytes each time for the same agreement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from sim.core.model.text import Language
from sim.report.agreement_paper import AgreementPaper, PaperPart, PaperTopic
from sim.words import word

_MADE: Final = datetime(2017, 8, 30)  # noqa: DTZ001 -- Word knows no zone; the day of the Beleidskader, so that nothing varies
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_COLUMNS_MM: Final = (48, 93, 126)
_OPEN_COLUMNS_MM: Final = (92, 42, 45, 88)
_FACTS_MM: Final = (66, 201)
_SIGN_ROW_MM: Final = 16
_REMARK: Final = RGBColor(0x8A, 0x2B, 0x0E)
_QUIET: Final = RGBColor(0x55, 0x55, 0x55)
_LOCALES: Final = {"nl": "nl-NL", "en": "en-GB"}


def agreement_docx(paper: AgreementPaper) -> bytes:
    """Return an agreement as a Word document."""
    document = Document()
    _set_up(document, paper)
    document.add_heading(paper.title, 0)
    _quiet(document.add_paragraph(), word("paper-source", paper.language))
    facts = _table(document, _FACTS_MM, ())
    for label, value in paper.facts:
        cells = _row(facts)
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].text = value
    for part in paper.parts:
        _add_part(document, part, paper.language)
    _add_signatures(document, paper)
    _add_open(document, paper)
    return _same_bytes(document)


def _set_up(document: WordDocument, paper: AgreementPaper) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(16)
    normal: Any = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(9), "Arial"
    normal.paragraph_format.space_after = Pt(3)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LOCALES[paper.language])
    normal.element.get_or_add_rPr().append(language)
    # Word wants its settings in the order of the schema: hyphenation comes after the tab stop.
    document.settings.element.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title, "beeld", ""
    properties.language = paper.language
    properties.created = properties.modified = _MADE
    _add_page_number(document, paper.language)


def _add_page_number(document: WordDocument, language: Language) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run(f"{word('paper-page', language)} ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    shown = OxmlElement("w:r")
    shown.append(OxmlElement("w:t"))
    shown[0].text = "1"
    field.append(shown)
    footer._p.append(field)  # noqa: SLF001 -- python-docx has no fields of its own


def _add_part(document: WordDocument, part: PaperPart, language: Language) -> None:
    document.add_heading(part.name, 1)
    heads = ("paper-topic", "paper-questions", "paper-agreed")
    table = _table(document, _COLUMNS_MM, [word(key, language) for key in heads])
    for topic in part.topics:
        name, questions, agreed = _row(table)
        name.paragraphs[0].add_run(topic.name).bold = True
        _quiet(name.add_paragraph(), topic.source)
        questions.text = topic.explanation
        for question in topic.questions:
            questions.add_paragraph(question, style="List Bullet")
        _fill_agreed(agreed, topic)


def _fill_agreed(cell: _Cell, topic: PaperTopic) -> None:
    first = cell.paragraphs[0]
    if topic.text:
        first.add_run(topic.text)
    else:
        run = first.add_run(topic.remark)
        run.italic, run.font.color.rgb = True, _REMARK
    for term in topic.terms:
        line = cell.add_paragraph(f"{term.about}: ", style="List Bullet")
        if len(term.lines) == 1:
            line.add_run(term.lines[0]).bold = True
            continue
        for each in term.lines:
            cell.add_paragraph(style="List Bullet 2").add_run(each).bold = True


def _add_signatures(document: WordDocument, paper: AgreementPaper) -> None:
    document.add_heading(word("paper-signatures", paper.language), 1)
    heads = ("paper-signer", "paper-sign-name", "paper-sign-date", "paper-sign")
    table = _table(document, (67, 67, 66, 67), [word(key, paper.language) for key in heads])
    for signer in paper.signers:
        _row(table)[0].text = signer
        table.rows[-1].height = Mm(_SIGN_ROW_MM)
    # The block stays together: each paragraph but those of its last row keeps with the next.
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _add_open(document: WordDocument, paper: AgreementPaper) -> None:
    heading = document.add_heading(word("paper-open", paper.language), 1)
    heading.paragraph_format.page_break_before = True
    if paper.all_met:
        document.add_paragraph(paper.all_met)
    if paper.empty:
        document.add_heading(word("paper-open-topics", paper.language), 2)
        for name in paper.empty:
            document.add_paragraph(name, style="List Bullet")
    if paper.unmet:
        document.add_heading(word("paper-open-preconditions", paper.language), 2)
        heads = ("paper-precondition", "paper-dimension", "paper-table", "paper-shown-by")
        table = _table(document, _OPEN_COLUMNS_MM, [word(key, paper.language) for key in heads])
        for each in paper.unmet:
            cells = _row(table)
            for cell, text in zip(
                cells, (each.text, each.dimension, each.source, each.shown_by), strict=True
            ):
                cell.text = text


def _table(document: WordDocument, widths_mm: tuple[int, ...], heads: Iterable[str]) -> Table:
    """Return an empty table of fixed columns; its heads, if any, come again on each page."""
    table: Table = document.add_table(rows=0, cols=len(widths_mm), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    names = list(heads)
    if names:
        for cell, name in zip(_row(table), names, strict=True):
            cell.paragraphs[0].add_run(name).bold = True
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
    return table


def _row(table: Any) -> tuple[_Cell, ...]:
    """Return the cells of a new row, which no page break cuts."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    return tuple(row.cells)


def _quiet(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), _QUIET


def _same_bytes(document: WordDocument) -> bytes:
    """Return the document without the time at which it was put together."""
    made, packed = BytesIO(), BytesIO()
    document.save(made)
    with ZipFile(made) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            info = ZipInfo(entry.filename, _ZIP_TIME)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(entry.filename))
    return packed.getvalue()
