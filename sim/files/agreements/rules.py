"""Reads what agreements are about and what they must arrange: ``agreement-topics.toml`` and ``preconditions.toml``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from sim.core.model.agreement_topics import AgreementTopic
from sim.core.model.preconditions import Precondition
from sim.files.agreements.terms import TERMS
from sim.files.folder import Folder
from sim.files.known import refer
from sim.files.places import profiles_folder
from sim.files.problems import Problems, Where, show
from sim.files.tables import read_entries
from sim.files.toml import read_toml

TOPICS_FILE: Final = "agreement-topics.toml"
PRECONDITIONS_FILE: Final = "preconditions.toml"

KEYS: Final = {field: key for key, field in TERMS.items()}
"""Where each term stands in an agreement file, by the field of ``Agreement`` that holds it."""


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """What agreements are about, and what they must arrange.

    Attributes:
        topics: The topics, in the order of the Modeluitwerking.
        preconditions: Those of Beleidskader Tabel 3 and 4, in order.
    """

    topics: tuple[AgreementTopic, ...] = ()
    preconditions: tuple[Precondition, ...] = ()


_Entry = TypeVar("_Entry", AgreementTopic, Precondition)


def load_agreement_rules(root: Path | None = None) -> AgreementRules:
    """Return the topics and preconditions of a profiles folder; by default those that come with the product.

    Raises:
        InputError: A file holds a mistake.
    """
    problems = Problems()
    rules = read_agreement_rules(root or profiles_folder(), problems)
    problems.raise_errors()
    return rules


def read_agreement_rules(root: Path, problems: Problems) -> AgreementRules:
    """Return the topics and preconditions below ``root`` after reporting every problem with them.

    A folder without these files says nothing of agreements.
    """
    folder = Folder(root, problems, prefix="profiles/")
    topics = _read(folder, root, TOPICS_FILE, "topics", AgreementTopic)
    known = {topic.id for topic, _ in topics} or None  # those of a file that could not be read are not missed
    preconditions = [
        _check(entry, where, known)
        for entry, where in _read(folder, root, PRECONDITIONS_FILE, "preconditions", Precondition)
    ]
    return AgreementRules(tuple(topic for topic, _ in topics), tuple(preconditions))


def _read(
    folder: Folder, root: Path, name: str, section: str, entry: type[_Entry]
) -> list[tuple[_Entry, Where]]:
    """Return the entries of a file with their places; those whose id was there before are reported."""
    if not (root / name).is_file():
        return []
    table: dict[str, Any] | None = read_toml(folder, name)
    where = folder.where(name)
    if table is None:
        return []
    for key in table:
        refer(key, f"the list [[{section}]]", (section,), where.at(key))
    found = list(read_entries(entry, table, section, where))
    _check_ids(found)
    return found


def _check_ids(found: Iterable[tuple[AgreementTopic | Precondition, Where]]) -> None:
    seen: set[str] = set()
    for entry, where in found:
        if entry.id in seen:
            where.at("id").error("an id of its own", f"{show(entry.id)} twice")
        seen.add(entry.id)


def _check(entry: Precondition, where: Where, topics: Collection[str] | None) -> Precondition:
    """Return a precondition with its terms as fields of ``Agreement``, after reporting what it names wrongly."""
    for index, topic in enumerate(entry.topics):
        refer(topic, f"a topic of {TOPICS_FILE}", topics, where.at("topics").item(index))
    fields = [
        TERMS[key]
        for index, key in enumerate(entry.terms)
        if refer(key, "a key of an agreement file", TERMS, where.at("terms").item(index))
    ]
    return msgspec.structs.replace(entry, terms=tuple(fields))
