"""Coordinating: where an incident crosses borders, one region coordinates (Beleidskader par. 2.3).

Each region directs the shared picture of its own activity. The coordinating region takes what matters beyond one region
(effects, needs, forecasts) out of the others' shared pictures into its own. The source stays who first said it, so that
what comes in by two ways from one source is not held to be confirmed.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Delivered, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.directing import TAKE_IN
from sim.core.agents.direction.national import KINDS
from sim.core.agents.direction.shared_picture import shared_item, write
from sim.core.agents.information.statements import may_be_shared
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty

NAME = "coordinating"
TAKE_OVER = "coordinating.take-over"


def _read(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    address = parse(stimulus.topic)
    update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
    item = update.item
    if address is None or address.shape is not Shape.SHARED or item.kind not in KINDS:
        return state, []
    activity = _coordinating(brief, state, address["activity"])
    if activity is None or not may_be_shared((item,)):
        return state, []
    about, event = (item, activity, stimulus.event.id), stimulus.event.id
    return state, [Assign(Duty.DIRECTION, f"coordinate/{event}", TAKE_OVER, about, event)]


def _coordinating(brief: Brief, state: AgentState, activity: ActivityId) -> ActivityId | None:
    """Return the party's own open activity from which another one is coordinated, or None."""
    own = brief.activities[activity].coordinated_by
    return own if own is not None and brief.directs(own) and own in state.engaged else None


def _take_over(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Take over the newest version that was read; an older one that is dealt with later changes nothing any more."""
    read: Item
    read, activity, event = stimulus.about
    item = state.picture.get(read.id, read)
    if activity not in state.engaged or item.version <= state.mind(NAME).get(item.id, 0):
        return state, []
    state = state.with_mind(NAME, {item.id: item.version})
    standing = shared_item(state, activity, item.subject)
    if standing is not None and _says_what(item, standing):
        if standing.verification.status is item.verification.status:
            return state, []
        return write(state, item, item.verification, activity, event, now, relates_to=item.id)
    return state, [Wake(now, TAKE_IN, ((item,), activity, event))]


def _says_what(item: Item, standing: Item) -> bool:
    """Say whether an item of another region's picture, taken over before, still says the same."""
    return standing.relates_to[:1] == (item.id,) and (
        (standing.observed_at_ms, standing.values, standing.geometry, standing.text)
        == (item.observed_at_ms, item.values, item.geometry, item.text)
    )


BEHAVIOUR = Behaviour(NAME, {ItemUpdate: _read, TAKE_OVER: _take_over})
