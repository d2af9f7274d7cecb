"""The report on an exercise as a Word document, to edit: the same blocks as the page and the PDF."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

from sim.report.bitmap import bitmap
from sim.report.blocks import (
    Block,
    Bullets,
    Cell,
    Facts,
    Grid,
    Heading,
    Paragraph,
    Picture,
    Report,
    Room,
    Section,
)
from sim.report.word import add_page_number, add_quiet, add_row, add_table, same_bytes, set_up_text
from sim.words import word

_A4_MM: Final = (210, 297)
_MARGIN_MM: Final = 15
_FACTS_SHARES: Final = (30, 70)
_LINE_MM: Final = 8
_PICTURE_MM: Final = 145
"""Height of a picture that fits below a heading on a page that lies on its side."""
_SMALL: Final = Pt(7.5)
_INK: Final = RGBColor(0x17, 0x37, 0x5E)


def report_docx(report: Report) -> bytes:
    """Return the report as a Word document."""
    document = Document()
    set_up_text(document, report.title, report.language)
    _turn(document.sections[0], wide=False)
    document.sections[0].footer.paragraphs[0].add_run(f"{report.footer} · ")
    add_page_number(document, word("report-page", report.language), word("report-page-of", report.language))
    _set_headings(document)
    document.add_heading(report.title, 0)
    add_quiet(document.add_paragraph(), report.subtitle)
    writer = _Writer(document, wide=False)
    writer.section(report.summary.title, report.summary)
    _add_contents(document, report)
    for number, section in enumerate(report.sections, start=1):
        writer.begin(section)
        writer.section(f"{number}. {section.title}", section)
    return same_bytes(document)


def _set_headings(document: WordDocument) -> None:
    for name, size in (("Title", 18), ("Heading 1", 14), ("Heading 2", 11), ("Heading 3", 9.5)):
        style: Any = document.styles[name]
        style.font.size, style.font.name, style.font.color.rgb = Pt(size), "Arial", _INK
        style.paragraph_format.space_before = Pt(8 if size < 14 else 0)
        style.paragraph_format.space_after = Pt(3)


def _turn(section: Any, *, wide: bool) -> None:
    short, long = Mm(_A4_MM[0]), Mm(_A4_MM[1])
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if wide else (short, long)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)


def _add_contents(document: WordDocument, report: Report) -> None:
    """Add the contents as a field: Word fills in the pages, and until then the titles stand there."""
    heading = document.add_heading(word("report-contents", report.language), 1)
    heading.paragraph_format.page_break_before = True
    add_quiet(document.add_paragraph(), word("report-contents-update", report.language))
    first = document.add_paragraph()
    for kind in ("begin", "instruction", "separate"):
        first._p.append(_field_part(kind))  # noqa: SLF001 -- python-docx has no fields of its own
    paragraph = first
    for number, section in enumerate(report.sections, start=1):
        paragraph = first if number == 1 else document.add_paragraph()
        paragraph.add_run(f"{number}. {section.title}")
    paragraph._p.append(_field_part("end"))  # noqa: SLF001


def _field_part(kind: str) -> Any:
    run = OxmlElement("w:r")
    if kind == "instruction":
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = ' TOC \\o "1-1" \\h \\z '
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    run.append(part)
    return run


class _Writer:
    """Writes blocks into a document; it knows how wide the page is."""

    def __init__(self, document: WordDocument, *, wide: bool) -> None:
        self._document = document
        self._wide = wide

    @property
    def _width_mm(self) -> int:
        return _A4_MM[1 if self._wide else 0] - 2 * _MARGIN_MM

    def begin(self, section: Section) -> None:
        """Begin a page for a section, which lies on its side where the section is wide."""
        self._wide = section.wide
        _turn(self._document.add_section(WD_SECTION.NEW_PAGE), wide=section.wide)

    def section(self, title: str, section: Section) -> None:
        """Write a section."""
        self._document.add_heading(title, 1)
        for block in section.blocks:
            self._write(block)

    def _write(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._document.add_heading(block.text, block.level - 1)
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Bullets):
            for depth, text in block.entries:
                style = "List Bullet" if depth == 0 else f"List Bullet {min(depth, 2) + 1}"
                self._document.add_paragraph(text, style=style)
        elif isinstance(block, Grid):
            self._grid(block)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Picture):
            self._picture(block)
        else:
            self._room(block)

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self._document.add_paragraph()
        if block.tone == "quiet":
            add_quiet(paragraph, block.text)
            return
        run = paragraph.add_run(block.text)
        run.bold, run.italic = block.tone == "strong", block.tone == "notice"

    def _grid(self, block: Grid) -> None:
        table = add_table(self._document, self._widths(block.widths), block.heads)
        for row in block.rows:
            for cell, shown in zip(add_row(table), row, strict=True):
                _fill(cell, shown)
        if block.small:
            for cell in (cell for row in table.rows for cell in row.cells):
                for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                    run.font.size = _SMALL
        self._document.add_paragraph()

    def _facts(self, block: Facts) -> None:
        table = add_table(self._document, self._widths(_FACTS_SHARES), ())
        for label, value in block.rows:
            left, right = add_row(table)
            left.paragraphs[0].add_run(label).bold = True
            right.text = value
        self._document.add_paragraph()

    def _picture(self, block: Picture) -> None:
        shape = self._document.add_picture(BytesIO(bitmap(block.svg)))
        widest, highest = Mm(self._width_mm), Mm(_PICTURE_MM)
        scale = min(widest / shape.width, highest / shape.height)
        shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
        shown = shape._inline.docPr  # noqa: SLF001 -- python-docx has no alternative texts of its own
        shown.set("descr", block.alt)
        shown.set("name", block.name)
        add_quiet(self._document.add_paragraph(), block.caption)

    def _room(self, block: Room) -> None:
        table = add_table(self._document, self._widths((100,)), ())
        (cell,) = add_row(table)
        cell.paragraphs[0].add_run(block.label).bold = True
        table.rows[-1].height = Mm(_LINE_MM * (block.lines + 1))
        self._document.add_paragraph()

    def _widths(self, shares: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self._width_mm * share // sum(shares) for share in shares)


def _fill(cell: _Cell, shown: Cell) -> None:
    for number, line in enumerate(shown.lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.add_run(line).bold = shown.strong
