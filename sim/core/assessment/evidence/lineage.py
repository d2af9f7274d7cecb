"""Lineage: how a fault spread, who got it from whom, what was built on it, and how it ended; from the log alone.

The tree has one node for each party that had it: where it entered is the root, and each other hangs below who told
it first. What a party was told again is counted, and hangs nowhere. ``docs/lineage.md`` defines each figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np

from sim.core.assessment.evidence.cases import FaultCase, Mark, contaminated, touched
from sim.core.assessment.log.columns import Way
from sim.core.assessment.log.entries import Sent, Statement
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import from_fault
from sim.core.messages.contents import Decision, ItemUpdate, Proposal, SitRep, tag_of_type
from sim.core.messages.items import ItemRef, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import InjectId, PartyId, SubjectId
from sim.core.model.text import Text


class Channel(StrEnum):
    """The way by which a party came to have what a fault told."""

    ENTERED = "entered"
    """It is where the fault entered."""
    RISK = "risk-picture"
    OWN = "own-picture"
    SHARED = "shared-picture"
    PROPOSAL = "proposal"
    SITREP = "sitrep"
    NATIONAL = "national-picture"
    LAYER = "layer"
    POST = "post"
    LIAISON = "liaison"
    """Outside the tool, since one of the two does not work in it."""
    TELEPHONE = "telephone"
    """Outside the tool, though both work in it: their fallback."""
    UNSEEN = "unseen"
    """It told others, and no message of the log told it."""


_CHANNELS: Final[Mapping[Shape, Channel]] = {
    Shape.RISK: Channel.RISK,
    Shape.OWN: Channel.OWN,
    Shape.SHARED: Channel.SHARED,
    Shape.PROPOSAL: Channel.PROPOSAL,
    Shape.NATIONAL: Channel.NATIONAL,
    Shape.LAYER: Channel.LAYER,
}


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a party made of what a fault told it, and that passes it on or rests on it.

    Attributes:
        what: ``item`` or ``proposal`` (about an item), the kind of another message with such items, ``decision``, or
            ``effect``: an item of its own about what the threat that it was told of means for it.
        about: The item, the decision, or nothing for messages with several items.
        at_ms: When, the first time.
        seq: Record of it, the first time.
        count: How many messages.
    """

    what: str
    about: str
    at_ms: int
    seq: int
    count: int


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A party that had what a fault told.

    Attributes:
        party: Its id.
        name: What people read.
        parent: Who told it first; None for the root.
        depth: Steps from the root.
        channel: How it came to it, the first time.
        at_ms: When that was.
        seq: Record of it.
        item: Which version of which item told it; None where no message did.
        again: How many more messages told it.
        again_from: Who sent these, in order of id.
        built: What it made of it, in order of time.
        recognised: When it first saw that it is wrong.
        signalled: When it first told others so in a signal.
        corrected: When it first said itself how it is.
        held_ms: Time in all that it held it.
        spans: From when to when it held it; the last has no end where it held it when the run ended.
        righted: When it was put right for it, the last time: the record that did so; None while it holds it, and for
            one that never told what it had been made to believe.
        open: Whether it held it when the run ended.
    """

    party: PartyId
    name: Text
    parent: PartyId | None
    depth: int
    channel: Channel
    at_ms: int
    seq: int
    item: ItemRef | None
    again: int
    again_from: tuple[PartyId, ...]
    built: tuple[Built, ...]
    recognised: Mark | None
    signalled: Mark | None
    corrected: Mark | None
    held_ms: int
    spans: tuple[tuple[int, int | None], ...]
    righted: Mark | None
    open: bool


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """The contamination tree of a fault.

    Attributes:
        fault: Its id.
        subject: What it is about.
        size: How many parties had it: the one where it entered, and each other that was told it at least once.
        depth: Steps from the root to the node farthest from it.
        again: How many messages told it once more to somebody who had been told it; counted for each reader.
        nodes: The parties, each after who told it first, and those told by one in order of time.
    """

    fault: InjectId
    subject: SubjectId
    size: int
    depth: int
    again: int
    nodes: tuple[Node, ...]


def lineage(log: LogIndex, case: FaultCase) -> Lineage:
    """Return the contamination tree of a fault."""
    spread = _Spread(log, case)
    nodes = tuple(spread.nodes(case.source, 0))
    return Lineage(
        fault=case.id,
        subject=case.fault.content.subject,
        size=len(nodes),
        depth=max(node.depth for node in nodes),
        again=sum(node.again for node in nodes),
        nodes=nodes,
    )


def size(log: LogIndex, case: FaultCase) -> int:
    """Return how many parties had what a fault told."""
    return len(_told(log, case))


def tellings(log: LogIndex, case: FaultCase) -> tuple[tuple[int, ...], int]:
    """Return the record by which each other party was first told what a fault told, and how many more messages told it.

    The records are in the order of the parties to whom they came; one record can stand for several parties.
    """
    told = _told(log, case)
    first = tuple(one.seq for party, one in told.items() if party != case.source)
    return first, sum(one.again.total() for one in told.values())


def channel(log: LogIndex, way: Way, reader: PartyId) -> Channel:
    """Return the way by which a message with items came to a reader."""
    if way.content is SitRep:
        return Channel.SITREP
    if way.address.shape is not Shape.OUTSIDE:
        return _CHANNELS.get(way.address.shape, Channel.POST)
    entries = (log.party(way.sender), log.party(reader))
    in_tool = all(entry is not None and entry.channel == "post" for entry in entries)
    return Channel.TELEPHONE if in_tool else Channel.LIAISON


@dataclass
class _Told:
    """How one party was told: first by whom and how, and who told it again."""

    parent: PartyId | None
    channel: Channel
    at_ms: int
    seq: int
    item: ItemRef | None
    again: Counter[PartyId] = field(default_factory=Counter)


def _passing_on(log: LogIndex, fault: InjectId) -> Sequence[tuple[_Passing, ItemRef]]:
    """Return the messages that pass on what a fault told, in order, with the first item in them that does."""
    return _passing(log).get(fault, ())


class _Passing(msgspec.Struct, frozen=True, gc=False):
    """A message that passes something on."""

    seq: int
    at_ms: int
    way: Way
    readers: tuple[PartyId, ...]


@remembered
def _passing(log: LogIndex) -> Mapping[InjectId, Sequence[tuple[_Passing, ItemRef]]]:
    told = log.told
    rows = np.flatnonzero(told.by_face(lambda face: bool(face.causation))).tolist()
    # What was addressed to one party and came late to it is one message.
    late = {sent.seq: sent.readers for sent in log.mail if sent.seq in log.came_late}
    passing: dict[InjectId, dict[int, tuple[_Passing, ItemRef]]] = {}
    for row in rows:
        way, face, moment = told.ways[told.way[row]], told.faces[told.face[row]], told.moment(row)
        if way.late and way.recipient:
            continue
        for fault in dict.fromkeys(face.causation):
            if contaminated(face, fault):
                message = _Passing(moment.seq, moment.at_ms, way, late.get(moment.seq, way.readers))
                ref = ItemRef(face.id, int(told.version[row]))
                passing.setdefault(fault, {}).setdefault(moment.seq, (message, ref))
    return {fault: tuple(messages.values()) for fault, messages in passing.items()}


def _told(log: LogIndex, case: FaultCase) -> dict[PartyId, _Told]:
    fault = case.fault
    told = {case.source: _Told(None, Channel.ENTERED, fault.at_ms, fault.seq, None)}
    for sent, ref in _passing_on(log, case.id):
        sender = sent.way.sender
        if sender not in told:
            told[sender] = _Told(case.source, Channel.UNSEEN, sent.at_ms, sent.seq, ref)
        for reader in sent.readers:
            if reader == sender:
                continue
            if reader in told:
                told[reader].again[sender] += 1
            else:
                told[reader] = _Told(sender, channel(log, sent.way, reader), sent.at_ms, sent.seq, ref)
    return told


class _Spread:
    """What the log says of one fault, by party."""

    def __init__(self, log: LogIndex, case: FaultCase) -> None:
        self._log, self._case = log, case
        self._told = _told(log, case)
        self._built = _built(log, case)
        self._corrected = _corrections(log, case.id)

    def nodes(self, party: PartyId, depth: int) -> Iterator[Node]:
        """Yield the node of a party and then all below it."""
        yield self._node(party, depth)
        below = [(told.seq, other) for other, told in self._told.items() if told.parent == party]
        for _, other in sorted(below):
            yield from self.nodes(other, depth + 1)

    def _node(self, party: PartyId, depth: int) -> Node:
        told, entry = self._told[party], self._log.party(party)
        exposure = self._case.exposures.get(party)
        is_open = exposure is not None and exposure.open
        righted = None
        if exposure is not None and exposure.ended_ms is not None:
            righted = Mark(exposure.ended_ms, exposure.evidence[-1], party)
        return Node(
            party=party,
            name=entry.name if entry is not None else Text(party, party),
            parent=told.parent,
            depth=depth,
            channel=told.channel,
            at_ms=told.at_ms,
            seq=told.seq,
            item=told.item,
            again=told.again.total(),
            again_from=tuple(sorted(told.again)),
            built=self._built.get(party, ()),
            recognised=self._case.detected_by(party),
            signalled=next((mark for mark in self._case.signals if mark.party == party), None),
            corrected=self._corrected.get(party),
            held_ms=0 if exposure is None else exposure.duration_ms,
            spans=() if exposure is None else exposure.spans,
            righted=righted,
            open=is_open,
        )


def _corrections(log: LogIndex, fault: InjectId) -> dict[PartyId, Mark]:
    """Return when each party first said itself how it is, or took it back; what lapsed, nobody saw to be wrong."""
    said = (VerificationStatus.CORRECTED, VerificationStatus.REFUTED)
    first: dict[PartyId, Mark] = {}
    for statement in from_fault(log, fault):
        if statement.item.verification.status in said:
            first.setdefault(statement.sender, Mark(statement.at_ms, statement.seq, statement.sender))
    return first


def _built(log: LogIndex, case: FaultCase) -> dict[PartyId, tuple[Built, ...]]:
    """Return what each party made of what the fault told it, in order of time."""
    made: dict[PartyId, dict[tuple[str, str], Built]] = {}

    def note(party: PartyId, what: str, about: str, at_ms: int, seq: int) -> None:
        things = made.setdefault(party, {})
        before = things.get((what, about))
        count = 1 if before is None else before.count + 1
        first = (at_ms, seq) if before is None else (before.at_ms, before.seq)
        things[what, about] = Built(what=what, about=about, at_ms=first[0], seq=first[1], count=count)

    for sent, ref in _passing_on(log, case.id):
        what = tag_of_type(sent.way.content)
        about = ref.item if sent.way.content in (ItemUpdate, Proposal) else ""
        note(sent.way.sender, what, about, sent.at_ms, sent.seq)
    for decision in case.decisions:
        note(decision.sender, "decision", _name_of(decision), decision.at_ms, decision.seq)
    for effect in _effects(log, case):
        note(effect.sender, "effect", effect.item.id, effect.at_ms, effect.seq)
    return {
        party: tuple(sorted(things.values(), key=lambda thing: thing.seq)) for party, things in made.items()
    }


def _name_of(decision: Sent[Decision]) -> str:
    return decision.address.levels.get("item", decision.event.id)


def _effects(log: LogIndex, case: FaultCase) -> Sequence[Statement]:
    """Return what parties said a threat means for them while they took what the fault told of it for true."""
    told = log.told
    items = {told.faces[face].id for face in np.unique(told.face[touched(log, case.id)]).tolist()}
    subject = case.fault.content.subject
    rows = told.by_face(
        lambda face: (
            not items.isdisjoint(face.relates_to)
            and case.id not in face.causation
            and face.subject != subject
        )
    )
    return [
        statement
        for statement in told.statements(np.flatnonzero(rows).tolist())
        if statement.item.source.party == statement.sender
        and statement.sender in case.exposures
        and case.exposures[statement.sender].held_at(statement.seq)
    ]
