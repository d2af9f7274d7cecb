"""A file to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from sim.report.export.shown import Made


@dataclass(frozen=True)
class Task:
    """A file to write.

    Attributes:
        name: Its name.
        write: Writes it, and returns what had no place in it, by key of the words for it.
    """

    name: str
    write: Callable[[BinaryIO], Counter[str]]


def whole(name: str, make: Callable[[], Made]) -> Task:
    """Return the task to write a file that is made as a whole."""

    def write(file: BinaryIO) -> Counter[str]:
        made = make()
        file.write(made.data)
        return made.left_out

    return Task(name, write)


def flowing(name: str, pour: Callable[[BinaryIO], None]) -> Task:
    """Return the task to write a file that is written as it is made, and leaves nothing out."""

    def write(file: BinaryIO) -> Counter[str]:
        pour(file)
        return Counter()

    return Task(name, write)
