"""What behaviours send in the exercises that come with the product is what the table of processes says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import msgspec
import pytest

from sim.core.agents.acts import Publish
from sim.core.agents.agent import AgentState, Behaviour, Handler, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.roster import BEHAVIOURS
from sim.core.engine.engine import Engine
from sim.core.messages.contents import AnyContent, tag_of
from sim.core.world.faults import Fault, FaultType, Hop
from sim.core.world.technology import Outage, OutageType
from sim.files.places import profiles_folder, shipped_scenarios
from sim.files.problems import Problems
from sim.files.processes import read_processes
from sim.files.scenario.loading import load_scenario
from tests.process.stage import run

OF_NO_PROCESS = {"attempts"}
FOR_OTHERS = {"fallback"}
"""Behaviours that also send, otherwise or later, what other behaviours wanted to send."""


class Overheard:
    """The roster, with an ear at every behaviour: which kinds of message does it send?"""

    def __init__(self) -> None:
        self.sent: dict[str, set[str]] = {name: set() for name in BEHAVIOURS}

    def roster(self) -> Mapping[str, Behaviour]:
        return {name: replace(known, handlers=self._handlers(known)) for name, known in BEHAVIOURS.items()}

    def _handlers(self, behaviour: Behaviour) -> dict[type | str, Handler]:
        return {key: self._heard(behaviour.name, handler) for key, handler in behaviour.handlers.items()}

    def _heard(self, name: str, handler: Handler) -> Handler:
        def listen(brief: Brief, state: AgentState, stimulus: Any, now: int) -> Reaction:
            state, acts = handler(brief, state, stimulus, now)
            self.sent[name] |= {tag_of(act.content) for act in acts if isinstance(act, Publish)}
            return state, acts

        return listen


@pytest.fixture(scope="module")
def sent() -> dict[str, set[str]]:
    """What every behaviour sends, in all exercises together."""
    overheard = Overheard()
    for name in shipped_scenarios():
        run(Engine(load_scenario(name), 7, roster=overheard.roster()))
    # No exercise that comes with the product has technology that fails; this one is the same with it.
    known = load_scenario("gaslek-keten")
    third_ms = known.end_ms // 3
    failing = Outage(
        id="o-1", type=OutageType.RIGHTS, from_ms=third_ms, until_ms=2 * third_ms, title=known.name
    )
    run(Engine(replace(known, outages=(failing,)), 7, roster=overheard.roster()))
    # Nor does a national body miss anything in one that its region does not soon say anew.
    known = load_scenario("vliegbasis")
    region = known.profiles["safety-region"]
    without = tuple(one for one in region.behaviours if one != "upkeep")
    profiles = {**known.profiles, region.id: msgspec.structs.replace(region, behaviours=without)}
    missed = Fault(
        id="f-1",
        type=FaultType.WITHHELD,
        hop=Hop.RELAY,
        party="locc",
        subject="drought",
        title=known.name,
        recognise=known.name,
        at_ms=0,
    )
    run(Engine(replace(known, faults=(missed,), profiles=profiles), 7, roster=overheard.roster()))
    return overheard.sent


def said() -> dict[str, set[str]]:
    said: dict[str, set[str]] = {name: set() for name in BEHAVIOURS}
    for part in read_processes(profiles_folder(), Problems()).parts:
        said[part.behaviour] |= set(part.sends)
    return said


@pytest.mark.parametrize("name", sorted(set(BEHAVIOURS) - OF_NO_PROCESS))
def test_a_behaviour_sends_what_the_table_says_and_nothing_else(
    name: str, sent: Mapping[str, set[str]]
) -> None:
    assert said()[name] <= sent[name]
    if name not in FOR_OTHERS:
        assert sent[name] <= said()[name]


def test_every_kind_of_message_is_sent_in_some_exercise(sent: Mapping[str, set[str]]) -> None:
    """Apart from the clock, which exercise control writes."""
    kinds = {str(kind.__struct_config__.tag) for kind in get_args(AnyContent)}
    assert {tag for tags in sent.values() for tag in tags} == kinds - {"phase"}
