"""The published JSON Schemas are those that the types give."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from jsonschema import Draft7Validator

from sim.core.messages.asyncapi import asyncapi
from sim.core.messages.codec import json_schema
from sim.core.model.cue import AnyCue
from sim.files.places import profiles_folder, scenarios_folder, shipped_scenarios
from sim.files.schemas import SCHEMAS as OF_FILES
from sim.files.schemas import schema

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
MADE: dict[str, Callable[[], dict[str, Any]]] = {
    "asyncapi.json": lambda: asyncapi(version("beeld")),
    "event.schema.json": json_schema,
    **{f"{name}.schema.json": partial(schema, name) for name in OF_FILES},
}
SCENARIOS = [scenarios_folder() / name for name in shipped_scenarios()]


@pytest.mark.parametrize("name", MADE)
def test_a_schema_as_published_is_the_one_of_the_types(name: str) -> None:
    """Mend with: python -m tests.unit.docs.test_schemas."""
    generated = msgspec.json.decode(msgspec.json.encode(MADE[name]()))
    assert msgspec.json.decode((SCHEMAS / name).read_bytes()) == generated


def mistakes(name: str, document: Any) -> list[str]:
    """Return what an editor would mark in a document."""
    return [error.message for error in Draft7Validator(schema(name)).iter_errors(as_json(document))]


def as_json(document: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(document))


def read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("name", OF_FILES)
def test_a_schema_of_a_file_is_sound_and_describes_every_key(name: str) -> None:
    made = schema(name)
    Draft7Validator.check_schema(made)
    assert made["definitions"]
    for title, one in made["definitions"].items():
        bare = [key for key, each in one.get("properties", {}).items() if "description" not in each]
        assert name == "register" or title in NO_FILE_OF_ITS_OWN or not bare, (title, bare)


NO_FILE_OF_ITS_OWN = frozenset(cue.__name__ for cue in get_args(AnyCue)) | {"Text"}
"""Tables of the core, whose keys explain themselves."""


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_a_shipped_scenario_is_as_its_schema_says(folder: Path) -> None:
    assert mistakes("scenario", read(folder / "scenario.toml")) == []
    agreements = sorted((folder / "agreements").glob("*.toml"))
    assert agreements
    assert [(file.name, found) for file in agreements if (found := mistakes("agreement", read(file)))] == []


def test_shipped_criteria_and_added_faults_are_as_their_schemas_say() -> None:
    assert mistakes("criteria", read(profiles_folder() / "criteria.toml")) == []
    assert mistakes("faults", read(scenarios_folder() / "gaslek-keten" / "technology.toml")) == []


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("parties", {"skil": 1}),
        ("activities", {"directed": "vr24"}),
        ("facts", {"sensitivity": "secret"}),
        ("truth", {"vaules": []}),
        ("injects", {"cue": {"do": "opne", "activity": "a"}}),
        ("faults", {"type": "wrong-vale"}),
    ],
)
def test_a_misspelt_key_or_word_is_refused(section: str, wrong: dict[str, Any]) -> None:
    document = read(SCENARIOS[0] / "scenario.toml")
    document[section][0] |= wrong
    assert len(mistakes("scenario", document)) >= 1
    agreement = read(next((SCENARIOS[0] / "agreements").glob("*.toml")))
    agreement["process"]["alarming"]["levle"] = 2
    assert len(mistakes("agreement", agreement)) == 1


def publish() -> None:
    """Write the schemas anew."""
    for name, made in MADE.items():
        text = msgspec.json.format(msgspec.json.encode(made(), order="deterministic"), indent=2)
        (SCHEMAS / name).write_bytes(text + b"\n")


if __name__ == "__main__":
    publish()
