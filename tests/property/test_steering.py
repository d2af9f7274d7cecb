"""Laws of steering: whatever people do, in whatever order, the log is whole, and nobody speaks for who sits there."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.core.assessment.evidence.evidence import gather
from sim.core.messages.contents import Ack, ItemUpdate, Receipt
from sim.core.messages.items import Basis, Item, Kind, Source, Value
from sim.core.model.text import Text
from sim.core.records.kinds import FaultEntered, Message, Steered
from sim.core.records.record import Record
from sim.files.scenario.loading import Loaded, load_open
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.session.steering.commands import (
    AnyCommand,
    End,
    LetIn,
    Pause,
    Resume,
    Rise,
    Say,
    Sit,
    Speed,
    Subscribe,
    ThrowFault,
    ThrowIn,
)
from sim.session.steering.told import Answer
from tests.integration.command import BEEKDAL
from tests.steered import steered

END_MS = 40 * 60_000
PARTIES = ("wl", "enexis", "vr24", "gasunie", "nobody")
TITLE = {"nl": "Van de oefenleiding", "en": "From exercise staff"}
IN_ITS_NAME = ("compromised", "outsider", "retained")


@cache
def beekdal() -> Loaded:
    return load_open(BEEKDAL)


def stated(party: str, version: int) -> ItemUpdate:
    return ItemUpdate(
        item=Item(
            id=f"{party}-stream-level",
            version=version,
            subject="stream-level",
            system="stream",
            theme="a2-situation",
            kind=Kind.FACT,
            title=Text("Waterstand", "Water level"),
            values=(Value("depth", 1.1, "m"),),
            observed_at_ms=0,
            reported_at_ms=0,
            source=Source(party, Basis.OBSERVED),
        )
    )


def say(party: str, version: int, where: str) -> Say:
    topic = f"activity/wateroverlast/{where}/a2-situation/{party}-stream-level".replace("{party}", party)
    return Say(party=party, topic=topic, content=stated(party, version))


def fault(party: str, kind: str, hop: str) -> ThrowFault:
    more: dict[str, Any] = {}
    if kind == "wrong-value":
        more = {"values": [{"name": "depth", "amount": 9.0, "unit": "m"}]}
    elif kind == "late":
        more = {"delay": "3m"}
    table = {"type": kind, "hop": hop, "party": party, "subject": "stream-level", "title": TITLE, **more}
    return ThrowFault(fault={**table, "recognise": TITLE})


def inject(to: str, do: str) -> ThrowIn:
    return ThrowIn(inject={"to": to, "title": TITLE, "cue": {"do": do, "activity": "wateroverlast"}})


SOMEBODY = st.sampled_from(PARTIES)
COMMANDS: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(Sit, party=SOMEBODY),
    st.builds(Sit, party=SOMEBODY),
    st.builds(Rise, party=SOMEBODY),
    st.builds(say, SOMEBODY, st.integers(1, 30), st.sampled_from(["own/{party}", "shared"])),
    st.builds(
        Say,
        party=SOMEBODY,
        topic=st.sampled_from(["post/vr24/wl/ack", "outside/vr24/gasunie/ack", "clock", "#"]),
        content=st.just(Ack(activity="wateroverlast", of="vr24-1")),
    ),
    st.builds(
        Subscribe,
        party=SOMEBODY,
        filter=st.sampled_from(["#", "clock", "national/#", "a#"]),
        active=st.booleans(),
    ),
    st.builds(Pause),
    st.builds(Resume),
    st.builds(Speed, speed=st.sampled_from([0.1, 20.0, 1_000.0])),
    st.builds(LetIn, party=SOMEBODY, activity=st.sampled_from(["wateroverlast", "x"])),
    st.builds(inject, SOMEBODY, st.sampled_from(["open", "close", "tool-down", "fly"])),
    st.builds(
        fault,
        SOMEBODY,
        st.sampled_from(["wrong-value", "late", "duplicate", "withheld"]),
        st.sampled_from(
            ["observation", "transcription", "moderation", "retained", "outsider", "compromised"]
        ),
    ),
)
SCRIPTS = st.lists(st.tuples(st.integers(0, END_MS), COMMANDS), max_size=25)
BUSY = [
    (5 * 60_000, Sit(party="wl")),
    (6 * 60_000, say("wl", 4, "own/{party}")),
    (6 * 60_000, Rise(party="wl")),
]


def numbered(script: Sequence[tuple[int, AnyCommand]]) -> list[tuple[int, AnyCommand]]:
    in_time = sorted(script, key=lambda one: one[0])
    return [
        (at_ms, msgspec.structs.replace(one, id=f"c{number}")) for number, (at_ms, one) in enumerate(in_time)
    ]


def seats(records: Sequence[Record], end_ms: int) -> list[tuple[str, int, int]]:
    """Return for whom somebody sat: the party, and the numbers of the records between which that was."""
    taken: dict[str, int] = {}
    found = []
    for record in records:
        content = record.content
        if isinstance(content, Steered) and content.what == "seat-taken":
            taken[content.party] = record.seq
        elif isinstance(content, Steered) and content.what == "seat-returned":
            found.append((content.party, taken.pop(content.party), record.seq))
    return [*found, *((party, since, end_ms) for party, since in taken.items())]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCRIPTS, st.booleans(), st.booleans())
@example(BUSY, False, False)
@example([*BUSY, (END_MS, Sit(party="wl")), (END_MS, Pause()), (END_MS, Rise(party="wl"))], True, False)
@example(
    [(END_MS - 1, Sit(party="wl")), (END_MS, say("wl", 9, "shared")), (END_MS, Rise(party="wl"))], True, True
)
def test_whatever_people_do_the_log_is_whole_and_nobody_speaks_for_who_sits_there(
    script: list[tuple[int, AnyCommand]], starts_paused: bool, is_ended: bool
) -> None:
    ends: list[tuple[int, AnyCommand]] = [(END_MS // 2, End())] if is_ended else []
    commands = numbered([*script, *ends])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        came = steered(beekdal(), commands, folder, until_ms=END_MS, starts_paused=starts_paused)
        assert came.result is not None
        assert (came.result.outcome, came.result.reason) == ("completed", "")
        verified = verify(folder)
        assert (verified.first_bad_seq, verified.reason) == (None, "")
        records = list(read(folder))
    _nobody_spoke_for_them(records, {answer.event for answer in came.answers.values()})
    assert gather(records).log.end_ms == records[-1].at_ms
    # Each command is answered once, but for those for which the exercise was over before anybody gave them.
    answered = [one.id for one in came.told if isinstance(one, Answer)]
    assert len(answered) == len(set(answered))


def _nobody_spoke_for_them(records: Sequence[Record], said: set[str]) -> None:
    forged = {
        record.content.id
        for record in records
        if isinstance(record.content, FaultEntered) and record.content.hop in IN_ITS_NAME
    }
    late = {
        record.content.id
        for record in records
        if isinstance(record.content, FaultEntered) and record.content.type == "late"
    }
    for party, since, until in seats(records, len(records)):
        for record in records[since:until]:
            content = record.content
            if not isinstance(content, Message) or content.event.sender != party:
                continue
            of_fault = bool({*content.event.injects} & (forged | late))
            assert content.event.id in said or isinstance(content.event.data, Receipt) or of_fault, content


def test_versions_never_go_back_over_a_seat() -> None:
    minutes = 60_000
    script: list[tuple[int, AnyCommand]] = [
        (8 * minutes, Sit(party="wl")),
        (20 * minutes, say("wl", 3, "own/{party}")),
        (20 * minutes, Rise(party="wl")),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        steered(beekdal(), numbered(script), folder, until_ms=3 * 60 * minutes)
        versions = [
            record.content.event.data.item.version
            for record in read(folder)
            if isinstance(record.content, Message)
            and isinstance(record.content.event.data, ItemUpdate)
            and record.content.event.data.item.id == "wl-stream-level"
        ]
    assert versions == sorted(versions)
    assert 3 in versions
    assert versions[-1] > 3
