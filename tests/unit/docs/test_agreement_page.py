"""docs/agreement-format.md describes every key of an agreement file; its tables are those of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from sim.core.model.agreement_topics import GENERAL
from sim.core.model.staff import Role
from sim.files.agreement_rules import load_agreement_rules
from sim.files.agreement_shapes import AgreementEntry
from sim.files.agreement_terms import PARTS

PAGE = Path(__file__).parents[3] / "docs" / "agreement-format.md"


def topics_table() -> str:
    lines = ["| topic | key | example | what | not for |", "|---|---|---|---|---|"]
    for topic in load_agreement_rules().topics:
        if topic.part == GENERAL:
            continue
        not_for = ", ".join(topic.not_for)
        lines.append(
            f"| **`{topic.id}`** | `text` | | {topic.name.en} ({topic.source}): {topic.explanation.en} | {not_for} |"
        )
        for term in topic.keys:
            about = term.about.en if term.hint is None else f"{term.about.en}; {term.hint.en}"
            lines.append(f"| | `{term.key.rpartition('.')[2]}` | `{term.example}` | {about} | |")
    return "\n".join(("", *lines, ""))


def roles() -> str:
    return ", ".join(f"`{role.value}`" for role in Role)


GENERATED = {"topics": topics_table, "roles": roles}


def structs_in(kind: object) -> Iterator[type[msgspec.Struct]]:
    """Yield the tables that a key may hold."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for inner in get_args(kind):
        yield from structs_in(inner)


def keys(table: type[msgspec.Struct]) -> Iterator[str]:
    """Yield every key of a table and of the tables in it."""
    for field in msgspec.structs.fields(table):
        yield field.name
        for inner in structs_in(field.type):
            yield from keys(inner)


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_generated_is_the_one_of_the_data(name: str) -> None:
    """Mend with: python -m tests.unit.docs.test_agreement_page."""
    found = re.search(rf"<!-- {name}: begin -->(.*?)<!-- {name}: end -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == GENERATED[name]()


def test_every_key_is_described() -> None:
    page = re.sub(r"```.*?```", "", PAGE.read_text("utf-8"), flags=re.DOTALL)  # an example describes nothing
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", page))))
    missing = set(keys(AgreementEntry)) - told - set(PARTS)
    # The two languages are written as dotted keys or inline tables, in the examples and in the words above them.
    assert missing - {"nl", "en"} == set()
    assert len(set(keys(AgreementEntry))) > 60


def publish() -> None:
    """Write what is generated anew."""
    text = PAGE.read_text("utf-8")
    for name, make in GENERATED.items():
        before, _, rest = text.partition(f"<!-- {name}: begin -->")
        _, end, after = rest.partition(f"<!-- {name}: end -->")
        text = f"{before}<!-- {name}: begin -->{make()}{end}{after}"
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    publish()
