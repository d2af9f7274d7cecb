"""A drawing (SVG) as a bitmap (PNG), where a document cannot hold the drawing itself."""

from __future__ import annotations

from typing import Final

from resvg_py import svg_to_bytes

_ZOOM: Final = 2.0
"""Points of the bitmap for each of the drawing: sharp at 200 points an inch on A4."""


def bitmap(svg: str) -> bytes:
    """Return a drawing as PNG; it loads nothing, and its letters are those of this system."""
    return bytes(svg_to_bytes(svg_string=svg, zoom=_ZOOM))
