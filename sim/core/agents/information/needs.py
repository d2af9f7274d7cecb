"""Needs: a theme that is needed and stays empty, or grows old, is asked for (Modeluitwerking 10, informatiebehoefte).

The region asks a partner for the themes that it needs to hear of from it; a partner asks the region for those that it
needs to know of. Neither asks the same twice within the agreed term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.core.agents.acts import Act, Assign, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import shared_item_id, shared_items
from sim.core.agents.mobilisation.engagement import ENGAGED, began_by
from sim.core.messages.contents import Request
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId, ThemeId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS

NAME = "needs"
ASKED = "needs.asked"
LOOK = "needs.look"
ASK = "needs.ask"
LOOK_EVERY_MS = 15 * MINUTE_MS
"""How often somebody sees whether something that is needed is missing (exercise)."""

_ASK = Text("Wat weet u hiervan? Wij missen dit thema.", "What do you know of this? We miss this theme.")

Wanted = tuple[PartyId, ThemeId, int, int | None]
"""Whom to ask, for which theme, the agreed term (ms), and when what is known of it was so (ms; None is nothing)."""


def _begin(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    if activity not in state.engaged:
        return state, []
    return state, [Wake(now + LOOK_EVERY_MS, LOOK, (activity, state.engaged[activity]))]


def _look(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, since_ms = stimulus.about
    if state.engaged.get(activity) != since_ms:
        return state, []
    acts: list[Act] = [Wake(now + LOOK_EVERY_MS, LOOK, stimulus.about)]
    wanted = _of_partners if brief.directs(activity) else _of_region
    for party, theme, term_ms, known_ms in wanted(brief, state, activity):
        is_missing = now - (since_ms if known_ms is None else known_ms) >= term_ms
        key = (activity, party, theme)
        if not is_missing or now < max(
            _next_ms(state, NAME, key, term_ms), _next_ms(state, ASKED, key, term_ms)
        ):
            continue
        state = state.with_mind(NAME, {key: now})
        outside = brief.channel_to(party) is Shape.OUTSIDE
        duty = Duty.LIAISON if outside and brief.directs(activity) else Duty.INFORMATION
        key_of_thing, event = f"need/{activity}/{party}/{theme}/{now}", began_by(state, activity)
        acts.append(Assign(duty, key_of_thing, ASK, (*key, term_ms), event, region=party))
    return state, acts


def _next_ms(state: AgentState, name: str, key: tuple[ActivityId, PartyId, ThemeId], term_ms: int) -> int:
    """Return from when (ms) on somebody may be sent to ask, or may ask, again."""
    last: int | None = state.mind(name).get(key)
    return 0 if last is None else last + term_ms


def _ask(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, party, theme, term_ms = stimulus.about
    key = (activity, party, theme)
    if activity not in state.engaged or now < _next_ms(state, ASKED, key, term_ms):
        return state, []
    request = Request(activity=activity, purpose="inform", theme=theme, text=_ASK)
    event = began_by(state, activity)
    return state.with_mind(ASKED, {key: now}), [
        Publish(brief.mail(party, request), request, because_of=event)
    ]


def _of_partners(brief: Brief, state: AgentState, activity: ActivityId) -> list[Wanted]:
    """Return what the region needs of its partners in an activity that it directs."""
    known = _newest(shared_items(state, activity))
    held = [(party, brief.agreement_in(activity, party)) for party in brief.activities[activity].parties]
    return [
        (party, theme, agreement.ask_after_ms, known(theme))
        for party, agreement in held
        if agreement is not None and agreement.ask_after_ms
        for theme in agreement.asked
    ]


def _of_region(brief: Brief, state: AgentState, activity: ActivityId) -> list[Wanted]:
    """Return the themes that a partner needs to know of, with what it knows of them.

    Who reads the shared picture sees there what has become of a theme, and asks only for what is empty. Who reaches the
    region outside the tool knows what it was told, and asks again once that is older than agreed.
    """
    region = brief.activities[activity].directing
    agreement = brief.agreement_in(activity)
    if agreement is None or not agreement.ask_after_ms:
        return []
    known = _newest(
        item for item in state.picture.values() if item.id == shared_item_id(activity, item.subject)
    )
    empty = [theme for theme in agreement.needs if known(theme) is None]
    wanted: list[Wanted] = [(region, theme, agreement.ask_after_ms, None) for theme in empty]
    if brief.channel_to(region) is not Shape.OUTSIDE or agreement.actuality is None:
        return wanted
    term_ms = max(agreement.ask_after_ms, agreement.actuality.limit_ms)
    told = [theme for theme in agreement.needs if known(theme) is not None]
    return [*wanted, *((region, theme, term_ms, known(theme)) for theme in told)]


def _newest(items: Iterable[Item]) -> Callable[[ThemeId], int | None]:
    newest: dict[ThemeId, int] = {}
    for item in items:
        newest[item.theme] = max(newest.get(item.theme, 0), item.observed_at_ms)
    return newest.get


BEHAVIOUR = Behaviour(NAME, {ENGAGED: _begin, LOOK: _look, ASK: _ask})
