from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Act, Delivered, Look, Perceived, Publish, Remark, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import state_own
from sim.core.agents.verification.ground import SAID_BEFORE
from sim.core.agents.verification.reasons import REASONS
from sim.core.agents.verification.verifying import BEHAVIOUR, CHECK, READ_COLD, SIGNALLED_MS
from sim.core.messages.contents import (
    AnyContent,
    Briefing,
    ItemUpdate,
    Proposal,
    Request,
    Signal,
    SitRep,
    Snapshot,
)
from sim.core.messages.items import Item, ItemRef, Sensitivity, Verification, VerificationStatus
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role
from sim.core.picture.merge import of
from sim.core.picture.observation import Observation
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
    remark, check = react(ME, BEHAVIOUR, knows(seen()), woken(wake), now=wake.at_ms)[1]
    assert remark == Remark("recognised", WRONG, "value", "e-1")
    assert isinstance(check, Wake)
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
    return sole(Wake, react(me, BEHAVIOUR, state, woken(sole(Wake, acts)))[1])


def check(party: str, said: Item, **fields: object) -> list[object]:
    """Notice a difference, look, and come back to it; return what was seen, and what was made of it."""
    me = brief(party)
    state, acts = react(me, BEHAVIOUR, knows(seen(at_ms=3), **fields), read(said))
    state, looked = react(me, BEHAVIOUR, state, woken(sole(Wake, acts)))
    *remarks, wake = looked
    assert isinstance(wake, Wake), "it comes back to it"
    return [*remarks, *react(me, BEHAVIOUR, state, woken(wake), now=77)[1]]


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
    wake = only(Wake, react(ME, BEHAVIOUR, seen_again, woken(sole(Wake, acts)))[1])
    assert react(ME, BEHAVIOUR, seen_again, woken(wake))[1] == []


def test_what_differed_when_looking_again_and_is_put_right_since_is_not_signalled() -> None:
    state, acts = react(ME, BEHAVIOUR, knows(seen()), read(WRONG))
    wake = came_back(ME, state, acts)
    right = msgspec.structs.replace(state, picture=of([shared(source=GRID, version=3)]))
    assert react(ME, BEHAVIOUR, right, woken(wake))[1] == []


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
    assert [type(act) for act in third] == [Publish]  # what it looked at itself, it recognised as it did


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
DIRECTING = AgentState(engaged={FLOOD: 0})
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
    state, wake = doubt(DIRECTOR, tab(OUT_OF_AREA), DIRECTING)
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
    state, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0}), tab(spoofed, GRID, topic))
    assert sole(Remark, acts).text == "misattributed"
    signal = content_of(only(Publish, react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))[1]), Signal)
    assert (signal.reason, signal.owner) == ("misattributed", GRID)


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
    agreed = knows(seen(fact(amount=900.0)), minds=state.minds)
    publish = sole(Publish, react(ME, BEHAVIOUR, agreed, woken(came_back(ME, agreed, acts)))[1])
    assert content_of(publish, Signal).reason == "sensitive"


def test_every_kind_of_mismatch_has_words() -> None:
    assert set(REASONS) == set(Mismatch)


# What was retold wrongly ---------------------------------------------------------------------------

NATIONAL = f"national/{THEME}/nl-{FLOOD}-{LEVEL}"
STANDING = shared(source=GRID)


def retold(amount: float, **fields: Any) -> Delivered:
    """Return the national picture as it retells what stands, with a figure."""
    said = msgspec.structs.replace(shared(source=GRID, amount=amount), id=f"nl-{FLOOD}-{LEVEL}", **fields)
    return tab(said, NATION, NATIONAL)


def test_who_directs_signals_that_the_national_body_retells_it_wrongly() -> None:
    state, acts = react(DIRECTOR, BEHAVIOUR, AgentState(said={STANDING.id: STANDING}), retold(900.0))
    assert sole(Remark, acts).text == "value"
    publish = only(Publish, react(DIRECTOR, BEHAVIOUR, state, woken(sole(Wake, acts)))[1])
    signal = content_of(publish, Signal)
    assert signal.about == ItemRef(f"nl-{FLOOD}-{LEVEL}", 1)
    assert publish.topic == f"activity/{FLOOD}/signal/{REGION}"


