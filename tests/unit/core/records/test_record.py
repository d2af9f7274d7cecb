"""Lines of a run log: what is sealed is what is read, and nothing else is taken for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, get_args

import pytest

from sim.core.messages.contents import Card
from sim.core.messages.event import Event
from sim.core.messages.items import Kind, Point, Value
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.cue import Scale
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.picture.observation import Fact, Observation
from sim.core.records.kinds import (
    FORMAT_VERSION,
    KINDS,
    ActivityEntry,
    AnyRecordContent,
    Delivery,
    Denied,
    Ending,
    Failure,
    FaultEntered,
    FaultUnmet,
    Garbled,
    Injected,
    Message,
    Note,
    Observed,
    Opening,
    OutageEdge,
    PartyEntry,
    Rights,
    Steered,
    Subscribed,
    Truth,
    Undelivered,
)
from sim.core.records.record import (
    GENESIS,
    LINE_BYTES_MAX,
    RECORD_BYTES_MAX,
    Chain,
    Entry,
    Record,
    RecordError,
    decode,
)

WORDS = Text("hoog water", "high water")
FACT = Fact(
    subject="maas",
    system="river",
    theme="a2-situation",
    kind=Kind.FACT,
    title=WORDS,
    values=(Value("level", 47.25, "m", "NAP"),),
    geometry=Point((5.69, 50.83)),
)
EVENT = Event(
    specversion="1.0",
    id="vr24-1",
    source="/party/vr24",
    type="nl.beeld.card",
    time="2021-07-14T13:21:00+02:00",
    exercisems=1000,
    sequence=1,
    injectids="i-1,f-1",
    data=Card(
        activity="flood",
        name=WORDS,
        place=WORDS,
        directing="vr24",
        grip=2,
        systems=("river",),
        parties=("wl",),
        open=True,
    ),
)
OPENING = Opening(
    format=FORMAT_VERSION,
    scenario="flood",
    name=WORDS,
    notice=WORDS,
    seed=2**70,
    session="closed",
    start="2021-07-12T08:00:00+02:00",
    end_ms=3_600_000,
    tick_ms=60_000,
    parties=(
        PartyEntry(
            id="wl",
            name=WORDS,
            profile="core",
            profile_name=WORDS,
            kind="partner",
            assessable=True,
            directs_own_picture=True,
            channel="post",
            core_task=CoreTask.MANAGER,
            regions=("vr24",),
            systems=("river",),
            interests=("c1-development",),
        ),
    ),
    activities=(
        ActivityEntry(id="flood", name=WORDS, directing="vr24", parties=("wl",), systems=("river",)),
    ),
    agreements=(Agreement("wl", CoreTask.MANAGER, "core", ("vr24",), acknowledge=Norm(600_000, "exercise")),),
    themes=("a2-situation",),
    inputs={"scenario.toml": "0" * 64},
)
SAMPLES: Mapping[str, AnyRecordContent] = {
    "run": OPENING,
    "truth": Truth("t-1", FACT, "A"),
    "inject": Injected("i-1", "vr24", Scale(activity="flood", grip=3), WORDS, "A"),
    "fault": FaultEntered("f-1", "wrong-value", "wl", "maas", WORDS, WORDS, FACT, FACT, "exercise"),
    "unmet": FaultUnmet("f-2", "late", "observation", "wl", "maas", "untriggered", "after event wl-9"),
    "observed": Observed("wl", Observation(fact=FACT, observed_at_ms=500, causes=("t-1",))),
    "message": Message("activity/flood/card", EVENT, ("wl",)),
    "outage": OutageEdge(
        id="o-1",
        type="partition",
        change="begins",
        parties=("wl",),
        fails_tool=True,
        title=WORDS,
        source="exercise",
    ),
    "delivery": Delivery("wl", "activity/flood/card", "vr24-1", "late", "o-1"),
    "denied": Denied("evides", "publish", "control/clock", "no-right", "Tabel 1", event="evides-3"),
    "subscribed": Subscribed("wl", "activity/+/card", active=True),
    "rights": Rights("evides", "flood", "look-along", "granted", ("a2-situation",), "vr24-1"),
    "note": Note("liaison", "slip", "wl-maas", 2, "47.25 -> 42.75"),
    "lost": Undelivered("wl", "activity/flood/card", "vr24-1"),
    "leak": Undelivered("evides", "activity/flood/card", "vr24-1"),
    "garbled": Garbled("activity/flood/card", 'no JSON: "é"\n'),
    "steering": Steered("seat-taken", "seat:enexis", "enexis"),
    "failure": Failure("the broker is gone"),
    "end": Ending(outcome="completed", messages=1, deliveries=1, denied=1, lost=1, leaked=1),
}


def garbled(reason: str = "r", **fields: Any) -> Entry:
    return Entry(0, "garbled", Garbled("t", reason), **fields)


def parts(line: bytes) -> tuple[bytes, bytes]:
    """Return what is signed of a line, and its hash."""
    signed, _, tail = line.rpartition(b',"hash":"')
    return signed, tail.removesuffix(b'"}\n')


def forged(line: bytes, old: bytes, new: bytes) -> bytes:
    """Return the line with something changed, and a hash that fits as the first of a log."""
    signed, _ = parts(line)
    assert signed.count(old) == 1
    changed = signed.replace(old, new)
    return changed + b',"hash":"%s"}\n' % sha256(GENESIS.encode() + changed).hexdigest().encode()


def test_there_is_a_sample_of_every_kind_and_a_kind_of_every_struct() -> None:
    assert SAMPLES.keys() == KINDS.keys()
    assert set(KINDS.values()) == set(get_args(AnyRecordContent))


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_every_kind_is_read_as_it_was_sealed(kind: str) -> None:
    entry = Entry(60_000, kind, SAMPLES[kind], cause=("t-1", "vr24-1"), local={"code": 135})
    line = Chain().seal(entry, {"wall_ms": 12})

    record = Chain().check(line)

    assert record == Record(0, 60_000, kind, ("t-1", "vr24-1"), SAMPLES[kind], {"code": 135, "wall_ms": 12})
    assert decode(line) == record
    assert line.count(b"\n") == 1
    assert list(json.loads(line)) == ["seq", "at_ms", "kind", "cause", "content", "local", "hash"]


def test_reader_and_writer_agree_on_hash_and_digest() -> None:
    writer, reader = Chain(), Chain()
    lines = [writer.seal(Entry(at, kind, content)) for at, (kind, content) in enumerate(SAMPLES.items())]

    records = [reader.check(line) for line in lines]

    assert [record.seq for record in records] == list(range(len(SAMPLES)))
    assert (reader.head, reader.digest, reader.next_seq) == (writer.head, writer.digest, writer.next_seq)


def test_hash_and_digest_are_what_the_format_says() -> None:
    chain = Chain()
    lines = [chain.seal(garbled("a", local={"x": 1})), chain.seal(garbled("b"))]

    head, digest = GENESIS, sha256()
    for line in lines:
        signed, stated = parts(line)
        head = sha256(head.encode() + signed).hexdigest()
        digest.update(signed.rpartition(b',"local":')[0] + b"\n")
        assert stated.decode() == head
    assert (chain.head, chain.digest) == (head, digest.hexdigest())


def test_the_digest_does_not_depend_on_the_local_part_but_the_hash_does() -> None:
    one, other = Chain(), Chain()
    one.seal(garbled(local={"code": 135}))
    other.seal(garbled(), {"wall_ms": 3})

    assert one.digest == other.digest
    assert one.head != other.head


def test_a_local_part_may_hold_a_key_named_local() -> None:
    """The digest is over what stands before the line's own local part, not before what looks like it."""
    writer, reader = Chain(), Chain()

    record = reader.check(writer.seal(garbled(local={"x": {"a": 1, "local": 2}})))

    assert record.local == {"x": {"a": 1, "local": 2}}
    assert reader.digest == writer.digest


