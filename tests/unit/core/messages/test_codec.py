from __future__ import annotations

import msgspec
import pytest

from sim.core.messages.codec import (
    EVENT_BYTES_MAX,
    PART_BYTES_MAX,
    CodecError,
    decode,
    encode,
    json_schema,
    split,
)
from sim.core.messages.contents import Ack, ItemUpdate
from sim.core.messages.items import LineString, Point, Polygon
from sim.core.model.text import Text
from tests.unit.core.agents.helpers import REGION, WATER, event, item

ACK = event(WATER, Ack(activity="flood", of="vr24-1"))
KNOWN = (
    b'{"specversion":"1.0","id":"e-1","source":"/party/wl","type":"nl.beeld.ack",'
    b'"time":"2021-07-12T08:00:00.000+02:00","exercisems":0,"sequence":1,'
    b'"data":{"message":"ack","activity":"flood","of":"vr24-1","arrived":false}}'
)


def test_encode_of_an_event_is_cloudevents_json_without_defaults() -> None:
    assert encode(ACK) == KNOWN


def test_decode_of_known_bytes_gives_the_event() -> None:
    assert decode(KNOWN) == ACK


def test_encode_of_an_event_over_the_limit_raises() -> None:
    words = "x" * EVENT_BYTES_MAX
    update = ItemUpdate(item=msgspec.structs.replace(item(), text=Text(words, words)))
    with pytest.raises(CodecError, match=r"event e-1: expected at most 262144 bytes, was 5\d+"):
        encode(event(WATER, update))


def test_decode_of_bytes_over_the_limit_raises_before_reading_them() -> None:
    with pytest.raises(CodecError, match="expected at most 262144 bytes, was 262145"):
        decode(b" " * (EVENT_BYTES_MAX + 1))


def test_decode_at_the_limit_is_read() -> None:
    assert decode(KNOWN + b" " * (EVENT_BYTES_MAX - len(KNOWN))) == ACK


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "truncated"),
        (b"null", "Expected `object`, got `null`"),
        (b"\xff", "malformed"),
        (KNOWN.replace(b"2021", b"\xff\xff"), "utf-8"),
        (KNOWN.replace(b'"ack","', b'"nonsense","'), "Invalid value 'nonsense' - at `\\$.data.message`"),
        (KNOWN.replace(b'"1.0"', b'"2.0"'), "Invalid enum value '2.0' - at `\\$.specversion`"),
        (KNOWN.replace(b'"sequence":1', b'"sequence":' + b"1" * 5_000), "out of range"),
        (KNOWN.replace(b'{"message"', b'{"x":' + b"[" * 100_000 + b',"message"'), "recursion"),
        (KNOWN.replace(b"/party/", b"/person/"), "source: expected /party/<party>, was '/person/wl'"),
        (
            KNOWN.replace(b"nl.beeld.ack", b"nl.beeld.card"),
            "type: expected nl.beeld.ack, was 'nl.beeld.card'",
        ),
    ],
)
def test_decode_of_something_else_says_why(payload: bytes, reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        decode(payload)


@pytest.mark.parametrize(
    "geometry",
    [
        b'{"type":"Point","coordinates":[181,51]}',
        b'{"type":"Point","coordinates":[5,-91]}',
        b'{"type":"Point","coordinates":[1e308,51]}',
        b'{"type":"LineString","coordinates":[]}',
        b'{"type":"LineString","coordinates":[[5,51]]}',
        b'{"type":"Polygon","coordinates":[]}',
        b'{"type":"Polygon","coordinates":[[[5,51],[6,51],[5,51]]]}',
        b'{"type":"Polygon","coordinates":[[[5,51],[6,51],[6,52],[5,52]]]}',
    ],
)
def test_decode_of_a_geometry_that_cannot_be_computed_with_raises(geometry: bytes) -> None:
    payload = encode(event(WATER, ItemUpdate(item=item())))
    assert b'{"type":"Point","coordinates":[5.0,51.0]}' in payload
    with pytest.raises(CodecError, match="geometry"):
        decode(payload.replace(b'{"type":"Point","coordinates":[5.0,51.0]}', geometry))


@pytest.mark.parametrize(
    "geometry",
    [
        Point((-180.0, 90.0)),
        LineString(((5.0, 51.0), (6.0, 51.0))),
        Polygon((((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 51.0)),)),
    ],
)
def test_decode_of_a_geometry_at_its_bounds_gives_it_back(geometry: Point | LineString | Polygon) -> None:
    sent = event(WATER, ItemUpdate(item=item(place=geometry)))
    assert decode(encode(sent)) == sent


def test_decode_with_a_lower_limit_holds_to_it() -> None:
    assert decode(KNOWN, len(KNOWN)) == ACK
    with pytest.raises(CodecError, match=f"expected at most {len(KNOWN) - 1} bytes, was {len(KNOWN)}"):
        decode(KNOWN, len(KNOWN) - 1)


def test_split_of_few_items_is_one_part_and_of_none_an_empty_one() -> None:
    assert split([item("a"), item("b")]) == [(item("a"), item("b"))]
    assert split([]) == [()]


def test_split_of_many_items_keeps_each_part_within_its_size() -> None:
    items = [item(f"i-{n}", words="x" * 1_000) for n in range(200)]
    parts = split(items)
    sizes = [sum(len(msgspec.json.encode(one)) for one in part) for part in parts]
    assert [one for part in parts for one in part] == items
    assert len(parts) == 4
    assert max(sizes) <= PART_BYTES_MAX
    assert all(size + sizes[0] // len(parts[0]) > PART_BYTES_MAX for size in sizes[:-1])


def test_split_of_an_item_larger_than_a_part_is_a_part_of_its_own() -> None:
    large, small = item("a", words="x" * PART_BYTES_MAX), item("b")
    assert split([large, small]) == [(large,), (small,)]


def test_json_schema_of_an_event_names_every_content() -> None:
    schema = json_schema()
    assert schema["$ref"] == "#/$defs/Event"
    tags = {known["properties"]["message"]["enum"][0] for known in _contents(schema)}
    assert {"item", "sitrep", "grant", "withdrawal", "phase"} <= tags
    assert len(tags) == 22


def _contents(schema: dict[str, object]) -> list[dict[str, dict[str, dict[str, list[str]]]]]:
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    return [known for known in definitions.values() if "message" in known.get("properties", {})]


def test_sender_of_an_event_is_the_party_in_its_source() -> None:
    assert event(REGION, ACK.data).sender == REGION


def test_injects_of_an_event_are_none_or_as_listed() -> None:
    assert ACK.injects == ()
    assert event(WATER, ACK.data, injects=("i-1", "f-2")).injects == ("i-1", "f-2")
