from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Act, Delivered, Look, Perceived, Publish, Remark, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import state_own
from sim.core.agents.verification.ground import SAID_BEFORE
from sim.core.agents.verification.verifying import _REASON, BEHAVIOUR, CHECK, SIGNALLED_MS
from sim.core.messages.contents import AnyContent, Briefing, ItemUpdate, Proposal, Signal, SitRep, Snapshot
from sim.core.messages.items import Item, ItemRef, Sensitivity, VerificationStatus
from sim.core.model.staff import Post, Role
from sim.core.picture.merge import of
from sim.core.picture.quality import Mismatch
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FAR,
    FLOOD,
    GRID,
    LEVEL,
    NATION,
    NEIGHBOUR,
    NOWHERE,
    PERCEPTION_MS,
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

ME = brief(WATER)
TOPIC = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
WRONG = shared(source=GRID, amount=900.0, version=2, causation=("f-1",))
STATUS = VerificationStatus


def says() -> AgentState:
    """Return the state of the party once it has said what it saw."""
    return state_own(ME, knows(seen()), seen(), 0)[0]


def read(said: Item, topic: str = TOPIC) -> Delivered:
    return delivered(REGION, ItemUpdate(item=said), topic)


def test_an_item_that_differs_makes_the_party_look_before_it_speaks() -> None:
    _, acts = react(ME, BEHAVIOUR, knows(seen()), read(WRONG), now=10)
    look, wake = acts
    assert look == Look(LEVEL)
    assert isinstance(wake, Wake)
    assert wake.at_ms == 10 + PERCEPTION_MS
    check = only(Wake, react(ME, BEHAVIOUR, knows(seen()), woken(wake), now=wake.at_ms)[1])
    assert check.at_ms == 10 + PERCEPTION_MS + REACTION_MS


def test_one_statement_is_noticed_once_however_many_copies_come_by() -> None:
    state, _ = react(ME, BEHAVIOUR, knows(seen()), read(WRONG))
    copy = item("elsewhere", source=GRID, amount=900.0)
    assert react(ME, BEHAVIOUR, state, read(copy)) == (state, [])
    newer = item("elsewhere", source=GRID, amount=900.0, observed=5)
    assert len(react(ME, BEHAVIOUR, state, read(newer))[1]) == 2


def test_an_item_that_differs_can_be_overlooked_and_then_stays_so() -> None:
    blind = brief(WATER, humans=people(skill=0.0))
    state, acts = react(blind, BEHAVIOUR, knows(seen()), read(WRONG))
    assert only(Remark, acts) == Remark(
        "overlooked", WRONG, "differs from what the party knows; nobody noticed", "e-1"
    )
    assert react(blind, BEHAVIOUR, state, read(WRONG)) == (state, [])


def test_it_is_the_skill_of_those_who_check_that_counts() -> None:
    blind = Post(Role.HEAD_OF_INFORMATION, on_duty=1, skill=0.0)
    acts = react(brief(WATER, staff=(blind,)), BEHAVIOUR, knows(seen()), read(WRONG))[1]
    assert only(Remark, acts).what == "overlooked"


@pytest.mark.parametrize(
    ("state", "said", "topic"),
    [
        (knows(seen()), shared(source=GRID), TOPIC),
        (AgentState(), WRONG, TOPIC),
        (says(), shared(source=WATER), TOPIC),
        (knows(seen()), shared(source=GRID, amount=900.0, status=STATUS.REFUTED), TOPIC),
        (knows(seen()), shared(source=GRID, amount=900.0, status=STATUS.CORRECTED), TOPIC),
        (knows(seen()), WRONG, f"national/{THEME}/x"),
        (knows(seen()), WRONG, "nothing"),
    ],
    ids=["agrees", "unknown", "own", "refuted", "corrected", "national", "no-topic"],
)
def test_what_it_cannot_judge_or_agrees_with_makes_it_do_nothing(
    state: AgentState, said: Item, topic: str
) -> None:
    after, acts = react(ME, BEHAVIOUR, state, read(said, topic))
    assert acts == []
    assert msgspec.structs.replace(after, minds={}) == msgspec.structs.replace(state, minds={})
    assert set(after.minds) <= {*state.minds, SAID_BEFORE}


