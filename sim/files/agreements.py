"""Reads ``agreements/*.toml``: what each partner and its regions agreed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from sim.core.model.agreement import Agreement, Norm
from sim.core.model.party import REGIONS_IN_COUNTRY, Party, Scope, scope_of
from sim.files.calendar import read_duration
from sim.files.folder import Folder
from sim.files.known import Known, check_unique, refer
from sim.files.problems import Where, hint, show
from sim.files.shapes import AgreementEntry, NormEntry
from sim.files.tables import read_table
from sim.files.toml import read_toml

AGREEMENTS_FOLDER: Final = "agreements"

_REGION_CODES: Final = frozenset(f"vr{number:02d}" for number in range(1, REGIONS_IN_COUNTRY + 1))
"""Safety regions: an agreement may name them all, also those that take no part in the exercise."""


def read_agreements(
    folder: Folder, scenario_file: Where, known: Known, parties: Mapping[str, Party]
) -> dict[str, Agreement]:
    """Return the agreements by partner, in order, after reporting every problem with any of them."""
    agreements: dict[str, Agreement] = {}
    named: set[str] = set()
    for relative in folder.names(AGREEMENTS_FOLDER, ".toml"):
        stem = PurePosixPath(relative).stem
        named.add(stem)
        where = folder.where(relative)
        table = read_toml(folder, relative)
        entry = None if table is None else read_table(AgreementEntry, table, where)
        if entry is None:
            continue
        if entry.partner in agreements:
            where.at("partner").error("one agreement a partner", f"a second one for {show(entry.partner)}")
        if entry.partner != stem:
            where.at("partner").warning(f"'{stem}', as the file is named", show(entry.partner))
        named.add(entry.partner)
        _check_partner(entry, where, known, parties)
        agreements[entry.partner] = _read_agreement(entry, where, known)
    _warn_without(named, parties, known, scenario_file)
    return dict(sorted(agreements.items()))


def _read_agreement(entry: AgreementEntry, where: Where, known: Known) -> Agreement:
    _check_regions(entry, where, known)
    _check_scope(entry, where.at("adoption_region"))
    for index, theme in enumerate(entry.seconded_themes):
        known.theme(theme, where.at("seconded_themes").item(index))
    every_ms = (
        None if entry.sitrep_every is None else read_duration(entry.sitrep_every, where.at("sitrep_every"))
    )
    return Agreement(
        partner=entry.partner,
        core_task=entry.core_task,
        profile=entry.profile,
        regions=entry.regions,
        adoption_region=entry.adoption_region,
        alarm_level=entry.alarm_level,
        alert_systems=entry.alert_systems,
        initial_picture=_read_norm(entry.initial_picture, where.at("initial_picture")),
        acknowledge=_read_norm(entry.acknowledge, where.at("acknowledge")),
        sitrep_every_ms=every_ms or 0,
        sitrep=_read_norm(entry.sitrep, where.at("sitrep")),
        actuality=_read_norm(entry.actuality, where.at("actuality")),
        correction=_read_norm(entry.correction, where.at("correction")),
        seconded_themes=entry.seconded_themes,
    )


def _read_norm(entry: NormEntry | None, where: Where) -> Norm | None:
    limit_ms = None if entry is None else read_duration(entry.limit, where.at("limit"))
    return None if entry is None or limit_ms is None else Norm(limit_ms=limit_ms, source=entry.source)


def _check_partner(entry: AgreementEntry, where: Where, known: Known, parties: Mapping[str, Party]) -> None:
    known.party(entry.partner, where.at("partner"))
    refer(entry.profile, "a file of profiles/", known.profiles.names, where.at("profile"))
    profile = known.profiles.by_id.get(entry.profile)
    if profile is not None and profile.kind == "partner" and entry.core_task not in profile.core_tasks:
        expected = f"a core task that profile {profile.id} is for ({', '.join(profile.core_tasks)}; Tabel 1)"
        where.at("core_task").error(expected, show(entry.core_task))
    party = parties.get(entry.partner)
    if party is None:
        return
    if party.core_task is None:
        where.at("partner").error("a partner", f"{show(party.id)}, a region or national body")
        return
    if party.profile != entry.profile:
        where.at("profile").error(f"'{party.profile}', as in scenario.toml", show(entry.profile))
    if party.core_task != entry.core_task:
        where.at("core_task").error(f"'{party.core_task}', as in scenario.toml", show(entry.core_task))
    for region in party.regions:
        if region not in entry.regions and region != party.id:
            where.at("regions").warning(f"also '{region}', as in scenario.toml", show(list(entry.regions)))


def _check_regions(entry: AgreementEntry, where: Where, known: Known) -> None:
    check_unique(entry.regions, where.at("regions"))
    regions = known.parties | _REGION_CODES
    for index, region in enumerate(entry.regions):
        refer(region, "a party of the scenario or a safety region", regions, where.at("regions").item(index))
    if entry.adoption_region is not None and entry.adoption_region not in entry.regions:
        expected = f"one of the regions of the agreement{hint(entry.adoption_region, entry.regions)}"
        where.at("adoption_region").error(expected, show(entry.adoption_region))


def _check_scope(entry: AgreementEntry, where: Where) -> None:
    count = len(set(entry.regions))
    try:
        scope = scope_of(count)
    except ValueError:
        where.error(f"1 to {REGIONS_IN_COUNTRY} regions in the agreement", str(count))
        return
    about = f"a {scope.value} partner ({count} region{'s' if count > 1 else ''}; Beleidskader Tabel 2)"
    if scope is Scope.REGIONAL and entry.adoption_region is not None:
        where.error(f"no adoption region for {about}", show(entry.adoption_region))
    if scope is not Scope.REGIONAL and entry.adoption_region is None:
        where.warning(f"an adoption region for {about}", "none")


def _warn_without(named: set[str], parties: Mapping[str, Party], known: Known, file: Where) -> None:
    for party in parties.values():
        profile = known.profiles.by_id.get(party.profile)
        if profile is not None and profile.kind == "partner" and party.id not in named:
            file.at("parties").item(party.id).warning(
                f"an agreement in {AGREEMENTS_FOLDER}/{party.id}.toml", "none"
            )
