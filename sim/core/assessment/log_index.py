"""A run log read once and put in order: who said what to whom, what was so, what went wrong.

Everything keeps the sequence number of its record, because every finding must name the records it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sim.core.assessment.log_entries import (
    Sent,
    Stamped,
    Statement,
    Withheld,
    by_type,
    grouped,
    held_by_party,
    versions_of,
)
from sim.core.messages.contents import Card
from sim.core.messages.items import Item, ItemRef
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
    Subscribed,
    Truth,
    Undelivered,
)

C = TypeVar("C")
V = TypeVar("V")
P = ParamSpec("P")


def remembered(
    function: Callable[Concatenate[LogIndex, P], V],
) -> Callable[Concatenate[LogIndex, P], V]:
    """Return a function of a log that works out each answer once, and keeps it with the log."""

    @wraps(function)
    def answer(log: LogIndex, /, *args: P.args, **kwargs: P.kwargs) -> V:
        key = (function.__qualname__, function.__module__, *args, *kwargs.values())
        if key not in log.memo:
            log.memo[key] = function(log, *args, **kwargs)
        known: V = log.memo[key]
        return known

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
        all_messages: Every message, and once more for readers to whom it came late.
        statements: Every item that was told.
        versions: What was told as one version of one item, also where a copy differs.
        truths: Changes of the truth by subject.
        faults: Faults that entered.
        injects: What exercise control told parties to do, by id.
        cues: The same, with when.
        observed: What parties perceived.
        denied: What the broker refused.
        leaks: Deliveries that were forbidden and came.
        lost: Deliveries that were foreseen and did not come.
        rights: Rights given and taken back.
        notes: What happened inside parties.
        subscribed: Subscriptions that were allowed.
        outages: When technology failed, and worked again.
        withheld: Deliveries of items that an outage kept from somebody.
    """

    opening: Opening
    end_ms: int
    end_seq: int | None = None
    completed: bool = False
    all_messages: tuple[Sent[Any], ...] = ()
    statements: tuple[Statement, ...] = ()
    versions: Mapping[ItemRef, tuple[Item, ...]] = field(default_factory=dict)
    truths: Mapping[SubjectId, tuple[Stamped[Truth], ...]] = field(default_factory=dict)
    faults: tuple[Stamped[FaultEntered], ...] = ()
    injects: Mapping[InjectId, Injected] = field(default_factory=dict)
    cues: tuple[Stamped[Injected], ...] = ()
    observed: tuple[Stamped[Observed], ...] = ()
    denied: tuple[Stamped[Denied], ...] = ()
    leaks: tuple[Stamped[Undelivered], ...] = ()
    lost: tuple[Stamped[Undelivered], ...] = ()
    rights: tuple[Stamped[Rights], ...] = ()
    notes: tuple[Stamped[Note], ...] = ()
    subscribed: tuple[Stamped[Subscribed], ...] = ()
    outages: tuple[Stamped[OutageEdge], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    opening_seq: int = 0
    held_on: str | None = None
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def messages(self) -> Mapping[type[Any], tuple[Sent[Any], ...]]:
        """Return the messages by the type of their content."""
        return by_type(self.all_messages)

    @cached_property
    def held(self) -> Mapping[PartyId, tuple[Statement, ...]]:
        """Return the statements by party that holds them."""
        return held_by_party(self.statements)

    @cached_property
    def shared(self) -> Mapping[ActivityId, tuple[Statement, ...]]:
        """Return what was told in the shared picture of each activity."""
        return grouped((one.activity, one) for one in self.statements if one.shared)

    @cached_property
    def said(self) -> Mapping[tuple[PartyId, ActivityId], tuple[Statement, ...]]:
        """Return what each party told in each activity."""
        return grouped(((one.sender, one.activity), one) for one in self.statements)

    @cached_property
    def told_by(self) -> Mapping[PartyId, tuple[Statement, ...]]:
        """Return what each party told."""
        return grouped((one.sender, one) for one in self.statements)

    @cached_property
    def perceived(self) -> Mapping[PartyId, tuple[Stamped[Observed], ...]]:
        """Return what each party perceived."""
        return grouped((record.content.party, record) for record in self.observed)

    @cached_property
    def deliveries(self) -> Mapping[PartyId, int]:
        """Return how many messages each party received."""
        return Counter(party for sent in self.all_messages for party in sent.readers)

    @cached_property
    def publications(self) -> Counter[PartyId]:
        """Return how many messages each party sent."""
        return Counter(sent.sender for sent in self.all_messages if not sent.late)

    @cached_property
    def first_said(self) -> Mapping[tuple[PartyId, ActivityId], Sent[Any]]:
        """Return the first message of each party in each activity."""
        first: dict[tuple[PartyId, ActivityId], Sent[Any]] = {}
        for sent in self.all_messages:
            first.setdefault((sent.sender, sent.activity), sent)
        return first

    @cached_property
    def entries(self) -> Mapping[PartyId, PartyEntry]:
        """Return the parties by id."""
        return {entry.id: entry for entry in self.opening.parties}

    @cached_property
    def first_seen(self) -> Mapping[SubjectId, Stamped[Observed]]:
        """Return by subject the first time that anybody perceived it."""
        first: dict[SubjectId, Stamped[Observed]] = {}
        for record in self.observed:
            first.setdefault(record.content.observation.fact.subject, record)
        return first

    @cached_property
    def first_known(self) -> Mapping[str, Stamped[Observed]]:
        """Return by change of the truth the first time that anybody perceived it, and perceived it rightly."""
        first: dict[str, Stamped[Observed]] = {}
        for record in self.observed:
            if not record.content.observation.causation:
                for change in record.content.observation.causes:
                    first.setdefault(change, record)
        return first

    def sent(self, kind: type[C]) -> tuple[Sent[C], ...]:
        """Return the messages whose content is of a type, each once."""
        key = ("sent", kind)
        if key not in self.memo:
            self.memo[key] = tuple(sent for sent in self.came(kind) if not sent.late)
        return cast("tuple[Sent[C], ...]", self.memo[key])

    def came(self, kind: type[C]) -> tuple[Sent[C], ...]:
        """Return the messages whose content is of a type, and once more for readers to whom it came late."""
        return cast("tuple[Sent[C], ...]", self.messages.get(kind, ()))

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
        messages = tuple(sent for sent in self.all_messages if sent.activity in ("", *activities))
        statements = tuple(one for one in self.statements if one.activity in ("", *activities))
        return replace(
            self,
            all_messages=messages,
            statements=statements,
            versions=versions_of(statements),
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
