"""A scenario: everything an exercise is made of, checked and ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId, PartyId, ThemeId
from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.text import Text
from sim.core.model.theme import Theme
from sim.core.model.time import SECOND_MS
from sim.core.picture.plausibility import Quantity
from sim.core.world.faults import Fault
from sim.core.world.injects import Inject
from sim.core.world.technology import Outage
from sim.core.world.truth import TruthChange

TICK_MS = SECOND_MS
"""Exercise time between sending and acting on what was sent: the lookahead of the lockstep (ms)."""


@dataclass(frozen=True)
class Scenario:
    """An exercise, as planned.

    Attributes:
        id: Name of its folder.
        name: What people read.
        notice: What must be said of it, e.g. that it is an exercise and no reconstruction.
        start: Clock time of exercise time 0.
        end_ms: Length (ms).
        parties: Who takes part, by id, in order of id.
        profiles: Profiles and bodies, by id.
        agreements: Agreements for the core tasks touched, by partner.
        activities: Activities, by id, in order of id.
        themes: Themes, by id.
        truth: Changes of the truth, in order of time.
        injects: Injects, in order of time.
        faults: Faults, in order of time.
        inputs: SHA-256 of each file it was read from, by relative path.
        quantities: How far figures can move, by name.
        outages: Failures of technology, in order of time.
        settings: What was changed in it for this run, by ``<party>.<key>``; empty when it is as its files say.
    """

    id: str
    name: Text
    notice: Text
    start: datetime
    end_ms: int
    parties: Mapping[PartyId, Party]
    profiles: Mapping[str, Profile]
    agreements: Mapping[PartyId, Agreement]
    activities: Mapping[ActivityId, Activity]
    themes: Mapping[ThemeId, Theme]
    truth: tuple[TruthChange, ...]
    injects: tuple[Inject, ...]
    faults: tuple[Fault, ...]
    inputs: Mapping[str, str]
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
