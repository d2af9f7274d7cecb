"""Telephone: what can be told outside the tool in whose stead, and to whom."""

from __future__ import annotations

import pytest

from sim.core.agents.acts import Publish, Remark
from sim.core.agents.admission.admitting import NAME as ADMITTING
from sim.core.agents.agent import AgentState
from sim.core.agents.information.reading import NAME as READING
from sim.core.agents.outage.telephone import Call, addressees, agreed_with, bundled, call, told
from sim.core.messages.contents import (
    Ack,
    Answer,
    AnyContent,
    Briefing,
    ItemUpdate,
    Proposal,
    Receipt,
    Scaling,
    Signal,
    SitRep,
    items_in,
)
from sim.core.messages.items import Item, ItemRef
from sim.core.model.staff import Duty
from tests.unit.core.agents.helpers import (
    CAMPING,
    CARE,
    CROSS,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NEIGHBOUR,
    NOWHERE,
    RAIL,
    REGION,
    THEME,
    WATER,
    agreement,
    brief,
    item,
    people,
    shared,
)

AGREED = [
    agreement(WATER, fallback="telephone"),
    agreement(GRID, "structural"),
    agreement(RAIL, "link", fallback="telephone"),
    agreement(CROSS, "standby", fallback="telephone"),
    agreement(CAMPING, "ad-hoc", fallback="telephone", seconded_themes=(THEME,)),
]
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
OWN = f"activity/{FLOOD}/own/{WATER}/{THEME}/wl-{LEVEL}"
ACK = Ack(activity=FLOOD, of="e-1")
LET_IN = AgentState().with_mind(
    ADMITTING, {(FLOOD, CROSS): "activity-reader", (FLOOD, CAMPING): "seconded-head"}
)


def signal(known: Item | None = None) -> Signal:
    return Signal(
        about=ItemRef("x", 1), subject=LEVEL, owner=WATER, reason="value", text=NOWHERE, known=known
    )


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (WATER, REGION, "telephone"),
        (REGION, WATER, "telephone"),
        (GRID, REGION, None),
        (WATER, NEIGHBOUR, None),
        (WATER, GRID, None),
    ],
)
def test_a_partner_and_a_region_reach_each_other_as_they_agreed(
    one: str, other: str, how: str | None
) -> None:
    assert agreed_with(brief(one, agreements=AGREED), other) == how


