"""A record in one line, as somebody reads it who sees a run again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sim.cli.output import Speaker
from sim.core.messages.contents import items_in, tag_of
from sim.core.messages.event import Event
from sim.core.model.text import Text
from sim.core.records.kinds import Message
from sim.core.records.record import Record

_WORDS_MAX: Final = 160


def line_of(record: Record, start: datetime, say: Speaker) -> str:
    """Return a record in one line: when, its number, its kind, and what it says."""
    when = say.moment(record.at_ms, start)
    return f"{when}  {record.seq:>6}  {record.kind:<10}  {told(record, say)}".rstrip()


def told(record: Record, say: Speaker) -> str:
    """Return what a record says, in words; of a kind that is not known here, nothing."""
    tell = _TELL.get(record.kind)
    return "" if tell is None else " ".join(tell(record.content, say).split())


def _message(message: Message, say: Speaker) -> str:
    readers = ", ".join(message.readers) or say("replay-nobody")
    sender, what = message.event.sender, _said(message.event, say)
    return say("replay-message", sender=sender, readers=readers, what=f"{what} ({message.topic})")


def _said(event: Event, say: Speaker) -> str:
    items = items_in(event.data)
    if items:
        first = items[0]
        words = _title(first, say)
        more = f" (+{len(items) - 1})" if len(items) > 1 else ""
        return f"{tag_of(event.data)} {first.id} v{first.version}: {words}{more}"
    text = getattr(event.data, "text", None)
    words = text.in_language(say.language) if isinstance(text, Text) else ""
    return f"{tag_of(event.data)}: {_short(words)}" if words else tag_of(event.data)


def _title(told: Any, say: Speaker) -> str:
    title, text = told.title.in_language(say.language), told.text.in_language(say.language)
    figures = ", ".join(f"{value.name} {value.amount:.10g} {value.unit}".rstrip() for value in told.values)
    return _short(" · ".join(part for part in (title, text, figures) if part))


def _short(words: str) -> str:
    return words if len(words) <= _WORDS_MAX else f"{words[: _WORDS_MAX - 1]}…"


def _words(say: Speaker, text: Text) -> str:
    return _short(text.in_language(say.language))


_TELL: Final[Mapping[str, Callable[[Any, Speaker], str]]] = {
    "run": lambda one, say: say("replay-run", name=_words(say, one.name), seed=one.seed, session=one.session),
    "truth": lambda one, say: say("replay-truth", what=_title(one.fact, say)),
    "inject": lambda one, say: say("replay-inject", id=one.id, to=one.to, what=_words(say, one.title)),
    "fault": lambda one, say: say("replay-fault", id=one.id, party=one.party, what=_words(say, one.title)),
    "unmet": lambda one, say: say("replay-unmet", id=one.id, reason=one.reason),
    "outage": lambda one, say: say(
        f"replay-outage-{one.change}", id=one.id, parties=", ".join(one.parties), what=_words(say, one.title)
    ),
    "observed": lambda one, say: say(
        "replay-observed", party=one.party, what=_title(one.observation.fact, say)
    ),
    "message": _message,
    "delivery": lambda one, say: say(
        f"replay-delivery-{one.how}", party=one.party, event=one.event, topic=one.topic, by=one.by
    ),
    "denied": lambda one, say: say(
        f"replay-denied-{one.attempt}", party=one.party, topic=one.topic, rule=one.rule
    ),
    "subscribed": lambda one, say: say(
        "replay-subscribed" if one.active else "replay-unsubscribed", party=one.party, topic=one.filter
    ),
    "rights": lambda one, say: say(
        f"replay-rights-{one.change}", party=one.party, activity=one.activity, bundle=one.bundle
    ),
    "note": lambda one, say: say(
        "replay-note", party=one.party, what=one.what, item=f"{one.item} {one.text}"
    ),
    "lost": lambda one, say: say("replay-lost", party=one.party, event=one.event, topic=one.topic),
    "leak": lambda one, say: say("replay-leak", party=one.party, event=one.event, topic=one.topic),
    "garbled": lambda one, say: say("replay-garbled", topic=one.topic, reason=one.reason),
    "failure": lambda one, say: say("replay-failure", reason=one.reason),
    "end": lambda one, say: say(
        "replay-end", outcome=one.outcome, messages=one.messages, deliveries=one.deliveries
    ),
}
