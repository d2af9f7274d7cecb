"""Risk upkeep: the region keeps current, or withdraws, what it took up into its risk picture (Modeluitwerking 4 and 9).

Who keeps a risk picture looks again by itself (upkeep), and is asked where it does not: it may work in an activity of
another region by then. Who was asked for effects (gathering) is asked before what it said is too old. What nobody says
anew in time is withdrawn: a risk picture that is not current misleads. What has become part of an activity of the
region is kept there.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Act, Assign, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.retelling import TOLD
from sim.core.agents.information.statements import activities_of, lapsed
from sim.core.agents.information.upkeep import INTERVALS, RISK_MS
from sim.core.agents.risks.risk_uptake import NAME as UPTAKE
from sim.core.agents.risks.risk_uptake import RETELL, topic_of
from sim.core.messages.contents import ItemUpdate, Request
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import ItemId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.picture.quality import age_ms

NAME = "risk-upkeep"
LOOK_OVER = "risk-upkeep.look-over"
ASK = "risk-upkeep.ask"
WITHDRAW_MS = RISK_MS * 3 // 2
"""Age at which what nobody says anew is withdrawn from the risk picture (exercise)."""

_ASK = Text("Geldt dit nog?", "Does this still hold?")
_GONE = (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


def _taken_up(_brief: Brief, state: AgentState, _stimulus: Woken, now: int) -> Reaction:
    """Begin with the first thing that is taken up."""
    if state.mind(NAME):
        return state, []
    return state.with_mind(NAME, {NAME: now}), [Wake(now + RISK_MS // INTERVALS, LOOK_OVER, None)]


def _look_over(brief: Brief, state: AgentState, _stimulus: Woken, now: int) -> Reaction:
    acts: list[Act] = [Wake(now + RISK_MS // INTERVALS, LOOK_OVER, None)]
    for item_id, item in sorted(state.mind(TOLD.format(UPTAKE)).items()):
        if item.verification.status in _GONE:
            continue
        if age_ms(item, now) >= WITHDRAW_MS:
            state, more = _withdrawn(brief, state, item_id, item, now)
            acts += more
        elif _is_to_ask(brief, state, item_id, item, now):
            state = state.with_mind(NAME, {item_id: item.observed_at_ms})
            acts.append(_errand(brief, item_id, item, now))
    return state, acts


def _is_to_ask(brief: Brief, state: AgentState, item_id: ItemId, item: Item, now: int) -> bool:
    """Say whether the source is to be asked: what it said is old, and it was not asked of that statement yet."""
    source = brief.directory.get(item.source.party)
    if source is None or state.mind(NAME).get(item_id) == item.observed_at_ms:
        return False
    keeps_its_own = brief.profiles[source.profile].directs_own_picture
    parts = INTERVALS + 1 if keeps_its_own else INTERVALS - 1
    return age_ms(item, now) >= RISK_MS * parts // INTERVALS and not activities_of(brief, state, item)


def _errand(brief: Brief, item_id: ItemId, item: Item, now: int) -> Assign:
    source = item.source.party
    duty = Duty.LIAISON if brief.channel_to(source) is Shape.OUTSIDE else Duty.INFORMATION
    return Assign(duty, f"risk-upkeep/{item_id}/{now}", ASK, (item_id, item), region=source)


def _ask(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    item: Item
    item_id, item = stimulus.about
    version, told = state.mind(UPTAKE)[item_id]
    if told != item.version:
        return state, []  # it said something newer in the meantime
    about = ItemRef(item_id, version)
    request = Request(activity="", purpose="verify", about=about, subject=item.subject, text=_ASK)
    return state, [Publish(brief.mail(item.source.party, request), request, injects=item.causation)]


def _withdrawn(brief: Brief, state: AgentState, item_id: ItemId, item: Item, now: int) -> Reaction:
    version, told = state.mind(UPTAKE)[item_id]
    gone = lapsed(item, brief.id, now)
    ours = msgspec.structs.replace(
        gone, id=item_id, version=version + 1, relates_to=(item.id, *item.relates_to)
    )
    state = state.with_mind(UPTAKE, {item_id: (version + 1, told)})
    state = state.with_mind(TOLD.format(UPTAKE), {item_id: gone})
    topic = topic_of(brief, ours, item_id)
    return state, [Publish(topic, ItemUpdate(item=ours), injects=item.causation)]


BEHAVIOUR = Behaviour(NAME, {RETELL: _taken_up, LOOK_OVER: _look_over, ASK: _ask})
