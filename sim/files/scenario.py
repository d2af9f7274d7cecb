"""Loads a scenario from its folder: everything is read and checked before anything is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.model.access import compile_access
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.party import Party
from sim.core.world.faults import Fault
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.technology import Outage
from sim.core.world.truth import TruthChange
from sim.files.activities import check_coordination, check_directing, read_activities
from sim.files.agreements import agreement_names, read_agreements
from sim.files.areas import Areas, read_areas
from sim.files.calendar import read_calendar
from sim.files.cast import Cast
from sim.files.fault_checks import check_bases
from sim.files.fault_files import FaultFile, read_fault_files
from sim.files.fault_moments import check_circles, scripted_in
from sim.files.faults import in_order, read_faults
from sim.files.finding import find_scenario
from sim.files.folder import Folder
from sim.files.injects import read_injects
from sim.files.known import Known, names_in
from sim.files.mobilisation import check_mobilisation
from sim.files.outages import read_outages
from sim.files.parties import read_parties
from sim.files.places import SCENARIO_FILE, profiles_folder
from sim.files.problems import Problems, Where, show
from sim.files.profiles import Profiles, read_profiles
from sim.files.settings import Setting, as_recorded, blamed, parse_settings, with_settings
from sim.files.shapes import Head
from sim.files.tables import read_fields
from sim.files.timeline import Timeline, read_timeline
from sim.files.toml import read_toml


def load_scenario(
    name_or_path: str | Path,
    profiles: Path | None = None,
    settings: Sequence[str] = (),
    faults: Sequence[str | Path] = (),
) -> Scenario:
    """Return a scenario, checked and ready to run.

    Args:
        name_or_path: Name of a scenario that comes with the product, or its folder.
        profiles: Folder of profiles, bodies and themes; those that come with the product by default.
        settings: What is changed in it, as ``PARTY.KEY=VALUE`` (see :mod:`sim.files.settings`).
        faults: Files of faults that are added to it (see :mod:`sim.files.fault_files`).

    Raises:
        InputError: The files or settings hold errors; it carries all of them, and the warnings.
    """
    return load_open(name_or_path, profiles, settings, faults).scenario


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario, and what is needed to hold against it what is thrown in while it goes on.

    Attributes:
        scenario: Checked and ready to run.
        known: What entries may refer to.
        cast: Who can do what.
    """

    scenario: Scenario
    known: Known
    cast: Cast


def load_open(
    name_or_path: str | Path,
    profiles: Path | None = None,
    settings: Sequence[str] = (),
    faults: Sequence[str | Path] = (),
) -> Loaded:
    """Return a scenario as :func:`load_scenario` does, with what is needed to throw something into it.

    Raises:
        InputError: The files or settings hold errors; it carries all of them, and the warnings.
    """
    problems = Problems()
    root = find_scenario(name_or_path)
    loaded = _read_changed(root, profiles or profiles_folder(), settings, problems, faults)
    problems.raise_errors()
    if loaded is None:
        raise AssertionError("a scenario without errors was not made")
    return loaded


def read_changed(
    root: Path,
    profiles_root: Path,
    texts: Sequence[str],
    problems: Problems,
    faults: Sequence[str | Path] = (),
) -> Scenario | None:
    """Return the scenario of a folder, changed by settings and with faults added, or None when there are errors then.

    Settings that cannot be understood are reported before anything is read.
    """
    loaded = _read_changed(root, profiles_root, texts, problems, faults)
    return None if loaded is None else loaded.scenario


def _read_changed(
    root: Path,
    profiles_root: Path,
    texts: Sequence[str],
    problems: Problems,
    faults: Sequence[str | Path],
) -> Loaded | None:
    settings = parse_settings(texts, problems)
    if problems.errors:
        return None
    read = Problems()
    loaded = _read_loaded(root, profiles_root, read, settings, read_fault_files(faults, read))
    for problem in read.found:
        problems.add(blamed(problem, settings, SCENARIO_FILE))
    return loaded


def read_scenario(
    root: Path,
    profiles_root: Path,
    problems: Problems,
    settings: Sequence[Setting] = (),
    added: Sequence[FaultFile] = (),
) -> Scenario | None:
    """Return the scenario of a folder, or None when ``problems`` has errors after reading it."""
    loaded = _read_loaded(root, profiles_root, problems, settings, added)
    return None if loaded is None else loaded.scenario