def test_what_the_writer_adds_wins_from_the_entry() -> None:
    line = Chain().seal(garbled(local={"a": 1, "b": 1}), {"b": 2})

    assert decode(line).local == {"a": 1, "b": 2}


def test_a_kind_holds_its_own_struct_only() -> None:
    with pytest.raises(AssertionError, match="truth cannot hold"):
        Chain().seal(Entry(0, "truth", Garbled("t", "r")))


def test_the_largest_record_fits_and_one_byte_more_does_not() -> None:
    room = RECORD_BYTES_MAX - len(parts(Chain().seal(garbled("")))[0])
    chain = Chain()

    with pytest.raises(RecordError, match=f"record 0: expected at most {RECORD_BYTES_MAX} bytes"):
        chain.seal(garbled("r" * (room + 1)))
    assert (chain.next_seq, chain.head) == (0, GENESIS)

    line = chain.seal(garbled("r" * room))
    assert len(line) == LINE_BYTES_MAX
    Chain().check(line)


def test_a_line_longer_than_any_can_be_is_refused() -> None:
    with pytest.raises(RecordError, match=f"expected at most {LINE_BYTES_MAX} bytes, was more"):
        Chain().check(b"x" * (LINE_BYTES_MAX + 1))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "truncated"),
        (b"\n", "truncated"),
        (b"{}\n", "missing required field `seq`"),
        (b"3\n", "Expected `object`"),
        (b'{"kind":"\xff"}\n', "utf-8"),
        (b'{"kind":"\\udc00"}\n', "malformed"),
        (b'{"content":' + b"[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_line_is_refused(line: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        Chain().check(line)
    with pytest.raises(RecordError, match=reason):
        decode(line)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"garbled"', b'"gabbled"', "kind: expected one of run, truth, .*, was 'gabbled'"),
        (b'"reason":"r"', b'"reason":7', r"Expected `str`, got `int` - at `\$.reason`"),
        (b'"cause":[]', b'"cause":[1]', "Expected `str`, got `int`"),
        (b'"local":{}', b'"local":[]', "Expected `object`, got `array`"),
        (b'"local":{}', b'"local":{"x":' + b"[" * 5000 + b"]" * 5000 + b"}", "recursion"),
        (b'"local":{}', b'"local":{},"more":1', "unknown field `more`"),
    ],
)
def test_a_forged_line_is_refused_though_its_hash_fits(old: bytes, new: bytes, reason: str) -> None:
    line = forged(Chain().seal(garbled()), old, new)

    with pytest.raises(RecordError, match=reason):
        Chain().check(line)
    with pytest.raises(RecordError, match=reason):
        decode(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"at_ms":0', b'"at_ms": 0'),
        (b'"at_ms":0', b'"at_ms":-0'),
        (b'"seq":0,"at_ms":0', b'"at_ms":0,"seq":0'),
        (b'"seq":0', b'"seq":9,"seq":0'),
        (b'"garbled"', b'"g\\u0061rbled"'),
        (b'"local":{}', b'"local":{} '),
    ],
)
def test_a_line_that_is_laid_out_otherwise_is_refused_though_its_hash_fits(old: bytes, new: bytes) -> None:
    line = forged(Chain().seal(garbled()), old, new)

    with pytest.raises(RecordError, match="was another layout"):
        Chain().check(line)
    assert decode(line) == decode(Chain().seal(garbled()))


def test_a_field_that_a_later_version_adds_to_a_content_is_passed_over() -> None:
    line = forged(Chain().seal(garbled()), b'"reason":"r"', b'"reason":"r","more":1')

    assert Chain().check(line).content == Garbled("t", "r")


def test_a_line_without_its_newline_is_refused() -> None:
    with pytest.raises(RecordError, match="was another layout"):
        Chain().check(Chain().seal(garbled())[:-1])


def test_a_line_in_another_place_is_refused_and_the_chain_stays_where_it_was() -> None:
    writer, reader = Chain(), Chain()
    first, second = writer.seal(garbled("a")), writer.seal(garbled("b"))

    with pytest.raises(RecordError, match="expected seq 0, was 1"):
        reader.check(second)
    assert reader.check(first).content == Garbled("t", "a")
    assert reader.check(second).content == Garbled("t", "b")


def test_a_line_after_another_line_is_refused() -> None:
    one, other, reader = Chain(), Chain(), Chain()
    reader.check(one.seal(garbled("a")))
    other.seal(garbled("b"))

    with pytest.raises(RecordError, match="it was changed"):
        reader.check(other.seal(garbled("c")))
