"""What a fuzz run counts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    """How many were thrown, how many of them passed, and what was wrong with the others, by kind of complaint."""

    name: str
    passed: int = 0
    refused: int = 0
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def thrown(self) -> int:
        """How many in all."""
        return self.passed + self.refused + self.garbled

    @property
    def garbled(self) -> int:
        """How many were wrong."""
        return sum(self.wrong.values())

    def complain(self, reason: str) -> None:
        """Count what was wrong with one."""
        self.wrong[kind_of(reason)] += 1

    def lines(self) -> list[str]:
        """Return the counts for people."""
        told = f"{self.name}: {self.thrown:,} thrown, {self.passed:,} passed, {self.garbled:,} garbled"
        if self.refused:
            told += f", {self.refused:,} refused by the broker"
        return [told, *(f"  {count:>9,}  {kind}" for kind, count in self.wrong.most_common())]


def kind_of(reason: str) -> str:
    """Return what sort of complaint a reason is: without what it found, and where in the content."""
    where, expected, _ = reason.partition(": expected ")
    if expected:
        return re.sub(r"\[\d+\]", "[]", where)
    return re.sub(r"0x[0-9a-f]+|\d+|`[^`]*`|'[^']*'|\"[^\"]*\"", "…", reason)[:60]
