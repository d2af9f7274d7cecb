"""What shows of a statement by itself: form, authority, clock, map, history, words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import shapely

from sim.core.messages.items import (
    Basis,
    Item,
    Kind,
    Point,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.plausibility import (
    Ground,
    Quantity,
    Said,
    doubts,
    is_echo,
    is_first_hand,
    is_unclear,
    said,
    says_what,
)
from sim.core.picture.quality import Mismatch
from tests.unit.core.agents.helpers import FAR, GRID, HERE, RAIL, REGION, THEME, WATER, item, text

NOW = 9 * HOUR_MS
HEIGHT = Quantity("height", "m", 1.0, "exercise")


def ground(**fields: Any) -> Ground:
    base: dict[str, Any] = {
        "now_ms": NOW,
        "areas": (shapely.box(4.5, 50.5, 5.5, 51.5),),
        "elsewhere": (shapely.box(6.5, 52.5, 7.5, 53.5),),
        "can_see": True,
        "is_told_by": WATER,
        "is_open": True,
        "parties": (WATER, GRID, REGION),
        "themes": (THEME,),
        "verifiers": (REGION,),
        "quantities": {"height": HEIGHT},
    }
    return Ground(**{**base, **fields})


def once(amount: float = 300.0, at_ms: int = 0, **fields: Any) -> Said:
    return said(item(amount=amount, observed=at_ms, **fields))


def test_what_can_be_is_not_doubted() -> None:
    before = (once(280.0), once(290.0, HOUR_MS))
    assert doubts(item(observed=2 * HOUR_MS), ground(before=before)) == ()


# Form and authority --------------------------------------------------------------------------------


def test_a_statement_of_nobody_has_no_source() -> None:
    assert Mismatch.MISSING_SOURCE in doubts(item(source="nobody"), ground(is_told_by=""))


@pytest.mark.parametrize(
    ("theme", "themes", "missing"),
    [("", (), True), ("", (THEME,), True), ("other", (THEME,), True), ("other", (), False)],
)
def test_a_statement_under_no_known_theme_lacks_one(
    theme: str, themes: tuple[str, ...], missing: bool
) -> None:
    found = doubts(item(theme=theme), ground(themes=themes))
    assert (Mismatch.MISSING_THEME in found) is missing


@pytest.mark.parametrize(
    ("told_by", "through", "wrong"),
    [(WATER, "", False), (GRID, "", True), (GRID, GRID, False), ("", "", False)],
)
def test_who_tells_something_in_the_name_of_another_is_not_its_source(
    told_by: str, through: str, wrong: bool
) -> None:
    told = msgspec.structs.replace(item(), source=Source(WATER, Basis.REPORTED, through))
    assert (doubts(told, ground(is_told_by=told_by)) == (Mismatch.MISATTRIBUTED,)) is wrong


@pytest.mark.parametrize(("by", "wrong"), [(REGION, False), (WATER, True), ("", True)])
def test_only_who_directs_a_picture_can_have_verified(by: str, wrong: bool) -> None:
    claimed = msgspec.structs.replace(item(), verification=Verification(VerificationStatus.VERIFIED, by, 5))
    assert (doubts(claimed, ground()) == (Mismatch.NOT_VERIFIED,)) is wrong


@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_restricted_is_not_for_where_all_read(is_open: bool) -> None:
    secret = item(sensitivity=Sensitivity.RESTRICTED)
    assert (doubts(secret, ground(is_open=is_open)) == (Mismatch.SENSITIVE,)) is is_open


# The clock -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said_", "before", "told_by", "wrong"),
    [
        (item(observed=NOW + 1), (), WATER, True),
        (item(reported=NOW + 1), (), WATER, True),
        (item(observed=5), (once(300.0, 6),), WATER, True),
        (item(observed=5), (once(300.0, 6),), "", False),
        (item(observed=6), (once(300.0, 6),), WATER, False),
        (item(observed=NOW), (), WATER, False),
    ],
)
def test_a_time_to_come_or_before_what_was_said_already_cannot_be(
    said_: Item, before: tuple[Said, ...], told_by: str, wrong: bool
) -> None:
    assert (doubts(said_, ground(before=before, is_told_by=told_by)) == (Mismatch.TIME,)) is wrong


# The map -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "can_see", "found"),
    [
        (HERE, True, ()),
        (None, True, ()),
        (Point((51.0, 5.0)), True, (Mismatch.SWAPPED_PLACE,)),
        (FAR, False, (Mismatch.OTHER_ACTIVITY,)),
        (Point((3.0, 51.0)), True, (Mismatch.OUTSIDE,)),
        (HERE, False, (Mismatch.OUTSIDE,)),
    ],
)
def test_a_place_is_held_against_the_map(
    place: Point | None, can_see: bool, found: tuple[Mismatch, ...]
) -> None:
    assert doubts(item(place=place), ground(can_see=can_see)) == found


# History -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now_said", "before", "found"),
    [
        (item(observed=1, amount=None), once(), (Mismatch.MISSING_VALUE,)),
        (item(observed=1, amount=None, kind=Kind.FORECAST), once(), ()),
        (item(observed=1, place=None), once(), (Mismatch.MISSING_PLACE,)),
        (item(observed=1, place=Point((5.0, 51.3))), once(), (Mismatch.PLACE,)),
        (item(observed=1, place=Point((5.0, 51.3)), words="moved on"), once(), ()),
        (item(place=None), once(), ()),
        (item(observed=1, place=HERE), msgspec.structs.replace(once(), geometry=None), ()),
        (item(observed=1, amount=None, place=FAR), said(item(amount=None)), (Mismatch.OTHER_ACTIVITY,)),
    ],
)
def test_what_a_source_leaves_out_or_moves_shows_beside_what_it_said(
    now_said: Item, before: Said, found: tuple[Mismatch, ...]
) -> None:
    assert doubts(now_said, ground(before=(before,))) == found


@pytest.mark.parametrize(
    ("amount", "hours", "quantities", "jumps"),
    [
        (401.0, 1, {"height": HEIGHT}, True),
        (199.0, 1, {"height": HEIGHT}, True),
        (401.0, 0.1, {"height": HEIGHT}, True),
        (399.0, 0.1, {"height": HEIGHT}, False),
        (401.0, 2, {"height": HEIGHT}, False),
        (900.0, 1, {}, False),
        (900.0, 1, {"height": Quantity("height", "m3/s", 1.0, "exercise")}, False),
    ],
)
def test_a_figure_that_moves_further_than_it_can_jumps(
    amount: float, hours: float, quantities: dict[str, Quantity], jumps: bool
) -> None:
    moved = item(amount=amount, observed=round(hours * HOUR_MS))
    found = doubts(moved, ground(before=(once(),), quantities=quantities))
    assert (found == (Mismatch.JUMP,)) is jumps


def test_a_figure_in_a_unit_that_does_not_go_with_the_last_is_no_jump() -> None:
    other = msgspec.structs.replace(item(observed=1), values=(Value("height", 900.0, "m3/s"),))
    assert doubts(other, ground(before=(once(),))) == ()


@pytest.mark.parametrize(
    ("amount", "before", "stale"),
    [
        (317.0, (once(317.0), once(900.0, HOUR_MS)), True),
        (3.17, (once(3.17), once(900.0, HOUR_MS)), True),
        (317.0, (once(317.0, 2 * HOUR_MS - 1), once(900.0, 2 * HOUR_MS - 1)), False),
        (318.0, (once(317.0), once(900.0, HOUR_MS)), False),
        (317.0, (once(317.0), once(325.0, HOUR_MS)), False),
        (317.0, (once(317.0, words="then"), once(900.0, HOUR_MS)), False),
        (300.0, (once(300.0), once(900.0, HOUR_MS)), False),
        (None, (once(317.0), said(item(amount=None))), False),
    ],
)
def test_the_figures_of_long_ago_are_stale(
    amount: float | None, before: tuple[Said, ...], stale: bool
) -> None:
    again = item(amount=amount, observed=2 * HOUR_MS)
    assert (doubts(again, ground(before=before, quantities={})) == (Mismatch.STALE,)) is stale


# Words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nl", "en", "unclear"),
    [
        ("", "", False),
        ("Het peil is 300 cm.", "The level is 300 cm.", False),
        ("Het peil is 300 cm.", "The level is 200 cm.", True),
        ("Het peil stijgt.", "", True),
        ("Het peil is hoog.", "The level is 300 cm.", True),
        ("1.200 huizen, 2,5 m", "1,200 homes, 2.5 m", False),
        ("Het peil is 900 cm.", "The level is 900 cm.", True),
        ("Het peil steeg 20 cm tot 300 cm.", "The level rose 20 cm to 300 cm.", False),
        ("Nog 900 huizen.", "Another 900 homes.", False),
    ],
)
def test_words_that_can_be_read_in_two_ways_are_unclear(nl: str, en: str, unclear: bool) -> None:
    told = msgspec.structs.replace(item(), text=Text(nl, en))
    assert is_unclear(told) is unclear
    assert (doubts(told, ground()) == (Mismatch.UNCLEAR,)) is unclear


@pytest.mark.parametrize("unit", ["", "count"])
def test_words_about_what_is_merely_counted_are_not_held_against_figures(unit: str) -> None:
    counted = msgspec.structs.replace(
        item(), values=(Value("homes", 3.0, unit),), text=text("4 count of homes")
    )
    assert not is_unclear(counted)


# Hearsay and echoes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "can_see", "hearsay"),
    [
        (Basis.OBSERVED, None, True),
        (Basis.OBSERVED, True, False),
        (Basis.RUMOUR, None, False),
        (Basis.REPORTED, None, False),
    ],
)
def test_who_cannot_have_seen_it_and_says_so_tells_hearsay(
    basis: Basis, can_see: bool | None, hearsay: bool
) -> None:
    told = msgspec.structs.replace(item(), source=Source(WATER, basis))
    assert (doubts(told, ground(can_see=can_see)) == (Mismatch.HEARSAY,)) is hearsay


@pytest.mark.parametrize(
    ("source", "first_hand"),
    [
        (Source(RAIL, Basis.OBSERVED), True),
        (Source(RAIL, Basis.REPORTED, through=RAIL), True),
        (Source(RAIL, Basis.REPORTED, through=REGION), True),
        (Source(RAIL, Basis.REPORTED, through=GRID), False),
        (Source(RAIL, Basis.REPORTED), False),
        (Source(RAIL, Basis.ESTIMATED, through=RAIL), False),
        (Source(RAIL, Basis.RUMOUR), False),
    ],
)
def test_first_hand_is_what_a_source_saw_by_itself(source: Source, first_hand: bool) -> None:
    assert is_first_hand(source, REGION) is first_hand


@pytest.mark.parametrize(
    ("other", "echo"),
    [
        (item("enexis-level", source=GRID), False),
        (item("elsewhere", source=WATER), True),
        (item("enexis-level", source=GRID, relates_to=("wl-level",)), True),
        (item("enexis-level", source=GRID, relates_to=("wl-threat",)), False),
    ],
)
def test_an_echo_goes_back_to_the_same_statement(other: Item, echo: bool) -> None:
    told = item(relates_to=("wl-threat",))
    assert is_echo(told, other) is echo
    assert is_echo(other, told) is echo


def test_what_was_said_at_another_time_says_the_same() -> None:
    assert says_what(once(at_ms=1), once(at_ms=2))
    assert not says_what(once(1.0), once(2.0))
