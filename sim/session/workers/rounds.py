"""Rounds of steps: from the engine to whoever plays the parties, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sim.core.agents.acts import Publish, ReadClock, Stimulus
from sim.core.engine.exchange import Turn
from sim.core.engine.parties import Round, Stepped
from sim.core.engine.turning import Turning, advance
from sim.core.messages.topics import parse
from sim.core.model.ids import PartyId
from sim.session.workers.frames import Play, Played


class Players(Protocol):
    """Who lets parties step, wherever they are."""

    async def play(self, asked: Round) -> Mapping[PartyId, Stepped]:
        """Return what the parties of a round did.

        Raises:
            TransportError: Somebody who plays them is gone.
        """
        ...

    def watch(self, on_taken_over: Callable[[Sequence[PartyId]], None]) -> None:
        """Have it told when parties were taken over: what was under way to them may never be seen to arrive."""
        ...


async def drive(turning: Turning, players: Players) -> Turn:
    """Carry a turn through, its parties stepping with their players; return it.

    Raises:
        TransportError: Somebody who plays them is gone.
    """
    found = advance(turning, None)
    while isinstance(found, Round):
        found = advance(turning, await players.play(found))
    return found


def play_order(at_ms: int, inboxes: Mapping[PartyId, Sequence[Stimulus]]) -> Play:
    """Return the order for a round, in which what many read stands once."""
    stimuli: list[Stimulus] = []
    places: dict[int, int] = {}
    filled: list[tuple[PartyId, tuple[int, ...]]] = []
    for party, inbox in inboxes.items():
        found = []
        for stimulus in inbox:
            place = places.setdefault(id(stimulus), len(stimuli))
            if place == len(stimuli):
                stimuli.append(stimulus)
            found.append(place)
        filled.append((party, tuple(found)))
    return Play(at_ms, tuple(stimuli), tuple(filled))


def wrong_in(played: Sequence[Played], asked: Sequence[PartyId]) -> str:
    """Return what is wrong in the answer to a round; "" when nothing is."""
    found = [one.party for one in played]
    if found != list(asked):
        return (
            f"the steps of {', '.join(found) or 'nobody'}, where those of {', '.join(asked)} were asked for"
        )
    for one in played:
        for act in one.acts:
            said = act.otherwise if isinstance(act, ReadClock) else act
            if isinstance(said, Publish) and parse(said.topic) is None:
                return f"a message of {one.party} on {said.topic!r}, which has no known shape"
    return ""