@pytest.mark.parametrize(
    "content", [Snapshot(activity=FLOOD, items=(WRONG,)), Briefing(activity=FLOOD, items=(WRONG,))]
)
def test_items_that_come_by_post_are_checked_too(content: AnyContent) -> None:
    _, acts = react(ME, BEHAVIOUR, knows(seen()), delivered(REGION, content))
    assert sole(Look, acts) == Look(LEVEL)


def came_back(me: Brief, state: AgentState, acts: Sequence[Act]) -> Wake:
    """Return when somebody has checked the item, after looking again."""
    return only(Wake, react(me, BEHAVIOUR, state, woken(sole(Wake, acts)))[1])


def check(party: str, said: Item, **fields: object) -> list[object]:
    """Notice a difference, look, and come back to it."""
    me = brief(party)
    state, acts = react(me, BEHAVIOUR, knows(seen(at_ms=3), **fields), read(said))
    return list(react(me, BEHAVIOUR, state, woken(came_back(me, state, acts)), now=77)[1])


def test_what_still_differs_is_signalled_with_what_the_party_knows() -> None:
    remark, publish = check(WATER, WRONG)
    assert remark == Remark("recognised", WRONG, "value", "e-1")
    assert isinstance(publish, Publish)
    assert (publish.topic, publish.injects) == (f"activity/{FLOOD}/signal/{WATER}", ("f-1",))
    assert publish.because_of == "e-1"
    signal = content_of(publish, Signal)
    assert (signal.about, signal.owner, signal.reason) == (ItemRef(f"{FLOOD}-{LEVEL}", 2), GRID, "value")
    assert signal.text.en == "The figure is not what we see."
    assert signal.known is not None
    assert (signal.known.source.party, signal.known.values[0].amount) == (WATER, 300.0)
    assert (signal.known.observed_at_ms, signal.known.reported_at_ms) == (3, 77)


@pytest.mark.parametrize(
    ("said", "reason", "found"),
    [
        (shared(source=GRID, place=FAR), "place", "place"),
        (shared(source=GRID, place=None), "missing-place", "missing-place"),
        (shared(source=GRID, amount=None), "missing-value", "missing-value"),
        (shared(source=GRID, amount=900.0, place=FAR), "value", "value, place"),
    ],
)
def test_a_signal_names_the_first_of_what_differs(said: Item, reason: str, found: str) -> None:
    remark, publish = check(WATER, said)
    assert isinstance(remark, Remark)
    assert isinstance(publish, Publish)
    assert (content_of(publish, Signal).reason, remark.text) == (reason, found)


def test_a_party_outside_the_tool_signals_by_its_liaison() -> None:
    _, publish = check(RAIL, WRONG)
    assert isinstance(publish, Publish)
    assert publish.topic == f"outside/{REGION}/{RAIL}/signal"


@pytest.mark.parametrize(
    "newer",
    [shared(source=GRID, amount=300.0, version=3), shared(source=WATER, amount=900.0, version=3)],
    ids=["agrees", "own"],
)
def test_what_was_put_right_in_the_meantime_is_not_signalled(newer: Item) -> None:
    assert check(WATER, WRONG, picture=of([newer])) == []


def test_what_turned_out_so_when_looking_again_is_not_signalled() -> None:
    state, acts = react(ME, BEHAVIOUR, knows(seen()), read(WRONG))
    seen_again = knows(seen(fact(amount=900.0)), minds=state.minds)
    assert react(ME, BEHAVIOUR, seen_again, woken(came_back(ME, state, acts)))[1] == []


def test_who_cannot_see_it_says_once_of_a_source_that_it_heard_otherwise() -> None:
    state = react(ME, BEHAVIOUR, knows(seen(at_ms=3)), Unseen(LEVEL))[0]
    state, acts = react(ME, BEHAVIOUR, state, read(WRONG))
    state, first = react(ME, BEHAVIOUR, state, woken(came_back(ME, state, acts)), now=77)
    again = item("elsewhere", source=GRID, amount=901.0, observed=5)
    state, acts = react(ME, BEHAVIOUR, state, read(again))
    objected, second = react(ME, BEHAVIOUR, state, woken(came_back(ME, state, acts)), now=90)
    told = react(ME, BEHAVIOUR, objected, Perceived(seen(at_ms=80)))[0]
    newest = item("elsewhere", source=GRID, amount=902.0, observed=6)
    told, acts = react(ME, BEHAVIOUR, told, read(newest))
    third = react(ME, BEHAVIOUR, told, woken(came_back(ME, told, acts)), now=99)[1]

    assert [type(act) for act in first] == [Remark, Publish]
    assert second == []
    assert [type(act) for act in third] == [Remark, Publish]