def test_a_doubt_about_the_thing_itself_is_no_doubt_about_how_it_is_retold() -> None:
    odd = item("enexis-level", source=GRID, place=FAR)
    state, _ = doubt(DIRECTOR, tab(odd, GRID, OWN_TAB.replace(WATER, GRID)))
    state = msgspec.structs.replace(state, said={STANDING.id: STANDING})
    assert sole(Wake, react(DIRECTOR, BEHAVIOUR, state, retold(900.0))[1]).errand == CHECK


def test_the_national_picture_is_not_what_a_source_is_remembered_to_have_said() -> None:
    state, acts = react(DIRECTOR, BEHAVIOUR, AgentState(said={STANDING.id: STANDING}), retold(300.0))
    assert (acts, state.minds) == ([], {})


def test_its_own_word_told_wrongly_is_signalled_by_who_said_it() -> None:
    state, acts = react(ME, BEHAVIOUR, says(), tab(shared(amount=900.0), REGION, TOPIC))
    assert sole(Remark, acts).what == "recognised"
    signal = content_of(only(Publish, react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))[1]), Signal)
    assert (signal.reason, signal.owner) == ("value", WATER)


def test_who_told_it_in_the_name_of_another_is_to_answer_for_it() -> None:
    topic = OWN_TAB.replace(WATER, NEIGHBOUR)
    state, wake = doubt(DIRECTOR, tab(item(), NEIGHBOUR, topic), DIRECTING)
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
    """And once: not again when it was looked at. What was told before that was known may have been all."""
    state, acts = react(ME, BEHAVIOUR, knows(seen(at_ms=0 if at_once else 5)), read(wrong))
    noted = [act.text for act in acts if isinstance(act, Remark)]
    assert noted == ([at_once] if at_once else [])
    state, looked = react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))
    assert bool([act for act in looked if isinstance(act, Remark)]) is not bool(at_once)
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(sole(Wake, looked)))[1])
    assert content_of(publish, Signal).owner == GRID


# Where nobody directs ------------------------------------------------------------------------------

RISK = f"risk/{REGION}/{GRID}/{THEME}/{GRID}-{LEVEL}"
WRONG_RISK = item(f"{GRID}-{LEVEL}", source=GRID, amount=900.0, observed=5, causation=("f-1",))


def asked(me: Brief, state: AgentState, wake: Wake) -> Publish:
    """Return the question that comes of looking into something."""
    return sole(Publish, react(me, BEHAVIOUR, state, woken(wake))[1])


def test_what_a_risk_picture_says_wrongly_is_asked_of_who_says_it() -> None:
    """It is recognised as somebody has looked again, and asked once there is somebody to ask it."""
    state, acts = react(ME, BEHAVIOUR, knows(seen()), tab(WRONG_RISK, GRID, RISK))
    state, acts = react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))
    assert sole(Remark, acts) == Remark("recognised", WRONG_RISK, "value", "e-1")
    publish = asked(ME, state, sole(Wake, acts))
    request = content_of(publish, Request)
    assert publish.topic == f"post/{GRID}/{WATER}/request"
    assert (publish.because_of, publish.injects) == ("e-1", ("f-1",))
    assert (request.activity, request.purpose, request.subject) == ("", "verify", LEVEL)
    assert request.about == ItemRef(WRONG_RISK.id, 1)


@pytest.mark.parametrize(
    ("fields", "notices"),
    [
        ({"observed_at_ms": 2}, False),
        ({"observed_at_ms": 3}, True),
        ({"observed_at_ms": 2, "values": ()}, True),
        ({"observed_at_ms": 2, "values": (), "verification": Verification(STATUS.REFUTED)}, False),
    ],
    ids=["older", "as new", "older and not whole", "taken back"],
)
def test_what_is_older_than_what_is_known_is_left_to_its_upkeep_unless_it_was_never_right(
    fields: dict[str, Any], notices: bool
) -> None:
    said = msgspec.structs.replace(WRONG_RISK, **fields)
    acts = react(ME, BEHAVIOUR, knows(seen(at_ms=3)), tab(said, GRID, RISK))[1]
    assert (Look(LEVEL) in acts) is notices


