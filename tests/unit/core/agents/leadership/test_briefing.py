from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Act, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import PUT_RIGHT
from sim.core.agents.leadership.briefing import BEHAVIOUR, EVERY_MS, PRESENT, TELL
from sim.core.agents.mobilisation import mobilising
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.contents import Ack, Briefing
from sim.core.messages.items import Basis, Item, Source, VerificationStatus
from sim.core.model.staff import Post, Role
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    RAIL,
    REACTION_MS,
    REGION,
    WATER,
    brief,
    content_of,
    delivered,
    only,
    party,
    people,
    react,
    shared,
    woken,
)

ME = brief(REGION)


def directing(*items: Item, alarmed: tuple[str, ...] = (RAIL, WATER), **fields: Any) -> AgentState:
    """A region that works in FLOOD, has alarmed some, and has these shared items."""
    fields.setdefault("engaged", {FLOOD: 0})
    state = AgentState(said={one.id: one for one in items}, **fields)
    state = state.with_mind(PRESENT, {(FLOOD, party): "e-ack" for party in (RAIL, WATER)})
    return state.with_mind(mobilising.NAME, {FLOOD: {"grip": 2, "alarmed": alarmed}})


def tell(me: Brief, state: AgentState, now: int = 1_000) -> tuple[AgentState, list[Any]]:
    """Let the liaison tell what is news, and leave out the wake-up for the next time."""
    state, acts = react(me, BEHAVIOUR, state, Woken(TELL, FLOOD), now=now)
    assert acts[0] == Wake(now + EVERY_MS, TELL, FLOOD)
    return carry(me, state, acts[1:], now)


def carry(me: Brief, state: AgentState, errands: list[Act], now: int) -> tuple[AgentState, list[Any]]:
    """Let the liaison do the one errand there is, if any."""
    if not errands:
        return state, []
    wake = only(Wake, errands)
    assert wake.at_ms == now + REACTION_MS
    state, acts = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, list(acts)


def told(item: Item) -> Item:
    """An item as the liaison of the region tells it."""
    source = Source(item.source.party, Basis.REPORTED, through=REGION)
    return msgspec.structs.replace(item, source=source)


def test_the_directing_region_begins_to_brief_when_its_work_begins() -> None:
    _, acts = react(ME, BEHAVIOUR, AgentState(), Woken(ENGAGED, FLOOD), now=5)
    assert only(Wake, acts) == Wake(5 + EVERY_MS, TELL, FLOOD)


def test_another_region_does_not_brief() -> None:
    assert react(ME, BEHAVIOUR, AgentState(), Woken(ENGAGED, FIRE))[1] == []


def test_a_region_that_left_briefs_no_more() -> None:
    assert react(ME, BEHAVIOUR, directing(shared(), engaged={}), Woken(TELL, FLOOD))[1] == []


def test_partners_outside_the_tool_hear_the_shared_picture() -> None:
    item = shared(causation=("f-1",))
    _, acts = tell(ME, directing(item))
    publish = only(Publish, acts)
    assert (publish.topic, publish.injects) == (f"outside/{RAIL}/{REGION}/briefing", ("f-1",))
    assert content_of(publish, Briefing) == Briefing(activity=FLOOD, items=(told(item),))


def test_partners_who_were_not_alarmed_hear_nothing() -> None:
    assert tell(ME, directing(shared(), alarmed=(WATER,)))[1] == []


def test_only_what_is_new_is_told_again() -> None:
    state, _ = tell(ME, directing(shared(), shared(subject="bridge")), now=1_000)
    assert tell(ME, state, now=2_000)[1] == []
    newer = shared(subject="bridge", version=2, reported=1_500)
    state = AgentState(said={**state.said, newer.id: newer}, engaged=state.engaged, minds=state.minds)
    assert content_of(only(Publish, tell(ME, state, now=2_000)[1]), Briefing).items == (told(newer),)


def test_what_was_written_at_the_moment_of_telling_is_not_told_twice() -> None:
    state, acts = tell(ME, directing(shared(reported=1_000)), now=1_000)
    assert len(acts) == 1
    assert tell(ME, state, now=2_000)[1] == []


def test_only_what_a_partner_needs_is_told() -> None:
    me = brief(REGION)
    needing = party(RAIL, "link", interests=("c1-development",))
    me = replace(me, directory={**me.directory, RAIL: needing})
    wanted = shared(subject="forecast", theme="c1-development")
    assert content_of(only(Publish, tell(me, directing(shared(), wanted))[1]), Briefing).items == (
        told(wanted),
    )


def test_a_slip_of_the_liaison_is_told_and_noted() -> None:
    _, acts = tell(brief(REGION, humans=people(slip=1.0)), directing(shared(amount=34.0)))
    remark, publish = acts
    assert isinstance(remark, Remark)
    assert (remark.what, remark.text) == ("slip", "height passed on as 43 cm")
    (heard,) = content_of(publish, Briefing).items
    assert (heard.values[0].amount, remark.item) == (43.0, heard)


