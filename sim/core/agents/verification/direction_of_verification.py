"""Direction of verification: what the directing information manager does with a signal (Modeluitwerking 12).

It marks the item as disputed, asks the source, and puts the answer into the shared picture: corrected,
confirmed and so verified, or refuted.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Delivered, Perceived, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import activity_directed, ask, dispute, shared_item, write
from sim.core.agents.information.statements import SETTLED, from_fact, says_otherwise
from sim.core.messages.contents import Answer, Signal
from sim.core.messages.event import Event
from sim.core.messages.items import Basis, Item, Source, Verification, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty
from sim.core.picture.quality import mismatches

HANDLE = "direction-of-verification.handle"
SETTLE = "direction-of-verification.settle"

_STATUS = {
    "confirmed": VerificationStatus.VERIFIED,
    "corrected": VerificationStatus.CORRECTED,
    "unknown": VerificationStatus.REFUTED,
}
_DOUBTED = (*SETTLED, VerificationStatus.DISPUTED)


def _signalled(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    signal: Signal = stimulus.event.data  # type: ignore[assignment]
    activity = activity_directed(brief, state, stimulus.topic, Shape.SIGNAL)
    activities = [activity] if activity else _shared_under(brief, state, stimulus, signal)
    return state, [
        Assign(
            Duty.DIRECTION,
            f"{stimulus.event.id}/{found}",
            HANDLE,
            (signal, found, stimulus.event),
            stimulus.event.id,
        )
        for found in activities
    ]


def _shared_under(brief: Brief, state: AgentState, stimulus: Delivered, signal: Signal) -> list[ActivityId]:
    """Return the directed activities whose picture has the subject of a signal that came outside the tool."""
    address = parse(stimulus.topic)
    if address is None or address.shape is not Shape.OUTSIDE:
        return []
    return [
        activity
        for activity in sorted(brief.activities)
        if brief.directs(activity) and shared_item(state, activity, signal.subject) is not None
    ]


def _handle(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    signal: Signal
    event: Event
    signal, activity, event = stimulus.about
    standing = shared_item(state, activity, signal.subject)
    if standing is None or standing.verification.status in _DOUBTED:
        return state, []
    if signal.known is None or mismatches(standing, signal.known):
        return dispute(brief, state, standing, activity, event.id, now)
    if standing.source.party == signal.owner:
        return state, []  # put right in the meantime
    # The shared picture rests on another source by now, but the one that was wrong does not know it yet.
    return state, ask(brief, signal.owner, signal.subject, signal.about, activity, event.id, event.injects)


def _answered(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    if answer.item is None or answer.outcome not in _STATUS or not brief.directs(answer.activity):
        return state, []
    about = (answer, stimulus.event.id)
    return state, [Assign(Duty.DIRECTION, stimulus.event.id, SETTLE, about, stimulus.event.id)]


def _settle(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    answer: Answer
    answer, event = stimulus.about
    item = answer.item
    assert item is not None, "only answers with an item are queued"
    standing = shared_item(state, answer.activity, item.subject)
    if standing is None or item.observed_at_ms < standing.observed_at_ms:
        return state, []
    if answer.outcome == "unknown" and standing.source.party != item.source.party:
        return state, []  # what was taken back never stood in the shared picture
    verification = Verification(_STATUS[answer.outcome], brief.id, now)
    return write(state, item, verification, answer.activity, event, now, relates_to=item.id)


def _looked(brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    """Settle a doubt about the region's own statement by what its people saw when they looked again."""
    fact = stimulus.observation.fact
    acts = []
    for activity in sorted(state.engaged):
        standing = shared_item(state, activity, fact.subject)
        if not stimulus.asked or standing is None or not _is_own_doubt(brief, standing):
            continue
        wrong = says_otherwise(standing, fact)
        status = VerificationStatus.CORRECTED if wrong else VerificationStatus.VERIFIED
        behind = (*(standing.causation if wrong else ()), *stimulus.observation.causation)
        item = from_fact(
            fact,
            item_id=standing.id,
            version=standing.version,
            observed_at_ms=stimulus.observation.observed_at_ms,
            reported_at_ms=now,
            source=Source(brief.id, Basis.OBSERVED),
            verification=standing.verification,
            causation=tuple(dict.fromkeys(behind)),
        )
        state, more = write(state, item, Verification(status, brief.id, now), activity, "", now, standing.id)
        acts += more
    return state, acts


def _is_own_doubt(brief: Brief, standing: Item) -> bool:
    return standing.source.party == brief.id and standing.verification.status is VerificationStatus.DISPUTED


BEHAVIOUR = Behaviour(
    "direction-of-verification",
    {Signal: _signalled, HANDLE: _handle, Answer: _answered, SETTLE: _settle, Perceived: _looked},
)
