"""How `make docs` makes a site of the pages: Sphinx, MyST and Furo (docs/decisions/0049-the-docs-as-a-site.md).

The pages are plain Markdown that reads as well without a site. What only the site needs is added while it is built:
the sidebar from the tables of docs/README.md, and pictures in the place of Mermaid.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "beeld"
language = "en"

extensions = ["myst_parser", "diagrams", "sidebar"]
root_doc = "docs/README"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/**.md",
    "examples/README.md",
    "scenarios/README.md",
    "scenarios/*/README.md",
]

myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = "beeld"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["extra"]  # index.html, which leads to the index of the pages
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
