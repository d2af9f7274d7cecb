"""Moderating: the directing information manager judges what is proposed (Modeluitwerking 12, regievoering).

A proposal is accepted, edited (completed from what stood, and asked about), merged with what another source said
of the same moment, or rejected with a reason. The proposer is told which (Tabel 1: writing under direction).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Remark, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.directing import SAME_MOMENT_MS, is_second_opinion, share
from sim.core.agents.direction.shared_picture import (
    Question,
    activity_directed,
    ask,
    ask_source,
    is_independent,
    is_whole,
    shared_item,
    write,
)
from sim.core.agents.information.statements import may_be_shared
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.contents import Proposal, Verdict
from sim.core.messages.items import Item, ItemRef, Sensitivity, Verification, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, EventId, ItemId, PartyId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.picture.quality import Mismatch, completes, contradicts, is_relied_on, mismatches, united

MODERATE = "moderating.moderate"

Outcome: TypeAlias = Literal["accepted", "edited", "merged", "rejected"]

_MISSING = {Mismatch.MISSING_VALUE, Mismatch.MISSING_PLACE}

_ACCEPTED = Text("Overgenomen.", "Taken over.")
_EDITED = Text("Aangevuld met wat bekend was; nagevraagd.", "Completed with what was known; asked about.")
_MERGED = Text(
    "Samengevoegd met wat een andere bron hierover meldde.", "Merged with what another source said of it."
)
_TOO_SENSITIVE = Text("Te gevoelig voor het gedeelde beeld.", "Too sensitive for the shared picture.")
_NOT_WHOLE = Text(
    "Niet compleet: de bron of het thema ontbreekt; nagevraagd.",
    "Not complete: its source or its theme is missing; asked about.",
)
_REFUTED = Text(
    "Strijdig met een geverifieerd gegeven; nagevraagd.", "Contradicts a verified item; asked about."
)
_STALE = Text(
    "Verouderd: dit is uit het beeld gehaald. Meld wat nu geldt.",
    "Out of date: this was taken out of the picture. Tell what holds now.",
)


def _proposed(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    activity = activity_directed(brief, state, stimulus.topic, Shape.PROPOSAL)
    if activity is None:
        return state, []
    proposal: Proposal = stimulus.event.data  # type: ignore[assignment]
    about = (proposal.item, activity, stimulus.event.id, stimulus.event.sender)
    return state, [Assign(Duty.DIRECTION, stimulus.event.id, MODERATE, about, stimulus.event.id)]


def _moderate(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    item: Item
    item, activity, event, proposer = stimulus.about
    standing = _standing(state, item, activity, now)
    outcome, reason = _judge(brief, state, item, activity, now)
    # What has no source, or may not be shared, is plain; what stands against what is known, somebody must see.
    to_see = _to_see(item, standing, outcome, reason)
    is_noticed = not to_see or _notices(brief, state, item, now)
    if not is_noticed and outcome != "merged":
        outcome, reason = "accepted", _ACCEPTED
    verdict = Verdict(activity=activity, about=ItemRef(item.id, item.version), outcome=outcome, reason=reason)
    answer = Publish(
        brief.mail(proposer, verdict), verdict, answers=event, because_of=event, injects=item.causation
    )
    if outcome == "rejected":
        is_asked = reason in (_NOT_WHOLE, _REFUTED)
        question = _ask_proposer(brief, state, item, (activity, event, proposer), now) if is_asked else []
        return state, [Remark("recognised", item, reason.en, event), answer, *question]
    asked: list[Act] = []
    if not is_noticed:
        asked = [Remark("overlooked", item, f"{to_see}; nobody noticed", event)]
    elif to_see:
        asked = [
            Remark("recognised", item, reason.en, event),
            *ask_source(brief, state, item, activity, event, now),
        ]
    if outcome == "merged":
        assert standing is not None, "there is something to merge with"
        merged, verification = _merged(standing, item)
        state, acts = write(state, merged, verification, activity, event, now)
        return state, [answer, *asked, *acts]
    if outcome == "edited":
        assert standing is not None, "only what the shared picture knows can be seen to be missing"
        item = _completed(standing, item)
    state, acts = share(brief, state, item, activity, event, now)
    return state, [answer, *asked, *acts]


def _to_see(item: Item, standing: Item | None, outcome: Outcome, reason: Text) -> str:
    """Return how a proposal differs from what stands, where somebody must see it; "" where there is nothing to see."""
    if reason is _REFUTED:
        return "contradicts a verified item"
    if standing is None or outcome not in ("edited", "merged"):
        return ""
    return "leaves out what was known" if _lacks(item, standing) else ""


def _notices(brief: Brief, state: AgentState, item: Item, now: int) -> bool:
    """Say whether who moderates notices how a proposal differs from what is known: a matter of skill."""
    key = f"proposal/{item.subject}/{item.source.party}/{item.observed_at_ms}"
    skill = limits_of_doer(brief, state, Duty.DIRECTION, now).skill
    return brief.chance.happens(skill, f"{brief.id}/skill", key)


def _ask_proposer(
    brief: Brief, state: AgentState, item: Item, proposal: tuple[ActivityId, EventId, PartyId], now: int
) -> list[Act]:
    """Return the acts that ask who proposed something about it: what is missing, or whether it is so."""
    activity, event, proposer = proposal
    question = Question(activity, item.subject, proposer)
    return ask(brief, state, question, ItemRef(item.id, item.version), event, item.causation, now)


def _standing(state: AgentState, item: Item, activity: ActivityId, now: int) -> Item | None:
    """Return what the shared picture says of an item's subject, if it is still relied on."""
    standing = shared_item(state, activity, item.subject)
    return standing if standing is not None and is_relied_on(standing, now) else None


