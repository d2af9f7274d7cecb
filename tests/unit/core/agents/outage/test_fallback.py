"""Fallback: how a party works while the tool fails it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import pytest

from sim.core.agents.acts import (
    Act,
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
from sim.core.agents.admission.admitting import NAME as ADMITTING
from sim.core.agents.agent import AgentState, Behaviour, Reaction, dispatch_of
from sim.core.agents.brief import Brief
from sim.core.agents.outage.fallback import BACK, BEHAVIOUR, NAME, NOTICE, READ, ROUTE, step
from sim.core.agents.people.staffing import AGAIN_MS
from sim.core.messages.contents import Ack, Briefing, ItemUpdate, Receipt, Request
from sim.core.model.cue import ToolDown, ToolUp
from sim.core.model.staff import AT_ONCE, Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.unit.core.agents.helpers import (
    CROSS,
    FLOOD,
    GRID,
    PLENTY,
    REACTION_MS,
    REGION,
    THEME,
    WATER,
    agreement,
    brief,
    content_of,
    cued,
    delivered,
    item,
    only,
    shared,
    sole,
)

SAY: Final = "say"
"""An errand of the tests: publish what it is about."""
AGREED = brief(WATER, agreements=[agreement(WATER, fallback="telephone")])
SILENT = brief(WATER, agreements=[agreement(WATER)])
OUTSIDE = f"outside/{REGION}/{WATER}/briefing"
DOWN, UP = cued(ToolDown(), "i-down"), cued(ToolUp(), "i-up")


def _say(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    return state, list(stimulus.about)


def _hear(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    heard: Mapping[Any, Any] = {stimulus.topic: True}
    return state.with_mind("heard", heard), []


DISPATCH = dispatch_of((BEHAVIOUR, Behaviour("test", {SAY: _say, Request: _hear, Briefing: _hear})))


class Party:
    """A party that is stepped from moment to moment; whatever it wakes itself for happens."""

    def __init__(self, known: Brief = AGREED) -> None:
        self.brief, self.state = known, AgentState(engaged={FLOOD: 0})
        self.now = 0
        self.wakes: list[Wake] = []

    def at(self, now: int, *inbox: Stimulus) -> list[Act]:
        """Take in what comes at a moment, after all that was due before; return everything that comes out."""
        acts: list[Act] = []
        while due := sorted((wake for wake in self.wakes if wake.at_ms <= now), key=lambda wake: wake.at_ms):
            self.wakes.remove(due[0])
            acts += self._step(due[0].at_ms, Woken(due[0].errand, due[0].about))
        acts += self._step(now, *inbox)
        while at_once := [wake for wake in self.wakes if wake.at_ms <= now]:
            self.wakes.remove(at_once[0])
            acts += self._step(now, Woken(at_once[0].errand, at_once[0].about))
        return acts

    def _step(self, now: int, *inbox: Stimulus) -> list[Act]:
        self.state, acts = step(self.brief, DISPATCH, self.state, inbox, now)
        self.wakes += [act for act in acts if isinstance(act, Wake)]
        return [act for act in acts if not isinstance(act, Wake)]


def say(*acts: Publish) -> Woken:
    return Woken(SAY, acts)


def own(version: int = 1, amount: float = 300.0) -> Publish:
    told = item(version=version, amount=amount)
    return Publish(f"activity/{FLOOD}/own/{WATER}/{THEME}/{told.id}", ItemUpdate(item=told))


ACK = Publish(f"post/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of="e-1"))
TO_GRID = Publish(f"post/{GRID}/{WATER}/ack", Ack(activity=FLOOD, of="e-1"))
RECEIPT = Publish(f"receipt/{WATER}", Receipt(items=()))
BY_PHONE = Publish(f"outside/{REGION}/{WATER}/ack", Ack(activity=FLOOD, of="e-9"))
NOTICED_MS = REACTION_MS


def gone_over(known: Brief = AGREED) -> Party:
    """A party that noticed at NOTICED_MS that its tool, which failed at 0, is down."""
    party = Party(known)
    assert party.at(0, DOWN) == []
    remark = only(Remark, party.at(NOTICED_MS))
    assert remark == Remark("fallback", None, "the tool is down; works by the fallback", "i-down")
    return party


def test_while_the_tool_works_everything_goes_out_in_it() -> None:
    party = Party()
    assert party.at(0, say(own(), ACK)) == [own(), ACK]
    assert NAME not in party.state.minds


def test_what_is_said_before_anybody_noticed_is_told_once_somebody_did() -> None:
    party = Party()
    assert party.at(0, DOWN) == []
    assert party.at(10, say(own())) == []
    only(Remark, party.at(NOTICED_MS))
    told = only(Publish, party.at(NOTICED_MS + REACTION_MS))
    assert told.topic == OUTSIDE
    assert content_of(told, Briefing).items[0].id == own().content.item.id  # type: ignore[union-attr]


def test_what_is_said_on_the_telephone_anyway_goes_out_as_ever() -> None:
    assert gone_over().at(200, say(BY_PHONE)) == [BY_PHONE]


def test_items_and_mail_are_told_by_telephone() -> None:
    party = gone_over()
    assert party.at(200, say(own(), ACK)) == []
    acts = party.at(200 + REACTION_MS)
    assert [act.topic for act in acts if isinstance(act, Publish)] == [
        OUTSIDE,
        f"outside/{REGION}/{WATER}/ack",
    ]


def test_the_tool_is_brought_up_to_date_with_the_newest_of_each_and_with_nothing_twice() -> None:
    party = gone_over()
    party.at(200, say(own(), ACK))
    party.at(400, say(own(2, 400.0), RECEIPT, TO_GRID))
    party.at(1_000, UP)
    remark, *acts = party.at(1_000 + REACTION_MS)
    assert remark == Remark("fallback", None, "the tool works again; brought up to date", "i-up")
    assert acts == [own(2, 400.0), RECEIPT, TO_GRID]
    assert party.at(2_000, say(own(3))) == [own(3)]
    assert party.at(3_000, UP) == []
    assert party.at(4_000) == []


def test_where_nothing_was_agreed_everything_is_held_back_and_that_is_remarked_once() -> None:
    party = gone_over(SILENT)
    remark = only(Remark, party.at(200, say(own(), ACK)))
    text = f"nothing was agreed with {REGION} for when the tool is down; held back until it works"
    assert (remark.text, remark.because_of) == (text, "i-down")
    assert party.at(300, say(own(2))) == []
    party.at(1_000, UP)
    assert [act for act in party.at(2_000) if isinstance(act, Publish)] == [own(2), ACK]


def test_each_outage_is_remarked_anew() -> None:
    party = gone_over(SILENT)
    party.at(200, say(own()))
    party.at(1_000, UP)
    party.at(2_000, DOWN)
    party.at(2_000 + NOTICED_MS)
    assert sole(Remark, party.at(3_000, say(own(2)))).what == "fallback"


def test_an_outage_that_ends_before_anybody_noticed_only_delays() -> None:
    party = Party()
    party.at(0, DOWN)
    party.at(10, say(own(), ACK))
    party.at(20, UP)
    acts = party.at(500)
    assert acts == [own(), ACK]


def test_a_tool_that_fails_again_before_anybody_was_back_changes_nothing() -> None:
    party = gone_over()
    party.at(200, UP)
    party.at(210, DOWN)
    assert party.at(1_000) == []
    party.at(1_000, say(own()))
    assert only(Publish, party.at(1_000 + REACTION_MS)).topic == OUTSIDE


def test_what_is_said_at_the_moment_the_tool_is_back_goes_out_in_it() -> None:
    party = gone_over()
    party.at(1_000, UP)
    acts = party.at(1_000 + REACTION_MS, say(own()))
    assert own() in acts


def test_what_comes_in_the_tool_is_read_when_it_works_again_and_what_comes_by_telephone_at_once() -> None:
    party = gone_over()
    in_tool = delivered(REGION, Request(activity=FLOOD, purpose="verify"), f"post/{WATER}/{REGION}/request")
    by_phone = delivered(REGION, Briefing(activity=FLOOD, items=()), f"outside/{WATER}/{REGION}/briefing")
    nowhere = delivered(REGION, Request(activity=FLOOD, purpose="verify"), "nowhere")
    party.at(200, in_tool, by_phone)
    party.at(300, nowhere)
    party.at(400, by_phone)
    assert list(party.state.mind("heard")) == [by_phone.topic]
    party.at(1_000, UP)
    party.at(2_000)
    assert list(party.state.mind("heard")) == [by_phone.topic, in_tool.topic, "nowhere"]
    assert party.state.mind(NAME)["waiting"] == ()


def test_who_notices_too_late_has_nothing_to_notice() -> None:
    party = Party()
    party.at(0, DOWN)
    party.at(0, UP)
    assert party.at(1_000) == []
    assert party.at(1_000, Woken(READ, None)) == []


@pytest.mark.parametrize("known", [AGREED, SILENT])
def test_a_receipt_can_be_told_nobody_and_is_not_remarked(known: Brief) -> None:
    assert gone_over(known).at(200, say(RECEIPT)) == []


def test_what_was_caught_as_the_tool_came_back_goes_out_in_it() -> None:
    assert Party().at(0, Woken(ROUTE, (own(),))) == [own()]


def test_who_was_let_out_before_the_call_is_not_called() -> None:
    region = Party(brief(REGION, agreements=[agreement(CROSS, "standby", fallback="telephone")]))
    region.state = region.state.with_mind(ADMITTING, {(FLOOD, CROSS): "activity-reader"})
    region.at(0, DOWN)
    region.at(NOTICED_MS)
    known = shared()
    update = Publish(f"activity/{FLOOD}/shared/{THEME}/{known.id}", ItemUpdate(item=known))
    region.at(200, say(update))
    assert only(Publish, region.at(200 + REACTION_MS)).topic == f"outside/{CROSS}/{REGION}/briefing"
    region.at(400, say(update))
    region.state = region.state.without(ADMITTING, (FLOOD, CROSS))
    assert region.at(400 + REACTION_MS) == []


LIAISON_MS: Final = 5 * MINUTE_MS


def with_liaison(*staff: Post) -> Brief:
    """A party that agreed on a liaison, beside plenty of people who keep its information."""
    head = Post(Role.HEAD_OF_INFORMATION, on_duty=PLENTY)
    return brief(WATER, agreements=[agreement(WATER, fallback="liaison")], staff=(head, *staff))


def test_what_was_agreed_to_go_by_liaison_waits_until_one_is_there() -> None:
    arrival = Spread(LIAISON_MS, LIAISON_MS)
    party = gone_over(with_liaison(Post(Role.LIAISON, on_call=1, arrival=arrival)))
    assert party.at(200, say(own())) == []
    assert party.at(200 + REACTION_MS) == []
    assert party.at(300, say(own(2))) == []
    arrived, told, again = party.at(200 + LIAISON_MS + 2 * REACTION_MS)
    assert (arrived.what, arrived.text) == ("arrived", "liaison")  # type: ignore[union-attr]
    assert isinstance(told, Publish)
    assert isinstance(again, Publish)
    assert told.topic == again.topic == OUTSIDE
    assert content_of(told, Briefing).items[0].version == 1
    assert content_of(again, Briefing).items[0].version == 2


def test_a_liaison_who_is_there_carries_at_once() -> None:
    party = gone_over(with_liaison(Post(Role.LIAISON, on_duty=1, on_call=1)))
    assert party.at(200, say(own())) == []
    assert only(Publish, party.at(200 + REACTION_MS)).topic == OUTSIDE
    assert party.state.desk(Role.LIAISON).called == {}


def test_without_anybody_for_it_what_was_to_be_carried_is_told_nobody() -> None:
    nobody = tuple(Post(role) for role in (Role.LIAISON, Role.HEAD_OF_INFORMATION))
    manager = Post(Role.INFORMATION_MANAGER, on_duty=PLENTY)
    agreed = [agreement(WATER, fallback="liaison")]
    party = gone_over(brief(WATER, agreements=agreed, staff=(*nobody, manager)))
    remark = only(Remark, party.at(200, say(own())))
    assert (remark.what, remark.text) == ("unreachable", "nobody is there for liaison (fallback.tell)")


def test_each_partner_is_told_in_the_way_that_it_agreed() -> None:
    agreements = [agreement(WATER, fallback="liaison"), agreement(GRID, "structural", fallback="telephone")]
    staff = (
        Post(Role.LIAISON, on_duty=1, handling=Spread(LIAISON_MS, LIAISON_MS)),
        Post(Role.HEAD_OF_INFORMATION, on_duty=PLENTY),
        Post(Role.INFORMATION_MANAGER, on_duty=PLENTY),
        Post(Role.INFORMATION_COORDINATOR, on_duty=PLENTY),
    )
    region = gone_over(brief(REGION, agreements=agreements, staff=staff))
    known = shared()
    update = Publish(f"activity/{FLOOD}/shared/{THEME}/{known.id}", ItemUpdate(item=known))
    region.at(200, say(update))
    assert only(Publish, region.at(200 + REACTION_MS)).topic == f"outside/{GRID}/{REGION}/briefing"
    assert only(Publish, region.at(200 + LIAISON_MS)).topic == f"outside/{WATER}/{REGION}/briefing"


@pytest.mark.parametrize(("how", "amount"), [("telephone", 34.0), ("liaison", 43.0)])
def test_what_is_told_goes_wrong_as_often_as_it_does_with_who_tells_it(how: str, amount: float) -> None:
    """The liaison swaps two digits of every figure; who keeps the information and calls does not."""
    staff = (Post(Role.LIAISON, on_duty=1, slip=1.0), Post(Role.HEAD_OF_INFORMATION, on_duty=PLENTY))
    party = gone_over(brief(WATER, agreements=[agreement(WATER, fallback=how)], staff=staff))
    party.at(200, say(own(amount=34.0)))
    told = sole(Publish, party.at(200 + REACTION_MS))
    assert content_of(told, Briefing).items[0].values[0].amount == amount


# Nothing is lost because nobody was there ---------------------------------------------------------

HEAD: Final = Role.HEAD_OF_INFORMATION
OFFICE: Final = Post(
    HEAD, on_duty=1, hours=(8 * HOUR_MS, 18 * HOUR_MS), attention_ms=HOUR_MS, handling=AT_ONCE
)


def office(clock_ms: int) -> Party:
    """A party of which one person is there from eight to six; the exercise begins at ``clock_ms``."""
    staff = (*(Post(role) for role in Role), OFFICE)
    known = brief(WATER, staff=staff, agreements=[agreement(WATER, fallback="telephone")])
    object.__setattr__(known, "clock_start_ms", clock_ms)
    return Party(known)


def mode(party: Party) -> Any:
    return party.state.mind(NAME)["mode"]


def test_a_tool_that_works_again_while_nobody_attends_is_gone_back_to_once_somebody_does() -> None:
    party = office(17 * HOUR_MS)
    party.at(0, DOWN)
    party.at(1, say(ACK))
    party.at(2 * HOUR_MS, UP)
    in_tool = delivered(REGION, Request(activity=FLOOD, purpose="verify"), f"post/{WATER}/{REGION}/request")
    missed = sole(Remark, party.at(3 * HOUR_MS, in_tool))
    assert party.at(14 * HOUR_MS) == []
    assert (missed.what, mode(party)) == ("unreachable", "over")
    acts = party.at(15 * HOUR_MS + AGAIN_MS)  # half past eight in the morning
    assert [act.text for act in acts if isinstance(act, Remark)] == [
        "the tool works again; brought up to date"
    ]
    assert mode(party) == "up"
    assert list(party.state.mind("heard")) == [in_tool.topic]


def test_a_tool_that_fails_while_nobody_attends_is_noticed_once_somebody_does() -> None:
    party = office(19 * HOUR_MS)
    party.at(0, DOWN)
    party.at(1, say(own()))
    party.at(2, say(own(2), ACK))
    party.at(12 * HOUR_MS)
    assert mode(party) == "failing"
    acts = party.at(13 * HOUR_MS + AGAIN_MS)
    assert mode(party) == "over"
    briefed, ack = (act for act in acts if isinstance(act, Publish))
    assert [one.version for one in content_of(briefed, Briefing).items] == [2]
    assert ack.topic == f"outside/{REGION}/{WATER}/ack"


def test_mail_that_nobody_came_to_tell_by_telephone_goes_out_in_the_tool() -> None:
    party = office(17 * HOUR_MS)
    party.at(0, DOWN)
    party.at(1 * HOUR_MS, say(ACK))  # after six
    party.at(10 * HOUR_MS, UP)
    party.state = msgspec.structs.replace(party.state, desks={})
    assert party.at(11 * HOUR_MS, Woken(BACK, UP.inject)) == [
        Remark("fallback", None, "the tool works again; brought up to date", UP.inject),
        ACK,
    ]
    assert not [act for act in party.at(40 * HOUR_MS) if isinstance(act, Publish)]


def test_a_call_of_an_earlier_outage_is_not_made_in_a_later_one() -> None:
    party = office(17 * HOUR_MS)
    party.at(0, DOWN)
    party.at(1 * HOUR_MS, say(ACK))
    party.at(10 * HOUR_MS, UP, Woken(BACK, UP.inject))
    party.at(11 * HOUR_MS, DOWN)
    party.at(12 * HOUR_MS, Woken(NOTICE, None))
    assert mode(party) == "over"
    assert not [act for act in party.at(40 * HOUR_MS) if isinstance(act, Publish)]


def test_what_is_told_by_telephone_is_registered_as_it_would_have_been_in_the_tool() -> None:
    party = gone_over()
    noted = Publish(ACK.topic, ACK.content, register=("noted", "what"))
    party.at(200, say(noted))
    assert only(Publish, party.at(200 + REACTION_MS)).register == ("noted", "what")


def test_of_what_waits_in_the_tool_the_newest_and_every_message_are_read() -> None:
    party = gone_over()
    topic = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-level"
    first, second = (delivered(REGION, ItemUpdate(item=shared(version=n)), topic) for n in (1, 2))
    asked = delivered(REGION, Request(activity=FLOOD, purpose="verify"), f"post/{WATER}/{REGION}/request")
    for now, one in enumerate((first, asked, second, asked)):
        party.at(200 + now, one)
    assert party.state.mind(NAME)["waiting"] == (asked, second, asked)


# Outages -----------------------------------------------------------------------------------------


def test_an_outage_is_noticed_and_left_as_a_cue_is() -> None:
    party = Party()
    assert party.at(0, ToolFails("o-1", refuses=False)) == []
    assert only(Remark, party.at(NOTICED_MS)).because_of == "o-1"
    assert party.at(500, ToolWorks("o-1", behind=False)) == []
    back = party.at(500 + REACTION_MS)
    assert only(Remark, back).text == "the tool works again; brought up to date"


def test_while_nobody_knows_better_what_the_tool_refuses_is_tried_and_then_told_otherwise() -> None:
    party = Party()
    party.at(0, ToolFails("o-1", refuses=True))
    assert party.at(10, say(ACK)) == [ACK]
    remark = only(Remark, party.at(20, Refused("publish", ACK.topic)))
    assert (remark.text, remark.because_of) == ("the tool is down; works by the fallback", "o-1")
    told = sole(Publish, party.at(20 + REACTION_MS))
    assert (told.topic, told.content) == (f"outside/{REGION}/{WATER}/ack", ACK.content)
    assert party.at(300, say(own())) == []


def test_what_cannot_be_reached_is_not_tried() -> None:
    party = Party()
    party.at(0, ToolFails("o-1", refuses=False))
    assert party.at(10, say(ACK)) == []


@pytest.mark.parametrize("refused", [Refused("subscribe", "activity/+/card"), Refused("publish", ACK.topic)])
def test_a_refusal_of_another_kind_tells_nothing_of_the_tool(refused: Refused) -> None:
    party = Party()
    if refused.attempt == "subscribe":
        party.at(0, ToolFails("o-1", refuses=True))
    assert party.at(10, refused) == []


def test_who_missed_something_asks_when_it_is_back_and_once() -> None:
    party = Party()
    party.at(0, ToolFails("o-1", refuses=True))
    party.at(NOTICED_MS)
    party.at(500, ToolWorks("o-1", behind=True))
    asked = [act for act in party.at(500 + REACTION_MS) if isinstance(act, Publish)]
    assert {content_of(act, Request).purpose for act in asked} == {"update"}
    party.at(1_000, ToolFails("o-2", refuses=False))
    party.at(1_000 + REACTION_MS)
    party.at(1_500, ToolWorks("o-2", behind=False))
    assert [act for act in party.at(1_500 + REACTION_MS) if isinstance(act, Publish)] == []


def test_who_is_behind_from_an_outage_that_nobody_had_left_yet_asks_after_the_next() -> None:
    party = Party()
    party.at(0, ToolFails("o-1", refuses=True))
    party.at(NOTICED_MS)
    party.at(500, ToolWorks("o-1", behind=True), ToolFails("o-2", refuses=False))
    party.at(500 + REACTION_MS)
    party.at(900, ToolWorks("o-2", behind=False))
    assert [act for act in party.at(900 + REACTION_MS) if isinstance(act, Publish)]


def test_what_lay_ready_while_a_person_sat_for_the_party_is_told_neither_by_telephone_nor_in_the_tool() -> (
    None
):
    party = gone_over()
    party.at(200, say(own(), ACK))
    party.at(300, HandedBack())
    assert party.at(300 + REACTION_MS) == []
    party.at(1_000, UP)
    assert [act for act in party.at(1_000 + REACTION_MS) if isinstance(act, Publish)] == []
    assert party.at(2_000, say(own(3))) == [own(3)]


def test_what_nobody_noticed_yet_was_the_persons_to_tell_too() -> None:
    party = Party()
    party.at(0, DOWN)
    party.at(10, say(own()))
    party.at(11, HandedBack())
    only(Remark, party.at(NOTICED_MS))
    assert party.at(NOTICED_MS + REACTION_MS) == []


def test_who_gets_the_desk_back_while_the_tool_works_goes_on_as_before() -> None:
    party = Party()
    assert party.at(0, HandedBack(), say(own())) == [own()]
    assert NAME not in party.state.minds
