from __future__ import annotations

from sim.core.agents.acts import Publish, Remark
from sim.core.agents.agent import AgentState
from sim.core.agents.information.confidences import confidants, confide, in_confidence
from sim.core.messages.contents import Confidence
from sim.core.messages.items import Sensitivity
from sim.core.model.staff import Post, Role
from sim.core.model.time import HOUR_MS
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    NEIGHBOUR,
    RAIL,
    REGION,
    WATER,
    brief,
    content_of,
    item,
    only,
    people,
    sole,
)

SECRET = item(sensitivity=Sensitivity.RESTRICTED, causation=("f-1",))


def test_in_an_activity_the_region_that_directs_it_hears() -> None:
    assert confidants(brief(WATER), [FIRE, FLOOD]) == [(FIRE, NEIGHBOUR), (FLOOD, REGION)]


def test_in_the_cold_phase_every_region_of_the_party_hears() -> None:
    assert confidants(brief(WATER), []) == [("", NEIGHBOUR), ("", REGION)]


def test_a_confidence_goes_by_post_with_the_faults_behind_it() -> None:
    publish = only(Publish, in_confidence(brief(WATER), AgentState(), [SECRET], [FLOOD], 10))
    assert (publish.topic, publish.injects) == (f"post/{REGION}/{WATER}/confidence", ("f-1",))
    assert content_of(publish, Confidence) == Confidence(activity=FLOOD, items=(SECRET,))


def test_a_region_tells_itself_nothing() -> None:
    assert in_confidence(brief(REGION), AgentState(), [SECRET], [FLOOD], 10) == []


def test_without_items_nothing_is_told() -> None:
    assert in_confidence(brief(RAIL), AgentState(), [], [FLOOD], 10) == []


def test_outside_the_tool_it_goes_by_word_of_mouth_and_can_be_copied_wrongly() -> None:
    me = brief(RAIL, humans=people(slip=1.0))
    acts = confide(me, AgentState(), REGION, [item(amount=12.0)], FLOOD, 10, "e-7")
    publish = sole(Publish, acts)
    assert (publish.topic, publish.because_of) == (f"outside/{REGION}/{RAIL}/confidence", "e-7")
    (told,) = content_of(publish, Confidence).items
    assert (told.values[0].amount, told.source.through) == (21.0, RAIL)
    assert sole(Remark, acts).what == "slip"


def test_it_is_told_within_the_limits_of_who_is_there_and_not_of_who_usually_does_it() -> None:
    """At night the liaison is at home, and the decision maker passes it on."""
    day = Post(Role.LIAISON, on_duty=1, hours=(HOUR_MS, 2 * HOUR_MS), slip=1.0)
    me = brief(RAIL, staff=(day, Post(Role.DECISION_MAKER, on_duty=1)))
    told = [confide(me, AgentState(), REGION, [item(amount=12.0)], FLOOD, now) for now in (0, HOUR_MS)]
    amounts = [content_of(sole(Publish, acts), Confidence).items[0].values[0].amount for acts in told]
    assert amounts == [12.0, 21.0]
