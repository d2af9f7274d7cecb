"""Levels: each side knows at which level the other works, and a partner follows the region (Modeluitwerking 8).

The agreement's table says what of both sides is of equal level. A partner that learns the region's level goes to the
row of that level, up or down and not necessarily stepwise, after somebody with leadership and coordination decided
it; and it tells so. Below the lowest row it works as on any other day, and so it does once the activity is closed: that
needs no decision. What exercise control orders by hand wins, until the region's level changes again.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Cued, Delivered, Publish, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import ENGAGED, began_by
from sim.core.messages.contents import Alarm, Card, Scaling
from sim.core.messages.topics import Shape, build, parse
from sim.core.model.agreement import Level
from sim.core.model.cue import Level as GoToLevel
from sim.core.model.ids import ActivityId, EventId, InjectId, PartyId
from sim.core.model.staff import Duty

NAME = "levels"
BY_HAND = "levels.by-hand"
CONSIDERED = "levels.considered"
SCALE = "levels.scale"
NORMAL = "normal"
"""What the level of a partner is called that has left its crisis organisation, where the table has no word for it."""
_GRIP = "GRIP "


def known_level(state: AgentState, activity: ActivityId, party: PartyId) -> Scaling | None:
    """Return the level at which a party works in an activity, as far as the party with this state knows it.

    Of a region the GRIP level stands in ``grip``. None when nothing was heard of it.
    """
    known: Scaling | None = state.mind(NAME).get((activity, party))
    return known


def known_grip(state: AgentState, activity: ActivityId, region: PartyId) -> int:
    """Return the GRIP level of a region as far as it is known; 0 when nothing was heard of it."""
    known = known_level(state, activity, region)
    return 0 if known is None or known.grip is None else known.grip


def with_level(
    state: AgentState, activity: ActivityId, party: PartyId, level: str, grip: int | None = None
) -> AgentState:
    """Return the state of a party that knows at which level another, or itself, works in an activity."""
    known = Scaling(level=level, grip=grip, activity=activity)
    return state.with_mind(NAME, {(activity, party): known})


def grip_level(grip: int) -> str:
    """Return what a GRIP level is called."""
    return f"{_GRIP}{grip}"


def row_at(levels: tuple[Level, ...], grip: int) -> Level | None:
    """Return the row of a table of levels that holds at a GRIP level: the highest that does not lie above it.

    Of several rows for one level (one a team) the last counts: there the partner's highest level stands.
    """
    below = [row for row in levels if row.grip <= grip]
    return max(reversed(below), key=lambda row: row.grip, default=None)


# What is heard -----------------------------------------------------------------------------------


def _scaling(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    scaling: Scaling = stimulus.event.data  # type: ignore[assignment]
    address = parse(stimulus.topic)
    in_tool = address is not None and address.shape is Shape.SCALING
    activity = address["activity"] if address is not None and in_tool else scaling.activity
    if activity not in brief.activities:
        return state, []
    if scaling.grip is not None and brief.is_from_director(stimulus.event, activity):
        return _learn(brief, state, activity, scaling.grip, stimulus.event.id, now)
    return with_level(state, activity, stimulus.event.sender, scaling.level, scaling.grip), []


def _card(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, card.activity):
        return state, []
    return _learn(brief, state, card.activity, card.grip, stimulus.event.id, now)


def _card_or_close(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    if card.open or not brief.is_from_director(stimulus.event, card.activity):
        return _card(brief, state, stimulus, now)
    state = with_level(state, card.activity, card.directing, grip_level(0), 0)
    return _stand_down(brief, state, card.activity, stimulus.event.id)


def _alarm(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    alarm: Alarm = stimulus.event.data  # type: ignore[assignment]
    number = alarm.level.removeprefix(_GRIP)
    if not number.isdecimal() or not brief.is_from_director(stimulus.event, alarm.activity):
        return state, []
    return _learn(brief, state, alarm.activity, int(number), stimulus.event.id, now)


def _learn(
    brief: Brief, state: AgentState, activity: ActivityId, grip: int, event: EventId, now: int
) -> Reaction:
    """Take in the level of the directing region; where it is another than before, somebody considers the own."""
    region = brief.activities[activity].directing
    before = known_grip(state, activity, region)
    state = with_level(state, activity, region, grip_level(grip), grip)
    return (state, []) if grip == before else _consider(brief, state, activity, event, now)


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Consider the own level when the party begins to work in an activity that was scaled up before."""
    activity: ActivityId = stimulus.about
    if not known_grip(state, activity, brief.activities[activity].directing):
        return state, []
    return _consider(brief, state, activity, began_by(state, activity), now)