@pytest.mark.parametrize(
    ("reader", "says"),
    [(WATER, True), (REGION, True), (NEIGHBOUR, True), (CARE, False), (NATION, False)],
    ids=["looks after it", "keeps the picture", "looks after it elsewhere", "does not", "reads along"],
)
def test_what_looks_odd_in_a_risk_picture_is_for_some_to_say(reader: str, says: bool) -> None:
    unclear = item(f"{GRID}-{LEVEL}", source=GRID, status=STATUS.VERIFIED)
    assert bool(react(brief(reader), BEHAVIOUR, AgentState(), tab(unclear, GRID, RISK))[1]) is says


def test_the_region_asks_about_what_is_odd_in_its_risk_picture_though_it_looks_after_no_such_thing() -> None:
    me = replace(DIRECTOR, party=msgspec.structs.replace(DIRECTOR.party, competence=Competence(())))
    unclear = item(f"{GRID}-{LEVEL}", source=GRID, status=STATUS.VERIFIED)
    state, wake = doubt(me, tab(unclear, GRID, RISK))
    assert content_of(asked(me, state, wake), Request).purpose == "verify"
    elsewhere = RISK.replace(f"risk/{REGION}", f"risk/{NEIGHBOUR}")
    assert react(me, BEHAVIOUR, AgentState(), tab(unclear, GRID, elsewhere))[1] == []


def test_the_same_is_not_asked_twice_but_something_else_is() -> None:
    """Its source says it again, since it takes it to be so."""
    state = knows(seen())
    questions = []
    for version, amount in ((1, 900.0), (2, 900.0), (3, 901.0)):
        said = msgspec.structs.replace(
            WRONG_RISK, version=version, observed_at_ms=10 * version, values=fact(amount=amount).values
        )
        state, acts = react(ME, BEHAVIOUR, state, tab(said, GRID, RISK))
        state, acts = react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))
        state, acts = react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))
        questions.append([act.content for act in acts if isinstance(act, Publish)])
    assert [len(sent) for sent in questions] == [1, 0, 1]


def test_what_was_read_before_anything_was_known_is_held_against_what_comes_to_be_known() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), tab(WRONG_RISK, GRID, RISK))
    assert acts == []
    state = msgspec.structs.replace(state, knowledge={LEVEL: seen(at_ms=4)}, picture=of((WRONG_RISK,)))
    after, acts = react(ME, BEHAVIOUR, state, Perceived(seen(at_ms=4)), now=50)
    assert sole(Look, acts) == Look(LEVEL)
    assert sole(Wake, acts).about[1].event == "e-1"
    assert react(ME, BEHAVIOUR, after, Perceived(seen(at_ms=4)))[1] == []


@pytest.mark.parametrize(
    ("knowledge", "engaged"),
    [(seen(fact(amount=900.0), at_ms=4), {}), (seen(at_ms=9), {}), (seen(at_ms=4), {FLOOD: 0})],
    ids=["agrees", "older than that", "in an activity by now"],
)
def test_what_comes_to_be_known_leaves_it_at_that(knowledge: Observation, engaged: dict[str, int]) -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), tab(WRONG_RISK, GRID, RISK))
    state = msgspec.structs.replace(
        state, knowledge={LEVEL: knowledge}, picture=of((WRONG_RISK,)), engaged=engaged
    )
    assert react(ME, BEHAVIOUR, state, Perceived(knowledge))[1] == []


def test_its_own_statement_is_not_kept_to_be_held_against_what_comes_to_be_known() -> None:
    topic = RISK.replace(GRID, WATER)
    assert READ_COLD not in react(ME, BEHAVIOUR, AgentState(), tab(item(), WATER, topic))[0].minds


def test_a_tab_of_an_activity_that_nobody_opened_has_no_direction_of_verification() -> None:
    """Only somebody who should not can have written there; the one whose tab it is, is asked."""
    topic = OWN_TAB.replace(WATER, GRID)
    for state, kind in ((knows(seen()), Request), (knows(seen(), engaged={FLOOD: 0}), Signal)):
        noticed, acts = react(ME, BEHAVIOUR, state, tab(WRONG_RISK, GRID, topic))
        noticed, acts = react(ME, BEHAVIOUR, noticed, woken(sole(Wake, acts)))
        content_of(asked(ME, noticed, sole(Wake, acts)), kind)