@pytest.mark.parametrize(
    ("sender", "topic", "content", "to"),
    [
        (WATER, OWN, ItemUpdate(item=item()), (REGION,)),
        (GRID, f"activity/{FLOOD}/proposal/{GRID}/x", Proposal(item=item("x")), (REGION,)),
        (WATER, f"activity/{FLOOD}/signal/{WATER}", signal(), (REGION,)),
        (WATER, f"activity/{FLOOD}/scaling/{WATER}", Scaling(level="WOT"), (REGION,)),
        (WATER, f"post/{REGION}/{WATER}/ack", ACK, (REGION,)),
        (WATER, f"post/{GRID}/{WATER}/ack", ACK, (GRID,)),
        (WATER, f"post/{RAIL}/{WATER}/ack", ACK, ()),
        (WATER, f"receipt/{WATER}", Receipt(items=()), ()),
        (WATER, f"risk/{REGION}/{WATER}/{THEME}/wl-{LEVEL}", ItemUpdate(item=item()), ()),
        (WATER, SHARED, ItemUpdate(item=shared()), ()),
        (WATER, f"activity/{FIRE}/own/{WATER}/{THEME}/wl-{LEVEL}", ItemUpdate(item=item()), (NEIGHBOUR,)),
        (CROSS, f"activity/{FLOOD}/signal/{CROSS}", signal(), ()),
        (REGION, SHARED, ItemUpdate(item=shared()), (GRID, WATER)),
        (REGION, f"activity/{FLOOD}/scaling/{REGION}", Scaling(level="GRIP 2"), (GRID, WATER)),
        (REGION, f"activity/{FLOOD}/own/{REGION}/{THEME}/x", ItemUpdate(item=item("x")), ()),
        (REGION, f"activity/{FIRE}/shared/{THEME}/x", ItemUpdate(item=item("x")), ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_who_may_read_it_in_the_tool_is_told_by_who_may_write_it(
    sender: str, topic: str, content: AnyContent, to: tuple[str, ...]
) -> None:
    known = brief(sender, agreements=AGREED)
    assert addressees(known, AgentState(), Publish(topic, content), 0) == to


def test_who_was_let_in_is_told_too_and_may_tell() -> None:
    region = brief(REGION, agreements=AGREED)
    act = Publish(SHARED, ItemUpdate(item=shared()))
    assert addressees(region, LET_IN, act, 0) == (GRID, CROSS, WATER)
    cross = brief(CROSS, agreements=AGREED)
    state = AgentState().with_mind(READING, {(FLOOD, "activity-reader"): ("x",)})
    act = Publish(f"activity/{FLOOD}/signal/{CROSS}", signal())
    assert addressees(cross, state, act, 0) == (REGION,)


def test_what_is_told_says_what_it_is_told_of() -> None:
    update = Publish(OWN, ItemUpdate(item=item()))
    assert call(REGION, update) == Call(REGION, Briefing(activity=FLOOD, items=(item(),)), update)
    offered = Publish(f"activity/{FLOOD}/proposal/{GRID}/x", Proposal(item=item("x")))
    assert call(REGION, offered).content == Briefing(activity=FLOOD, items=(item("x"),))
    scaled = Publish(f"activity/{FLOOD}/scaling/{WATER}", Scaling(level="WOT"))
    assert call(REGION, scaled).content == Scaling(level="WOT", activity=FLOOD)
    mail = Publish(f"post/{REGION}/{WATER}/ack", ACK)
    assert call(REGION, mail).content == ACK


def briefing(to: str, *names: str, activity: str = FLOOD, team: str = "") -> Call:
    content = Briefing(activity=activity, items=tuple(item(name) for name in names), team=team)
    return Call(to, content, Publish(f"post/{to}/{REGION}/{names[0]}", content))


def test_all_items_for_one_party_of_one_activity_are_told_in_one_call() -> None:
    calls = [
        briefing(WATER, "a"),
        briefing(GRID, "a"),
        briefing(WATER, "b"),
        briefing(WATER, "c", activity=FIRE),
        briefing(WATER, "d", team="rot"),
        Call(WATER, ACK, Publish("x", ACK)),
    ]
    found = [
        (one.to, [known.id for known in one.content.items] if isinstance(one.content, Briefing) else [])
        for one in bundled(calls)
    ]
    assert found == [(WATER, ["a", "b"]), (GRID, ["a"]), (WATER, ["c"]), (WATER, ["d"]), (WATER, [])]


ME = brief(WATER, agreements=AGREED)


def tell(content: AnyContent, injects: tuple[str, ...] = ()) -> list[Publish | Remark]:
    act = Publish("elsewhere", content, answers="e-1", because_of="e-2", injects=injects)
    return told(ME, Call(REGION, content, act), "telephone/1", "i-down", ME.limits(Duty.INFORMATION))


def test_a_call_carries_what_the_message_would_have() -> None:
    assert tell(ACK, ("i-1",)) == [
        Publish(
            f"outside/{REGION}/{WATER}/ack", ACK, answers="e-1", because_of="e-2", injects=("i-down", "i-1")
        )
    ]


@pytest.mark.parametrize(
    "content",
    [
        Briefing(activity=FLOOD, items=(item(causation=("f-1",)),)),
        SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1, items=(item(causation=("f-1",)),)),
        Answer(activity=FLOOD, of="e-1", outcome="confirmed", item=item(causation=("f-1",))),
        Answer(activity=FLOOD, of="e-1", outcome="informed", items=(item(causation=("f-1",)),)),
        signal(item(causation=("f-1",))),
    ],
    ids=["briefing", "sitrep", "answer", "informed", "signal"],
)
def test_items_are_passed_on_by_word_of_mouth(content: AnyContent) -> None:
    (act,) = tell(content, ("i-1",))
    assert isinstance(act, Publish)
    assert act.injects == ("i-down", "i-1", "f-1")
    assert type(act.content) is type(content)
    new = act.content
    heard = (new.known,) if isinstance(new, Signal) else items_in(new)
    assert [one.source.through for one in heard if one is not None] == [WATER]


@pytest.mark.parametrize(
    "content",
    [
        SitRep(activity=FLOOD, from_ms=0, to_ms=1, due_ms=1),
        Answer(activity=FLOOD, of="e-1", outcome="unknown"),
        signal(),
    ],
    ids=["sitrep", "answer", "signal"],
)
def test_what_has_no_items_is_told_as_it_is(content: AnyContent) -> None:
    (act,) = tell(content)
    assert isinstance(act, Publish)
    assert act.content == content


def test_a_figure_may_be_copied_wrongly() -> None:
    clumsy = brief(WATER, humans=people(slip=1.0), agreements=AGREED)
    content = Briefing(activity=FLOOD, items=(item(amount=34.0),))
    remark, publish = told(
        clumsy,
        Call(REGION, content, Publish("x", content)),
        "telephone/1",
        "i-down",
        clumsy.limits(Duty.INFORMATION),
    )
    assert isinstance(remark, Remark)
    assert (remark.what, remark.because_of) == ("slip", "i-down")
    assert isinstance(publish, Publish)
    assert isinstance(publish.content, Briefing)
    assert publish.content.items[0].values[0].amount == 43.0


def test_a_call_of_which_everything_was_forgotten_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.core.agents.outage.telephone.carried", lambda *_: ((), []))
    assert tell(Briefing(activity=FLOOD, items=(item(),))) == []
    assert CARE not in ME.agreements
