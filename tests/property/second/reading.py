"""A log as plain lists, and the figures that can be made of a list of durations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, TypeAlias

from sim.core.messages.items import Item, ItemRef
from sim.core.model.agreement import Agreement
from sim.core.picture.observation import Fact
from sim.core.records.kinds import ActivityEntry, Opening, PartyEntry
from sim.core.records.record import Record

MINUTE_MS = 60_000

Found: TypeAlias = tuple[float | None, float | None, int | None] | None
"""What a measure must find: its value, what is pending, on how many events it rests (None: not said); or nothing."""

Wait: TypeAlias = tuple[int, bool]
"""How long something took (ms), and whether it was still open when the run ended."""


@dataclass(frozen=True)
class Said:
    """A message: who said what to whom, and where."""

    seq: int
    at: int
    sender: str
    to: str
    where: str
    place: tuple[str, ...]
    activity: str
    readers: tuple[str, ...]
    data: Any
    event: str
    injects: tuple[str, ...]
    late: bool = False

    def reached(self, party: str) -> bool:
        """Say whether it was sent to a party and came."""
        return self.to == party and party in self.readers


@dataclass(frozen=True)
class Told:
    """An item in a message, and who knows it from then on."""

    seq: int
    at: int
    sender: str
    readers: tuple[str, ...]
    knowing: frozenset[str]
    where: str
    place: tuple[str, ...]
    activity: str
    item: Item
    late: bool

    @property
    def in_shared_picture(self) -> bool:
        """Say whether it puts something into a shared picture: what comes late to somebody stood there before."""
        return self.where == "shared" and not self.late


@dataclass(frozen=True)
class Thing:
    """Any other record."""

    seq: int
    at: int
    kind: str
    content: Any
    cause: tuple[str, ...]


class Reading:
    """A log, read into plain lists in its order."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.opening: Opening = records[0].content
        self.end = max(record.at_ms for record in records)
        self.whole = any(record.kind == "end" for record in records)
        self.said: list[Said] = []
        self.told: list[Told] = []
        self.things: list[Thing] = []
        self.needed: dict[tuple[str, int], list[str]] = {}
        for record in records:
            if record.kind == "message":
                self._say(_said(record))
            elif record.kind == "delivery":
                self._deliver(record)
            if record.kind != "message":
                self.things.append(Thing(record.seq, record.at_ms, record.kind, record.content, record.cause))

    def _say(self, one: Said) -> None:
        self.said.append(one)
        self._tell(one)

    def _tell(self, one: Said) -> None:
        knowing = frozenset(one.readers) | (frozenset() if one.late else {one.sender})
        for item in items_of(one.data):
            self.told.append(
                Told(
                    one.seq, one.at, one.sender, one.readers, knowing, one.where, one.place, one.activity,
                    item, one.late,
                )
            )  # fmt: skip

    def _deliver(self, record: Record) -> None:
        content = record.content
        known = [one for one in self.said if one.event == content.event and not one.late]
        if content.how != "late" or not known:
            return
        (first,) = known
        late = replace(first, seq=record.seq, at=record.at_ms, readers=(content.party,), late=True)
        if first.to:
            # A letter is one letter, however late it comes.
            self.said[self.said.index(first)] = replace(first, readers=(*first.readers, content.party))
        else:
            self.said.append(late)
        self._tell(late)

    def of(self, *kinds: str, late: bool = False) -> list[Said]:
        """Return the messages of some kinds; ``late`` adds those that came once more, late."""
        return [one for one in self.said if _kind(one.data) in kinds and (late or not one.late)]

    def all(self, *kinds: str) -> list[Thing]:
        """Return the other records of some kinds."""
        return [one for one in self.things if one.kind in kinds]

    @property
    def activities(self) -> tuple[ActivityEntry, ...]:
        """Return the activities."""
        return self.opening.activities

    def entry(self, party: str) -> PartyEntry:
        """Return what the log says of a party."""
        return next(one for one in self.opening.parties if one.id == party)

    def agreement(self, party: str) -> Agreement | None:
        """Return the agreement that a party acts under."""
        entry = self.entry(party)
        found = [
            one
            for one in self.opening.agreements
            if (one.partner, one.core_task, one.profile)
            == (entry.partner or party, entry.core_task, entry.profile)
        ]
        return found[0] if found else None

    def agreed_in(self, party: str, activity: str) -> Agreement | None:
        """Return the agreement of a party as the region that directs an activity has it."""
        agreement = self.agreement(party)
        directing = [one.directing for one in self.activities if one.id == activity]
        if agreement is None or not directing or directing[0] not in agreement.regions:
            return None
        return agreement.additions.get(directing[0], agreement)

    def needs(self, party: str) -> set[str]:
        """Return the themes that a party needs to know of."""
        agreement = self.agreement(party)
        agreed = set(agreement.needs) if agreement is not None else set()
        return agreed or set(self.entry(party).interests)

    def closed(self, activity: str) -> int:
        """Return until when (ms) an activity is open."""
        shut = [one.at for one in self.of("card") if one.activity == activity and not one.data.open]
        return shut[0] if shut else self.end

    def called(self, party: str, activity: str) -> Said | None:
        """Return the first call of a party to an activity."""
        calls = [one for one in self.of("alert", "alarm") if one.reached(party) and one.activity == activity]
        return calls[0] if calls else None

    def works_from(self, party: str, activity: str) -> int | None:
        """Return from when (ms) a party works in an activity: it was called, or spoke."""
        call = self.called(party, activity)
        spoke = [one.at for one in self.said if (one.sender, one.activity) == (party, activity)]
        moments = [*([call.at] if call is not None else []), *spoke[:1]]
        return min(moments) if moments else None

    def changes(self, subject: str) -> list[Thing]:
        """Return how the truth about a subject changed."""
        return [one for one in self.all("truth") if one.content.fact.subject == subject]

    def versions(self, ref: ItemRef) -> list[Item]:
        """Return what was told as one version of one item."""
        return [one.item for one in self.told if (one.item.id, one.item.version) == (ref.item, ref.version)]

    def minutes(self, from_ms: int = 0, until_ms: int | None = None) -> range:
        """Return the minutes from a moment until another (ms), or until the end: when each begins."""
        return range(from_ms, self.end if until_ms is None else until_ms, MINUTE_MS)


