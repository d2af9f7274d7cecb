"""Plausibility: what shows of a statement by itself, beside what was said before, on the map and on the clock.

Nothing here knows what is so. These are the checks that an information manager makes of what comes in without having
seen it (Modeluitwerking 12: foutieve of onvolledige informatie, validatie en verificatie): that it can be, not that it
is. What can be and looks odd is asked about; its source may well confirm it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec
import shapely

from sim.core.messages.items import (
    Basis,
    Geometry,
    Item,
    Kind,
    Sensitivity,
    Source,
    Value,
    VerificationStatus,
)
from sim.core.model.ids import ItemId, PartyId
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.geometry import is_elsewhere, to_shapely
from sim.core.picture.quality import PLACE_TOLERANCE_M, VALUE_TOLERANCE, Mismatch, values_differ
from sim.core.picture.units import in_base, is_comparable

LONG_AGO_MS: Final = HOUR_MS
"""Figures of at least so long before the last are those of long ago (exercise)."""

TELLING_DIGITS: Final = 3
"""Digits by which a figure is known again (exercise)."""

_COUNTED: Final = (Kind.FACT, Kind.EFFECT)
"""What is measured or counted, each time anew; a forecast or a need may come without figures."""


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a named figure can move.

    Attributes:
        name: Name of the figure, e.g. ``level``.
        unit: Unit of ``step``.
        step: The most that it moves within an hour, either way.
        source: Where that comes from; ``exercise`` where it is invented.
    """

    name: str
    unit: str
    step: float
    source: str


