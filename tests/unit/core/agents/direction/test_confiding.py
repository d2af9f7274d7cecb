from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sim.core.agents.acts import Publish, Wake, Woken
from sim.core.agents.admission import admitting
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.confiding import BEHAVIOUR, NAME, RELAY
from sim.core.agents.information.statements import SAID
from sim.core.messages.contents import Confidence
from sim.core.messages.items import Item, Sensitivity
from sim.core.model.agreement import Agreement
from tests.unit.core.agents.helpers import (
    CAMPING,
    CARE,
    CROSS,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    RAIL,
    REGION,
    RIVER,
    THEME,
    WATER,
    agreement,
    brief,
    content_of,
    delivered,
    item,
    only,
    react,
    woken,
)

SECRET = item(sensitivity=Sensitivity.RESTRICTED, causation=("f-1",))
MINE = item(f"{REGION}-{LEVEL}", source=REGION, sensitivity=Sensitivity.RESTRICTED)


def may(*partners: str, systems: tuple[str, ...] = (RIVER,)) -> list[Agreement]:
    return [agreement(partner, restricted_systems=systems) for partner in partners]


BRING = Woken(admitting.BRING, (FLOOD, CROSS, (), "e-8"))


def let_in(state: AgentState) -> AgentState:
    return state.with_mind(admitting.NAME, {(FLOOD, CROSS): "activity-reader"})


def region(*agreements: Agreement) -> Brief:
    return brief(REGION, agreements=agreements)


def told(me: Brief, state: AgentState, activity: str = FLOOD, *items: Item) -> tuple[AgentState, list[str]]:
    """Confide items in the region, and return on which topics it passes them on."""
    confidence = Confidence(activity=activity, items=items or (SECRET,))
    state, acts = react(me, BEHAVIOUR, state, delivered(WATER, confidence, event_id="e-5"))
    if not acts:
        return state, []
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert all(isinstance(act, Publish) and act.because_of == "e-5" for act in acts)
    return state, [act.topic for act in acts if isinstance(act, Publish)]


def test_only_who_may_have_the_system_by_agreement_is_told() -> None:
    me = region(*may(GRID), *may(CARE, systems=("care",)), agreement(RAIL))
    _, topics = told(me, AgentState())
    assert topics == [f"post/{GRID}/{REGION}/confidence"]


def test_who_told_it_does_not_hear_it_back() -> None:
    assert told(region(*may(WATER)), AgentState())[1] == []


def test_a_partner_outside_the_tool_hears_it_outside_the_tool() -> None:
    assert told(region(*may(RAIL)), AgentState())[1] == [f"outside/{RAIL}/{REGION}/confidence"]


def test_who_takes_no_part_is_not_told_before_it_is_let_in() -> None:
    me = region(*may(CROSS))
    state, topics = told(me, AgentState())
    assert topics == []
    state = let_in(state)
    _, acts = react(me, BEHAVIOUR, state, BRING)
    publish = only(Publish, acts)
    assert (publish.topic, publish.because_of) == (f"post/{CROSS}/{REGION}/confidence", "e-8")
    assert told(me, state)[1] == [f"post/{CROSS}/{REGION}/confidence"]


@pytest.mark.parametrize(("party", "bundle"), [(CROSS, "activity-reader"), (CAMPING, "seconded-head")])
def test_who_is_let_in_by_a_grant_is_told_only_meanwhile_even_if_listed_among_those_who_take_part(
    party: str, bundle: str
) -> None:
    me = region(agreement(party, restricted_systems=(RIVER,), seconded_themes=(THEME,)))
    known = me.activities[FLOOD]
    listed = msgspec.structs.replace(known, parties=(*known.parties, party))
    me = replace(me, activities={**me.activities, FLOOD: listed})
    assert told(me, AgentState())[1] == []
    inside = AgentState().with_mind(admitting.NAME, {(FLOOD, party): bundle})
    assert len(told(me, inside)[1]) == 1
    assert told(me, inside.without(admitting.NAME, (FLOOD, party)))[1] == []


def test_who_was_let_out_before_the_snapshot_came_is_not_told_either() -> None:
    me = region(*may(CROSS))
    state, _ = told(me, AgentState())
    assert react(me, BEHAVIOUR, state, BRING)[1] == []


