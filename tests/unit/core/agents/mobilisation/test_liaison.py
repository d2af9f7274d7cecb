from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Act, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import TAKEN, leave
from sim.core.agents.mobilisation.liaison import ARRIVED, BEHAVIOUR
from sim.core.agents.people.staffing import Call, Desk
from sim.core.messages.contents import Ack
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import HOUR_MS
from tests.unit.core.agents.helpers import FIRE, FLOOD, NEIGHBOUR, RAIL, REGION, brief, only, react, woken

LIAISON, MAKER = Role.LIAISON, Role.DECISION_MAKER
TRAVEL = Spread(70, 70)
ABOUT = (FLOOD, "vr24-2", REGION)


def taken(event_id: str = "vr24-2") -> Woken:
    return Woken(TAKEN, (FLOOD, event_id, REGION))


def me(*posts: Post) -> Brief:
    """A link partner with these people only."""
    return brief(RAIL, staff=(*(Post(role) for role in Role), *posts))


def sent(known: Brief, now: int = 10, **fields: Any) -> tuple[AgentState, list[Act]]:
    return react(known, BEHAVIOUR, AgentState(engaged={FLOOD: 0}, **fields), taken(), now=now)


def coming(*there_ms: int) -> dict[Role, Desk]:
    return {
        LIAISON: Desk(
            called={person: Call(at_ms, "e-1", at_ms <= 10) for person, at_ms in enumerate(there_ms)}
        )
    }


ON_DUTY = Post(LIAISON, on_duty=1, arrival=TRAVEL, handling=Spread(3, 3), attention_ms=HOUR_MS)


def test_who_was_called_is_there_when_the_call_said_so_and_says_so() -> None:
    known = me(Post(LIAISON, on_call=2, arrival=TRAVEL))
    state, acts = sent(known, desks=coming(90, 60))
    assert acts == [Wake(60, ARRIVED, ABOUT)]
    _, acts = react(known, BEHAVIOUR, state, woken(only(Wake, acts)), now=60)
    assert acts[1:] == [  # the first says that the one who was called is there
        Remark("arrived", None, f"the liaison is with {REGION} for {FLOOD}", "vr24-2"),
        Publish(
            f"outside/{REGION}/{RAIL}/ack",
            Ack(activity=FLOOD, of="vr24-2", arrived=True),
            answers="vr24-2",
            because_of="vr24-2",
        ),
    ]


@pytest.mark.parametrize(
    ("known", "desks"),
    [
        (me(ON_DUTY), {}),
        (me(Post(LIAISON, on_call=1, arrival=TRAVEL)), coming(5)),
        (me(Post(MAKER, on_duty=1, arrival=TRAVEL), Post(LIAISON, on_call=1, arrival=Spread(1, 1))), {}),
    ],
    ids=["on duty", "called before and at the post", "nobody of the first role"],
)
def test_who_is_at_the_post_travels(known: Brief, desks: dict[Role, Desk]) -> None:
    assert sent(known, desks=desks)[1] == [Wake(80, ARRIVED, ABOUT)]


@pytest.mark.parametrize(("opens_ms", "expected"), [(HOUR_MS, 10 + HOUR_MS - 10 + 70), (HOUR_MS + 11, None)])
def test_who_begins_soon_goes_then(opens_ms: int, expected: int | None) -> None:
    post = Post(
        LIAISON, on_duty=1, arrival=TRAVEL, attention_ms=HOUR_MS, hours=(opens_ms, opens_ms + HOUR_MS)
    )
    acts = sent(me(post))[1]
    assert [act.at_ms for act in acts if isinstance(act, Wake)] == ([] if expected is None else [expected])


def test_where_nobody_can_go_the_region_hears_nothing() -> None:
    known = me(Post(LIAISON, on_call=1, arrival=TRAVEL), Post(Role.SECONDED_HEAD, on_duty=1))
    text = f"nobody can go to {REGION} as liaison for {FLOOD}"
    assert sent(known)[1] == [Remark("unreachable", None, text, "vr24-2")]


def test_who_helps_from_the_region_is_not_sent_to_it() -> None:
    known = brief("camping", staff=(Post(LIAISON), Post(Role.SECONDED_HEAD, on_duty=1)))
    assert isinstance(only(Remark, sent(known)[1]), Remark)


