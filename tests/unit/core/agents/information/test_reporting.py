from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.acts import Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.reporting import BEHAVIOUR, DUE, PREPARE, SEND
from sim.core.agents.information.statements import STATED, retract_own, state_own
from sim.core.agents.mobilisation.engagement import ALARMED
from sim.core.messages.contents import Confidence, SitRep
from sim.core.messages.items import Sensitivity
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from tests.unit.core.agents.helpers import (
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NEIGHBOUR,
    RAIL,
    REACTION_MS,
    REGION,
    WATER,
    brief,
    content_of,
    fact,
    knows,
    only,
    people,
    react,
    seen,
    sole,
    woken,
)

HOURLY = Agreement(GRID, brief(GRID).party.core_task, "structural", (REGION,), sitrep_every_ms=HOUR_MS)  # type: ignore[arg-type]


def reporter(party: str = GRID, *, slip: float = 0.0, first: Norm | None = None) -> Brief:
    agreement = Agreement(
        party,
        HOURLY.core_task,
        brief(party).profile.id,
        (REGION,),
        sitrep_every_ms=HOUR_MS,
        initial_picture=first,
    )
    return brief(party, agreements=[agreement], humans=people(slip=slip))


def begin(me: Brief, state: AgentState, now: int = 0) -> tuple[AgentState, Wake, Wake]:
    """Return the state, when the first report is to be written, and when it is due."""
    state, acts = react(me, BEHAVIOUR, state, Woken(ALARMED, FLOOD), now=now)
    prepare, due = acts
    assert isinstance(prepare, Wake)
    assert isinstance(due, Wake)
    assert (prepare.errand, due.errand) == (PREPARE, DUE)
    return state, prepare, due


def write(me: Brief, state: AgentState, prepare: Wake) -> Wake:
    """Return when somebody has written a report."""
    send = only(Wake, react(me, BEHAVIOUR, state, woken(prepare), now=prepare.at_ms)[1])
    assert (send.errand, send.at_ms) == (SEND, prepare.at_ms + REACTION_MS)
    return send


def test_an_alarm_begins_reports_at_the_agreed_interval() -> None:
    me = reporter()
    state, prepare, due = begin(me, AgentState(engaged={FLOOD: 0}), now=1_000)
    # Begun as early as people take over it in the mean, and so ready exactly when it is due.
    assert write(me, state, prepare).at_ms == due.at_ms == 1_000 + HOUR_MS
    _, (again, next_due) = react(me, BEHAVIOUR, state, woken(due), now=due.at_ms)
    assert isinstance(again, Wake)
    assert isinstance(next_due, Wake)
    assert write(me, state, again).at_ms == next_due.at_ms == 1_000 + 2 * HOUR_MS


@pytest.mark.parametrize(("late_ms", "next_ms"), [(3 * HOUR_MS + 1, 5), (-2 * HOUR_MS, 0), (-HOUR_MS - 1, 0)])
def test_who_set_its_clock_goes_on_with_the_first_report_that_is_due_by_it(
    late_ms: int, next_ms: int
) -> None:
    me = reporter()
    state, _, due = begin(me, AgentState(engaged={FLOOD: 0}))
    _, (_, again) = react(me, BEHAVIOUR, state, woken(due), now=due.at_ms + late_ms)
    assert isinstance(again, Wake)
    assert again.at_ms == next_ms * HOUR_MS


def test_a_report_is_begun_as_early_as_those_who_write_it_need() -> None:
    slow = Post(Role.HEAD_OF_INFORMATION, on_duty=1, handling=Spread(10_000, 90_000, 20_000))
    me = brief(GRID, agreements=[HOURLY], staff=(slow,))
    _, prepare, due = begin(me, AgentState(engaged={FLOOD: 0}))
    assert due.at_ms - prepare.at_ms == 40_000


def test_the_first_report_comes_within_the_term_of_the_initial_picture() -> None:
    me = reporter(first=Norm(30 * MINUTE_MS, "exercise"))
    state, prepare, due = begin(me, AgentState(engaged={FLOOD: 0}))
    assert write(me, state, prepare).at_ms == due.at_ms == 30 * MINUTE_MS


