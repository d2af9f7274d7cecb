"""Settings: what is changed in a scenario for one run, so that two runs differ in nothing else.

A setting is ``PARTY.KEY=VALUE``. It changes the table of ``scenario.toml`` before that is read, so that
everything that is checked of the file is checked of the setting too; what is wrong with it is reported of it.

``KEY`` is ``profile``, ``people.`` and a key of all people of the party, or a role and a key of those who have it. A
role that the party has from its profile is written out for it, and so becomes its own. Durations from shortest to
longest are written with a dash between: ``gasunie.people.reaction=8m-25m``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from sim.core.model.profile import Profile
from sim.core.model.staff import Role
from sim.files.known import EXERCISE_SOURCE, names_in, refer
from sim.files.problems import Problem, Problems, Severity, Where, show
from sim.files.shapes import PeopleEntry, StaffEntry
from sim.files.staff import as_entry

COMMAND_LINE: Final = "command line"
OPTION: Final = "--set"

_PROFILE: Final = "profile"
_PEOPLE: Final = "people"
_STAFF: Final = "staff"
_ROLE: Final = "role"
_SCALARS: Final = (str, int, float, bool)
_BETWEEN: Final = "-"
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}\Z")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\Z")
_TRUTHS: Final = {"true": True, "false": False}

_ABBREVIATIONS: Final[Mapping[str, Role]] = {
    "ac": Role.GENERAL_COMMANDER,
    "hin": Role.HEAD_OF_INFORMATION,
    "ic": Role.INFORMATION_COORDINATOR,
    "im": Role.INFORMATION_MANAGER,
}
"""What the field calls some roles for short (docs/glossary.md)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One change of a party.

    Attributes:
        party: Id of the party.
        key: What of it: ``profile``, or ``people.`` or ``<role>.`` and a key that holds one value, or durations.
        value: The value, as it was written.
    """

    party: str
    key: str
    value: str

    @property
    def name(self) -> str:
        """Return what is set, e.g. ``enexis.people.skill``."""
        return f"{self.party}.{self.key}"

    @property
    def option(self) -> str:
        """Return the setting as it is given on the command line."""
        return f"{OPTION} {self.name}={self.value}"

    @property
    def place(self) -> str:
        """Return the key of ``scenario.toml`` that it stands for, as problems name it."""
        if self.role is None:
            return f"parties[{self.party}].{self.key}"
        return f"parties[{self.party}].{_STAFF}[{self.role}].{self.field}"

    @property
    def role(self) -> Role | None:
        """Return the role whose people it is about; None when it is about the party, or all its people."""
        first, dot, _ = self.key.partition(".")
        return Role(first) if dot and first != _PEOPLE else None

    @property
    def field(self) -> str:
        """Return the key of the table that it changes, e.g. ``skill``."""
        return self.key.rpartition(".")[2]

    @property
    def is_number(self) -> bool:
        """Say whether what it sets is a number, whole or not."""
        return self.key != _PROFILE and self._kind in (int, float)

    @property
    def is_range(self) -> bool:
        """Say whether what it sets is durations, or hours, from one to another."""
        return self.key != _PROFILE and self._kind is tuple

    @property
    def is_whole(self) -> bool:
        """Say whether what it sets is a whole number."""
        return self.key != _PROFILE and self._kind is int

    @property
    def _kind(self) -> type:
        return _kinds(PeopleEntry if self.role is None else StaffEntry)[self.field]


def settable_keys() -> tuple[str, ...]:
    """Return the keys of a party that can be set: its profile; of its people and of a role one value, or durations."""
    people = [f"{_PEOPLE}.{name}" for name in _kinds(PeopleEntry)]
    roles = [f"{role}.{name}" for role in (*Role, *_ABBREVIATIONS) for name in _kinds(StaffEntry)]
    return (_PROFILE, *people, *roles)


def parse_settings(texts: Iterable[str], problems: Problems) -> tuple[Setting, ...]:
    """Return the settings that some texts say, after reporting every one that says none."""
    settings: dict[str, Setting] = {}
    keys = settable_keys()
    for text in texts:
        name, equals, value = text.partition("=")
        party, dot, key = name.strip().partition(".")
        if not (equals and dot and party and key and value.strip()):
            Where(problems, COMMAND_LINE, OPTION).error("PARTY.KEY=VALUE", show(text))
            continue
        setting = Setting(party, _spelt_out(key), value.strip())
        where = _where(setting, problems)
        if setting.name in settings:
            where.error("every key of a party once", f"{show(setting.value)} as well")
        if refer(key, f"one of the keys {_said_keys()}", keys, where):
            settings[setting.name] = setting
    return tuple(settings.values())


def with_settings(
    table: Mapping[str, Any],
    settings: Sequence[Setting],
    problems: Problems,
    profiles: Mapping[str, Profile] | None = None,
) -> dict[str, Any]:
    """Return the table of ``scenario.toml`` with some settings in it; the table itself stays as it was.

    Settings of parties that are not in it, and of roles that a party does not have, are reported and left out.

    Args:
        table: As the file has it.
        settings: What to change.
        problems: Where problems go.
        profiles: The profiles by id, which have the roles that a party does not name itself.
    """
    changed = dict(table)
    known = names_in(changed, "parties", "id")
    # Profiles first: which roles a party has hangs on the one that it gets.
    for setting in sorted(settings, key=lambda setting: setting.key != _PROFILE):
        where = _where(setting, problems)
        if refer(setting.party, "a party of the scenario", known, where):
            changed["parties"] = [
                _with_setting(party, setting, profiles or {}, where)
                if isinstance(party, dict) and party.get("id") == setting.party
                else party
                for party in changed["parties"]
            ]
    return changed


def blamed(problem: Problem, settings: Sequence[Setting], file: str) -> Problem:
    """Return a problem of the scenario's ``file`` as one of the setting that it comes from, if it does.

    A problem at the very key that was set is one of the command line. Any other error may be there only because
    of the settings, so it says them.
    """
    for setting in settings:
        if problem.file == file and problem.key == setting.place:
            return replace(problem, file=COMMAND_LINE, key=f"{OPTION} {setting.name}")
    if not settings or problem.severity is not Severity.ERROR or problem.file == COMMAND_LINE:
        return problem
    options = ", ".join(setting.option for setting in settings)
    return replace(problem, found=f"{problem.found} (with {options})")


def as_recorded(settings: Iterable[Setting]) -> dict[str, str]:
    """Return settings by name, in order, as the run log records them."""
    return {setting.name: setting.value for setting in sorted(settings, key=lambda setting: setting.name)}


def _where(setting: Setting, problems: Problems) -> Where:
    return Where(problems, COMMAND_LINE, f"{OPTION} {setting.name}")


def _spelt_out(key: str) -> str:
    """Return a key with its role by its name, where it is known by what the field calls it for short."""
    first, dot, field = key.partition(".")
    return f"{_ABBREVIATIONS[first]}.{field}" if dot and first in _ABBREVIATIONS else key


def _said_keys() -> str:
    """Return the keys that can be set as a problem lists them: those of a role once, and not for every role."""
    people = ", ".join(f"{_PEOPLE}.{name}" for name in _kinds(PeopleEntry))
    return f"{_PROFILE}, {people}, or ROLE.{{{', '.join(_kinds(StaffEntry))}}}"


def _with_setting(
    party: dict[str, Any], setting: Setting, profiles: Mapping[str, Profile], where: Where
) -> dict[str, Any]:
    if setting.key == _PROFILE:
        return {**party, _PROFILE: setting.value}
    if setting.role is not None:
        return _with_role(party, setting, setting.role, profiles, where)
    people = party.get(_PEOPLE)
    if not isinstance(people, dict):
        return party  # a mistake of the file, which its reader reports
    return {**party, _PEOPLE: {**people, setting.field: _as_written(setting)}}


def _with_role(
    party: dict[str, Any], setting: Setting, role: Role, profiles: Mapping[str, Profile], where: Where
) -> dict[str, Any]:
    staff = party.get(_STAFF, [])
    profile = profiles.get(str(party.get(_PROFILE)))
    if not isinstance(staff, list) or profile is None:
        return party  # a mistake of the file, which its reader reports
    own = {entry.get(_ROLE): entry for entry in staff if isinstance(entry, dict)}
    # Sources of a profile are no sources of a scenario; what was changed for once is of the exercise anyway.
    given = {post.role.value: {**as_entry(post), "source": EXERCISE_SOURCE} for post in profile.staff}
    entry = own.get(role.value, given.get(role.value))
    known = sorted({name for name in (*own, *given) if isinstance(name, str)})
    if entry is None:
        where.error(
            f"one of the roles of {show(setting.party)}, {', '.join(known) or 'none'}", show(role.value)
        )
        return party
    changed = {**entry, setting.field: _as_written(setting)}
    if role.value not in own:
        return {**party, _STAFF: [*staff, changed]}
    return {**party, _STAFF: [changed if one is entry else one for one in staff]}


def _as_written(setting: Setting) -> str | float | bool | list[str]:
    """Return a value as a TOML file would hold it: text where the key holds text, else what it looks like."""
    value = setting.value
    if setting.is_range:
        return [part.strip() for part in value.split(_BETWEEN)]
    if not setting.is_number:
        return value
    if value in _TRUTHS:
        return _TRUTHS[value]
    if _WHOLE.match(value):
        return int(value)
    return float(value) if _NUMBER.match(value) else value


@cache
def _kinds(shape: type[PeopleEntry | StaffEntry]) -> dict[str, type]:
    """Return the types of the keys of a table that hold one value, or texts from one to another, by key."""
    kinds = {field.encode_name: _type_of(field.type) for field in msgspec.structs.fields(shape)}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _type_of(kind: Any) -> type | None:
    """Return the type of a key that holds one value, a tuple for one that holds texts; None when it holds a table."""
    texts = [option for option in (kind, *get_args(kind)) if get_origin(option) is tuple]
    if any(set(get_args(option)) <= {str, ...} for option in texts):
        return tuple
    return _scalar_of(kind)


def _scalar_of(kind: Any) -> type | None:
    """Return the type of a key that holds one value; None when it holds a list or a table."""
    options = [option for option in get_args(kind) if option is not NoneType]
    if get_origin(kind) is Annotated:
        return _scalar_of(options[0])
    if kind in _SCALARS:
        return kind  # type: ignore[no-any-return]
    is_optional = NoneType in get_args(kind) and len(options) == 1
    return _scalar_of(options[0]) if is_optional else None
