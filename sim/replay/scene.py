"""A run at a moment: the fold of its log up to a record, for whoever follows a run and for whoever replays one.

A scene is fed record by record. It does no I/O: what it refers to stands on a shelf (:mod:`sim.replay.shelf`). At its
moment it answers what was so, what every party knew, what was shared, what each item went through, how the activities
stood, and what went wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.messages.contents import Card, Scaling, items_in
from sim.core.messages.items import Item
from sim.core.model.ids import ActivityId, EventId, InjectId, ItemId, PartyId, ThemeId
from sim.core.picture.merge import Picture
from sim.core.picture.observation import Fact
from sim.core.records.kinds import Ending, Failure, Opening, OutageEdge
from sim.core.records.record import Record
from sim.replay.chronicle import NEVER_ENDS, Chronicle
from sim.replay.shelf import KeptRecords, Shelf
from sim.replay.standing import Counts, Holding, Keeper, Standing, Traffic


@dataclass(frozen=True, slots=True)
class Telling:
    """A version of an item as it was told: what, where, by whom and when.

    Attributes:
        item: What was said.
        seq: The record.
        at_ms: When (ms of exercise time).
        sender: Who told it.
        topic: Where.
        event: Id of the event.
        readers: Who received it at once.
        first: Whether nobody had said it before in these words; False where it was passed on.
    """

    item: Item
    seq: int
    at_ms: int
    sender: PartyId
    topic: str
    event: EventId
    readers: tuple[PartyId, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class ActivityState:
    """An activity as its newest card tells it: level, whether it is open, who is in, and which record says so."""

    activity: ActivityId
    grip: int
    open: bool
    parties: tuple[PartyId, ...]
    directing: PartyId
    seq: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Level:
    """The level that a party last told in an activity (empty: in none)."""

    party: PartyId
    activity: ActivityId
    level: str
    grip: int | None
    seq: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Admission:
    """A party was let in: by which bundle of rights, for which themes, and since when."""

    party: PartyId
    activity: ActivityId
    bundle: str
    themes: tuple[ThemeId, ...]
    seq: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage that is not over: how it began, and whom it still strikes."""

    began: OutageEdge
    seq: int
    at_ms: int
    parties: tuple[PartyId, ...]


