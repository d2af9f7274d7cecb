"""Collaboration agreements (samenwerkingsafspraken) between a partner and regions, as far as they can be measured."""

from __future__ import annotations

import msgspec

from sim.core.model.ids import PartyId, ThemeId
from sim.core.model.party import CoreTask


class Norm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agreed bound on a measure.

    Attributes:
        limit_ms: The most that was agreed, in milliseconds of exercise time.
        source: Who set it: an agreement's topic, a law, or ``exercise``.
    """

    limit_ms: int
    source: str


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a partner and its regions agreed for one core task (Modeluitwerking Stappenplan).

    Attributes:
        partner: Whom it binds.
        core_task: For which core task.
        profile: The chosen profile.
        regions: Regions it holds for.
        adoption_region: Region that made it on behalf of the others; supraregional and national partners only.
        alarm_level: GRIP level from which the partner is alarmed (topic 7).
        alert_systems: Systems whose trouble makes the region alert the partner (topic 5).
        initial_picture: From alert to initial picture, startbeeld (topic 9).
        acknowledge: From alarm to acknowledgement (topic 7).
        sitrep_every_ms: Interval of the situation reports; 0 is none (topic 9).
        sitrep: Lateness of a situation report that is still on time (topic 9).
        actuality: Age that an item of the partner may reach in the shared picture (topic 9).
        correction: From a signal that an item looks wrong to its correction (topic 12).
        seconded_themes: Themes that a seconded head of information may read for an ad-hoc partner (par. 2.2.3).
    """

    partner: PartyId
    core_task: CoreTask
    profile: str
    regions: tuple[PartyId, ...]
    adoption_region: PartyId | None = None
    alarm_level: int = 0
    alert_systems: tuple[str, ...] = ()
    initial_picture: Norm | None = None
    acknowledge: Norm | None = None
    sitrep_every_ms: int = 0
    sitrep: Norm | None = None
    actuality: Norm | None = None
    correction: Norm | None = None
    seconded_themes: tuple[ThemeId, ...] = ()
