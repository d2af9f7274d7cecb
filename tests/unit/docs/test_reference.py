"""The pages of docs/reference/ are those that the code gives: keys, faults, criteria, measures, commands."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import docstring_parser
import pytest

from sim.cli.main import app
from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.criteria import Criterion
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PAPER_MEASURES, PARTY_MEASURES
from sim.files.criteria import load_criteria
from sim.files.faults.catalogue import load_fault_catalogue
from sim.files.faults.reading import HOWS
from sim.files.schemas import schema

FOLDER = Path(__file__).parents[3] / "docs" / "reference"
MADE_BY = "This page is made from the code. To write it anew: `python -m tests.unit.docs.test_reference`.\n"
UNITS = {Unit.MS: "time", Unit.SHARE: "share", Unit.COUNT: "number", Unit.PER_HOUR: "number in an hour"}
PARTS = {
    "direction": "Direction (richting)",
    "set-up": "Set-up (inrichting)",
    "performance": "Performance (verrichting)",
}


def cell(text: str) -> str:
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


def row(*cells: str) -> str:
    return f"| {' | '.join(map(cell, cells))} |"


def heading(*cells: str) -> list[str]:
    return [row(*cells), f"|{'---|' * len(cells)}"]


CRITERION = ("criterion", "what", "for", "measure", "norm", "source", "minimum condition")
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "table",
}

INTRO = {
    "keys": """# Keys of the files that people write

Every table of a scenario, of files with faults and of an agreement, with its keys.
[scenario-format.md](../scenario-format.md) and [agreement-format.md](../agreement-format.md) explain them with
examples; `beeld schema NAME` prints the same for editors. Times, durations, ids, texts and places are written as
[scenario-format.md](../scenario-format.md) says at its top.
""",
    "faults": """# Faults

