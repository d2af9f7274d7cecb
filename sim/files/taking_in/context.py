"""The scenario that something is taken into: what it knows, and what it has already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sim.core.model.access import compile_access
from sim.core.world.injects import Inject
from sim.files.agreements.reading import read_agreements
from sim.files.areas import read_areas
from sim.files.calendar import read_calendar
from sim.files.cast import Cast
from sim.files.folder import Folder
from sim.files.known import Known, names_in
from sim.files.places import SCENARIO_FILE, profiles_folder
from sim.files.problems import InputError, Problem, Problems, show
from sim.files.profiles import read_profiles
from sim.files.scenario.activities import read_activities
from sim.files.scenario.injects import read_injects
from sim.files.scenario.parties import read_parties
from sim.files.toml import read_toml

_NAMED: Final[Mapping[str, str]] = {
    "truth": "a change of the truth",
    "faults": "a fault",
    "outages": "an outage",
}


@dataclass(frozen=True)
class Context:
    """A scenario, as far as it must be known to take something into it; it may have mistakes, or not be ready yet.

    Attributes:
        root: Its folder.
        text: Its ``scenario.toml`` as it stands.
        table: The same, as tables.
        start: Clock time of T+0.
        known: What entries may refer to.
        cast: Who can do what.
        injects: The injects that it has, by id.
        taken: Ids that are something else's, and what that is.
    """

    root: Path
    text: str
    table: dict[str, Any]
    start: datetime
    known: Known
    cast: Cast
    injects: Mapping[str, Inject]
    taken: Mapping[str, str]


def read_context(scenario: str | Path) -> Context:
    """Return the scenario that something is to be taken into.

    Raises:
        InputError: There is no such scenario, it is made of a story, or its file is no TOML or says not when it is.
    """
    root = _own_folder(scenario)
    problems = Problems()
    folder = Folder(root, problems)
    table = read_toml(folder, SCENARIO_FILE)
    text = folder.read_text(SCENARIO_FILE)
    problems.raise_errors()
    assert table is not None, "what could not be read was reported"
    assert text is not None, "what could not be read was reported"
    file = folder.where(SCENARIO_FILE)
    start, end = table.get("start"), table.get("end")
    calendar = read_calendar(
        start if isinstance(start, str) else None, end if isinstance(end, str) else None, file
    )
    problems.raise_errors()
    if calendar.start is None or calendar.end_ms is None:
        raise InputError(
            [
                Problem(SCENARIO_FILE, key, "a value", "nothing")
                for key in ("start", "end")
                if key not in table
            ]
        )
    # Mistakes in the rest are for `beeld lint`: what is taken in is judged by what is sound.
    profiles = read_profiles(profiles_folder(), Problems())
    sources = table.get("sources")
    known = Known(
        calendar=calendar,
        areas=read_areas(folder),
        profiles=profiles,
        sources=frozenset(sources if isinstance(sources, dict) else ()),
        parties=names_in(table, "parties", "id"),
        activities=names_in(table, "activities", "id"),
        subjects=names_in(table, "facts", "subject"),
    )
    cast = _cast(table, folder, known)
    injects = {inject.id: inject for inject, _ in read_injects(table, file, known, cast)}
    taken = {name: what for key, what in _NAMED.items() for name in names_in(table, key, "id")}
    return Context(root, text, table, calendar.start, known, cast, injects, taken)


def _own_folder(scenario: str | Path) -> Path:
    """Return the folder of a scenario by its path alone: those that come with the product are not to be changed."""
    path = Path(scenario)
    root = path.parent if path.name == SCENARIO_FILE else path
    try:
        found = (root / SCENARIO_FILE).is_file()
    except (OSError, ValueError):  # a name that no file system takes
        found = False
    if not found:
        expected = f"the path of a folder with a {SCENARIO_FILE}"
        raise InputError([Problem("command line", "--into", expected, show(str(scenario)))])
    return root.resolve()


def _cast(table: dict[str, Any], folder: Folder, known: Known) -> Cast:
    file = folder.where(SCENARIO_FILE)
    parties = read_parties(table, file, known)
    activities = read_activities(table, file, known)
    agreements = read_agreements(folder, file, known, parties)
    profiles = known.profiles.by_id
    usable = {name: party for name, party in parties.items() if party.profile in profiles}
    return Cast(
        usable,
        profiles,
        activities,
        compile_access(usable.values(), profiles, activities.values(), agreements),
    )
