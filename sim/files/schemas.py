"""JSON Schemas of the files that people write, for editors: made from the structs that read them, and their docstrings.

They are of draft 7: the editors of TOML files (Taplo, Even Better TOML) know that one and those before it for sure.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import docstring_parser
import msgspec

from sim.core.assessment.judging.advice import AdviceRule
from sim.core.assessment.judging.criteria import Criterion
from sim.files.agreements.shapes import AgreementEntry
from sim.files.faults.shapes import FaultEntry
from sim.files.observations import Line
from sim.files.problems import InputError, Problem, hint, show
from sim.files.register.reading import json_schema as register_schema
from sim.files.shapes import (
    ActivityEntry,
    FactEntry,
    FileTable,
    InjectEntry,
    OutageEntry,
    PartyEntry,
    SeriesEntry,
    Top,
    TruthEntry,
)

Schema = dict[str, Any]

BASE: Final = "http://json-schema.org/draft-07/schema#"

_REF: Final = "$ref"
_OPENAPI_ONLY: Final = "discriminator"


class ScenarioFile(Top, frozen=True, kw_only=True):
    """A scenario: ``scenario.toml``.

    Attributes:
        parties: Who takes part.
        activities: The incidents, each directed by a region.
        facts: What the truth can be about.
        truth: What becomes so, and when.
        series: Files of measured values, each line of which changes the truth.
        injects: What exercise control has people told or do.
        faults: What is told wrongly.
        outages: When technology fails.
    """

    parties: tuple[PartyEntry, ...]
    activities: tuple[ActivityEntry, ...]
    facts: tuple[FactEntry, ...] = ()
    truth: tuple[TruthEntry, ...] = ()
    series: tuple[SeriesEntry, ...] = ()
    injects: tuple[InjectEntry, ...] = ()
    faults: tuple[FaultEntry, ...] = ()
    outages: tuple[OutageEntry, ...] = ()


class FaultsFile(FileTable, frozen=True, kw_only=True):
    """Faults and outages that are added to a scenario for one run.

    Attributes:
        faults: What is told wrongly.
        outages: When technology fails.
    """

    faults: tuple[FaultEntry, ...] = ()
    outages: tuple[OutageEntry, ...] = ()


class CriteriaFile(FileTable, frozen=True, kw_only=True):
    """What a run is judged by.

    Attributes:
        criteria: The criteria.
        advice: The rule of the advice; the first that applies is given.
    """

    criteria: tuple[Criterion, ...]
    advice: tuple[AdviceRule, ...] = ()


def schema(name: str) -> Schema:
    """Return the JSON Schema (draft 7) of a kind of file.

    Raises:
        InputError: There is no such kind.
    """
    if name not in SCHEMAS:
        expected = f"one of {', '.join(SCHEMAS)}{hint(name, SCHEMAS)}"
        raise InputError([Problem("command line", "NAME", expected, show(name))])
    made: Schema = _draft_7(SCHEMAS[name]())
    return {"$schema": BASE, "title": f"beeld: {name}", **made}


def schema_text(name: str) -> str:
    """Return the JSON Schema of a kind of file as it is written; the same bytes from the same types.

    Raises:
        InputError: There is no such kind.
    """
    encoded = msgspec.json.encode(schema(name), order="deterministic")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def described(shape: type[Any]) -> Schema:
    """Return the schema of a struct, in which each key is described by its docstring."""
    made = msgspec.json.schema(shape)
    for name, one in structs_in(shape).items():
        if name in made["$defs"]:
            _describe(made["$defs"][name], one)
    return made


def structs_in(shape: Any) -> dict[str, type[Any]]:
    """Return the structs that a type is made of, itself too, by name."""
    found: dict[str, type[Any]] = {}
    _collect(msgspec.inspect.type_info(shape), found)
    return found


def meanings(shape: type[Any]) -> dict[str, str]:
    """Return what each field of a struct means, as its docstring and those of its bases say under ``Attributes``."""
    said: dict[str, str] = {}
    for one in reversed(shape.__mro__):
        parsed = docstring_parser.parse(inspect.cleandoc(one.__dict__.get("__doc__") or ""))
        said |= {each.arg_name: _plain(each.description or "") for each in parsed.params}
    return said


def summary(shape: type[Any]) -> str:
    """Return what a struct is, as the first sentence of its docstring says."""
    parsed = docstring_parser.parse(inspect.cleandoc(shape.__doc__ or ""))
    return _plain(parsed.short_description or "")


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _collect(info: msgspec.inspect.Type, found: dict[str, type[Any]]) -> None:
    """Go through a type and all that it is made of, each struct once."""
    if isinstance(info, msgspec.inspect.StructType):
        if info.cls.__name__ in found:
            return
        found[info.cls.__name__] = info.cls
        for field in info.fields:
            _collect(field.type, found)
    for inner in _inner(info):
        _collect(inner, found)


def _inner(info: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    for name in ("type", "item_type", "key_type", "value_type"):
        inner = getattr(info, name, None)
        if isinstance(inner, msgspec.inspect.Type):
            yield inner
    for name in ("types", "item_types"):
        yield from getattr(info, name, ())


def _describe(made: Schema, shape: type[Any]) -> None:
    made["description"] = summary(shape)
    said = meanings(shape)
    names = {field.encode_name: field.name for field in msgspec.structs.fields(shape)}
    for key, one in made.get("properties", {}).items():
        text = said.get(key) or said.get(names.get(key, ""))
        if text:
            one["description"] = text


def _draft_7(node: Any) -> Any:
    """Return a schema of draft 2020-12 as one of draft 7.

    What stands beside a reference would be passed over there; a list of fixed length is said otherwise; and the end
    of a text, as patterns of Python have it, no editor knows.
    """
    if isinstance(node, list):
        return [_draft_7(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key != _OPENAPI_ONLY}
    made = {"definitions" if key == "$defs" else key: _draft_7(value) for key, value in kept.items()}
    if isinstance(made.get("pattern"), str):
        made["pattern"] = made["pattern"].removesuffix(r"\Z") + "$"
    if isinstance(made.get("prefixItems"), list):
        made |= {"items": made.pop("prefixItems"), "additionalItems": False}
    if isinstance(made.get(_REF), str):
        reference = {_REF: made.pop(_REF).replace("#/$defs/", "#/definitions/")}
        return {**made, "allOf": [reference]} if made else reference
    return made


def _criteria() -> Schema:
    """Return the schema of criteria: one that names a precondition takes from it what it does not say itself."""
    made = described(CriteriaFile)
    one = made["$defs"]["Criterion"]
    one["properties"]["precondition"] = {
        "type": "string",
        "description": "Id of a precondition of profiles/preconditions.toml, which says what is not said here.",
    }
    one["anyOf"] = [{"required": ["precondition"]}, {"required": one.pop("required")}]
    return made


SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "scenario": lambda: described(ScenarioFile),
    "agreement": lambda: described(AgreementEntry),
    "faults": lambda: described(FaultsFile),
    "criteria": _criteria,
    "observations": lambda: described(Line),
    "register": register_schema,
}
"""Kinds of files that people write; of observations it is the schema of a line."""
