"""What a check found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is with a thing."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """How it is with one thing.

    Attributes:
        id: Which thing; the catalogue of words has its name, and what cannot be done without it.
        state: How it is: ok, missing but optional, or wrong.
        found: What was found, e.g. a version; nothing secret.
    """

    id: str
    state: State
    found: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at; what ``find`` raises makes it wrong, or missing where it is ``optional``."""

    id: str
    find: Callable[[], str]
    optional: bool = False

    def look(self) -> Finding:
        """Return what is found, whatever happens."""
        try:
            return Finding(self.id, State.OK, self.find())
        except Exception as error:  # noqa: BLE001 -- what does not work is what is looked for
            state = State.MISSING if self.optional else State.WRONG
            return Finding(self.id, state, " ".join(str(error).split()) or type(error).__name__)
