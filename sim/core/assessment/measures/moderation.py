"""How the directing region handles what partners propose (Tabel 1: writing under the region's direction)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, Sample, median, of_samples, of_share
from sim.core.assessment.log.entries import Sent, grouped
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.messages.contents import Proposal, Verdict
from sim.core.messages.items import Item, ItemRef
from sim.core.model.ids import ActivityId, ItemId, PartyId

Fate: TypeAlias = Literal["accepted", "edited", "merged", "rejected", "replaced", "open"]
"""What became of a proposal."""


def moderation_handled(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of a party's proposals (of a region: proposals to it) that got a verdict.

    The rows name every proposal with what became of it, also those still open at the end.
    """
    return _handled(evidence.log, _proposals(evidence.log, party))


def moderation_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the median time (ms) from a party's proposals (of a region: those to it) to their verdicts."""
    return _times(evidence.log, _proposals(evidence.log, party))


def reasoned_rejections(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of rejected proposals of a party that were rejected with a reason."""
    return of_share(
        [
            (
                _label_of(verdict.data.about),
                bool(verdict.data.reason.nl or verdict.data.reason.en),
                (verdict.seq,),
            )
            for verdict in evidence.log.sent(Verdict)
            if verdict.came_to(party) and verdict.data.outcome == "rejected"
        ]
    )


def all_moderation_handled(evidence: Evidence) -> Figure | None:
    """Measure the share of all proposals that got a verdict."""
    return _handled(evidence.log, evidence.log.sent(Proposal))


def all_moderation_time(evidence: Evidence) -> Figure | None:
    """Measure the median time (ms) from all proposals to their verdicts."""
    return _times(evidence.log, evidence.log.sent(Proposal))


def _proposals(log: LogIndex, party: PartyId) -> list[Sent[Proposal]]:
    return [
        proposal
        for proposal in log.sent(Proposal)
        if proposal.sender == party or log.directs(party, proposal.activity)
    ]


def fates(
    log: LogIndex, proposals: Sequence[Sent[Proposal]]
) -> list[tuple[Sent[Proposal], Fate, Sent[Verdict] | None]]:
    """Return what became of each proposal: its verdict's outcome, ``replaced`` or ``open``, and the verdict if any.

    A proposal is replaced when its partner sent a newer version before anybody had judged it; the newer one
    waits in its stead. What has no verdict by the end of the run is open.
    """
    found: list[tuple[Sent[Proposal], Fate, Sent[Verdict] | None]] = []
    for proposal in proposals:
        verdict = _verdict(log, proposal)
        if verdict is not None:
            found.append((proposal, verdict.data.outcome, verdict))
        else:
            found.append((proposal, "replaced" if _replaced(log, proposal) else "open", None))
    return found


def _handled(log: LogIndex, proposals: Sequence[Sent[Proposal]]) -> Figure | None:
    rows, details = [], []
    for proposal, fate, verdict in fates(log, proposals):
        about = _label(proposal.data.item)
        evidence = (proposal.seq,) if verdict is None else (proposal.seq, verdict.seq)
        details.append(Detail(fate, about, int(verdict is not None), evidence))
        if fate != "replaced":
            rows.append((about, verdict is not None, evidence))
    figure = of_share(rows)
    return None if figure is None else msgspec.structs.replace(figure, details=tuple(details))


def _times(log: LogIndex, proposals: Sequence[Sent[Proposal]]) -> Figure | None:
    samples = []
    for proposal, fate, verdict in fates(log, proposals):
        if fate == "replaced":
            continue
        about = _label(proposal.data.item)
        if verdict is None:
            waiting_ms = log.end_ms - proposal.at_ms
            samples.append(Sample("proposal", about, waiting_ms, (proposal.seq,), open=True))
            continue
        handled_ms = verdict.at_ms - proposal.at_ms
        samples.append(Sample(verdict.data.outcome, about, handled_ms, (proposal.seq, verdict.seq)))
    return of_samples(samples, median)


def _verdict(log: LogIndex, proposal: Sent[Proposal]) -> Sent[Verdict] | None:
    item = proposal.data.item
    ref = ItemRef(item.id, item.version)
    given = _verdicts(log).get((proposal.sender, proposal.activity, ref), ())
    return next((verdict for verdict in given if verdict.seq > proposal.seq), None)


@remembered
def _verdicts(log: LogIndex) -> Mapping[tuple[PartyId, ActivityId, ItemRef], tuple[Sent[Verdict], ...]]:
    return grouped(
        ((verdict.recipient, verdict.data.activity, verdict.data.about), verdict)
        for verdict in log.sent(Verdict)
    )


def _replaced(log: LogIndex, proposal: Sent[Proposal]) -> bool:
    return _newest(log)[_of(proposal)] > proposal.data.item.version


@remembered
def _newest(log: LogIndex) -> Mapping[tuple[PartyId, ActivityId, ItemId], int]:
    newest: dict[tuple[PartyId, ActivityId, ItemId], int] = {}
    for proposal in log.sent(Proposal):
        version = proposal.data.item.version
        newest[_of(proposal)] = max(version, newest.get(_of(proposal), version))
    return newest


def _of(proposal: Sent[Proposal]) -> tuple[PartyId, ActivityId, ItemId]:
    return proposal.sender, proposal.activity, proposal.data.item.id


def _label(item: Item) -> str:
    return _label_of(ItemRef(item.id, item.version))


def _label_of(ref: ItemRef) -> str:
    return f"{ref.item}/{ref.version}"
