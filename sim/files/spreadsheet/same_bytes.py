"""Zipped documents with the same bytes each time: without the moment at which they were made."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

_WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can name."""

_STAMPS: Final = re.compile(
    rb"(<(dcterms:created|dcterms:modified|meta:creation-date|dc:date)\b[^>]*>)[^<]*(</\2>)"
)


def same_bytes(document: bytes) -> bytes:
    """Return a zipped office document with fixed times, in the order in which its parts stood."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            about = zipfile.ZipInfo(part.filename, _WHEN)
            about.compress_type = part.compress_type
            about.external_attr = 0o600 << 16
            data = old.read(part)
            if part.filename in ("docProps/core.xml", "meta.xml"):
                data = _STAMPS.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", data)
            new.writestr(about, data)
    return made.getvalue()
