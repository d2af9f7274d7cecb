"""What a party holds what it reads against."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
import shapely

from sim.core.agents.acts import Delivered
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.levels import with_level
from sim.core.agents.verification.ground import (
    COLD,
    REMEMBERED,
    activity_read_in,
    ground_of,
    is_competent,
    is_directed,
    remembered,
    said_before,
)
from sim.core.messages.contents import AnyContent, Briefing, ItemUpdate, Proposal, SitRep, Snapshot
from sim.core.messages.items import Item, Verification, VerificationStatus
from sim.core.model.party import Competence
from sim.core.picture.plausibility import doubts
from tests.unit.core.agents.helpers import (
    CARE,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    NATION,
    NEIGHBOUR,
    REGION,
    STATUS_THEME,
    THEME,
    WATER,
    brief,
    delivered,
    item,
    shared,
)

ME = brief(REGION)
TAB = f"activity/{FLOOD}/own/{WATER}/{THEME}/{WATER}-level"
PROPOSED = f"activity/{FLOOD}/proposal/{GRID}/{GRID}-level"
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-level"
NATIONAL = f"national/{THEME}/nl-{FLOOD}-level"
OWN_RISK = f"risk/{REGION}/{REGION}/{THEME}/{REGION}-level"
STATUS = VerificationStatus


def read(sender: str = WATER, content: AnyContent | None = None, topic: str = TAB) -> Delivered:
    return delivered(sender, content or ItemUpdate(item=item()), topic)


@pytest.mark.parametrize(
    ("stimulus", "activity"),
    [
        (read(), FLOOD),
        (read(GRID, Proposal(item=item()), PROPOSED), FLOOD),
        (read(REGION, topic=SHARED), FLOOD),
        (read(content=SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1), topic=""), FLOOD),
        (read(content=Briefing(activity=FLOOD, items=()), topic=""), FLOOD),
        (read(content=Snapshot(activity=FLOOD, items=()), topic=""), FLOOD),
        (read(content=ItemUpdate(item=item(f"nl-{FLOOD}-level")), topic=NATIONAL), FLOOD),
        (read(content=ItemUpdate(item=item("nl-elsewhere-level")), topic=NATIONAL), None),
        (read(topic="nothing"), None),
        (read(topic=f"risk/{REGION}/{WATER}/{THEME}/{WATER}-level"), COLD),
        (read(GRID, topic=f"risk/{REGION}/{GRID}/{THEME}/{WATER}-level"), COLD),
        (read(REGION, ItemUpdate(item=item(f"{REGION}-level", source=REGION)), OWN_RISK), COLD),
        (read(REGION, ItemUpdate(item=item(f"{REGION}-level")), OWN_RISK), COLD),
        (read(REGION, ItemUpdate(item=item(f"risk-{WATER}-level")), OWN_RISK), None),
    ],
)
def test_items_are_read_in_an_activity(stimulus: Delivered, activity: str | None) -> None:
    assert activity_read_in(ME, stimulus) == activity


@pytest.mark.parametrize(
    ("sender", "content", "topic", "told_by", "is_open"),
    [
        (WATER, ItemUpdate(item=item()), TAB, WATER, True),
        (GRID, Proposal(item=item()), PROPOSED, GRID, False),
        (GRID, SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1), "", GRID, False),
        (REGION, ItemUpdate(item=item()), SHARED, "", True),
        (NEIGHBOUR, ItemUpdate(item=item()), TAB.replace(WATER, NEIGHBOUR), NEIGHBOUR, True),
        (NATION, ItemUpdate(item=item()), NATIONAL, "", False),
        (REGION, Snapshot(activity=FLOOD, items=()), "", "", False),
        (WATER, ItemUpdate(item=item()), "nothing", "", False),
    ],
)
def test_a_tab_is_told_first_by_its_owner_and_pictures_retell(
    sender: str, content: AnyContent, topic: str, told_by: str, is_open: bool
) -> None:
    ground = ground_of(ME, AgentState(), item(), FLOOD, delivered(sender, content, topic), 5)
    assert (ground.is_told_by, ground.is_open, ground.now_ms) == (told_by, is_open, 5)
    assert len(ground.elsewhere) == 1


@pytest.mark.parametrize(
    ("said", "can_see", "competent"),
    [
        (item(source=WATER), True, True),
        (item(source=CARE), None, False),
        (item(source="nobody"), True, False),
        (item(source=CARE, subject=f"status-{CARE}", theme=STATUS_THEME), True, True),
    ],
)
def test_who_looks_after_something_can_see_it(said: Item, can_see: bool | None, competent: bool) -> None:
    assert ground_of(ME, AgentState(), said, FLOOD, read(), 5).can_see is can_see
    assert is_competent(ME, said) is competent


@pytest.mark.parametrize(("reader", "can_see"), [(WATER, None), (NATION, True)])
def test_who_does_not_look_after_such_things_does_not_judge_who_can_see_them(
    reader: str, can_see: bool | None
) -> None:
    assert ground_of(brief(reader), AgentState(), item(source=CARE), FLOOD, read(), 5).can_see is can_see


def test_who_looks_after_something_elsewhere_cannot_see_it_here() -> None:
    elsewhere = Competence(("river",), shapely.box(6, 52, 7, 53))
    water = msgspec.structs.replace(ME.directory[WATER], competence=elsewhere)
    me = replace(ME, directory={**ME.directory, WATER: water})
    assert ground_of(me, AgentState(), item(), FLOOD, read(), 5).can_see is False
    assert not is_competent(me, item())


def test_a_region_knows_what_it_has_verified_itself() -> None:
    verified = Verification(STATUS.VERIFIED, REGION, 3)
    mine = msgspec.structs.replace(shared(), verification=verified)
    claimed = msgspec.structs.replace(item(), verification=verified)
    for state, knows_it in ((AgentState(), False), (AgentState(said={mine.id: mine}), True)):
        ground = ground_of(ME, state, claimed, FLOOD, read(), 5)
        assert ground.verifiers == frozenset({NEIGHBOUR, REGION} if knows_it else {NEIGHBOUR})


def test_nobody_has_verified_what_it_says_first_itself() -> None:
    verified = Verification(STATUS.VERIFIED, NEIGHBOUR, 3)
    claimed = msgspec.structs.replace(item(source=NEIGHBOUR), verification=verified)
    told = read(NEIGHBOUR, ItemUpdate(item=claimed), TAB.replace(WATER, NEIGHBOUR))
    assert NEIGHBOUR not in ground_of(ME, AgentState(), claimed, FLOOD, told, 5).verifiers
    retold = read(NEIGHBOUR, ItemUpdate(item=claimed), SHARED)
    assert NEIGHBOUR in ground_of(ME, AgentState(), claimed, FLOOD, retold, 5).verifiers


def test_a_region_takes_what_another_retells_as_verified_by_itself() -> None:
    claimed = msgspec.structs.replace(item(), verification=Verification(STATUS.VERIFIED, REGION, 3))
    ground = ground_of(ME, AgentState(), claimed, FLOOD, read(NEIGHBOUR, topic=SHARED), 5)
    assert REGION in ground.verifiers


def test_a_coordinating_picture_is_about_what_it_coordinates_too() -> None:
    fire = msgspec.structs.replace(ME.activities[FIRE], coordinated_by=FLOOD)
    me = replace(ME, activities={**ME.activities, FIRE: fire})
    ground = ground_of(me, AgentState(), item(), FLOOD, read(), 5)
    assert (len(ground.areas), ground.elsewhere) == (2, ())
    assert len(ground_of(me, AgentState(), item(), FIRE, read(), 5).areas) == 1


def test_who_directs_nothing_takes_a_region_at_its_word() -> None:
    ground = ground_of(brief(WATER), AgentState(), item(source=GRID), FLOOD, read(), 5)
    assert ground.verifiers == frozenset({NEIGHBOUR, REGION})


# What was said before ------------------------------------------------------------------------------


def amounts(state: AgentState) -> list[float]:
    return [one.values[0].amount for one in said_before(state, item())]


def test_what_a_source_says_is_remembered_as_far_as_it_differs_and_not_for_ever() -> None:
    state = AgentState()
    for number in range(REMEMBERED + 2):
        state = remembered(state, item(amount=float(number), observed=number))
        assert remembered(state, item(amount=float(number), observed=number + 1)) is state
    assert amounts(state) == [float(number) for number in range(2, REMEMBERED + 2)]
    assert said_before(state, item(source=GRID)) == ()


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        (STATUS.CORRECTED, [7.0]),
        (STATUS.LAPSED, [7.0]),
        (STATUS.REFUTED, []),
        (STATUS.DISPUTED, [300.0, 7.0]),
    ],
)
def test_what_was_put_right_counts_alone_and_what_was_refuted_not_at_all(
    status: VerificationStatus, kept: list[float]
) -> None:
    state = remembered(remembered(AgentState(), item()), item(amount=7.0, status=status))
    assert amounts(state) == kept


def test_what_is_retold_after_something_newer_is_not_remembered_as_new() -> None:
    state = remembered(remembered(AgentState(), item(observed=1)), item(amount=7.0, observed=5))
    assert remembered(state, item(observed=2)) is state


def test_what_was_never_said_and_refuted_is_not_remembered() -> None:
    assert remembered(AgentState(), item(status=STATUS.REFUTED)) == AgentState()


def test_what_is_told_in_the_cold_phase_is_about_wherever_it_is() -> None:
    topic = f"risk/{REGION}/{WATER}/{THEME}/{WATER}-level"
    ground = ground_of(ME, AgentState(), item(place=FAR), COLD, read(topic=topic), 5)
    assert doubts(item(place=FAR), ground) == ()
    assert (ground.is_told_by, ground.is_open, ground.elsewhere) == (WATER, True, ())


@pytest.mark.parametrize(
    ("activity", "topic", "state", "directed"),
    [
        (COLD, f"risk/{REGION}/{WATER}/{THEME}/{WATER}-level", AgentState(engaged={FLOOD: 0}), False),
        (FLOOD, TAB, AgentState(), False),
        (FLOOD, TAB, AgentState(engaged={FLOOD: 0}), True),
        (FLOOD, TAB, with_level(AgentState(), FLOOD, REGION, "GRIP 0", 0), True),
        (FLOOD, SHARED, AgentState(), True),
        (FLOOD, "", AgentState(), True),
    ],
    ids=["cold", "not opened", "works in it", "heard of it", "shared", "by post"],
)
def test_nobody_directs_verification_where_no_activity_is_open(
    activity: str, topic: str, state: AgentState, directed: bool
) -> None:
    assert is_directed(brief(WATER), state, activity, read(topic=topic)) is directed
