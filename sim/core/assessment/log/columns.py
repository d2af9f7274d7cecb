"""What a long log says again and again, in columns of numbers: who told which item, when, in which way.

A row takes some tens of bytes, where objects would take a thousand. What rows have in common (words, figures, places,
topics, readers) stands in a list once, and rows name it by its number.
"""

from __future__ import annotations

from array import array
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.log.entries import Envelope, Sent
from sim.core.messages.contents import Content
from sim.core.messages.items import Item, Verification
from sim.core.messages.topics import Address, Shape
from sim.core.model.ids import ActivityId, InjectId, PartyId
from sim.core.records.lean import LeanItem

Numbers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

TIME_MAX: Final = 2**41
"""Times (ms) lie between this and its negative: seventy years. What strangers date beyond it is taken to be then."""

VERSION_MAX: Final = 2**31 - 1
"""The highest version of an item that is told apart."""

NEVER: Final = -(2**62)
"""Stands in a column of times for no time."""


ITEM_SHIFT: Final = 32
"""By how many bits the number of an item is shifted before a version of it."""


class Way(msgspec.Struct, frozen=True, gc=False):
    """How something was told: all of a message but its content and its time.

    ``holders`` is who holds what was told from then on, in order of id.
    """

    address: Address
    sender: PartyId
    readers: tuple[PartyId, ...]
    holders: tuple[PartyId, ...]
    recipient: PartyId
    activity: ActivityId
    injects: tuple[InjectId, ...]
    content: type[Content]
    late: bool = False

    @property
    def shared(self) -> bool:
        """Say whether what is told so stands from then on in the shared picture of an activity."""
        return self.address.shape is Shape.SHARED and not self.late


def numbers(column: array[int]) -> npt.NDArray[Any]:
    """Return a column as what can be computed with, not copied: nothing can be added to it any more."""
    return np.frombuffer(column, dtype=column.typecode) if column else np.empty(0, column.typecode)


def bounded(value: int, limit: int) -> int:
    """Return a number, or the limit, or its negative, that it lies beyond."""
    return max(-limit, min(limit, value))


class Telling:
    """Takes down what is told, row by row."""

    __slots__ = (
        "at_ms",
        "checked_ms",
        "face",
        "observed_ms",
        "reported_ms",
        "seq",
        "valid_ms",
        "version",
        "way",
    )

    def __init__(self) -> None:
        self.seq, self.at_ms = array("q"), array("q")
        self.way, self.face, self.version = array("i"), array("i"), array("i")
        self.observed_ms, self.reported_ms = array("q"), array("q")
        self.valid_ms, self.checked_ms = array("q"), array("q")

    def add(self, seq: int, at_ms: int, way: int, face: int, item: Item | LeanItem) -> None:
        """Take down that an item was told: in which record and when (ms), in what way, with which face."""
        version, valid_ms = item.version, item.valid_until_ms
        observed_ms, reported_ms, checked_ms = (
            item.observed_at_ms,
            item.reported_at_ms,
            item.verification.at_ms,
        )
        if not (
            0 <= version <= VERSION_MAX
            and 0 <= observed_ms <= TIME_MAX
            and 0 <= reported_ms <= TIME_MAX
            and 0 <= checked_ms <= TIME_MAX
        ):
            version, observed_ms = bounded(version, VERSION_MAX), bounded(observed_ms, TIME_MAX)
            reported_ms, checked_ms = bounded(reported_ms, TIME_MAX), bounded(checked_ms, TIME_MAX)
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.way.append(way)
        self.face.append(face)
        self.version.append(version)
        self.observed_ms.append(observed_ms)
        self.reported_ms.append(reported_ms)
        self.checked_ms.append(checked_ms)
        self.valid_ms.append(NEVER if valid_ms is None else bounded(valid_ms, TIME_MAX))

    def again(self, row: int, seq: int, at_ms: int, way: int) -> None:
        """Take down that what stands in a row was told anew."""
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.way.append(way)
        for name in ("face", "version", "observed_ms", "reported_ms", "checked_ms", "valid_ms"):
            column = getattr(self, name)
            column.append(column[row])


def ref_keys(items: npt.NDArray[Any], versions: npt.NDArray[Any]) -> Numbers:
    """Return one number for each version of an item, by the number of the item and the version."""
    return (items.astype(np.int64) << ITEM_SHIFT) + versions.astype(np.int64) + VERSION_MAX


def timed(
    face: Item, version: int, observed_ms: int, reported_ms: int, valid_ms: int | None, checked_ms: int
) -> Item:
    """Return the item with a face, a version and times (ms)."""
    said = face.verification
    return msgspec.structs.replace(
        face,
        version=version,
        observed_at_ms=observed_ms,
        reported_at_ms=reported_ms,
        valid_until_ms=valid_ms,
        verification=Verification(said.status, said.by, checked_ms) if checked_ms else said,
    )


def letter(seq: int, at_ms: int, way: Way, name: Envelope, data: Any) -> Sent[Any]:
    """Return the message with a content that went a way."""
    return Sent(
        seq, at_ms, way.address, name, way.readers, data, way.sender, way.recipient, way.activity, way.late
    )


def sent(seq: int, at_ms: int, way: Way, data: Any) -> Sent[Any]:
    """Return the message with a content that went a way; nobody asks for the id of its event."""
    return letter(seq, at_ms, way, Envelope("", way.injects), data)
