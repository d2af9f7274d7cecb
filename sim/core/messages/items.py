"""Items: the pieces that pictures are made of.

Beside what the design lists, an item names its ``subject`` (what it is about), so that two items from two
sources about one subject can be seen to agree or to contradict (docs/decisions/0006-items-have-a-subject.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

from sim.core.model.ids import InjectId, ItemId, PartyId, SubjectId, ThemeId
from sim.core.model.text import Text


class Kind(StrEnum):
    """What sort of statement an item makes."""

    FACT = "fact"
    EFFECT = "effect"
    MEASURE = "measure"
    NEED = "need"
    FORECAST = "forecast"
    DECISION = "decision"


class Basis(StrEnum):
    """What the source rests on."""

    OBSERVED = "observed"
    REPORTED = "reported"
    ESTIMATED = "estimated"
    RUMOUR = "rumour"


class VerificationStatus(StrEnum):
    """How far an item has been checked."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    REFUTED = "refuted"
    CORRECTED = "corrected"
    LAPSED = "lapsed"
    """Taken out: it had grown stale, and nobody said that it still held."""


class Sensitivity(StrEnum):
    """Who may have an item."""

    GENERAL = "general"
    PARTNERS = "partners"
    RESTRICTED = "restricted"


COUNT = "count"
"""The unit of what is merely counted."""


class Value(msgspec.Struct, frozen=True, gc=False):
    """One figure of an item.

    Attributes:
        name: What is counted or measured, e.g. ``discharge``.
        amount: The figure.
        unit: Its unit, e.g. ``m3/s``.
        datum: What a height is measured from, e.g. ``NAP``; empty where there is none.
    """

    name: str
    amount: float
    unit: str = ""
    datum: str = ""


Position: TypeAlias = tuple[
    Annotated[float, msgspec.Meta(ge=-180, le=180)], Annotated[float, msgspec.Meta(ge=-90, le=90)]
]
"""WGS 84 lon/lat; the bounds are checked where messages come in."""


class Point(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="Point"):
    """A GeoJSON point, WGS 84 lon/lat."""

    coordinates: Position


class LineString(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="LineString"):
    """A GeoJSON line of two positions or more, WGS 84 lon/lat."""

    coordinates: tuple[Position, ...]

    def __post_init__(self) -> None:
        """Hold it to what a line is (RFC 7946, 3.1.4): no other can be computed with."""
        if len(self.coordinates) < 2:
            raise ValueError(f"coordinates: expected 2 positions or more, was {len(self.coordinates)}")


class Polygon(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="Polygon"):
    """A GeoJSON polygon, WGS 84 lon/lat: the outer ring first, then holes; each closed, of four positions or more."""

    coordinates: tuple[tuple[Position, ...], ...]

    def __post_init__(self) -> None:
        """Hold it to what a polygon is (RFC 7946, 3.1.6): no other can be computed with."""
        if not self.coordinates or any(len(ring) < 4 or ring[0] != ring[-1] for ring in self.coordinates):
            raise ValueError("coordinates: expected closed rings of 4 positions or more, was another")


Geometry: TypeAlias = Point | LineString | Polygon


class Source(msgspec.Struct, frozen=True, gc=False):
    """Who says so, through whom it came (empty: directly), and on what it rests."""

    party: PartyId
    basis: Basis
    through: PartyId = ""


class Verification(msgspec.Struct, frozen=True, gc=False):
    """How far an item has been checked, by whom, and when (ms of exercise time)."""

    status: VerificationStatus = VerificationStatus.UNVERIFIED
    by: PartyId = ""
    at_ms: int = 0


class Item(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One statement in a picture.

    Attributes:
        id: Identity; the same id with a higher version replaces it.
        version: Counted by whoever writes the item, from 1.
        subject: What it is about.
        system: Field it belongs to, e.g. ``river``; competence is judged by it.
        theme: Heading it stands under.
        kind: What sort of statement it makes.
        title: One line.
        text: More, where there is more.
        values: Its figures.
        geometry: Where, GeoJSON in WGS 84 lon/lat; None where it has no place.
        observed_at_ms: When it was true for the source, ms of exercise time.
        reported_at_ms: When this version was written.
        valid_until_ms: Until when it may be relied on; None is open.
        source: Who says so.
        verification: How far it has been checked.
        sensitivity: Who may have it.
        relates_to: Ids of the items that it was made from or is about.
        causation: Ids of the injects and faults that it comes from, also through other items.
    """

    id: ItemId
    version: int
    subject: SubjectId
    system: str
    theme: ThemeId
    kind: Kind
    title: Text
    text: Text = Text("", "")
    values: tuple[Value, ...] = ()
    geometry: Geometry | None = None
    observed_at_ms: int
    reported_at_ms: int
    valid_until_ms: int | None = None
    source: Source
    verification: Verification = Verification()
    sensitivity: Sensitivity = Sensitivity.GENERAL
    relates_to: tuple[ItemId, ...] = ()
    causation: tuple[InjectId, ...] = ()


class ItemRef(msgspec.Struct, frozen=True, gc=False, order=True):
    """One version of one item."""

    item: ItemId
    version: int
