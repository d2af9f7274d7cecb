"""Staff (bezetting): the people of an organisation by role, and what they are needed for.

A person handles one thing at a time. How many there are, when they come and how long things take are data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from sim.core.model.chance import Chance
from sim.core.model.time import DAY_MS, HOUR_MS

ATTENTION_MS: Final = 2 * HOUR_MS
"""How long a thing may wait for somebody before it is missed, where a file does not say (exercise)."""

PEOPLE_MAX: Final = 999
"""People of one role, on duty or on call, that a file may ask for."""


class Duty(StrEnum):
    """What somebody is needed for; the profile says which role does it (Beleidskader Tabel 1, aanspreekpunten)."""

    INFORMATION = "information"
    """Keeping the party's own information: stating, reading, checking, answering."""
    DIRECTION = "direction"
    """Directing the shared picture (regievoering)."""
    REPORTING = "reporting"
    """Writing situation reports."""
    LIAISON = "liaison"
    """Carrying information between an organisation and those outside the tool."""
    ALARM = "alarm"
    """Taking alerts and alarms, and passing them on."""
    COORDINATION = "coordination"
    """Leadership and coordination: deciding, scaling, sparring."""


class Role(StrEnum):
    """A function in the crisis organisation (functie); the Dutch term stands in the glossary."""

    HEAD_OF_INFORMATION = "head-of-information"  # hoofd informatie (HIN)
    INFORMATION_MANAGER = "information-manager"  # informatiemanager (IM)
    INFORMATION_COORDINATOR = "information-coordinator"  # informatiecoordinator (IC)
    PLOTTER = "plotter"
    GENERAL_COMMANDER = "general-commander"  # algemeen commandant (AC)
    COPI_LEADER = "copi-leader"
    ROT_LEADER = "rot-leader"  # operationeel leider
    GBT_LEADER = "gbt-leader"  # burgemeester
    RBT_LEADER = "rbt-leader"  # voorzitter veiligheidsregio
    LIAISON = "liaison"
    DECISION_MAKER = "decision-maker"  # beslissingsbevoegde
    ON_CALL_OFFICER = "on-call-officer"  # piketfunctionaris
    SECONDED_HEAD = "seconded-head"  # gedetacheerde HIN


SECONDED: Final = frozenset({Role.SECONDED_HEAD})
"""Roles whose people come from a region, once it has decided so (Beleidskader par. 2.2.3)."""

LEADERS: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "copi": Role.COPI_LEADER,
        "rot": Role.ROT_LEADER,
        "gbt": Role.GBT_LEADER,
        "rbt": Role.RBT_LEADER,
    }
)
"""Who leads each team of a region (Modeluitwerking 8)."""


class Spread(msgspec.Struct, frozen=True):
    """How durations are spread: each as likely between two bounds, or most likely around a mode (triangular).

    Attributes:
        low_ms: The shortest (ms).
        high_ms: The longest (ms).
        mode_ms: The most likely (ms); None where each is as likely.

    Raises:
        ValueError: The figures are not in order.
    """

    low_ms: int
    high_ms: int
    mode_ms: int | None = None

    def __post_init__(self) -> None:
        mode_ms = self.low_ms if self.mode_ms is None else self.mode_ms
        if not 0 <= self.low_ms <= mode_ms <= self.high_ms:
            raise ValueError(f"low_ms: expected 0 <= low <= mode <= high, was {self}")

    @property
    def middle_ms(self) -> int:
        """Return the mean (ms), rounded down."""
        if self.mode_ms is None:
            return (self.low_ms + self.high_ms) // 2
        return (self.low_ms + self.mode_ms + self.high_ms) // 3

    def draw(self, chance: Chance, stream: str, key: str) -> int:
        """Return the duration (ms) for a stream and a key, by the inverse of the distribution.

        Only whole numbers, products and square roots: these are the same on every machine.
        """
        if self.mode_ms is None:
            return chance.between(self.low_ms, self.high_ms, stream, key)
        fraction, width = chance.fraction(stream, key), self.high_ms - self.low_ms
        below, above = self.mode_ms - self.low_ms, self.high_ms - self.mode_ms
        if fraction * width < below:
            return self.low_ms + int(math.sqrt(fraction * width * below))
        return self.high_ms - int(math.sqrt((1.0 - fraction) * width * above))


AT_ONCE: Final = Spread(0, 0)


class Post(msgspec.Struct, frozen=True):
    """The people of one role (bezetting van een functie).

    Attributes:
        role: Their role.
        on_duty: How many are at their post from the start.
        on_call: How many come when they are called (piket).
        arrival: From the call to being at the post (ms).
        available: Probability (0 to 1) that a person on call answers a call.
        hours: Clock hours of the day in which those on duty are there, as ms since midnight; the second may be
            earlier than the first, for hours that pass midnight; None is always. Who was called is there at all hours.
        handling: How long one thing takes (ms); None is the party's ``reaction``.
        attention_ms: How long a thing may wait for somebody before it is missed (ms).
        skill: Probability (0 to 1) of recognising what can be recognised; None is the party's.
        error: Largest relative error of a measured value; None is the party's.
        slip: Probability (0 to 1) that a value passed on outside the tool is copied wrongly; None is the party's.
        loss: Probability (0 to 1) that an item passed on outside the tool is left out.
        source: Where these figures come from; ``exercise`` where they are invented.
    """

    role: Role
    on_duty: int = 0
    on_call: int = 0
    arrival: Spread = AT_ONCE
    available: float = 1.0
    hours: tuple[int, int] | None = None
    handling: Spread | None = None
    attention_ms: int = ATTENTION_MS
    skill: float | None = None
    error: float | None = None
    slip: float | None = None
    loss: float = 0.0
    source: str = "exercise"

    @property
    def is_staffed(self) -> bool:
        """Say whether there is anybody, on duty or on call."""
        return self.on_duty + self.on_call > 0

    def opens_in_ms(self, clock_ms: int) -> int | None:
        """Return how long (ms) it takes until those on duty are there: 0 when they are, None when there are none.

        Args:
            clock_ms: Clock time, in ms since some midnight.
        """
        if not self.on_duty:
            return None
        if self.hours is None:
            return 0
        first, last = self.hours
        since_ms = (clock_ms - first) % DAY_MS
        return 0 if since_ms < (last - first) % DAY_MS else DAY_MS - since_ms


class Duties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which roles do which duty: the first of these that can take a thing up now (Beleidskader Tabel 1).

    Each attribute is a :class:`Duty` and holds roles in order of preference.
    """

    information: tuple[Role, ...]
    direction: tuple[Role, ...]
    reporting: tuple[Role, ...]
    liaison: tuple[Role, ...]
    alarm: tuple[Role, ...]
    coordination: tuple[Role, ...]

    def roles(self, duty: Duty) -> tuple[Role, ...]:
        """Return the roles that can do a duty, in order of preference."""
        known: tuple[Role, ...] = getattr(self, duty.value)
        return known
