"""Every fault at every hop at which it can enter: what became wrong, and that nothing else did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from sim.core.messages.contents import SitRep, Verdict, items_in, tag_of
from sim.core.messages.items import (
    Basis,
    Item,
    Kind,
    Point,
    Sensitivity,
    Value,
    VerificationStatus,
)
from sim.core.messages.topics import Shape, parse
from sim.core.model.cue import Open, Scale, SendAlarm
from sim.core.model.party import Competence
from sim.core.model.time import HOUR_MS
from sim.core.picture.observation import Fact, Observation
from sim.core.records.kinds import FaultEntered, Garbled
from sim.core.world.faults import ANSWERS, TYPES_AT, Fault, FaultType, Hop, Setting, restated
from sim.core.world.faults import told as told_by_fault
from sim.core.world.faults.alteration import rewritten
from sim.core.world.truth import TruthChange
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import (
    FAR,
    FIRE,
    FLOOD,
    GRID,
    HERE,
    LEVEL,
    NATION,
    NEIGHBOUR,
    RAIL,
    REGION,
    WATER,
    text,
)

T = FaultType
PARTY = {
    Hop.OBSERVATION: WATER,
    Hop.TRANSCRIPTION: RAIL,
    Hop.MODERATION: REGION,
    Hop.RELAY: NATION,
    Hop.RETAINED: WATER,
    Hop.OUTSIDER: WATER,
    Hop.COMPROMISED: WATER,
}
SEES = {Hop.TRANSCRIPTION: RAIL, Hop.MODERATION: GRID}
"""Who alone perceives the level, so that nobody else sets right what is told of it; WATER at all other hops."""
MEMBERS = (REGION, NEIGHBOUR, WATER, GRID, RAIL, NATION)
SCRIPT = (
    inject(20, Open(activity=FLOOD)),
    inject(21, Open(activity=FIRE), to=NEIGHBOUR),
    inject(22, Scale(activity=FLOOD, grip=2)),
    inject(25, SendAlarm(activity=FLOOD, parties=(RAIL,), text=text("come"))),
)
AT = 300
WORDS = text("the dike is said to have burst")
FIELDS: dict[FaultType, dict[str, Any]] = {
    T.WRONG_VALUE: {"values": (Value("height", 900.0, "cm", "NAP"),)},
    T.WRONG_UNIT: {"unit": "m"},
    T.WRONG_DATUM: {"datum": "local"},
    T.WRONG_PLACE: {"geometry": FAR},
    T.WRONG_TIME: {"shift_ms": -2 * HOUR_MS},
    T.STALE: {"as_of_ms": minutes(150)},
    T.INCOMPLETE: {"omit": ("values", "geometry", "theme", "source")},
    T.CONTRADICTORY: {"values": (Value("height", 900.0, "cm", "NAP"),)},
    T.UNCLEAR: {"text": WORDS},
    T.ECHO: {"echo_of": GRID},
    T.MISATTRIBUTED: {"attributed_to": GRID},
    T.RUMOUR_AS_OBSERVED: {"text": WORDS},
    T.LATE: {"delay_ms": HOUR_MS},
    T.OTHER_ACTIVITY: {"activity": FIRE},
}


AT_HOP: dict[tuple[Hop, FaultType], dict[str, Any]] = {
    (Hop.MODERATION, T.WRONG_TIME): {
        "shift_ms": 2 * HOUR_MS
    }  # what seems older than what stands is left aside
}


def truth(sensitivity: Sensitivity = Sensitivity.GENERAL) -> list[TruthChange]:
    """The level rises each hour and a half, so that there is always something to tell."""
    changes = [
        so(at, amount=300.0 + at, kind=Kind.EFFECT, sensitivity=sensitivity) for at in range(5, 700, 95)
    ]
    figure = [(one, one.fact.values[0]) for one in changes]
    return [
        msgspec.structs.replace(
            one,
            fact=msgspec.structs.replace(one.fact, values=(msgspec.structs.replace(value, datum="NAP"),)),
        )
        for one, value in figure
    ]


def fault(kind: FaultType, hop: Hop, **fields: Any) -> Fault:
    return Fault(
        id="f-1",
        type=kind,
        hop=hop,
        party=PARTY[hop],
        subject=LEVEL,
        title=text("wrong"),
        recognise=text("look"),
        **{"at_ms": minutes(AT), **FIELDS.get(kind, {}), **AT_HOP.get((hop, kind), {}), **fields},
    )


def blind_but(party: str) -> dict[str, dict[str, Any]]:
    """Nobody perceives the river but one."""
    return {one: {"competence": Competence(("other",), None)} for one in MEMBERS if one != party}


@cache
def played(kind: FaultType | None, hop: Hop) -> Played:
    is_secret = kind is T.WRONG_AUDIENCE
    return play(
        members=MEMBERS,
        parties={} if kind is T.ECHO else blind_but(SEES.get(hop, WATER)),
        injects=SCRIPT,
        truth=truth(Sensitivity.RESTRICTED if is_secret else Sensitivity.GENERAL),
        agreements=[agreed(RAIL, sitrep_every_ms=HOUR_MS)],
        faults=() if kind is None else (fault(kind, hop),),
    )


def named(messages: Sequence[Heard]) -> Iterator[tuple[Heard, Item]]:
    """Every item that names the fault, with its message."""
    for one in messages:
        for item in items_in(one.data):
            if "f-1" in item.causation:
                yield one, item


def true_at(at_ms: int) -> Fact:
    return next(one.fact for one in reversed(truth()) if one.at_ms <= at_ms)


def amounts() -> set[float]:
    return {one.fact.values[0].amount for one in truth()}


SHOWS: dict[FaultType, Callable[[Heard, Item], bool]] = {
    T.WRONG_VALUE: lambda _one, item: item.values[0].amount == 900.0,
    T.WRONG_UNIT: lambda _one, item: item.values[0].unit == "m" and item.values[0].amount in amounts(),
    T.WRONG_DATUM: lambda _one, item: item.values[0].datum == "local",
    T.WRONG_PLACE: lambda _one, item: item.geometry == FAR,
    T.WRONG_TIME: lambda _one, item: abs(item.reported_at_ms - item.observed_at_ms) > 1.9 * HOUR_MS,
    T.STALE: lambda _one, item: item.values == true_at(minutes(150)).values,
    T.INCOMPLETE: lambda _one, item: item.values == () and item.geometry is None,
    T.CONTRADICTORY: lambda _one, item: item.values[0].amount == 900.0,
    T.UNCLEAR: lambda _one, item: item.text == WORDS and item.values == (),
    T.DUPLICATE: lambda _one, item: item.values[0].amount in amounts(),
    T.ECHO: lambda _one, item: item.source.party == WATER,
    T.MISATTRIBUTED: lambda _one, item: item.source.party == GRID,
    T.RUMOUR_AS_OBSERVED: lambda _one, item: item.text == WORDS and item.source.basis is Basis.OBSERVED,
    T.UNVERIFIED_AS_VERIFIED: lambda _one, item: item.verification.status is VerificationStatus.VERIFIED,
    T.WRONG_AUDIENCE: lambda one, item: (
        item.sensitivity is Sensitivity.GENERAL and one.shape in (Shape.OWN, Shape.SHARED)
    ),
    T.OTHER_ACTIVITY: lambda one, _item: (
        "fire" in one.topic or (isinstance(one.data, SitRep) and one.data.activity == FIRE)
    ),
}
CASES = [(hop, kind) for hop, kinds in TYPES_AT.items() for kind in kinds]
REFUSED = {(Hop.OUTSIDER, T.MISATTRIBUTED)}
"""What the screening of strangers sees: a partner that speaks in another's name."""
COMPLETED = {(Hop.MODERATION, T.INCOMPLETE), (Hop.MODERATION, T.UNCLEAR)}
"""What a skilled moderator completes from what stands in the shared picture, and asks about."""
SAYS_NOTHING = {T.WITHHELD, T.GARBLED}


