"""The report on an exercise as HTML: one file for screen and PDF, without script, with nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.core.model.text import Language
from sim.report.blocks import Block, Bullets, Picture, Report
from sim.words import word

_TEMPLATE: Final = "report.html.j2"


@dataclass
class Entry:
    """An entry of a list, with the entries below it."""

    text: str
    below: list[Entry] = field(default_factory=list)


def report_html(report: Report) -> str:
    """Return the report as one HTML document, with its style and its pictures in it."""
    template = _environment().get_template(_TEMPLATE)
    return template.render(
        report=report, say=_speaker(report.language), kind_of=_kind, nested=nested, source_of=source_of
    )


def nested(block: Bullets) -> list[Entry]:
    """Return the entries of a list, each with those below it."""
    top: list[Entry] = []
    open_lists: list[list[Entry]] = [top]
    for depth, text in block.entries:
        del open_lists[depth + 1 :]
        entry = Entry(text)
        open_lists[-1].append(entry)
        open_lists.append(entry.below)
    return top


def _kind(block: Block) -> str:
    return type(block).__name__


def source_of(picture: Picture) -> str:
    """Return a picture as the source of an image, within the document itself."""
    return f"data:image/svg+xml;base64,{b64encode(picture.svg.encode()).decode()}"


def _css(text: str) -> Markup:
    """Return text as it stands in a string of CSS: all that is not a letter, a digit or a space is escaped."""
    plain = (letter if letter.isalnum() or letter == " " else f"\\{ord(letter):06x} " for letter in text)
    return Markup("".join(plain))  # noqa: S704 -- nothing but letters, digits, spaces and escapes is left


def _speaker(language: Language) -> object:
    def say(key: str) -> str:
        return word(key, language)

    return say


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css"] = _css
    return environment