def _judge(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, now: int
) -> tuple[Outcome, Text]:
    if not is_whole(brief, item):
        return "rejected", _NOT_WHOLE
    if not may_be_shared((item,)):
        return "rejected", _TOO_SENSITIVE
    taken_out = shared_item(state, activity, item.subject)
    standing = _standing(state, item, activity, now)
    if standing is None:
        is_stale = taken_out is not None and item.observed_at_ms <= taken_out.observed_at_ms
        return ("rejected", _STALE) if is_stale else ("accepted", _ACCEPTED)
    if _is_refuted_by(standing, item):
        return "rejected", _REFUTED
    if _can_be_merged(standing, item):
        return "merged", _MERGED
    return ("edited", _EDITED) if _lacks(item, standing) else ("accepted", _ACCEPTED)


def _lacks(item: Item, standing: Item) -> bool:
    """Say whether a proposal leaves out the figures or the place that the shared picture has."""
    return bool(_MISSING & set(mismatches(item, standing)))


def _can_be_merged(standing: Item, item: Item) -> bool:
    """Say whether a second source completes what stands, or is completed by it, without contradicting it.

    What is disputed is not touched until its source has answered.
    """
    return (
        is_second_opinion(standing, item)
        and standing.verification.status is not VerificationStatus.DISPUTED
        and not contradicts(standing, item)
        and (completes(standing, item) or completes(item, standing))
    )


_SENSITIVITIES = tuple(Sensitivity)
"""From what anybody may have to what few may."""


def _merged(standing: Item, item: Item) -> tuple[Item, Verification]:
    """Return what two sources say of one moment as one item: in the words of the newer, with all that either tells.

    What stood stays as it was, with its verification, where the second source adds nothing to it.
    """
    if not completes(item, standing):
        return msgspec.structs.replace(standing, relates_to=_both(standing, item)), standing.verification
    newer, older = (item, standing) if item.observed_at_ms > standing.observed_at_ms else (standing, item)
    whole = msgspec.structs.replace(
        united(newer, older),
        sensitivity=max(standing.sensitivity, item.sensitivity, key=_SENSITIVITIES.index),
        relates_to=_both(standing, item),
        causation=tuple(dict.fromkeys((*standing.causation, *item.causation))),
    )
    return whole, Verification()


def _both(standing: Item, item: Item) -> tuple[ItemId, ...]:
    return tuple(dict.fromkeys((*standing.relates_to, item.id)))


def _completed(standing: Item, item: Item) -> Item:
    """Return a proposal with the figures and the place that the shared picture has and the proposal lacks.

    A second source keeps its own words: what stands may not seem to be confirmed by a copy of itself. What is taken
    from what stands brings along what led to it.
    """
    if is_second_opinion(standing, item):
        return item
    return msgspec.structs.replace(
        item,
        values=item.values or standing.values,
        geometry=item.geometry or standing.geometry,
        causation=tuple(dict.fromkeys((*item.causation, *standing.causation))),
    )


def _is_refuted_by(standing: Item, item: Item) -> bool:
    settled = (VerificationStatus.VERIFIED, VerificationStatus.CORRECTED)
    return (
        standing.verification.status in settled
        and item.verification.status is not VerificationStatus.CORRECTED
        and is_independent(standing, item)
        and item.observed_at_ms - standing.observed_at_ms <= SAME_MOMENT_MS
        and contradicts(standing, item)
    )


BEHAVIOUR = Behaviour("moderating", {Proposal: _proposed, MODERATE: _moderate})
