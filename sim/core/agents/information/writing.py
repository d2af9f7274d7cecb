"""Writing: what a party perceives becomes a statement of its own, first all at once, then as it changes.

Where statements go is what tells a party with a picture of its own from one that proposes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from sim.core.agents.acts import Act, Assign, Perceived, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Handler, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.confidences import confidants, in_confidence
from sim.core.agents.information.statements import (
    LOOKED_AT,
    SAID,
    STATED,
    activities_of,
    blanked,
    is_restricted,
    is_said,
    state_own,
    status_subject,
    told_by,
)
from sim.core.agents.mobilisation.engagement import ENGAGED, began_by
from sim.core.messages.contents import ItemUpdate, Proposal
from sim.core.messages.items import Item, Kind, Sensitivity, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId, EventId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import SECOND_MS
from sim.core.picture.observation import Fact, Observation

Outlet: TypeAlias = Callable[[Brief, Item, tuple[ActivityId, ...]], list[Publish]]
"""Where an item goes that belongs to these activities; none when it is told nowhere."""


PLACES = "writing.places"
"""What a party remembers: the topics on which it told each item of its own."""

_PUT_RIGHT = (VerificationStatus.CORRECTED, VerificationStatus.REFUTED)

IMPORT_MS = 30 * SECOND_MS
"""How long the party's own system takes to bring an observation into its own picture (exercise)."""


def writing_behaviour(name: str, outlet: Outlet) -> Behaviour:
    """Return the behaviour of a party whose statements go to ``outlet``."""
    write, begin = f"{name}.write", f"{name}.begin"
    handlers: dict[type | str, Handler] = {
        Perceived: _notice(write),
        ENGAGED: _beginning(begin),
        begin: _write_all(outlet),
        write: _write_one(outlet),
        STATED: _tell(outlet),
    }
    return Behaviour(name, handlers)


def _notice(errand: str) -> Handler:
    """Have somebody write down what was perceived; what the party imports its own system writes down."""

    def handler(brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
        fact = stimulus.observation.fact
        if fact.layer or (stimulus.asked and fact.subject in state.mind(LOOKED_AT)):
            return state, []  # it stands on a layer, or another errand will state it
        if fact.system in brief.party.imports:
            return state, [Wake(now + IMPORT_MS, errand, fact.subject)]
        key = f"{fact.subject}/{stimulus.observation.observed_at_ms}/{now}"
        return state, [Assign(Duty.INFORMATION, key, errand, fact.subject, told_by(state, fact))]

    return handler


def _beginning(errand: str) -> Handler:
    def handler(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        activity: ActivityId = stimulus.about
        event = began_by(state, activity)
        return state, [Assign(Duty.INFORMATION, f"initial/{activity}/{now}", errand, activity, event)]

    return handler


def _write_all(outlet: Outlet) -> Handler:
    """Make the initial picture (startbeeld): all that the party knows and that belongs to the activity."""

    def handler(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        acts: list[Act] = []
        if stimulus.about not in state.engaged:
            return state, acts
        told, event = False, began_by(state, stimulus.about)
        for _, observation in sorted(state.knowledge.items()):
            fact = observation.fact
            if not fact.layer and stimulus.about in activities_of(brief, state, fact):
                state, more = _publish(brief, state, observation, outlet, now, event)
                acts += more
                told = told or fact.sensitivity is not Sensitivity.RESTRICTED
        if told:
            return state, acts
        state, more = _publish(brief, state, _nothing_particular(brief, now), outlet, now, event)
        return state, [*acts, *more]

    return handler


def _nothing_particular(brief: Brief, now: int) -> Observation:
    """Return the initial picture of a party that has nothing to tell yet: that it is there and looks along."""
    fact = Fact(
        subject=status_subject(brief.id),
        system=next(iter(brief.party.competence.systems), "organisation"),
        theme=brief.status_theme,
        kind=Kind.FACT,
        title=Text("Eigen organisatie aanwezig en volgt mee", "Own organisation present and following"),
        text=Text("Geen bijzonderheden.", "Nothing particular."),
    )
    return Observation(fact=fact, observed_at_ms=now)


def _write_one(outlet: Outlet) -> Handler:
    def handler(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        observation = state.knowledge.get(stimulus.about)
        if observation is None or is_said(state, brief, observation):
            return state, []
        return _publish(brief, state, observation, outlet, now, told_by(state, observation.fact))

    return handler


def _tell(outlet: Outlet) -> Handler:
    """Tell a statement that was made in an answer, or that its own people saw to be so still."""

    def handler(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        item: Item = stimulus.about
        known = state.knowledge.get(item.subject)
        if known is not None and known.fact.layer:
            return state, []
        activities = activities_of(brief, state, item)
        return _told_everywhere(brief, state, item, outlet(brief, item, activities), activities, now)

    return handler


def _told_everywhere(
    brief: Brief,
    state: AgentState,
    item: Item,
    open_: list[Publish],
    activities: tuple[ActivityId, ...],
    now: int,
) -> Reaction:
    """Tell an item where it belongs now (``open_``), and where it was told before, if it was not right there.

    A restricted one is told in confidence, never where others read it; where it was told there by mistake, it is taken
    back. What was put right is also told where it stood and has no place any more: in another activity, or the risk
    picture.
    """
    before: tuple[str, ...] = state.mind(PLACES).get(item.id, ())
    is_wrong_there = item.verification.status in _PUT_RIGHT
    if is_restricted(item):
        gone = [_at(topic, blanked(brief, item, now)) for topic in before if is_wrong_there]
        told = in_confidence(brief, state, (item,), activities, now)
        return state.without(PLACES, item.id), [*told, *gone]
    topics = tuple(act.topic for act in open_)
    left = tuple(topic for topic in before if topic not in topics)
    acts: list[Act] = [*open_]
    if is_wrong_there:
        acts += [_at(topic, item) for topic in left]
    if left or topics != before:
        state = state.with_mind(PLACES, {item.id: (*topics, *left)})
    return state, acts


def _at(topic: str, item: Item) -> Publish:
    """Return what tells an item where it was told before."""
    address = parse(topic)
    is_proposed = address is not None and address.shape is Shape.PROPOSAL
    return Publish(
        topic, Proposal(item=item) if is_proposed else ItemUpdate(item=item), injects=item.causation
    )


def _publish(
    brief: Brief, state: AgentState, observation: Observation, outlet: Outlet, now: int, because_of: EventId
) -> Reaction:
    after, item = state_own(brief, state, observation, now)
    activities = activities_of(brief, state, observation.fact)
    after, told = _told_everywhere(brief, after, item, outlet(brief, item, activities), activities, now)
    publications = [
        msgspec.structs.replace(act, because_of=because_of) if isinstance(act, Publish) else act
        for act in told
    ]
    # A statement that is told nowhere was not made: it will be, once there is somewhere to tell it.
    hears_itself = brief.id in (region for _, region in confidants(brief, activities))
    is_made = bool(publications) or (is_restricted(item) and hears_itself)
    said = Wake(now, SAID, observation.fact.subject)
    return (after, [*publications, said]) if is_made else (state, [])
