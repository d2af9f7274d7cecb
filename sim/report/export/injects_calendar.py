"""Injects as an iCalendar (RFC 5545), for the agendas of exercise control."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from sim.core.model.ids import PartyId
from sim.core.model.text import Language, Text
from sim.core.model.time import clock_time, format_offset
from sim.core.records.kinds import Injected
from sim.core.records.record import Record
from sim.core.world.injects import Inject
from sim.report.export.cap import DOMAIN
from sim.words import word

_LENGTH: Final = timedelta(minutes=5)
"""How long an inject stands in an agenda: it has no length, and one of 0 cannot be seen in most."""


def injects_in(records: Iterable[Record]) -> list[Inject]:
    """Return the injects of a run as they came, with what was thrown in while it went."""
    return [
        Inject(
            id=content.id,
            at_ms=record.at_ms,
            to=content.to,
            cue=content.cue,
            title=content.title,
            source=content.source,
        )
        for record in records
        if isinstance(content := record.content, Injected)
    ]


def calendar(
    name: Text,
    key: str,
    start: datetime,
    injects: Iterable[Inject],
    parties: Mapping[PartyId, Text],
    language: Language,
) -> bytes:
    """Return injects as a calendar; each says that it is an exercise.

    Args:
        name: Name of the exercise.
        key: Id of the scenario or run: with the id of the inject it makes the UID, so that a later file brings an
            agenda up to date.
        start: Clock time of exercise time 0.
        injects: The injects.
        parties: Names of the parties.
        language: In which language.
    """
    made = Calendar()
    made.add("prodid", "-//beeld//exercise//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", word("calendar-name", language, name=name.in_language(language)))
    for inject in injects:
        made.add_component(_event(inject, key, start, parties, language))
    return bytes(made.to_ical())


def _event(
    inject: Inject, key: str, start: datetime, parties: Mapping[PartyId, Text], language: Language
) -> Event:
    at = clock_time(start, inject.at_ms).astimezone(UTC)
    to = parties[inject.to].in_language(language) if inject.to in parties else inject.to
    tag = str(inject.cue.__struct_config__.tag)
    title = inject.title.in_language(language)
    lines = [
        f"{word('party', language)}: {to}",
        f"{word('calendar-what', language)}: {word(f'cue-{tag}', language)}",
        f"{word('sheet-at', language)}: {format_offset(inject.at_ms)}",
    ]
    text = getattr(inject.cue, "text", None)
    if text is not None:
        lines.append(text.in_language(language))
    event = Event()
    event.add("uid", f"{inject.id}.{key}@{DOMAIN}")
    # The moment of making would make each file another: nothing else in it can be newer than the exercise.
    event.add("dtstamp", start.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", at)
    event.add("dtend", at + _LENGTH)
    event.add("summary", word("calendar-summary", language, title=title))
    event.add("description", "\n".join(lines))
    event.add("categories", [tag])
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
