"""Reads files of faults and outages that are added to a scenario for one run (``beeld run --fault FILE``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.core.model.ids import InjectId
from sim.files.folder import Folder
from sim.files.known import names_in
from sim.files.problems import Problems, Where, hint, show
from sim.files.toml import read_toml

PREFIX: Final = "faults/"
"""What stands before the name of such a file in the run log."""

_TABLES: Final = ("faults", "outages")
"""What such a file can hold: what is told wrong, and what fails of the technology."""


@dataclass(frozen=True, slots=True)
class FaultFile:
    """One file of faults and outages.

    Attributes:
        table: What it holds.
        where: Its place in messages: the path as it was given.
        name: What the run log calls it.
        sha256: Hash of its bytes.
    """

    table: dict[str, Any]
    where: Where
    name: str
    sha256: str


def read_fault_files(paths: Sequence[str | Path], problems: Problems) -> list[FaultFile]:
    """Return files of faults and outages, after reporting every problem with them as files."""
    found: dict[str, FaultFile] = {}
    for path in map(Path, paths):
        where = Where(problems, str(path))
        folder = Folder(path.parent, problems, prefix="" if path.parent == Path() else f"{path.parent}/")
        table = read_toml(folder, path.name)
        if table is None:
            continue
        name = f"{PREFIX}{path.name}"
        if name in found:
            where.error("a file with a name of its own", f"{show(path.name)} twice")
        for key in table:
            if key not in _TABLES:
                expected = f"[[faults]] or [[outages]]{hint(key, _TABLES)}"
                where.at(key).error(expected, f"the unknown key {show(key)}")
        if not any(table.get(name) for name in _TABLES):
            where.at("faults").error("at least one [[faults]] or [[outages]]", "none")
        found[name] = FaultFile(table, where, name, folder.hashes[folder.where(path.name).file])
    return list(found.values())


def places_of(paths: Sequence[str | Path], problems: Problems) -> dict[InjectId, Where]:
    """Return the place of each fault that files add to a scenario, by id."""
    return {
        name: one.where.at("faults").item(name)
        for one in read_fault_files(paths, problems)
        for name in sorted(names_in(one.table, "faults", "id"))
    }
