"""Reads the terms and texts of an agreement file: what was agreed, topic by topic, and what of it can be acted on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sim.core.model.agreement import Level, Norm
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS
from sim.files.agreement_shapes import AgreementEntry, LevelEntry, NormEntry, TopicEntry
from sim.files.calendar import read_duration
from sim.files.problems import Where, show

PARTS: Final = ("process", "organisation", "people", "technology")
"""Parts of the Modeluitwerking; each is a table of topics in an agreement file."""

TERMS: Final[Mapping[str, str]] = {
    "process.continuous_exchange.threats": "threats",
    "process.alerting.systems": "alert_systems",
    "process.alerting.through": "alert_through",
    "process.monitoring.scans": "monitors",
    "process.monitoring.look_along": "look_along_ms",
    "process.alarming.level": "alarm_level",
    "process.alarming.contacts": "alarm_contacts",
    "process.alarming.escalate_after": "escalate_after_ms",
    "process.alarming.acknowledge": "acknowledge",
    "process.scaling.levels": "levels",
    "process.pictures.initial_picture": "initial_picture",
    "process.pictures.sitrep_every": "sitrep_every_ms",
    "process.pictures.sitrep": "sitrep",
    "process.pictures.actuality": "actuality",
    "process.information_needs.partner": "needs",
    "process.information_needs.region": "asked",
    "process.information_needs.ask_after": "ask_after_ms",
    "process.information_use.restricted_systems": "restricted_systems",
    "process.information_use.layers": "layers",
    "process.information_use.seconded_themes": "seconded_themes",
    "process.information_management.bring": "bring",
    "process.information_management.fetch": "fetch",
    "process.information_management.correction": "correction",
    "process.information_management.stale_after": "stale_after_ms",
    "process.leadership.briefed": "briefed",
    "process.leadership.spars": "spars",
    "technology.fallback.channel": "fallback",
    "technology.fallback.switch": "switch",
}
"""Where each term of an agreement stands in its file, and the field of :class:`Agreement` that holds it."""

TERM_MS_MIN: Final = MINUTE_MS
"""The shortest duration that people can agree on: nobody looks, reports or answers more often than once a minute."""

_NONE_AT_0: Final = frozenset({"sitrep_every_ms", "ask_after_ms", "stale_after_ms"})
"""Durations of which 0 says that there is none."""


def read_terms(entry: AgreementEntry, where: Where) -> dict[str, Any]:
    """Return the terms that a file holds, by field of :class:`Agreement`; what it leaves out is not in it."""
    terms: dict[str, Any] = {}
    for path, name in TERMS.items():
        part, topic, key = path.split(".")
        value = getattr(getattr(getattr(entry, part), topic), key)
        if value is None:
            continue
        place = where.at(part).at(topic).at(key)
        if name.endswith("_ms"):
            value = _read_term(value, place, may_be_none=name in _NONE_AT_0)
        elif isinstance(value, NormEntry):
            value = _read_norm(value, place)
        elif name == "levels":
            value = tuple(_read_level(level) for level in value)
        if value is not None:
            terms[name] = value
    return terms


def read_texts(entry: AgreementEntry) -> dict[str, Text]:
    """Return what was agreed in words, by topic; a topic without words is not in it."""
    texts = {}
    for part in PARTS:
        section = getattr(entry, part)
        for field in msgspec.structs.fields(section):
            topic: TopicEntry = getattr(section, field.name)
            if topic.text is not None and topic.text.nl.strip():
                texts[f"{part}.{field.name}"] = topic.text
    return texts


def _read_term(text: str, where: Where, *, may_be_none: bool = False) -> int | None:
    """Return a duration that was agreed, in ms; None after a problem with it has been reported."""
    duration_ms = read_duration(text, where)
    if duration_ms is None or duration_ms >= TERM_MS_MIN or (may_be_none and duration_ms == 0):
        return duration_ms
    where.error(f"a duration of at least 1m{', or 0 for none' if may_be_none else ''}", show(text))
    return None


def _read_norm(entry: NormEntry, where: Where) -> Norm | None:
    limit_ms = _read_term(entry.limit, where.at("limit"))
    return None if limit_ms is None else Norm(limit_ms=limit_ms, source=entry.source)


def _read_level(entry: LevelEntry) -> Level:
    return Level(entry.grip, entry.team, entry.partner_level, entry.counterpart)
