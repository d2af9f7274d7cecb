"""What comes of taking something in: files of the scenario that are to be written, and what is new in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.files.new_files import new_file
from sim.files.places import SCENARIO_FILE


@dataclass
class Change:
    """What is to change in a scenario.

    Attributes:
        files: New contents, by path below its folder; only of files that change.
        new: Names of what the scenario did not have.
        changed: Names of what it had, and that says something else now.
        same: Names of what it had just like that.
        removed: Names of what it had, and that goes.
        kept: Names of what it has, that is not in the file, and that stays.
        refused: How many rows or parts were not taken over.
    """

    files: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: int = 0

    def note(self, name: str, *, is_there: bool, is_same: bool) -> None:
        """Note what a name stands for: new, changed or the same."""
        if is_same:
            self.same.append(name)
        else:
            (self.changed if is_there else self.new).append(name)


def write_change(root: Path, change: Change) -> None:
    """Write the files of a change, each whole, that which names the others last.

    Raises:
        InputError: One cannot be written.
    """
    for relative, text in sorted(change.files.items(), key=lambda item: item[0] == SCENARIO_FILE):
        with new_file(root / relative, "--into", overwrite=True) as file:
            file.write(text.encode())
