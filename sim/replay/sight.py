"""What a party saw of a run: the records that it would know of, and where those are that somebody may want to go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.model.ids import PartyId
from sim.core.records.record import Record
from sim.files.criteria import load_criteria
from sim.replay.evidence import evidence_of
from sim.replay.timeline import Timeline

JUMPS: Final = ("inject", "fault", "denied", "decision")
"""What somebody who replays a run goes from one to the next of."""

_NOT_NOTICED: Final = frozenset({"slip", "overlooked", "forgotten", "missed", "unreachable"})

_EVERYBODY_SEES: Final = frozenset({"run", "end"})

_SEES: Final[Mapping[str, Callable[[Any, PartyId], bool]]] = {
    "inject": lambda content, party: bool(content.to == party),
    "outage": lambda content, party: party in content.parties,
    "observed": lambda content, party: bool(content.party == party),
    "message": lambda content, party: party == content.event.sender or party in content.readers,
    "delivery": lambda content, party: bool(content.party == party and content.how != "missed"),
    "denied": lambda content, party: bool(content.party == party and content.attempt != "deliver"),
    "subscribed": lambda content, party: bool(content.party == party),
    "rights": lambda content, party: bool(content.party == party),
    "note": lambda content, party: bool(content.party == party and content.what not in _NOT_NOTICED),
}


def is_seen(record: Record, party: PartyId) -> bool:
    """Say whether a party knew of what a record tells, when it happened.

    Never the truth, nor what was made wrong; and not what did not come, or what nobody noticed.
    """
    if record.kind in _EVERYBODY_SEES:
        return True
    sees = _SEES.get(record.kind)
    return sees is not None and sees(record.content, party)


def jumps_in(timeline: Timeline) -> list[int]:
    """Return the records of :data:`JUMPS` in a run, in order."""
    return sorted(seq for what in JUMPS for seq in timeline.seqs(what))


def findings_in(timeline: Timeline) -> list[int]:
    """Return the first record of each finding, by the criteria that ship, in order.

    Raises:
        RunLogError: There is more in the log than an assessment takes in.
    """
    assessment = assess_evidence(evidence_of(timeline.log), load_criteria())
    criteria = [*assessment.criteria, *(one for partner in assessment.partners for one in partner.criteria)]
    return sorted({finding.evidence[0] for finding in criteria if finding.evidence})
