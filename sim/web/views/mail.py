"""What came in for a party: alerts, alarms, requests and the like, and what of it was answered."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any, Final

from sim.core.messages.contents import items_in, tag_of
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import EventId, PartyId
from sim.core.records.kinds import Delivery, Message
from sim.core.records.record import Record
from sim.report.exercise.words import ReportWords

KEPT: Final = 60
"""Messages that are kept for a party: the last so many."""

_MAIL: Final = (Shape.POST, Shape.OUTSIDE, Shape.PROPOSAL, Shape.SIGNAL)
_QUIET: Final = frozenset({"ack", "scaling"})
"""What tells nothing that a person must look at by itself."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that came in, or went out."""

    seq: int
    at_ms: int
    topic: str
    event: EventId
    sender: PartyId
    kind: str
    content: Any


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter as a page shows it; ``about`` is the version of the statement that it is about, if it is about one."""

    letter: Letter
    at: str
    sender: str
    text: str
    activity: str
    about: str
    answered: bool


class Mailboxes:
    """The mail of every party, taken from the records of a log as they come."""

    def __init__(self) -> None:
        self._boxes: defaultdict[PartyId, deque[Letter]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._answered: defaultdict[PartyId, set[EventId]] = defaultdict(set)
        self._under_way: dict[EventId, Letter] = {}

    def take(self, record: Record) -> None:
        """Take the next record."""
        content = record.content
        if isinstance(content, Delivery):
            letter = self._under_way.get(content.event)
            if content.how == "late" and letter is not None:
                self._boxes[content.party].append(letter)
            return
        if not isinstance(content, Message):
            return
        event = content.event
        if event.correlationid:
            self._answered[event.sender].add(event.correlationid)
        address = parse(content.topic)
        kind = tag_of(event.data)
        if address is None or address.shape not in _MAIL or kind in _QUIET:
            return
        letter = Letter(record.seq, record.at_ms, content.topic, event.id, event.sender, kind, event.data)
        for reader in content.readers:
            self._boxes[reader].append(letter)
        to = address.levels.get("to")
        if to is not None and to not in content.readers:
            self._under_way[event.id] = letter

    def lines(self, party: PartyId, words: ReportWords) -> tuple[LetterLine, ...]:
        """Return what came in for a party, the last first."""
        answered = self._answered[party]
        return tuple(
            _line(letter, words, letter.event in answered) for letter in reversed(self._boxes[party])
        )


def _line(letter: Letter, words: ReportWords, answered: bool) -> LetterLine:
    content = letter.content
    ref = getattr(content, "about", None)
    items = items_in(content)
    if ref is None and letter.kind == "proposal":
        about = f"{content.item.id}@{content.item.version}"
    else:
        about = "" if ref is None else f"{ref.item}@{ref.version}"
    return LetterLine(
        letter=letter,
        at=words.moment(letter.at_ms),
        sender=words.party(letter.sender),
        text=_text(content, items, words),
        activity=_activity(letter),
        about=about,
        answered=answered,
    )


def _activity(letter: Letter) -> str:
    address = parse(letter.topic)
    in_topic = "" if address is None else address.levels.get("activity", "")
    return in_topic or str(getattr(letter.content, "activity", ""))


def _text(content: Any, items: tuple[Item, ...], words: ReportWords) -> str:
    for name in ("text", "reason"):
        told = getattr(content, name, None)
        if told is not None and not isinstance(told, str) and words.text(told):
            return words.text(told)
    if items:
        titles = [words.text(item.title) for item in items[:4]]
        more = len(items) - len(titles)
        return "; ".join(titles) + (f" (+{more})" if more > 0 else "")
    return ""
