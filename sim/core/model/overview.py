"""The national overview: which partner works with which region, in which profile, and how far they are.

It answers the four questions of Beleidskader par. 2.5: who works with whom under which profile, who is in talks
with whom, what was assessed, and who is adoption region. Par. 3.2 asks for it to be there for every region.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from sim.core.model.agreement import Phase
from sim.core.model.collaboration import (
    Addition,
    Assessed,
    Collaboration,
    Exercised,
    Listed,
    Region,
    TookPart,
)
from sim.core.model.gaps import Gap, find_gaps
from sim.core.model.ids import PartyId
from sim.core.model.party import CoreTask, Scope, scope_of
from sim.core.model.profile import Profile
from sim.core.model.progress import Progress
from sim.core.model.text import Text


class PartnerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A partner with all its agreements.

    Attributes:
        partner: The organisation.
        name: What people read.
        scope: How far it works, by the number of distinct regions over all its agreements (Tabel 2); None
            while none is known, in the phase of exploration.
        regions: These regions, in order.
        adoption_region: Its adoption region; None when no agreement names one, or they name several.
        agreements: Its agreements, by core task, profile and regions.
    """

    partner: PartyId
    name: Text
    scope: Scope | None
    regions: tuple[PartyId, ...]
    adoption_region: PartyId | None
    agreements: tuple[Collaboration, ...]


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The national overview.

    Attributes:
        regions: The safety regions of the country.
        partners: Partners, by id; never ranked, and neither are profiles (par. 2.2).
        findings: What is missing or contradictory, by partner.
    """

    regions: tuple[Region, ...]
    partners: tuple[PartnerRow, ...]
    findings: tuple[Gap, ...]


def overview_of(
    listed: Iterable[Listed],
    profiles: Mapping[str, Profile],
    regions: Sequence[Region],
    exercises: Sequence[TookPart] = (),
    progress: Sequence[Progress] = (),
) -> Overview:
    """Return the overview of agreements and additions, of the exercises that partners took part in, and of progress.

    An agreement that is handed in more than once (with the same core task, profile, regions, adoption region and
    phase) stands in it once, with everything that each copy tells of assessments and exercises.

    Raises:
        ValueError: A partner has more regions than there are.
        KeyError: There is no such profile.
    """
    by_partner: dict[PartyId, list[Listed]] = {}
    for entry in listed:
        by_partner.setdefault(entry.partner, []).append(entry)
    rows = tuple(
        _row(partner, by_partner[partner], profiles, exercises, progress) for partner in sorted(by_partner)
    )
    gaps = (
        gap
        for row in rows
        for gap in find_gaps(row.partner, _names(by_partner[row.partner]), row.scope, row.agreements)
    )
    return Overview(regions=tuple(regions), partners=rows, findings=tuple(gaps))


_Key: TypeAlias = tuple[str, str, tuple[PartyId, ...], str, Phase]


def _row(
    partner: PartyId,
    entries: Sequence[Listed],
    profiles: Mapping[str, Profile],
    exercises: Sequence[TookPart],
    progress: Sequence[Progress],
) -> PartnerRow:
    mine = [exercise for exercise in exercises if exercise.partner == partner]
    agreements = tuple(
        _with_progress(partner, _with_exercises(made, mine), progress)
        for made in _agreements(entries, profiles)
    )
    reach = sorted({region for agreement in agreements for region in agreement.reach})
    adopting = {agreement.adoption_region for agreement in agreements} - {None}
    names = (entry.name for entry in entries if entry.name is not None)
    return PartnerRow(
        partner=partner,
        name=next(names, Text(partner, partner)),
        scope=scope_of(len(reach)) if reach else None,
        regions=tuple(reach),
        adoption_region=adopting.pop() if len(adopting) == 1 else None,
        agreements=agreements,
    )


def _names(entries: Sequence[Listed]) -> dict[tuple[CoreTask, str], tuple[Text, ...]]:
    """Return under which names agreements were handed in, each once, by core task and profile; an addition has none."""
    named = [entry for entry in entries if entry.addition_of is None and entry.name is not None]
    found: dict[tuple[CoreTask, str], dict[str, Text]] = {}
    for entry in sorted(named, key=lambda entry: (entry.core_task, entry.profile)):
        assert entry.name is not None
        found.setdefault((entry.core_task, entry.profile), {}).setdefault(entry.name.nl, entry.name)
    return {key: tuple(names.values()) for key, names in found.items()}


def _agreements(entries: Sequence[Listed], profiles: Mapping[str, Profile]) -> list[Collaboration]:
    made: dict[_Key, Collaboration] = {}
    for entry in entries:
        if entry.addition_of is None:
            key = _key(entry)
            fresh = _collaboration(entry, profiles[entry.profile])
            made[key] = _merged(made[key], entry) if key in made else fresh
    for entry in entries:
        if entry.addition_of is not None:
            key = _general_of(entry, entry.addition_of, made) or _key(entry)
            general = made.get(key) or _collaboration(entry, profiles[entry.profile])
            made[key] = _with_addition(general, entry, Addition(entry.addition_of, entry.phase))
    return [made[key] for key in sorted(made)]


def _key(entry: Listed) -> _Key:
    regions = tuple(sorted(set(entry.regions)))
    return entry.core_task.value, entry.profile, regions, entry.adoption_region or "", entry.phase


def _general_of(entry: Listed, region: PartyId, made: Mapping[_Key, Collaboration]) -> _Key | None:
    """Return the key of the agreement that a region adds to; None when none holds for that region."""
    same = (entry.core_task.value, entry.profile)
    return next((key for key in sorted(made) if key[:2] == same and region in key[2]), None)


def _collaboration(entry: Listed, profile: Profile) -> Collaboration:
    return Collaboration(
        core_task=entry.core_task,
        profile=profile.id,
        profile_name=profile.name,
        regions=tuple(sorted(set(entry.regions))),
        adoption_region=entry.adoption_region,
        additions=(),
        phase=entry.phase,
        assessed=entry.assessed,
        assessable=profile.assessable,
        exercised=_in_order(entry.exercised),
        sources=(entry.source,),
    )


def _merged(known: Collaboration, entry: Listed) -> Collaboration:
    return msgspec.structs.replace(
        known,
        assessed=_latest(known.assessed, entry.assessed),
        exercised=_in_order((*known.exercised, *entry.exercised)),
        sources=tuple(dict.fromkeys((*known.sources, entry.source))),
    )


def _with_addition(known: Collaboration, entry: Listed, addition: Addition) -> Collaboration:
    additions = sorted({*known.additions, addition}, key=lambda each: (each.region, each.phase))
    return msgspec.structs.replace(_merged(known, entry), additions=tuple(additions))


def _with_exercises(known: Collaboration, exercises: Sequence[TookPart]) -> Collaboration:
    """Return an agreement with the exercises in which it was used: of its core task and profile, in its regions."""
    reach = set(known.reach)
    used = (
        exercise.exercised
        for exercise in exercises
        if (exercise.core_task, exercise.profile) == (known.core_task, known.profile)
        and reach.intersection(exercise.regions)
    )
    return msgspec.structs.replace(known, exercised=_in_order((*known.exercised, *used)))


def _with_progress(partner: PartyId, known: Collaboration, progress: Sequence[Progress]) -> Collaboration:
    """Return an agreement with what registers tell of it: of its core task and profile, in its regions."""
    mine = tuple(
        each
        for each in progress
        if each.agreement.holds_for(partner, known.core_task, known.profile, known.reach)
    )
    return msgspec.structs.replace(known, progress=mine)


def _latest(one: Assessed | None, other: Assessed | None) -> Assessed | None:
    found = [assessed for assessed in (one, other) if assessed is not None]
    return max(found, key=lambda assessed: assessed.on, default=None)


def _in_order(exercises: Iterable[Exercised]) -> tuple[Exercised, ...]:
    once = dict.fromkeys(exercises)
    return tuple(sorted(once, key=lambda each: (each.on, each.exercise, each.run or "")))
