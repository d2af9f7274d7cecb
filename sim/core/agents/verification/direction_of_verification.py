"""Direction of verification: what the directing information manager does with a signal (Modeluitwerking 12).

It marks the item as disputed, asks the source, and puts the answer into the shared picture: corrected,
confirmed and so verified, or refuted. While no answer that settles it comes, it asks again after the agreed term.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sim.core.agents.acts import Act, Assign, Delivered, Perceived, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.national import retold_id
from sim.core.agents.direction.shared_picture import (
    ASKED,
    IN_DOUBT,
    OWN_SIGNAL,
    STILL_DISPUTED,
    Question,
    activity_directed,
    ask,
    ask_source,
    come_back,
    dispute,
    doubted_beforehand,
    is_dated_anew,
    is_whole,
    shared_item,
    write,
)
from sim.core.agents.information.statements import (
    SETTLED,
    STATED,
    blanked,
    from_fact,
    is_restricted,
    retract_own,
    says_otherwise,
    says_the_same,
)
from sim.core.agents.verification.ground import remembered
from sim.core.messages.contents import Answer, Signal
from sim.core.messages.event import Event
from sim.core.messages.items import Basis, Item, Source, Verification, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId, EventId, InjectId, SubjectId
from sim.core.model.staff import Duty
from sim.core.picture.plausibility import is_first_hand
from sim.core.picture.quality import Mismatch, mismatches

HANDLE = "direction-of-verification.handle"
SETTLE = "direction-of-verification.settle"
REFUTE = "direction-of-verification.refute"
ASK_AGAIN = "direction-of-verification.ask-again"

_STATUS = {
    "confirmed": VerificationStatus.VERIFIED,
    "corrected": VerificationStatus.CORRECTED,
    "unknown": VerificationStatus.REFUTED,
}
_BY_ITSELF = frozenset(Mismatch) - {Mismatch.VALUE, Mismatch.UNIT, Mismatch.SENSITIVE}
"""What can be doubted by who has not seen the thing; what is restricted is doubted without a word of why."""
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
            (signal, found, stimulus.event.id, stimulus.event.injects),
            stimulus.event.id,
        )
        for found in activities
    ]


def _signalled_here(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    (signal, activity, injects), event = stimulus.about
    about = (signal, activity, event, injects)
    return state, [Assign(Duty.DIRECTION, f"{event}/{activity}", HANDLE, about, event)]


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
    signal, activity, event, injects = stimulus.about
    standing = shared_item(state, activity, signal.subject)
    if standing is not None and signal.about.item == retold_id(standing.id):
        # The national body took it over wrongly: it does so again.
        return write(state, standing, standing.verification, activity, event, now)
    if standing is not None and standing.verification.status in _DOUBTED:
        return state, []
    asked = _ask_owner(brief, state, signal, (activity, event, injects), now)
    if standing is None or _is_about_another(standing, signal):
        # Its source does not know it yet; should it come to stand in the picture, it is disputed there.
        return doubted_beforehand(state, signal.about, activity), asked
    if _is_still_doubted(brief, standing, signal, now):
        state, acts = dispute(brief, state, standing, activity, event, now)
        # Who told it in the name of another is asked as well: it may have seen it itself.
        in_name_of_another = signal.reason == Mismatch.MISATTRIBUTED and signal.owner != standing.source.party
        return state, [*acts, *asked] if in_name_of_another else acts
    # Put right in the meantime, or resting on another statement by now; then who was wrong does not know it yet.
    is_put_right = standing.source.party == signal.owner and not _is_passed_over(
        brief, state, standing, signal
    )
    return state, [] if is_put_right else asked


def _is_passed_over(brief: Brief, state: AgentState, standing: Item, signal: Signal) -> bool:
    """Say whether what was signalled is what its source said since, and did not come to stand in the picture.

    Somebody else may have said it in this party's name; then it has never seen it.
    """
    doubted = state.picture.get(signal.about.item) or state.said.get(signal.about.item)
    if doubted is None or doubted.version < signal.about.version:
        return signal.owner == brief.id
    is_same = says_the_same(standing, doubted) and doubted.source.party == standing.source.party
    return doubted.observed_at_ms > standing.observed_at_ms and not is_same


def _is_still_doubted(brief: Brief, standing: Item, signal: Signal, now: int) -> bool:
    """Say whether a signal still holds of what stands; what only looks odd and was found to be right, is right."""
    if signal.known is not None:
        return bool(mismatches(standing, signal.known))
    verification = standing.verification
    if standing.observed_at_ms > now:
        return True  # of a time that is still to come: nobody can have seen it
    is_verified_here = verification.status is VerificationStatus.VERIFIED and verification.by == brief.id
    return not is_verified_here or signal.reason not in _BY_ITSELF


def _is_about_another(standing: Item, signal: Signal) -> bool:
    """Say whether what looks odd by itself is another statement than the one that stands.

    What was told in the name of another came to stand in that name.
    """
    if signal.reason == Mismatch.MISATTRIBUTED and signal.about.item in (standing.id, *standing.relates_to):
        return False
    return signal.reason in _BY_ITSELF and standing.source.party != signal.owner


def _ask_owner(
    brief: Brief,
    state: AgentState,
    signal: Signal,
    behind: tuple[ActivityId, EventId, tuple[InjectId, ...]],
    now: int,
) -> list[Act]:
    activity, event, injects = behind
    question = Question(activity, signal.subject, signal.owner)
    return ask(brief, state, question, signal.about, event, injects, now)


def _asked(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """Remember under which id a source was asked about a subject: an answer may come without an item."""
    asked, event = stimulus.about
    return state.with_mind(ASKED, {event: asked}), []


def _answered(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    if answer.outcome not in _STATUS or not brief.directs(answer.activity):
        return state, []
    asked: tuple[Question, int] | None = state.mind(ASKED).get(answer.of)
    if asked is not None:
        state = state.without(ASKED, answer.of)
    if answer.item is not None:
        return state, _errand(SETTLE, (answer, stimulus.event.id), stimulus)
    if asked is None or asked[0].activity != answer.activity or answer.outcome != "unknown":
        return state, []  # who confirms or corrects and says not what, is asked again
    return state, _errand(REFUTE, (answer.activity, asked[0].subject, stimulus.event), stimulus)


def _errand(errand: str, about: Any, stimulus: Delivered) -> list[Act]:
    event = stimulus.event.id
    return [Assign(Duty.DIRECTION, event, errand, about, event)]


def _refute(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Refute what its own source no longer knows of."""
    event: Event
    activity, subject, event = stimulus.about
    standing = shared_item(state, activity, subject)
    if standing is None or standing.source.party != event.sender or standing.verification.status in SETTLED:
        return state, []
    refuted = Verification(VerificationStatus.REFUTED, brief.id, now)
    return write(state, standing, refuted, activity, event.id, now)


