"""Collaboration agreements (samenwerkingsafspraken) between a partner and regions, topic by topic.

The topics are those of the Modeluitwerking Stappenplan: process 4-13, organisation 1-4, people 1-2, technology 1-4.
Of each the text that was agreed is kept; what of it can be measured or acted upon stands in fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec

from sim.core.model.ids import PartyId, ThemeId
from sim.core.model.party import CoreTask
from sim.core.model.staff import Role
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS

Phase: TypeAlias = Literal["exploration", "elaboration", "execution"]
"""How far a collaboration is: verkenning, uitwerking, uitvoering (Beleidskader par. 3.2)."""

LOOK_ALONG_MS: Final = 2 * HOUR_MS
"""How long a partner looks along before it concludes that it has no role, where nothing was agreed (exercise)."""

TopicId: TypeAlias = str
"""``<part>.<topic>``, e.g. ``process.alerting``; the topics stand in ``profiles/agreement-topics.toml``."""


class Norm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agreed bound on a measure.

    Attributes:
        limit_ms: The most that was agreed, in milliseconds of exercise time.
        source: Who set it: an agreement's topic, a law, or ``exercise``.
    """

    limit_ms: int
    source: str


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table of levels: what of both sides is of equal level (Modeluitwerking 8).

    Attributes:
        grip: GRIP level of the region (0-5).
        team: Team of the region at that level, e.g. ``copi``, ``rot``, ``gbt``, ``rbt``.
        partner_level: What the partner calls its own level then.
        counterpart: Role at the partner with whom the leader of the region's team spars.
    """

    grip: int
    team: str
    partner_level: str
    counterpart: Role | None = None


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a partner and its regions agreed for one core task (Modeluitwerking Stappenplan).

    Attributes:
        partner: The organisation that it binds.
        core_task: For which core task (topic 2).
        profile: The chosen profile (topic 3).
        regions: Regions it holds for (topic 1).
        adoption_region: Region that made it on behalf of the others; supraregional and national partners only.
        phase: How far the collaboration is.
        texts: What was agreed, by topic; a topic that is not here is empty.
        threats: Systems whose threats the partner works out the effects of for its own systems (4).
        alert_systems: Systems whose trouble makes the region alert the partner (5).
        alert_through: National body through which the region alerts it (5); None is directly.
        monitors: Whether it scans activity cards by itself (6).
        look_along_ms: How long it looks along before it concludes that it has no role (6).
        alarm_level: GRIP level from which the partner is alarmed (7); 0 is by cue only.
        alarm_contacts: Roles that are called, in this order, until one acknowledges (7).
        escalate_after_ms: How long the region waits for an acknowledgement before it calls the next contact (7).
        acknowledge: From alarm to acknowledgement (7).
        levels: What of both sides is of equal level (8).
        initial_picture: From alert to initial picture, startbeeld (9).
        sitrep_every_ms: Interval of the situation reports; 0 is none (9).
        sitrep: Lateness of a situation report that is still on time (9).
        actuality: Age that an item of the partner may reach in the shared picture (9).
        needs: Themes that the partner needs to know of (10).
        asked: Themes that the region needs to hear of from the partner (10).
        ask_after_ms: How long a needed theme may stay empty before it is asked for (10); 0 is never.
        restricted_systems: Systems of which the partner may be told what is restricted (11).
        layers: Sensitive map layers that it may be given (11).
        seconded_themes: Themes that a seconded head of information may read for an ad-hoc partner (11, par. 2.2.3).
        bring: From knowing something to having brought it (12, brengplicht).
        fetch: From its being there to having taken it in (12, haalplicht).
        correction: From a signal that an item looks wrong to its correction (12).
        stale_after_ms: Age at which the information manager asks whether an item still holds (12); 0 is never.
        briefed: Whether its coordination contact is briefed before a meeting of the region's team (13).
        spars: Whether its leaders can be called on to spar (13).
        fallback: How information travels when the tool is down (technology 4); None where nothing was agreed.
        switch: From the tool's going down to working by the fallback (technology 4).
        additions: For each region that added something of its own: the agreement as it then holds there.
    """

    partner: PartyId
    core_task: CoreTask
    profile: str
    regions: tuple[PartyId, ...]
    adoption_region: PartyId | None = None
    phase: Phase = "execution"
    texts: Mapping[TopicId, Text] = msgspec.field(default_factory=dict)
    threats: tuple[str, ...] = ()
    alert_systems: tuple[str, ...] = ()
    alert_through: PartyId | None = None
    monitors: bool = True
    look_along_ms: int = LOOK_ALONG_MS
    alarm_level: int = 0
    alarm_contacts: tuple[Role, ...] = ()
    escalate_after_ms: int = 0
    acknowledge: Norm | None = None
    levels: tuple[Level, ...] = ()
    initial_picture: Norm | None = None
    sitrep_every_ms: int = 0
    sitrep: Norm | None = None
    actuality: Norm | None = None
    needs: tuple[ThemeId, ...] = ()
    asked: tuple[ThemeId, ...] = ()
    ask_after_ms: int = 0
    restricted_systems: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    seconded_themes: tuple[ThemeId, ...] = ()
    bring: Norm | None = None
    fetch: Norm | None = None
    correction: Norm | None = None
    stale_after_ms: int = 0
    briefed: bool = False
    spars: bool = False
    fallback: str | None = None
    switch: Norm | None = None
    additions: Mapping[PartyId, Agreement] = msgspec.field(default_factory=dict)

    def in_region(self, region: PartyId) -> Agreement | None:
        """Return the agreement as it holds in a region, with what that region added; None where it does not hold.

        Who works with one region has agreed nothing with its neighbour (Beleidskader par. 2.3.1).
        """
        return self.additions.get(region, self) if region in self.regions else None

    def with_addition(
        self, region: PartyId, terms: Mapping[str, Any], texts: Mapping[TopicId, Text]
    ) -> Agreement:
        """Return the agreement to which a region added terms (by field) and texts of its own."""
        added = msgspec.structs.replace(
            self, regions=(region,), texts={**self.texts, **texts}, additions={}, **terms
        )
        return msgspec.structs.replace(self, additions={**self.additions, region: added})