class Said(msgspec.Struct, frozen=True):
    """What a source said of a subject, as a reader remembers it: its content, and its time (ms)."""

    observed_at_ms: int
    values: tuple[Value, ...]
    geometry: Geometry | None
    text: Text


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader holds a statement against.

    Attributes:
        now_ms: When it is read (ms of exercise time).
        areas: Area of the activity that it was told in, and of those that are coordinated from there.
        elsewhere: Areas of the other activities.
        can_see: Whether its source looks after what it is about, where it says it is; None is: nowhere at all, to a
            reader who can tell.
        is_told_by: Whoever told it, where that is the one to say it first; "" where others are retold.
        is_open: Whether all who read the activity read it.
        parties: Who takes part in the exercise.
        themes: Themes of the exercise; none where they are not known.
        verifiers: Who can have verified it: regions that direct a picture, but not the reader if it has not.
        quantities: How far figures can move, by name.
        before: What its source said of the subject before, oldest first.
    """

    now_ms: int
    areas: tuple[shapely.Geometry, ...]
    elsewhere: tuple[shapely.Geometry, ...]
    can_see: bool | None
    is_told_by: PartyId
    is_open: bool
    parties: Collection[PartyId]
    themes: Collection[str]
    verifiers: Collection[PartyId]
    quantities: Mapping[str, Quantity]
    before: tuple[Said, ...] = ()


def said(item: Item) -> Said:
    """Return what an item says, for who remembers it."""
    return Said(item.observed_at_ms, item.values, item.geometry, item.text)


def says_what(one: Said, other: Said) -> bool:
    """Say whether two statements have one content, if at different times."""
    return (one.values, one.geometry, one.text) == (other.values, other.geometry, other.text)


def doubts(item: Item, ground: Ground) -> tuple[Mismatch, ...]:
    """Return what cannot be, or looks odd, of a statement; the plainest first, nothing where nothing does."""
    found = (
        _form(item, ground),
        _authority(item, ground),
        _clock(item, ground),
        _map(item, ground),
        _history(item, ground),
        (Mismatch.UNCLEAR,) if is_unclear(item) else (),
        (Mismatch.HEARSAY,) if _is_hearsay(item, ground) else (),
    )
    return tuple(mismatch for part in found for mismatch in part)


def _form(item: Item, ground: Ground) -> tuple[Mismatch, ...]:
    """Look whether it is whole: somebody says it, under some heading (onvolledige informatie)."""
    found = []
    if item.source.party not in ground.parties:
        found.append(Mismatch.MISSING_SOURCE)
    if not item.theme or (ground.themes and item.theme not in ground.themes):
        found.append(Mismatch.MISSING_THEME)
    return tuple(found)


def _authority(item: Item, ground: Ground) -> tuple[Mismatch, ...]:
    """Look who tells it, in whose name, to whom, and who says that it was verified."""
    found = []
    if ground.is_told_by and ground.is_told_by not in (item.source.party, item.source.through):
        found.append(Mismatch.MISATTRIBUTED)
    verification = item.verification
    if verification.status is VerificationStatus.VERIFIED and verification.by not in ground.verifiers:
        found.append(Mismatch.NOT_VERIFIED)
    if ground.is_open and item.sensitivity is Sensitivity.RESTRICTED:
        found.append(Mismatch.SENSITIVE)
    return tuple(found)


def _clock(item: Item, ground: Ground) -> tuple[Mismatch, ...]:
    is_to_come = max(item.observed_at_ms, item.reported_at_ms, item.verification.at_ms) > ground.now_ms
    is_overtaken = bool(ground.before) and item.observed_at_ms < ground.before[-1].observed_at_ms
    # What is retold comes later than what its source has said since.
    return (Mismatch.TIME,) if is_to_come or (is_overtaken and ground.is_told_by) else ()


def _map(item: Item, ground: Ground) -> tuple[Mismatch, ...]:
    place = to_shapely(item.geometry)
    if place is None:
        return ()
    if not _is_within(ground.areas, place):
        if _is_within(ground.areas, _swapped(place)):
            return (Mismatch.SWAPPED_PLACE,)
        is_elsewhere = _is_within(ground.elsewhere, place)
        return (Mismatch.OTHER_ACTIVITY if is_elsewhere else Mismatch.OUTSIDE,)
    return (Mismatch.OUTSIDE,) if ground.can_see is False else ()


def _is_within(areas: tuple[shapely.Geometry, ...], place: shapely.Geometry) -> bool:
    return any(shapely.intersects(area, place) for area in areas)


def _swapped(place: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(place, lambda positions: positions[:, ::-1])


def _history(item: Item, ground: Ground) -> tuple[Mismatch, ...]:
    if not ground.before or item.observed_at_ms <= ground.before[-1].observed_at_ms:
        return ()  # the first of its source, or one that it has said already
    last = ground.before[-1]
    found = []
    if last.values and not item.values and item.kind in _COUNTED:
        found.append(Mismatch.MISSING_VALUE)
    if last.geometry is not None and item.geometry is None:
        found.append(Mismatch.MISSING_PLACE)
    if _has_moved(item, last):
        found.append(Mismatch.PLACE)
    if any(_jumps(value, known, item, last, ground) for value in item.values for known in last.values):
        found.append(Mismatch.JUMP)
    if _is_of_long_ago(item, ground.before):
        found.append(Mismatch.STALE)
    return tuple(found)


def _has_moved(item: Item, last: Said) -> bool:
    """Say whether the same is said of another place."""
    if item.geometry is None or last.geometry is None or not last.values:
        return False
    is_same = (item.values, item.text) == (last.values, last.text)
    return is_same and is_elsewhere(item.geometry, last.geometry, PLACE_TOLERANCE_M)


def _jumps(value: Value, known: Value, item: Item, last: Said, ground: Ground) -> bool:
    quantity = ground.quantities.get(value.name)
    if quantity is None or not is_comparable(value, known):
        return False
    measure, step = in_base(Value(quantity.name, quantity.step, quantity.unit))
    (told, amount), (_, before) = in_base(value), in_base(known)
    hours = max(1.0, (item.observed_at_ms - last.observed_at_ms) / HOUR_MS)
    return told == measure and abs(amount - before) > step * hours


def _is_of_long_ago(item: Item, before: Sequence[Said]) -> bool:
    """Say whether a statement has, to the last figure, what was said before the last one, and not lately.

    What is back to nothing or to a round figure is simply as it was; what rose and falls passes what it was, nearly.
    """
    if not any(_is_telling(value) for value in item.values) or not values_differ(
        item.values, before[-1].values
    ):
        return False
    return any(
        (one.values, one.text) == (item.values, item.text)
        and item.observed_at_ms - one.observed_at_ms >= LONG_AGO_MS
        for one in before[:-1]
    )


def _is_telling(value: Value) -> bool:
    """Say whether a figure has so many digits that having it twice is no chance."""
    digits = f"{abs(value.amount):.10g}".replace(".", "").strip("0")
    return len(digits) >= TELLING_DIGITS


def _is_hearsay(item: Item, ground: Ground) -> bool:
    """Say whether somebody says to have seen what is not for it to see (a rumour told as an observation)."""
    return ground.can_see is None and item.source.basis is Basis.OBSERVED


_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_SEPARATOR: Final = re.compile(r"[.,](?=\d{3}(?!\d))")


def _numbers(words: str) -> list[str]:
    """Return the numbers of a text in order of size, however its language writes thousands and decimals."""
    plain = (_SEPARATOR.sub("", found) for found in _NUMBER.findall(words))
    return sorted(number.replace(",", ".") for number in plain)


def is_unclear(item: Item) -> bool:
    """Say whether an item can be read in two ways.

    Its languages say different figures, or one of them says nothing; or the words name a figure in the unit of one of
    its values, and none of its values is that.
    """
    return _reads_two_ways(item.text, item.values)


@lru_cache(maxsize=4096)
def _reads_two_ways(text: Text, values: tuple[Value, ...]) -> bool:
    nl, en = text.nl, text.en
    if bool(nl.strip()) is not bool(en.strip()) or _numbers(nl) != _numbers(en):
        return True
    return any(_is_gainsaid(value, values, en) for value in values)


def _is_gainsaid(value: Value, values: Sequence[Value], words: str) -> bool:
    """Say whether words name figures in the unit of a value, and it is none of them."""
    if not value.unit or value.unit == "count":
        return False
    named = re.findall(rf"(-?\d+(?:[.,]\d+)*) ?{re.escape(value.unit)}(?![\w/])", words)
    amounts = [float(_SEPARATOR.sub("", one).replace(",", ".")) for one in named]
    others = [one.amount for one in values if one.unit == value.unit]
    return bool(amounts) and not any(_is_about(amount, other) for amount in amounts for other in others)


def _is_about(one: float, other: float) -> bool:
    return abs(one - other) <= VALUE_TOLERANCE * max(abs(one), abs(other))


def is_first_hand(source: Source, reader: PartyId) -> bool:
    """Say whether a source saw it itself: told by itself, its liaison, or the reader's people who sit with it."""
    if source.basis is Basis.OBSERVED:
        return True
    return source.basis is Basis.REPORTED and source.through in (source.party, reader)


def is_echo(item: Item, other: Item) -> bool:
    """Say whether two statements go back to one: then neither confirms the other, whoever tells it.

    One was made from the other, or both from one origin; or they are of one source.
    """
    return item.source.party == other.source.party or not {*origins(item)}.isdisjoint(origins(other))


def origins(item: Item) -> tuple[ItemId, ...]:
    """Return the items about its own subject that an item is, or was made from; a threat behind it is none of them."""
    return tuple(one for one in (item.id, *item.relates_to) if one.endswith(f"-{item.subject}"))