def _still_disputed(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Have somebody ask again about what is still disputed, and come back to it after another term."""
    activity, subject, disputed_ms = stimulus.about
    standing = _disputed(state, activity, subject, disputed_ms)
    if standing is None:
        return state, []
    key = f"ask-again/{activity}/{subject}/{now}"
    return state, [
        Assign(Duty.DIRECTION, key, ASK_AGAIN, stimulus.about),
        come_back(brief, standing, activity, disputed_ms, now),
    ]


def _ask_again(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, subject, disputed_ms = stimulus.about
    standing = _disputed(state, activity, subject, disputed_ms)
    return state, [] if standing is None else ask_source(brief, state, standing, activity, "", now)


def _disputed(state: AgentState, activity: ActivityId, subject: SubjectId, disputed_ms: int) -> Item | None:
    """Return the shared item that was disputed at a moment, if it still is and the activity is open."""
    standing = shared_item(state, activity, subject)
    if standing is None or activity not in state.engaged:
        return None
    verification = standing.verification
    is_open = verification.status is VerificationStatus.DISPUTED and verification.at_ms == disputed_ms
    return standing if is_open else None


def _settle(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    answer: Answer
    answer, event = stimulus.about
    item = answer.item
    assert item is not None, "only answers with an item are queued"
    standing = shared_item(state, answer.activity, item.subject)
    if (
        not is_whole(brief, item)
        or answer.activity not in state.engaged
        or _is_overtaken(state, standing, item)
    ):
        return state, []
    if answer.outcome == "unknown" and (standing is None or standing.source.party != item.source.party):
        return state, []  # what was taken back never stood in the shared picture
    if answer.outcome == "confirmed" and not is_first_hand(item.source, brief.id):
        return state, []  # who only heard it cannot confirm it
    if is_restricted(item):
        return _take_away(brief, state, standing, answer.activity, event, now)
    outcome, doubted = answer.outcome, state.mind(IN_DOUBT).get((answer.activity, item.subject), standing)
    if outcome == "confirmed" and doubted is not None and _is_otherwise(doubted, item):
        outcome = "corrected"  # what its source stands by is not what came to stand here
    state = state.without(IN_DOUBT, (answer.activity, item.subject))
    verification = Verification(_STATUS[outcome], brief.id, now)
    found = msgspec.structs.replace(item, verification=verification)
    return write(
        remembered(state, found), item, verification, answer.activity, event, now, relates_to=item.id
    )


def _is_otherwise(doubted: Item, item: Item) -> bool:
    """Say whether what was doubted is not what its source stands by: wrong, unclear, incomplete or misdated.

    Where the source is another than was doubted, the answer says nothing of what that said.
    """
    if doubted.source.party != item.source.party:
        return bool(mismatches(doubted, item))
    is_to_come = doubted.observed_at_ms > item.observed_at_ms
    return is_to_come or bool(mismatches(doubted, item)) or doubted.text != item.text


def _is_overtaken(state: AgentState, standing: Item | None, item: Item) -> bool:
    """Say whether an answer is older than what stands; to who looked after it was disputed, the answer is newer."""
    if standing is None or is_dated_anew(state, standing, item):
        return False
    is_disputed = standing.verification.status is VerificationStatus.DISPUTED
    seen_since = is_disputed and item.observed_at_ms >= standing.verification.at_ms
    return item.observed_at_ms < standing.observed_at_ms and not seen_since


def _take_away(
    brief: Brief, state: AgentState, standing: Item | None, activity: ActivityId, event: EventId, now: int
) -> Reaction:
    """Take out of the picture what its source says is not for all to read, with all that it says."""
    if standing is None or standing.verification.status in SETTLED:
        return state, []
    blank = blanked(brief, standing, now)
    return write(state, blank, blank.verification, activity, event, now)


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


def _unseen(brief: Brief, state: AgentState, stimulus: Unseen, now: int) -> Reaction:
    """Refute what is doubted of the region's own and its people cannot see: it had it from hearsay."""
    acts: list[Act] = []
    for activity in sorted(state.engaged):
        standing = shared_item(state, activity, stimulus.subject)
        if standing is not None and _is_own_doubt(brief, standing):
            refuted = Verification(VerificationStatus.REFUTED, brief.id, now)
            state, more = write(state, standing, refuted, activity, "", now)
            acts += more
    if not acts:
        return state, acts
    state, item = retract_own(brief, state, stimulus.subject, now)
    return state, acts if item is None else [*acts, Wake(now, STATED, item)]


def _is_own_doubt(brief: Brief, standing: Item) -> bool:
    return standing.source.party == brief.id and standing.verification.status is VerificationStatus.DISPUTED


BEHAVIOUR = Behaviour(
    "direction-of-verification",
    {
        Signal: _signalled,
        OWN_SIGNAL: _signalled_here,
        HANDLE: _handle,
        ASKED: _asked,
        Answer: _answered,
        SETTLE: _settle,
        REFUTE: _refute,
        STILL_DISPUTED: _still_disputed,
        ASK_AGAIN: _ask_again,
        Perceived: _looked,
        Unseen: _unseen,
    },
)
