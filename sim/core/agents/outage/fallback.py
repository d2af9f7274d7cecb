"""Fallback: how a party works while the tool fails it (terugvalprocedure, Modeluitwerking, techniek 4).

The people notice once somebody looks. From then on what would go out in the tool is told by telephone or carried by a
liaison, as was agreed, and the rest is held back. A liaison who is not there is called, and what is to be carried
waits. What comes in that way is taken in as ever; what waits in the tool is read once it works again. Then the tool is
brought up to date: the newest of everything, nothing twice.
To notice, to go back and to call, somebody comes until it is done: until then nothing that was to be told is dropped.
Where the tool refuses what is written, who writes notices at once. Who missed messages asks for what they told.

This stands around the step of every party, in one place: no other behaviour knows whether the tool works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from sim.core.agents import agent
from sim.core.agents.acts import (
    Act,
    Assign,
    Cued,
    Delivered,
    HandedBack,
    Publish,
    Refused,
    Remark,
    Stimulus,
    ToolFails,
    ToolWorks,
    Wake,
    Woken,
)
from sim.core.agents.agent import AgentState, Behaviour, Dispatch, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.outage.clock import keep_time, looked_at
from sim.core.agents.outage.once import read_once
from sim.core.agents.outage.telephone import Call, addressees, bundled, call, carrier_to, told
from sim.core.agents.outage.updating import UPDATE, asked, asks, update
from sim.core.agents.people.calling import call_role, is_available, limits_of_doer
from sim.core.messages.contents import Request
from sim.core.messages.topics import Shape, is_outside, parse
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.model.ids import InjectId
from sim.core.model.staff import Duty
from sim.core.model.staffed import Limits

NAME = "fallback"
NOTICE = "fallback.notice"
BACK = "fallback.back"
ROUTE = "fallback.route"
TELL = "fallback.tell"
READ = "fallback.read"

UP, FAILING, OVER = "up", "failing", "over"
"""How the people work: in the tool; in a tool that fails without their knowing yet; by the fallback."""

_MESSAGES: Final = frozenset({Shape.POST, Shape.SIGNAL, Shape.RECEIPT})
"""What is said once; of all else only the newest counts, in what is to be told as in what is to be read."""


def step(
    brief: Brief, dispatch: Dispatch, state: AgentState, inbox: Sequence[Stimulus], now: int
) -> Reaction:
    """Return the party's next state and its acts, also while the tool fails it: see :func:`agent.step`."""
    state, readable = _readable(*read_once(state, inbox))
    state, dated = keep_time(brief, state, readable, now)
    state, acts = agent.step(brief, dispatch, state, readable, now)
    return state, looked_at(brief, state, readable, _kept_out_of_tool(state, [*dated, *acts], now))


def _mode(state: AgentState) -> str:
    mode: str = state.mind(NAME).get("mode", UP)
    return mode


def _readable(state: AgentState, inbox: Sequence[Stimulus]) -> tuple[AgentState, Sequence[Stimulus]]:
    """Return what the people can take in now; the rest waits in the tool."""
    mind = state.mind(NAME)
    waiting: tuple[Delivered, ...] = mind.get("waiting", ())
    if mind.get("mode", UP) == UP:
        if not waiting:
            return state, inbox
        return state.with_mind(NAME, {"waiting": ()}), (*waiting, *inbox)
    unread = tuple(one for one in inbox if isinstance(one, Delivered) and not is_outside(one.topic))
    if not unread:
        return state, inbox
    state = state.with_mind(NAME, {"waiting": _newest((*waiting, *unread))})
    return state, [one for one in inbox if not isinstance(one, Delivered) or is_outside(one.topic)]


_Held = TypeVar("_Held", Delivered, Publish)


def _newest(held: Sequence[_Held]) -> tuple[_Held, ...]:
    """Return what counts of that which waits to be read or to go out: all messages, and of all else the newest."""
    last = {one.topic: place for place, one in enumerate(held)}
    return tuple(one for place, one in enumerate(held) if _is_message(one.topic) or last[one.topic] == place)


def _is_message(topic: str) -> bool:
    address = parse(topic)
    return address is None or address.shape in _MESSAGES


