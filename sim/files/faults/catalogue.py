"""Reads ``profiles/faults.toml``: the catalogue of faults, held against what the code can do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from sim.core.world.faults import ANSWERS, FaultType, Hop, KnownAnswer, hops_of
from sim.core.world.faults.catalogue import AnswerEntry, Catalogue, HopEntry, TypeEntry
from sim.files.faults.reading import MAY_HAVE, NEEDS
from sim.files.folder import Folder
from sim.files.places import profiles_folder
from sim.files.problems import Problems, Where, show
from sim.files.tables import read_entries
from sim.files.toml import read_toml

FAULTS_FILE: Final = "faults.toml"


def load_fault_catalogue(root: Path | None = None) -> Catalogue:
    """Return the catalogue of faults of a profiles folder; by default the one that comes with the product.

    Raises:
        InputError: The file holds a mistake, or does not say what the code does.
    """
    problems = Problems()
    catalogue = read_fault_catalogue(root or profiles_folder(), problems)
    problems.raise_errors()
    return catalogue


def read_fault_catalogue(root: Path, problems: Problems) -> Catalogue:
    """Return the catalogue of faults from the profiles below ``root``, after reporting every problem."""
    folder = Folder(root, problems, prefix="profiles/")
    table: dict[str, Any] = read_toml(folder, FAULTS_FILE) or {}
    file = folder.where(FAULTS_FILE)
    hops = list(read_entries(HopEntry, table, "hops", file))
    answers = list(read_entries(AnswerEntry, table, "answers", file))
    types = list(read_entries(TypeEntry, table, "faults", file))
    for entry, where in types:
        _check_type(entry, where)
    catalogue = Catalogue(
        hops=tuple(entry for entry, _ in hops),
        answers=tuple(entry for entry, _ in answers),
        types=tuple(entry for entry, _ in types),
    )
    _check_all([entry.id for entry in catalogue.hops], Hop, file.at("hops"))
    _check_all([entry.id for entry in catalogue.answers], KnownAnswer, file.at("answers"))
    _check_all([entry.id for entry in catalogue.types], FaultType, file.at("faults"))
    return catalogue


def _check_type(entry: TypeEntry, where: Where) -> None:
    """Report what the catalogue says of a type and the code does otherwise."""
    kind = entry.id
    _check_same(entry.hops, hops_of(kind), where.at("hops"))
    _check_same((entry.answer,), (ANSWERS[kind],), where.at("answer"))
    _check_same(entry.needs, NEEDS[kind], where.at("needs"))
    _check_same(entry.may, MAY_HAVE.get(kind, ()), where.at("may"))


def _check_same(found: tuple[str, ...], expected: tuple[str, ...], where: Where) -> None:
    if found != expected:
        where.error(f"what the code knows, {show(list(map(str, expected)))}", show(list(map(str, found))))


def _check_all(found: list[str], expected: Iterable[str], where: Where) -> None:
    missing = [str(name) for name in expected if name not in found]
    if missing:
        where.error(f"an entry for each of {', '.join(missing)}", "none")
    if len(set(found)) < len(found):
        where.error("every id once", "one twice")
