"""The published JSON Schemas are those that the types give."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from sim.core.messages.asyncapi import asyncapi
from sim.core.messages.codec import json_schema
from sim.files.register.reading import json_schema as register_schema

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
MADE = {
    "asyncapi.json": lambda: asyncapi(version("beeld")),
    "event.schema.json": json_schema,
    "register.schema.json": register_schema,
}


@pytest.mark.parametrize("name", MADE)
def test_a_schema_as_published_is_the_one_of_the_types(name: str) -> None:
    """Mend with: python -m tests.unit.docs.test_schemas."""
    generated = msgspec.json.decode(msgspec.json.encode(MADE[name]()))
    assert msgspec.json.decode((SCHEMAS / name).read_bytes()) == generated


def publish() -> None:
    """Write the schemas anew."""
    for name, made in MADE.items():
        text = msgspec.json.format(msgspec.json.encode(made(), order="deterministic"), indent=2)
        (SCHEMAS / name).write_bytes(text + b"\n")


if __name__ == "__main__":
    publish()
