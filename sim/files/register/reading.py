"""Reads a register of points to improve: ``...register.toml`` beside the agreements (docs/register-format.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from sim.core.assessment.judging.improving import verdict_on
from sim.core.assessment.judging.outcome import Result
from sim.core.model.profile import Profile
from sim.core.model.register import (
    Bound,
    Held,
    Moment,
    Outcome,
    PointToImprove,
    Register,
    Shown,
)
from sim.files.calendar import check_date
from sim.files.folder import Folder
from sim.files.known import check_unique, refer
from sim.files.places import profiles_folder
from sim.files.problems import Problems, Where, hint, show
from sim.files.profiles import read_profiles
from sim.files.tables import read_entries
from sim.files.toml import read_toml

REGISTER_SUFFIX: Final = "register.toml"
"""How the name of a register ends, so that it can lie among agreements without being taken for one."""

REGISTER_FORMAT: Final = 1

STARTED_FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
"""How a register writes when a run started, so that order of text is order of time."""

_TABLES: Final[dict[str, type[msgspec.Struct]]] = {
    "agreements": Bound,
    "exercises": Held,
    "outcomes": Outcome,
    "points": PointToImprove,
    "shown": Shown,
    "moments": Moment,
}
_LABELS: Final = {"exercises": "run", "outcomes": "agreement", "shown": "point", "moments": "on"}
_NAMED: Final = (("id", "agreements"), ("run", "exercises"), ("id", "points"))
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register as it was read.

    Attributes:
        register: What it says.
        data: Its bytes; none where there is no such file yet.
        places: Where each table stands, by list and number, for what is said of it.
        where: The file.
    """

    register: Register
    data: bytes
    places: dict[tuple[str, int], Where]
    where: Where


def is_register(path: str | Path) -> bool:
    """Say whether a file is a register, by its name."""
    return Path(path).name.endswith(REGISTER_SUFFIX)


def load_register(path: Path, *, new: bool = False) -> RegisterFile:
    """Return a register.

    Args:
        path: The file.
        new: Whether there may be no such file yet; it is then read as one without anything in it.

    Raises:
        InputError: It holds errors; all of them are named.
    """
    problems = Problems()
    found = read_register(path, problems, new=new)
    problems.raise_errors()
    assert found is not None, "a file that could not be read is a problem"
    return found


def read_register(path: Path, problems: Problems, *, new: bool = False) -> RegisterFile | None:
    """Return a register, after reporting every problem with it; None when it cannot be read."""
    folder = Folder(path.parent, problems, prefix="" if path.parent == Path() else f"{path.parent}/")
    where = folder.where(path.name)
    if not is_register(path):
        where.error(f"a file name that ends in {REGISTER_SUFFIX}", show(path.name))
        return None
    if new and not _exists(path):
        return RegisterFile(Register(), b"", {}, where)
    data = folder.read(path.name)
    table = None if data is None else read_toml(folder, path.name)
    if data is None or table is None:
        return None
    return _from_table(table, data, where)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file system takes: said where it is read
        return True


def register_in(text: str, where: Where) -> Register | None:
    """Return the register in a text, after reporting its problems; for who wrote the text."""
    found = _from_table(_parsed(text), text.encode(), where)
    return None if found is None else found.register


