from __future__ import annotations

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.admission.seconded import BEHAVIOUR
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.people.staffing import MOMENT, Call
from sim.core.messages.contents import GrantNotice, Request, Withdrawal
from sim.core.model.cue import SeekSupport
from sim.core.model.staff import Post, Role, Spread
from tests.unit.core.agents.helpers import (
    CAMPING,
    FLOOD,
    NEIGHBOUR,
    REGION,
    brief,
    cued,
    delivered,
    only,
    react,
    text,
)

ME = brief(CAMPING)


def test_seeking_support_calls_the_directing_region() -> None:
    cue = SeekSupport(activity=FLOOD, text=text("help"))
    assert only(Publish, react(ME, BEHAVIOUR, AgentState(), cued(cue))[1]) == Publish(
        f"outside/{REGION}/{CAMPING}/request",
        Request(activity=FLOOD, purpose="support", on_behalf_of=CAMPING, text=text("help")),
        injects=("i-1",),
    )


def test_a_seconded_head_makes_the_partner_work_until_it_is_withdrawn() -> None:
    notice = GrantNotice(activity=FLOOD, bundle="seconded-head")
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, notice), now=20)
    assert (state.engaged, acts) == ({FLOOD: 20}, [Wake(20, ENGAGED, FLOOD)])
    ended = delivered(REGION, Withdrawal(activity=FLOOD, bundle="seconded-head"))
    state, acts = react(ME, BEHAVIOUR, state, ended)
    assert (state.engaged, acts) == ({}, [])


def test_only_the_directing_region_gives_a_seconded_head_and_takes_it_back() -> None:
    notice = GrantNotice(activity=FLOOD, bundle="seconded-head")
    assert react(ME, BEHAVIOUR, AgentState(), delivered(NEIGHBOUR, notice)) == (AgentState(), [])
    helped = AgentState(engaged={FLOOD: 20})
    ended = delivered(NEIGHBOUR, Withdrawal(activity=FLOOD, bundle="seconded-head"))
    assert react(ME, BEHAVIOUR, helped, ended) == (helped, [])


def test_who_is_on_call_comes_with_the_grant() -> None:
    post = Post(Role.SECONDED_HEAD, on_call=1, arrival=Spread(30, 30))
    me = brief(CAMPING, staff=(post,))
    state, acts = react(
        me,
        BEHAVIOUR,
        AgentState(),
        delivered(REGION, GrantNotice(activity=FLOOD, bundle="seconded-head")),
        now=20,
    )
    assert Wake(50, MOMENT, post.role) in acts
    assert state.desk(post.role).called == {0: Call(50, "e-1")}
