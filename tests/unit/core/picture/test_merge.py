from __future__ import annotations

import pytest

from sim.core.messages.items import Item
from sim.core.picture.merge import EMPTY, about, add, merge, newest, of
from tests.unit.core.agents.helpers import item

OLD, NEW = item(version=1, reported=50), item(version=2, reported=10)


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        (OLD, NEW, NEW),
        (item(version=1, reported=5), item(version=1, reported=6), item(version=1, reported=6)),
        (item(words="a"), item(words="b"), item(words="b")),
    ],
)
def test_newest_of_two_is_the_higher_version_then_the_later_report_then_fixed(
    one: Item, other: Item, winner: Item
) -> None:
    assert newest(one, other) == winner
    assert newest(other, one) == winner


def test_newest_of_an_item_and_its_copy_is_that_item() -> None:
    assert newest(OLD, item(version=1, reported=50)) is OLD


def test_add_of_what_is_known_or_older_gives_the_same_picture() -> None:
    picture = of([NEW])
    assert add(picture, OLD) is picture
    assert add(picture, item(version=2, reported=10)) is picture


def test_add_of_something_newer_leaves_the_picture_before_as_it_was() -> None:
    before = of([OLD])
    after = add(before, NEW)
    assert (dict(before), dict(after)) == ({OLD.id: OLD}, {OLD.id: NEW})


def test_merge_of_two_pictures_holds_the_newest_of_each_item() -> None:
    other = item("other")
    assert merge(of([NEW]), of([OLD, other])) == {NEW.id: NEW, "other": other}


def test_of_several_versions_holds_the_newest() -> None:
    assert of([NEW, OLD]) == {NEW.id: NEW}
    assert of([]) == EMPTY


def test_about_a_subject_gives_its_items_in_order_of_id() -> None:
    two, one, else_where = item("b"), item("a"), item("c", subject="bridge")
    assert about(of([two, one, else_where]), "level") == (one, two)
