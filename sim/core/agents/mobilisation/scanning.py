"""Scanning: partners that keep a picture, and regions, monitor each other's activities (Modeluitwerking 6).

Who reads a card that is about one of its systems, and was not alerted, has somebody look whether there is a role for
it: something in its own competence, within the activity. It looks along for the agreed time; one that sees a role
begins to work, one that sees none leaves it at that, until the activity is scaled up further.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Assign, Delivered, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import is_status
from sim.core.agents.mobilisation.engagement import concerns, engage, takes_part
from sim.core.messages.contents import Card, ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, parse
from sim.core.model.activity import Activity
from sim.core.model.agreement import LOOK_ALONG_MS
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Fact

NAME = "scanning"
BEGIN = "scanning.begin"
JUDGE = "scanning.judge"
END = "scanning.end"


class Scan(msgspec.Struct, frozen=True):
    """That a party looks along in an activity.

    Attributes:
        grip: Level on the card that made it look.
        since_ms: When it read that card.
        is_judged: Whether somebody has been asked to judge it and has not done so yet.
        is_over: Whether it was concluded that there is no role.
    """

    grip: int
    since_ms: int = 0
    is_judged: bool = False
    is_over: bool = False


def _card(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    if not card.open:
        return state.without(NAME, card.activity), []
    known: Scan | None = state.mind(NAME).get(card.activity)
    if known is not None and not (known.is_over and card.grip > known.grip):
        return state, []
    if not (
        takes_part(brief, card.activity) and concerns(brief, card.systems) and _monitors(brief, card.activity)
    ):
        return state, []
    state = state.with_mind(NAME, {card.activity: Scan(card.grip, now)})
    # An alert that comes with the card is read before anybody begins to scan.
    return state, [Wake(now, BEGIN, (card.activity, stimulus.event.id))]


def _monitors(brief: Brief, activity: ActivityId) -> bool:
    """Say whether a party monitors by agreement; regions, which have none with each other, do."""
    agreement = brief.agreement_in(activity)
    return agreement is None or agreement.monitors


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, event = stimulus.about
    scan = _open_scan(state, activity)
    if scan is None:
        return state.without(NAME, activity), []
    agreement = brief.agreement_in(activity)
    look_along_ms = LOOK_ALONG_MS if agreement is None else agreement.look_along_ms
    state, look = _judge(state, activity, scan, f"{activity}/{scan.grip}/{now}", event, is_last=False)
    return state, [look, Wake(now + look_along_ms, END, (activity, scan.since_ms, event))]


def _open_scan(state: AgentState, activity: ActivityId) -> Scan | None:
    """Return the scan of an activity that the party looks at, and neither works in nor has left."""
    scan: Scan | None = state.mind(NAME).get(activity)
    return None if scan is None or scan.is_over or activity in state.engaged else scan


def _judge(
    state: AgentState, activity: ActivityId, scan: Scan, key: str, event: str, *, is_last: bool
) -> tuple[AgentState, Assign]:
    state = state.with_mind(NAME, {activity: msgspec.structs.replace(scan, is_judged=True)})
    about = (activity, scan.since_ms, is_last, event)
    return state, Assign(Duty.INFORMATION, f"scan/{key}", JUDGE, about, event, persists=True)


def _read(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    address = parse(stimulus.topic)
    update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
    if address is None or address.shape is not Shape.SHARED:
        return state, []
    activity, event = address["activity"], stimulus.event.id
    scan = _open_scan(state, activity)
    if scan is None or scan.is_judged or not _is_ours(brief, brief.activities[activity], update.item):
        return state, []
    state, look = _judge(state, activity, scan, event, event, is_last=False)
    return state, [look]


def _end(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, since_ms, event = stimulus.about
    scan = _open_scan(state, activity)
    if scan is None or scan.since_ms != since_ms:
        return state, []
    state, look = _judge(state, activity, scan, f"{activity}/{scan.grip}/{now}", event, is_last=True)
    return state, [look]


def _conclude(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Conclude that there is a role as soon as one is seen; that there is none, only after the whole term."""
    activity, since_ms, is_last, event = stimulus.about
    scan = _open_scan(state, activity)
    if scan is None or scan.since_ms != since_ms:
        return state, []
    if has_role(brief, state, activity):
        return engage(state.without(NAME, activity), activity, now, event)
    judged = msgspec.structs.replace(scan, is_judged=False, is_over=is_last)
    return state.with_mind(NAME, {activity: judged}), []


def has_role(brief: Brief, state: AgentState, activity: ActivityId) -> bool:
    """Say whether the party knows or has read something in its own competence that belongs to an activity."""
    known = brief.activities[activity]
    perceived = [observation.fact for observation in state.knowledge.values()]
    facts: list[Fact | Item] = [*perceived, *state.picture.values()]
    return any(_is_ours(brief, known, fact) for fact in facts)


def _is_ours(brief: Brief, activity: Activity, fact: Fact | Item) -> bool:
    if isinstance(fact, Item) and is_status(fact):
        return False  # that another is there and looks along is nobody's task
    place = to_shapely(fact.geometry)
    return (
        fact.system in activity.systems
        and brief.party.competence.includes(fact.system, place)
        and activity.concerns(place)
    )


BEHAVIOUR = Behaviour(NAME, {Card: _card, ItemUpdate: _read, BEGIN: _begin, JUDGE: _conclude, END: _end})
