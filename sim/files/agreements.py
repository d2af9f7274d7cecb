"""Reads ``agreements/*.toml``: what each partner and its regions agreed, topic by topic (Modeluitwerking)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from sim.core.model.agreement import Agreement, Phase
from sim.core.model.party import REGIONS_IN_COUNTRY, Party, Scope, scope_of
from sim.core.model.text import Text
from sim.files.agreement_shapes import AgreementEntry
from sim.files.agreement_terms import read_terms, read_texts
from sim.files.folder import Folder
from sim.files.known import Known, check_unique, refer
from sim.files.problems import Where, hint, show
from sim.files.profiles import Profiles
from sim.files.register import is_register
from sim.files.tables import read_table
from sim.files.toml import read_toml

AGREEMENTS_FOLDER: Final = "agreements"
REGION_CODES: Final = frozenset(f"vr{number:02d}" for number in range(1, REGIONS_IN_COUNTRY + 1))
"""Safety regions: an agreement may name them all, also those that take no part in the exercise."""

MODEL_PARTNER: Final = "model"
"""Partner of the model agreements of the library: nobody's, to start an agreement from."""

_FIRST_PHASE: Final[Phase] = "exploration"


@dataclass(frozen=True, slots=True)
class AgreementFile:
    """An agreement file as read: its entry, its place, and what it says of terms and topics."""

    entry: AgreementEntry
    where: Where
    terms: Mapping[str, Any]
    texts: Mapping[str, Text]


def agreement_names(folder: Folder, below: str = AGREEMENTS_FOLDER) -> tuple[str, ...]:
    """Return the relative paths of the agreement files of a folder; a register among them is none."""
    return tuple(name for name in folder.names(below, ".toml") if not is_register(name))


def read_agreement_files(folder: Folder, below: str = AGREEMENTS_FOLDER) -> Iterator[AgreementFile]:
    """Yield every agreement file that can be read, after reporting the problems within each."""
    for relative in agreement_names(folder, below):
        file = read_agreement_file(folder, relative)
        if file is not None:
            yield file


def read_agreement_file(folder: Folder, relative: str) -> AgreementFile | None:
    """Return one agreement file, after reporting the problems within it; None when it cannot be read."""
    table = read_toml(folder, relative)
    where = folder.where(relative)
    entry = None if table is None else read_table(AgreementEntry, table, where)
    if entry is None:
        return None
    _check_itself(entry, where)
    return AgreementFile(entry, where, read_terms(entry, where), read_texts(entry))


def general_agreement(file: AgreementFile) -> Agreement:
    """Return the agreement of a file that is no addition."""
    entry = file.entry
    return Agreement(
        entry.partner,
        entry.core_task,
        entry.profile,
        entry.regions,
        entry.adoption_region,
        entry.phase,
        file.texts,
        **file.terms,
    )


def read_agreements(
    folder: Folder, scenario_file: Where, known: Known, parties: Mapping[str, Party]
) -> dict[str, Agreement]:
    """Return the agreements by party, in order, after reporting every problem with any of them.

    A party has the agreement of its organisation, for its core task, under its profile. Agreements for other core
    tasks or profiles may be there too; no party of the exercise touches them. While a collaboration is explored
    nothing has been agreed yet, and so nothing is in force; what is being worked out is tried out (par. 3.2).
    """
    files = list(read_agreement_files(folder))
    agreements = _general(files, known, parties)
    _add(files, agreements)
    _check_scopes(files)
    by_party = {
        party.id: agreements[key]
        for party in parties.values()
        if party.core_task is not None
        and (key := (party.organisation, party.core_task.value, party.profile)) in agreements
        and agreements[key].phase != _FIRST_PHASE
    }
    _warn_explored(files, parties)
    named = {(file.entry.partner, file.entry.profile) for file in files} | _unread(folder, files)
    _warn_without(named, parties, known, scenario_file)
    return dict(sorted(by_party.items()))


_Key = tuple[str, str, str]


def _key(entry: AgreementEntry) -> _Key:
    return entry.partner, entry.core_task.value, entry.profile


