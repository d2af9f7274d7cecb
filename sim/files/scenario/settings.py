"""Settings: what is changed in a scenario for one run, so that two runs differ in nothing else.

A setting is ``PARTY.KEY=VALUE``. It changes the table of ``scenario.toml`` before that is read, so that
everything that is checked of the file is checked of the setting too; what is wrong with it is reported of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from sim.files.known import names_in, refer
from sim.files.problems import Problem, Problems, Severity, Where, show
from sim.files.shapes import PeopleEntry

COMMAND_LINE: Final = "command line"
OPTION: Final = "--set"

_PROFILE: Final = "profile"
_PEOPLE: Final = "people"
_SCALARS: Final = (str, int, float, bool)
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}\Z")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\Z")
_TRUTHS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Setting:
    """One change of a party.

    Attributes:
        party: Id of the party.
        key: What of it: ``profile``, or ``people.`` and a key that holds one value.
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
        return f"parties[{self.party}].{self.key}"


def settable_keys() -> tuple[str, ...]:
    """Return the keys of a party that can be set: its profile, and every key of its people with one value."""
    people = [
        f"{_PEOPLE}.{field.encode_name}"
        for field in msgspec.structs.fields(PeopleEntry)
        if _scalar_of(field.type) is not None
    ]
    return (_PROFILE, *people)


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
        setting = Setting(party, key, value.strip())
        where = _where(setting, problems)
        if setting.name in settings:
            where.error("every key of a party once", f"{show(setting.value)} as well")
        if refer(key, f"one of the keys {', '.join(keys)}", keys, where):
            settings[setting.name] = setting
    return tuple(settings.values())


def with_settings(
    table: Mapping[str, Any], settings: Sequence[Setting], problems: Problems
) -> dict[str, Any]:
    """Return the table of ``scenario.toml`` with some settings in it; the table itself stays as it was.

    Settings of parties that are not in it are reported, and left out.
    """
    changed = dict(table)
    known = names_in(changed, "parties", "id")
    for setting in settings:
        if refer(setting.party, "a party of the scenario", known, _where(setting, problems)):
            changed["parties"] = [_with_setting(party, setting) for party in changed["parties"]]
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


def _with_setting(party: Any, setting: Setting) -> Any:
    if not isinstance(party, dict) or party.get("id") != setting.party:
        return party
    if setting.key == _PROFILE:
        return {**party, _PROFILE: setting.value}
    people, name = party.get(_PEOPLE), setting.key.partition(".")[2]
    if not isinstance(people, dict):
        return party  # a mistake of the file, which its reader reports
    return {**party, _PEOPLE: {**people, name: _as_written(name, setting.value)}}


def _as_written(name: str, value: str) -> str | float | bool:
    """Return a value as a TOML file would hold it: text where the key holds text, else what it looks like."""
    kinds = {field.encode_name: _scalar_of(field.type) for field in msgspec.structs.fields(PeopleEntry)}
    if kinds[name] is str:
        return value
    if value in _TRUTHS:
        return _TRUTHS[value]
    if _WHOLE.match(value):
        return int(value)
    return float(value) if _NUMBER.match(value) else value


def _scalar_of(kind: Any) -> type | None:
    """Return the type of a key that holds one value; None when it holds a list or a table."""
    options = [option for option in get_args(kind) if option is not NoneType]
    if get_origin(kind) is Annotated:
        return _scalar_of(options[0])
    if kind in _SCALARS:
        return kind  # type: ignore[no-any-return]
    is_optional = NoneType in get_args(kind) and len(options) == 1
    return _scalar_of(options[0]) if is_optional else None
