"""Units of figures: which can be compared, and what looks like a slip between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.messages.items import Value

_IN_BASE: Final[Mapping[str, tuple[str, float]]] = {
    "mm": ("length", 0.001),
    "cm": ("length", 0.01),
    "dm": ("length", 0.1),
    "m": ("length", 1.0),
    "km": ("length", 1_000.0),
    "l/s": ("flow", 0.001),
    "m3/s": ("flow", 1.0),
    "s": ("duration", 1.0),
    "min": ("duration", 60.0),
    "h": ("duration", 3_600.0),
}
"""Units that can be turned into each other: what they measure, and how much one is of its base unit."""

SLIPS: Final = (10.0, 100.0, 1_000.0)
"""Factors by which a length or a flow is wrong when somebody takes one unit for another (cm for m: 100)."""


def in_base(value: Value) -> tuple[str, float]:
    """Return what a figure measures and how much of the base unit it is; of an unknown unit the figure as it is."""
    measure, factor = _IN_BASE.get(value.unit, (value.unit, 1.0))
    return measure, value.amount * factor


def is_comparable(one: Value, other: Value) -> bool:
    """Say whether two figures measure the same thing from the same datum, in whichever unit."""
    return (one.name, one.datum) == (other.name, other.datum) and in_base(one)[0] == in_base(other)[0]


def has_other_unit(one: Value, other: Value) -> bool:
    """Say whether two figures of one name are in units, or from datums, that do not go together."""
    return one.name == other.name and not is_comparable(one, other)


def is_unit_slip(one: Value, other: Value, tolerance: float) -> bool:
    """Say whether two comparable figures are a whole unit apart, within a relative tolerance.

    Only lengths and flows are told in several units; ten times as many people are just more people.
    """
    (measure, amount), (_, against) = in_base(one), in_base(other)
    low, high = sorted((abs(amount), abs(against)))
    if measure not in ("length", "flow") or low == 0.0:
        return False
    return any(abs(high / low - slip) <= tolerance * slip for slip in SLIPS)
