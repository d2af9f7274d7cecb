from __future__ import annotations

import pytest

from sim.core.messages.contents import (
    Ack,
    Answer,
    AnyContent,
    Briefing,
    ItemUpdate,
    Proposal,
    Signal,
    SitRep,
    Snapshot,
    items_in,
    tag_of,
    with_items,
)
from sim.core.messages.items import Item, ItemRef
from tests.unit.core.agents.helpers import NOWHERE, item

ONE, TWO = item("one"), item("two")


@pytest.mark.parametrize(
    ("content", "items"),
    [
        (ItemUpdate(item=ONE), (ONE,)),
        (Proposal(item=ONE), (ONE,)),
        (SitRep(activity="a", from_ms=0, to_ms=1, due_ms=1, items=(ONE, TWO)), (ONE, TWO)),
        (Snapshot(activity="a", items=(ONE, TWO)), (ONE, TWO)),
        (Briefing(activity="a", items=()), ()),
        (Answer(activity="a", of="e", outcome="corrected", item=ONE), (ONE,)),
        (Answer(activity="a", of="e", outcome="unknown"), ()),
        (Ack(activity="a", of="e"), ()),
        (Signal(about=ItemRef("i", 1), subject="s", owner="o", reason="r", text=NOWHERE, known=ONE), ()),
    ],
)
def test_items_in_a_content_are_what_its_sender_states(content: AnyContent, items: tuple[Item, ...]) -> None:
    assert items_in(content) == items


def test_tag_of_a_content_is_its_field_message() -> None:
    assert tag_of(ItemUpdate(item=ONE)) == "item"
    assert tag_of(Ack(activity="a", of="e")) == "ack"


OTHER = item("one", version=2)


@pytest.mark.parametrize(
    ("content", "made"),
    [
        (ItemUpdate(item=ONE), ItemUpdate(item=OTHER)),
        (Proposal(item=TWO), None),
        (Briefing(activity="a", items=(ONE, TWO)), Briefing(activity="a", items=(OTHER,))),
        (Briefing(activity="a", items=(TWO,)), None),
        (Briefing(activity="a", items=()), Briefing(activity="a", items=())),
        (
            SitRep(activity="a", from_ms=0, to_ms=1, due_ms=1, items=(TWO,)),
            SitRep(activity="a", from_ms=0, to_ms=1, due_ms=1),
        ),
        (
            Answer(activity="a", of="e", outcome="corrected", item=TWO, items=(ONE, TWO)),
            Answer(activity="a", of="e", outcome="corrected", items=(OTHER,)),
        ),
        (Answer(activity="a", of="e", outcome="unknown"), Answer(activity="a", of="e", outcome="unknown")),
        (Ack(activity="a", of="e"), Ack(activity="a", of="e")),
    ],
)
def test_with_items_changes_what_its_sender_states(content: AnyContent, made: AnyContent | None) -> None:
    assert with_items(content, lambda one: OTHER if one is ONE else None) == made
