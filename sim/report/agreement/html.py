"""Documents as HTML: one template for screen and PDF."""

from __future__ import annotations

from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.core.model.text import Language
from sim.report.agreement.paper import AgreementPaper
from sim.words import word

_TEMPLATE: Final = "agreement.html.j2"


def agreement_html(paper: AgreementPaper) -> str:
    """Return an agreement as one HTML document, with its style in it."""
    return _environment().get_template(_TEMPLATE).render(paper=paper, say=_speaker(paper.language))


def _speaker(language: Language) -> object:
    def say(key: str) -> str:
        return word(f"paper-{key}", language)

    return say


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
