"""How good a picture is: age, conflict, completeness of an item, mismatch with what one knows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from sim.core.messages.items import Item, Value, VerificationStatus
from sim.core.model.ids import SubjectId
from sim.core.picture.geometry import distance_m
from sim.core.picture.merge import Picture
from sim.core.picture.observation import Fact

VALUE_TOLERANCE: Final = 0.05
"""Relative difference up to which two figures are taken to agree (exercise)."""

PLACE_TOLERANCE_M: Final = 1_000.0
"""Distance in metres up to which two places are taken to agree (exercise)."""


_GONE: Final = frozenset({VerificationStatus.REFUTED, VerificationStatus.LAPSED})


class Mismatch(StrEnum):
    """In what two statements about one subject differ, or what one of them lacks."""

    VALUE = "value"
    PLACE = "place"
    MISSING_VALUE = "missing-value"
    MISSING_PLACE = "missing-place"


def age_ms(item: Item, now_ms: int) -> int:
    """Return how long ago (ms) the item was true for its source."""
    return now_ms - item.observed_at_ms


def is_relied_on(item: Item, now_ms: int) -> bool:
    """Say whether an item may still be relied on at a moment: it ends where its validity does."""
    return item.valid_until_ms is None or now_ms < item.valid_until_ms


def values_differ(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Say whether two sets of figures contradict: a figure of the same name and unit differs beyond tolerance."""
    return any(_differ(known, value) for known in one for value in other if _same_figure(known, value))


def _same_figure(one: Value, other: Value) -> bool:
    return (one.name, one.unit, one.datum) == (other.name, other.unit, other.datum)


def _differ(one: Value, other: Value) -> bool:
    return abs(one.amount - other.amount) > VALUE_TOLERANCE * max(abs(one.amount), abs(other.amount))


def mismatches(item: Item | Fact, fact: Fact | Item) -> tuple[Mismatch, ...]:
    """Return in what an item, or a fact, differs from another about the same subject."""
    found = []
    if values_differ(item.values, fact.values):
        found.append(Mismatch.VALUE)
    if item.geometry is not None and fact.geometry is not None:
        if distance_m(item.geometry, fact.geometry) > PLACE_TOLERANCE_M:
            found.append(Mismatch.PLACE)
    elif fact.geometry is not None:
        found.append(Mismatch.MISSING_PLACE)
    if fact.values and not item.values:
        found.append(Mismatch.MISSING_VALUE)
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
    if values_differ(one.values, other.values):
        return True
    if one.geometry is None or other.geometry is None:
        return False
    return distance_m(one.geometry, other.geometry) > PLACE_TOLERANCE_M


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
