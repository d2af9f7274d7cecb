"""The fallback (Modeluitwerking, techniek 4): how a party works while the tool fails it, and how it comes back."""

from __future__ import annotations

from collections import Counter

from sim.core.messages.contents import Briefing, ItemUpdate
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Open, ToolDown, ToolUp
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import FLOOD, LEVEL, REGION, RIVER, WATER

OPENED = inject(30, Open(activity=FLOOD))
DOWN = inject(60, ToolDown(), WATER)
UP = inject(180, ToolUp(), WATER)
HEAD = Post(Role.HEAD_OF_INFORMATION, on_duty=1, handling=Spread(minutes(5), minutes(5)))


def failing(agreement: Agreement, head: Post = HEAD) -> Played:
    """The water rises twice while the tool fails the water board; the region does not see it by itself."""
    return play(
        injects=[OPENED, DOWN, UP],
        truth=[so(10), so(90, amount=340.0), so(130, amount=390.0)],
        agreements=[agreement],
        members=(REGION, WATER),
        parties={WATER: {"staff": (head,)}, REGION: {"competence": Competence(("other",), None)}},
        hours=5,
    )


def by_telephone(**terms: object) -> Agreement:
    return agreed(WATER, alert_systems=(RIVER,), fallback="telephone", **terms)


def tab(played: Played, from_: float, until: float) -> list[Heard]:
    """What the water board wrote into its tab in these minutes."""
    found = played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)
    return [one for one in found if minutes(from_) <= one.at_ms < minutes(until)]


def shared_amounts(played: Played) -> dict[float, int]:
    """When (ms) the region first had each level in the situational picture."""
    first: dict[float, int] = {}
    for one in played.of(ItemUpdate, sender=REGION, shape=Shape.SHARED):
        if one.data.item.subject == LEVEL:
            first.setdefault(one.data.item.values[0].amount, one.at_ms)
    return first


def test_who_agreed_how_goes_over_and_comes_back_because_of_the_failure() -> None:
    played = failing(by_telephone())
    over, back = played.notes("fallback", WATER)

    assert (over.text, over.cause) == ("the tool is down; works by the fallback", (DOWN.id,))
    assert (back.text, back.cause) == ("the tool works again; brought up to date", (UP.id,))


def test_meanwhile_the_region_is_told_by_telephone_and_has_it_in_its_picture() -> None:
    played = failing(by_telephone())

    calls = played.of(Briefing, sender=WATER, to=REGION)
    heard = shared_amounts(played)
    shared = [one for one in played.of(ItemUpdate, shape=Shape.SHARED) if one.at_ms == heard[340.0]]

    assert tab(played, 60, 180) == []
    assert [one.data.items[0].values[0].amount for one in calls] == [340.0, 390.0]
    assert {one.event.injects for one in calls} == {(DOWN.id,)}
    assert [played.led_to(one)[-1] for one in shared] == calls[:1]
    assert max(heard.values()) < UP.at_ms


def test_afterwards_the_tool_is_brought_up_to_date_with_the_newest_and_nothing_twice() -> None:
    played = failing(by_telephone())

    late = tab(played, 180, 300)
    versions = Counter(
        (one.data.item.id, one.data.item.version)
        for one in played.of(ItemUpdate, sender=REGION, shape=Shape.SHARED)
    )

    assert [one.data.item.values[0].amount for one in late] == [390.0]
    assert set(versions.values()) == {1}
    # What was told by telephone and then stands in the tab is one statement: the picture says it once.
    said = [
        one.data.item.values[0].amount
        for one in played.of(ItemUpdate, sender=REGION, shape=Shape.SHARED)
        if one.data.item.subject == LEVEL
    ]
    assert said == sorted(set(said))


def test_where_nothing_was_agreed_the_region_hears_nothing_until_the_tool_works() -> None:
    """Not agreed: there is no fallback."""
    played = failing(agreed(WATER, alert_systems=(RIVER,)))
    _, held_back, _ = played.notes("fallback", WATER)
    heard = shared_amounts(played)

    assert (
        held_back.text
        == f"nothing was agreed with {REGION} for when the tool is down; held back until it works"
    )
    assert held_back.cause == (DOWN.id,)
    assert played.of(Briefing, sender=WATER) == []
    assert 340.0 not in heard  # by the time the tool works again there is something newer
    assert heard[390.0] >= UP.at_ms


def test_who_has_too_much_in_hand_does_not_notice_that_the_tool_is_down() -> None:
    """Overload: the one head of information is at something for two hours, and nobody else looks."""
    swamped = Post(
        Role.HEAD_OF_INFORMATION,
        on_duty=1,
        handling=Spread(minutes(100), minutes(100)),
        attention_ms=minutes(20),
    )
    played = failing(by_telephone(), swamped)
    (missed,) = [one for one in played.notes("missed", WATER) if "fallback.notice" in one.text]

    assert (missed.text, missed.cause) == ("head-of-information: waited 20 min (fallback.notice)", (DOWN.id,))
    assert played.of(Briefing, sender=WATER) == []
