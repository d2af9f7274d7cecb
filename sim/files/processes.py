"""Reads ``profiles/processes.toml``: what each behaviour is for, and who has no part in a process."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from sim.core.agents.roster import BEHAVIOURS
from sim.core.messages.contents import TAGS
from sim.core.model.agreement import Agreement
from sim.core.model.process import Absence, Part, Processes
from sim.files.folder import Folder
from sim.files.known import refer
from sim.files.places import profiles_folder
from sim.files.problems import Problems, Where
from sim.files.tables import read_entries
from sim.files.toml import read_toml

PROCESSES_FILE: Final = "processes.toml"

_TERMS: Final = frozenset(field.name for field in msgspec.structs.fields(Agreement))


def load_processes(root: Path | None = None) -> Processes:
    """Return what each behaviour is for, of a profiles folder; by default the one that comes with the product.

    Raises:
        InputError: The file holds a mistake.
    """
    problems = Problems()
    processes = read_processes(root or profiles_folder(), problems)
    problems.raise_errors()
    return processes


def read_processes(root: Path, problems: Problems) -> Processes:
    """Return what each behaviour is for, from the profiles below ``root``, after reporting every problem."""
    folder = Folder(root, problems, prefix="profiles/")
    table: dict[str, Any] = read_toml(folder, PROCESSES_FILE) or {}
    file = folder.where(PROCESSES_FILE)
    parts = []
    for part, where in read_entries(Part, table, "parts", file, label="behaviour"):
        _check_part(part, where)
        parts.append(part)
    absent = [absence for absence, _ in read_entries(Absence, table, "absent", file, label="topic")]
    return Processes(tuple(parts), tuple(absent))


def _check_part(part: Part, where: Where) -> None:
    refer(part.behaviour, "the name of a behaviour", BEHAVIOURS, where.at("behaviour"))
    for index, norm in enumerate(part.norms):
        refer(norm, "a field of an agreement", _TERMS, where.at("norms").item(index))
    for index, tag in enumerate(part.sends):
        refer(tag, "a kind of message", TAGS, where.at("sends").item(index))
