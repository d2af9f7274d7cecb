"""What a mistake in ``scenario.toml`` is: a change, and what is said of it."""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """What is changed in ``scenario.toml``, and the key and the beginning of what is then said."""

    old: str
    new: str
    key: str
    says: str

    def is_in(self, found: list[str]) -> bool:
        return any(line.startswith(f"scenario.toml: {self.key}: {self.says}") for line in found)
