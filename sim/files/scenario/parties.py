"""Reads ``[[parties]]``: who takes part, under which profile, its people and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.core.agents.admission.mandating import BEHAVIOUR as MANDATING
from sim.core.model.party import Competence, Party, People
from sim.core.model.profile import Profile
from sim.files.calendar import read_range
from sim.files.known import Known, check_unique, refer
from sim.files.problems import Where, show
from sim.files.shapes import PartyEntry, PeopleEntry
from sim.files.staff import read_staff, warn_undone
from sim.files.tables import read_entries

RESERVED: Final = frozenset({"recorder", "control"})
"""Accounts of the exercise itself."""


def read_parties(table: dict[str, Any], file: Where, known: Known) -> dict[str, Party]:
    """Return the parties that can be used, in order of id, after reporting every problem with any of them."""
    parties: dict[str, Party] = {}
    entries = list(read_entries(PartyEntry, table, "parties", file))
    profiles = {entry.id: known.profiles.by_id.get(entry.profile) for entry, _ in entries}
    partners = {party for party, profile in profiles.items() if _is_partner(profile)}
    for entry, where in entries:
        _check_id(entry.id, parties, where.at("id"))
        _check_through(entry, where.at("through"), known, profiles)
        party = _read_party(entry, where, known)
        if party is not None:
            _check_regions(party, known, partners, where.at("regions"))
            parties[party.id] = party
    return dict(sorted(parties.items()))


def _check_id(name: str, parties: dict[str, Party], where: Where) -> None:
    if name in parties:
        where.error("an id of its own", f"{show(name)} twice")
    if name in RESERVED:
        where.error("an id that the exercise does not use itself", show(name))


def _read_party(entry: PartyEntry, where: Where, known: Known) -> Party | None:
    _check_profile(entry, where, known)
    for index, theme in enumerate(entry.interests):
        known.theme(theme, where.at("interests").item(index))
    _check_imports(entry, where.at("imports"), known)
    area = None if entry.area is None else known.areas.shape(entry.area, where.at("area"))
    people = _read_people(entry.people, where.at("people"), known)
    staff = read_staff(entry.staff, where.at("staff"), known.source)
    if people is None or staff is None:
        return None
    party = Party(
        id=entry.id,
        name=entry.name,
        profile=entry.profile,
        core_task=entry.core_task,
        regions=entry.regions or (entry.id,),
        competence=Competence(systems=entry.systems, area=area),
        people=people,
        interests=entry.interests,
        through=entry.through,
        partner=entry.partner or "",
        staff=staff,
        seconded_heads=1 if entry.seconded_heads is None else entry.seconded_heads,
        imports=entry.imports,
    )
    warn_undone(party, known.profiles.by_id.get(entry.profile), where.at("staff"))
    return party


def _check_profile(entry: PartyEntry, where: Where, known: Known) -> None:
    refer(entry.profile, "a file of profiles/", known.profiles.names, where.at("profile"))
    profile = known.profiles.by_id.get(entry.profile)
    if profile is None:
        return
    if entry.seconded_heads is not None and profile.kind == "partner":
        where.at("seconded_heads").error("no such key: only regions second heads of information", "a partner")
    task = where.at("core_task")
    if profile.kind == "body":
        if entry.core_task is not None:
            task.error("no core task, because the party is a region or national body", show(entry.core_task))
        return
    allowed = ", ".join(profile.core_tasks)
    if entry.core_task is None:
        task.error(f"the core task of the partner (profile {profile.id}: {allowed})", "nothing")
    elif entry.core_task not in profile.core_tasks:
        expected = f"a core task that profile {profile.id} is for ({allowed}; Beleidskader Tabel 1)"
        task.error(expected, show(entry.core_task))
    if not entry.regions:
        where.at("regions").warning("the regions that the partner works with", "none")


def _check_through(
    entry: PartyEntry, where: Where, known: Known, profiles: Mapping[str, Profile | None]
) -> None:
    """Report a party to attach through that takes nobody in through a process of its own (Beleidskader par. 2.2.2)."""
    through = entry.through
    if through is None or not known.party(through, where):
        return
    if through == entry.id:
        where.error("another party", "the party itself")
        return
    profile = profiles.get(through)
    if profile is not None and MANDATING.name not in profile.behaviours:
        expected = f"a party whose profile decides on involving others (behaviour {MANDATING.name})"
        where.error(expected, f"{show(through)} with profile {profile.id}")


def _check_imports(entry: PartyEntry, where: Where, known: Known) -> None:
    """Report imports of who has no picture of its own to import into (Tabel 1), or does not watch the system."""
    profile = known.profiles.by_id.get(entry.profile)
    if entry.imports and profile is not None and not profile.directs_own_picture:
        expected = f"no imports, because profile {profile.id} has no picture of its own (Tabel 1)"
        where.error(expected, show(list(entry.imports)))
    for index, system in enumerate(entry.imports):
        refer(system, "one of the party's systems", frozenset(entry.systems), where.item(index))


def _check_regions(party: Party, known: Known, partners: set[str], where: Where) -> None:
    check_unique(party.regions, where)
    for index, region in enumerate(party.regions):
        place = where.item(index)
        if region == party.id or not known.party(region, place):
            continue
        if region in partners:
            place.error("a region", f"{show(region)}, a partner")


def _read_people(entry: PeopleEntry, where: Where, known: Known) -> People | None:
    perception = read_range(entry.perception, where.at("perception"))
    reaction = read_range(entry.reaction, where.at("reaction"))
    known.source(entry.source, where.at("source"))
    if perception is None or reaction is None:
        return None
    return People(
        perception_ms=perception,
        reaction_ms=reaction,
        skill=entry.skill,
        error=entry.error,
        slip=entry.slip,
        source=entry.source,
    )


def _is_partner(profile: Profile | None) -> bool:
    return profile is not None and profile.kind == "partner"
