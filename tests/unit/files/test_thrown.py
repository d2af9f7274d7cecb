"""What is thrown in is held against the exercise exactly as what stands in its files."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.model.cue import Invite
from sim.core.world.faults import FaultType, Hop
from sim.files.problems import InputError
from sim.files.scenario.loading import load_open
from sim.files.scenario.thrown import Thrown
from tests.integration.command import BEEKDAL

TITLE = {"nl": "Van de oefenleiding", "en": "From exercise staff"}
INVITE = {"do": "invite", "activity": "wateroverlast", "party": "rode-kruis", "text": TITLE}
INJECT: dict[str, Any] = {"to": "vr24", "title": TITLE, "cue": INVITE}
FAULT: dict[str, Any] = {
    "type": "wrong-value",
    "party": "wl",
    "subject": "stream-level",
    "title": TITLE,
    "recognise": TITLE,
    "values": [{"name": "depth", "amount": 9.0, "unit": "m"}],
}
NOW_MS = 1_234_567


@pytest.fixture(scope="module")
def thrown() -> Thrown:
    return Thrown(load_open(BEEKDAL))


def test_an_inject_is_for_now_under_the_id_that_was_made(thrown: Thrown) -> None:
    inject = thrown.inject("live-1", NOW_MS, INJECT)
    assert (inject.id, inject.at_ms, inject.to) == ("live-1", NOW_MS, "vr24")
    assert inject.source == "exercise"
    assert isinstance(inject.cue, Invite)


def test_a_fault_is_for_now_under_the_id_that_was_made(thrown: Thrown) -> None:
    fault = thrown.fault("live-2", NOW_MS, FAULT)
    assert (fault.id, fault.at_ms, fault.after, fault.when) == ("live-2", NOW_MS, None, None)
    assert (fault.type, fault.hop, fault.values[0].amount) == (FaultType.WRONG_VALUE, Hop.OBSERVATION, 9.0)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"to": "vr42"},
            "throw-in: injects[live-1].to: expected a party of the scenario (did you mean 'vr24'?)",
        ),
        ({"cue": {**INVITE, "party": "wl"}}, "cue.party: expected a party that can be let in by a grant"),
        ({"cue": {"do": "fly"}}, "throw-in: injects[live-1].cue.do: expected one of open, "),
        (
            {"at": "1h"},
            "throw-in: at: expected no such key, since it happens now and its id is made, found one",
        ),
        ({"id": "i-1"}, "throw-in: id: expected no such key"),
        ({"title": {"nl": "Alleen Nederlands", "en": ""}}, "title.en: expected the text in both languages"),
        ({"source": "Z"}, "source: expected a letter of [sources], or 'exercise'"),
        ({"why": "x"}, "expected one of the keys"),
    ],
)
def test_an_inject_that_asks_something_impossible_is_refused_with_the_reason(
    thrown: Thrown, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InputError, match=r".*") as raised:
        thrown.inject("live-1", NOW_MS, {**INJECT, **changes})
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "at_ms", "problem"),
    [
        ({"party": "x"}, NOW_MS, "throw-fault: faults[live-1].party: expected a party of the scenario"),
        ({"values": []}, NOW_MS, "values: expected values, because the fault is wrong-value, found nothing"),
        ({"type": "late", "delay": "5m", "hop": "retained"}, NOW_MS, "hop: expected one of"),
        (
            {"hop": "moderation"},
            NOW_MS,
            "party: expected a party at whose hands a fault enters at moderation",
        ),
        ({}, 0, "at: expected a moment at which something is so of 'stream-level'"),
        ({"after": {"inject": "i-1"}}, NOW_MS, "throw-fault: after: expected no such key"),
        ({"when": {}}, NOW_MS, "throw-fault: when: expected no such key"),
    ],
)
def test_a_fault_that_could_make_nothing_wrong_is_refused_with_the_reason(
    thrown: Thrown, changes: dict[str, Any], at_ms: int, problem: str
) -> None:
    with pytest.raises(InputError, match=r".*") as raised:
        thrown.fault("live-1", at_ms, {**FAULT, **changes})
    assert problem in str(raised.value)


def test_a_table_that_is_none_is_refused(thrown: Thrown) -> None:
    with pytest.raises(InputError, match="to: expected a value, found nothing"):
        thrown.inject("live-1", NOW_MS, {})