class Scene:
    """A run at a moment.

    Args:
        shelf: Where its records are found again; None keeps them in memory.
        chronicle: What is known of the log already, when it goes at least as far as ``standing``.
        standing: Where to go on; None begins before the first record. The scene changes it.
    """

    def __init__(
        self,
        shelf: Shelf | None = None,
        chronicle: Chronicle | None = None,
        standing: Standing | None = None,
    ) -> None:
        self._shelf: Shelf = KeptRecords() if shelf is None else shelf
        self._chronicle = Chronicle() if chronicle is None else chronicle
        self.standing = Standing() if standing is None else standing
        self._keeper = Keeper(self._chronicle, self._item)

    def take(self, record: Record) -> None:
        """Take the next record. Kinds that it does not know change nothing but the moment.

        Raises:
            ValueError: It is not the next one.
        """
        if record.seq != self.standing.next_seq:
            raise ValueError(f"scene: expected record {self.standing.next_seq}, found {record.seq}")
        rows, is_noted = self._chronicle.take(record)
        if is_noted:
            self._shelf.keep(record)
        self._keeper.take(self.standing, record, rows)

    def pass_to(self, at_ms: int) -> None:
        """Let time go by to a moment (ms of exercise time) up to which there is no further record."""
        self.standing.at_ms = max(self.standing.at_ms, at_ms)

    # The moment

    @property
    def seq(self) -> int:
        """Return the number of the last record that was taken; -1 before the first."""
        return self.standing.next_seq - 1

    @property
    def at_ms(self) -> int:
        """Return the moment (ms of exercise time)."""
        return self.standing.at_ms

    @property
    def opening(self) -> Opening:
        """Return what is run.

        Raises:
            ValueError: No record of it was taken yet.
        """
        first = self.records("run")
        if not first:
            raise ValueError("expected a log that begins with the record run, found none")
        opening: Opening = first[0].content
        return opening

    @property
    def ended(self) -> Ending | Failure | None:
        """Return how the run ended; None as long as it has not."""
        seq = self.standing.ended_seq
        return None if seq is None else self._content(seq)

    # What was so, and what was known

    def truth(self) -> tuple[Fact, ...]:
        """Return what is so, in order of subject."""
        return tuple(self._content(seq).fact for _, seq in sorted(self.standing.truth.items()))

    def picture_of(
        self, party: PartyId, activity: ActivityId | None = None, *, only_relied_on: bool = True
    ) -> Picture:
        """Return what a party wrote or was sent: the newest version of each item.

        Args:
            party: Whose picture.
            activity: Only what was told in this activity; None is all.
            only_relied_on: Without what is no longer valid: nobody relies on it.
        """
        return self._picture(self.standing.held.get(party, {}), activity, only_relied_on)

    def shared_picture(self, activity: ActivityId | None = None, *, only_relied_on: bool = True) -> Picture:
        """Return the shared pictures of all activities, or of one."""
        return self._picture(self.standing.shared, activity, only_relied_on)

    def history(self, item: ItemId) -> tuple[Telling, ...]:
        """Return how an item was told, in order: new versions, and where they were passed on."""
        chronicle = self._chronicle
        return tuple(
            self._telling(row, first=chronicle.version_row[chronicle.row_version[row]] == row)
            for row in chronicle.rows_about(item, self.seq)
        )

    def versions(self, item: ItemId) -> tuple[Telling, ...]:
        """Return the versions of an item, each as it was first told."""
        return tuple(telling for telling in self.history(item) if telling.first)

    # Activities and parties

    def activities(self) -> Mapping[ActivityId, ActivityState]:
        """Return how each activity stands that has a card."""
        return {activity: self._activity(seq) for activity, seq in sorted(self.standing.cards.items())}

    def levels(self) -> tuple[Level, ...]:
        """Return the levels that parties last told, in order of party and activity."""
        return tuple(
            self._level(party, activity, seq)
            for party, told in sorted(self.standing.levels.items())
            for activity, seq in sorted(told.items())
        )

    def let_in(self) -> tuple[Admission, ...]:
        """Return who is let in, in order of party, activity and bundle."""
        found = []
        for (party, activity, bundle), seq in sorted(self.standing.let_in.items()):
            themes = self._content(seq).themes
            found.append(Admission(party, activity, bundle, themes, seq, self.when_ms(seq)))
        return tuple(found)

    def outages(self) -> Mapping[InjectId, Outage]:
        """Return the outages that are not over."""
        return {
            name: Outage(
                self._content(struck.began_seq),
                struck.began_seq,
                self.when_ms(struck.began_seq),
                tuple(struck.parties),
            )
            for name, struck in sorted(self.standing.outages.items())
        }

    def away(self) -> frozenset[PartyId]:
        """Return who cannot work in the tool, because of an outage."""
        return frozenset(
            party
            for struck in self.standing.outages.values()
            if struck.fails_tool
            for party in struck.parties
        )

    @property
    def counts(self) -> Counts:
        """Return the totals so far."""
        return self.standing.counts

    def traffic(self, party: PartyId) -> Traffic:
        """Return what a party sent, received and was refused so far."""
        return self.standing.traffic.get(party) or Traffic()

    # What happened

    def seqs(self, what: str) -> Sequence[int]:
        """Return the numbers of the records of something.

        Args:
            what: A kind of record (:data:`sim.replay.chronicle.JOURNALS`), or ``alarm``, ``card``, ``decision``,
                ``scaling`` or ``signal`` for messages with that content.
        """
        return self._chronicle.happened(what, self.seq)

    def records(self, what: str, last: int | None = None) -> tuple[Record, ...]:
        """Return the records of something (:meth:`seqs`), or the last so many of them."""
        seqs = self.seqs(what)
        if last is not None:
            seqs = seqs[max(0, len(seqs) - last) :]
        return tuple(map(self._shelf.record, seqs))

    @property
    def faults(self) -> tuple[Record, ...]:
        """Return the faults that entered."""
        return self.records("fault")

    @property
    def unmet(self) -> tuple[Record, ...]:
        """Return the faults that will not enter."""
        return self.records("unmet")

    @property
    def injects(self) -> tuple[Record, ...]:
        """Return what exercise control told parties to do."""
        return self.records("inject")

    @property
    def denials(self) -> tuple[Record, ...]:
        """Return what the broker refused."""
        return self.records("denied")

    @property
    def decisions(self) -> tuple[Record, ...]:
        """Return the decisions of leadership."""
        return self.records("decision")

    @property
    def signals(self) -> tuple[Record, ...]:
        """Return the signals: an item looks wrong or incomplete."""
        return self.records("signal")

    @property
    def alarms(self) -> tuple[Record, ...]:
        """Return the alarms."""
        return self.records("alarm")

    def when_ms(self, seq: int) -> int:
        """Return the moment (ms of exercise time) of a record that was taken."""
        return self._chronicle.at_ms(seq)

    # How it is found

    def _content(self, seq: int) -> Any:
        return self._shelf.record(seq).content

    def _item(self, version: int) -> Item:
        return self._item_in(self._chronicle.version_row[version])

    def _item_in(self, row: int) -> Item:
        seq = self._chronicle.row_of[row]
        place = row - self._chronicle.rows_at(seq).start
        return items_in(self._content(seq).event.data)[place]

    def _telling(self, row: int, *, first: bool) -> Telling:
        record = self._shelf.record(self._chronicle.row_of[row])
        message = record.content
        return Telling(
            item=self._item_in(row),
            seq=record.seq,
            at_ms=record.at_ms,
            sender=message.event.sender,
            topic=message.topic,
            event=message.event.id,
            readers=message.readers,
            first=first,
        )

    def _picture(self, holding: Holding, activity: ActivityId | None, only_relied_on: bool) -> Picture:
        picture: dict[ItemId, Item] = {}
        for version in self._versions(holding, activity):
            until_ms = self._chronicle.version_until[version]
            if not only_relied_on or until_ms == NEVER_ENDS or self.at_ms < until_ms:
                item = self._item(version)
                picture[item.id] = item
        return picture

    def _versions(self, holding: Holding, activity: ActivityId | None) -> Iterable[int]:
        """Return the versions that count of what is held."""
        if activity is not None:
            number = self._chronicle.activity_number(activity)
            return holding.get(-1 if number is None else number, {}).values()
        if len(holding) == 1:
            return next(iter(holding.values())).values()
        newest: dict[int, int] = {}
        for held in holding.values():
            for item, version in held.items():
                known = newest.get(item)
                if known is None or (known != version and self._keeper.is_newer(version, known)):
                    newest[item] = version
        return newest.values()

    def _activity(self, seq: int) -> ActivityState:
        record = self._shelf.record(seq)
        card: Card = record.content.event.data
        return ActivityState(
            card.activity, card.grip, card.open, card.parties, card.directing, seq, record.at_ms
        )

    def _level(self, party: PartyId, activity: ActivityId, seq: int) -> Level:
        record = self._shelf.record(seq)
        scaling: Scaling = record.content.event.data
        return Level(party, activity, scaling.level, scaling.grip, seq, record.at_ms)


def scene_of(records: Iterable[Record], at_ms: int | None = None) -> Scene:
    """Return the scene of a log at a moment (ms of exercise time); None is its end."""
    scene = Scene()
    for record in records:
        if at_ms is not None and record.at_ms > at_ms:
            break
        scene.take(record)
    if at_ms is not None:
        scene.pass_to(at_ms)
    return scene
