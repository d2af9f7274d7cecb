from __future__ import annotations

from sim.core.agents.acts import Act, Publish, Wake
from sim.core.agents.admission.seconded import BEHAVIOUR
from sim.core.agents.agent import AgentState
from sim.core.agents.information.informing import BEHAVIOUR as INFORMING
from sim.core.agents.mobilisation.engagement import BEHAVIOUR as ENGAGEMENT
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.people.calling import limits_of_doer
from sim.core.agents.people.staffing import MOMENT, Call
from sim.core.messages.contents import Alarm, GrantNotice, Request, Withdrawal
from sim.core.model.cue import SeekSupport
from sim.core.model.staff import Duty, Post, Role, Spread
from tests.unit.core.agents.helpers import (
    CAMPING,
    FIRE,
    FLOOD,
    NEIGHBOUR,
    REGION,
    THEME,
    brief,
    cued,
    delivered,
    only,
    react,
    text,
    woken,
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


HEAD, LIAISON = Role.SECONDED_HEAD, Role.LIAISON
HELPED = brief(
    CAMPING,
    staff=(
        Post(HEAD, on_call=1, arrival=Spread(30, 30), handling=Spread(4, 4), slip=0.0),
        Post(LIAISON, on_duty=1, handling=Spread(9, 9), slip=1.0),
    ),
)


def helped(state: AgentState, activity: str, region: str, now: int) -> tuple[AgentState, list[Act]]:
    notice = GrantNotice(activity=activity, bundle="seconded-head")
    return react(HELPED, BEHAVIOUR, state, delivered(region, notice), now=now)


def test_the_seconded_head_comes_when_the_region_decided_so_and_not_with_an_alarm() -> None:
    alarm = delivered(REGION, Alarm(activity=FLOOD, text=text("come"), level="GRIP 2"))
    state, acts = react(HELPED, ENGAGEMENT, AgentState(), alarm, now=10)
    state, acts = react(HELPED, ENGAGEMENT, state, woken(only(Wake, acts)), now=19)
    assert HEAD not in state.desks
    assert MOMENT not in [act.errand for act in acts if isinstance(act, Wake)]
    state, acts = helped(state, FLOOD, REGION, 20)
    assert acts == [Wake(50, MOMENT, HEAD)]
    assert state.desk(HEAD).called == {0: Call(50, "e-1")}


def test_while_there_the_seconded_head_does_what_the_liaison_did() -> None:
    state, _ = helped(AgentState(), FLOOD, REGION, 20)
    question = delivered(REGION, Request(activity=FLOOD, purpose="inform", theme=THEME))
    _, acts = react(HELPED, INFORMING, state, question, now=40)
    assert only(Wake, acts).at_ms == 49
    assert limits_of_doer(HELPED, state, Duty.INFORMATION, 49).slip == 1.0
    _, acts = react(HELPED, INFORMING, state, question, now=50)
    assert only(Wake, acts).at_ms == 54
    assert limits_of_doer(HELPED, state, Duty.INFORMATION, 50).slip == 0.0


def test_the_seconded_head_goes_home_with_the_last_that_was_decided() -> None:
    state, _ = helped(AgentState(), FLOOD, REGION, 20)
    state, _ = helped(state, FIRE, NEIGHBOUR, 30)
    for activity, region, is_here in ((FLOOD, REGION, True), (FIRE, NEIGHBOUR, False)):
        ended = delivered(region, Withdrawal(activity=activity, bundle="seconded-head"))
        state, _ = react(HELPED, BEHAVIOUR, state, ended, now=90)
        assert bool(state.desk(HEAD).called) is is_here


def test_the_seconded_head_goes_home_though_the_party_works_elsewhere() -> None:
    state = AgentState(engaged={FIRE: 1})
    state, _ = helped(state, FLOOD, REGION, 20)
    ended = delivered(REGION, Withdrawal(activity=FLOOD, bundle="seconded-head"))
    state, _ = react(HELPED, BEHAVIOUR, state, ended, now=90)
    assert (state.engaged, state.desk(HEAD).called) == ({FIRE: 1}, {})
