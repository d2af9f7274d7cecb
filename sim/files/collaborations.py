"""Reads folders of agreements for the national overview, whatever exercise they belong to, if any.

A folder holds agreements below ``agreements/`` (a scenario does), or directly, or it holds such folders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from sim.core.model.collaboration import Assessed, Exercised, Listed, Region
from sim.core.model.profile import Profile
from sim.core.model.text import Text
from sim.files.agreement_shapes import AgreementEntry
from sim.files.agreements import AGREEMENTS_FOLDER, MODEL_PARTNER, AgreementFile, read_agreement_files
from sim.files.finding import is_story
from sim.files.folder import Folder
from sim.files.known import refer
from sim.files.places import SCENARIO_FILE, profiles_folder, scenarios_folder, shipped_scenarios
from sim.files.problems import Problem, Problems, Where, hint, show
from sim.files.profiles import Profiles, read_profiles
from sim.files.regions import REGIONS_FILE, read_regions
from sim.files.register import is_register
from sim.files.toml import read_toml

_SUFFIX: Final = ".toml"


@dataclass(frozen=True, slots=True)
class Collaborations:
    """What folders of agreements hold.

    Attributes:
        listed: Agreements and additions, in the order in which they were found.
        profiles: Profiles by id.
        regions: The safety regions of the country.
        warnings: What looks wrong in the files, and does not keep them from being read.
    """

    listed: tuple[Listed, ...]
    profiles: dict[str, Profile]
    regions: tuple[Region, ...]
    warnings: tuple[Problem, ...]


def load_collaborations(names: Sequence[str | Path], profiles: Path | None = None) -> Collaborations:
    """Return the agreements of folders.

    Args:
        names: Folders, or names of scenarios that come with the product. A file among them is passed over, so that
            ``scenarios/*`` can be given.
        profiles: Folder of profiles and regions; those that come with the product by default.

    Raises:
        InputError: A folder is not there or holds no agreement, or a file holds errors; it carries all of them.
    """
    problems = Problems()
    root = profiles or profiles_folder()
    known = read_profiles(root, problems)
    regions = read_regions(root, problems)
    listed = [
        entry for place in _places(names, problems) for entry in _read_place(place, known, regions, problems)
    ]
    problems.raise_errors()
    return Collaborations(tuple(listed), dict(known.by_id), regions, problems.warnings)


# Where agreements are ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder of agreement files: ``below`` a root, which is named in messages as ``shown``."""

    root: Path
    below: str
    shown: str


def _places(names: Sequence[str | Path], problems: Problems) -> list[_Place]:
    """Return the folders with agreements that are meant by ``names``, each once."""
    found: dict[Path, _Place] = {}
    command = Where(problems, "command line", "FOLDER")
    passed_over = 0
    for name in names:
        path = _path(name)
        if not _is(path, "is_dir"):
            if _is(path, "exists"):
                passed_over += 1
                continue
            command.error(f"a folder of agreements{hint(str(name), shipped_scenarios())}", show(str(name)))
            continue
        if is_story(path):
            passed_over += 1  # its agreements are made when it is named: beeld generate
            continue
        places = list(_places_in(path))
        if not places:
            command.error(
                f"a folder with agreements: {AGREEMENTS_FOLDER}/*{_SUFFIX} or *{_SUFFIX}", show(str(name))
            )
        for place in places:
            found.setdefault((place.root / place.below).resolve(), place)
    if not names or passed_over == len(names):
        command.error("at least one folder of agreements", "none")
    return list(found.values())


def _path(name: str | Path) -> Path:
    path = Path(name)
    if str(name) in shipped_scenarios() and not _is(path, "is_dir"):
        return scenarios_folder() / name
    return path


def _is(path: Path, question: str) -> bool:
    try:
        return bool(getattr(path, question)())
    except (OSError, ValueError):  # a name that no file system takes, such as one with a NUL
        return False


def _places_in(path: Path) -> Iterator[_Place]:
    """Yield the agreements of a folder: below it, in it, or else those of the folders that it holds."""
    if _holds_files(path / AGREEMENTS_FOLDER):
        yield _Place(path, AGREEMENTS_FOLDER, f"{path}/")
    elif _holds_files(path) and not (path / SCENARIO_FILE).exists():
        whole = path if path.name else path.resolve()
        yield _Place(whole.parent, whole.name, "" if whole.parent == Path() else f"{whole.parent}/")
    else:
        for each in _entries(path):
            if _holds_files(each / AGREEMENTS_FOLDER):
                yield _Place(each, AGREEMENTS_FOLDER, f"{each}/")


def _holds_files(path: Path) -> bool:
    return any(each.name.endswith(_SUFFIX) and not is_register(each) for each in _entries(path))


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except OSError:  # no folder, or one that is closed to us, holds nothing for us
        return []


# What they say -------------------------------------------------------------------------------------


def _read_place(
    place: _Place, profiles: Profiles, regions: Sequence[Region], problems: Problems
) -> Iterator[Listed]:
    folder = Folder(place.root, problems, prefix=place.shown)
    names = _names_in_scenario(place)
    codes = frozenset(region.code for region in regions)
    for file in read_agreement_files(folder, place.below):
        if file.entry.partner == MODEL_PARTNER:
            continue  # a model of the library is nobody's agreement
        _check(file, profiles, codes)
        yield _listed(file, names)


def _check(file: AgreementFile, profiles: Profiles, codes: frozenset[str]) -> None:
    entry, where = file.entry, file.where
    what = f"a safety region of profiles/{REGIONS_FILE}"
    for index, region in enumerate(entry.regions):
        refer(region, what, codes, where.at("regions").item(index))
    if entry.addition_of is not None:
        refer(entry.addition_of, what, codes, where.at("addition_of"))
    partners = {name for name, known in profiles.by_id.items() if known.kind == "partner"}
    profile = profiles.by_id.get(entry.profile)
    if profile is None or profile.kind != "partner":
        refer(entry.profile, "a profile of profiles/partners/", partners, where.at("profile"))
    elif entry.core_task not in profile.core_tasks:
        expected = f"a core task that profile {profile.id} is for ({', '.join(profile.core_tasks)}; Tabel 1)"
        where.at("core_task").error(expected, show(entry.core_task))
    if entry.assessed is not None:
        _check_date(entry.assessed.on, where.at("assessed").at("on"))
    for index, exercised in enumerate(entry.exercised):
        _check_date(exercised.on, where.at("exercised").item(index).at("on"))


def _check_date(text: str, where: Where) -> None:
    try:
        written = date.fromisoformat(text).isoformat()
    except ValueError:
        written = ""
    if written != text:  # Python also reads dates without dashes and week dates, which do not sort as text
        where.error("a date such as 2025-03-14", show(text))


def _listed(file: AgreementFile, names: dict[str, Text]) -> Listed:
    entry: AgreementEntry = file.entry
    assessed = entry.assessed
    return Listed(
        partner=entry.partner,
        name=entry.name or names.get(entry.partner),
        core_task=entry.core_task,
        profile=entry.profile,
        regions=entry.regions,
        adoption_region=entry.adoption_region,
        addition_of=entry.addition_of,
        phase=entry.phase,
        assessed=None if assessed is None else Assessed(assessed.on, assessed.outcome),
        exercised=tuple(
            Exercised(on=each.on, exercise=each.exercise, result=each.result) for each in entry.exercised
        ),
        source=file.where.file,
    )


def _names_in_scenario(place: _Place) -> dict[str, Text]:
    """Return the names of the organisations of the scenario beside the agreements, as far as they can be read.

    Agreements need not name their partner where the scenario does; what is wrong with it is not asked here. An
    organisation that takes part in two of its core tasks has the name of neither.
    """
    if not (place.root / SCENARIO_FILE).is_file() or place.below != AGREEMENTS_FOLDER:
        return {}
    table = read_toml(Folder(place.root, Problems()), SCENARIO_FILE) or {}
    parties = table.get("parties")
    found = [_name_of(party) for party in parties] if isinstance(parties, list) else []
    named = [pair for pair in found if pair is not None]
    often = Counter(partner for partner, _ in named)
    return {partner: name for partner, name in named if often[partner] == 1}


def _name_of(party: Any) -> tuple[str, Text] | None:
    try:
        return str(party.get("partner", party["id"])), msgspec.convert(party["name"], Text)
    except (AttributeError, KeyError, TypeError, msgspec.ValidationError):
        return None