def test_a_seconded_head_hears_only_of_its_themes() -> None:
    me = region(agreement(CAMPING, restricted_systems=(RIVER,), seconded_themes=("other",)))
    state = AgentState().with_mind(admitting.NAME, {(FLOOD, CAMPING): "seconded-head"})
    assert told(me, state)[1] == []
    other = item(theme="other", sensitivity=Sensitivity.RESTRICTED)
    assert told(me, state, FLOOD, other)[1] == [f"outside/{CAMPING}/{REGION}/confidence"]


def test_who_is_let_in_hears_what_was_known_before_the_activity_and_belongs_to_it() -> None:
    me = region(*may(CROSS))
    older = item("wl-vault", version=1, subject="vault", sensitivity=Sensitivity.RESTRICTED)
    far = item("wl-far", subject="far", place=FAR, sensitivity=Sensitivity.RESTRICTED)
    state, _ = told(me, AgentState(), "", SECRET, older, far)
    newer = msgspec.structs.replace(older, version=2)
    state, _ = told(me, state, FLOOD, newer)
    _, acts = react(me, BEHAVIOUR, let_in(state), BRING)
    assert content_of(only(Publish, acts), Confidence).items == (SECRET, newer)


def test_who_is_let_in_hears_nothing_of_another_activity() -> None:
    me = region(*may(CROSS))
    state = let_in(AgentState().with_mind(NAME, {(FIRE, SECRET.id): SECRET}))
    assert react(me, BEHAVIOUR, state, BRING)[1] == []


def test_who_is_let_in_without_an_agreement_hears_nothing() -> None:
    state, _ = told(region(), AgentState())
    assert react(region(), BEHAVIOUR, let_in(state), BRING)[1] == []


def test_in_the_cold_phase_all_with_an_agreement_here_may_be_told_but_for_who_reads_only_when_let_in() -> (
    None
):
    elsewhere = Agreement(
        GRID, agreement(GRID).core_task, "structural", ("vr23",), restricted_systems=(RIVER,)
    )
    me = region(*may(CARE, CROSS), elsewhere)
    assert told(me, AgentState(), "")[1] == [f"post/{CARE}/{REGION}/confidence"]


def test_a_confidence_in_an_activity_of_another_region_is_for_that_region() -> None:
    assert told(region(*may(GRID)), AgentState(), FIRE)[1] == []


@pytest.mark.parametrize(("engaged", "activity"), [({FLOOD: 0}, FLOOD), ({}, "")])
def test_what_the_region_itself_knows_is_passed_on_too(engaged: dict[str, int], activity: str) -> None:
    me = region(*may(GRID))
    state = AgentState(said={MINE.id: MINE}, engaged=engaged)
    _, acts = react(me, BEHAVIOUR, state, Woken(SAID, LEVEL))
    wake = only(Wake, acts)
    assert wake.errand == RELAY
    state, acts = react(me, BEHAVIOUR, state, woken(wake))
    assert content_of(only(Publish, acts), Confidence) == Confidence(activity=activity, items=(MINE,))
    assert state.mind(NAME) == {(activity, MINE.id): MINE}


@pytest.mark.parametrize(
    "state",
    [
        AgentState(engaged={FLOOD: 0}),
        AgentState(engaged={FLOOD: 0}, said={MINE.id: item(MINE.id, source=REGION)}),
        AgentState(engaged={FIRE: 0}, said={MINE.id: MINE}),
    ],
    ids=["not said", "not restricted", "directed by another"],
)
def test_what_is_not_the_regions_secret_is_not_passed_on(state: AgentState) -> None:
    assert react(region(*may(GRID)), BEHAVIOUR, state, Woken(SAID, LEVEL))[1] == []


def test_what_says_the_same_is_not_passed_on_again_but_to_who_is_let_in_anew() -> None:
    me = region(*may(GRID), *may(CROSS))
    state, topics = told(me, let_in(AgentState()))
    assert len(topics) == 2
    again = msgspec.structs.replace(SECRET, version=2, observed_at_ms=500)
    state, topics = told(me, state, FLOOD, again)
    assert topics == []
    assert content_of(only(Publish, react(me, BEHAVIOUR, state, BRING)[1]), Confidence).items == (again,)
    other = item(version=3, amount=900.0, sensitivity=Sensitivity.RESTRICTED)
    assert len(told(me, state, FLOOD, other)[1]) == 2