def test_a_liaison_that_was_sent_is_not_sent_again_until_the_party_has_left() -> None:
    known = me(ON_DUTY)
    state, _ = sent(known)
    for now, at_ms in ((20, 80), (90, 90)):
        _, acts = react(known, BEHAVIOUR, state, taken(event_id="vr24-3"), now=now)
        assert acts == [Wake(at_ms, ARRIVED, (FLOOD, "vr24-3", REGION))]
    back = AgentState(engaged={FLOOD: 500}, minds=state.minds)
    assert only(Wake, react(known, BEHAVIOUR, back, taken(), now=600)[1]).at_ms == 670


def test_who_came_for_the_alarm_and_took_it_does_not_travel_again() -> None:
    here = {LIAISON: Desk(called={0: Call(5, "vr24-2", is_told=True)})}
    assert sent(me(Post(LIAISON, on_call=1, arrival=TRAVEL)), desks=here)[1] == [Wake(10, ARRIVED, ABOUT)]


def test_nobody_goes_to_what_is_over() -> None:
    assert react(me(ON_DUTY), BEHAVIOUR, AgentState(), taken()) == (AgentState(), [])


def test_nobody_arrives_at_what_is_over() -> None:
    state, acts = sent(me(ON_DUTY))
    gone = AgentState(minds=state.minds)
    assert react(me(ON_DUTY), BEHAVIOUR, gone, woken(only(Wake, acts))) == (gone, [])


# One liaison a region ---------------------------------------------------------------------------


def sent_to_both(known: Brief, *, there: str = NEIGHBOUR) -> list[Act]:
    """Send a liaison to REGION, and then, while that one is there, for an activity of another region."""
    state, _ = sent(known)
    state = msgspec.structs.replace(state, engaged={FLOOD: 0, FIRE: 0})
    return react(known, BEHAVIOUR, state, Woken(TAKEN, (FIRE, "vr23-2", there)), now=100)[1]


def test_another_region_is_sent_another_liaison() -> None:
    two = me(Post(LIAISON, on_duty=2, arrival=TRAVEL))
    assert sent_to_both(two) == [Wake(170, ARRIVED, (FIRE, "vr23-2", NEIGHBOUR))]


def test_another_region_is_sent_the_decision_maker_where_the_only_liaison_is_away() -> None:
    known = me(ON_DUTY, Post(MAKER, on_duty=1, arrival=Spread(7, 7)))
    assert only(Wake, sent_to_both(known)).at_ms == 107


def test_where_the_only_one_is_with_another_region_nobody_can_go() -> None:
    text = f"nobody can go to {NEIGHBOUR} as liaison for {FIRE}"
    assert sent_to_both(me(ON_DUTY)) == [Remark("unreachable", None, text, "vr23-2")]


def test_for_another_activity_of_the_region_the_one_who_is_there_already_does() -> None:
    assert sent_to_both(me(ON_DUTY), there=REGION) == [Wake(100, ARRIVED, (FIRE, "vr23-2", REGION))]


def test_who_was_called_and_is_at_the_post_goes_to_the_second_region() -> None:
    known = me(Post(LIAISON, on_call=2, arrival=TRAVEL))
    state, _ = sent(known, desks=coming(60, 40))
    assert state.desk(LIAISON).posted == {FLOOD: (1, REGION)}
    state = msgspec.structs.replace(state, engaged={FLOOD: 0, FIRE: 0})
    state, acts = react(known, BEHAVIOUR, state, Woken(TAKEN, (FIRE, "vr23-2", NEIGHBOUR)), now=100)
    assert [act.at_ms for act in acts if isinstance(act, Wake)] == [170]
    assert state.desk(LIAISON).posted == {FLOOD: (1, REGION), FIRE: (0, NEIGHBOUR)}


def test_who_left_the_activity_is_with_its_region_no_longer() -> None:
    state, _ = sent(me(ON_DUTY))
    state = msgspec.structs.replace(state, engaged={FLOOD: 0, FIRE: 0})
    assert leave(state, FIRE).desk(LIAISON).posted == {FLOOD: (0, REGION)}
    left = leave(state, FLOOD)
    assert left.desk(LIAISON).posted == {}
    _, acts = react(me(ON_DUTY), BEHAVIOUR, left, Woken(TAKEN, (FIRE, "vr23-2", NEIGHBOUR)), now=100)
    assert only(Wake, acts).at_ms == 170
