"""Mobilising: the region opens an activity, alerts, scales up and down, and alarms (Modeluitwerking 5, 7 and 8).

Opening alerts every partner whose agreement names one of the activity's systems; reaching a partner's GRIP
level alarms it, once. The rest exercise control cues.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.core.agents.agent import Act, AgentState, Behaviour, Brief, Cued, Publish, Reaction
from sim.core.agents.calling import call_in
from sim.core.agents.engagement import engage, leave
from sim.core.messages.contents import Alarm, Alert, Card, Scaling
from sim.core.messages.topics import Shape, build
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Close, Open, Scale, SendAlarm, SendAlert
from sim.core.model.ids import ActivityId, InjectId, PartyId
from sim.core.model.text import Text

NAME = "mobilising"


def _open(brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    cue: Open = stimulus.cue  # type: ignore[assignment]
    activity = brief.activities[cue.activity]
    state, acts = engage(state, cue.activity, now)
    state, calls = call_in(brief, state, now, stimulus.inject)
    state = state.with_mind(NAME, {cue.activity: {"grip": 0, "alarmed": ()}})
    text = Text(
        f"Er is mogelijk iets aan de hand: {activity.name.nl}.",
        f"There may be something: {activity.name.en}.",
    )
    to = [
        agreement.partner
        for _, agreement in sorted(brief.agreements.items())
        if _is_bound(brief, agreement, activity) and set(agreement.alert_systems) & set(activity.systems)
    ]
    others = [other for other in activity.parties if other != brief.id and other not in brief.agreements]
    card = _card(brief, activity, 0, stimulus.inject, is_open=True)
    alerts = _alerts(brief, activity, [*to, *others], text, stimulus.inject)
    return state, [card, *acts, *calls, *alerts]


def _is_bound(brief: Brief, agreement: Agreement, activity: Activity) -> bool:
    """Say whether an agreement holds in this region, for a partner that takes part in the activity."""
    return brief.id in agreement.regions and agreement.partner in activity.parties


def _alerts(
    brief: Brief, activity: Activity, parties: Iterable[PartyId], text: Text, inject: InjectId
) -> list[Publish]:
    alert = Alert(activity=activity.id, text=text, systems=activity.systems)
    return [Publish(brief.mail(party, alert), alert, injects=(inject,)) for party in parties]


def _card(brief: Brief, activity: Activity, grip: int, inject: InjectId, *, is_open: bool) -> Publish:
    card = Card(
        activity=activity.id,
        name=activity.name,
        place=activity.place,
        directing=brief.id,
        grip=grip,
        systems=activity.systems,
        parties=activity.parties,
        open=is_open,
    )
    return Publish(build(Shape.CARD, activity=activity.id), card, injects=(inject,))


def _scale(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Scale = stimulus.cue  # type: ignore[assignment]
    activity = brief.activities[cue.activity]
    scaling = Scaling(level=f"GRIP {cue.grip}", grip=cue.grip)
    topic = build(Shape.SCALING, activity=cue.activity, party=brief.id)
    acts: list[Act] = [
        Publish(topic, scaling, injects=(stimulus.inject,)),
        _card(brief, activity, cue.grip, stimulus.inject, is_open=True),
    ]
    due = [
        agreement.partner
        for _, agreement in sorted(brief.agreements.items())
        if _is_bound(brief, agreement, activity) and 0 < agreement.alarm_level <= cue.grip
    ]
    text = Text(f"Opschaling naar GRIP {cue.grip}; kom.", f"Scaled up to GRIP {cue.grip}; come.")
    state = _stand_down(brief, state, cue.activity, cue.grip)
    state, alarms = _alarm(brief, state, cue.activity, due, text, cue.grip, stimulus.inject)
    return state, [*acts, *alarms]


def _stand_down(brief: Brief, state: AgentState, activity: ActivityId, grip: int) -> AgentState:
    """Return the state in which those above the level can be alarmed anew, should it rise again."""
    mind = state.mind(NAME).get(activity, {"alarmed": ()})
    levels = {agreement.partner: agreement.alarm_level for agreement in brief.agreements.values()}
    kept = tuple(party for party in mind["alarmed"] if levels.get(party, 0) <= grip)
    return state.with_mind(NAME, {activity: {"grip": grip, "alarmed": kept}})


def _alarm(
    brief: Brief,
    state: AgentState,
    activity: ActivityId,
    parties: Iterable[PartyId],
    text: Text,
    grip: int,
    inject: InjectId,
) -> tuple[AgentState, list[Act]]:
    """Alarm the parties that have not been alarmed yet for this activity."""
    mind = state.mind(NAME).get(activity, {"grip": 0, "alarmed": ()})
    new = [party for party in parties if party not in mind["alarmed"]]
    state = state.with_mind(NAME, {activity: {"grip": grip, "alarmed": (*mind["alarmed"], *new)}})
    alarm = Alarm(activity=activity, text=text, level=f"GRIP {grip}")
    return state, [Publish(brief.mail(party, alarm), alarm, injects=(inject,)) for party in new]


def alarmed(state: AgentState, activity: ActivityId) -> tuple[PartyId, ...]:
    """Return the parties that the region has alarmed for an activity."""
    known: tuple[PartyId, ...] = state.mind(NAME).get(activity, {}).get("alarmed", ())
    return known


def _send_alert(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: SendAlert = stimulus.cue  # type: ignore[assignment]
    activity = brief.activities[cue.activity]
    return state, list(_alerts(brief, activity, cue.parties, cue.text, stimulus.inject))


def _send_alarm(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: SendAlarm = stimulus.cue  # type: ignore[assignment]
    grip = state.mind(NAME).get(cue.activity, {"grip": 0})["grip"]
    return _alarm(brief, state, cue.activity, cue.parties, cue.text, grip, stimulus.inject)


def _close(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Close = stimulus.cue  # type: ignore[assignment]
    state = leave(state, cue.activity)
    return state, [_card(brief, brief.activities[cue.activity], 0, stimulus.inject, is_open=False)]


BEHAVIOUR = Behaviour(
    NAME, {Open: _open, Scale: _scale, SendAlert: _send_alert, SendAlarm: _send_alarm, Close: _close}
)
ALERTING = Behaviour("alerting", {SendAlert: _send_alert})
"""A partner that alerts others (alerting goes both ways, Modeluitwerking 5)."""
