"""Reads ``[[facts]]``, ``[[truth]]`` and ``[[series]]`` into the timeline of what is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sim.core.messages.items import Geometry, Sensitivity, Value
from sim.core.model.ids import is_id
from sim.core.model.text import Text
from sim.core.picture.observation import Fact
from sim.core.world.truth import TruthChange
from sim.files.folder import Folder
from sim.files.known import Known
from sim.files.problems import Where, show
from sim.files.scenario.series import read_series
from sim.files.shapes import FactEntry, SeriesEntry, TruthEntry
from sim.files.tables import read_entries


@dataclass(frozen=True, slots=True)
class _Change:
    """A change as written: None is for what stays as it was.

    Attributes:
        merge: The values replace those of the same name only (a series is of one figure); otherwise all.
    """

    id: str
    at_ms: int
    subject: str
    source: str
    text: Text | None = None
    values: tuple[Value, ...] | None = None
    geometry: Geometry | None = None
    merge: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is so through time, and the place in the files of each change's id."""

    changes: tuple[TruthChange, ...]
    ids: tuple[tuple[str, Where], ...]


def read_timeline(table: dict[str, Any], folder: Folder, file: Where, known: Known) -> Timeline:
    """Return the truth in order of time, after reporting every problem with facts, truth and series."""
    facts = _read_facts(table, file, known)
    ids: list[tuple[str, Where]] = []
    written: list[_Change] = []
    for change, where in (*_read_truth(table, file, known), *_read_all_series(table, folder, file, known)):
        ids.append((change.id, where))
        written.append(change)
    _warn_unchanging(facts, table, file)
    return Timeline(tuple(_fold(facts, written)), tuple(ids))


def _read_facts(table: dict[str, Any], file: Where, known: Known) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for entry, where in read_entries(FactEntry, table, "facts", file, label="subject"):
        if entry.subject in facts:
            where.at("subject").error("a subject of its own", f"{show(entry.subject)} twice")
        known.theme(entry.theme, where.at("theme"))
        if entry.effect_of is not None:
            known.subject(entry.effect_of, where.at("effect_of"))
        facts[entry.subject] = Fact(
            subject=entry.subject,
            system=entry.system,
            theme=entry.theme,
            kind=entry.kind,
            title=entry.title,
            geometry=known.geometry(entry.place, entry.area, where),
            sensitivity=Sensitivity.RESTRICTED if entry.layer else entry.sensitivity,
            effect_of=entry.effect_of or "",
            layer=entry.layer or "",
        )
    _check_effects(facts, file.at("facts"))
    return facts


def _check_effects(facts: Mapping[str, Fact], section: Where) -> None:
    """Report effects that in the end are effects of themselves: working them out would never end."""
    for subject in facts:
        threats: list[str] = []
        threat = facts[subject].effect_of
        while threat in facts and threat not in threats:
            threats.append(threat)
            threat = facts[threat].effect_of
        if subject in threats:
            chain = " of ".join(f"'{name}'" for name in threats[: threats.index(subject) + 1])
            section.item(subject).at("effect_of").error("another subject than itself, in the end", chain)


def _read_truth(table: dict[str, Any], file: Where, known: Known) -> Iterator[tuple[_Change, Where]]:
    for entry, where in read_entries(TruthEntry, table, "truth", file):
        known.subject(entry.subject, where.at("subject"))
        known.source(entry.source, where.at("source"))
        geometry = known.geometry(entry.place, entry.area, where)
        at_ms = known.calendar.moment(entry.at, where.at("at"))
        if at_ms is None:
            # It has an id still, which others must not have; the error keeps the scenario from being used.
            at_ms = 0
        yield _Change(entry.id, at_ms, entry.subject, entry.source, entry.text, entry.values, geometry), where


def _read_all_series(
    table: dict[str, Any], folder: Folder, file: Where, known: Known
) -> Iterator[tuple[_Change, Where]]:
    counts: dict[str, int] = {}
    for entry, where in read_entries(SeriesEntry, table, "series", file, label="file"):
        known.subject(entry.subject, where.at("subject"))
        for sample in read_series(folder, entry.file, known):
            number = counts.get(entry.subject, 0) + 1
            counts[entry.subject] = number
            name = f"s-{entry.subject}-{number}"
            if not is_id(name):
                where.at("subject").error(
                    "a subject short enough for ids such as s-<subject>-1", show(entry.subject)
                )
                break
            value = Value(entry.value.name, sample.amount, entry.value.unit, entry.value.datum)
            yield (
                _Change(name, sample.at_ms, entry.subject, sample.source, values=(value,), merge=True),
                where,
            )


def _warn_unchanging(facts: Mapping[str, Fact], table: dict[str, Any], file: Where) -> None:
    """Warn of facts that no entry is about, also no entry with an error."""
    entries = [entry for section in ("truth", "series") for entry in _list(table.get(section))]
    named = [entry.get("subject") for entry in entries if isinstance(entry, dict)]
    for subject in facts:
        if subject not in named:
            where = file.at("facts").item(subject)
            where.warning("a [[truth]] entry or a series, so that it is so at some moment", "none")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _fold(facts: Mapping[str, Fact], written: Iterable[_Change]) -> Iterator[TruthChange]:
    """Yield the changes in order of time (then of the file), each with what it leaves as it was filled in."""
    latest = dict(facts)
    for change in sorted(written, key=lambda change: change.at_ms):
        before = latest.get(change.subject)
        if before is None:
            continue
        fact = msgspec.structs.replace(
            before,
            text=before.text if change.text is None else change.text,
            values=_values_after(before.values, change),
            geometry=before.geometry if change.geometry is None else change.geometry,
        )
        latest[change.subject] = fact
        yield TruthChange(id=change.id, at_ms=change.at_ms, fact=fact, source=change.source)


def _values_after(before: tuple[Value, ...], change: _Change) -> tuple[Value, ...]:
    if change.values is None:
        return before
    if not change.merge:
        return change.values
    new = {value.name: value for value in change.values}
    return (*(new.pop(value.name, value) for value in before), *new.values())