What can be made wrong in an exercise (`beeld faults`), by the catalogue of `profiles/faults.toml`. How a fault is
written, and when it enters, stands in [scenario-format.md](../scenario-format.md#faults).
""",
    "criteria": """# Criteria

By what a run is judged (`profiles/criteria.toml`), with the norm of each and who set it. *exercise* means that nobody
agreed on it: it was chosen for exercises. A measure is explained in [measures.md](measures.md). An institution can
bring criteria of its own: `beeld assess RUN --criteria FILE`.
""",
    "measures": """# Measures

Every measure that the log can be asked for, with its unit and what it means, as its code says.
[measures.md](../measures.md) orders them by the question that they answer, tells which are judged and where they end.
""",
}


# Keys -----------------------------------------------------------------------------------------------


def keys_page() -> str:
    lines = [
        INTRO["keys"],
        MADE_BY,
    ]
    for name, title in (("scenario", "scenario.toml"), ("agreement", "agreements/*.toml")):
        made = schema(name)
        lines.append(f"## {title}\n")
        first = name_of(made["allOf"][0])
        others = [each for each in made["definitions"] if each not in {first, "Text"}]
        for each in (first, *others):
            lines += table_of(each, made["definitions"][each])
    return "\n".join(lines) + "\n"


def name_of(made: Mapping[str, Any]) -> str:
    return str(made["$ref"]).rpartition("/")[2]


def table_of(name: str, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"{one.get('description', '')}\n"
    needed = one.get("required", [])
    yield from heading("key", "what it is", "default", "meaning")
    for key, each in one.get("properties", {}).items():
        default = "required" if key in needed else shown(each.get("default"))
        yield row(f"`{key}`", kind_of(each), default, each.get("description", ""))
    yield ""


def shown(default: Any) -> str:
    return "" if default in (None, [], {}) else f"`{json.dumps(default, ensure_ascii=False)}`"


def kind_of(node: Mapping[str, Any]) -> str:
    """Return in words what a value may be."""
    if "$ref" in node:
        name = name_of(node)
        return "text in both languages" if name == "Text" else f"[{name}](#{name.lower()})"
    for several in ("anyOf", "allOf"):
        if several in node:
            return ", or ".join(kind_of(each) for each in node[several] if each.get("type") != "null")
    if "enum" in node or "const" in node:
        return ", ".join(f"`{one}`" for one in node.get("enum", [node.get("const")]))
    if node.get("type") == "array":
        items = node.get("items", {})
        if isinstance(items, list):
            return f"list of {len(items)}: {kind_of(items[0])}"
        return f"list of {kind_of(items) if items else 'anything'}"
    bounds = [
        f"{word} {node[key]:g}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in node
    ]
    return " ".join([WORDS.get(node.get("type", ""), "anything"), *bounds])


# Faults ---------------------------------------------------------------------------------------------


def faults_page() -> str:
    catalogue = load_fault_catalogue()
    lines = [
        INTRO["faults"],
        MADE_BY,
        "## Where a fault enters\n",
        *heading("hop", "name", "what goes wrong there"),
        *(row(f"`{hop.id}`", hop.name.en, hop.does.en) for hop in catalogue.hops),
        "\n## What it should come to\n",
        *heading("answer", "name", "what that means"),
        *(row(f"`{one.id}`", one.name.en, one.does.en) for one in catalogue.answers),
        "\n## Types\n",
    ]
    for one in catalogue.types:
        ways = HOWS.get(one.id, ())
        lines += [f"### {one.id}\n", f"{one.name.en}. {one.does.en}\n"]
        lines += heading("", "")
        lines.append(row("recognised by", one.recognise.en))
        lines.append(row("enters at", ", ".join(f"`{hop}`" for hop in one.hops)))
        lines.append(row("should be", f"{catalogue.answer(one.answer).name.en} (`{one.answer}`)"))
        lines.append(row("needs", ", ".join(f"`{key}`" for key in one.needs) or "nothing"))
        lines.append(row("may have", ", ".join(f"`{key}`" for key in (*one.may, "text"))))
        if ways:
            lines.append(row("ways (`how`)", ", ".join(f"`{way}`" for way in ways)))
        lines.append(f"\n```toml\n{one.example.strip()}\n```\n")
    return "\n".join(lines)


# Criteria and measures ------------------------------------------------------------------------------


def criteria_page() -> str:
    found = load_criteria()
    lines = [
        INTRO["criteria"],
        MADE_BY,
    ]
    for part, title in PARTS.items():
        lines += [
            f"## {title}\n",
            *heading(*CRITERION),
        ]
        lines += [criterion_row(one) for one in found if one.part == part]
        lines.append("")
    lines += ["## The rule of the advice\n", "The first that applies is given.\n"]
    lines += heading("rule", "advice", "why", "source")
    lines += [row(f"`{one.id}`", one.give.value, one.text.en, one.citation) for one in found.advice]
    return "\n".join(lines) + "\n"


def criterion_row(one: Criterion) -> str:
    profiles = "all" if one.profiles == "all" else ", ".join(one.profiles)
    scope = profiles if one.scope == "partner" else "the exercise"
    return row(
        f"`{one.id}`", one.text.en, scope, f"`{one.measure}`", norm_of(one), one.norm.source or one.citation,
        "yes" if one.minimum else "",
    )  # fmt: skip


def norm_of(one: Criterion) -> str:
    if one.norm.agreed is not None:
        return f"as agreed: `{one.norm.agreed}`"
    least = "at most" if one.better == "lower" else "at least"
    for limit in (one.norm.limit, one.norm.limit_share, one.norm.limit_count):
        if limit is not None:
            return f"{least} {limit}"
    raise AssertionError(f"{one.id} has no norm")


def measures_page() -> str:
    lines = [
        INTRO["measures"],
        MADE_BY,
    ]
    families: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("Of a party", PARTY_MEASURES),
        ("Of the exercise", EXERCISE_MEASURES),
        ("Of the agreements of a party", PAPER_MEASURES),
    )
    for title, measures in families:
        lines += [f"## {title}\n", *heading("measure", "unit", "what it means")]
        lines += [row(f"`{name}`", UNITS[one.unit], meaning_of(one.find)) for name, one in measures.items()]
        lines.append("")
    return "\n".join(lines)


def meaning_of(find: Callable[..., Any]) -> str:
    parsed = docstring_parser.parse(inspect.cleandoc(find.__doc__ or ""))
    text = " ".join(part for part in (parsed.short_description, parsed.long_description) if part)
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)


# Commands -------------------------------------------------------------------------------------------


def commands_page() -> str:
    with patch.object(sys, "argv", ["beeld"]):  # how it is called stands in the lines on usage
        made = app.generate_docs(output_format="markdown", recursive=True, heading_level=1)
    body = made.partition("\n")[2].strip()
    return f"# Commands\n\n{MADE_BY}\n{body}\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "scenario-keys.md": keys_page,
    "faults.md": faults_page,
    "criteria.md": criteria_page,
    "measures.md": measures_page,
    "commands.md": commands_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(name: str) -> None:
    """Mend with: python -m tests.unit.docs.test_reference."""
    assert (FOLDER / name).read_text("utf-8") == PAGES[name]()


def test_nothing_is_without_a_meaning() -> None:
    for measures in (PARTY_MEASURES, EXERCISE_MEASURES, PAPER_MEASURES):
        assert [name for name, one in measures.items() if not meaning_of(one.find)] == []
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)


def test_every_command_has_its_chapter() -> None:
    page = (FOLDER / "commands.md").read_text("utf-8")
    names = [name for name in app if not name.startswith("-")]
    assert [name for name in names if f"\n## beeld {name}\n" not in page] == []


def publish() -> None:
    """Write the pages anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    publish()
