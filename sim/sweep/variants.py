"""Reads the settings of a sweep: what makes variants, and what every seed draws.

``NAME=a,b`` is one axis: each value makes a variant. ``NAME=a`` alone is laid beside the scenario as written. Of
several axes every combination is a variant. ``NAME=LOW..HIGH`` is drawn by each seed, the same for every variant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from sim.files.problems import Problems, Where, show
from sim.files.settings import COMMAND_LINE, OPTION, Setting, parse_settings
from sim.sweep.results import Spread, Variant

VARIANTS_MAX: Final = 64
"""Variants of one sweep: more of them nobody lays side by side."""

AS_WRITTEN: Final = "as written"

_DECIMALS: Final = 4
"""To how many decimals a seed draws, unless a bound has more."""

_BETWEEN: Final = ".."
_NUMBER: Final = re.compile(r"[+-]?(?P<whole>[0-9]{1,12})?(\.(?P<decimals>[0-9]{1,12})?)?\Z")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings of a sweep come to; the first variant is the one that others are laid beside."""

    variants: tuple[Variant, ...]
    spreads: tuple[Spread, ...]


def read_settings(texts: Iterable[str], problems: Problems) -> Settings | None:
    """Return the variants and spreads that some texts say, or None after reporting every text that says none."""
    axes: list[tuple[tuple[str, ...], ...]] = []
    spreads: list[Spread] = []
    names: set[str] = set()
    for text in texts:
        read = _read(text, problems)
        if read is None:
            continue
        name, found = read
        if name in names:
            Where(problems, COMMAND_LINE, f"{OPTION} {name}").error(
                "every name once", f"{show(text)} as well"
            )
        names.add(name)
        if isinstance(found, Spread):
            spreads.append(found)
        else:
            axes.append(found)
    count = prod(len(axis) for axis in axes)
    if count > VARIANTS_MAX:
        Where(problems, COMMAND_LINE, OPTION).error(f"at most {VARIANTS_MAX} variants", f"{count}")
    if problems.errors:
        return None
    return Settings(_variants(axes), tuple(spreads))


def _variants(axes: Sequence[tuple[tuple[str, ...], ...]]) -> tuple[Variant, ...]:
    combined = (tuple(text for part in parts for text in part) for parts in product(*axes))
    return tuple(Variant(", ".join(settings) or AS_WRITTEN, settings) for settings in combined)


def _read(text: str, problems: Problems) -> tuple[str, Spread | tuple[tuple[str, ...], ...]] | None:
    """Return the name that a text sets, and its spread, or else the settings that it makes one by one."""
    name, equals, written = text.partition("=")
    values = [value.strip() for value in written.split(",")]
    if not equals or not all(values):
        Where(problems, COMMAND_LINE, OPTION).error(
            "PARTY.KEY=VALUE, PARTY.KEY=VALUE,VALUE or PARTY.KEY=LOW..HIGH", show(text)
        )
        return None
    settings = [setting for value in values for setting in parse_settings([f"{name}={value}"], problems)]
    if len(settings) < len(values):
        return None  # parse_settings has said what is wrong
    where = Where(problems, COMMAND_LINE, f"{OPTION} {settings[0].name}")
    if any(_BETWEEN in value for value in values):
        spread = _spread(settings, where)
        return None if spread is None else (settings[0].name, spread)
    if len(set(values)) < len(values):
        where.error("every value once", show(written))
    options = tuple((f"{setting.name}={setting.value}",) for setting in settings)
    return settings[0].name, options if len(options) > 1 else ((), *options)


def _spread(settings: Sequence[Setting], where: Where) -> Spread | None:
    setting = settings[0]
    low, _, high = (part.strip() for part in setting.value.partition(_BETWEEN))
    numbers = [_NUMBER.match(part) for part in (low, high)]
    is_whole = setting.is_whole
    if not setting.is_number:
        where.error("a value, as only numbers can be drawn", show(setting.value))
    elif len(settings) > 1:
        where.error("values, or one LOW..HIGH", show(",".join(one.value for one in settings)))
    elif not all(_is_number(number, whole=is_whole) for number in numbers) or float(low) > float(high):
        kind = "two whole numbers" if is_whole else "two numbers"
        where.error(f"{kind} LOW..HIGH, the lowest first", show(setting.value))
    else:
        given = [len(number["decimals"] or "") for number in numbers if number is not None]
        return Spread(setting.name, float(low), float(high), 0 if is_whole else max(_DECIMALS, *given))
    return None


def _is_number(match: re.Match[str] | None, *, whole: bool) -> bool:
    if match is None or not (match["whole"] or match["decimals"]):
        return False
    return not whole or "." not in match[0]
