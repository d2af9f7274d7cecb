from __future__ import annotations

import pytest

from sim.core.engine.admission import RightsChange, apply_change, rights_changes
from sim.core.messages.contents import Ack, AnyContent, Card, GrantNotice, Withdrawal
from sim.core.model.access import AccessTable, compile_access
from sim.core.model.profile import Action
from tests.unit.core.agents.helpers import (
    CAMPING,
    CROSS,
    FIRE,
    FLOOD,
    NEIGHBOUR,
    NOWHERE,
    PROFILES,
    REGION,
    WATER,
    activities,
    event,
    everybody,
)

READER = GrantNotice(activity=FLOOD, bundle="activity-reader")
BACK = Withdrawal(activity=FLOOD, bundle="activity-reader")
SHARED = f"activity/{FLOOD}/shared/a2-situation/x"


def table() -> AccessTable:
    return compile_access(everybody().values(), PROFILES, activities().values())


def asked(
    known: AccessTable, content: AnyContent, to: str = CROSS, sender: str = REGION, topic: str = ""
) -> RightsChange | None:
    topic = topic or f"post/{to}/{sender}/grant"
    changes = rights_changes(known, everybody(), activities(), topic, event(sender, content), 11)
    assert len(changes) <= 1
    return changes[0] if changes else None


def granted(known: AccessTable) -> AccessTable:
    change = asked(known, READER)
    assert change is not None
    return apply_change(known, change, 11)


def test_a_grant_of_the_directing_region_holds_from_its_moment() -> None:
    change = asked(table(), READER)
    assert change is not None
    assert (change.granted, change.by) == (True, "e-1")
    assert (change.grant.party, change.grant.activity, change.grant.from_ms) == (CROSS, FLOOD, 11)
    after = apply_change(table(), change, 11)
    assert [after.decide(CROSS, at_ms, Action.READ, SHARED).allowed for at_ms in (10, 11)] == [False, True]


def test_a_grant_outside_the_tool_carries_its_themes() -> None:
    notice = GrantNotice(activity=FLOOD, bundle="seconded-head", themes=("a2-situation",))
    change = asked(table(), notice, topic=f"outside/{CAMPING}/{REGION}/grant")
    assert change is not None
    assert change.grant.themes == ("a2-situation",)


def test_a_withdrawal_ends_the_grant_at_its_moment() -> None:
    known = granted(table())
    change = asked(known, BACK)
    assert change is not None
    assert not change.granted
    after = apply_change(known, change, 20)
    assert [after.decide(CROSS, at_ms, Action.READ, SHARED).allowed for at_ms in (19, 20)] == [True, False]


@pytest.mark.parametrize(
    ("content", "to", "sender", "topic"),
    [
        (Ack(activity=FLOOD, of="e-1"), CROSS, REGION, ""),
        (READER, CROSS, REGION, "nothing"),
        (READER, CROSS, REGION, f"activity/{FLOOD}/card"),
        (READER, CROSS, NEIGHBOUR, ""),
        (READER, CROSS, CROSS, ""),
        (GrantNotice(activity="elsewhere", bundle="activity-reader"), CROSS, REGION, ""),
        (GrantNotice(activity=FLOOD, bundle="seconded-head"), CROSS, REGION, ""),
        (READER, WATER, REGION, ""),
        (READER, "stranger", REGION, ""),
        (BACK, CROSS, REGION, ""),
    ],
    ids=[
        "another-content",
        "no-topic",
        "no-post",
        "does-not-direct",
        "lets-itself-in",
        "no-activity",
        "another's-bundle",
        "no-bundle",
        "no-party",
        "nothing-to-withdraw",
    ],
)
def test_what_only_looks_like_a_grant_changes_nothing(
    content: AnyContent, to: str, sender: str, topic: str
) -> None:
    assert asked(table(), content, to, sender, topic) is None


def test_a_bundle_of_a_party_that_does_not_take_part_changes_nothing() -> None:
    without = {party: known for party, known in everybody().items() if party != CROSS}
    topic = f"post/{CROSS}/{REGION}/grant"
    assert rights_changes(table(), without, activities(), topic, event(REGION, READER), 11) == []


def test_a_grant_that_is_in_force_is_not_given_again() -> None:
    assert asked(granted(table()), READER) is None


def test_a_withdrawal_by_somebody_who_does_not_direct_changes_nothing() -> None:
    assert asked(granted(table()), BACK, sender=NEIGHBOUR) is None


def card(activity: str = FLOOD, *, is_open: bool = False) -> Card:
    return Card(
        activity=activity,
        name=NOWHERE,
        place=NOWHERE,
        directing=REGION,
        grip=0,
        systems=(),
        parties=(),
        open=is_open,
    )


def closing(known: AccessTable, content: Card, sender: str = REGION) -> list[str]:
    topic = f"activity/{content.activity}/card"
    changes = rights_changes(known, everybody(), activities(), topic, event(sender, content), 11)
    assert not any(change.granted for change in changes)
    return [change.grant.party for change in changes]


def two_let_in() -> AccessTable:
    notice = GrantNotice(activity=FLOOD, bundle="seconded-head", themes=("a2-situation",))
    change = asked(granted(table()), notice, CAMPING)
    assert change is not None
    return apply_change(granted(table()), change, 11)


def test_closing_an_activity_takes_back_all_that_was_given_in_it() -> None:
    assert closing(two_let_in(), card()) == [CROSS, CAMPING]


def test_closing_leaves_what_was_taken_back_before() -> None:
    change = asked(two_let_in(), BACK)
    assert change is not None
    assert closing(apply_change(two_let_in(), change, 12), card()) == [CAMPING]


@pytest.mark.parametrize(
    ("content", "sender"),
    [(card(is_open=True), REGION), (card(FIRE), NEIGHBOUR), (card(), NEIGHBOUR)],
    ids=["open", "another-activity", "does-not-direct"],
)
def test_another_card_takes_nothing_back(content: Card, sender: str) -> None:
    assert closing(two_let_in(), content, sender) == []


def test_telling_somebody_that_an_activity_is_closed_takes_nothing_back() -> None:
    topic = f"outside/{CAMPING}/{REGION}/card"
    told = event(REGION, card())
    assert rights_changes(two_let_in(), everybody(), activities(), topic, told, 11) == []