def _said(record: Record) -> Said:
    event, levels = record.content.event, tuple(record.content.topic.split("/"))
    to = levels[1] if levels[0] in ("post", "outside") else ""
    where = levels[2] if levels[0] == "activity" else levels[0]
    activity = levels[1] if levels[0] == "activity" else getattr(event.data, "activity", "")
    return Said(
        record.seq, record.at_ms, event.sender, to, where, levels, activity,
        tuple(record.content.readers), event.data, event.id, tuple(one for one in event.injectids.split(",") if one),
    )  # fmt: skip


def _kind(data: Any) -> str:
    return str(type(data).__struct_config__.tag)


def items_of(data: Any) -> list[Item]:
    """Return the items in a content."""
    if _kind(data) in ("item", "proposal"):
        return [data.item]
    if _kind(data) in ("sitrep", "snapshot", "briefing", "confidence"):
        return list(data.items)
    if _kind(data) == "answer":
        return [*([data.item] if data.item is not None else []), *data.items]
    return []


def within(fact: Fact, activity: ActivityEntry) -> bool:
    """Say whether a fact lies in an activity; areas of random logs are upright rectangles, and places are points."""
    place: Any = fact.geometry
    if place is None or not activity.area:
        return True
    east, north = place.coordinates
    ring: Any = activity.area[0].coordinates[0]
    easts, norths = [one[0] for one in ring], [one[1] for one in ring]
    return bool(min(easts) <= east <= max(easts) and min(norths) <= north <= max(norths))


def right(item: Item, fact: Fact) -> bool:
    """Say whether an item tells what is so; in random logs figures and places are the same or far apart."""
    if item.verification.status == "refuted":
        return False
    if fact.sensitivity == "restricted" and item.sensitivity != "restricted":
        return False
    if fact.geometry is not None and item.geometry != fact.geometry:
        return False
    return item.values == fact.values if fact.values else item.title == fact.title


def same(one: Item, other: Item) -> bool:
    """Say whether two items tell the same."""
    if one.geometry is not None and other.geometry is not None and one.geometry != other.geometry:
        return False
    return one.values == other.values if one.values and other.values else one.title == other.title


# Figures of durations ------------------------------------------------------------------------------------


def longest(values: Sequence[int]) -> int:
    """Return the longest."""
    return max(values)


def middle(values: Sequence[int]) -> int:
    """Return the median."""
    return int(median(values))


def average(values: Sequence[int]) -> int:
    """Return the mean, rounded down."""
    return sum(values) // len(values)


def nearly_all(values: Sequence[int]) -> int:
    """Return the shortest under which, or at which, 95 of a hundred stay."""
    return min(one for one in values if 100 * sum(other <= one for other in values) >= 95 * len(values))


def figure(waits: Iterable[Wait], statistic: Any) -> Found:
    """Return the figure over what ended, and what it is at least with what was still open."""
    known = list(waits)
    if not known:
        return None
    ended = [value for value, is_open in known if not is_open]
    least = statistic([value for value, _ in known])
    value = statistic(ended) if ended else None
    return value, least if value is None or least > value else None, len(known)


def share(rows: Iterable[bool]) -> Found:
    """Return which part of some events was as it should be."""
    known = list(rows)
    return (sum(known) / len(known), None, len(known)) if known else None


def part(good: int, total: int, count: int | None) -> Found:
    """Return which part of some time was as it should be."""
    return (good / total, None, count) if total else None


def count_of(found: int, chances: int, *, whole: bool) -> Found:
    """Return how often something went wrong; that it never did shows only where it could have, in a whole log."""
    if found:
        return found, None, found + chances
    return (0, None, chances) if chances and whole else None