def _read_loaded(
    root: Path,
    profiles_root: Path,
    problems: Problems,
    settings: Sequence[Setting],
    added: Sequence[FaultFile],
) -> Loaded | None:
    folder = Folder(root, problems)
    profiles = read_profiles(profiles_root, problems)
    areas = read_areas(folder)
    table = read_toml(folder, SCENARIO_FILE)
    table = None if table is None else with_settings(table, settings, problems, profiles.by_id)
    file = folder.where(SCENARIO_FILE)
    head = _read_head(table or {}, root, file) if table is not None else {}
    known = _known(table or {}, head, areas, profiles, file)
    if table is None:
        # What the agreements refer to cannot be known; whether they are TOML can.
        for relative in agreement_names(folder):
            read_toml(folder, relative)
        return None
    parts = _read_parts(table, folder, file, known, added)
    _check_item_ids(parts, file)
    if problems.errors:
        return None
    return Loaded(_assemble(head, known, parts, folder, settings, added), known, parts.cast)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the sections of the files hold, by the names of the fields of :class:`Scenario`; and who can do what."""

    cast: Cast
    parties: dict[str, Party]
    activities: dict[str, Activity]
    agreements: dict[str, Agreement]
    truth: tuple[TruthChange, ...]
    injects: tuple[Inject, ...]
    faults: tuple[Fault, ...]
    outages: tuple[Outage, ...]


def _read_head(table: dict[str, Any], root: Path, file: Where) -> dict[str, Any]:
    head = read_fields(Head, table, file).values
    if "id" in head and head["id"] != root.name:
        file.at("id").error(f"the name of the folder, '{root.name}'", show(head["id"]))
    for section in ("parties", "activities"):
        if head.get(section) == []:
            file.at(section).error(f"at least one [[{section}]]", "none")
    return head


def _known(
    table: dict[str, Any], head: dict[str, Any], areas: Areas, profiles: Profiles, file: Where
) -> Known:
    return Known(
        calendar=read_calendar(head.get("start"), head.get("end"), file),
        areas=areas,
        profiles=profiles,
        sources=frozenset(head.get("sources", ())),
        parties=names_in(table, "parties", "id"),
        activities=names_in(table, "activities", "id"),
        subjects=names_in(table, "facts", "subject"),
    )


def _read_parts(
    table: dict[str, Any], folder: Folder, file: Where, known: Known, added: Sequence[FaultFile]
) -> _Parts:
    parties = read_parties(table, file, known)
    activities = read_activities(table, file, known)
    agreements = read_agreements(folder, file, known, parties)
    cast = _cast(parties, activities, agreements, known)
    check_directing(cast, file)
    check_coordination(cast, file)
    timeline = read_timeline(table, folder, file, known)
    injects = read_injects(table, file, known, cast)
    faults = _read_faults(table, file, known, cast, timeline, injects, added)
    outages = read_outages([(table, file), *((one.table, one.where) for one in added)], known, cast)
    scripted = [(one.id, where) for part in (injects, faults, outages) for one, where in part]
    _check_ids((*timeline.ids, *scripted))
    check_mobilisation(agreements, cast, file)
    return _Parts(
        cast=cast,
        parties=parties,
        activities=activities,
        agreements=agreements,
        truth=timeline.changes,
        injects=tuple(inject for inject, _ in injects),
        faults=tuple(fault for fault, _ in faults),
        outages=tuple(outage for outage, _ in outages),
    )


def _read_faults(
    table: dict[str, Any],
    file: Where,
    known: Known,
    cast: Cast,
    timeline: Timeline,
    injects: Sequence[tuple[Inject, Where]],
    added: Sequence[FaultFile],
) -> list[tuple[Fault, Where]]:
    """Return the faults of the scenario and those that are added to it, after reporting every problem with them."""
    given = [inject for inject, _ in injects]
    scripted = scripted_in(table, [one.table for one in added], given, timeline.changes)
    faults = read_faults(table, file, known, cast, scripted)
    for one in added:
        faults += read_faults(one.table, one.where, known, cast, scripted)
    check_bases(faults, timeline.changes)
    check_circles(faults)
    return in_order(faults)


def _cast(
    parties: dict[str, Party],
    activities: dict[str, Activity],
    agreements: dict[str, Agreement],
    known: Known,
) -> Cast:
    """Return who can do what, as far as it is known: parties whose profile has errors are left out."""
    profiles = known.profiles.by_id
    usable = {name: party for name, party in parties.items() if party.profile in profiles}
    access = compile_access(usable.values(), profiles, activities.values(), agreements)
    return Cast(usable, profiles, activities, access)


def _check_ids(placed: Iterable[tuple[str, Where]]) -> None:
    """Report ids that two of truth, injects, faults and outages share: records name their cause by it."""
    first: dict[str, Where] = {}
    for name, where in placed:
        if name in first:
            where.at("id").error("an id of its own", f"{show(name)}, which {first[name].key} has too")
        first.setdefault(name, where)


def _check_item_ids(parts: _Parts, file: Where) -> None:
    """Report names that make one item id of two: items are named after an activity or party, and a subject."""
    made: dict[str, tuple[str, str]] = {}
    subjects = sorted({change.fact.subject for change in parts.truth})
    for name in (*parts.activities, *parts.parties):
        for subject in subjects:
            item = f"{name}-{subject}"
            other = made.setdefault(item, (name, subject))
            if other != (name, subject):
                expected = f"a subject that makes with {show(name)} an item id of its own"
                found = f"{show(item)}, also of '{other[0]}' and '{other[1]}'"
                file.at("facts").item(subject).at("subject").error(expected, found)


def _assemble(
    head: dict[str, Any],
    known: Known,
    parts: _Parts,
    folder: Folder,
    settings: Sequence[Setting],
    added: Sequence[FaultFile],
) -> Scenario:
    start, end_ms = known.calendar.start, known.calendar.end_ms
    if start is None or end_ms is None:
        raise AssertionError("a start or end that could not be read was not reported")
    used = {party.profile for party in parts.parties.values()}
    more = {one.name: one.sha256 for one in added}
    hashes = {**folder.hashes, **known.profiles.hashes_for(used), **more}
    return Scenario(
        id=head["id"],
        name=head["name"],
        notice=head["notice"],
        start=start,
        end_ms=end_ms,
        parties=parts.parties,
        profiles=known.profiles.by_id,
        agreements=parts.agreements,
        activities=parts.activities,
        themes=known.profiles.themes,
        quantities=known.profiles.quantities,
        truth=parts.truth,
        injects=parts.injects,
        faults=parts.faults,
        outages=parts.outages,
        inputs=dict(sorted(hashes.items())),
        settings=as_recorded(settings),
    )
