"""Directing: the region's information manager builds the shared picture (situatiebeeld) of its activities.

From own pictures, situation reports, what partners tell by telephone when the tool is down, and what the region
itself knows; what is proposed is moderated first. One shared item for each subject; a second, independent source
that agrees verifies it, one that contradicts makes it disputed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sim.core.agents.acts import Act, Assign, Delivered, Remark, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import (
    activity_directed,
    ask_source,
    come_back,
    compose,
    dispute,
    is_dated_anew,
    is_doubted_beforehand,
    is_independent,
    is_whole,
    shared_item,
    verify,
    write,
)
from sim.core.agents.information.statements import (
    SAID,
    activities_of,
    may_be_shared,
    own_item_id,
    says_the_same,
)
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.people.calling import limits_of_doer
from sim.core.agents.verification.ground import is_competent
from sim.core.messages.contents import Briefing, ItemUpdate, SitRep
from sim.core.messages.items import Item, Verification, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId, EventId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS
from sim.core.picture.geometry import to_shapely
from sim.core.picture.plausibility import is_echo, is_first_hand
from sim.core.picture.quality import contradicts, is_relied_on, mismatches

NAME = "directing"
BEGIN = "directing.begin"
TOLD = "directing.told"
"""Under this name a region remembers by which event it was told each item of its risk picture."""
TAKE_IN = "directing.take-in"
OWN = "directing.own"
SAME_MOMENT_MS = HOUR_MS
"""Within this time two sources are taken to speak of the same moment (exercise)."""

_TAKEN_BACK = (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Begin the shared picture of an activity with what others told before it was opened."""
    activity: ActivityId = stimulus.about
    known = [
        item
        for _, item in sorted(state.picture.items())
        if brief.directs(activity) and brief.activities[activity].concerns(to_shapely(item.geometry))
    ]
    items = may_be_shared(known)
    if not items:
        return state, []
    told = state.mind(TOLD)
    about = (items, activity, tuple(told.get(item.id, "") for item in items))
    return state, [Assign(Duty.DIRECTION, f"begin/{activity}/{now}", BEGIN, about)]


