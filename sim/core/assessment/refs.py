"""Versions of items, each as one number: what was told as a version, and who read it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from sim.core.assessment.columns import (
    VERSION_MAX,
    Flags,
    Numbers,
    Told,
    Way,
    bounded,
    numbers,
    ref_keys,
    sent,
)
from sim.core.assessment.log_entries import Sent
from sim.core.messages.contents import Receipt
from sim.core.messages.items import Item, ItemRef
from sim.core.model.ids import PartyId


class Versions:
    """What was told as one version of one item, also where a copy differs."""

    def __init__(self, told: Told) -> None:
        """Look through what was told."""
        self._told = told

    def get(self, ref: ItemRef, default: tuple[Item, ...] = ()) -> tuple[Item, ...]:
        """Return the copies of a version that differ, in the order in which they were first told."""
        return self._told.copies(ref) or default

    def __contains__(self, ref: ItemRef) -> bool:
        return bool(self._told.rows_of_version(ref))


class Readings:
    """Takes down receipts: who read which versions of which items."""

    def __init__(self) -> None:
        self.seq, self.at_ms, self.way = array("q"), array("q"), array("i")
        self.first, self.item, self.version = array("q"), array("i"), array("i")

    def add(self, seq: int, at_ms: int, way: int, items: Iterable[int], versions: Iterable[int]) -> None:
        """Take down a receipt: its record, when (ms), in what way, and the items by number with their versions."""
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.way.append(way)
        self.first.append(len(self.item))
        self.item.extend(items)
        try:
            self.version.extend(versions)
        except OverflowError:
            del self.version[self.first[-1] :]
            self.version.extend(bounded(version, VERSION_MAX) for version in versions)


class Read:
    """Every receipt, in the order of the log; each names the versions that its party had taken in."""

    def __init__(self, ways: Sequence[Way], items: Sequence[str], readings: Readings) -> None:
        """Take over what was taken down; ``items`` are the ids of items by number."""
        self._ways, self._items = ways, items
        self.seq, self.at_ms, self.way = numbers(readings.seq), numbers(readings.at_ms), numbers(readings.way)
        self.first, self.item = numbers(readings.first), numbers(readings.item)
        self.version = numbers(readings.version)

    def __len__(self) -> int:
        return len(self.seq)

    def by(self, party: PartyId) -> tuple[Numbers, Numbers]:
        """Return the versions that a party read, as :func:`ref_keys` in order, and the first receipt of each."""
        own = np.array([way.sender == party for way in self._ways], dtype=np.bool_)[self.way]
        counts = np.diff(self.first, append=len(self.item))
        named = np.repeat(own, counts)
        keys, firsts = np.unique(ref_keys(self.item[named], self.version[named]), return_index=True)
        return keys, np.repeat(np.flatnonzero(own), counts[own])[firsts]

    def message(self, place: int) -> Sent[Receipt]:
        """Return one receipt."""
        last = self.first[place + 1] if place + 1 < len(self) else len(self.item)
        refs = [
            ItemRef(self._items[item], int(version))
            for item, version in zip(
                self.item[self.first[place] : last], self.version[self.first[place] : last], strict=True
            )
        ]
        way = self._ways[self.way[place]]
        return sent(int(self.seq[place]), int(self.at_ms[place]), way, Receipt(items=tuple(refs)))


class Receipts:
    """By version of an item the first receipt of a party that names it.

    Attributes:
        keys: The versions, as :func:`ref_keys`, in order.
        seq: Record of the receipt of each.
        at_ms: Time of that.
    """

    def __init__(self, keys: Numbers, seq: Numbers, at_ms: Numbers) -> None:
        """Take columns of one length."""
        self.keys, self.seq, self.at_ms = keys, seq, at_ms

    def of(self, keys: Numbers) -> tuple[Flags, Numbers, Numbers]:
        """Return which of some versions were named, and record and time (ms) of each receipt; any where none was."""
        found, places = _found(self.keys, keys)
        if not len(self.keys):
            return found, places, places
        return found, self.seq[places], self.at_ms[places]

    def keys_in(self, keys: Numbers) -> Flags:
        """Return which of the versions that were named are among some, in order."""
        return _found(keys, self.keys)[0]


def _found(among: Numbers, keys: Numbers) -> tuple[Flags, Numbers]:
    """Return which of some keys are among others, in order, and at which place; at any where they are not."""
    if not len(among):
        return np.zeros(len(keys), np.bool_), np.zeros(len(keys), np.int64)
    places = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return among[places] == keys, places
