"""What a seed draws: one value for each spread, from a stream of its own, and so the same for every variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from sim.core.model.chance import Chance
from sim.core.model.party import Party
from sim.core.world.scenario import Scenario
from sim.files.problems import Problems
from sim.files.scenario.settings import Setting, parse_settings
from sim.sweep.results import Draw, Spread

_STREAM = "sweep"


def draw(spreads: Iterable[Spread], seed: int) -> tuple[Draw, ...]:
    """Return what a seed draws for some spreads, in their order; which others there are makes no difference."""
    return tuple(Draw(spread.name, _drawn(spread, Chance(seed))) for spread in spreads)


def lowest(spreads: Iterable[Spread]) -> tuple[Draw, ...]:
    """Return the lowest that can be drawn for some spreads."""
    return tuple(Draw(spread.name, _as_kind(spread, spread.low)) for spread in spreads)


def highest(spreads: Iterable[Spread]) -> tuple[Draw, ...]:
    """Return the highest that can be drawn for some spreads."""
    return tuple(Draw(spread.name, _as_kind(spread, spread.high)) for spread in spreads)


def as_settings(draws: Iterable[Draw]) -> tuple[str, ...]:
    """Return draws as settings, so that ``beeld run --set`` repeats the run."""
    return tuple(f"{one.name}={one.value}" for one in draws)


def with_draws(scenario: Scenario, draws: Iterable[Draw]) -> Scenario:
    """Return a scenario that was read with some values set, with those of other draws of the same names in it.

    It is the scenario that would be read with these set, without reading all of it again.
    """
    parties, recorded = dict(scenario.parties), dict(scenario.settings)
    for one in draws:
        (setting,) = parse_settings(as_settings([one]), Problems())
        parties[setting.party] = _with_value(parties[setting.party], setting, one.value)
        recorded[setting.name] = setting.value
    return replace(scenario, parties=parties, settings=recorded)


def _with_value(party: Party, setting: Setting, value: float) -> Party:
    changed = {setting.field: value}
    if setting.role is None:
        return msgspec.structs.replace(party, people=msgspec.structs.replace(party.people, **changed))
    staff = tuple(
        msgspec.structs.replace(post, **changed) if post.role is setting.role else post
        for post in party.staff
    )
    return msgspec.structs.replace(party, staff=staff)


def _drawn(spread: Spread, chance: Chance) -> float:
    stream = f"{_STREAM}/{spread.name}"
    if spread.decimals == 0:
        return chance.between(int(spread.low), int(spread.high), stream, "")
    value = spread.low + chance.fraction(stream, "") * (spread.high - spread.low)
    return min(max(round(value, spread.decimals), spread.low), spread.high)


def _as_kind(spread: Spread, value: float) -> float:
    return value if spread.decimals else int(value)