def _own_tab(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
    address = parse(stimulus.topic)
    if address is not None and address.shape is Shape.RISK:
        return state.with_mind(TOLD, {update.item.id: stimulus.event.id}), []
    activity = activity_directed(brief, state, stimulus.topic, Shape.OWN)
    if activity is None:
        return state, []
    standing = shared_item(state, activity, update.item.subject)
    if standing is not None and _is_restatement(standing, update.item):
        # The tab is linked with that of the region (Tabel 1): a mere new time is taken over by nobody's hands.
        return share(brief, state, update.item, activity, stimulus.event.id, now)
    return state, _queue(stimulus, (update.item,), activity)


def _report(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    report: SitRep = stimulus.event.data  # type: ignore[assignment]
    if not brief.directs(report.activity) or report.activity not in state.engaged:
        return state, []
    return state, _queue(stimulus, report.items, report.activity)


def _told(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    """Take in what a partner tells by telephone because the tool is down (Modeluitwerking, techniek 4)."""
    briefing: Briefing = stimulus.event.data  # type: ignore[assignment]
    address = parse(stimulus.topic)
    if address is None or address.shape is not Shape.OUTSIDE:
        return state, []
    if not brief.directs(briefing.activity) or briefing.activity not in state.engaged:
        return state, []
    return state, _queue(stimulus, briefing.items, briefing.activity)


def _queue(stimulus: Delivered, items: tuple[Item, ...], activity: ActivityId) -> list[Act]:
    """Return one errand for all items of a message: the information manager handles it as one thing."""
    shareable = may_be_shared(items)
    if not shareable:
        return []
    about = (shareable, activity, stimulus.event.id)
    return [Assign(Duty.DIRECTION, f"{stimulus.event.id}/{activity}", TAKE_IN, about, stimulus.event.id)]


def _take_in(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    items, activity, event = stimulus.about
    return _share_all(brief, state, [(item, event) for item in items], activity, now)


def _take_in_first(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    items, activity, events = stimulus.about
    return _share_all(brief, state, zip(items, events, strict=True), activity, now)


def _share_all(
    brief: Brief, state: AgentState, told: Iterable[tuple[Item, EventId]], activity: ActivityId, now: int
) -> Reaction:
    acts: list[Act] = []
    for item, event in told:
        state, more = share(brief, state, item, activity, event, now)
        acts += more
    return state, acts


def share(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, event: EventId, now: int
) -> Reaction:
    """Put one statement into the shared picture, against what already stands there.

    What was taken out as stale comes back only with something newer. What nobody says or stands under no theme has no
    place in a picture, and what its own source took back, no longer.
    """
    standing = shared_item(state, activity, item.subject)
    if not is_whole(brief, item):
        return state, []
    if item.verification.status in _TAKEN_BACK:
        return _take_back(state, standing, item, activity, event, now)
    if standing is None:
        return _put_in(brief, state, item, activity, event, now)
    if not is_relied_on(standing, now) or _is_refuted(standing):
        is_news = item.observed_at_ms > standing.observed_at_ms
        if _is_refuted(standing):  # that it was not so says nothing of what another source says
            is_news = is_news or is_independent(standing, item)
        return _put_in(brief, state, item, activity, event, now) if is_news else (state, [])
    return _share_beside(brief, state, _Beside(standing, item, activity, event), now)


def _is_refuted(standing: Item) -> bool:
    return standing.verification.status is VerificationStatus.REFUTED


def _put_in(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, event: EventId, now: int
) -> Reaction:
    """Put a statement into the picture; as disputed where somebody said before it came that it looks wrong."""
    if not is_doubted_beforehand(state, item, activity):
        return compose(state, item, activity, event, now)
    disputed = Verification(VerificationStatus.DISPUTED, brief.id, now)
    state, acts = write(state, item, disputed, activity, event, now, relates_to=item.id)
    return state, [*acts, come_back(brief, item, activity, disputed_ms=now, now=now)]


def _take_back(
    state: AgentState, standing: Item | None, item: Item, activity: ActivityId, event: EventId, now: int
) -> Reaction:
    """Refute what stands where its source has taken it back, asked by this region or by another."""
    if standing is None or standing.source.party != item.source.party:
        return state, []
    if standing.verification.status in _TAKEN_BACK or item.observed_at_ms < standing.observed_at_ms:
        return state, []
    return write(state, item, item.verification, activity, event, now, relates_to=item.id)


class _Beside(NamedTuple):
    """A statement for the shared picture where another stands that is relied on, and what brought it."""

    standing: Item
    item: Item
    activity: ActivityId
    event: EventId


def _share_beside(brief: Brief, state: AgentState, both: _Beside, now: int) -> Reaction:
    standing, item, activity, event = both
    if _is_same_statement(standing, item):
        return state, []
    if _is_restatement(standing, item):
        return write(state, item, standing.verification, activity, event, now, relates_to=item.id)
    if is_second_opinion(standing, item):
        return _weigh(brief, state, both, now)
    return _replace_by_newer(brief, state, both, now)


def _replace_by_newer(brief: Brief, state: AgentState, both: _Beside, now: int) -> Reaction:
    """Put the statement in the place of what stands, unless it is older and its source has not dated it anew."""
    standing, item, activity, event = both
    if item.observed_at_ms < standing.observed_at_ms and not is_dated_anew(state, standing, item):
        return state, []
    return _put_in(brief, state, item, activity, event, now)


def _is_restatement(standing: Item, item: Item) -> bool:
    """Say whether a source says again, at a later time, what it said: what was found out about it still holds."""
    return (
        standing.source.party == item.source.party
        and standing.observed_at_ms < item.observed_at_ms
        and item.verification.status is VerificationStatus.UNVERIFIED
        and may_be_shared((item,)) == (item,)
        and says_the_same(standing, item)
    )


def is_second_opinion(standing: Item, item: Item) -> bool:
    """Say whether an item is what another source says of the same moment."""
    apart_ms = abs(item.observed_at_ms - standing.observed_at_ms)
    return is_independent(standing, item) and apart_ms <= SAME_MOMENT_MS


def _weigh(brief: Brief, state: AgentState, both: _Beside, now: int) -> Reaction:
    """Hold two sources against each other: agreement verifies, contradiction is asked about.

    Who leaves the figure or the place out does not contradict, and verifies nothing.
    """
    standing, item = both.standing, both.item
    if contradicts(standing, item):
        return _contradicted(brief, state, both, now)
    if mismatches(standing, item):  # the second source tells a figure or a place that was missing
        return _replace_by_newer(brief, state, both, now)
    says_as_much = not mismatches(item, standing)
    if says_as_much and standing.verification.status is VerificationStatus.UNVERIFIED:
        return _agreed(brief, state, both, now)
    return state, []  # what two sources agree on stands


def _agreed(brief: Brief, state: AgentState, both: _Beside, now: int) -> Reaction:
    """Let what two have seen for themselves be verified; an echo, or what was only heard, verifies nothing.

    What was seen goes before what was heard. Who tells on what it did not see is asked, where somebody recognises it:
    it may look for itself, or take it back.
    """
    standing, item, activity, event = both
    is_seen, was_seen = (_is_seen(brief, one) for one in (item, standing))
    if is_seen and was_seen and not is_echo(item, standing):
        return verify(brief, state, standing, activity, event, now)
    if is_seen and not was_seen and not is_echo(item, standing):
        return _replace_by_newer(brief, state, both, now)
    return _heard(brief, state, both, now)


def _is_seen(brief: Brief, item: Item) -> bool:
    """Say whether a source saw what it says, and looks after it: a measurement of its own."""
    return is_first_hand(item.source, brief.id) and is_competent(brief, item)


def _heard(brief: Brief, state: AgentState, both: _Beside, now: int) -> Reaction:
    _, item, activity, event = both
    statement = (item.subject, item.source.party, item.observed_at_ms)
    if statement in state.mind(NAME):
        return state, []
    state = state.with_mind(NAME, {statement: now})
    key = f"echo/{item.source.party}/{item.subject}/{item.observed_at_ms}"
    skill = limits_of_doer(brief, state, Duty.DIRECTION, now).skill
    if not brief.chance.happens(skill, f"{brief.id}/skill", key):
        return state, []
    recognised = Remark("recognised", item, "repeats what was heard; no second source", event)
    return state, [recognised, *ask_source(brief, state, item, activity, event, now)]


def _contradicted(brief: Brief, state: AgentState, both: _Beside, now: int) -> Reaction:
    """Two sources contradict: a skilled manager sees it and asks both; otherwise the last word stands.

    A correction is taken over, and nothing is asked twice about one statement while an answer may still come: what
    stays disputed, somebody comes back to.
    """
    standing, item, activity, event = both
    is_newer = item.observed_at_ms >= standing.observed_at_ms
    if item.verification.status is VerificationStatus.CORRECTED and is_newer:
        return compose(state, item, activity, event, now)
    statement = (item.subject, item.source.party, item.observed_at_ms)
    if statement in state.mind(NAME):
        return state, []
    state = state.with_mind(NAME, {statement: now})
    key = f"contradiction/{standing.source.party}/{item.source.party}/{item.subject}/{item.observed_at_ms}"
    skill = limits_of_doer(brief, state, Duty.DIRECTION, now).skill
    if not brief.chance.happens(skill, f"{brief.id}/skill", key):
        state, acts = _replace_by_newer(brief, state, both, now)
        overlooked = Remark("overlooked", item, "contradicts the shared picture; nobody noticed", event)
        return state, [overlooked, *acts]
    recognised = Remark("recognised", item, "contradicts the shared picture", event)
    asked = ask_source(brief, state, item, activity, event, now)
    if standing.verification.status is VerificationStatus.DISPUTED:
        return state, [recognised, *asked]
    state, acts = dispute(brief, state, standing, activity, event, now, item.causation)
    return state, [recognised, *acts, *asked]


def _is_same_statement(standing: Item, item: Item) -> bool:
    """Say whether a shared item already says what a source says (a copy, or a repetition in a report)."""
    return (
        standing.source.party == item.source.party
        and standing.observed_at_ms == item.observed_at_ms
        and standing.values == item.values
        and standing.geometry == item.geometry
        and standing.text == item.text
    )


def _own_statement(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    subject: SubjectId = stimulus.about
    return state, [Assign(Duty.DIRECTION, f"share/{subject}/{now}", OWN, subject)]


def _share_own(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    item, known = state.said.get(own_item_id(brief.id, stimulus.about)), state.knowledge.get(stimulus.about)
    acts: list[Act] = []
    if item is None or known is None or not may_be_shared((item,)):
        return state, acts
    for activity in activities_of(brief, state, known.fact):
        if brief.directs(activity):
            state, more = share(brief, state, item, activity, "", now)
            acts += more
    return state, acts


BEHAVIOUR = Behaviour(
    NAME,
    {
        ENGAGED: _begin,
        ItemUpdate: _own_tab,
        SitRep: _report,
        Briefing: _told,
        SAID: _own_statement,
        BEGIN: _take_in_first,
        TAKE_IN: _take_in,
        OWN: _share_own,
    },
)
