"""Where a fault can enter: who said what of a subject in a rehearsal without faults, to whom, and by which way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.log.entries import Statement
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId, SubjectId
from sim.core.model.time import MINUTE_MS
from sim.core.world.faults import FaultType, Hop
from sim.core.world.scenario import Scenario
from sim.core.world.truth import TruthChange, truth_at

AFTERWARDS_MS: Final = 10 * MINUTE_MS
"""How long after something was said the fault enters, so that it is known what is so."""

HELD_UP: Final = frozenset({FaultType.WITHHELD, FaultType.LATE})
_PASSING: Final = {
    Hop.TRANSCRIPTION: Shape.OUTSIDE,
    Hop.MODERATION: Shape.PROPOSAL,
    Hop.RELAY: Shape.SHARED,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party at which a fault can enter, with what is so and when.

    Attributes:
        party: Where it enters.
        subject: What it is about.
        at_ms: When (ms).
        last_change_ms: Until when what is so changes (ms).
        truth: What is so by then, and since when.
        before: What was so of it before, with other figures; None when nothing was.
        said_before_ms: Of when its party had said other figures (ms); None when it had not.
        others: Who else says something of it in the whole exercise, in order of id.
    """

    party: PartyId
    subject: SubjectId
    at_ms: int
    last_change_ms: int
    truth: TruthChange
    before: TruthChange | None
    said_before_ms: int | None
    others: tuple[PartyId, ...]


def candidates(
    room: Scenario, rehearsal: Evidence, subject: SubjectId, fault_type: FaultType, hop: Hop, profile: str
) -> Iterator[Candidate]:
    """Yield where a fault can enter at a hop, at parties of a profile; the party that says most of it first."""
    said = [one for one in rehearsal.log.statements if one.item.subject == subject]
    for party in sorted(room.parties):
        if room.parties[party].profile != profile:
            continue
        for moment in _moments(room, said, party, subject, fault_type, hop):
            found = _candidate(room, said, party, subject, *moment)
            if found is not None:
                yield found


def _moments(
    room: Scenario, said: list[Statement], party: PartyId, subject: SubjectId, fault_type: FaultType, hop: Hop
) -> Iterator[tuple[int, int]]:
    """Yield when the fault may enter (ms), and until when what is so changes (ms)."""
    if hop in _PASSING:
        yield from _passing(room, said, party, subject, hop)
    elif hop is Hop.OBSERVATION and fault_type in HELD_UP:
        for change in room.truth:
            if change.fact.subject == subject and change.at_ms and _told_after(said, party, change.at_ms):
                yield change.at_ms - 1, change.at_ms
    else:
        for one in _spoken(said, party, of_others=fault_type is FaultType.ECHO):
            at_ms = one.at_ms + AFTERWARDS_MS
            if _is_of_now(room, one, at_ms):
                yield at_ms, at_ms


def _passing(
    room: Scenario, said: list[Statement], party: PartyId, subject: SubjectId, hop: Hop
) -> Iterator[tuple[int, int]]:
    """Yield since when that is so (ms), twice, which then goes through the hands of a party at a hop."""
    if hop is Hop.RELAY and not any(one.shape is Shape.NATIONAL and one.sender == party for one in said):
        return  # it only reads along
    for one in said:
        change = truth_at(room.truth, subject, one.item.observed_at_ms)
        if change is not None and _passes(one, party, hop):
            yield change.at_ms, change.at_ms  # whatever passes first from then on


def _spoken(said: list[Statement], party: PartyId, *, of_others: bool) -> Iterator[Statement]:
    """Yield what a party says of its own; or what others do, where it does not.

    Who saw it too is a source of its own, and no echo.
    """
    own = [one for one in said if one.sender == party == one.item.source.party]
    if not of_others:
        yield from own
    elif not own:
        yield from (one for one in said if one.sender == one.item.source.party)


def _is_of_now(room: Scenario, said: Statement, at_ms: int) -> bool:
    """Say whether a statement is of what is so at a moment: what changed since is about to be told anew."""
    change = truth_at(room.truth, said.item.subject, at_ms)
    return change is not None and said.item.observed_at_ms >= change.at_ms


def _passes(said: Statement, party: PartyId, hop: Hop) -> bool:
    """Say whether a statement goes through the hands of a party at a hop."""
    in_hand = said.sender == party if hop is Hop.TRANSCRIPTION else party in said.readers
    return said.shape is _PASSING[hop] and in_hand


def _told_after(said: list[Statement], party: PartyId, at_ms: int) -> bool:
    return any(one.sender == party and one.item.observed_at_ms >= at_ms for one in said)


def _candidate(
    room: Scenario, said: list[Statement], party: PartyId, subject: SubjectId, at_ms: int, last_change_ms: int
) -> Candidate | None:
    truth = truth_at(room.truth, subject, last_change_ms)
    if truth is None or at_ms >= room.end_ms:
        return None
    before = [
        change
        for change in room.truth
        if change.fact.subject == subject
        and change.at_ms < truth.at_ms
        and change.fact.values != truth.fact.values
    ]
    earlier = before[-1] if before else None
    own = [
        one.item.observed_at_ms
        for one in said
        if one.sender == party
        and one.item.observed_at_ms < truth.at_ms
        and one.item.values != truth.fact.values
    ]
    others = {one.item.source.party for one in said if one.item.source.party != party}
    return Candidate(
        party, subject, at_ms, last_change_ms, truth, earlier, own[-1] if own else None, tuple(sorted(others))
    )
