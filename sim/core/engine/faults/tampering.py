"""Tampering: what faults do to what passes by, on its way from what is so to who reads it.

A fault that waits here takes hold of the first thing that passes its hop: what a party comes to know, what it sends, or
what is brought to it. Whoever has the thing in hand takes it for what it is; only its ``causation`` tells, and that is
for the log alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec

from sim.core.agents.acts import Perceived, Publish
from sim.core.agents.information.statements import own_item_id
from sim.core.engine.faults.entries import entered
from sim.core.engine.senses import Sensed
from sim.core.messages.contents import items_in, with_items
from sim.core.messages.event import Event
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, Shape, build, is_outside, parse
from sim.core.model.ids import InjectId, PartyId
from sim.core.picture.observation import Fact
from sim.core.records.record import Entry
from sim.core.world.faults import Fault, FaultType, Hop, Setting, fact_of, restated
from sim.core.world.faults.fault import How
from sim.core.world.truth import TruthChange, World

HELD_UP: Final = frozenset({FaultType.WITHHELD, FaultType.LATE})
"""What keeps a statement from going on its way in time; at the observation it keeps the party from knowing."""

MISWRITTEN: Final = frozenset(
    {
        FaultType.WRONG_TIME,
        FaultType.DUPLICATE,
        FaultType.MISATTRIBUTED,
        FaultType.UNVERIFIED_AS_VERIFIED,
        FaultType.GARBLED,
        FaultType.OTHER_ACTIVITY,
    }
)
"""What the source gets wrong as it writes a statement down: what it knows itself is right."""

WRITTEN_TOO: Final = frozenset({FaultType.INCOMPLETE, FaultType.RUMOUR_AS_OBSERVED})
"""What the source perceives wrongly, and writes down wrongly as well."""

_ARRIVES_ON: Final = {Hop.MODERATION: Shape.PROPOSAL, Hop.RELAY: Shape.SHARED}


class Sending(msgspec.Struct, frozen=True):
    """A message as it goes out.

    Attributes:
        act: What is sent.
        delay_ms: How much later than it would have been.
        garble: In which way its payload is garbled; None when it is not.
        is_strange: Whether it goes out by another client than the simulated people use.
    """

    act: Publish
    delay_ms: int = 0
    garble: How | None = None
    is_strange: bool = False


class Arriving(msgspec.Struct, frozen=True):
    """A message as one reader takes it in: how much later (ms), and as what; None when it does not at all."""

    reader: PartyId
    event: Event | None
    delay_ms: int = 0


@dataclass
class _Armed:
    fault: Fault
    cause: tuple[str, ...]
    since_ms: int
    observed_ms: int | None = None
    entered_ms: int | None = None


class Tampering:
    """Faults that wait for what passes them.

    Args:
        setting: What alterations draw on.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._armed: list[_Armed] = []
        self._taken_in: dict[tuple[PartyId, str], tuple[InjectId, ...]] = {}

    def arm(self, fault: Fault, cause: tuple[str, ...], since_ms: int) -> None:
        """Let a fault wait for what passes its hop, from when its party's clock reads ``since_ms``."""
        self._armed.append(_Armed(fault, cause, since_ms))

    def arm_writing(self, fault: Fault, now: int, observed_ms: int) -> None:
        """Let a fault be in what its party writes of what it perceives now, at ``observed_ms`` by its clock."""
        self._armed.append(_Armed(fault, (), now, observed_ms=observed_ms, entered_ms=now))

    def waiting(self) -> list[Fault]:
        """Return the faults that nothing has passed yet."""
        return [armed.fault for armed in self._armed if armed.entered_ms is None]

    def behind(self, party: PartyId, event: str) -> tuple[InjectId, ...]:
        """Return the faults in what a party made of a message that was right when it was sent."""
        return self._taken_in.get((party, event), ())

    # What a party comes to know --------------------------------------------------------------------

    def perceiving(self, change: TruthChange, sensed: Sensed, now: int) -> tuple[Sensed | None, list[Entry]]:
        """Return what a party comes to know of a change, and when; None when it does not."""
        at_ms, party, stimulus = sensed
        assert isinstance(stimulus, Perceived), "what comes of a change is perceived"
        for armed in self._armed:
            fault = armed.fault
            is_waiting = fault.type in HELD_UP and self._waits_at(armed, Hop.OBSERVATION, party)
            if not is_waiting or fault.subject != change.fact.subject:
                continue
            armed.entered_ms = now
            seen = stimulus.observation
            cause = (*armed.cause, change.id)
            if fault.type is FaultType.WITHHELD:
                return None, [entered(now, fault, None, change.fact, cause)]
            late = msgspec.structs.replace(seen, causation=(*seen.causation, fault.id))
            record = entered(now, fault, seen.fact, change.fact, cause)
            return (at_ms + fault.delay_ms, party, Perceived(late)), [record]
        return sensed, []

    @staticmethod
    def _waits_at(armed: _Armed, hop: Hop, party: PartyId) -> bool:
        return armed.entered_ms is None and armed.fault.hop is hop and armed.fault.party == party

    # What a party sends ----------------------------------------------------------------------------

    def sending(
        self, party: PartyId, act: Publish, world: World, now: int
    ) -> tuple[list[Sending], list[Entry]]:
        """Return what goes out in place of a message: it altered, twice, later, or nothing."""
        sendings, entries = [Sending(act)], []
        for armed in list(self._armed):
            if armed.fault.party != party:
                continue
            passing = [one for one in sendings if one.garble is None and self._passes(armed, one.act, now)]
            if not passing:
                continue
            if armed.entered_ms is None:
                entries.append(self._caught(armed, party, passing[0].act, world, now))
            made = []
            for one in sendings:
                made += self._tampered(armed.fault, party, one, now) if one in passing else [one]
            sendings = made
            if armed.fault.type is FaultType.GARBLED:
                self._armed.remove(armed)  # it was one message that nobody could read
        return sendings, entries

    def _passes(self, armed: _Armed, act: Publish, now: int) -> bool:
        fault = armed.fault
        if fault.type is FaultType.OTHER_ACTIVITY and not is_of_activity(act):
            return False  # what is of no activity cannot be told in the wrong one
        if fault.hop is Hop.OBSERVATION:
            return fault.type not in HELD_UP and any(_is_own(item, armed) for item in items_in(act.content))
        if fault.hop is not Hop.TRANSCRIPTION or armed.entered_ms not in (None, now):
            return False
        return is_outside(act.topic) and any(item.subject == fault.subject for item in items_in(act.content))

    def _caught(self, armed: _Armed, party: PartyId, act: Publish, world: World, now: int) -> Entry:
        item = next(item for item in items_in(act.content) if item.subject == armed.fault.subject)
        armed.entered_ms, armed.observed_ms = now, item.observed_at_ms
        cause = (*armed.cause, act.because_of) if act.because_of else armed.cause
        return self._record(armed.fault, item, party, world, cause, now)

    def _record(
        self, fault: Fault, item: Item, party: PartyId, world: World, cause: tuple[str, ...], now: int
    ) -> Entry:
        told = self._told(fault, item, party, now)
        change = world.of(fault.subject)
        truth = fact_of(item) if change is None else change.fact
        return entered(now, fault, told, truth, cause, item.id)

    def _told(self, fault: Fault, item: Item, party: PartyId, now: int) -> Fact | None:
        """Return what is told of an item; None when it is kept back, or nobody can read it."""
        if fault.type in (FaultType.WITHHELD, FaultType.GARBLED):
            return None
        return fact_of(restated(fault, item, party, now, self._setting))

    def _tampered(self, fault: Fault, party: PartyId, sending: Sending, now: int) -> list[Sending]:
        act, is_own = sending.act, fault.hop is Hop.OBSERVATION
        if fault.type is FaultType.WITHHELD:
            content = with_items(act.content, lambda item: None if item.subject == fault.subject else item)
            return [] if content is None else [_with(sending, fault, content)]
        change = partial(self._restated, fault=fault, party=party, now=now)
        content = with_items(act.content, change)
        assert content is not None, "what is restated is still there"
        wrong = _with(sending, fault, content)
        if fault.type is FaultType.DUPLICATE:
            again = msgspec.structs.replace(wrong, act=msgspec.structs.replace(wrong.act, register=None))
            return [wrong if is_own else sending, again]
        if fault.type is FaultType.LATE:
            return [msgspec.structs.replace(wrong, delay_ms=fault.delay_ms)]
        if fault.type is FaultType.GARBLED:
            return [msgspec.structs.replace(wrong, garble=fault.how)]
        if fault.type is FaultType.OTHER_ACTIVITY:
            return [msgspec.structs.replace(wrong, act=readdressed(wrong.act, fault.activity))]
        return [wrong]

    def _restated(self, item: Item, fault: Fault, party: PartyId, now: int) -> Item:
        return restated(fault, item, party, now, self._setting) if item.subject == fault.subject else item

    # What is brought to a party --------------------------------------------------------------------

    def arriving(
        self, topic: str, event: Event, readers: Sequence[PartyId], world: World, now: int
    ) -> tuple[list[Arriving], list[Entry]]:
        """Return which readers take a message in otherwise than it was sent."""
        found: list[Arriving] = []
        entries: list[Entry] = []
        address = parse(topic) if self._armed else None
        if address is None:
            return found, entries
        for armed in self._armed:
            fault, item = armed.fault, _brought(armed.fault, address, event)
            is_reader = fault.party in readers and fault.party not in [one.reader for one in found]
            if item is None or not is_reader or not self._waits_at(armed, fault.hop, fault.party):
                continue
            armed.entered_ms = now
            cause = (*armed.cause, event.id)
            entries.append(self._record(fault, item, fault.party, world, cause, now))
            self._taken_in[fault.party, event.id] = (fault.id,)
            change = partial(self._restated, fault=fault, party=item.source.party, now=now)
            content = None if fault.type is FaultType.WITHHELD else with_items(event.data, change)
            read = None if content is None else msgspec.structs.replace(event, data=content)
            found.append(Arriving(fault.party, read, fault.delay_ms))
        return found, entries


