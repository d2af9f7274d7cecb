"""Who takes part in a scenario to begin with: the emergency services, and the partners that were wished for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from sim.core.model.party import CoreTask
from sim.files.beginning.answers import ALWAYS, Ground, Wish
from sim.files.making.cast import Member
from sim.files.making.catalogue import Kind

_ALARMED_BY: Final = 2
"""GRIP level that every event reaches: a partner that is alarmed later would never be (exercise)."""


def cast_of(
    ground: Ground, partners: Sequence[Member], wishes: Sequence[Wish], systems: Collection[str]
) -> tuple[Member, ...]:
    """Return who takes part, each under its profile, in order of id.

    Args:
        ground: What there is to choose from.
        partners: All partners of the region that have something to do in the event.
        wishes: Those that were wished for; of two wishes for one partner the later holds.
        systems: Systems that the event is about.
    """
    wished = {wish.partner: wish.profile for wish in wishes}
    taking = [member for member in partners if member.id in wished or member.kind.id in ALWAYS]
    made = [
        replace(member, kind=_fitted(ground, member, wished.get(member.id), systems)) for member in taking
    ]
    return tuple(sorted(made, key=lambda member: member.id))


def _fitted(ground: Ground, member: Member, profile: str | None, systems: Collection[str]) -> Kind:
    """Return the kind of a partner under a profile, as far as the event has what its terms are about.

    Under another than its usual profile it takes part, or is let in, as the kinds of that profile do. Of the terms that
    go beyond a model it keeps those that some kind of that profile has.
    """
    kind = member.kind
    kept = msgspec.structs.replace(
        kind,
        level=min(max(kind.level, 1), _ALARMED_BY) if kind.takes_part else 0,
        threats=tuple(system for system in kind.threats if system in systems),
    )
    if profile in {None, kind.profile}:
        return kept
    peers = [one for one in ground.material.catalogue.kinds if one.profile == profile]
    takes_part = any(one.takes_part for one in peers)
    return msgspec.structs.replace(
        kept,
        profile=profile,
        core_task=_core_task(ground, kind, str(profile)),
        takes_part=takes_part,
        scans=None,
        level=min(max(kind.level, 1), _ALARMED_BY) if takes_part else 0,
        imports=kind.imports if any(one.imports for one in peers) else (),
        threats=kept.threats if any(one.threats for one in peers) else (),
        restricted=kind.restricted if any(one.restricted for one in peers) else (),
        layers=kind.layers if any(one.layers for one in peers) else (),
        seconded_themes=next((one.seconded_themes for one in peers if one.seconded_themes), ()),
        sitrep_every=None,
        staff=(),
        staff_for_each_region=False,
    )


def _core_task(ground: Ground, kind: Kind, profile: str) -> CoreTask:
    """Return its core task where the profile is for that, else the last that the profile is for (Tabel 1)."""
    tasks = sorted(task for one, task in ground.material.models if one == profile)
    return kind.core_task if kind.core_task.value in tasks else CoreTask(tasks[-1])