def test_each_region_has_the_times_that_it_agreed() -> None:
    general = Agreement(
        WATER, HOURLY.core_task, "core", (NEIGHBOUR, REGION), sitrep_every_ms=2 * HOUR_MS
    ).with_addition(
        REGION, {"sitrep_every_ms": HOUR_MS, "initial_picture": Norm(30 * MINUTE_MS, "exercise")}, {}
    )
    me = brief(WATER, agreements=[general])
    state, (_, first) = react(me, BEHAVIOUR, AgentState(engaged={FLOOD: 0, FIRE: 0}), Woken(ALARMED, FLOOD))
    assert isinstance(first, Wake)
    assert first.at_ms == 1_000 + 30 * MINUTE_MS
    _, (_, second) = react(me, BEHAVIOUR, state, woken(first), now=first.at_ms)
    assert isinstance(second, Wake)
    assert second.at_ms - first.at_ms == HOUR_MS
    _, (_, elsewhere) = react(me, BEHAVIOUR, state, Woken(ALARMED, FIRE))
    assert isinstance(elsewhere, Wake)
    assert elsewhere.at_ms == 1_000 + 2 * HOUR_MS


def test_a_report_due_at_once_is_never_begun_in_the_past() -> None:
    me = reporter(first=Norm(0, "exercise"))
    _, prepare, _ = begin(me, AgentState(engaged={FLOOD: 0}), now=50)
    assert prepare.at_ms == 50


@pytest.mark.parametrize(
    "me", [brief(GRID), brief(GRID, agreements=[Agreement(GRID, HOURLY.core_task, "structural", (REGION,))])]
)
def test_a_party_that_agreed_no_reports_makes_none(me: Brief) -> None:
    assert react(me, BEHAVIOUR, AgentState(engaged={FLOOD: 0}), Woken(ALARMED, FLOOD))[1] == []


def test_a_second_alarm_begins_nothing_more() -> None:
    state, _, _ = begin(reporter(), AgentState(engaged={FLOOD: 0}))
    assert react(reporter(), BEHAVIOUR, state, Woken(ALARMED, FLOOD)) == (state, [])


def test_a_party_that_left_reports_no_more() -> None:
    state, prepare, due = begin(reporter(), AgentState(engaged={FLOOD: 0}))
    send = write(reporter(), state, prepare)
    left = msgspec.structs.replace(state, engaged={})
    assert react(reporter(), BEHAVIOUR, left, woken(send), woken(due)) == (left, [])


def test_who_does_not_work_in_an_activity_does_not_begin_to_report() -> None:
    assert react(reporter(), BEHAVIOUR, AgentState(), Woken(ALARMED, FLOOD)) == (AgentState(), [])


def test_a_party_that_is_alarmed_again_after_it_left_reports_again() -> None:
    me = reporter()
    state, _, old_due = begin(me, AgentState(engaged={FLOOD: 0}))
    back = msgspec.structs.replace(state, engaged={FLOOD: 5_000})
    back, prepare, _ = begin(me, back, now=5_000)
    assert react(me, BEHAVIOUR, back, woken(old_due)) == (back, []), "the reports of before are over"
    send = write(me, back, prepare)
    _, acts = react(me, BEHAVIOUR, back, woken(send), now=send.at_ms)
    assert content_of(only(Publish, acts), SitRep).from_ms == 5_000


def test_a_report_tells_all_it_knows_of_the_activity_since_the_last() -> None:
    me = reporter()
    known = knows(
        seen(fact(amount=7.0), causation=("f-1",)),
        seen(fact("bridge")),
        seen(fact("far-off", place=FAR)),
        engaged={FLOOD: 0},
    )
    said_before, bridge = state_own(me, known, known.knowledge["bridge"], 0)
    state, prepare, due = begin(me, said_before, now=10)
    send = write(me, state, prepare)
    state, acts = react(me, BEHAVIOUR, state, woken(send), now=send.at_ms)
    publish = sole(Publish, acts)
    assert (publish.topic, publish.injects) == (f"post/{REGION}/{GRID}/sitrep", ("f-1",))
    report = content_of(publish, SitRep)
    assert (report.from_ms, report.to_ms, report.due_ms) == (10, send.at_ms, due.at_ms)
    assert [item.id for item in report.items] == [f"{GRID}-bridge", f"{GRID}-{LEVEL}"]
    assert report.items[0] == bridge
    later, acts = react(me, BEHAVIOUR, state, Woken(SEND, (FLOOD, 9, 0)), now=send.at_ms + 5)
    again = content_of(sole(Publish, acts), SitRep)
    assert (again.from_ms, again.to_ms, again.items) == (send.at_ms, send.at_ms + 5, report.items)
    assert later.said == state.said


