from __future__ import annotations

from sim.core.picture.difference import Difference, difference
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import item


def test_difference_of_two_pictures_names_what_came_went_and_changed_in_order() -> None:
    stays, gone, b_before, b_after = item("a"), item("z"), item("b"), item("b", version=2)
    new_d, new_c = item("d"), item("c")
    found = difference(of([stays, gone, b_before]), of([stays, b_after, new_d, new_c]))
    assert found == Difference(added=(new_c, new_d), removed=(gone,), changed=((b_before, b_after),))


def test_difference_of_a_picture_with_itself_is_nothing() -> None:
    picture = of([item("a"), item("b")])
    assert difference(picture, picture) == Difference((), (), ())
