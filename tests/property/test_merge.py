"""Laws of pictures: merging, what changed, and what contradicts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.core.messages.items import Geometry, Item, LineString, Point, Value
from sim.core.picture.difference import difference
from sim.core.picture.geometry import distance_m
from sim.core.picture.merge import EMPTY, Picture, add, merge, newest, of
from sim.core.picture.quality import conflicts, contradicts, values_differ
from tests.unit.core.agents.helpers import HERE, item

ITEMS = st.builds(
    item,
    st.sampled_from(("a", "b", "c")),
    version=st.integers(1, 3),
    reported=st.integers(0, 2),
    amount=st.sampled_from((None, 1.0, 2.0)),
    words=st.sampled_from(("", "x")),
    subject=st.sampled_from(("level", "bridge")),
    source=st.sampled_from(("wl", "rws")),
)
PICTURES = st.lists(ITEMS, max_size=5).map(of)
# Whole millionths of a degree (11 cm): lines much shorter than an atom are beyond the arithmetic of GEOS.
MICRO = 1_000_000
POSITIONS = st.tuples(st.integers(-180 * MICRO, 180 * MICRO), st.integers(-89 * MICRO, 89 * MICRO)).map(
    lambda whole: (whole[0] / MICRO, whole[1] / MICRO)
)
PLACES: st.SearchStrategy[Geometry] = st.one_of(
    st.builds(Point, POSITIONS), st.builds(LineString, st.lists(POSITIONS, min_size=2, max_size=4).map(tuple))
)
VALUES = st.lists(
    st.builds(Value, st.sampled_from(("flow", "height")), st.floats(-1e6, 1e6), st.sampled_from(("", "m"))),
    max_size=4,
)


@given(PICTURES, PICTURES)
def test_merge_is_commutative(one: Picture, other: Picture) -> None:
    assert merge(one, other) == merge(other, one)


@given(PICTURES, PICTURES, PICTURES)
def test_merge_is_associative(one: Picture, two: Picture, three: Picture) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(PICTURES, PICTURES)
def test_merge_is_idempotent(one: Picture, other: Picture) -> None:
    assert merge(one, one) == one
    assert merge(merge(one, other), other) == merge(one, other)


@given(PICTURES)
def test_merge_with_nothing_changes_nothing(picture: Picture) -> None:
    assert merge(picture, EMPTY) == merge(EMPTY, picture) == picture


@given(PICTURES, PICTURES)
def test_merge_loses_nothing_and_keeps_the_newest(one: Picture, other: Picture) -> None:
    merged = merge(one, other)
    assert merged.keys() == one.keys() | other.keys()
    for item_id, kept in merged.items():
        candidates = [picture[item_id] for picture in (one, other) if item_id in picture]
        assert kept in candidates
        assert all((kept.version, kept.reported_at_ms) >= (c.version, c.reported_at_ms) for c in candidates)


@given(PICTURES, ITEMS)
def test_add_is_merge_of_one(picture: Picture, new: Item) -> None:
    assert add(picture, new) == merge(picture, {new.id: new})


@given(st.lists(ITEMS, max_size=6).flatmap(lambda items: st.tuples(st.just(items), st.permutations(items))))
def test_of_items_does_not_depend_on_their_order(orders: tuple[list[Item], list[Item]]) -> None:
    items, shuffled = orders
    assert of(shuffled) == of(items)


@given(ITEMS, ITEMS, ITEMS)
def test_newest_is_one_fixed_order(one: Item, two: Item, three: Item) -> None:
    assert newest(one, two) == newest(two, one)
    assert newest(newest(one, two), three) == newest(one, newest(two, three))


@given(PICTURES, PICTURES)
def test_difference_done_to_the_first_gives_the_second(before: Picture, after: Picture) -> None:
    found = difference(before, after)
    done = dict(before)
    for gone in found.removed:
        assert done.pop(gone.id) == gone
    for old, new in found.changed:
        assert done[old.id] == old != new
        done[new.id] = new
    for new in found.added:
        assert new.id not in done
        done[new.id] = new
    assert done == after


@given(PICTURES, PICTURES)
def test_difference_the_other_way_round_is_its_mirror(before: Picture, after: Picture) -> None:
    there, back = difference(before, after), difference(after, before)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert there.changed == tuple((old, new) for new, old in back.changed)


@given(ITEMS, ITEMS)
def test_contradiction_is_symmetrical(one: Item, other: Item) -> None:
    assert contradicts(one, other) == contradicts(other, one)


@given(VALUES, VALUES)
def test_difference_of_figures_is_symmetrical(one: list[Value], other: list[Value]) -> None:
    assert values_differ(one, other) == values_differ(other, one)


@given(PICTURES)
def test_conflicts_are_exactly_the_pairs_that_contradict(picture: Picture) -> None:
    items = [known for _, known in sorted(picture.items())]
    expected = {
        (one.id, other.id)
        for place, one in enumerate(items)
        for other in items[place + 1 :]
        if one.subject == other.subject and contradicts(one, other)
    }
    assert {(one.id, other.id) for one, other in conflicts(picture)} == expected


@given(PLACES, PLACES)
def test_distance_is_symmetrical_and_never_negative(one: Geometry, other: Geometry) -> None:
    there, back = distance_m(one, other), distance_m(other, one)
    assert there == back
    assert there >= 0


@given(PLACES)
def test_distance_of_a_place_to_itself_is_nothing(place: Geometry) -> None:
    assert distance_m(place, place) == 0


@given(st.floats(0.001, 1.0))
def test_distance_grows_with_latitude_as_a_degree_does(degrees: float) -> None:
    north = Point((HERE.coordinates[0], HERE.coordinates[1] + degrees))
    assert abs(distance_m(HERE, north) - 111_195 * degrees) < 1