def _general(files: list[AgreementFile], known: Known, parties: Mapping[str, Party]) -> dict[_Key, Agreement]:
    agreements: dict[_Key, Agreement] = {}
    for file in files:
        entry, where = file.entry, file.where
        _check_against_scenario(entry, where, known, parties)
        _check_terms(file, known)
        if entry.addition_of is not None:
            continue
        if _key(entry) in agreements:
            expected = "one agreement a partner, core task and profile; a region's own has addition_of"
            where.at("partner").error(expected, f"a second one for {show(entry.partner)}")
        agreements[_key(entry)] = general_agreement(file)
    return agreements


def _add(files: list[AgreementFile], agreements: dict[_Key, Agreement]) -> None:
    """Put the additions of regions into the general agreements that they add to."""
    for file in files:
        entry, where = file.entry, file.where
        if entry.addition_of is None:
            continue
        general = agreements.get(_key(entry))
        if general is None:
            where.at("addition_of").error("a general agreement that it adds to", "none")
        elif entry.addition_of not in general.regions:
            expected = (
                f"one of the regions of the general agreement{hint(entry.addition_of, general.regions)}"
            )
            where.at("addition_of").error(expected, show(entry.addition_of))
        elif entry.addition_of in general.additions:
            where.at("addition_of").error(
                "one addition a region", f"a second one of {show(entry.addition_of)}"
            )
        elif entry.phase != _FIRST_PHASE:
            agreements[_key(entry)] = general.with_addition(entry.addition_of, file.terms, file.texts)


def _warn_explored(files: list[AgreementFile], parties: Mapping[str, Party]) -> None:
    """Warn of what a party of the exercise has not agreed yet, as it then works without it."""
    touched = {
        (party.organisation, party.core_task, party.profile)
        for party in parties.values()
        if party.core_task is not None
    }
    for file in files:
        entry, where = file.entry, file.where.at("phase")
        if entry.phase == _FIRST_PHASE and (entry.partner, entry.core_task, entry.profile) in touched:
            expected = (
                "elaboration or execution, for its terms to hold in the exercise (Beleidskader par. 3.2)"
            )
            where.warning(expected, f"{show(entry.phase)}: nothing has been agreed yet")


# One file ------------------------------------------------------------------------------------------


def _check_itself(entry: AgreementEntry, where: Where) -> None:
    """Report what is wrong with an agreement whatever exercise or overview it is read for."""
    if entry.partner == MODEL_PARTNER:
        _check_model(entry, where)
        return
    _check_name(entry, where)
    if entry.addition_of is None:
        check_unique(entry.regions, where.at("regions"))
        _check_adoption(entry, where.at("adoption_region"))
        return
    for key in ("regions", "adoption_region"):
        if getattr(entry, key):
            where.at(key).error("nothing, as the general agreement says it", show(getattr(entry, key)))


def _check_model(entry: AgreementEntry, where: Where) -> None:
    """Report what makes a model of the library somebody's agreement: regions, or another name than its profile's."""
    for key in ("regions", "adoption_region", "addition_of", "assessed", "exercised"):
        if getattr(entry, key):
            where.at(key).error("nothing, as a model is nobody's agreement", "a value")
    name = f"{entry.profile}-{entry.core_task.value.lower()}.toml"
    if PurePosixPath(where.file).name != name:
        where.error(f"the name {name}, after its profile and core task", PurePosixPath(where.file).name)


def _check_name(entry: AgreementEntry, where: Where) -> None:
    stem = PurePosixPath(where.file).stem
    if stem.split(".")[0] != entry.partner:
        expected = f"'{stem.split('.')[0]}', as the file is named"
        where.at("partner").warning(expected, show(entry.partner))


def _check_adoption(entry: AgreementEntry, where: Where) -> None:
    if entry.adoption_region is not None and entry.adoption_region not in entry.regions:
        expected = f"one of the regions of the agreement{hint(entry.adoption_region, entry.regions)}"
        where.error(expected, show(entry.adoption_region))
    count = len(set(entry.regions))
    if count == 0 and entry.phase == _FIRST_PHASE:
        # Which regions have an interest is found out in this phase (Beleidskader par. 3.2).
        where.warning("the regions that it is for, once they are known", "none")
    elif count > REGIONS_IN_COUNTRY or count == 0:
        where.error(f"1 to {REGIONS_IN_COUNTRY} regions in the agreement", str(count))


# Against the exercise ------------------------------------------------------------------------------