ARRIVED = delivered(RAIL, Ack(activity=FLOOD, of="vr24-2", arrived=True), event_id="prorail-3")


def test_nothing_is_carried_before_the_liaison_has_arrived() -> None:
    state = directing(shared())
    waiting = AgentState(
        said=state.said, engaged=state.engaged, minds={mobilising.NAME: state.minds[mobilising.NAME]}
    )
    assert tell(ME, waiting)[1] == []
    acknowledged = delivered(RAIL, Ack(activity=FLOOD, of="vr24-2"))
    assert react(ME, BEHAVIOUR, waiting, acknowledged) == (waiting, [])
    state, errands = react(ME, BEHAVIOUR, waiting, ARRIVED, now=50)
    state, acts = carry(ME, state, errands, 50)
    publish = only(Publish, acts)
    assert (publish.topic, publish.because_of) == (f"outside/{RAIL}/{REGION}/briefing", "prorail-3")
    assert tell(ME, state)[1] == []


def test_a_liaison_of_another_regions_activity_is_not_this_ones_to_tell() -> None:
    elsewhere = delivered(RAIL, Ack(activity=FIRE, of="vr24-2", arrived=True))
    assert react(ME, BEHAVIOUR, directing(shared()), elsewhere) == (directing(shared()), [])


def test_nothing_is_carried_once_the_activity_was_closed() -> None:
    state, errands = react(ME, BEHAVIOUR, directing(shared()), ARRIVED, now=50)
    closed = AgentState(said=state.said, minds=state.minds)
    assert carry(ME, closed, errands, 50)[1] == []


def test_what_another_errand_told_already_is_not_carried_again() -> None:
    state, errands = react(ME, BEHAVIOUR, directing(shared()), ARRIVED, now=50)
    state, _ = carry(ME, state, errands, 50)
    assert carry(ME, state, errands, 50) == (state, [])


def test_that_something_was_taken_out_is_told_to_who_had_heard_it() -> None:
    gone = shared(version=2, valid_until=500)
    assert tell(ME, directing(gone))[1] == []
    state, _ = tell(ME, directing(shared()))
    state = AgentState(said={gone.id: gone}, engaged=state.engaged, minds=state.minds)
    assert content_of(only(Publish, tell(ME, state, now=2_000)[1]), Briefing).items == (told(gone),)


def test_what_the_liaison_leaves_out_is_not_told_and_not_thought_of_again() -> None:
    me = brief(REGION, staff=(Post(Role.LIAISON, on_duty=1, loss=1.0),))
    state, acts = tell(me, directing(shared()))
    assert only(Remark, acts) == Remark("forgotten", shared(), "not passed on", "e-ack")
    assert tell(me, state)[1] == []
    newer = shared(version=2)
    _, acts = tell(ME, msgspec.structs.replace(state, said={newer.id: newer}))
    assert [one.version for one in content_of(only(Publish, acts), Briefing).items] == [2]


# What was put right --------------------------------------------------------------------------------


def put_right(state: AgentState, *items: Item) -> tuple[AgentState, list[Act]]:
    """Write these into the shared picture, and turn to who was told otherwise."""
    said = {**state.said, **{one.id: one for one in items}}
    state = msgspec.structs.replace(state, said=said)
    return react(ME, BEHAVIOUR, state, Woken(PUT_RIGHT, (FLOOD, "e-9")), now=3_000)


@pytest.mark.parametrize("status", [VerificationStatus.CORRECTED, VerificationStatus.REFUTED])
def test_what_was_put_right_is_told_at_once_to_who_heard_it_otherwise(status: VerificationStatus) -> None:
    state, _ = tell(ME, directing(shared(), shared(subject="bridge")))
    right = shared(version=2, amount=900.0, status=status)
    state, acts = put_right(state, right)
    state, acts = carry(ME, state, acts, 3_000)
    publish = only(Publish, acts)
    assert (publish.topic, publish.because_of) == (f"outside/{RAIL}/{REGION}/briefing", "e-9")
    assert content_of(publish, Briefing).items == (told(right),)
    assert put_right(state)[1] == []
    assert tell(ME, state, now=4_000)[1] == []


@pytest.mark.parametrize(
    ("activity", "changed"),
    [
        (FLOOD, shared(version=2, status=VerificationStatus.DISPUTED)),
        (FLOOD, shared(subject="other", version=2, status=VerificationStatus.CORRECTED)),
    ],
    ids=["only disputed", "never told"],
)
def test_what_is_not_put_right_or_was_not_told_waits_for_the_next_briefing(
    activity: str, changed: Item
) -> None:
    state, _ = tell(ME, directing(shared()))
    assert put_right(state, changed)[1] == []


def test_nothing_is_put_right_of_an_activity_that_was_closed() -> None:
    state, _ = tell(ME, directing(shared()))
    state, acts = put_right(state, shared(version=2, status=VerificationStatus.CORRECTED))
    state = msgspec.structs.replace(state, engaged={})
    assert carry(ME, state, acts, 3_000)[1] == []
