"""Clocks that are wrong: what a party's clock reads, beside exercise time, and what is dated by it.

Exercise time itself goes on as ever, and with it the broker, the log and all other parties.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sim.core.agents.acts import Perceived, Publish, Stimulus
from sim.core.messages.contents import with_items
from sim.core.messages.items import Item
from sim.core.model.ids import PartyId
from sim.core.picture.observation import dated_by
from sim.core.world.technology import Outage


class Clocks:
    """The clocks of the parties of one run."""

    def __init__(self) -> None:
        self._wrong: dict[PartyId, Outage] = {}

    def go_wrong(self, outage: Outage, parties: Sequence[PartyId]) -> None:
        """Let the clocks of some parties be wrong from now on."""
        self._wrong |= dict.fromkeys(parties, outage)

    def wrong_by(self, outage: Outage) -> tuple[PartyId, ...]:
        """Return whose clock is wrong by an outage, in order of id: those of it who have not set it right."""
        return tuple(sorted(party for party, one in self._wrong.items() if one is outage))

    def set_right(self, party: PartyId) -> Outage | None:
        """Let a party's clock be right from now on; return by what it was wrong, None when it was not."""
        return self._wrong.pop(party, None)

    def ahead_ms(self, party: PartyId) -> int:
        """Return how far (ms) a party's clock is ahead of exercise time; below 0, behind."""
        outage = self._wrong.get(party)
        return 0 if outage is None else outage.offset_ms

    def read(self, party: PartyId, inbox: Sequence[Stimulus]) -> Sequence[Stimulus]:
        """Return what comes in to a party as it dates it: what it perceives by its own clock."""
        outage = self._wrong.get(party)
        if outage is None:
            return inbox
        return [_dated(one, outage) if isinstance(one, Perceived) else one for one in inbox]

    def dated(self, party: PartyId, act: Publish, now: int) -> Publish:
        """Return a message of a party in which what it dates by a wrong clock names that, for the log alone."""
        outage = self._wrong.get(party)
        if outage is None:
            return act
        reads_ms = now + outage.offset_ms

        def named(item: Item) -> Item:
            if reads_ms not in (item.reported_at_ms, item.verification.at_ms) or outage.id in item.causation:
                return item
            return msgspec.structs.replace(item, causation=(*item.causation, outage.id))

        content = with_items(act.content, named)
        assert content is not None, "what is dated is still there"
        injects = tuple(dict.fromkeys((*act.injects, outage.id)))
        return msgspec.structs.replace(act, content=content, injects=injects)


def _dated(perceived: Perceived, outage: Outage) -> Perceived:
    observation = dated_by(perceived.observation, outage.offset_ms, outage.id)
    return msgspec.structs.replace(perceived, observation=observation)
