"""How good a picture is: age, conflict, completeness of an item, mismatch with what one knows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from sim.core.messages.items import Item, Sensitivity, Value, VerificationStatus
from sim.core.model.ids import SubjectId
from sim.core.picture.geometry import is_elsewhere
from sim.core.picture.merge import Picture
from sim.core.picture.observation import Fact
from sim.core.picture.units import has_other_unit, in_base, is_comparable, is_unit_slip

VALUE_TOLERANCE: Final = 0.05
"""Relative difference up to which two figures are taken to agree (exercise)."""

PLACE_TOLERANCE_M: Final = 1_000.0
"""Distance in metres up to which two places are taken to agree (exercise)."""


_GONE: Final = frozenset({VerificationStatus.REFUTED, VerificationStatus.LAPSED})


class Mismatch(StrEnum):
    """In what a statement differs from what is known, or cannot be as it says (Modeluitwerking 12)."""

    UNIT = "unit"
    """In another unit or from another datum, or a whole unit off: cm for m."""
    VALUE = "value"
    PLACE = "place"
    MISSING_VALUE = "missing-value"
    MISSING_PLACE = "missing-place"
    SENSITIVE = "sensitive"
    """Restricted, and told where all read it."""

    # What its content and history show by themselves: sim/core/picture/plausibility.py.
    MISSING_SOURCE = "missing-source"
    MISSING_THEME = "missing-theme"
    MISATTRIBUTED = "misattributed"
    """Told in the name of another than who tells it."""
    NOT_VERIFIED = "not-verified"
    """Said to be verified by somebody who cannot have verified it."""
    TIME = "time"
    """Of a time that is still to come, or older than what its source has said already."""
    SWAPPED_PLACE = "swapped-place"
    """Within the area once longitude and latitude are swapped."""
    OTHER_ACTIVITY = "other-activity"
    OUTSIDE = "outside"
    """Outside the area of the activity, or of what its source can see."""
    JUMP = "jump"
    """A figure that moves further than it can in the time."""
    STALE = "stale"
    """New by its time, with the figures of long ago."""
    UNCLEAR = "unclear"
    """Its words can be read in two ways: the languages, or words and figures, say different things."""
    HEARSAY = "hearsay"
    """Said to be observed by who cannot have seen it."""


def age_ms(item: Item, now_ms: int) -> int:
    """Return how long ago (ms) the item was true for its source."""
    return now_ms - item.observed_at_ms


def is_relied_on(item: Item, now_ms: int) -> bool:
    """Say whether an item may still be relied on at a moment: it ends where its validity does."""
    return item.valid_until_ms is None or now_ms < item.valid_until_ms


def values_differ(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Say whether two sets of figures contradict: a figure of the same name differs beyond tolerance, in any unit."""
    return any(_differ(known, value) for known in one for value in other if is_comparable(known, value))


def units_differ(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Say whether a figure is in another unit or from another datum than one of its name, or a whole unit off."""
    for known in one:
        for value in other:
            if has_other_unit(known, value) and not _has_same(known, other) and not _has_same(value, one):
                return True
            if is_comparable(known, value) and is_unit_slip(known, value, VALUE_TOLERANCE):
                return True
    return False


def _has_same(value: Value, values: Sequence[Value]) -> bool:
    return any(is_comparable(value, known) for known in values)


def _same_figure(one: Value, other: Value) -> bool:
    return (one.name, one.unit, one.datum) == (other.name, other.unit, other.datum)


def _differ(one: Value, other: Value) -> bool:
    (_, amount), (_, against) = in_base(one), in_base(other)
    return abs(amount - against) > VALUE_TOLERANCE * max(abs(amount), abs(against))


def mismatches(item: Item | Fact, fact: Fact | Item) -> tuple[Mismatch, ...]:
    """Return in what an item, or a fact, differs from another about the same subject."""
    found = []
    if units_differ(item.values, fact.values):
        found.append(Mismatch.UNIT)
    elif values_differ(item.values, fact.values):
        found.append(Mismatch.VALUE)
    if item.geometry is not None and fact.geometry is not None:
        if is_elsewhere(item.geometry, fact.geometry, PLACE_TOLERANCE_M):
            found.append(Mismatch.PLACE)
    elif fact.geometry is not None:
        found.append(Mismatch.MISSING_PLACE)
    if fact.values and not item.values:
        found.append(Mismatch.MISSING_VALUE)
    if fact.sensitivity is Sensitivity.RESTRICTED and item.sensitivity is not Sensitivity.RESTRICTED:
        found.append(Mismatch.SENSITIVE)
    return tuple(found)


def conflicts(picture: Picture) -> tuple[tuple[Item, Item], ...]:
    """Return the pairs of items about one subject whose figures or places contradict, in order of id.

    What was refuted or taken out as stale contradicts nothing.
    """
    by_subject: dict[SubjectId, list[Item]] = {}
    for _, item in sorted(picture.items()):
        if item.verification.status not in _GONE:
            by_subject.setdefault(item.subject, []).append(item)
    return tuple(
        (one, other)
        for items in by_subject.values()
        for place, one in enumerate(items)
        for other in items[place + 1 :]
        if contradicts(one, other)
    )


def contradicts(one: Item, other: Item) -> bool:
    """Say whether two items about one subject cannot both be right."""
    if values_differ(one.values, other.values) or units_differ(one.values, other.values):
        return True
    if one.geometry is None or other.geometry is None:
        return False
    return is_elsewhere(one.geometry, other.geometry, PLACE_TOLERANCE_M)


def completes(one: Item, other: Item) -> bool:
    """Say whether an item tells a figure or a place about the same subject that another leaves out."""
    has_figure = any(not any(_same_figure(value, known) for known in other.values) for value in one.values)
    return has_figure or (one.geometry is not None and other.geometry is None)


def united(item: Item, other: Item) -> Item:
    """Return an item completed with the figures, the place and the words that only another has."""
    more = [value for value in other.values if not any(_same_figure(value, known) for known in item.values)]
    return msgspec.structs.replace(
        item,
        values=(*item.values, *more),
        geometry=item.geometry or other.geometry,
        text=item.text if item.text.nl or item.text.en else other.text,
    )
