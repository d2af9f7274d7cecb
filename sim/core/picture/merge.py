"""Pictures (beelden): sets of items, of which the newest version of each id counts.

Merging is commutative, associative and idempotent, so that it does not matter in which order, how often or
through whom items arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec

from sim.core.messages.items import Item
from sim.core.model.ids import ItemId, SubjectId

Picture: TypeAlias = Mapping[ItemId, Item]

EMPTY: Picture = {}

_ENCODER = msgspec.json.Encoder(order="deterministic")


def newest(one: Item, other: Item) -> Item:
    """Return which of two versions of an item counts: higher version, then later report, then a fixed order."""
    if one is other or one == other:
        return one
    key, other_key = (one.version, one.reported_at_ms), (other.version, other.reported_at_ms)
    if key != other_key:
        return one if key > other_key else other
    return max(one, other, key=_ENCODER.encode)


def add(picture: Picture, item: Item) -> Picture:
    """Return the picture with an item in it; the same object when the item changes nothing."""
    known = picture.get(item.id)
    if known is not None and newest(known, item) == known:
        return picture
    return {**picture, item.id: item}


def merge(one: Picture, other: Picture) -> Picture:
    """Return the picture that holds the newest version of every item of both."""
    merged = dict(one)
    for item in other.values():
        known = merged.get(item.id)
        merged[item.id] = item if known is None else newest(known, item)
    return merged


def of(items: Iterable[Item]) -> Picture:
    """Return the picture of some items, several versions of one id allowed."""
    picture: Picture = EMPTY
    for item in items:
        picture = merge(picture, {item.id: item})
    return picture


def about(picture: Picture, subject: SubjectId) -> tuple[Item, ...]:
    """Return the items about a subject, in order of id."""
    return tuple(item for _, item in sorted(picture.items()) if item.subject == subject)
