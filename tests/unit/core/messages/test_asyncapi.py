"""The AsyncAPI document says what the tables say, and every reference in it leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sim.core.messages.asyncapi import asyncapi
from sim.core.messages.topics import CONTENTS, Shape
from sim.core.model.access import Rule
from sim.core.model.profile import Action

DOCUMENT = asyncapi("1.2.3")


def rules(*rights: tuple[Action, str]) -> tuple[Rule, ...]:
    return tuple(Rule("wl", action, pattern, "rule", "test") for action, pattern in rights)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi("1", rules((Action.READ, "activity/#"), (Action.PUBLISH, "receipt/wl")))
    found = set(references(document))
    assert len(found) > 50
    for reference in found:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_every_shape_of_topic_is_a_channel_with_its_contents() -> None:
    addresses = {each["address"]: set(each["messages"]) for each in DOCUMENT["channels"].values()}
    assert addresses == {
        f"beeld/{{run}}/{shape.value}": {content.__struct_config__.tag for content in CONTENTS[shape]}
        for shape in Shape
    }


def test_every_level_of_a_topic_is_explained() -> None:
    for each in DOCUMENT["channels"].values():
        levels = {part[1:-1] for part in each["address"].split("/") if part.startswith("{")}
        assert set(each["parameters"]) == levels
        assert all(parameter["description"] for parameter in each["parameters"].values())


def test_a_message_is_an_event_whose_type_and_content_go_together() -> None:
    message = DOCUMENT["components"]["messages"]["scaling"]
    event, told = message["payload"]["allOf"]
    assert event == {"$ref": "#/components/schemas/Event"}
    assert told["properties"]["type"] == {"const": "nl.beeld.scaling"}
    assert told["properties"]["data"] == {"$ref": "#/components/schemas/Scaling"}
    assert message["title"].startswith("The level at which a party works")


def test_without_rights_no_operation_is_named() -> None:
    assert "operations" not in DOCUMENT


@pytest.mark.parametrize(
    ("right", "operations"),
    [
        ((Action.READ, "clock"), {"receive-clock"}),
        ((Action.PUBLISH, "activity/flood/signal/wl"), {"send-signal"}),
        ((Action.READ, "activity/flood/#"), {
            "receive-card", "receive-own", "receive-shared", "receive-proposal", "receive-signal", "receive-scaling",
            "receive-decision",
        }),
        ((Action.READ, "activity/+/card"), {"receive-card"}),
        ((Action.READ, "activity/+/card/more"), set()),
        ((Action.READ, "activity/+"), set()),
        ((Action.READ, "post/wl/+/+"), {"receive-post"}),
        ((Action.PUBLISH, "nothing"), set()),
    ],
)  # fmt: skip
def test_operations_are_what_the_rights_of_a_party_allow(
    right: tuple[Action, str], operations: set[str]
) -> None:
    assert set(asyncapi("1", rules(right)).get("operations", {})) == operations


def test_what_is_sent_is_retained_where_it_holds_state() -> None:
    found = asyncapi(
        "1",
        rules((Action.PUBLISH, "activity/flood/signal/wl"), (Action.PUBLISH, "activity/flood/scaling/wl")),
    )["operations"]
    assert found["send-signal"]["bindings"]["mqtt"]["retain"] is False
    assert found["send-scaling"]["bindings"]["mqtt"]["retain"] is True
    assert found["send-scaling"]["summary"] == "By the right on `activity/flood/scaling/wl`."


def test_schemas_are_in_the_words_of_draft_7() -> None:
    text = msgspec.json.encode(DOCUMENT["components"]["schemas"]).decode()
    assert "prefixItems" not in text
    assert "discriminator" not in text
    assert '"items":false' not in text
    point = DOCUMENT["components"]["schemas"]["Point"]["properties"]["coordinates"]
    assert (len(point["items"]), point["additionalItems"]) == (2, False)
