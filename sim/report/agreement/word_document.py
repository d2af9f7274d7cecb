"""Agreements as Word documents (docx): the same bytes each time for the same agreement."""

from __future__ import annotations

from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, RGBColor
from docx.table import _Cell

from sim.core.model.text import Language
from sim.report.agreement.paper import AgreementPaper, PaperPart, PaperTopic
from sim.report.word import add_page_number, add_quiet, add_row, add_table, same_bytes, set_up_text
from sim.words import word

_COLUMNS_MM: Final = (48, 93, 126)
_OPEN_COLUMNS_MM: Final = (92, 42, 45, 88)
_FACTS_MM: Final = (66, 201)
_SIGN_ROW_MM: Final = 16
_REMARK: Final = RGBColor(0x8A, 0x2B, 0x0E)


def agreement_docx(paper: AgreementPaper) -> bytes:
    """Return an agreement as a Word document."""
    document = Document()
    _set_up(document, paper)
    document.add_heading(paper.title, 0)
    add_quiet(document.add_paragraph(), word("paper-source", paper.language))
    facts = add_table(document, _FACTS_MM, ())
    for label, value in paper.facts:
        cells = add_row(facts)
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].text = value
    for part in paper.parts:
        _add_part(document, part, paper.language)
    _add_signatures(document, paper)
    _add_open(document, paper)
    return same_bytes(document)


def _set_up(document: WordDocument, paper: AgreementPaper) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(16)
    set_up_text(document, paper.title, paper.language)
    add_page_number(document, word("paper-page", paper.language))


def _add_part(document: WordDocument, part: PaperPart, language: Language) -> None:
    document.add_heading(part.name, 1)
    heads = ("paper-topic", "paper-questions", "paper-agreed")
    table = add_table(document, _COLUMNS_MM, [word(key, language) for key in heads])
    for topic in part.topics:
        name, questions, agreed = add_row(table)
        name.paragraphs[0].add_run(topic.name).bold = True
        add_quiet(name.add_paragraph(), topic.source)
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
    table = add_table(document, (67, 67, 66, 67), [word(key, paper.language) for key in heads])
    for signer in paper.signers:
        add_row(table)[0].text = signer
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
        table = add_table(document, _OPEN_COLUMNS_MM, [word(key, paper.language) for key in heads])
        for each in paper.unmet:
            cells = add_row(table)
            for cell, text in zip(
                cells, (each.text, each.dimension, each.source, each.shown_by), strict=True
            ):
                cell.text = text