def entered(log: Played) -> FaultEntered:
    (record,) = log.kinds("fault")
    assert isinstance(record, FaultEntered)
    return record


@pytest.mark.parametrize(("hop", "kind"), CASES, ids=str)
def test_a_fault_enters_once_and_changes_no_truth(hop: Hop, kind: FaultType) -> None:
    log, without = played(kind, hop), played(None, hop)
    record = entered(log)
    assert (record.id, record.type, record.hop, record.party) == ("f-1", kind, hop, PARTY[hop])
    assert (record.subject, record.answer, record.blind) == (LEVEL, ANSWERS[kind], False)
    assert log.kinds("unmet") == log.kinds("lost") == log.kinds("leak") == []
    if kind is not T.WRONG_AUDIENCE:
        assert log.kinds("truth") == without.kinds("truth")


@pytest.mark.parametrize(
    ("hop", "kind"),
    [case for case in CASES if case not in REFUSED | COMPLETED and case[1] not in {*SAYS_NOTHING, T.LATE}],
    ids=str,
)
def test_what_became_wrong_shows_in_what_names_the_fault(hop: Hop, kind: FaultType) -> None:
    found = list(named(played(kind, hop).heard))
    assert any(SHOWS[kind](one, item) for one, item in found)
    assert {one.event.id for one, _ in found if "f-1" not in one.event.injects} == set()


@pytest.mark.parametrize(("hop", "kind"), sorted(COMPLETED), ids=str)
def test_a_moderator_completes_what_is_missing(hop: Hop, kind: FaultType) -> None:
    log = played(kind, hop)
    verdicts = [one for one in log.of(Verdict) if "f-1" in one.event.injects]
    assert [one.data.outcome for one in verdicts] == ["edited"]
    # Who proposed it rightly sees that what stands is not what it said.
    proposer = {GRID} if hop is Hop.MODERATION else set()
    assert {said.party for said in log.notes("recognised") if "f-1" in said.cause} == {REGION} | proposer