def _kept_out_of_tool(state: AgentState, acts: list[Act], now: int) -> list[Act]:
    """Return the acts in which what would go out in the tool is something to find another way for."""
    if _mode(state) == UP:
        return acts
    caught = tuple(act for act in acts if isinstance(act, Publish) and not is_outside(act.topic))
    if not caught:
        return acts
    if _mode(state) == FAILING and state.mind(NAME).get("refuses"):
        return [*acts, Wake(now, ROUTE, caught)]  # nobody knows better than to try
    rest = [act for act in acts if not isinstance(act, Publish) or is_outside(act.topic)]
    return [*rest, Wake(now, ROUTE, caught)]


# The tool fails, and works again -----------------------------------------------------------------


def _down(_brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    return _failing(state, stimulus.inject, now, refuses=False)


def _failed(_brief: Brief, state: AgentState, stimulus: ToolFails, now: int) -> Reaction:
    return _failing(state, stimulus.outage, now, refuses=stimulus.refuses)


def _failing(state: AgentState, failure: InjectId, now: int, *, refuses: bool) -> Reaction:
    mode = FAILING if _mode(state) == UP else _mode(state)
    state = state.with_mind(NAME, {"mode": mode, "fails": True, "inject": failure, "refuses": refuses})
    return state, [Assign(Duty.INFORMATION, f"tool-down/{now}", NOTICE, None, failure, persists=True)]


def _refused(brief: Brief, state: AgentState, stimulus: Refused, now: int) -> Reaction:
    """Notice at once: somebody wrote, and the tool did not take it."""
    if stimulus.attempt != "publish" or not state.mind(NAME).get("refuses"):
        return state, []
    return _notice(brief, state, stimulus, now)


def _notice(brief: Brief, state: AgentState, _stimulus: Woken | Refused, now: int) -> Reaction:
    mind = state.mind(NAME)
    if mind["mode"] != FAILING or not mind["fails"]:
        return state, []
    held: tuple[Publish, ...] = mind.get("unnoticed", ())
    state = state.with_mind(NAME, {"mode": OVER, "since": now, "unnoticed": (), "remarked": False})
    remark = Remark("fallback", None, "the tool is down; works by the fallback", mind["inject"])
    state, acts = _go_another_way(brief, state, held, now)
    return state, [remark, *acts]


def _up(_brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    return _working(state, stimulus.inject, now, behind=False)


def _repaired(_brief: Brief, state: AgentState, stimulus: ToolWorks, now: int) -> Reaction:
    return _working(state, stimulus.outage, now, behind=stimulus.behind)


def _working(state: AgentState, failure: InjectId, now: int, *, behind: bool) -> Reaction:
    behind = behind or state.mind(NAME).get("behind", False)
    state = state.with_mind(NAME, {"fails": False, "refuses": False, "behind": behind})
    return state, [Assign(Duty.INFORMATION, f"tool-up/{now}", BACK, failure, failure, persists=True)]


def _back(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Go back to the tool, and bring it up to date."""
    mind = state.mind(NAME)
    mode = _mode(state)
    if mode == UP or mind["fails"]:
        return state, []
    state = _remembered(state, mind.get("unnoticed", ()))
    mind = state.mind(NAME)
    kept: Mapping[str, Publish] = mind.get("kept", {})
    acts: list[Act] = [*kept.values(), *mind.get("mail", ()), Wake(now, READ, None)]
    if mode == OVER:
        acts.insert(0, Remark("fallback", None, "the tool works again; brought up to date", stimulus.about))
    if mind.get("behind"):
        acts += asks(brief, state, stimulus.about)
    done = {"mode": UP, "unnoticed": (), "kept": {}, "mail": (), "behind": False}
    return state.with_mind(NAME, done), acts


def _read(_brief: Brief, state: AgentState, _stimulus: Woken, _now: int) -> Reaction:
    """Turn to what waited in the tool: it is in the inbox by now."""
    return state, []


def _handed_back(_brief: Brief, state: AgentState, _stimulus: HandedBack, now: int) -> Reaction:
    """Let go of what lay ready to be told while a person sat for the party: that person told what was to be told."""
    if _mode(state) == UP:
        return state, []
    # Calls that are to be made for what was caught before know it by the moment from which they count.
    return state.with_mind(NAME, {"unnoticed": (), "kept": {}, "mail": (), "since": now}), []


# Another way -------------------------------------------------------------------------------------


def _route(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    caught: tuple[Publish, ...] = stimulus.about
    mode = _mode(state)
    if mode == UP:  # works again since
        return state, list(caught)
    if mode == FAILING:
        unnoticed = (*state.mind(NAME).get("unnoticed", ()), *caught)
        return state.with_mind(NAME, {"unnoticed": _newest(unnoticed)}), []
    return _go_another_way(brief, state, caught, now)


def _go_another_way(brief: Brief, state: AgentState, caught: Sequence[Publish], now: int) -> Reaction:
    calls: dict[Duty, list[Call]] = {}
    acts: list[Act] = []
    for act in caught:
        to = addressees(brief, state, act, now)
        reached = [(carrier, call(other, act)) for other in to if (carrier := carrier_to(brief, other))]
        if to and not reached and not state.mind(NAME)["remarked"]:
            text = f"nothing was agreed with {to[0]} for when the tool is down; held back until it works"
            acts.append(Remark("fallback", None, text, state.mind(NAME)["inject"]))
            state = state.with_mind(NAME, {"remarked": True})
        for carrier, one in reached:
            calls.setdefault(carrier, []).append(one)
    state = _remembered(state, caught)
    for carrier, ones in sorted(calls.items()):
        state, more = _handed(brief, state, carrier, ones, now)
        acts += more
    return state, acts


def _handed(brief: Brief, state: AgentState, carrier: Duty, calls: Sequence[Call], now: int) -> Reaction:
    """Have somebody with a duty make some calls; a liaison who is not there is called first."""
    number = state.mind(NAME).get("calls", 0) + 1
    state = state.with_mind(NAME, {"calls": number})
    failure: InjectId = state.mind(NAME)["inject"]
    about = (tuple(calls), number, state.mind(NAME)["since"], carrier)
    role = brief.usual(carrier) if carrier is Duty.LIAISON else None
    errand = Assign(carrier, f"telephone/{number}", TELL, about, failure, role, persists=True)
    if role is None or is_available(brief, state, role, now):
        return state, [errand]
    state, acts = call_role(brief, state, role, now, failure)
    return state, [*acts, errand]


def _remembered(state: AgentState, caught: Sequence[Publish]) -> AgentState:
    """Return the state that knows what the tool is to be told: the newest of each, and mail until it is told."""
    kept: dict[str, Publish] = dict(state.mind(NAME).get("kept", {}))
    mail: tuple[Publish, ...] = state.mind(NAME).get("mail", ())
    for act in caught:
        if _is_message(act.topic):
            mail = (*mail, act)
        else:
            kept[act.topic] = act
    return state.with_mind(NAME, {"kept": kept, "mail": mail})


def _tell(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Make the calls, but for those to who may no longer be told by now, and those that the tool told in the end."""
    carrier: Duty
    calls, number, since_ms, carrier = stimulus.about
    if _mode(state) == UP or state.mind(NAME)["since"] != since_ms:
        return state, []
    allowed = [one for one in calls if one.to in addressees(brief, state, one.instead_of, now)]
    failure: InjectId = state.mind(NAME)["inject"]
    by = _limits(brief, state, carrier, now)
    acts: list[Act] = []
    for place, one in enumerate(bundled(allowed)):
        acts += told(brief, one, f"telephone/{number}/{place}", failure, by)
    mail: list[Publish] = list(state.mind(NAME)["mail"])
    for one in allowed:
        if one.instead_of in mail:
            mail.remove(one.instead_of)
    return state.with_mind(NAME, {"mail": tuple(mail)}), acts


def _limits(brief: Brief, state: AgentState, carrier: Duty, now: int) -> Limits:
    """Return the limits of who tells it: the usual liaison carries it, whoever is there makes a call."""
    return brief.limits(carrier) if carrier is Duty.LIAISON else limits_of_doer(brief, state, carrier, now)


BEHAVIOUR = Behaviour(
    NAME,
    {
        ToolDown: _down,
        ToolFails: _failed,
        Refused: _refused,
        HandedBack: _handed_back,
        NOTICE: _notice,
        ToolUp: _up,
        ToolWorks: _repaired,
        BACK: _back,
        ROUTE: _route,
        TELL: _tell,
        READ: _read,
        Request: asked,
        UPDATE: update,
    },
)
