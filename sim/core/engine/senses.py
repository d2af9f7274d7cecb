"""Senses: what parties come to know of the truth, by themselves, by looking, and by working out what a threat means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from sim.core.agents.acts import Perceived, Stimulus, Unseen
from sim.core.agents.brief import Brief
from sim.core.model.chance import Chance
from sim.core.model.ids import PartyId, SubjectId
from sim.core.model.party import Party
from sim.core.model.staff import Duty
from sim.core.picture.observation import Observation
from sim.core.world.perception import delay_ms, perceive, perceives, perceives_unasked
from sim.core.world.truth import TruthChange, World

Sensed: TypeAlias = tuple[int, PartyId, Stimulus]
"""When (ms) a party comes to know something, and what."""


@dataclass(frozen=True)
class Senses:
    """What parties can perceive.

    Attributes:
        briefs: Everybody, by id.
        chance: The draws of their perception.
    """

    briefs: Mapping[PartyId, Brief]
    chance: Chance

    def of_change(self, change: TruthChange, now: int) -> Iterator[Sensed]:
        """Yield what parties perceive of a change of the truth by themselves, each within its competence."""
        for brief in self.briefs.values():
            if not perceives_unasked(brief.party, change.fact):
                continue
            at_ms = now + delay_ms(brief.party, change.id, self.chance, "change")
            yield at_ms, brief.id, Perceived(self._perceive(brief.party, change, "change"))

    def of_looking(self, world: World, party_id: PartyId, subject: SubjectId, now: int) -> Sensed:
        """Return what a party sees that looks at a subject now; it sees nothing outside its competence."""
        change, party = world.of(subject), self.briefs[party_id].party
        occasion = f"look/{now}"
        at_ms = now + delay_ms(party, subject, self.chance, occasion)
        if change is None or not perceives(party, change.fact):
            return at_ms, party_id, Unseen(subject)
        return at_ms, party_id, Perceived(self._seen_now(party, change, occasion, now), asked=True)

    def of_appraising(
        self, world: World, party_id: PartyId, subject: SubjectId, now: int
    ) -> Iterator[Sensed]:
        """Yield what a threat means for what a party looks after: every effect within its competence."""
        party = self.briefs[party_id].party
        occasion = f"appraise/{now}"
        for change in world.effects_of(subject):
            if perceives(party, change.fact):
                at_ms = now + delay_ms(party, change.fact.subject, self.chance, occasion)
                yield at_ms, party_id, Perceived(self._seen_now(party, change, occasion, now))

    def _seen_now(self, party: Party, change: TruthChange, occasion: str, now: int) -> Observation:
        seen = self._perceive(party, change, occasion)
        return msgspec.structs.replace(seen, observed_at_ms=now)

    def _perceive(self, party: Party, change: TruthChange, occasion: str) -> Observation:
        error = self.briefs[party.id].limits(Duty.INFORMATION).error
        return perceive(party, error, change, self.chance, occasion)