def told(log: Played, hop: Hop) -> list[Heard]:
    """What tells of the level beyond the hop."""
    senders = {Hop.OBSERVATION: WATER, Hop.TRANSCRIPTION: RAIL, Hop.MODERATION: REGION, Hop.RELAY: NATION}
    return [
        one
        for one in log.heard
        if one.sender == senders[hop] and any(item.subject == LEVEL for item in items_in(one.data))
    ]


@pytest.mark.parametrize("hop", [hop for hop in TYPES_AT if T.WITHHELD in TYPES_AT[hop]], ids=str)
def test_what_is_withheld_is_missing(hop: Hop) -> None:
    log = played(T.WITHHELD, hop)
    assert entered(log).told is None
    assert len(told(log, hop)) < len(told(played(None, hop), hop))


@pytest.mark.parametrize("hop", [hop for hop in TYPES_AT if T.LATE in TYPES_AT[hop]], ids=str)
def test_what_is_late_names_the_fault_when_it_comes(hop: Hop) -> None:
    log = played(T.LATE, hop)
    found = [one for one, _ in named(log.heard)]
    fact = entered(log).told
    assert fact is not None
    (record,) = [entry for entry in log.entries if entry.kind == "fault"]
    assert found
    assert found[0].at_ms >= record.at_ms + HOUR_MS


@pytest.mark.parametrize("hop", [hop for hop in TYPES_AT if T.GARBLED in TYPES_AT[hop]], ids=str)
def test_what_is_garbled_is_one_record_and_nobody_reads_it(hop: Hop) -> None:
    log = played(T.GARBLED, hop)
    (record,) = log.kinds("garbled")
    assert isinstance(record, Garbled)
    assert (record.accounts, "truncated" in record.reason) == ((PARTY[hop],), True)
    assert parse(record.topic) is not None
    assert list(named(log.heard)) == []
    assert [entry.cause for entry in log.entries if entry.kind == "garbled"] == [("f-1",)]


def test_an_outsider_that_speaks_in_anothers_name_is_screened() -> None:
    (record,) = played(T.MISATTRIBUTED, Hop.OUTSIDER).kinds("garbled")
    assert f"expected {WATER} as its source" in record.reason


def test_a_duplicate_is_the_same_twice() -> None:
    log = played(T.DUPLICATE, Hop.OBSERVATION)
    first, second = [one for one, item in named(log.heard) if one.sender == WATER][:2]
    assert first.data == second.data
    assert first.topic == second.topic
    assert first.event.id != second.event.id


def test_an_echo_verifies_nothing_that_its_own_source_did_not_say() -> None:
    log = played(T.ECHO, Hop.COMPROMISED)
    own = [item for one, item in named(log.heard) if one.sender == WATER]
    assert [item.source.party for item in own[:1]] == [WATER]
    assert entered(log).told is not None


def test_what_is_swapped_lies_elsewhere() -> None:
    log = play(
        members=MEMBERS,
        injects=SCRIPT,
        truth=truth(),
        faults=(fault(T.WRONG_PLACE, Hop.OBSERVATION, how="swapped", geometry=None),),
    )
    x, y = HERE.coordinates
    assert any(item.geometry == Point((y, x)) for _, item in named(log.heard))


def test_an_incomplete_statement_lands_where_nobody_filed_it_and_names_no_source() -> None:
    found = [item for one, item in named(played(T.INCOMPLETE, Hop.OBSERVATION).heard) if one.sender == WATER]
    assert str(found[0].theme) == "a1-nature"
    assert (found[0].source.party, found[0].source.through) == (WATER, WATER)


def _untold(fault: Fault, setting: Setting, now: int, heard: Item | None = None) -> Observation | None:
    seen = told_by_fault(fault, setting, now, heard)
    return None if seen is None else msgspec.structs.replace(seen, causation=())


def _unnamed(change: Callable[..., Item]) -> Callable[..., Item]:
    def made(fault: Fault, item: Item, *others: Any) -> Item:
        return msgspec.structs.replace(change(fault, item, *others), causation=())

    return made


def _done(log: Played) -> list[Any]:
    """All that parties said, without the faults behind it."""
    return [
        (one.at_ms, one.topic, one.event.id, [_bare(item) for item in items_in(one.data)], tag_of(one.data))
        for one in log.heard
    ]


def _bare(item: Item) -> Item:
    return msgspec.structs.replace(item, causation=())


@pytest.mark.parametrize(
    ("hop", "kind"),
    [
        case
        for case in CASES
        if case[0] is not Hop.OBSERVATION or case[1] in {T.ECHO, T.DUPLICATE, T.RUMOUR_AS_OBSERVED}
    ],
    ids=str,
)
def test_nobody_can_tell_a_fault_from_an_error_in_good_faith(hop: Hop, kind: FaultType) -> None:
    with (
        patch("sim.core.engine.faults.desk.told", _untold),
        patch("sim.core.engine.faults.insertion.told", _untold),
        patch("sim.core.engine.faults.insertion.rewritten", _unnamed(rewritten)),
        patch("sim.core.engine.faults.tampering.restated", _unnamed(restated)),
    ):
        others = played.__wrapped__(kind, hop)
    assert _done(played(kind, hop)) == _done(others)
