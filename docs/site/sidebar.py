"""The sidebar of the site: the sections of docs/README.md, and in each the pages that its table names.

So there is one index, and a page that stands in no table is a warning, which ends the build. Dutch pages say that
they are.
"""

from __future__ import annotations

import re
from os.path import normpath
from typing import Any

from sphinx.application import Sphinx

_ROW = re.compile(r"^\| \[[^\]]*\]\((?P<path>[^)#]+)\.md\)", re.MULTILINE)
_DUTCH = re.compile(r"\.nl$|/toetsing$")


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Add to the index what Sphinx needs to know the order of the pages."""
    if name != app.config.root_doc:
        return
    folder = name.rpartition("/")[0]
    _, *sections = re.split(r"^## ", source[0], flags=re.MULTILINE)
    for section in sections:
        heading, _, rest = section.partition("\n")
        pages = [normpath(f"{folder}/{row['path']}") for row in _ROW.finditer(rest)]
        if pages:
            lines = "\n".join(f"/{page}" for page in pages)
            source[0] += f"\n\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{lines}\n```\n"


def say_language(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Say of a page in Dutch that it is: hyphens, voices and translators go by it."""
    if _DUTCH.search(name):
        context["language"] = "nl"


def setup(app: Sphinx) -> dict[str, bool]:
    """Join in."""
    app.connect("source-read", add_contents)
    app.connect("html-page-context", say_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
