"""Writes what is new in a register below what stands in it: not a byte that people wrote is changed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sim.core.model.register import Register
from sim.files.problems import InputError, Problem, Problems, Where
from sim.files.register.reading import REGISTER_FORMAT, RegisterFile, register_in
from sim.files.toml_values import toml_value


@dataclass(frozen=True, slots=True)
class Comments:
    """What is said to people in a register.

    Attributes:
        head: What a new register says of itself, in lines.
        agreements: What is said above the keys of an agreement that people fill in.
        points: What is said above those of a point.
    """

    head: str = ""
    agreements: str = ""
    points: str = ""


_LISTS: Final = ("agreements", "exercises", "outcomes", "points", "shown", "moments")
_FOR_PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "agreements": ("aim",),
    "points": ("owner", "by", "state", "aim", "obstacle", "note"),
}
"""Keys that are written though nobody filled them in, so that people see what there is to fill in."""


def appended(file: RegisterFile, added: Register, comments: Comments) -> bytes:
    """Return the bytes of a register with more in it: the bytes as they were, and after these what is new.

    Args:
        file: The register as it is.
        added: What is new.
        comments: What is said to people in it.

    Raises:
        InputError: TOML does not allow a list of that file to go on below, e.g. ``points = []``.
    """
    if added == Register():
        return file.data
    end_of_line = "\r\n" if b"\r\n" in file.data else "\n"
    lines = (
        []
        if file.data
        else [*(f"# {line}" for line in comments.head.splitlines()), f"format = {REGISTER_FORMAT}"]
    )
    for key, table in _tables(added):
        lines += ["", f"[[{key}]]", *_lines(key, table, comments)]
    text = end_of_line.join((*lines, ""))
    glue = end_of_line if file.data and not file.data.endswith(b"\n") else ""
    data = file.data + f"{glue}{text}".encode()
    _check(data, file, added)
    return data


def _tables(added: Register) -> Iterator[tuple[str, dict[str, Any]]]:
    for key in _LISTS:
        for entry in getattr(added, key):
            yield key, msgspec.to_builtins(entry)


def _lines(key: str, table: Mapping[str, Any], comments: Comments) -> Iterator[str]:
    theirs = _FOR_PEOPLE.get(key, ())
    for name, value in table.items():
        if name not in theirs and value is not None:
            yield f"{name} = {toml_value(_without_none(value))}"
    if theirs:
        yield f"# {getattr(comments, key)}"
        yield from (f"{name} = {toml_value(table[name])}" for name in theirs)


def _without_none(value: Any) -> Any:
    return (
        {name: each for name, each in value.items() if each is not None} if isinstance(value, dict) else value
    )


def _check(data: bytes, file: RegisterFile, added: Register) -> None:
    """Hold what is to be written against what was meant, before anything is written."""
    problems = Problems()
    where = Where(problems, file.where.file)
    try:
        made = register_in(data.decode("utf-8-sig"), where)
    except tomllib.TOMLDecodeError as error:
        expected = f"lists of tables such as [[points]], that can go on at the end ({error})"
        raise InputError([Problem(file.where.file, "", expected, "a list that cannot")]) from error
    problems.raise_errors()
    assert made == file.register.plus(added), "what was written says what was meant"
