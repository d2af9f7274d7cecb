"""What is asked of the envelope, the words and the authorship of a stranger's message."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.engine.outside.screening import TEXT_CHARACTERS_MAX, Screen
from sim.core.messages.contents import Ack, Alert, AnyContent, ItemUpdate
from sim.core.messages.event import Event
from sim.core.messages.items import Verification, VerificationStatus
from sim.core.model.cue import Close
from tests.unit.core.agents.helpers import FLOOD, REGION, WATER, event, item, text
from tests.unit.core.engine.test_engine import fault, inject, scenario

ACK = Ack(activity=FLOOD, of="vr24-1")


def found(content: AnyContent, sender: str = WATER, **envelope: Any) -> str | None:
    sent: Event = event(sender, content, event_id=f"{sender}-x1")
    known = scenario(injects=(inject(Close(activity=FLOOD)),), faults=(fault(),))
    return Screen(known).fault_of_stranger(msgspec.structs.replace(sent, **envelope), 1_000)


def by(party: str) -> AnyContent:
    verification = Verification(VerificationStatus.VERIFIED, party, 5)
    return ItemUpdate(item=msgspec.structs.replace(item(), verification=verification))


@pytest.mark.parametrize("name", ["wl-7", "vr24-x1", "wl-", "wl-X", "x1", "wl-" + "a" * 62])
def test_an_event_id_must_be_the_senders_with_a_word(name: str) -> None:
    reason = found(ACK, id=name)
    assert reason is not None
    assert reason.startswith("id: expected wl- and a word that is no number, was ")


@pytest.mark.parametrize("attribute", ["correlationid", "causationid"])
def test_a_reference_to_an_event_must_be_an_id_or_nothing(attribute: str) -> None:
    assert found(ACK, **{attribute: "vr24-1"}) is None
    assert found(ACK, **{attribute: "no id"}) == f"{attribute}: expected the id of an event, was another text"


@pytest.mark.parametrize("extra", [0, 1])
def test_the_list_of_injects_has_a_limit(extra: int) -> None:
    reason = found(ACK, injectids="x" * (TEXT_CHARACTERS_MAX + extra))
    assert (reason is not None) == bool(extra)


@pytest.mark.parametrize("extra", [0, 1])
def test_a_text_has_a_limit(extra: int) -> None:
    reason = found(Alert(activity=FLOOD, text=text("x" * (TEXT_CHARACTERS_MAX + extra))))
    assert reason == ("data.text.nl: expected at most 4000 characters, was 4001" if extra else None)


@pytest.mark.parametrize(("cause", "is_known"), [("f-1", True), ("i-1", True), ("f-9", False)])
def test_a_cause_must_be_an_inject_or_fault_of_the_exercise(cause: str, is_known: bool) -> None:
    reason = found(ItemUpdate(item=item(causation=(cause,))))
    assert (reason is None) == is_known


def test_a_partner_states_things_in_its_own_name_only() -> None:
    assert found(ItemUpdate(item=item())) is None
    assert found(ItemUpdate(item=item("vr24-level"))) == (
        "item: expected an id that begins with wl-, was 'vr24-level'"
    )
    assert found(ItemUpdate(item=item(source=REGION))) == "item: expected wl as its source, was 'vr24'"
    assert found(ItemUpdate(item=item("vr24-level", source=WATER)), REGION) is None


@pytest.mark.parametrize(("party", "is_fine"), [("", True), (WATER, True), (REGION, False)])
def test_a_partner_verifies_in_its_own_name_only(party: str, is_fine: bool) -> None:
    assert (found(by(party)) is None) == is_fine
