"""Checks what exercise staff throw into an exercise while it goes on, exactly as what stands in its files.

An inject or a fault has the shape of an entry of ``[[injects]]`` or ``[[faults]]`` (docs/scenario-format.md), without
``id``, which is made, and without a moment, which is now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from sim.core.model.ids import InjectId
from sim.core.world.faults import Fault
from sim.core.world.injects import Inject
from sim.files.faults.checks import check_bases
from sim.files.faults.moments import Scripted
from sim.files.faults.reading import read_faults
from sim.files.problems import Problems, Where
from sim.files.scenario.injects import read_injects
from sim.files.scenario.loading import Loaded

_GIVEN: Final = ("id", "at", "after", "when")
"""Keys that are not the thrower's to give."""

_NOTHING_TO_WAIT_FOR: Final = Scripted({})

_Read = TypeVar("_Read", Inject, Fault)


class Thrown:
    """What is thrown into one exercise, held against it.

    Args:
        loaded: The exercise.
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def inject(self, name: InjectId, now: int, table: Mapping[str, Any]) -> Inject:
        """Return an inject at ``now`` (ms), from its table.

        Raises:
            InputError: It asks something impossible, or is none.
        """
        problems = Problems()
        where = Where(problems, "throw-in")
        entries = {"injects": [_entry(name, now, table, where)]}
        read = read_injects(entries, where, self._loaded.known, self._loaded.cast)
        problems.raise_errors()
        return _one([inject for inject, _ in read])

    def fault(self, name: InjectId, now: int, table: Mapping[str, Any]) -> Fault:
        """Return a fault that enters at ``now`` (ms), or with what passes its hop from then on, from its table.

        Raises:
            InputError: There is nothing that it could make wrong, or it is none.
        """
        problems = Problems()
        where = Where(problems, "throw-fault")
        entries = {"faults": [_entry(name, now, table, where)]}
        read = read_faults(entries, where, self._loaded.known, self._loaded.cast, _NOTHING_TO_WAIT_FOR)
        check_bases(read, self._loaded.scenario.truth)
        problems.raise_errors()
        return _one([fault for fault, _ in read])


def _entry(name: InjectId, now: int, table: Mapping[str, Any], where: Where) -> dict[str, Any]:
    for key in _GIVEN:
        if key in table:
            where.at(key).error("no such key, since it happens now and its id is made", "one")
    return {**{key: value for key, value in table.items() if key not in _GIVEN}, "id": name, "at": f"{now}ms"}


def _one(read: Sequence[_Read]) -> _Read:
    """Return what was read; what could not be read was reported."""
    (found,) = read
    return found
