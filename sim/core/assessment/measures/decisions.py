"""What decisions rest on: whether it had been verified, and whether it still held (Modeluitwerking 12 and 13)."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, cited, of_share
from sim.core.assessment.log.entries import Sent
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import change_times
from sim.core.assessment.log.told import NO_ROW
from sim.core.messages.contents import Decision
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.model.ids import PartyId
from sim.core.model.time import MINUTE_MS
from sim.core.picture.observation import Fact
from sim.core.picture.quality import is_relied_on, mismatches

STALE_AFTER_MS: Final = 30 * MINUTE_MS
"""How long a change may be unknown to who decides before the decision counts as one on stale information (exercise)."""

_CHECKED: Final = (VerificationStatus.VERIFIED, VerificationStatus.CORRECTED)


def verified_before_use(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of a party's items that had been verified when a decision came to rest on them."""
    rests = [(one, item) for one, item in _rests(evidence.log) if item.source.party == party]
    return of_share([_checked(decision, item) for decision, item in rests])


def verified_in_decisions(evidence: Evidence) -> Figure | None:
    """Measure the share of the items that decisions rest on that had been verified by then."""
    return of_share([_checked(decision, item) for decision, item in _rests(evidence.log)])


def decisions_on_stale(evidence: Evidence) -> Figure | None:
    """Count the decisions that rest on what had long been overtaken, or was past its validity.

    Overtaken is an item that differs from the truth since :data:`STALE_AFTER_MS` or longer, by a change after it was
    observed. None when nothing was decided.
    """
    log = evidence.log
    decided = log.sent(Decision)
    if not decided:
        return None
    rows = [
        Detail("stale", f"{item.id}/{item.version}", 1, (decision.seq, *found))
        for decision, item in _rests(log)
        for found in (_stale(log, decision, item),)
        if found is not None
    ]
    return Figure(
        value=len({row.evidence[0] for row in rows}),
        count=len(decided),
        evidence=cited((one.seq for one in decided), *(row.evidence for row in rows)),
        details=tuple(rows),
    )


@remembered
def _rests(log: LogIndex) -> tuple[tuple[Sent[Decision], Item], ...]:
    found = []
    for decision in log.sent(Decision):
        for ref in decision.data.rests_on:
            # Copies of one version can differ: who passes on may slip. The shared picture is what is decided on.
            number = log.told.number_of(ref)
            row = NO_ROW if number is None else int(log.told.first_rows[number])
            if row != NO_ROW:
                found.append((decision, log.told.item(row)))
    return tuple(found)


def _checked(decision: Sent[Decision], item: Item) -> tuple[str, bool, tuple[int, ...]]:
    return str(ItemRef(item.id, item.version).item), item.verification.status in _CHECKED, (decision.seq,)


def _stale(log: LogIndex, decision: Sent[Decision], item: Item) -> tuple[int, ...] | None:
    if not is_relied_on(item, decision.at_ms):
        return ()
    overtaking = None
    times_ms = change_times(log).get(item.subject, ())
    first, after = bisect_right(times_ms, item.observed_at_ms), bisect_right(times_ms, decision.at_ms)
    for change in log.truths.get(item.subject, ())[first:after]:
        if not _differs(item, change.content.fact):
            overtaking = None
        elif overtaking is None:
            overtaking = change
    if overtaking is None or decision.at_ms - overtaking.at_ms < STALE_AFTER_MS:
        return None
    return (overtaking.seq,)


def _differs(item: Item, fact: Fact) -> bool:
    if mismatches(item, fact):
        return True
    return not fact.values and item.title != fact.title
