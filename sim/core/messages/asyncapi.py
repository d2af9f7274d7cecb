"""The exchange as an AsyncAPI 3 document, made from the table of topics and the types of what travels there.

With it, and nothing of this product, a client can be written: which topics there are, what is on them, and, for the
rights of one party, what it may send and receive (https://www.asyncapi.com/docs/reference/specification/v3.0.0).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from sim.core.messages.codec import json_schema
from sim.core.messages.contents import Content
from sim.core.messages.event import TYPE_PREFIX
from sim.core.messages.topics import CONTENTS, RETAINED, Shape
from sim.core.model.access import Rule
from sim.core.model.profile import Action

ASYNCAPI_VERSION: Final = "3.0.0"

_DEFINITIONS: Final = "#/$defs/"
_SCHEMAS: Final = "#/components/schemas/"

_LEVELS: Final = {
    "run": "Id of the run; it stands in credentials.json as part of `root`.",
    "region": "Id of a safety region.",
    "owner": "Id of the party whose item it is: the one that writes here.",
    "party": "Id of the party that writes here.",
    "to": "Id of the party that it is for.",
    "sender": "Id of the party that writes here.",
    "kind": "The `message` of the content.",
    "activity": "Id of an activity (activiteit).",
    "theme": "Id of a theme.",
    "item": "Id of an item.",
    "team": "Id of a team.",
    "layer": "Id of a map layer.",
    "what": "What exercise control says.",
}
"""What each level of a topic is."""


def asyncapi(version: str, rules: Iterable[Rule] = ()) -> dict[str, Any]:
    """Return the document.

    Args:
        version: That of the product.
        rules: The rights of one party; the operations are those that they allow. None: no operations are named.
    """
    document: dict[str, Any] = {
        "asyncapi": ASYNCAPI_VERSION,
        "info": {
            "title": "beeld",
            "version": version,
            "description": "The exchange of situational pictures between safety regions and crisis partners in an "
            "exercise. MQTT 5, QoS 1; each message is one CloudEvents 1.0 event in JSON, structured mode.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "standing": {
                "host": "localhost:8883",
                "protocol": "mqtts",
                "protocolVersion": "5",
                "description": "A server that stands (docs/broker.md); host and port are in credentials.json.",
                "security": [{"$ref": "#/components/securitySchemes/account"}],
            }
        },
        "channels": {_name(shape): _channel(shape) for shape in Shape},
        "components": {
            "messages": {_tag(content): _message(content) for content in _contents()},
            "schemas": _schemas(),
            "securitySchemes": {
                "account": {"type": "userPassword", "description": "`prefix` and party, and its password."}
            },
        },
    }
    operations = _operations(tuple(rules))
    if operations:
        document["operations"] = operations
    return document


def _contents() -> tuple[type[Content], ...]:
    return tuple(dict.fromkeys(content for shape in Shape for content in CONTENTS[shape]))


def _name(shape: Shape) -> str:
    return shape.name.lower()


def _tag(content: type[Content]) -> str:
    return str(content.__struct_config__.tag)


def _channel(shape: Shape) -> dict[str, Any]:
    names = ("run", *(part[1:-1] for part in shape.split("/") if part.startswith("{")))
    return {
        "address": f"beeld/{{run}}/{shape.value}",
        "messages": {_tag(each): {"$ref": f"#/components/messages/{_tag(each)}"} for each in CONTENTS[shape]},
        "parameters": {name: {"description": _LEVELS[name]} for name in names},
    }


def _message(content: type[Content]) -> dict[str, Any]:
    tag = _tag(content)
    told = {"type": {"const": TYPE_PREFIX + tag}, "data": {"$ref": _SCHEMAS + content.__name__}}
    return {
        "name": tag,
        "title": (content.__doc__ or tag).partition("\n")[0],
        "contentType": "application/json",
        "payload": {"allOf": [{"$ref": f"{_SCHEMAS}Event"}, {"type": "object", "properties": told}]},
    }


def _schemas() -> dict[str, Any]:
    """Return the schemas of all types, as they refer to each other in such a document."""
    text = msgspec.json.encode(json_schema()["$defs"]).decode()
    found: dict[str, Any] = _as_draft_7(msgspec.json.decode(text.replace(_DEFINITIONS, _SCHEMAS)))
    return found


def _as_draft_7(schema: Any) -> Any:
    """Return a schema in the words of AsyncAPI, which are those of draft 7 of JSON Schema.

    Tuples are written otherwise there. A discriminator is another thing there, and is not needed: what it tells apart
    says by itself which it is.
    """
    if isinstance(schema, list):
        return [_as_draft_7(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _as_draft_7(value) for name, value in schema.items() if name != "discriminator"}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
        made["additionalItems"] = False
    return made


def _operations(rules: tuple[Rule, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for shape in Shape:
        for action, verb in ((Action.READ, "receive"), (Action.PUBLISH, "send")):
            patterns = [
                rule.pattern for rule in rules if rule.action is action and _meets(rule.pattern, shape)
            ]
            if patterns:
                found[f"{verb}-{_name(shape)}"] = _operation(shape, verb, patterns)
    return found


def _operation(shape: Shape, verb: str, patterns: list[str]) -> dict[str, Any]:
    topics = ", ".join(f"`{pattern}`" for pattern in dict.fromkeys(patterns))
    binding: dict[str, Any] = {"qos": 1, "bindingVersion": "0.2.0"}
    if verb == "send":
        binding["retain"] = shape in RETAINED
    return {
        "action": verb,
        "channel": {"$ref": f"#/channels/{_name(shape)}"},
        "summary": f"By the right on {topics}.",
        "bindings": {"mqtt": binding},
    }


def _meets(pattern: str, shape: Shape) -> bool:
    """Say whether a filter can match a topic of a shape."""
    wanted, levels = pattern.split("/"), shape.split("/")
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place == len(levels):
            return False
        if part != "+" and not levels[place].startswith("{") and levels[place] != part:
            return False
    return len(wanted) == len(levels)
