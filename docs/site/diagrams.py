"""Mermaid as pictures, drawn while the site is built: a reader's browser fetches and runs nothing for it."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import mmdr
from docutils import nodes
from pygments.lexers.data import JsonLexer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def draw(app: Sphinx, tree: nodes.document) -> None:
    """Put a picture in the place of every block of Mermaid; its text is what it says to who cannot see it."""
    for block in list(tree.findall(nodes.literal_block)):
        if block.get("language") == "mermaid":
            block.replace_self(nodes.raw("", _picture(block), format="html"))


def _picture(block: nodes.literal_block) -> str:
    text = block.astext()
    try:
        drawn = mmdr.render(text).svg()
    except ValueError as error:
        message = f"{block.source}:{block.line}: Mermaid cannot be drawn: {error}"
        raise ExtensionError(message) from error
    data = b64encode(drawn.encode()).decode()
    return f'<img class="diagram" alt="{escape(text)}" src="data:image/svg+xml;base64,{data}">'


def setup(app: Sphinx) -> dict[str, bool]:
    """Join in, and say what JSON Lines look like."""
    app.add_lexer("jsonl", JsonLexer)
    app.connect("doctree-read", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
