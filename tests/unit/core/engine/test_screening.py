"""What a stranger may say: about this exercise, in its own name, and not from the future."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer
from sim.core.engine.outside.screening import ENTRIES_MAX, Screen
from sim.core.messages.codec import encode
from sim.core.messages.contents import (
    Ack,
    Alarm,
    Alert,
    Answer,
    AnyContent,
    Briefing,
    Confidence,
    Decision,
    GrantNotice,
    ItemUpdate,
    Receipt,
    Request,
    Scaling,
    Signal,
    Snapshot,
    tag_of,
)
from sim.core.messages.event import Event
from sim.core.messages.items import Basis, Item, ItemRef, Kind, Source, Verification, VerificationStatus
from sim.core.model.text import Text
from sim.core.world.scenario import TICK_MS, Scenario
from sim.files.scenario.loading import load_scenario

NOW_MS = 60_000
SOME = Text("iets", "something")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("limburg-hoogwater")


def item(**changes: Any) -> Item:
    facts: dict[str, Any] = {
        "id": "rws-level",
        "version": 1,
        "subject": "level",
        "system": "river",
        "theme": "a2-situation",
        "kind": Kind.FACT,
        "title": SOME,
        "observed_at_ms": NOW_MS,
        "reported_at_ms": NOW_MS,
        "source": Source("rws", Basis.OBSERVED),
    }
    return Item(**{**facts, **changes})


def event(content: AnyContent, sender: str = "rws") -> Event:
    return Event(
        specversion="1.0",
        id=f"{sender}-x1",
        source=f"/party/{sender}",
        type=f"nl.beeld.{tag_of(content)}",
        time="2021-07-14T13:21:00+02:00",
        exercisems=NOW_MS,
        sequence=1,
        data=content,
    )


def test_what_is_of_this_exercise_passes(scenario: Scenario) -> None:
    assert Screen(scenario).fault_of_stranger(event(ItemUpdate(item=item())), NOW_MS) is None


@pytest.mark.parametrize(
    "content",
    [
        Request(activity="hoogwater-zl", purpose="access"),
        Request(activity="", purpose="effects", subject="level"),
        Request(activity="", purpose="inform", theme="a2-situation"),
        Scaling(level="WOT"),
        Briefing(activity="hoogwater-zl", items=()),
        Alert(activity="hoogwater-zl", text=SOME, pass_on=("wl", "enexis")),
    ],
)
def test_what_a_content_may_leave_out_is_no_mistake(scenario: Scenario, content: AnyContent) -> None:
    assert Screen(scenario).fault_of_stranger(event(content), NOW_MS) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Request(activity="", purpose="access"), "data.activity: expected an activity of the exercise"),
        (Alert(activity="hoogwater-zl", text=SOME, pass_on=("nobody",)), "data.pass_on[0]: expected a party"),
        (Ack(activity="elsewhere", of="x-1"), "data.activity: expected an activity of the exercise"),
        (Alarm(activity="", text=SOME, level="1"), "data.activity: expected an activity of the exercise"),
        (ItemUpdate(item=item(theme="weather")), "data.item.theme: expected a theme of the exercise"),
        (ItemUpdate(item=item(subject="a/b")), "data.item.subject: expected an id of at most 32"),
        (ItemUpdate(item=item(subject="a" * 33)), "data.item.subject: expected an id of at most 32"),
        (ItemUpdate(item=item(id="rws-#")), "data.item.id: expected an id"),
        (ItemUpdate(item=item(version=0)), "data.item.version: expected a version from 1"),
        (ItemUpdate(item=item(version=10**9)), "data.item.version: expected a version from 1"),
        (ItemUpdate(item=item(observed_at_ms=-1)), "data.item.observed_at_ms: expected a time"),
        (
            ItemUpdate(item=item(observed_at_ms=NOW_MS + TICK_MS + 1)),
            "data.item.observed_at_ms: expected a time of the exercise that is not to come",
        ),
        (
            ItemUpdate(item=item(source=Source("nobody", Basis.RUMOUR))),
            "data.item.source.party: expected a party of the exercise",
        ),
        (
            ItemUpdate(item=item(verification=Verification(VerificationStatus.VERIFIED, "nobody"))),
            "data.item.verification.by: expected a party of the exercise",
        ),
        (ItemUpdate(item=item(id="wl-level")), "item: expected an id that begins with rws-, was 'wl-level'"),
        (
            Briefing(activity="hoogwater-zl", items=(item(), item(theme="x"))),
            "data.items[1].theme: expected a theme of the exercise",
        ),
        (
            Request(activity="hoogwater-zl", purpose="access", on_behalf_of="nobody"),
            "data.on_behalf_of: expected a party of the exercise",
        ),
        (
            Signal(about=ItemRef("x", 1), subject="x", owner="nobody", reason="r", text=SOME),
            "data.owner: expected a party of the exercise",
        ),
        (
            GrantNotice(activity="hoogwater-zl", bundle="b", themes=("nothing",)),
            "data.themes[0]: expected a theme of the exercise",
        ),
        (Decision(team="R/T", text=SOME), "data.team: expected an id"),
        (
            Receipt(items=tuple(ItemRef("x", 1) for _ in range(ENTRIES_MAX + 1))),
            f"data.items: expected at most {ENTRIES_MAX} entries, was {ENTRIES_MAX + 1}",
        ),
    ],
)
def test_what_is_not_of_this_exercise_is_named(
    scenario: Scenario, content: AnyContent, expected: str
) -> None:
    found = Screen(scenario).fault_of_stranger(event(content), NOW_MS)

    assert found is not None
    assert found.startswith(expected)


def test_a_region_may_retell_what_another_said(scenario: Scenario) -> None:
    snapshot = Snapshot(activity="hoogwater-zl", items=(item(),))

    assert Screen(scenario).fault_of_stranger(event(snapshot, "vr24"), NOW_MS) is None
    assert Screen(scenario).fault_of_stranger(event(snapshot, "wl"), NOW_MS) is not None


def play(engine: Engine) -> int:
    """Play one moment over a broker that does as the access table says; return the moment."""
    at_ms = engine.next_ms()
    assert at_ms is not None
    turn = engine.turn(at_ms)
    table = engine.ledger.table
    allowed = [
        table.decide_subscription(wish.party, at_ms, wish.topic_filter).allowed for wish in turn.wishes
    ]
    engine.settle_wishes(turn, [BrokerAnswer(accepted) for accepted in allowed])
    foreseen = engine.foresee(turn)
    engine.settle(turn, foreseen, [BrokerAnswer(expected.decision.allowed) for expected in foreseen])
    return at_ms


NAMES = st.sampled_from(["rws", "vr24", "hoogwater-zl", "level", "", "nobody", "a/b", "#", "x" * 70])
ITEMS = st.builds(
    item,
    id=NAMES,
    subject=NAMES,
    theme=st.sampled_from(["a2-situation", "nothing"]),
    version=st.integers(-1, 10**12),
    observed_at_ms=st.integers(-(10**12), 10**12),
)
CONTENTS: st.SearchStrategy[AnyContent] = st.one_of(
    st.builds(lambda told: ItemUpdate(item=told), ITEMS),
    st.builds(lambda activity, told: Snapshot(activity=activity, items=(told,)), NAMES, ITEMS),
    st.builds(lambda activity: Alarm(activity=activity, text=SOME, level="x"), NAMES),
    st.builds(
        lambda activity, party: Request(activity=activity, purpose="access", on_behalf_of=party), NAMES, NAMES
    ),
    st.builds(lambda activity: Request(activity=activity, purpose="verify", subject="level"), NAMES),
    st.builds(lambda activity: GrantNotice(activity=activity, bundle="activity-reader"), NAMES),
)
TOPICS = [
    "post/{to}/{sender}/{kind}",
    "outside/{to}/{sender}/{kind}",
    "activity/hoogwater-zl/own/{sender}/a2-situation/level",
    "activity/hoogwater-zl/shared/a2-situation/level",
    "risk/vr24/{sender}/a2-situation/level",
]


@given(
    sent=st.lists(
        st.tuples(
            CONTENTS,
            st.sampled_from(["rws", "vr24", "gasunie", "rode-kruis", "nobody"]),
            st.sampled_from(["vr24", "wl", "rode-kruis", "camping-geuldal"]),
            st.sampled_from(TOPICS),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_stranger_makes_a_simulated_party_stumble(
    scenario: Scenario,
    sent: list[tuple[AnyContent, str, str, str]],
) -> None:
    """Whatever strangers send, every later moment still comes, and no party gains a right by it but by its region."""
    engine = Engine(scenario, 1, "open")
    for _ in range(30):
        now = play(engine)
    for content, sender, to, topic in sent:
        place = topic.format(to=to, sender=sender, kind=tag_of(content))
        settlement = engine.ingest(now, place, encode(event(content, sender)))
        assert all(
            scenario.activities[change.grant.activity].directing == sender for change in settlement.changes
        )
        assert {entry.kind for entry in settlement.entries} <= {"message", "garbled", "rights", "denied"}
    for _ in range(60):
        play(engine)


@pytest.mark.parametrize(
    "content",
    [
        Request(activity="", purpose="effects", subject="level"),
        Request(activity="hoogwater-zl", purpose="inform", theme="a2-situation"),
        Answer(activity="", of="vr24-1", outcome="informed", items=(item(),)),
        Confidence(activity="", items=(item(),)),
    ],
)
def test_what_says_nothing_of_an_activity_or_a_theme_may_leave_it_empty(
    scenario: Scenario, content: AnyContent
) -> None:
    assert Screen(scenario).fault_of_stranger(event(content), NOW_MS) is None


def test_what_is_of_an_activity_may_not_leave_it_empty(scenario: Scenario) -> None:
    fault = Screen(scenario).fault_of_stranger(event(Snapshot(activity="", items=())), NOW_MS)
    assert fault == "data.activity: expected an activity of the exercise, was ''"