def test_what_is_seen_unasked_changes_nothing_of_what_is_doubted() -> None:
    assert react(ME, BEHAVIOUR, knows(seen()), Perceived(seen(at_ms=4))) == (knows(seen()), [])


def test_a_signal_does_not_tell_what_is_restricted() -> None:
    secret = knows(seen(fact(sensitivity=Sensitivity.RESTRICTED)))
    state, acts = react(ME, BEHAVIOUR, secret, read(WRONG))
    _, acts = react(ME, BEHAVIOUR, state, Woken(CHECK, sole(Wake, acts).about))
    signal = content_of(sole(Publish, acts), Signal)
    assert (signal.reason, signal.known) == ("value", None)


# What looks odd by itself --------------------------------------------------------------------------

DIRECTOR = brief(REGION)
OWN_TAB = f"activity/{FLOOD}/own/{WATER}/{THEME}/{WATER}-{LEVEL}"
OUT_OF_AREA = item(place=FAR)


def doubt(
    me: Brief, stimulus: Delivered, state: AgentState | None = None, now: int = 1_000
) -> tuple[AgentState, Wake]:
    """Read something that looks odd; return when somebody has looked into it."""
    state, acts = react(me, BEHAVIOUR, state or AgentState(), stimulus, now=now)
    return state, only(Wake, acts)


def tab(said: Item, sender: str = WATER, topic: str = OWN_TAB) -> Delivered:
    return delivered(sender, ItemUpdate(item=said), topic)


def test_who_directs_signals_what_looks_odd_without_having_seen_it() -> None:
    state, wake = doubt(DIRECTOR, tab(OUT_OF_AREA))
    assert (wake.errand, wake.at_ms) == (CHECK, 1_000 + REACTION_MS)
    remark, publish = react(DIRECTOR, BEHAVIOUR, state, woken(wake))[1]
    assert remark == Remark("recognised", OUT_OF_AREA, "outside", "e-1")
    signal = content_of(publish, Signal)
    assert (signal.reason, signal.owner, signal.known) == ("outside", WATER, None)
    assert signal.about == ItemRef(OUT_OF_AREA.id, 1)


def test_who_is_unskilled_overlooks_what_looks_odd() -> None:
    blind = brief(REGION, humans=people(skill=0.0))
    state, acts = react(blind, BEHAVIOUR, AgentState(), tab(OUT_OF_AREA))
    assert only(Remark, acts) == Remark("overlooked", OUT_OF_AREA, "outside; nobody noticed", "e-1")
    again = item(place=FAR, observed=5)
    assert react(blind, BEHAVIOUR, state, tab(again))[1] == []


@pytest.mark.parametrize(
    ("reader", "said", "topic", "says"),
    [
        (WATER, item("enexis-level", source=GRID, place=FAR), OWN_TAB.replace(WATER, GRID), True),
        (CARE, OUT_OF_AREA, OWN_TAB, False),
        (CARE, shared(place=FAR), TOPIC, True),
        (NEIGHBOUR, shared(place=FAR), TOPIC, False),
        (CROSS, shared(place=FAR), TOPIC, True),
    ],
    ids=["looks after it", "does not", "reads the shared picture", "reads along", "was let in"],
)
def test_it_is_for_some_to_say_what_looks_odd(reader: str, said: Item, topic: str, says: bool) -> None:
    acts = react(brief(reader), BEHAVIOUR, AgentState(), tab(said, topic=topic))[1]
    assert bool(acts) is says


