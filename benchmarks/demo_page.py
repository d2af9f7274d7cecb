"""What ``beeld run limburg-hoogwater --seed 7`` prints, for the README: as text and as a drawing, with rows picked out.

Run ``python -m benchmarks.demo_page`` to make both anew; ``make pictures`` does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console
from rich.text import Text

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "README.md"
DRAWING: Final = ROOT / "docs" / "pictures" / "demo.svg"
EXERCISE: Final = "limburg-hoogwater"
SEED: Final = 7
COLUMNS: Final = 144

_COMMAND: Final = f"beeld run {EXERCISE} --seed {SEED}"
_BLOCK: Final = re.compile(r"```text\nHigh water in Limburg.*?```", re.DOTALL)


class Table(NamedTuple):
    """A table of the summary.

    Attributes:
        title: How its first line begins.
        row: How the first line of a row begins, as a pattern.
        kept: How the rows begin that are kept.
        of: What its rows are, for the line that says how many were left out.
        below: How the first line below its rows begins; "" where nothing stands there.
    """

    title: str
    row: str
    kept: tuple[str, ...]
    of: str
    below: str = ""


TABLES: Final = (
    Table(
        "Who wrote and read what",
        r"[a-z]",
        ("politie ", "enexis ", "prorail ", "rode-kruis ", "camping-geuldal ", "vr24 "),
        "parties",
    ),
    Table("Denied by the broker", r"T\+", ("T+26:10", "T+50:00", "T+59:05"), "refusals"),
    Table("Faulty information", r"T\+", ("T+49:50", "T+59:10", "T+65:50", "T+94:30"), "faults"),
    Table(
        "Advice on each partner",
        r".*  (certified|conditional|not )",
        ("Enexis", "Netherlands Red", "ProRail"),
        "partners",
        below="Of each part",
    ),
)


def excerpt(printed: str) -> str:
    """Return what was printed with some rows of each table, and how many were left out."""
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    kept: list[str] = []
    table: Table | None = None
    part: list[str] = []
    for line in [*lines, ""]:
        found = next((one for one in TABLES if line.startswith(one.title)), None)
        if found is not None:
            table, part = found, [line]
        elif table is None:
            kept.append(line)
        elif line:
            part.append(line)
        else:
            kept += [*_picked(table, part), ""]
            table = None
    digest = re.compile(r"(Digest: \w{12})\w+")
    return "\n".join(digest.sub(r"\1...", line) for line in kept).strip()


def _picked(table: Table, lines: Sequence[str]) -> Iterator[str]:
    """Yield a table's heading, its rows that are kept, and what stands below it."""
    is_row = re.compile(table.row)
    first = next(number for number, line in enumerate(lines) if number > 1 and is_row.match(line))
    rows: list[list[str]] = []
    below: list[str] = []
    for line in lines[first:]:
        if not below and is_row.match(line):
            rows.append([line])
        elif below or (table.below and line.startswith(table.below)):
            below.append(line)
        else:
            rows[-1].append(line)
    picked = [row for row in rows if row[0].startswith(table.kept)]
    if len(picked) != len(table.kept):
        raise ValueError(f"{table.title}: expected rows that begin with {table.kept}, found {len(picked)}")
    yield from lines[:first]
    yield from (line for row in picked for line in row)
    yield f"[... {len(rows) - len(picked)} more {table.of}]"
    yield from below


def drawing_of(text: str) -> str:
    """Return text as an SVG that looks like a terminal."""
    console = Console(record=True, width=COLUMNS + 1, file=StringIO())
    console.print(Text(text))
    return console.export_svg(title=_COMMAND, unique_id="demo")


def _printed(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("beeld")), *_COMMAND.split()[1:]]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "COLUMNS": str(COLUMNS)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def main() -> None:
    """Run the exercise and write both anew."""
    with tempfile.TemporaryDirectory(prefix="beeld-demo-") as folder:
        text = excerpt(_printed(Path(folder)))
    page, found = _BLOCK.subn(lambda _: f"```text\n{text}\n```", PAGE.read_text(encoding="utf-8"))
    if found != 1:
        raise ValueError(f"{PAGE.name}: expected one block of what the exercise prints, found {found}")
    PAGE.write_text(page, encoding="utf-8")
    DRAWING.write_text(drawing_of(text), encoding="utf-8")


if __name__ == "__main__":
    main()
