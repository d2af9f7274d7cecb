"""Chance by name: every draw has a name and a key, and depends on the seed and these alone.

There is no generator whose state moves, so one person's luck cannot shift another's, and the order in
which agents step does not matter. The same seed, name and key give the same draw on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

_FRACTION_BITS = 53


@dataclass(frozen=True, slots=True)
class Chance:
    """The source of all draws of a run.

    Attributes:
        seed: The run's seed; another seed gives other draws.
    """

    seed: int

    def fraction(self, stream: str, key: str) -> float:
        """Return a number in [0, 1) for this stream (who and what, e.g. ``vr24/skill``) and key (which time)."""
        digest = blake2b(f"{self.seed}\x00{stream}\x00{key}".encode(), digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> (64 - _FRACTION_BITS)) / (1 << _FRACTION_BITS)

    def happens(self, probability: float, stream: str, key: str) -> bool:
        """Say whether something of this probability (0 to 1) happens."""
        return self.fraction(stream, key) < probability

    def between(self, low: int, high: int, stream: str, key: str) -> int:
        """Return a whole number from ``low`` to ``high``, both included, each as likely."""
        if low > high:
            raise ValueError(f"expected low <= high, was {low} > {high}")
        return low + int(self.fraction(stream, key) * (high - low + 1))