def _check_scopes(files: list[AgreementFile]) -> None:
    """Report adoption regions that the scope of a partner does not allow or asks for.

    The scope follows from all agreements of the partner together: it may have one for each core task.
    """
    regions: dict[str, set[str]] = {}
    adopted = {file.entry.partner for file in files if file.entry.adoption_region is not None}
    for file in files:
        regions.setdefault(file.entry.partner, set()).update(file.entry.regions)
    for file in files:
        entry, where = file.entry, file.where.at("adoption_region")
        count = len(regions[entry.partner])
        if entry.addition_of is not None or not 1 <= count <= REGIONS_IN_COUNTRY:
            continue
        scope = scope_of(count)
        about = f"a {scope.value} partner ({count} region{'s' if count > 1 else ''}; Beleidskader Tabel 2)"
        if scope is Scope.REGIONAL and entry.adoption_region is not None:
            where.error(f"no adoption region for {about}", show(entry.adoption_region))
        if scope is not Scope.REGIONAL and entry.partner not in adopted:
            where.warning(f"an adoption region for {about}", "none")


def _check_against_scenario(
    entry: AgreementEntry, where: Where, known: Known, parties: Mapping[str, Party]
) -> None:
    regions = known.parties | REGION_CODES
    for index, region in enumerate(entry.regions):
        refer(region, "a party of the scenario or a safety region", regions, where.at("regions").item(index))
    check_profile(entry, where, known.profiles)
    mine = [party for party in parties.values() if party.organisation == entry.partner]
    if not mine:
        organisations = {party.organisation for party in parties.values()}
        refer(entry.partner, "a party of the scenario", known.parties | organisations, where.at("partner"))
    for party in mine:
        _check_party(entry, party, where)


def check_profile(entry: AgreementEntry, where: Where, profiles: Profiles) -> None:
    """Report a profile that is not there, or that the core task does not allow (Beleidskader Tabel 1)."""
    refer(entry.profile, "a file of profiles/", profiles.names, where.at("profile"))
    profile = profiles.by_id.get(entry.profile)
    if profile is not None and profile.kind == "partner" and entry.core_task not in profile.core_tasks:
        expected = f"a core task that profile {profile.id} is for ({', '.join(profile.core_tasks)}; Tabel 1)"
        where.at("core_task").error(expected, show(entry.core_task))


def _check_party(entry: AgreementEntry, party: Party, where: Where) -> None:
    if party.core_task is None:
        where.at("partner").error("a partner", f"{show(party.id)}, a region or national body")
        return
    if (party.core_task, party.profile) != (entry.core_task, entry.profile) or entry.addition_of is not None:
        return
    for region in party.regions:
        if region not in entry.regions and region != party.id:
            where.at("regions").warning(f"also '{region}', as in scenario.toml", show(list(entry.regions)))


_THEMED: Final = {
    "needs": "process.information_needs.partner",
    "asked": "process.information_needs.region",
    "seconded_themes": "process.information_use.seconded_themes",
}


def _check_terms(file: AgreementFile, known: Known) -> None:
    for name, path in _THEMED.items():
        for index, theme in enumerate(file.terms.get(name, ())):
            known.theme(theme, Where(file.where.problems, file.where.file, path).item(index))
    through = file.terms.get("alert_through")
    if through is not None:
        known.party(through, file.where.at("process").at("alerting").at("through"))


def _unread(folder: Folder, files: list[AgreementFile]) -> set[tuple[str, str]]:
    """Return the partners of files that could not be read; whether they have an agreement is not known."""
    read = {file.where.file for file in files}
    stems = {PurePosixPath(name).stem for name in agreement_names(folder) if name not in read}
    return {(stem.split(".")[0], "") for stem in stems}


def _warn_without(
    named: set[tuple[str, str]], parties: Mapping[str, Party], known: Known, file: Where
) -> None:
    for party in parties.values():
        profile = known.profiles.by_id.get(party.profile)
        if profile is None or profile.kind != "partner":
            continue
        if not {(party.organisation, party.profile), (party.organisation, "")} & named:
            expected = (
                f"an agreement in {AGREEMENTS_FOLDER}/{party.organisation}.toml for profile {party.profile}"
            )
            file.at("parties").item(party.id).warning(expected, "none")
