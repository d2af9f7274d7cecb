"""Directing: what the region's information manager makes of what sources say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Delivered, Look, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.directing import BEHAVIOUR, SAME_MOMENT_MS, TAKE_IN
from sim.core.agents.direction.shared_picture import STILL_DISPUTED, doubted_beforehand
from sim.core.agents.information.statements import SAID
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.contents import Briefing, ItemUpdate, Request, SitRep
from sim.core.messages.items import Basis, Item, ItemRef, Sensitivity, Source, VerificationStatus
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    CARE,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    RAIL,
    REACTION_MS,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    delivered,
    fact,
    item,
    knows,
    only,
    people,
    react,
    seen,
    shared,
    sole,
    woken,
)

ME = brief(REGION)
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
STATUS = VerificationStatus
LATER = SAME_MOMENT_MS + 1
OPEN = AgentState(engaged={FLOOD: 0})


def tab(said: Item, owner: str = WATER, activity: str = FLOOD) -> Delivered:
    topic = f"activity/{activity}/own/{owner}/{said.theme}/{said.id}"
    return delivered(owner, ItemUpdate(item=said), topic, event_id="e-5")


def standing(**fields: Any) -> AgentState:
    """A region whose shared picture has one item about LEVEL."""
    known = shared(**fields)
    return AgentState(said={known.id: known}, engaged={FLOOD: 0})


def take_in(
    state: AgentState, *stimuli: Delivered, me: Brief = ME, now: int = 10_000
) -> tuple[AgentState, list[Any]]:
    """Let messages arrive, and handle them after the reaction."""
    state, wakes = react(me, BEHAVIOUR, state, *stimuli, now=now)
    acts: list[Any] = []
    for wake in wakes:
        assert isinstance(wake, Wake)
        assert wake.at_ms == now + REACTION_MS
        state, more = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
        acts += more
    return state, acts


def written(acts: list[Any]) -> Item:
    """The one shared item that was written."""
    publish = next(act for act in acts if isinstance(act, Publish) and act.topic.startswith("activity"))
    assert publish.topic == SHARED
    return content_of(publish, ItemUpdate).item


def test_a_first_statement_from_an_own_tab_is_shared() -> None:
    state, acts = take_in(OPEN, tab(item(version=4, causation=("f-1",), observed=7)))
    publish = only(Publish, acts)
    assert (publish.because_of, publish.injects) == ("e-5", ("f-1",))
    new = written(acts)
    assert (new.id, new.version, new.relates_to) == (f"{FLOOD}-{LEVEL}", 1, (f"{WATER}-{LEVEL}",))
    assert (new.observed_at_ms, new.reported_at_ms, new.source.party) == (7, 10_100, WATER)
    assert state.said == {new.id: new}


@pytest.mark.parametrize(
    "stimulus",
    [
        tab(item(), activity=FIRE),
        delivered(WATER, ItemUpdate(item=item()), f"national/{THEME}/x"),
        delivered(WATER, ItemUpdate(item=item()), "nothing"),
        tab(item(sensitivity=Sensitivity.RESTRICTED)),
        delivered(WATER, SitRep(activity=FIRE, from_ms=0, to_ms=1, due_ms=1, items=(item(),))),
        delivered(WATER, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1)),
        delivered(WATER, Briefing(activity=FLOOD, items=(item(),))),
        delivered(WATER, Briefing(activity=FLOOD, items=(item(),)), "nothing"),
        delivered(WATER, Briefing(activity=FIRE, items=(item(),)), f"outside/{REGION}/{WATER}/briefing"),
    ],
    ids=[
        "another's",
        "national",
        "no-topic",
        "restricted",
        "report-of-another's",
        "empty",
        "by-post",
        "nowhere",
        "told-of-another's",
    ],
)
def test_what_is_not_for_its_picture_is_left_alone(stimulus: Delivered) -> None:
    assert react(ME, BEHAVIOUR, OPEN, stimulus) == (OPEN, [])


@pytest.mark.parametrize(
    "stimulus",
    [
        tab(item()),
        delivered(WATER, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1, items=(item(),))),
        delivered(WATER, Briefing(activity=FLOOD, items=(item(),)), f"outside/{REGION}/{WATER}/briefing"),
    ],
    ids=["own-tab", "report", "by-telephone"],
)
def test_what_is_told_before_the_activity_is_open_waits(stimulus: Delivered) -> None:
    assert react(ME, BEHAVIOUR, AgentState(), stimulus) == (AgentState(), [])


def test_opening_an_activity_takes_in_what_was_told_before() -> None:
    told = [
        item(),
        item("wl-bridge", subject="bridge", place=None),
        item("wl-far", subject="far", place=FAR),
        item("wl-secret", subject="secret", sensitivity=Sensitivity.RESTRICTED),
    ]
    state, acts = react(
        ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0}, picture=of(told)), Woken(ENGAGED, FLOOD), now=10
    )
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    state, _ = react(ME, BEHAVIOUR, state, woken(wake))
    assert sorted(state.said) == [f"{FLOOD}-bridge", f"{FLOOD}-{LEVEL}"]


def test_what_the_risk_picture_said_before_names_what_told_it() -> None:
    risk = delivered(WATER, ItemUpdate(item=item()), f"risk/{REGION}/{WATER}/{THEME}/x", event_id="wl-7")
    state, acts = react(ME, BEHAVIOUR, AgentState(picture=of([item(), item("wl-x", subject="x")])), risk)
    assert acts == []
    state = msgspec.structs.replace(state, engaged={FLOOD: 0})
    state, acts = react(ME, BEHAVIOUR, state, Woken(ENGAGED, FLOOD))
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert [act.because_of for act in acts if isinstance(act, Publish)] == ["wl-7", ""]


@pytest.mark.parametrize(("activity", "told"), [(FIRE, [item()]), (FLOOD, []), (FLOOD, [item(place=FAR)])])
def test_opening_with_nothing_to_take_in_does_nothing(activity: str, told: list[Item]) -> None:
    state = AgentState(engaged={activity: 0}, picture=of(told))
    assert react(ME, BEHAVIOUR, state, Woken(ENGAGED, activity)) == (state, [])


def test_a_report_is_taken_in_as_one_thing() -> None:
    items = (item(), item("wl-bridge", subject="bridge"), item("wl-x", sensitivity=Sensitivity.RESTRICTED))
    report = delivered(GRID, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1, items=items))
    state, acts = take_in(OPEN, report)
    assert [act.topic.rsplit("/", 1)[1] for act in acts] == [f"{FLOOD}-{LEVEL}", f"{FLOOD}-bridge"]
    assert sorted(state.said) == [f"{FLOOD}-bridge", f"{FLOOD}-{LEVEL}"]


def test_a_repeated_statement_changes_nothing() -> None:
    state, _ = take_in(OPEN, tab(item()))
    assert take_in(state, tab(item(version=2))) == (state, [])


@pytest.mark.parametrize(
    "newer",
    [
        item(observed=5, words="other"),
        item(amount=310.0),
        item(place=FAR),
        item(words="more"),
    ],
)
def test_a_newer_statement_of_the_same_source_replaces_the_old(newer: Item) -> None:
    _, acts = take_in(standing(), tab(newer))
    new = written(acts)
    assert new.version == 2
    assert (new.observed_at_ms, new.values, new.geometry, new.text) == (
        newer.observed_at_ms,
        newer.values,
        newer.geometry,
        newer.text,
    )


def test_an_older_statement_of_the_same_source_changes_nothing() -> None:
    state = standing(observed=50)
    assert take_in(state, tab(item(observed=49))) == (state, [])


def test_an_older_statement_that_its_source_dated_anew_takes_the_place_of_the_misdated_one() -> None:
    state = standing(observed=50, relates_to=(f"{WATER}-{LEVEL}",))
    anew = item(version=3, observed=49, status=STATUS.CORRECTED, relates_to=(f"{WATER}-{LEVEL}",))
    _, acts = take_in(state, tab(anew))
    assert (written(acts).observed_at_ms, written(acts).verification.status) == (49, STATUS.CORRECTED)
    newer = msgspec.structs.replace(state, picture={anew.id: item(version=4, observed=50)})
    assert take_in(newer, tab(anew))[1] == []


@pytest.mark.parametrize(("observed", "shared_at"), [(0, 50), (50, 0), (SAME_MOMENT_MS, 0)])
def test_a_second_source_that_agrees_verifies(observed: int, shared_at: int) -> None:
    _, acts = take_in(standing(observed=shared_at), tab(item(source=GRID, observed=observed, amount=305.0)))
    new = written(acts)
    assert (new.verification.status, new.verification.by) == (STATUS.VERIFIED, REGION)
    assert (new.source.party, new.values[0].amount, new.version) == (WATER, 300.0, 2)


@pytest.mark.parametrize(("observed", "source"), [(LATER, GRID), (-LATER, WATER)])
def test_a_second_source_at_another_moment_replaces_only_when_newer(observed: int, source: str) -> None:
    state, acts = take_in(standing(), tab(item(source=GRID, observed=observed, amount=900.0)))
    assert state.said[f"{FLOOD}-{LEVEL}"].source.party == source
    assert bool(acts) == (source == GRID)


@pytest.mark.parametrize(
    ("known", "new", "replaced"),
    [
        ({"status": STATUS.VERIFIED}, item(source=GRID, observed=5), False),
        ({"status": STATUS.DISPUTED}, item(source=GRID, observed=5), False),
        ({"amount": None}, item(source=GRID, observed=5), True),
        ({"place": None, "observed": 9}, item(source=GRID, observed=5), False),
    ],
    ids=["verified", "disputed", "completes-newer", "completes-older"],
)
def test_a_second_source_replaces_only_to_complete_and_only_when_newer(
    known: dict[str, Any], new: Item, replaced: bool
) -> None:
    state = standing(**known)
    after, acts = take_in(state, tab(new))
    if replaced:
        assert written(acts).source.party == GRID
    else:
        assert (after, acts) == (state, [])


def test_a_second_source_that_contradicts_is_disputed_and_both_are_asked() -> None:
    known = {"causation": ("f-1",), "relates_to": ("wl-level",), "version": 3}
    state, acts = take_in(standing(**known), tab(item("enexis-level", source=GRID, amount=900.0), GRID))
    new = written(acts)
    assert (new.verification.status, new.values[0].amount) == (STATUS.DISPUTED, 300.0)
    assert sole(Remark, acts).what == "recognised"
    requests = [act for act in acts if isinstance(act, Publish) and act.topic.endswith("/request")]
    assert [act.topic for act in requests] == [f"post/{to}/{REGION}/request" for to in (WATER, GRID)]
    first, second = (content_of(act, Request) for act in requests)
    assert (first.purpose, first.subject, first.about) == ("verify", LEVEL, ItemRef(f"{FLOOD}-{LEVEL}", 3))
    assert second.about == ItemRef("enexis-level", 1)
    assert requests[0].injects == ("f-1",)
    assert state.said[new.id] == new


def test_a_contradiction_is_handled_once_for_each_statement() -> None:
    contradiction = tab(item("enexis-level", source=GRID, amount=900.0), GRID)
    state, _ = take_in(standing(), contradiction)
    assert take_in(state, contradiction) == (state, [])


def test_another_contradiction_of_what_is_disputed_only_asks_the_new_source() -> None:
    state, acts = take_in(
        standing(status=STATUS.DISPUTED), tab(item("prorail-level", source=RAIL, amount=900.0), RAIL)
    )
    assert only(Publish, acts[1:]).topic == f"outside/{RAIL}/{REGION}/request"
    assert isinstance(acts[0], Remark)
    assert state.said == standing(status=STATUS.DISPUTED).said


def test_a_contradiction_of_its_own_statement_makes_the_region_look() -> None:
    _, acts = take_in(standing(source=REGION), tab(item(amount=900.0)))
    assert sole(Look, acts) == Look(LEVEL)


def test_a_newer_correction_is_taken_over_without_asking() -> None:
    corrected = item(source=GRID, amount=900.0, status=STATUS.CORRECTED)
    new = written(take_in(standing(), tab(corrected, GRID))[1])
    assert (new.values[0].amount, new.verification.status) == (900.0, STATUS.CORRECTED)


def test_an_older_correction_that_contradicts_is_asked_about() -> None:
    corrected = item(source=GRID, amount=900.0, status=STATUS.CORRECTED, observed=1)
    _, acts = take_in(standing(observed=5), tab(corrected, GRID))
    assert written(acts).verification.status is STATUS.DISPUTED


@pytest.mark.parametrize(("observed", "amounts"), [(9, [900.0]), (1, [])])
def test_a_contradiction_that_nobody_notices_leaves_the_last_word(
    observed: int, amounts: list[float]
) -> None:
    blind = brief(REGION, humans=people(skill=0.0))
    contradiction = item(source=GRID, amount=900.0, observed=observed)
    _, acts = take_in(standing(observed=5), tab(contradiction, GRID), me=blind)
    remark, *rest = acts
    assert (remark.what, remark.item) == ("overlooked", contradiction)
    assert [content_of(act, ItemUpdate).item.values[0].amount for act in rest] == amounts


# What the region itself knows --------------------------------------------------------------------


def share_own(state: AgentState) -> list[Any]:
    """Turn to what the region has just written in its own picture."""
    _, acts = react(ME, BEHAVIOUR, state, Woken(SAID, LEVEL), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    return list(react(ME, BEHAVIOUR, state, woken(wake))[1])


def own(**fields: Any) -> dict[str, Item]:
    return {f"{REGION}-{LEVEL}": item(f"{REGION}-{LEVEL}", source=REGION, **fields)}


def test_what_the_region_itself_has_stated_is_shared_in_what_it_directs() -> None:
    acts = share_own(knows(seen(), said=own(), engaged={FLOOD: 0, FIRE: 0}))
    assert (only(Publish, acts).topic, only(Publish, acts).because_of) == (SHARED, "")


@pytest.mark.parametrize(
    "state",
    [
        knows(seen(), engaged={FLOOD: 0}),
        AgentState(said=own(), engaged={FLOOD: 0}),
        knows(seen(), said=own(sensitivity=Sensitivity.RESTRICTED), engaged={FLOOD: 0}),
        knows(seen(), said=own(), engaged={FIRE: 0}),
        knows(seen(fact(place=FAR)), said=own(), engaged={FLOOD: 0}),
    ],
    ids=["not-written", "not-believed", "restricted", "another's", "elsewhere"],
)
def test_what_the_region_may_not_or_cannot_share_stays_its_own(state: AgentState) -> None:
    assert share_own(state) == []


# By telephone, and what was taken out ------------------------------------------------------------


def test_what_a_partner_tells_by_telephone_is_taken_in() -> None:
    told = Briefing(activity=FLOOD, items=(item(),))
    _, acts = take_in(OPEN, delivered(WATER, told, f"outside/{REGION}/{WATER}/briefing"))
    assert written(acts).source.party == WATER


@pytest.mark.parametrize(("observed", "comes_back"), [(0, False), (1, True)])
def test_what_was_taken_out_comes_back_only_with_something_newer(observed: int, comes_back: bool) -> None:
    state = standing(status=STATUS.LAPSED, valid_until=9_000)
    after, acts = take_in(state, tab(item(observed=observed, amount=900.0)))
    assert bool(acts) == comes_back
    if comes_back:
        assert (written(acts).version, written(acts).valid_until_ms) == (2, None)
    else:
        assert after == state


# Saying it again ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", [VerificationStatus.UNVERIFIED, VerificationStatus.VERIFIED, VerificationStatus.DISPUTED]
)
def test_a_source_that_says_the_same_again_gives_a_new_time_by_nobodys_hands(
    status: VerificationStatus,
) -> None:
    _, acts = react(ME, BEHAVIOUR, standing(status=status), tab(item(observed=5, version=2)))
    new = content_of(only(Publish, acts), ItemUpdate).item
    assert (new.version, new.observed_at_ms, new.verification.status) == (2, 5, status)
    assert (new.id, new.relates_to) == (f"{FLOOD}-{LEVEL}", (f"{WATER}-{LEVEL}",))


@pytest.mark.parametrize(
    "said",
    [
        item(observed=5, place=None),
        item(observed=5, status=VerificationStatus.REFUTED),
        item(observed=5, status=VerificationStatus.CORRECTED),
        item(observed=5, words="other"),
        item("x", observed=5, source=CARE),
    ],
)
def test_what_is_no_mere_repetition_is_weighed_by_somebody(said: Item) -> None:
    _, acts = react(ME, BEHAVIOUR, standing(), tab(said))
    assert only(Wake, acts).errand == TAKE_IN


def test_a_restricted_repetition_is_not_shared() -> None:
    secret = item(observed=5, sensitivity=Sensitivity.RESTRICTED)
    assert react(ME, BEHAVIOUR, standing(), tab(secret))[1] == []


# What confirms, and what does not ------------------------------------------------------------------

FIRST_HAND = item("enexis-level", source=GRID, observed=5)


def by(said: Item, source: Source) -> Item:
    return msgspec.structs.replace(said, source=source)


@pytest.mark.parametrize(
    "second",
    [
        by(FIRST_HAND, Source(GRID, Basis.RUMOUR)),
        by(FIRST_HAND, Source(GRID, Basis.REPORTED)),
        by(FIRST_HAND, Source(GRID, Basis.ESTIMATED, through=GRID)),
        by(FIRST_HAND, Source(CARE, Basis.OBSERVED)),
        by(FIRST_HAND, Source(GRID, Basis.REPORTED, through=WATER)),
        msgspec.structs.replace(FIRST_HAND, relates_to=("wl-level",)),
    ],
    ids=["rumour", "reported", "estimated", "not competent", "through the first", "made from the first"],
)
@pytest.mark.parametrize("skill", [0.0, 1.0])
def test_an_echo_or_what_was_only_heard_verifies_nothing(second: Item, skill: float) -> None:
    me = brief(REGION, humans=people(skill=skill))
    state = standing(relates_to=("wl-level",))
    after, acts = take_in(state, tab(second), me=me)
    assert after.said == state.said
    remarks = [act.text for act in acts if isinstance(act, Remark)]
    asked = [content_of(act, Request).subject for act in acts if isinstance(act, Publish)]
    assert (remarks, asked) == (
        (["repeats what was heard; no second source"], [LEVEL]) if skill else ([], [])
    )
    assert take_in(after, tab(second), me=me)[1] == []


def test_a_liaison_tells_what_its_own_party_saw() -> None:
    second = by(item("prorail-level", source=RAIL, observed=5), Source(RAIL, Basis.REPORTED, through=RAIL))
    assert written(take_in(standing(), tab(second))[1]).verification.status is STATUS.VERIFIED


def test_what_was_seen_takes_the_place_of_what_was_heard_and_is_not_verified_by_it() -> None:
    known = shared()
    rumour = by(known, Source(WATER, Basis.RUMOUR))
    state = AgentState(said={known.id: rumour}, engaged={FLOOD: 0})
    new = written(take_in(state, tab(FIRST_HAND))[1])
    assert (new.source.party, new.verification.status) == (GRID, STATUS.UNVERIFIED)


# What is taken back, not whole, or doubted before it came ------------------------------------------


@pytest.mark.parametrize("status", [STATUS.REFUTED, STATUS.LAPSED])
def test_what_its_source_takes_back_is_refuted_here_too(status: VerificationStatus) -> None:
    taken_back = item(status=status, version=2)
    state, acts = take_in(standing(), tab(taken_back))
    assert written(acts).verification == taken_back.verification
    assert take_in(state, tab(taken_back)) == (state, [])


@pytest.mark.parametrize(
    "state", [OPEN, standing(source=GRID), standing(observed=9)], ids=["unknown", "another's", "newer"]
)
def test_what_is_taken_back_and_does_not_stand_changes_nothing(state: AgentState) -> None:
    assert take_in(state, tab(item(status=STATUS.REFUTED))) == (state, [])


@pytest.mark.parametrize("bare", [item(source="nobody"), item(theme="")])
def test_what_nobody_says_or_has_no_theme_is_left_out(bare: Item) -> None:
    told = delivered(WATER, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1, items=(bare,)))
    assert take_in(OPEN, told) == (OPEN, [])


def test_what_was_doubted_before_it_came_is_put_in_as_disputed() -> None:
    said = item(version=4)
    state = doubted_beforehand(OPEN, ItemRef(said.id, said.version), FLOOD)
    _, acts = take_in(state, tab(said))
    assert written(acts).verification.status is STATUS.DISPUTED
    assert sole(Wake, acts).errand == STILL_DISPUTED


@pytest.mark.parametrize(
    ("said", "comes_in"),
    [
        (item("enexis-level", source=GRID, amount=900.0), True),
        (item(observed=9, amount=900.0), True),
        (item(amount=900.0), False),
    ],
    ids=["another source", "newer", "the same again"],
)
def test_what_was_refuted_gives_way_to_another_source_or_to_something_newer(
    said: Item, comes_in: bool
) -> None:
    state, acts = take_in(standing(status=STATUS.REFUTED), tab(said))
    assert bool(acts) is comes_in
    status = state.said[f"{FLOOD}-{LEVEL}"].verification.status
    assert status is (STATUS.UNVERIFIED if comes_in else STATUS.REFUTED)
