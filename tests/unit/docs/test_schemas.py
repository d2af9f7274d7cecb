"""The published JSON Schema of an event is the one that the types give."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sim.core.messages.codec import json_schema

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "event.schema.json"


def test_schema_of_an_event_as_published_is_the_one_of_the_types() -> None:
    """Mend with: python -m tests.unit.docs.test_schemas."""
    generated = msgspec.json.decode(msgspec.json.encode(json_schema()))
    assert msgspec.json.decode(SCHEMA.read_bytes()) == generated


def publish() -> None:
    """Write the schema anew."""
    text = msgspec.json.format(msgspec.json.encode(json_schema(), order="deterministic"), indent=2)
    SCHEMA.write_bytes(text + b"\n")


if __name__ == "__main__":
    publish()
