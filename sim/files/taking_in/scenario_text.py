"""Changes entries in a ``scenario.toml`` that people wrote, and leaves all else in it as it is, comments too."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from sim.files.places import SCENARIO_FILE
from sim.files.problems import InputError, Problem
from sim.files.toml_values import toml_value

Entry = Mapping[str, Any]


def with_entries(
    text: str, section: str, entries: Sequence[Entry], removed: Collection[str] = (), key: str = "id"
) -> str:
    """Return the text with entries put into ``[[section]]``.

    An entry whose ``key`` is there already is changed where it stands: only keys whose value is another. Others are
    added after the last.

    Args:
        text: The file.
        section: Name of the list of tables.
        entries: What is to stand there.
        removed: Values of ``key`` whose entries go.
        key: What tells the entries apart.

    Raises:
        InputError: The file is written in a way that cannot be changed entry by entry.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise _unchangeable("", f"a place that tomlkit cannot read: {error}") from error
    if section not in document:
        return _with_section(text, section, entries)
    listed = document[section]
    if not isinstance(listed, AoT):
        raise _unchangeable(section, "a list of another form")
    for place in reversed(range(len(listed))):
        if listed[place].get(key) in removed:
            del listed[place]
    here = {table.get(key): table for table in listed}
    for entry in entries:
        if entry[key] in here:
            _change(here[entry[key]], entry)
        else:
            listed.append(_new(section, entry))
    changed = tomlkit.dumps(document)
    _check_rest(text, changed, section)
    return changed


def _check_rest(before: str, after: str, section: str) -> None:
    """Check that a changed file is TOML still and says the same of all else; nothing is written otherwise."""
    rest = [{**tomllib.loads(text), section: None} for text in (before, after)]
    assert rest[0] == rest[1], f"changing {section} changed something else"


def _unchangeable(section: str, found: str) -> InputError:
    expected = f"tables [[{section}]], which can be changed one by one" if section else "TOML"
    return InputError([Problem(SCENARIO_FILE, section, expected, found)])


def entry_text(section: str, entry: Entry) -> str:
    """Return an entry as it stands in a file, with an empty line after it."""
    lines = [f"{name} = {toml_value(value)}" for name, value in entry.items()]
    return "\n".join([f"[[{section}]]", *lines, "", ""])


def _with_section(text: str, section: str, entries: Sequence[Entry]) -> str:
    added = "".join(entry_text(section, entry) for entry in entries)
    return f"{text.rstrip()}\n\n{added.rstrip()}\n" if added else text


def _new(section: str, entry: Entry) -> Table:
    parsed = tomlkit.parse(entry_text(section, entry))[section]
    assert isinstance(parsed, AoT), "an entry is written as one of a list of tables"
    return parsed[0]


def _change(table: Table, entry: Entry) -> None:
    old = table.unwrap()
    for name, value in entry.items():
        if name not in old or old[name] != _plain(value):
            # As it is written: the words of the file, and no table where the file had a line.
            table[name] = tomlkit.parse(f"{name} = {toml_value(value)}\n")[name]
    for name in old:
        if name not in entry:
            del table[name]


def _plain(value: Any) -> Any:
    return tomllib.loads(f"value = {toml_value(value)}")["value"]
