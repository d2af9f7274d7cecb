"""The formats of a report, each with what makes it. That is loaded when one is made: nobody else waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.report.blocks import Report


def _html(report: Report) -> bytes:
    from sim.report.report_html import report_html  # noqa: PLC0415

    return report_html(report).encode()


def _pdf(report: Report) -> bytes:
    from sim.report.pdf import html_to_pdf  # noqa: PLC0415
    from sim.report.report_html import report_html  # noqa: PLC0415

    return html_to_pdf(report_html(report), tagged=True)


def _docx(report: Report) -> bytes:
    from sim.report.report_docx import report_docx  # noqa: PLC0415

    return report_docx(report)


MAKERS: Final[dict[str, Callable[[Report], bytes]]] = {"html": _html, "pdf": _pdf, "docx": _docx}
"""What makes a report in each format."""
