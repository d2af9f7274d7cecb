"""What a party perceives of the truth: within its competence and area, after a delay, with an error."""

from __future__ import annotations

import msgspec

from sim.core.messages.items import Kind, Value
from sim.core.model.chance import Chance
from sim.core.model.party import Party
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Fact, Observation
from sim.core.world.truth import TruthChange

MEASURED = (Kind.FACT, Kind.EFFECT)
"""What is measured or counted, and so with an error; a forecast or a decision is told as it is."""


def perceives(party: Party, fact: Fact) -> bool:
    """Say whether a fact lies within a party's competence: its systems and its area."""
    return party.competence.includes(fact.system, to_shapely(fact.geometry))


def perceives_unasked(party: Party, fact: Fact) -> bool:
    """Say whether a party comes to know a fact by itself.

    What a threat does to a system shows only to who works that out (Beleidskader par. 1.3).
    """
    return not fact.effect_of and perceives(party, fact)


def perceive(party: Party, error: float, change: TruthChange, chance: Chance, occasion: str) -> Observation:
    """Return what a party perceives of a change.

    Args:
        party: Who perceives.
        error: Largest relative error of those who measure or count (0.01 is 1%).
        change: What became so.
        chance: The draws.
        occasion: Keys the draws.
    """
    values = change.fact.values
    if change.fact.kind in MEASURED:
        values = tuple(_measured(party, error, value, chance, f"{change.id}/{occasion}") for value in values)
    return Observation(
        fact=msgspec.structs.replace(change.fact, values=values),
        observed_at_ms=change.at_ms,
        causes=(change.id,),
    )


def delay_ms(party: Party, change_id: str, chance: Chance, occasion: str) -> int:
    """Return how long (ms) it takes a party to know of a change."""
    low, high = party.people.perception_ms
    return chance.between(low, high, f"{party.id}/perception", f"{change_id}/{occasion}")


def _measured(party: Party, error: float, value: Value, chance: Chance, key: str) -> Value:
    """Return a figure with an error of measurement; a whole figure stays whole, as nobody counts half a house."""
    if error == 0.0:
        return value
    share = 2.0 * chance.fraction(f"{party.id}/error/{value.name}", key) - 1.0
    amount = value.amount * (1.0 + error * share)
    digits = 0 if value.amount.is_integer() else 2
    return msgspec.structs.replace(value, amount=round(amount, digits))
