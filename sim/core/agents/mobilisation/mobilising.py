"""Mobilising: the region opens an activity, alerts, scales up and down, and alarms (Modeluitwerking 5, 7 and 8).

Opening alerts every partner whose agreement names one of the activity's systems, directly or through the agreed
national body; reaching a partner's GRIP level alarms it, once. The rest exercise control cues; whom a region alerts by
cue it alerts by the agreed route too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sim.core.agents.acts import Act, Cued, Publish
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation import alarming
from sim.core.agents.mobilisation.engagement import engage, leave
from sim.core.agents.mobilisation.levels import grip_level, known_grip, with_level
from sim.core.agents.people.calling import call_in
from sim.core.messages.contents import Alert, Card, Scaling
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
    state = with_level(state, cue.activity, brief.id, grip_level(0), 0)
    state = state.with_mind(NAME, {cue.activity: {"grip": 0, "alarmed": ()}})
    text = Text(
        f"Er is mogelijk iets aan de hand: {activity.name.nl}.",
        f"There may be something: {activity.name.en}.",
    )
    direct, through = _to_alert(brief, activity)
    card = _card(brief, activity, 0, stimulus.inject, is_open=True)
    alerts = _alerts(brief, activity, direct, text, stimulus.inject, through)
    return state, [card, *acts, *calls, *alerts]


def _to_alert(brief: Brief, activity: Activity) -> tuple[list[PartyId], dict[PartyId, tuple[PartyId, ...]]]:
    """Return whom the region alerts itself, and whom each national body is asked to alert (Modeluitwerking 5).

    Who takes part without an agreement here, as other regions do, is always alerted.
    """
    direct: list[PartyId] = []
    through: dict[PartyId, tuple[PartyId, ...]] = {}
    bound = dict(_bound(brief, activity))
    for party, agreement in bound.items():
        if not set(agreement.alert_systems) & set(activity.systems):
            continue
        _by_route(party, agreement.alert_through, direct, through)
    others = [other for other in activity.parties if other != brief.id and other not in bound]
    return [*direct, *others], through


def _by_route(
    party: PartyId, body: PartyId | None, direct: list[PartyId], through: dict[PartyId, tuple[PartyId, ...]]
) -> None:
    """Add a party to those who are alerted directly, or to those whom a national body is asked to alert."""
    if body is None:
        direct.append(party)
    else:
        through[body] = (*through.get(body, ()), party)


def _bound(brief: Brief, activity: Activity) -> Iterator[tuple[PartyId, Agreement]]:
    """Yield the parties that take part in the activity, with the agreement that holds for each in this region."""
    for party, agreement in brief.agreed_here():
        if party in activity.parties:
            yield party, agreement


def _alerts(
    brief: Brief,
    activity: Activity,
    parties: Iterable[PartyId],
    text: Text,
    inject: InjectId,
    through: Mapping[PartyId, tuple[PartyId, ...]],
) -> list[Publish]:
    """Return one alert for each party, and for each body that is to pass it on."""
    alerts = []
    for party in dict.fromkeys((*parties, *through)):
        pass_on = through.get(party, ())
        alert = Alert(activity=activity.id, text=text, systems=activity.systems, pass_on=pass_on)
        alerts.append(Publish(brief.mail(party, alert), alert, injects=(inject,)))
    return alerts


def card_of(brief: Brief, activity: Activity, grip: int, *, is_open: bool) -> Card:
    """Return the card of an activity that the party directs, at a GRIP level."""
    return Card(
        activity=activity.id,
        name=activity.name,
        place=activity.place,
        directing=brief.id,
        grip=grip,
        systems=activity.systems,
        parties=activity.parties,
        open=is_open,
    )


def _card(brief: Brief, activity: Activity, grip: int, inject: InjectId, *, is_open: bool) -> Publish:
    card = card_of(brief, activity, grip, is_open=is_open)
    return Publish(build(Shape.CARD, activity=activity.id), card, injects=(inject,))


def _scale(brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    cue: Scale = stimulus.cue  # type: ignore[assignment]
    activity = brief.activities[cue.activity]
    state = with_level(state, cue.activity, brief.id, grip_level(cue.grip), cue.grip)
    topic = build(Shape.SCALING, activity=cue.activity, party=brief.id)
    acts: list[Act] = [
        Publish(topic, Scaling(level=grip_level(cue.grip), grip=cue.grip), injects=(stimulus.inject,)),
        _card(brief, activity, cue.grip, stimulus.inject, is_open=True),
    ]
    state = _stand_down(brief, state, activity, cue.grip)
    before = alarmed(state, cue.activity)
    due = [
        party
        for party, agreement in _bound(brief, activity)
        if 0 < agreement.alarm_level <= cue.grip
        and (party not in before or alarming.is_unreachable(state, cue.activity, party))
    ]
    text = Text(f"Opschaling naar GRIP {cue.grip}; kom.", f"Scaled up to GRIP {cue.grip}; come.")
    state, alarms = _alarm(brief, state, cue.activity, due, text, stimulus.inject, now)
    return state, [*acts, *alarms]


def _stand_down(brief: Brief, state: AgentState, activity: Activity, grip: int) -> AgentState:
    """Return the state in which those above the level can be alarmed anew, should it rise again."""
    levels = {party: agreement.alarm_level for party, agreement in _bound(brief, activity)}
    before = alarmed(state, activity.id)
    kept = tuple(party for party in before if levels.get(party, 0) <= grip)
    for party in before:
        if party not in kept:
            state = alarming.give_up(state, activity.id, party)
    return state.with_mind(NAME, {activity.id: {"grip": grip, "alarmed": kept}})


def _alarm(
    brief: Brief,
    state: AgentState,
    activity: ActivityId,
    parties: Iterable[PartyId],
    text: Text,
    inject: InjectId,
    now: int,
) -> tuple[AgentState, list[Act]]:
    """Alarm parties: nobody twice for one level, unless nobody could be reached before."""
    grip, acts = known_grip(state, activity, brief.id), list[Act]()
    for party in dict.fromkeys(parties):
        known = alarming.call_of(state, activity, party)
        if known is not None and known.grip == grip and known.outcome != "unreachable":
            continue
        state, calls = alarming.call(brief, state, activity, party, text, inject, now)
        acts += calls
        told = dict.fromkeys((*alarmed(state, activity), party))
        state = state.with_mind(NAME, {activity: {"grip": grip, "alarmed": tuple(told)}})
    return state, acts


def alarmed(state: AgentState, activity: ActivityId) -> tuple[PartyId, ...]:
    """Return the parties that the region has alarmed for an activity."""
    known: tuple[PartyId, ...] = state.mind(NAME).get(activity, {}).get("alarmed", ())
    return known


def _send_alert(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: SendAlert = stimulus.cue  # type: ignore[assignment]
    activity = brief.activities[cue.activity]
    direct: list[PartyId] = []
    through: dict[PartyId, tuple[PartyId, ...]] = {}
    for party in cue.parties:
        _by_route(party, _agreed_body(brief, cue.activity, party), direct, through)
    return state, list(_alerts(brief, activity, direct, cue.text, stimulus.inject, through))


def _agreed_body(brief: Brief, activity: ActivityId, party: PartyId) -> PartyId | None:
    """Return through which body a region alerts a party as agreed; None where it does so itself.

    The route is that of the region that directs the activity; a partner alerts whom it knows directly.
    """
    agreement = brief.agreement_in(activity, party)
    if agreement is None or not brief.directs(activity) or brief.id not in agreement.regions:
        return None
    return agreement.alert_through


def _send_alarm(brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    cue: SendAlarm = stimulus.cue  # type: ignore[assignment]
    return _alarm(brief, state, cue.activity, cue.parties, cue.text, stimulus.inject, now)


def _close(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Close = stimulus.cue  # type: ignore[assignment]
    state = leave(state, cue.activity)
    for party in alarmed(state, cue.activity):
        state = alarming.give_up(state, cue.activity, party)
    return state, [_card(brief, brief.activities[cue.activity], 0, stimulus.inject, is_open=False)]


BEHAVIOUR = Behaviour(
    NAME, {Open: _open, Scale: _scale, SendAlert: _send_alert, SendAlarm: _send_alarm, Close: _close}
)
ALERTING = Behaviour("alerting", {SendAlert: _send_alert})
"""A partner that alerts others (alerting goes both ways, Modeluitwerking 5)."""
