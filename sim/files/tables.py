"""Turns plain tables into structs, field by field, so that one mistake does not hide the next."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from sim.core.model.text import Text
from sim.files.problems import Where, hint, nearest, show

Table = TypeVar("Table", bound=msgspec.Struct)

ID_EXPECTED: Final = "an id ([a-z0-9-], 1 to 64 characters, no dash at either end)"

_FAILED: Final = object()
_PATH: Final = re.compile(r"(?P<what>.*) - at `\$(?P<path>.*)`\Z", re.DOTALL)
_TYPE: Final = re.compile(r"Expected `(?P<kind>[^`]+)`(?P<bound> [^,]+)?")
_WORDS: Final = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a table that could be read; ``complete`` when none is missing or wrong."""

    values: dict[str, Any]
    complete: bool


def read_table(shape: type[Table], table: object, where: Where) -> Table | None:
    """Return a table as a struct; None after its problems have been reported.

    Unknown keys are reported too, but the struct is made: what else it says can be checked.
    """
    fields = read_fields(shape, table, where)
    if not fields.complete:
        return None
    try:
        made = shape(**fields.values)
    except ValueError as error:  # a bound that the struct holds itself: "key: expected x, was y"
        key, _, rest = str(error).partition(": expected ")
        expected, _, found = rest.rpartition(", was ")
        where.at(key).error(expected or str(error), found or "another value")
        return None
    _check_languages(made, where)
    return made


def read_fields(shape: type[msgspec.Struct], table: object, where: Where) -> Fields:
    """Return what can be read of a table, after reporting each of its problems."""
    if not isinstance(table, dict):
        where.error("a table", show(table))
        return Fields({}, complete=False)
    known = _fields_of(shape)
    meant = _report_unknown(table, set(known) | _tag_key(shape), where)
    values: dict[str, Any] = {}
    complete = True
    for name, field in known.items():
        # What was written under a misspelt key is checked as if it were spelt well: it may have mistakes too.
        written = name if name in table else meant.get(name)
        if written is not None:
            value = _read_value(field.type, table[written], where.at(written))
            if value is _FAILED:
                complete = False
            else:
                values[field.name] = value
        elif field.required:
            complete = False
            where.at(name).error("a value", "nothing")
    return Fields(values, complete)


def read_entries(
    shape: type[Table], table: dict[str, Any], key: str, file: Where, label: str = "id"
) -> Iterator[tuple[Table, Where]]:
    """Yield the entries of ``[[key]]`` that can be read, each with its place, named by its ``label``."""
    section = file.at(key)
    entries = table.get(key, [])
    if not isinstance(entries, list):
        section.error(f"a list of tables [[{key}]]", show(entries))
        return
    for index, entry in enumerate(entries):
        where = section.item(_label(entry, label, index))
        made = read_table(shape, entry, where)
        if made is not None:
            yield made, where


@cache
def _fields_of(shape: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """Return the fields of a struct by key; working them out takes longer than reading a table does."""
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


def _label(entry: object, key: str, index: int) -> str | int:
    name = entry.get(key) if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else index


def _tag_key(shape: type[msgspec.Struct]) -> set[str]:
    tag_field = shape.__struct_config__.tag_field
    return set() if tag_field is None else {tag_field}


def _report_unknown(table: dict[str, Any], known: set[str], where: Where) -> dict[str, str]:
    """Report unknown keys; return, by known key, the one that was probably meant to be it."""
    meant = {}
    for name in table:
        if name in known:
            continue
        near = nearest(name, known)
        if near is not None:
            meant[near] = name
        known_keys = f"one of the keys {', '.join(sorted(known))}"
        where.at(name).error(f"the key '{near}'" if near else known_keys, f"the unknown key {show(name)}")
    return meant


def _check_languages(made: msgspec.Struct, where: Where) -> None:
    if isinstance(made, Text) and bool(made.nl.strip()) != bool(made.en.strip()):
        missing = "en" if made.nl.strip() else "nl"
        where.at(missing).error("the text in both languages", "nothing in this one")


def _read_value(kind: Any, value: object, where: Where) -> Any:
    options = _options(kind)
    structs = [
        option for option in options if isinstance(option, type) and issubclass(option, msgspec.Struct)
    ]
    if len(structs) == 1:
        made = read_table(structs[0], value, where)
        return _FAILED if made is None else made
    if structs:
        return _read_tagged(structs, value, where)
    arguments = get_args(options[0])
    if get_origin(options[0]) is tuple and arguments[1:] == (Ellipsis,):
        return _read_list(arguments[0], value, where)
    return _read_leaf(kind, value, where)


def _options(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) not in (Union, UnionType):
        return (kind,)
    return tuple(option for option in get_args(kind) if option is not NoneType)


def _read_tagged(structs: list[type[msgspec.Struct]], value: object, where: Where) -> Any:
    if not isinstance(value, dict):
        where.error("a table", show(value))
        return _FAILED
    tag_field = str(structs[0].__struct_config__.tag_field)
    shapes = {str(shape.__struct_config__.tag): shape for shape in structs}
    tag = value.get(tag_field)
    shape = shapes.get(tag) if isinstance(tag, str) else None
    if shape is None:
        near = hint(tag, shapes) if isinstance(tag, str) else ""
        where.at(tag_field).error(f"one of {', '.join(shapes)}{near}", show(tag))
        return _FAILED
    made = read_table(shape, value, where)
    return _FAILED if made is None else made


def _read_list(kind: Any, value: object, where: Where) -> Any:
    if not isinstance(value, list):
        where.error("a list", show(value))
        return _FAILED
    read = [_read_value(kind, entry, where.item(index)) for index, entry in enumerate(value)]
    return _FAILED if any(entry is _FAILED for entry in read) else tuple(read)


def _read_leaf(kind: Any, value: object, where: Where) -> Any:
    if any(isinstance(number, float) and not math.isfinite(number) for number in _numbers(value)):
        where.error("a finite number", show(value))
        return _FAILED
    try:
        return msgspec.convert(value, kind, strict=True)
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        expected = _choices(kind) or _expected(str(error))
        where.error(expected, show(value))
        return _FAILED


def _numbers(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _choices(kind: Any) -> str | None:
    for option in _options(kind):
        if isinstance(option, type) and issubclass(option, Enum):
            return f"one of {', '.join(str(member.value) for member in option)}"
        if get_origin(option) is Literal:
            return f"one of {', '.join(get_args(option))}"
    return None


def _expected(message: str) -> str:
    """Return what a validation message expects, in words for people who know no types."""
    path = _PATH.match(message)
    what, below = (path["what"], path["path"]) if path else (message, "")
    if "regex" in what:
        return ID_EXPECTED
    match = _TYPE.match(what)
    if match is None:
        return "a value that fits here"
    words = " or ".join(
        _WORDS.get(kind.strip(), kind.strip()) for kind in match["kind"].split("|") if "null" not in kind
    )
    return f"{words}{match['bound'] or ''}{f' at {below}' if below else ''}"
