"""Staff (bezetting): the people of an organisation by role, and what they are needed for.

A person handles one thing at a time. How many there are, when they come and how long things take are data.
"""

from __future__ import annotations

from enum import StrEnum


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