def _is_own(item: Item, armed: _Armed) -> bool:
    """Say whether an item is the statement that its party gets wrong: its first from then on, wherever it is told."""
    if item.id != own_item_id(armed.fault.party, armed.fault.subject):
        return False
    if armed.observed_ms is None:
        return item.observed_at_ms >= armed.since_ms
    return item.observed_at_ms == armed.observed_ms


def _brought(fault: Fault, address: Address, event: Event) -> Item | None:
    """Return the item in which a fault can enter as a message arrives; None when there is none."""
    if _ARRIVES_ON.get(fault.hop) is not address.shape:
        return None
    return next((item for item in items_in(event.data) if item.subject == fault.subject), None)


def _with(sending: Sending, fault: Fault, content: object) -> Sending:
    injects = tuple(dict.fromkeys((*sending.act.injects, fault.id)))
    act = msgspec.structs.replace(sending.act, content=content, injects=injects)
    return msgspec.structs.replace(sending, act=act)


def is_of_activity(act: Publish) -> bool:
    """Say whether a message is of an activity, by its topic or by what it says."""
    address = parse(act.topic)
    return bool(getattr(act.content, "activity", "")) or (
        address is not None and "activity" in address.levels
    )


def readdressed(act: Publish, activity: str) -> Publish:
    """Return a message as it would be in another activity."""
    address = parse(act.topic)
    assert address is not None, "what is sent has a known shape"
    content = act.content
    if hasattr(content, "activity"):
        content = msgspec.structs.replace(content, activity=activity)
    if "activity" not in address.levels:
        return msgspec.structs.replace(act, content=content)
    topic = build(address.shape, **{**address.levels, "activity": activity})
    return msgspec.structs.replace(act, topic=topic, content=content)
