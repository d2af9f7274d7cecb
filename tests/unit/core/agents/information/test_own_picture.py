"""Writing, as a party with a picture of its own does it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from sim.core.agents.acts import Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.own_picture import BEHAVIOUR
from sim.core.agents.information.statements import LOOKED_AT, SAID, STATED, THREATS
from sim.core.agents.information.writing import IMPORT_MS
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.mobilisation.engagement import NAME as ENGAGEMENT
from sim.core.messages.contents import Confidence, ItemUpdate
from sim.core.messages.items import Item, Sensitivity, VerificationStatus
from sim.core.model.staff import Post, Role
from sim.core.model.text import Text
from sim.core.picture.merge import newest
from tests.unit.core.agents.helpers import (
    FAR,
    FIRE,
    FLOOD,
    LEVEL,
    NEIGHBOUR,
    REACTION_MS,
    REGION,
    STATUS_THEME,
    THEME,
    WATER,
    brief,
    content_of,
    fact,
    item,
    knows,
    only,
    perceived,
    react,
    seen,
    sole,
    woken,
)

ME = brief(WATER)
TAB = f"activity/{FLOOD}/own/{WATER}/{THEME}/{WATER}-{LEVEL}"


def write(state: AgentState, now: int = 1_000) -> tuple[AgentState, list[Publish]]:
    """Perceive what the state knows of LEVEL, and write it."""
    _, acts = react(ME, BEHAVIOUR, state, perceived(state.knowledge[LEVEL]), now=now)
    wake = only(Wake, acts)
    assert wake.at_ms == now + REACTION_MS
    state, acts = react(ME, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, [act for act in acts if isinstance(act, Publish)]


def test_what_is_perceived_in_an_activity_goes_into_the_own_tab() -> None:
    state, acts = write(knows(seen(fact(amount=7.0), causation=("f-1",)), engaged={FLOOD: 0}))
    publish = only(Publish, acts)
    assert (publish.topic, publish.injects) == (TAB, ("f-1",))
    item = content_of(publish, ItemUpdate).item
    assert (item.version, item.values[0].amount, item.reported_at_ms) == (1, 7.0, 1_100)
    assert state.said == {item.id: item}


def test_what_was_said_in_an_answer_goes_into_the_own_tab_too() -> None:
    state = knows(seen(), engaged={FLOOD: 0})
    corrected = item(version=3, causation=("f-1",))
    after, acts = react(ME, BEHAVIOUR, state, Woken(STATED, corrected))
    publish = only(Publish, acts)
    assert (publish.topic, publish.injects, after.said) == (TAB, ("f-1",), state.said)
    assert content_of(publish, ItemUpdate).item == corrected


def test_what_belongs_to_two_activities_goes_into_both_tabs() -> None:
    _, acts = write(knows(seen(), engaged={FLOOD: 0, FIRE: 0}))
    assert [act.topic for act in acts] == [TAB.replace(FLOOD, FIRE), TAB]


def test_what_is_perceived_outside_any_activity_goes_into_the_risk_pictures() -> None:
    _, acts = write(knows(seen(fact(place=FAR)), engaged={FLOOD: 0}))
    assert [act.topic for act in acts] == [
        f"risk/{region}/{WATER}/{THEME}/{WATER}-{LEVEL}" for region in (NEIGHBOUR, REGION)
    ]


def test_what_was_said_already_is_not_said_again() -> None:
    state, _ = write(knows(seen(), engaged={FLOOD: 0}))
    assert write(state)[1] == []


def test_what_is_no_longer_believed_is_not_written() -> None:
    _, acts = react(ME, BEHAVIOUR, AgentState(), Woken("own-picture.write", LEVEL))
    assert acts == []


def begin(state: AgentState) -> tuple[AgentState, list[str]]:
    _, acts = react(ME, BEHAVIOUR, state, Woken(ENGAGED, FLOOD))
    state, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)), now=5_000)
    return state, [act.topic for act in acts if isinstance(act, Publish)]


def test_the_initial_picture_is_all_it_knows_of_the_activity() -> None:
    state = knows(seen(fact("bridge")), seen(), seen(fact("far-off", place=FAR)), engaged={FLOOD: 0})
    _, topics = begin(state)
    assert topics == [TAB.replace(LEVEL, "bridge"), TAB]


def test_the_initial_picture_and_an_effect_name_what_led_to_them() -> None:
    minds = {"engagement": {FLOOD: "vr24-3"}, THREATS: {"storm": ("risk-storm", "vr24-4")}}
    effect = seen(fact("cellar", effect_of="storm"))
    state = knows(seen(), effect, engaged={FLOOD: 0}, minds=minds)
    _, acts = react(ME, BEHAVIOUR, state, Woken(ENGAGED, FLOOD))
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert {act.because_of for act in acts if isinstance(act, Publish)} == {"vr24-3"}
    _, acts = react(ME, BEHAVIOUR, state, perceived(effect, asked=True))
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert sole(Publish, acts).because_of == "vr24-4"


def test_the_initial_picture_of_who_knows_nothing_says_that_it_looks_along() -> None:
    state, topics = begin(knows(seen(fact(place=FAR)), engaged={FLOOD: 0}))
    assert topics == [f"activity/{FLOOD}/own/{WATER}/{STATUS_THEME}/{WATER}-status-{WATER}"]
    said = state.said[f"{WATER}-status-{WATER}"]
    assert (said.text.en, said.observed_at_ms, said.values) == ("Nothing particular.", 5_000, ())


def test_a_party_that_left_before_its_initial_picture_makes_none() -> None:
    _, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0}), Woken(ENGAGED, FLOOD), now=0)
    assert react(ME, BEHAVIOUR, AgentState(), woken(only(Wake, acts))) == (AgentState(), [])


def test_a_supraregional_partner_says_the_same_in_each_regions_picture() -> None:
    """One item with one id, values and version, in every activity that it concerns (Beleidskader par. 2.3.2)."""
    state = knows(seen(fact(amount=7.0)), engaged={FIRE: 0, FLOOD: 0})
    for version in (1, 2):
        state, acts = write(state, now=1_000 * version)
        items = {publish.topic.split("/")[1]: content_of(publish, ItemUpdate).item for publish in acts}
        assert set(items) == {FIRE, FLOOD}
        assert items[FIRE] == items[FLOOD]
        assert items[FIRE].version == version
        state = knows(seen(fact(amount=8.0), at_ms=5), engaged=state.engaged, said=state.said)


def test_a_partner_without_an_agreement_there_tells_its_own_regions_instead() -> None:
    me = replace(ME, party=structs.replace(ME.party, regions=(NEIGHBOUR,)))
    state = knows(seen(), engaged={FLOOD: 0})
    _, acts = react(me, BEHAVIOUR, state, Woken("own-picture.write", LEVEL))
    published = [act.topic for act in acts if isinstance(act, Publish)]
    assert published == [f"risk/{NEIGHBOUR}/{WATER}/{THEME}/{WATER}-{LEVEL}"]


# What needs no hands, and what goes elsewhere -----------------------------------------------------


def importing(*systems: str) -> Brief:
    return replace(ME, party=msgspec.structs.replace(ME.party, imports=systems))


def test_its_own_system_brings_in_what_it_imports_after_a_fixed_delay() -> None:
    state = knows(seen(), engaged={FLOOD: 0})
    _, acts = react(importing("river"), BEHAVIOUR, state, perceived(state.knowledge[LEVEL]), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + IMPORT_MS
    _, acts = react(importing("river"), BEHAVIOUR, state, woken(wake))
    assert [act.topic for act in acts if isinstance(act, Publish)] == [TAB]


def test_what_it_does_not_import_is_written_by_hand() -> None:
    _, acts = react(importing("dike"), BEHAVIOUR, AgentState(), perceived(seen()), now=10)
    assert only(Wake, acts).at_ms == 10 + REACTION_MS


def test_what_another_errand_looks_at_is_stated_by_that_errand() -> None:
    state = knows(seen(), engaged={FLOOD: 0}).with_mind(LOOKED_AT, {LEVEL: "upkeep"})
    assert react(ME, BEHAVIOUR, state, perceived(seen(), asked=True))[1] == []
    assert only(Wake, react(ME, BEHAVIOUR, state, perceived(seen()))[1]).about == LEVEL


HYDRANTS = seen(fact(layer="hydrants"))


def test_what_stands_on_a_layer_stands_in_no_picture() -> None:
    state = knows(HYDRANTS, engaged={FLOOD: 0})
    assert react(ME, BEHAVIOUR, state, perceived(HYDRANTS))[1] == []
    assert react(ME, BEHAVIOUR, state, Woken(STATED, item()))[1] == []
    _, topics = begin(state)
    assert topics == [f"activity/{FLOOD}/own/{WATER}/{STATUS_THEME}/{WATER}-status-{WATER}"]


SECRET = seen(fact(sensitivity=Sensitivity.RESTRICTED))


def test_what_is_restricted_is_told_the_region_in_confidence_and_stands_in_no_tab() -> None:
    state, acts = write(knows(SECRET, engaged={FLOOD: 0}))
    publish = only(Publish, acts)
    assert publish.topic == f"post/{REGION}/{WATER}/confidence"
    assert content_of(publish, Confidence).items == (state.said[f"{WATER}-{LEVEL}"],)
    _, told = react(ME, BEHAVIOUR, state, Woken(STATED, state.said[f"{WATER}-{LEVEL}"]))
    assert only(Publish, told).topic == publish.topic


def test_an_initial_picture_of_nothing_but_secrets_says_that_it_looks_along() -> None:
    _, topics = begin(knows(SECRET, engaged={FLOOD: 0}))
    assert topics == [
        f"post/{REGION}/{WATER}/confidence",
        f"activity/{FLOOD}/own/{WATER}/{STATUS_THEME}/{WATER}-status-{WATER}",
    ]


@pytest.mark.parametrize("engaged", [{FLOOD: 0}, {}])
def test_a_region_keeps_its_own_secret_without_telling_itself(engaged: dict[str, int]) -> None:
    me, state = brief(REGION), knows(SECRET, engaged=engaged)
    state, acts = react(me, BEHAVIOUR, state, Woken("own-picture.write", LEVEL), now=7)
    assert only(Wake, acts) == Wake(7, SAID, LEVEL)
    assert f"{REGION}-{LEVEL}" in state.said


def test_a_region_tells_the_region_that_directs() -> None:
    state = knows(SECRET, engaged={FIRE: 0})
    _, acts = react(brief(REGION), BEHAVIOUR, state, Woken("own-picture.write", LEVEL))
    assert [act.topic for act in acts if isinstance(act, Publish)] == [
        f"post/{NEIGHBOUR}/{REGION}/confidence"
    ]


def test_the_call_is_the_cause_of_the_initial_picture_and_of_what_nobody_got_round_to() -> None:
    nobody = brief(WATER, staff=tuple(Post(role) for role in Role))
    state = knows(seen(), engaged={FLOOD: 0}).with_mind(ENGAGEMENT, {FLOOD: "vr24-1"})
    state, acts = react(ME, BEHAVIOUR, state, Woken(ENGAGED, FLOOD))
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert sole(Publish, acts).because_of == "vr24-1"
    _, acts = react(nobody, BEHAVIOUR, state, Woken(ENGAGED, FLOOD))
    assert (only(Remark, acts).what, only(Remark, acts).because_of) == ("unreachable", "vr24-1")


# Where it was told before --------------------------------------------------------------------------


def restated(state: AgentState, said: Item) -> tuple[AgentState, list[Publish]]:
    state, acts = react(ME, BEHAVIOUR, state, Woken(STATED, said))
    return state, [act for act in acts if isinstance(act, Publish)]


@pytest.mark.parametrize("status", [VerificationStatus.CORRECTED, VerificationStatus.REFUTED])
def test_what_was_put_right_is_told_where_it_stood_before_as_well(status: VerificationStatus) -> None:
    """In the cold phase it stood in the risk pictures; since then the activity has been opened."""
    state, before = write(knows(seen(), engaged={}))
    state = structs.replace(state, engaged={FLOOD: 0})
    state, news = restated(state, item(version=2))
    assert [act.topic for act in news] == [TAB]
    _, acts = restated(state, item(version=3, status=status))
    assert [act.topic for act in acts] == [TAB, *(act.topic for act in before)]
    assert {content_of(act, ItemUpdate).item.version for act in acts} == {3}


def test_what_turns_out_not_to_be_for_all_is_taken_back_where_all_read_it() -> None:
    state, _ = write(knows(seen(), engaged={FLOOD: 0}))
    secret = item(
        version=2,
        reported=2_000,
        status=VerificationStatus.CORRECTED,
        sensitivity=Sensitivity.RESTRICTED,
        words="secret",
    )
    state, acts = restated(state, secret)
    told, gone = acts
    assert content_of(told, Confidence).items == (secret,)
    blank = content_of(gone, ItemUpdate).item
    assert (gone.topic, blank.version, blank.verification.status) == (TAB, 2, VerificationStatus.REFUTED)
    assert (blank.values, blank.geometry, blank.text, blank.sensitivity) == (
        (),
        None,
        Text("", ""),
        "general",
    )
    assert newest(blank, secret) == secret
    assert newest(blank, item()) == blank
    assert len(restated(state, secret)[1]) == 1


def test_what_becomes_restricted_was_rightly_told_before() -> None:
    state, _ = write(knows(seen(), engaged={FLOOD: 0}))
    secret = item(version=2, sensitivity=Sensitivity.RESTRICTED)
    _, acts = restated(state, secret)
    assert content_of(only(Publish, acts), Confidence).items == (secret,)
