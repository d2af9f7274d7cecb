"""Versions of items, each as one number: what was told as a version, and who read it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.core.assessment.log.columns import VERSION_MAX, Flags, Numbers, Way, bounded, numbers, ref_keys, sent
from sim.core.assessment.log.entries import Sent
from sim.core.assessment.log.told import Told
from sim.core.messages.contents import Receipt
from sim.core.messages.items import Item, ItemRef
from sim.core.model.ids import PartyId


class Copies:
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
        self._firsts: dict[PartyId, npt.NDArray[np.int32]] = {}

    def __len__(self) -> int:
        return len(self.seq)

    def by(self, party: PartyId, keys: Numbers) -> npt.NDArray[np.int32]:
        """Return for each version that was told, by key in order, the first receipt of a party that names it."""
        if party not in self._firsts:
            self._firsts[party] = self._find(party, keys)
        return self._firsts[party]

    def _find(self, party: PartyId, keys: Numbers) -> npt.NDArray[np.int32]:
        own = np.flatnonzero(np.array([way.sender == party for way in self._ways], np.bool_)[self.way])
        first = self.first[own]
        counts = np.append(self.first, len(self.item))[own + 1] - first
        # The refs of a receipt stand one after the other; of each its place, and the receipt that it is in.
        named = np.arange(counts.sum()) + np.repeat(first - (np.cumsum(counts) - counts), counts)
        receipt = np.repeat(own.astype(np.int32), counts)
        asked = ref_keys(self.item[named], self.version[named])
        places = np.searchsorted(keys, asked)
        known = places < len(keys)
        known[known] = keys[places[known]] == asked[known]
        firsts = np.full(len(keys), NO_RECEIPT, np.int32)
        # What is written last counts, so that goes from behind.
        firsts[places[known][::-1]] = receipt[known][::-1]
        return firsts

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


NO_RECEIPT: Final = -1


class Receipts:
    """By version of an item the first receipt of a party that names it."""

    def __init__(self, read: Read, firsts: npt.NDArray[np.int32]) -> None:
        """Take the first receipt, or :data:`NO_RECEIPT`, by number of the version."""
        self._read, self.firsts = read, firsts

    def of(self, versions: npt.NDArray[np.integer[Any]]) -> tuple[Flags, Numbers, Numbers]:
        """Return which of some versions were named, and record and time (ms) of each receipt; any where none was."""
        if not len(self._read):
            nothing = np.zeros(len(versions), np.int64)
            return nothing > 0, nothing, nothing
        receipt = self.firsts[versions]
        return receipt != NO_RECEIPT, self._read.seq[receipt], self._read.at_ms[receipt]
