"""The format is described well enough to make a reader from: the description runs, and holds every field."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sim.core.records.kinds import FORMAT_VERSION, KINDS, Garbled
from sim.core.records.record import RECORD_BYTES_MAX, Chain, Entry
from sim.runlog.manifest import Manifest, Result, versions
from sim.runlog.writer import SYNC_AFTER, SYNC_RECORDS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "run-log-format.md").read_text(encoding="utf-8")


WORKED_EXAMPLE = DOCUMENT.partition("\n### Worked example\n")[2].partition("\n## ")[0]


def block(language: str) -> str:
    """Return the one code block of a language in the worked example."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", WORKED_EXAMPLE, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def section(kind: str) -> str:
    """Return what stands under the heading that names a kind."""
    found = re.search(rf"^### [^\n]*`{kind}`[^\n]*\n(.*?)(?=^##)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, f"no section on {kind}"
    return found[1]


def names(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def structs_in(struct: type[Any]) -> dict[str, tuple[set[str], str | None]]:
    """Return every struct that a struct holds, at any depth, with its fields and its tag."""
    found: dict[str, tuple[set[str], str | None]] = {}

    def visit(kind: msgspec.inspect.Type) -> None:
        if isinstance(kind, msgspec.inspect.StructType) and kind.cls.__name__ not in found:
            fields = {field.encode_name for field in kind.fields}
            found[kind.cls.__name__] = (fields, None if kind.tag is None else str(kind.tag))
            for field in kind.fields:
                visit(field.type)
        for inner in (*getattr(kind, "types", ()), *getattr(kind, "item_types", ())):
            visit(inner)
        if hasattr(kind, "item_type"):
            visit(kind.item_type)

    visit(msgspec.inspect.type_info(struct))
    return found


def run_described_reader(folder: Path, log: bytes) -> str:
    """Return what the reader in the document prints of a log."""
    (folder / "run.jsonl").write_bytes(log)
    (folder / "reader.py").write_text(block("python"), encoding="utf-8")
    command = [sys.executable, str(folder / "reader.py"), str(folder / "run.jsonl")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def told(chain: Chain) -> str:
    return f"records {chain.next_seq}\nhead {chain.head}\ndigest {chain.digest}\n"


def test_the_worked_example_gives_what_the_document_says(tmp_path: Path) -> None:
    assert run_described_reader(tmp_path, block("jsonl").encode()) == block("text")


def test_the_described_reader_reads_awkward_logs_too(tmp_path: Path) -> None:
    chain = Chain()
    awkward = ',"local":{"content":"\u2028é\x7f\n'
    entry = Entry(0, "garbled", Garbled(awkward, awkward), cause=(awkward,))
    parts: list[dict[str, Any]] = [
        {"local": {"a": 1e300, "local": {}}},
        {awkward: awkward},
        {"hash": 1, "content": 2},
    ]
    log = b"".join(chain.seal(entry, part) for part in parts)

    assert run_described_reader(tmp_path, log) == told(chain)


def test_the_worked_example_is_a_log_of_ours() -> None:
    chain = Chain()
    for line in block("jsonl").encode().splitlines(keepends=True):
        chain.check(line)

    assert block("text") == told(chain)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_described_with_its_fields(kind: str) -> None:
    assert set(KINDS[kind].__struct_fields__) <= names(section(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stands_inside_a_kind_is_described_with_its_fields(kind: str) -> None:
    inside = names(DOCUMENT.partition("## What stands inside them")[2] + "`nl` `en`")
    rows = {row.split("|")[1].strip(): names(row) for row in DOCUMENT.splitlines() if row.startswith("| ")}
    for name, (fields, tag) in structs_in(KINDS[kind]).items():
        if KINDS[kind].__name__ == name:
            continue
        assert fields <= inside
        assert tag is None or tag in inside
        assert fields <= rows.get(f"*{name}*", fields), name


def test_every_tagged_object_has_its_fields_in_its_own_row() -> None:
    tables = DOCUMENT.partition("A *cue* is told apart")[2]
    cues, _, messages = tables.partition("A *message* is told apart")
    for field, table in (("do", cues), ("message", messages)):
        rows = [(names(row.split("|")[1]), names(row)) for row in table.splitlines() if row.startswith("| ")]
        tagged = [(kind.tag, set(kind.cls.__struct_fields__)) for kind in _tagged(field)]
        assert tagged
        for tag, fields in tagged:
            assert any(tag in tags and fields <= mentioned for tags, mentioned in rows), tag


def _tagged(field: str) -> list[msgspec.inspect.StructType]:
    holder = {"do": ("inject", "cue"), "message": ("message", "event")}[field]
    info = msgspec.inspect.type_info(KINDS[holder[0]])
    assert isinstance(info, msgspec.inspect.StructType)
    kind = next(known.type for known in info.fields if known.name == holder[1])
    if isinstance(kind, msgspec.inspect.StructType):
        kind = next(known.type for known in kind.fields if known.name == "data")
    assert isinstance(kind, msgspec.inspect.UnionType)
    return [one for one in kind.types if isinstance(one, msgspec.inspect.StructType)]


def test_every_key_of_the_manifest_is_described() -> None:
    described = names(DOCUMENT)

    assert set(Manifest.__struct_fields__) <= described
    assert {f"result.{name}" for name in Result.__struct_fields__} <= described
    assert versions().keys() <= described


def test_the_figures_are_those_of_the_code() -> None:
    assert f"format version **{FORMAT_VERSION}**" in DOCUMENT
    assert RECORD_BYTES_MAX == 8 * 1024 * 1024
    assert "at most 8 MiB" in DOCUMENT
    assert f"{SYNC_RECORDS:,} records or {SYNC_AFTER.seconds} seconds" in DOCUMENT
