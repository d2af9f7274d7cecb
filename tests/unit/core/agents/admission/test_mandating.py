from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.admission.mandating import BEHAVIOUR
from sim.core.agents.agent import AgentState
from sim.core.messages.contents import Answer, Invitation, Request
from sim.core.model.cue import Invite
from sim.core.model.party import Competence
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FLOOD,
    REACTION_MS,
    REGION,
    VICTIMS,
    brief,
    content_of,
    cued,
    delivered,
    only,
    react,
    text,
    woken,
)

ASK = Request(activity=FLOOD, purpose="access", on_behalf_of=VICTIMS)
ME = brief(CARE)


def test_a_request_of_a_party_that_attaches_through_it_goes_to_the_region() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(VICTIMS, ASK, event_id="sis-3"), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1])
    assert publish == Publish(f"post/{REGION}/{CARE}/request", ASK, because_of="sis-3")


def test_who_has_no_task_in_an_activity_is_not_called_on() -> None:
    other = msgspec.structs.replace(ME.directory[VICTIMS], competence=Competence(("care",)))
    me = replace(ME, directory={**ME.directory, VICTIMS: other})
    state, acts = react(me, BEHAVIOUR, AgentState(), delivered(VICTIMS, ASK, event_id="sis-3"))
    publish = only(Publish, react(me, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
    assert (publish.topic, publish.answers) == (f"post/{VICTIMS}/{CARE}/answer", "sis-3")
    answer = content_of(publish, Answer)
    assert (answer.outcome, answer.of, answer.text.en) == ("refused", "sis-3", "We see no task for you here.")


@pytest.mark.parametrize(
    ("sender", "request_"),
    [(CROSS, ASK), ("stranger", ASK), (VICTIMS, Request(activity=FLOOD, purpose="support"))],
)
def test_another_request_is_not_passed_on(sender: str, request_: Request) -> None:
    assert react(ME, BEHAVIOUR, AgentState(), delivered(sender, request_))[1] == []


def test_it_invites_who_attaches_through_it_when_it_decides_to_involve_it() -> None:
    cue = cued(Invite(activity=FLOOD, party=VICTIMS, text=text("look along")))
    assert only(Publish, react(ME, BEHAVIOUR, AgentState(), cue)[1]) == Publish(
        f"post/{VICTIMS}/{CARE}/invitation",
        Invitation(activity=FLOOD, text=text("look along")),
        injects=("i-1",),
    )
