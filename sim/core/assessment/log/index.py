"""A run log read once and put in order: who said what to whom, what was so, what went wrong.

Everything keeps the sequence number of its record, because every finding must name the records it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, wraps
from itertools import chain
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.log.entries import (
    Moment,
    Sent,
    Stamped,
    Statement,
    Traffic,
    Withheld,
    grouped,
    held_by_party,
)
from sim.core.assessment.log.refs import Copies, Read
from sim.core.assessment.log.sights import Seen
from sim.core.assessment.log.told import Told
from sim.core.messages.contents import OF_SEVERAL_ITEMS, Card, ItemUpdate, Receipt
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId, InjectId, PartyId, SubjectId, ThemeId
from sim.core.records.kinds import (
    Denied,
    FaultEntered,
    Injected,
    Note,
    Observed,
    Opening,
    OutageEdge,
    PartyEntry,
    Rights,
    Steered,
    Subscribed,
    Truth,
    Undelivered,
)

C = TypeVar("C")
V = TypeVar("V")
P = ParamSpec("P")

_UNKNOWN: Final[Any] = object()
"""Stands for an answer that nobody has worked out yet: nothing at all is an answer too."""


def remembered(
    function: Callable[Concatenate[LogIndex, P], V],
) -> Callable[Concatenate[LogIndex, P], V]:
    """Return a function of a log that works out each answer once, and keeps it with the log."""

    @wraps(function)
    def answer(log: LogIndex, /, *args: P.args, **kwargs: P.kwargs) -> V:
        memo = log.memo
        key = (function, *args, *kwargs.values()) if args or kwargs else function
        known: V = memo.get(key, _UNKNOWN)
        if known is _UNKNOWN:
            known = memo[key] = function(log, *args, **kwargs)
        return known

    return answer


def remembered_last(
    function: Callable[[LogIndex, PartyId], V],
) -> Callable[[LogIndex, PartyId], V]:
    """Return a function of a log that keeps its answer until it is asked for another party: it is large."""

    @wraps(function)
    def answer(log: LogIndex, party: PartyId, /) -> V:
        known: tuple[PartyId, V] | None = log.memo.get(function)
        if known is None or known[0] != party:
            known = log.memo[function] = (party, function(log, party))
        return known[1]

    return answer


@dataclass(frozen=True)
class LogIndex:
    """What a run log holds, as far as measures need it; every collection in the order of the log.

    Attributes:
        opening: The first record.
        opening_seq: Its place.
        memo: What functions of the log have worked out.
        held_on: Date on which the run was held (ISO 8601), as the log tells; None where it does not.
        end_ms: When the run ended: the time of its last record.
        end_seq: Record of a run that came to its end; None where the log breaks off. What did not happen can
            only be said of a whole log, and rests on this record.
        completed: Whether the exchange held to the end of the run.
        told: Every item that was told, as columns.
        mail: Every message but new versions of items and receipts, and once more for readers to whom it came late;
            reports and briefings without their items, which stand in ``told``.
        came_late: Records of mail to one party that came to it late.
        read: Every receipt, as columns.
        seen: What parties perceived, as columns.
        traffic: How many messages went from whom, in which activity, to whom.
        first_said: The first message of each party in each activity.
        truths: Changes of the truth by subject.
        faults: Faults that entered.
        injects: What exercise control told parties to do, by id.
        cues: The same, with when.
        denied: What the broker refused.
        leaks: Deliveries that were forbidden and came.
        lost: Deliveries that were foreseen and did not come.
        rights: Rights given and taken back.
        notes: What happened inside parties.
        withheld: Deliveries of items that an outage kept from somebody.
        subscribed: Subscriptions that were allowed.
        outages: When technology failed, and worked again.
        steered: When somebody did something to the course of the exercise, or sat for a party.
    """

    opening: Opening
    told: Told
    read: Read
    seen: Seen
    traffic: Counter[Traffic]
    first_said: Mapping[tuple[PartyId, ActivityId], Moment]
    end_ms: int
    end_seq: int | None = None
    completed: bool = False
    mail: tuple[Sent[Any], ...] = ()
    came_late: frozenset[int] = frozenset()
    truths: Mapping[SubjectId, tuple[Stamped[Truth], ...]] = field(default_factory=dict)
    faults: tuple[Stamped[FaultEntered], ...] = ()
    injects: Mapping[InjectId, Injected] = field(default_factory=dict)
    cues: tuple[Stamped[Injected], ...] = ()
    denied: tuple[Stamped[Denied], ...] = ()
    leaks: tuple[Stamped[Undelivered], ...] = ()
    lost: tuple[Stamped[Undelivered], ...] = ()
    rights: tuple[Stamped[Rights], ...] = ()
    notes: tuple[Stamped[Note], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    subscribed: tuple[Stamped[Subscribed], ...] = ()
    outages: tuple[Stamped[OutageEdge], ...] = ()
    steered: tuple[Stamped[Steered], ...] = ()
    opening_seq: int = 0
    held_on: str | None = None
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    # Whole, for who goes through what a log holds one by one. Measures go by the columns: a long log has too many.

    @cached_property
    def all_messages(self) -> tuple[Sent[Any], ...]:
        """Return every message, and once more for readers to whom it came late; a late receipt names nothing."""
        receipts = (self.read.message(place) for place in range(len(self.read)))
        letters = (self._whole(sent) for sent in self.mail)
        return tuple(sorted(chain(self._updates(), receipts, letters), key=lambda sent: sent.seq))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Return every item that was told."""
        return self.told.statements()

    @cached_property
    def observed(self) -> tuple[Stamped[Observed], ...]:
        """Return what parties perceived."""
        return self.seen.all()

    @cached_property
    def versions(self) -> Copies:
        """Return what was told as one version of one item, also where a copy differs."""
        return Copies(self.told)

    @cached_property
    def held(self) -> Mapping[PartyId, tuple[Statement, ...]]:
        """Return the statements by party that holds them."""
        return held_by_party(self.statements)

    @cached_property
    def deliveries(self) -> Counter[PartyId]:
        """Return how many messages each party received."""
        received: Counter[PartyId] = Counter()
        for (_, _, readers, _), count in self.traffic.items():
            for reader in readers:
                received[reader] += count
        return received

    @cached_property
    def publications(self) -> Counter[PartyId]:
        """Return how many messages each party sent."""
        published: Counter[PartyId] = Counter()
        for (sender, _, _, late), count in self.traffic.items():
            if not late:
                published[sender] += count
        return published

    def opened(self, activity: ActivityId) -> Moment | None:
        """Return when anybody first said something in an activity; None where nobody did."""
        said = [moment for (_, where), moment in self.first_said.items() if where == activity]
        return min(said, key=lambda moment: moment.seq, default=None)

    @cached_property
    def entries(self) -> Mapping[PartyId, PartyEntry]:
        """Return the parties by id."""
        return {entry.id: entry for entry in self.opening.parties}

    @cached_property
    def first_seen(self) -> Mapping[SubjectId, Stamped[Observed]]:
        """Return by subject the first time that anybody perceived it."""
        first: dict[SubjectId, int] = {}
        for sight, row in zip(*_firsts(self.seen.sight), strict=True):
            subject = self.seen.sights[sight].fact.subject
            first[subject] = min(row, first.get(subject, row))
        return {subject: self.seen.stamped(row) for subject, row in first.items()}

    @cached_property
    def first_known(self) -> Mapping[str, Stamped[Observed]]:
        """Return by change of the truth the first time that anybody perceived it, and perceived it rightly."""
        rightly = np.flatnonzero(self.seen.by_sight(lambda sight: not sight.causation))
        first: dict[str, int] = {}
        for cause, place in zip(*_firsts(self.seen.cause[rightly]), strict=True):
            row = int(rightly[place])
            for change in self.seen.causes[cause]:
                first[change] = min(row, first.get(change, row))
        return {change: self.seen.stamped(row) for change, row in first.items()}

    def sent(self, kind: type[C]) -> tuple[Sent[C], ...]:
        """Return the messages whose content is of a type, each once."""
        key = ("sent", kind)
        if key not in self.memo:
            self.memo[key] = tuple(sent for sent in self.came(kind) if not sent.late)
        return cast("tuple[Sent[C], ...]", self.memo[key])

    def came(self, kind: type[C]) -> tuple[Sent[C], ...]:
        """Return the messages whose content is of a type, and once more for readers to whom it came late."""
        key = ("came", kind)
        if key not in self.memo:
            self.memo[key] = self._came(kind)
        return cast("tuple[Sent[C], ...]", self.memo[key])

    def letters(self, kind: type[C]) -> tuple[Sent[C], ...]:
        """Return the messages whose content is of a type, each once, as they are kept: without a tuple of items."""
        key = ("letters", kind)
        if key not in self.memo:
            self.memo[key] = tuple(sent for sent in self._mail.get(kind, ()) if not sent.late)
        return cast("tuple[Sent[C], ...]", self.memo[key])

    @cached_property
    def _mail(self) -> Mapping[type[Any], tuple[Sent[Any], ...]]:
        return grouped((type(sent.data), sent) for sent in self.mail)

    def _came(self, kind: type[Any]) -> tuple[Sent[Any], ...]:
        if kind is ItemUpdate:
            return tuple(self._updates())
        if kind is Receipt:
            return tuple(self.read.message(place) for place in range(len(self.read)))
        return tuple(self._whole(sent) for sent in self._mail.get(kind, ()))

    def _updates(self) -> Iterator[Sent[ItemUpdate]]:
        rows = np.flatnonzero(self.told.where(self.told.updates))
        return (self.told.update(row) for row in rows.tolist())

    def _whole(self, sent: Sent[Any]) -> Sent[Any]:
        if not isinstance(sent.data, OF_SEVERAL_ITEMS):
            return sent
        items = tuple(self.told.item(row) for row in self.told.rows_of(sent.seq))
        return msgspec.structs.replace(sent, data=msgspec.structs.replace(sent.data, items=items))

    @property
    def start(self) -> datetime:
        """Return the clock time of exercise time 0."""
        return datetime.fromisoformat(self.opening.start)

    @property
    def parties(self) -> tuple[PartyEntry, ...]:
        """Return the parties, in order of id."""
        return tuple(sorted(self.opening.parties, key=lambda entry: entry.id))

    def party(self, party: PartyId) -> PartyEntry | None:
        """Return what the log says of a party; None for one that it does not name."""
        return self.entries.get(party)

    def agreement(self, party: PartyId) -> Agreement | None:
        """Return the agreement that binds a party for the core task that this exercise touches."""
        entry = self.party(party)
        if entry is None:
            return None
        return next(
            (
                agreement
                for agreement in self.opening.agreements
                if agreement.partner == (entry.partner or party)
                and agreement.core_task == entry.core_task
                and agreement.profile == entry.profile
            ),
            None,
        )

    def needs(self, party: PartyId) -> frozenset[ThemeId]:
        """Return the themes that a party needs to know of: those agreed (Modeluitwerking 10), else its interests."""
        agreement, entry = self.agreement(party), self.party(party)
        if agreement is not None and agreement.needs:
            return frozenset(agreement.needs)
        return frozenset(entry.interests if entry is not None else ())

    def agreement_in(self, party: PartyId, activity: ActivityId) -> Agreement | None:
        """Return the agreement of a party as it holds in the region that directs an activity; None where none does."""
        agreement = self.agreement(party)
        directing = self.directing(activity)
        return None if agreement is None or directing is None else agreement.in_region(directing)

    def directing(self, activity: ActivityId) -> PartyId | None:
        """Return the region that directs an activity; None for one that the log does not name."""
        return next((entry.directing for entry in self.opening.activities if entry.id == activity), None)

    def within(self, activities: AbstractSet[ActivityId]) -> LogIndex:
        """Return the index of what was said in some activities, and outside any; all else stays as it is."""
        asked = ("", *activities)
        return replace(
            self,
            mail=tuple(sent for sent in self.mail if sent.activity in asked),
            told=self.told.only(self.told.by_way(lambda way: way.activity in asked)),
            traffic=Counter({key: count for key, count in self.traffic.items() if key[1] in asked}),
            first_said={key: moment for key, moment in self.first_said.items() if key[1] in asked},
            memo={},
        )

    def directs(self, party: PartyId, activity: ActivityId) -> bool:
        """Say whether a party directs an activity."""
        return any(entry.id == activity and entry.directing == party for entry in self.opening.activities)

    def closing(self, activity: ActivityId) -> Sent[Card] | None:
        """Return the card that closed an activity; None while it is open."""
        return self._closings.get(activity)

    @cached_property
    def _closings(self) -> Mapping[ActivityId, Sent[Card]]:
        first: dict[ActivityId, Sent[Card]] = {}
        for card in self.sent(Card):
            if not card.data.open:
                first.setdefault(card.activity, card)
        return first


def _firsts(column: npt.NDArray[Any]) -> tuple[list[int], list[int]]:
    """Return what stands in a column, and the first row of each."""
    values, rows = np.unique(column, return_index=True)
    return values.tolist(), rows.tolist()
