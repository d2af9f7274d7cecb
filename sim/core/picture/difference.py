"""What changed between two pictures."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.messages.items import Item
from sim.core.picture.merge import Picture


@dataclass(frozen=True, slots=True)
class Difference:
    """Items that came, went, or changed (before, after), each in order of id."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[tuple[Item, Item], ...]


def difference(before: Picture, after: Picture) -> Difference:
    """Return what one must do to ``before`` to get ``after``."""
    return Difference(
        added=tuple(after[key] for key in sorted(after.keys() - before.keys())),
        removed=tuple(before[key] for key in sorted(before.keys() - after.keys())),
        changed=tuple(
            (before[key], after[key])
            for key in sorted(before.keys() & after.keys())
            if before[key] != after[key]
        ),
    )
