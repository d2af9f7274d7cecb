"""The parties of a run, or some of them: what each knows beforehand, what it remembers, and how it steps.

The engine asks for the steps of a whole round at once and does not care where they are taken: in its own process, or
in several. What a party does depends on its brief, its state and its inbox alone, and chance goes by name; so whoever
has the same cast and seed gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from sim.core.agents.acts import Act, Stimulus
from sim.core.agents.agent import AgentState, Behaviour, Dispatch, dispatch_of
from sim.core.agents.brief import Brief
from sim.core.agents.outage.fallback import step
from sim.core.agents.roster import BEHAVIOURS, behaviours_of
from sim.core.engine.briefs import brief_of
from sim.core.engine.cast import Cast
from sim.core.model.access import AccessTable
from sim.core.model.chance import Chance
from sim.core.model.ids import ActivityId, PartyId


@dataclass(frozen=True, slots=True)
class Round:
    """The steps that are asked for: what came in to whom, in order of party, at one moment (ms)."""

    at_ms: int
    inboxes: Mapping[PartyId, Sequence[Stimulus]]


class Stepped(msgspec.Struct, frozen=True):
    """What a party did in a step, and the activities in which it works since."""

    acts: tuple[Act, ...]
    engaged: Mapping[ActivityId, int]


class Parties:
    """Some of the parties of a run.

    Args:
        cast: All parties, and what is known of them.
        table: Who may do what; it is not changed here.
        seed: Seed of all chance.
        names: Which parties; None is all.
        roster: Behaviours by name.

    Attributes:
        briefs: What each of them knows beforehand.
    """

    def __init__(
        self,
        cast: Cast,
        table: AccessTable,
        seed: int,
        names: Iterable[PartyId] | None = None,
        roster: Mapping[str, Behaviour] = BEHAVIOURS,
    ) -> None:
        chance = Chance(seed)
        self.briefs: dict[PartyId, Brief] = {}
        self._dispatch: dict[PartyId, Dispatch] = {}
        self._states: dict[PartyId, AgentState] = {}
        for name in cast.parties if names is None else names:
            self.briefs[name] = brief_of(cast, name, table, chance)
            profile = cast.profiles[cast.parties[name].profile]
            self._dispatch[name] = dispatch_of(behaviours_of(profile, roster))
            self._states[name] = AgentState()

    def play(self, asked: Round) -> dict[PartyId, Stepped]:
        """Let parties step, and return what each did."""
        return {party: self._step(party, inbox, asked.at_ms) for party, inbox in asked.inboxes.items()}

    def _step(self, party: PartyId, inbox: Sequence[Stimulus], now: int) -> Stepped:
        state, acts = step(self.briefs[party], self._dispatch[party], self._states[party], inbox, now)
        self._states[party] = state
        return Stepped(tuple(acts), state.engaged)
