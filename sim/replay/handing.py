"""What each party got in a run, record by record, and what it may read in a replay. Pure.

In a replay every party has topics of its own, ``{party}/`` and then the topic of the run: so it gets what it got then,
also what came late to it or twice, and nothing else. What it may read below these is what its profile lets it read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import shapely

from sim.core.messages.codec import encode
from sim.core.messages.topics import RETAINED, parse
from sim.core.model.access import AccessTable, Grant, compile_access, grant_id, make_grant
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.ids import EventId, PartyId
from sim.core.model.party import Competence, Party, People
from sim.core.model.profile import Action, Profile
from sim.core.model.text import Text
from sim.core.records.kinds import Delivery, Message, Opening, PartyEntry, Rights, Undelivered
from sim.core.records.record import Record

_NO_PEOPLE: Final = People((0, 0), (0, 0), 0.0)
"""Nobody acts in a replay."""


@dataclass(frozen=True, slots=True)
class Handing:
    """One delivery: to whom, on which topic of the run, which event, and whether the broker keeps it."""

    party: PartyId
    topic: str
    payload: bytes
    retain: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Rights to read that a party gets, or (without patterns) loses, under a name."""

    party: PartyId
    name: str
    patterns: tuple[str, ...] = ()


class Hander:
    """Says of each record what it hands to whom.

    Args:
        opening: The first record of the run.
        profiles: The profiles of its parties, by id.
        lost: Party and event of deliveries that were lost.
        held_back: Events that came late or twice to somebody: what they say is kept until then.

    Attributes:
        table: What parties may read by now.
        forbidden: Deliveries of the run that these profiles do not let a party read: they are not handed again.
        lost_again: Deliveries that were lost, and are not handed again either.

    Raises:
        ValueError: A party has a profile that is not given.
    """

    def __init__(
        self,
        opening: Opening,
        profiles: Mapping[str, Profile],
        lost: Iterable[tuple[PartyId, EventId]] = (),
        held_back: Iterable[EventId] = (),
    ) -> None:
        missing = sorted({entry.profile for entry in opening.parties} - profiles.keys())
        if missing:
            raise ValueError(
                f"profile: expected one of {', '.join(sorted(profiles))}, found {missing[0]!r} in the log"
            )
        self._profiles = profiles
        self._parties = {entry.id: _party(entry) for entry in opening.parties}
        self.table = _table(opening, self._parties, profiles)
        self.forbidden = self.lost_again = 0
        self._lost = frozenset(lost)
        self._held_back = frozenset(held_back)
        self._kept: dict[EventId, Message] = {}

    @property
    def remembers(self) -> bool:
        """Say whether anything came late or twice to somebody."""
        return bool(self._held_back)

    def remember(self, record: Record) -> None:
        """Keep what a record says, if that came late or twice to somebody."""
        content = record.content
        if isinstance(content, Message) and content.event.id in self._held_back:
            self._kept[content.event.id] = content

    def take(self, record: Record) -> list[Handing]:
        """Return what a record hands to parties, in order of their ids."""
        content = record.content
        if isinstance(content, Message):
            self.remember(record)
            return self._to(content, content.readers, record.at_ms)
        if isinstance(content, Delivery) and content.how in ("late", "again"):
            message = self._kept.get(content.event)
            return [] if message is None else self._to(message, (content.party,), record.at_ms)
        if isinstance(content, Undelivered) and record.kind == "leak":
            self.forbidden += 1
        return []

    def change(self, record: Record) -> Change | None:
        """Return what a record changes in what a party may read, from the next moment on."""
        rights = record.content
        if not isinstance(rights, Rights) or rights.party not in self._parties:
            return None
        party = self._parties[rights.party]
        name = grant_id(rights.party, rights.bundle, rights.activity)
        bundle = self._profiles[party.profile].grant(rights.bundle)
        standing = self.table.open_grant(name)
        if rights.change == "revoked" and standing is not None:
            self.table = self.table.with_revoked(name, record.at_ms + 1)
            return Change(rights.party, name) if _patterns(standing) else None
        if rights.change == "revoked" or standing is not None or bundle is None:
            return None
        grant = make_grant(party, bundle, rights.activity, rights.themes, record.at_ms + 1)
        self.table = self.table.with_grant(grant)
        patterns = _patterns(grant)
        return Change(rights.party, name, patterns) if patterns else None

    def reads(self, party: PartyId) -> tuple[str, ...]:
        """Return the topic filters that a party may read from the beginning."""
        rules = self.table.rules[party]
        return tuple(dict.fromkeys(rule.pattern for rule in rules if rule.action is Action.READ))

    def _to(self, message: Message, readers: Iterable[PartyId], at_ms: int) -> list[Handing]:
        payload, found = encode(message.event), []
        address = parse(message.topic)
        retain = address is not None and address.shape in RETAINED
        for party in readers:
            if (party, message.event.id) in self._lost:
                self.lost_again += 1
            elif not self.table.decide(party, at_ms, Action.READ, message.topic).allowed:
                self.forbidden += 1
            else:
                found.append(Handing(party, message.topic, payload, retain))
        return found


def _patterns(grant: Grant) -> tuple[str, ...]:
    return tuple(rule.pattern for rule in grant.rules if rule.action is Action.READ)


def lost_in(records: Iterable[Record]) -> list[tuple[PartyId, EventId]]:
    """Return party and event of the deliveries that records of the kind ``lost`` tell of."""
    return [(record.content.party, record.content.event) for record in records]


def _party(entry: PartyEntry) -> Party:
    competence = Competence(systems=entry.systems)
    return Party(entry.id, entry.name, entry.profile, entry.core_task, entry.regions, competence, _NO_PEOPLE)


def _table(
    opening: Opening, parties: Mapping[PartyId, Party], profiles: Mapping[str, Profile]
) -> AccessTable:
    nowhere = shapely.GeometryCollection()
    activities = [
        Activity(one.id, one.name, one.directing, one.parties, one.systems, nowhere, Text("", ""))
        for one in opening.activities
    ]
    agreements = {
        entry.id: agreement for entry in opening.parties if (agreement := _agreement(opening, entry))
    }
    return compile_access(parties.values(), profiles, activities, agreements)


def _agreement(opening: Opening, entry: PartyEntry) -> Agreement | None:
    wanted = (entry.partner or entry.id, entry.core_task, entry.profile)
    return next(
        (one for one in opening.agreements if (one.partner, one.core_task, one.profile) == wanted), None
    )
