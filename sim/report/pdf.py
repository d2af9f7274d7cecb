"""HTML as PDF, by WeasyPrint: the same bytes each time for the same document."""

from __future__ import annotations

from typing import Final

from sim.files.problems import InputError, Problem

PANGO_PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What Debian calls the libraries that WeasyPrint lays out text with."""


def html_to_pdf(html: str, *, tagged: bool = False) -> bytes:
    """Return an HTML document as PDF.

    Args:
        html: The document; pictures in it stand in it as ``data:``.
        tagged: Whether screen readers can read its headings, tables and pictures (PDF/UA-1).

    Raises:
        InputError: This system has no Pango.
    """
    try:
        # Imported here: only who makes a PDF needs Pango, and everybody else would wait for it to load.
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as error:
        expected = (
            f"Pango on this system (Debian: apt-get install {PANGO_PACKAGES}), or a format other than pdf"
        )
        raise InputError([Problem("pdf", "", expected, "none")]) from error
    # A document has all that it needs in it; words in it are others' words, and load nothing.
    fetcher = URLFetcher(allowed_protocols=("data",) if tagged else ())
    variant = "pdf/ua-1" if tagged else None
    return bytes(HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant=variant))