# What a partner makes of it ----------------------------------------------------------------------


def _consider(brief: Brief, state: AgentState, activity: ActivityId, event: EventId, now: int) -> Reaction:
    """Have somebody decide at which level the party itself is to work, once for each level of the region."""
    agreement = brief.agreement_in(activity)
    grip = known_grip(state, activity, brief.activities[activity].directing)
    if agreement is None or not agreement.levels or not _is_at_work(brief, state, activity):
        return state, []
    if state.mind(CONSIDERED).get(activity) == grip:
        return state, []
    if row_at(agreement.levels, grip) is None and known_level(state, activity, brief.id) is None:
        return state, []
    state = state.with_mind(CONSIDERED, {activity: grip})
    key = f"scale/{activity}/{grip}/{now}"
    return state, [Assign(Duty.COORDINATION, key, SCALE, (activity, event), event, persists=True)]


def _is_at_work(brief: Brief, state: AgentState, activity: ActivityId) -> bool:
    return activity in state.engaged or known_level(state, activity, brief.id) is not None


def _scale(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """Go to the level of the table's row for the region's level, as it is known by the time of deciding."""
    activity, event = stimulus.about
    agreement = brief.agreement_in(activity)
    assert agreement is not None, "only who has a table of levels considers them"
    grip = known_grip(state, activity, brief.activities[activity].directing)
    if state.mind(BY_HAND).get(activity) == grip or not _is_at_work(brief, state, activity):
        return state, []
    row = row_at(agreement.levels, grip)
    if row is None or row.grip == 0:
        return _to_normal(brief, state, activity, row, event)
    return _go_to(brief, state, activity, row.partner_level, event)


def _stand_down(brief: Brief, state: AgentState, activity: ActivityId, event: EventId) -> Reaction:
    """Go back to the level of any other day: the activity is closed."""
    state = state.without(CONSIDERED, activity).without(BY_HAND, activity)
    agreement = brief.agreement_in(activity)
    row = None if agreement is None else row_at(agreement.levels, 0)
    state, acts = _to_normal(brief, state, activity, row, event)
    return state.without(NAME, (activity, brief.id)), acts


def _to_normal(
    brief: Brief, state: AgentState, activity: ActivityId, row: Level | None, event: EventId
) -> Reaction:
    """Leave the own crisis organisation, where the party has scaled up at all."""
    if known_level(state, activity, brief.id) is None:
        return state, []
    return _go_to(brief, state, activity, NORMAL if row is None else row.partner_level, event)


def _go_to(brief: Brief, state: AgentState, activity: ActivityId, level: str, event: EventId) -> Reaction:
    own = known_level(state, activity, brief.id)
    if own is not None and own.level == level:
        return state, []
    return with_level(state, activity, brief.id, level), [_told(brief, activity, level, event)]


def _level(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: GoToLevel = stimulus.cue  # type: ignore[assignment]
    grip = known_grip(state, cue.activity, brief.activities[cue.activity].directing)
    state = state.with_mind(BY_HAND, {cue.activity: grip})
    state = with_level(state, cue.activity, brief.id, cue.level)
    return state, [_told(brief, cue.activity, cue.level, "", (stimulus.inject,))]


def _told(
    brief: Brief, activity: ActivityId, level: str, event: EventId, injects: tuple[InjectId, ...] = ()
) -> Publish:
    """Return the message that tells the party's own level: in the tool, or outside it to the region."""
    if brief.profile.channel == "post":
        topic = build(Shape.SCALING, activity=activity, party=brief.id)
        return Publish(topic, Scaling(level=level), because_of=event, injects=injects)
    scaling = Scaling(level=level, activity=activity)
    region = brief.activities[activity].directing
    return Publish(brief.mail(region, scaling), scaling, because_of=event, injects=injects)


BEHAVIOUR = Behaviour(
    NAME,
    {
        Scaling: _scaling,
        Card: _card_or_close,
        Alarm: _alarm,
        ENGAGED: _begin,
        SCALE: _scale,
        GoToLevel: _level,
    },
)
KNOWING = Behaviour("known-levels", {Scaling: _scaling, Card: _card})
"""A region, which has a level of its own, only remembers those of others."""
