"""Pieces of Word documents (docx) that agreements and reports share; the same bytes each time for the same content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from sim.core.model.text import Language

_MADE: Final = datetime(2017, 8, 30)  # noqa: DTZ001 -- Word knows no zone; the day of the Beleidskader, so that nothing varies
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_QUIET: Final = RGBColor(0x55, 0x55, 0x55)
_LOCALES: Final = {"nl": "nl-NL", "en": "en-GB"}


def set_up_text(document: WordDocument, title: str, language: Language) -> None:
    """Set letters, language, hyphenation and properties; when it was made is the same each time."""
    normal: Any = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(9), "Arial"
    normal.paragraph_format.space_after = Pt(3)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), _LOCALES[language])
    normal.element.get_or_add_rPr().append(spoken)
    # Word wants its settings in the order of the schema: hyphenation comes after the tab stop.
    document.settings.element.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "beeld", ""
    properties.language = language
    properties.created = properties.modified = _MADE


def add_page_number(document: WordDocument, label: str, of: str = "") -> None:
    """Write the number of the page below each page; with a word ``of``, also how many there are."""
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run(f"{label} ")
    footer._p.append(field("PAGE", "1"))  # noqa: SLF001 -- python-docx has no fields of its own
    if of:
        footer.add_run(f" {of} ")
        footer._p.append(field("NUMPAGES", "1"))  # noqa: SLF001


def field(instruction: str, shown: str) -> Any:
    """Return a field, which Word fills in; ``shown`` stands there until then."""
    made = OxmlElement("w:fldSimple")
    made.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:t"))
    run[0].text = shown
    made.append(run)
    return made


def add_table(document: WordDocument, widths_mm: tuple[int, ...], heads: Iterable[str]) -> Table:
    """Return an empty table of fixed columns; its heads, if any, come again on each page."""
    table: Table = document.add_table(rows=0, cols=len(widths_mm), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    names = list(heads)
    if names:
        for cell, name in zip(add_row(table), names, strict=True):
            cell.paragraphs[0].add_run(name).bold = True
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
    return table


def add_row(table: Any) -> tuple[_Cell, ...]:
    """Return the cells of a new row, which no page break cuts."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    return tuple(row.cells)


def add_quiet(paragraph: Any, text: str) -> None:
    """Add text in small, soft letters."""
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), _QUIET


def same_bytes(document: WordDocument) -> bytes:
    """Return the document without the time at which it was put together."""
    made, packed = BytesIO(), BytesIO()
    document.save(made)
    with ZipFile(made) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            info = ZipInfo(entry.filename, _ZIP_TIME)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(entry.filename))
    return packed.getvalue()