def test_what_a_report_says_first_is_told_in_the_other_activities_too() -> None:
    me = reporter()
    state, _ = react(me, BEHAVIOUR, knows(seen(), engaged={FIRE: 0, FLOOD: 0}), Woken(ALARMED, FLOOD))
    state, acts = react(me, BEHAVIOUR, state, Woken(SEND, (FLOOD, 9, 0)), now=5)
    wake = sole(Wake, acts)
    assert (wake.at_ms, wake.errand, wake.about) == (5, STATED, state.said[f"{GRID}-{LEVEL}"])
    _, acts = react(me, BEHAVIOUR, state, Woken(SEND, (FLOOD, 10, 0)), now=6)
    only(Publish, acts)


@pytest.mark.parametrize(("slip", "told"), [(0.0, 34.0), (1.0, 43.0)])
def test_a_link_partner_reports_by_its_liaison_who_may_slip(slip: float, told: float) -> None:
    me = reporter(RAIL, slip=slip)
    state, prepare, _ = begin(me, knows(seen(fact(amount=34.0)), engaged={FLOOD: 0}))
    _, acts = react(me, BEHAVIOUR, state, woken(write(me, state, prepare)))
    publish = sole(Publish, acts)
    assert publish.topic == f"outside/{REGION}/{RAIL}/sitrep"
    assert content_of(publish, SitRep).items[0].values[0].amount == told
    slips = [act.text for act in acts if isinstance(act, Remark)]
    assert slips == (["height passed on as 43 cm"] if slip else [])


def test_what_is_restricted_is_told_once_in_confidence_and_not_in_the_report() -> None:
    me = reporter(RAIL)
    secret = seen(fact("vault", sensitivity=Sensitivity.RESTRICTED))
    hydrants = seen(fact("hydrants", layer="hydrants"))
    state = knows(secret, hydrants, seen(), engaged={FLOOD: 0})
    state, _ = react(me, BEHAVIOUR, state, Woken(ALARMED, FLOOD))
    state, acts = react(me, BEHAVIOUR, state, Woken(SEND, (FLOOD, 9, 0)))
    told, report = [act for act in acts if isinstance(act, Publish)]
    assert told.topic == f"outside/{REGION}/{RAIL}/confidence"
    assert [one.subject for one in content_of(told, Confidence).items] == ["vault"]
    assert [one.subject for one in content_of(report, SitRep).items] == [LEVEL]
    _, acts = react(me, BEHAVIOUR, state, Woken(SEND, (FLOOD, 10, 0)))
    assert content_of(sole(Publish, acts), SitRep).items != ()


def test_the_alarm_is_the_cause_of_a_report_and_of_what_is_forgotten_in_it() -> None:
    forgetful = Post(Role.LIAISON, on_duty=1, loss=1.0)
    me = brief(RAIL, agreements=[msgspec.structs.replace(HOURLY, partner=RAIL)], staff=(forgetful,))
    state, prepare, _ = begin(me, knows(seen(), engaged={FLOOD: 0}).with_mind(ALARMED, {FLOOD: "vr24-9"}))
    wake = only(Wake, react(me, BEHAVIOUR, state, woken(prepare), now=prepare.at_ms)[1])
    _, acts = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    assert sole(Remark, acts).because_of == sole(Publish, acts).because_of == "vr24-9"


def test_what_was_taken_back_since_the_last_report_is_in_the_next_one() -> None:
    """Another region asked about it; this one has only the report to learn it from."""
    me = reporter()
    state, prepare, _ = begin(me, knows(seen(), engaged={FLOOD: 0}))
    state, _ = state_own(me, state, seen(), 5)
    state, gone = retract_own(me, state, LEVEL, 7)
    state, acts = react(me, BEHAVIOUR, state, Woken(SEND, prepare.about), now=9)
    assert content_of(sole(Publish, acts), SitRep).items == (gone,)
    later = prepare.about[0], prepare.about[1] + HOUR_MS, prepare.about[2]
    _, acts = react(me, BEHAVIOUR, state, Woken(SEND, later), now=20)
    assert content_of(sole(Publish, acts), SitRep).items == ()