@pytest.mark.parametrize("status", [STATUS.DISPUTED, STATUS.CORRECTED, STATUS.REFUTED, STATUS.LAPSED])
def test_what_is_disputed_or_settled_is_not_doubted_for_how_it_looks(status: VerificationStatus) -> None:
    assert react(DIRECTOR, BEHAVIOUR, AgentState(), tab(item(place=FAR, status=status)))[1] == []


def test_what_looked_odd_once_is_not_doubted_again() -> None:
    """Its source confirms it, and says it again later."""
    state, _ = doubt(DIRECTOR, tab(OUT_OF_AREA))
    assert react(DIRECTOR, BEHAVIOUR, state, tab(item(place=FAR, observed=500, version=2)))[1] == []
    other = item(place=FAR, amount=900.0, observed=600, version=3)
    assert react(DIRECTOR, BEHAVIOUR, state, tab(other))[1] != []


@pytest.mark.parametrize("content", ["proposal", "sitrep"])
def test_proposals_and_reports_are_looked_at_too(content: str) -> None:
    said = item("enexis-level", source=GRID, place=FAR)
    told = {
        "proposal": delivered(GRID, Proposal(item=said), f"activity/{FLOOD}/proposal/{GRID}/{said.id}"),
        "sitrep": delivered(GRID, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1, items=(said,))),
    }
    _, wake = doubt(DIRECTOR, told[content])
    assert wake.errand == CHECK


def test_what_is_told_in_the_name_of_the_party_itself_is_signalled_by_it() -> None:
    spoofed = item()
    topic = OWN_TAB.replace(WATER, GRID).replace(f"{GRID}-{LEVEL}", spoofed.id)
    state, wake = doubt(ME, tab(spoofed, GRID, topic))
    publish = sole(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1])
    assert content_of(publish, Signal).reason == "misattributed"


def test_who_told_what_names_no_source_is_to_answer_for_it() -> None:
    bare = item(source="nobody")
    report = delivered(GRID, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1, items=(bare,)))
    state, wake = doubt(DIRECTOR, report)
    signal = content_of(sole(Publish, react(DIRECTOR, BEHAVIOUR, state, woken(wake))[1]), Signal)
    assert (signal.reason, signal.owner) == ("missing-source", GRID)


@pytest.mark.parametrize(
    ("read_since", "says"),
    [
        ([], True),
        ([item(version=2, observed=9)], False),
        ([shared(place=FAR, status=STATUS.DISPUTED)], False),
        ([shared(place=FAR, status=STATUS.DISPUTED, source=GRID)], True),
        ([shared(place=FAR, status=STATUS.DISPUTED, observed=-1)], True),
        ([shared(place=FAR)], True),
    ],
    ids=["nothing", "newer", "disputed", "another source", "earlier", "shared"],
)
def test_what_was_seen_to_in_the_meantime_is_not_signalled(read_since: list[Item], says: bool) -> None:
    state, wake = doubt(DIRECTOR, tab(OUT_OF_AREA))
    state = msgspec.structs.replace(state, picture=of(read_since))
    assert bool(react(DIRECTOR, BEHAVIOUR, state, woken(wake))[1]) is says


@pytest.mark.parametrize(("later_ms", "says"), [(SIGNALLED_MS - 1, False), (SIGNALLED_MS, True)])
def test_what_somebody_else_signalled_is_not_signalled_once_more(later_ms: int, says: bool) -> None:
    state, wake = doubt(DIRECTOR, tab(OUT_OF_AREA))
    heard = Signal(
        about=ItemRef(OUT_OF_AREA.id, 1), subject=LEVEL, owner=WATER, reason="outside", text=NOWHERE
    )
    topic = f"activity/{FLOOD}/signal/{GRID}"
    state, acts = react(DIRECTOR, BEHAVIOUR, state, delivered(GRID, heard, topic), now=2_000)
    assert acts == []
    assert bool(react(DIRECTOR, BEHAVIOUR, state, woken(wake), now=2_000 + later_ms)[1]) is says


def test_what_looks_odd_is_signalled_though_what_the_party_knows_agrees_by_now() -> None:
    odd = shared(source=GRID, amount=900.0, sensitivity=Sensitivity.RESTRICTED)
    state, acts = react(ME, BEHAVIOUR, knows(seen()), read(odd))
    wake = came_back(ME, state, acts)
    agreed = knows(seen(fact(amount=900.0)), minds=state.minds)
    publish = sole(Publish, react(ME, BEHAVIOUR, agreed, woken(wake))[1])
    assert content_of(publish, Signal).reason == "sensitive"


