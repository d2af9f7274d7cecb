"""Outages of the tool, and how fast a party works by its fallback (terugvalprocedure, Modeluitwerking techniek 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, Sample, of_samples, worst
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.entries import Stamped
from sim.core.assessment.log.index import LogIndex
from sim.core.assessment.log.lookup import noted
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.model.ids import PartyId
from sim.core.records.kinds import Injected, Note, OutageEdge


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which the tool failed a party; ``up`` is None where it did so until the run ended."""

    down: Stamped[Injected | OutageEdge]
    up: Stamped[Injected | OutageEdge] | None


def outages(log: LogIndex, party: PartyId) -> tuple[Outage, ...]:
    """Return the times in which the tool failed a party, in order; what fails already does not fail again.

    It failed by an outage of technology, or because exercise control told the party's people that it does.
    """
    found: list[Outage] = []
    down: Stamped[Injected | OutageEdge] | None = None
    for record, fails in sorted(_changes(log, party), key=lambda change: change[0].seq):
        if fails:
            down = down or record
        elif down is not None:
            found.append(Outage(down, record))
            down = None
    return tuple(found) if down is None else (*found, Outage(down, None))


def _changes(log: LogIndex, party: PartyId) -> Iterator[tuple[Stamped[Any], bool]]:
    """Yield what made the tool fail a party, or work again, and which of the two."""
    for edge in log.outages:
        if edge.content.fails_tool and party in edge.content.parties:
            yield edge, edge.content.change == "begins"
    for told in log.cues:
        if told.content.to == party and isinstance(told.content.cue, ToolDown | ToolUp):
            yield told, isinstance(told.content.cue, ToolDown)


def up_ms(failed: Sequence[Outage], from_ms: Numbers, until_ms: Numbers) -> Numbers:
    """Return how long (ms) the tool worked between moments and later ones, one by one."""
    worked_ms = until_ms - from_ms
    for outage in failed:
        last_ms = until_ms if outage.up is None else np.minimum(until_ms, outage.up.at_ms)
        worked_ms -= np.maximum(0, last_ms - np.maximum(from_ms, outage.down.at_ms))
    return worked_ms


def fallback_switch(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from the tool's failing a party to its working by the fallback.

    The party's own note tells when it went over. A tool that works again before anybody noticed ends the wait. Who
    still works by the fallback when the tool fails anew has nothing to go over to.
    """
    log = evidence.log
    notes = [record for record in noted(log, party) if record.content.what == "fallback"]
    samples: list[Sample] = []
    is_over, since_seq = False, 0
    for outage in outages(log, party):
        if is_over and not _between(notes, since_seq, outage.down.seq):
            since_seq = since_seq if outage.up is None else outage.up.seq
            continue  # nobody had gone back to the tool
        during = _between(notes, outage.down.seq, None if outage.up is None else outage.up.seq)
        samples.append(_switch(log, party, outage, during))
        is_over = bool(during)
        since_seq = 0 if outage.up is None else outage.up.seq
    return of_samples(samples, worst)


def _between(notes: Sequence[Stamped[Note]], from_seq: int, until_seq: int | None) -> list[Stamped[Note]]:
    return [note for note in notes if from_seq < note.seq and (until_seq is None or note.seq < until_seq)]


def _switch(log: LogIndex, party: PartyId, outage: Outage, during: Sequence[Stamped[Note]]) -> Sample:
    # What a party notes first while the tool fails it is that it went over; all else follows from that.
    down, up = outage.down, outage.up
    if during:
        return Sample("switch", party, during[0].at_ms - down.at_ms, (down.seq, during[0].seq))
    if up is None:
        return Sample("switch", party, log.end_ms - down.at_ms, (down.seq,), open=True)
    return Sample("switch", party, up.at_ms - down.at_ms, (down.seq, up.seq), open=True)