def _parsed(text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 -- only who writes a register parses a text by itself

    return tomllib.loads(text)


def _from_table(table: dict[str, Any], data: bytes, where: Where) -> RegisterFile | None:
    known = ("format", *_TABLES)
    for key in table:
        if key not in known:
            where.at(key).error(
                f"one of {', '.join(known)}{hint(key, known)}", f"the unknown key {show(key)}"
            )
    if table.get("format") != REGISTER_FORMAT or isinstance(table.get("format"), bool):
        where.at("format").error(str(REGISTER_FORMAT), show(table.get("format")))
    lists: dict[str, tuple[Any, ...]] = {}
    places: dict[tuple[str, int], Where] = {}
    for key, shape in _TABLES.items():
        entries = list(read_entries(shape, table, key, where, _LABELS.get(key, "id")))
        lists[key] = tuple(entry for entry, _ in entries)
        places |= {(key, number): place for number, (_, place) in enumerate(entries)}
    made = RegisterFile(Register(**lists), data, places, where)
    _Checks(made).run(table)
    return made


class _Checks:
    """What must hold between the tables of a register."""

    def __init__(self, file: RegisterFile) -> None:
        self._file = file
        self._register = file.register

    def run(self, table: dict[str, Any]) -> None:
        """Report everything that does not hold."""
        self._names(table)
        profiles = read_profiles(profiles_folder(), Problems()).by_id
        for bound, place in self._each("agreements"):
            _check_agreement(bound, place, profiles)
        for held, place in self._each("exercises"):
            _check_exercise(held, place)
        for moment, place in self._each("moments"):
            _check_moment(moment, place)
        for point, place in self._each("points"):
            _check_point(point, place)
        self._unique()
        self._mended()

    def _each(self, key: str) -> Iterator[tuple[Any, Where]]:
        for number, entry in enumerate(getattr(self._register, key)):
            yield entry, self._file.places[key, number]

    def _names(self, table: dict[str, Any]) -> None:
        """Report references to what is not there; what could not be read has reported itself."""
        agreements, points = _named(table, "agreements", "id"), _named(table, "points", "id")
        runs = _named(table, "exercises", "run")
        agreement, run, point = (f"the {key} of one of [[{name}]]" for key, name in _NAMED)
        for outcome, place in self._each("outcomes"):
            refer(outcome.agreement, agreement, agreements, place.at("agreement"))
            refer(outcome.run, run, runs, place.at("run"))
        for entry, place in self._each("points"):
            refer(entry.agreement, agreement, agreements, place.at("agreement"))
            if entry.found is not None:
                refer(entry.found.run, run, runs, place.at("found").at("run"))
        for shown, place in self._each("shown"):
            refer(shown.point, point, points, place.at("point"))
            refer(shown.run, run, runs, place.at("run"))
        for moment, place in self._each("moments"):
            for index, name in enumerate(moment.agreements):
                refer(name, agreement, agreements, place.at("agreements").item(index))
            for index, name in enumerate(moment.points):
                refer(name, point, points, place.at("points").item(index))

    def _unique(self) -> None:
        register = self._register
        keys: dict[str, tuple[str, list[Any]]] = {
            "agreements": ("id", [each.id for each in register.agreements]),
            "exercises": ("run", [each.run for each in register.exercises]),
            "points": ("id", [each.id for each in register.points]),
            "outcomes": ("run", [(each.agreement, each.run) for each in register.outcomes]),
            "shown": ("run", [(each.point, each.run) for each in register.shown]),
        }
        for key, (name, found) in keys.items():
            self._once(key, name, found)
        self._once("exercises", "digest", [each.digest for each in register.exercises])
        self._once(
            "points",
            "criterion",
            [each.criterion and (each.agreement, each.criterion) for each in register.points],
        )

    def _once(self, key: str, name: str, found: list[Any]) -> None:
        seen: set[Any] = set()
        for number, value in enumerate(found):
            if value is not None and value in seen:
                shown = show(value if isinstance(value, str) else value[-1])
                self._file.places[key, number].at(name).error("every one once", f"{shown} again")
            seen.add(value)

    def _mended(self) -> None:
        """Hold what is said to be mended against what a run can show."""
        exercises = {each.run: each for each in self._register.exercises}
        agreements = {each.id: each.agreement for each in self._register.points}
        criteria = {each.id: each.criterion for each in self._register.points}
        outcomes = {(each.agreement, each.run) for each in self._register.outcomes}
        for shown, place in self._each("shown"):
            if shown.point not in agreements or shown.run not in exercises:
                continue
            if criteria[shown.point] is None:
                place.at("point").error(
                    "a point with a criterion: no run can show any other", show(shown.point)
                )
            if (agreements[shown.point], shown.run) not in outcomes:
                expected = f"a run of {agreements[shown.point]}, which one of [[outcomes]] tells"
                place.at("run").error(expected, show(shown.run))
            complete = exercises[shown.run].complete
            verdict = verdict_on(Result(shown.result), complete=complete)
            if shown.verdict != verdict:
                why = f"the result is {show(shown.result)} in a run that was {'' if complete else 'not '}complete"
                place.at("verdict").error(f"{show(verdict)}, as {why}", show(shown.verdict))


def _named(table: dict[str, Any], section: str, key: str) -> frozenset[str]:
    entries = table.get(section)
    found = entries if isinstance(entries, list) else []
    names = (entry.get(key) for entry in found if isinstance(entry, dict))
    return frozenset(name for name in names if isinstance(name, str))


def _check_agreement(bound: Bound, place: Where, profiles: Mapping[str, Profile]) -> None:
    _check_id(bound.id, place)
    _check_id(bound.partner, place, "partner")
    partners = {name for name, known in profiles.items() if known.kind == "partner"}
    refer(bound.profile, "a profile of profiles/partners/", partners, place.at("profile"))
    check_unique(bound.regions, place.at("regions"))


def _check_id(name: str, place: Where, key: str = "id") -> None:
    if not _ID.match(name):
        place.at(key).error("an id ([a-z0-9-], no dash at either end)", show(name))


def _check_exercise(held: Held, place: Where) -> None:
    for key, value in (("digest", held.digest), ("criteria", held.criteria)):
        if not _DIGEST.match(value):
            place.at(key).error("64 digits and letters a to f", show(value))
    try:
        started = datetime.strptime(held.started, STARTED_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        started = None
    if started is None or started.strftime(STARTED_FORMAT) != held.started:
        place.at("started").error("a time in UTC such as 2026-03-14T09:00:00.000000Z", show(held.started))


def _check_point(point: PointToImprove, place: Where) -> None:
    _check_id(point.id, place)
    if point.by:
        check_date(point.by, place.at("by"))
    if point.found is not None and point.criterion is None:
        place.at("criterion").error("the criterion that the run was judged by", "none")


def _check_moment(moment: Moment, place: Where) -> None:
    check_date(moment.on, place.at("on"))
    if not moment.agreements:
        place.at("agreements").error("at least one agreement", "none")
    check_unique(moment.agreements, place.at("agreements"))
    check_unique(moment.points, place.at("points"))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a register, for editors and programs, generated from the types."""
    schema = msgspec.json.schema(Register)
    made: dict[str, Any] = schema["$defs"]["Register"]
    made["properties"] = {"format": {"const": REGISTER_FORMAT}, **made["properties"]}
    made["required"] = ["format", *made.get("required", [])]
    return schema