def test_every_kind_of_mismatch_has_words() -> None:
    assert set(_REASON) == set(Mismatch)


# What was retold wrongly ---------------------------------------------------------------------------

NATIONAL = f"national/{THEME}/nl-{FLOOD}-{LEVEL}"
STANDING = shared(source=GRID)


def retold(amount: float, **fields: Any) -> Delivered:
    """Return the national picture as it retells what stands, with a figure."""
    said = msgspec.structs.replace(shared(source=GRID, amount=amount), id=f"nl-{FLOOD}-{LEVEL}", **fields)
    return tab(said, NATION, NATIONAL)


def test_who_directs_signals_that_the_national_body_retells_it_wrongly() -> None:
    state, wake = doubt(DIRECTOR, retold(900.0), AgentState(said={STANDING.id: STANDING}))
    acts = react(DIRECTOR, BEHAVIOUR, state, woken(wake))[1]
    publish = sole(Publish, acts)
    assert sole(Remark, acts).text == "value"
    signal = content_of(publish, Signal)
    assert signal.about == ItemRef(f"nl-{FLOOD}-{LEVEL}", 1)
    assert publish.topic == f"activity/{FLOOD}/signal/{REGION}"


def test_a_doubt_about_the_thing_itself_is_no_doubt_about_how_it_is_retold() -> None:
    odd = item("enexis-level", source=GRID, place=FAR)
    state, _ = doubt(DIRECTOR, tab(odd, GRID, OWN_TAB.replace(WATER, GRID)))
    state = msgspec.structs.replace(state, said={STANDING.id: STANDING})
    assert doubt(DIRECTOR, retold(900.0), state)[1].errand == CHECK


def test_the_national_picture_is_not_what_a_source_is_remembered_to_have_said() -> None:
    state, acts = react(DIRECTOR, BEHAVIOUR, AgentState(said={STANDING.id: STANDING}), retold(300.0))
    assert (acts, state.minds) == ([], {})


def test_its_own_word_told_wrongly_is_signalled_by_who_said_it() -> None:
    state, wake = doubt(ME, tab(shared(amount=900.0), REGION, TOPIC), says())
    signal = content_of(sole(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1]), Signal)
    assert (signal.reason, signal.owner) == ("value", WATER)


def test_who_told_it_in_the_name_of_another_is_to_answer_for_it() -> None:
    topic = OWN_TAB.replace(WATER, NEIGHBOUR)
    state, wake = doubt(DIRECTOR, tab(item(), NEIGHBOUR, topic))
    signal = content_of(sole(Publish, react(DIRECTOR, BEHAVIOUR, state, woken(wake))[1]), Signal)
    assert (signal.reason, signal.owner) == ("misattributed", NEIGHBOUR)


@pytest.mark.parametrize(
    ("wrong", "at_once"),
    [
        (msgspec.structs.replace(WRONG, values=(), observed_at_ms=9), "missing-value"),
        (msgspec.structs.replace(WRONG, geometry=None, values=seen().fact.values), "missing-place"),
        (msgspec.structs.replace(WRONG, values=()), None),
        (WRONG, None),
    ],
    ids=["no-figure", "no-place", "of before", "another-figure"],
)
def test_what_is_left_out_of_what_is_known_is_recognised_as_it_is_read(
    wrong: Item, at_once: str | None
) -> None:
    """And once: not again when it is signalled. What was told before that was known may have been all."""
    state, acts = react(ME, BEHAVIOUR, knows(seen(at_ms=0 if at_once else 5)), read(wrong))
    noted = [act.text for act in acts if isinstance(act, Remark)]
    assert noted == ([at_once] if at_once else [])
    later = react(ME, BEHAVIOUR, state, woken(came_back(ME, state, acts)))[1]
    assert content_of(sole(Publish, later), Signal).owner == GRID
    assert bool([act for act in later if isinstance(act, Remark)]) is not bool(at_once)
