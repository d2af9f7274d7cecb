"""Sparring: leaders of equal level of both sides consult each other (Modeluitwerking 8 and 13).

The leader of a team of the region calls whom the table of levels names as the counterpart. It is the counterpart who
answers; when that was not agreed or the counterpart is not there, whoever takes the call says why. Who does not answer
in time was not reached.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Cued, Delivered, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.people.calling import is_available
from sim.core.messages.contents import Answer, Request
from sim.core.model.agreement import Level
from sim.core.model.cue import Spar
from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.staff import LEADERS, Duty
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS

NAME = "sparring"
CALL = "sparring.call"
WAITED = "sparring.waited"
RESPOND = "sparring.respond"
PATIENCE_MS = 15 * MINUTE_MS
"""How long a leader waits for the counterpart where no time to acknowledge was agreed (exercise)."""

_CONSULTED = Text("Besproken met de tegenhanger.", "Talked over with the counterpart.")
_NOT_AGREED = Text("Sparren is niet afgesproken.", "Sparring was not agreed.")
_NOBODY = Text("Voor dit team is geen tegenhanger afgesproken.", "No counterpart was agreed for this team.")


def _cued(_brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Spar = stimulus.cue  # type: ignore[assignment]
    inject, leader = stimulus.inject, LEADERS.get(cue.team)
    return state, [Assign(Duty.COORDINATION, f"spar/{inject}", CALL, (cue, inject), inject, leader)]


def _call(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    cue: Spar
    cue, inject = stimulus.about
    level = _level(brief, cue.activity, cue.team, cue.party)
    if level is None or level.counterpart is None:
        text = f"{cue.team} has no counterpart at {cue.party}: none was agreed"
        return state, [Remark("unreachable", None, text, inject)]
    request = Request(activity=cue.activity, purpose="spar", team=cue.team, text=cue.text)
    waiting = (cue.activity, cue.party)
    return state.with_mind(NAME, {waiting: inject}), [
        Publish(brief.mail(cue.party, request), request, injects=(inject,)),
        Wake(
            now + _patience_ms(brief, cue.activity, cue.party), WAITED, (waiting, inject, level.counterpart)
        ),
    ]


def _level(brief: Brief, activity: ActivityId, team: str, party: PartyId | None = None) -> Level | None:
    """Return the row of the table of levels for a team of the region, if it was agreed."""
    agreement = brief.agreement_in(activity, party)
    levels = () if agreement is None else agreement.levels
    return next((level for level in levels if level.team == team), None)


def _patience_ms(brief: Brief, activity: ActivityId, party: PartyId) -> int:
    agreement = brief.agreement_in(activity, party)
    if agreement is None or agreement.acknowledge is None:
        return PATIENCE_MS
    return agreement.acknowledge.limit_ms


def _answered(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    waiting = (answer.activity, stimulus.event.sender)
    if answer.outcome not in ("consulted", "refused") or waiting not in state.mind(NAME):
        return state, []
    return state.without(NAME, waiting), []


def _waited(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    waiting, inject, role = stimulus.about
    if state.mind(NAME).get(waiting) != inject:
        return state, []  # answered, or called anew since
    text = f"the {role.value} of {waiting[1]} did not answer in time"
    return state.without(NAME, waiting), [Remark("unreachable", None, text, inject)]


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    if request.purpose != "spar" or request.activity not in brief.activities:
        return state, []
    event = stimulus.event
    about = (request, event.sender, event.id)
    level = _level(brief, request.activity, request.team)
    is_refused = level is None or _reason_against(brief, state, request, now) is not None
    counterpart = None if level is None or is_refused else level.counterpart
    return state, [Assign(Duty.COORDINATION, f"spar/{event.id}", RESPOND, about, event.id, counterpart)]


def _respond(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    request, asker, event = stimulus.about
    reason = _reason_against(brief, state, request, now)
    answer = Answer(
        activity=request.activity,
        of=event,
        outcome="consulted" if reason is None else "refused",
        text=reason or _CONSULTED,
    )
    return state, [Publish(brief.mail(asker, answer), answer, answers=event, because_of=event)]


def _reason_against(brief: Brief, state: AgentState, request: Request, now: int) -> Text | None:
    """Return why nobody spars, or None: the first of the reasons that holds."""
    agreement = brief.agreement_in(request.activity)
    if agreement is None or not agreement.spars:
        return _NOT_AGREED
    level = _level(brief, request.activity, request.team)
    if level is None or level.counterpart is None:
        return _NOBODY
    if not is_available(brief, state, level.counterpart, now):
        role = level.counterpart.value
        return Text(f"De tegenhanger ({role}) is er niet.", f"The counterpart ({role}) is not there.")
    return None


BEHAVIOUR = Behaviour(
    NAME, {Spar: _cued, CALL: _call, WAITED: _waited, Answer: _answered, Request: _asked, RESPOND: _respond}
)
