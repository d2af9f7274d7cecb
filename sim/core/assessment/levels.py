"""Situation awareness by level: what is there, what it means, what will come of it (Endsley; SAGAT).

The freeze probe (:func:`sim.core.assessment.awareness.probe_awareness`) asks for all that a party needs to know. Here
its questions are split by the sort of statement that the truth makes at that moment (``kind`` of its fact):

* level 1, elements: facts, what is done about them and what was decided (``fact``, ``measure``, ``decision``);
* level 2, meaning: what these mean for somebody, and what is needed because of it (``effect``, ``need``);
* level 3, projection: what is expected to come (``forecast``).

That is as far as a log goes. It tells whether a party held the right effect or forecast, which somebody may have
worked out for it; whether its people understood why, only an observer can ask them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.core.assessment.awareness import probe_answers
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, of_parts
from sim.core.messages.items import Kind
from sim.core.model.ids import PartyId

ELEMENTS: Final = frozenset({Kind.FACT, Kind.MEASURE, Kind.DECISION})
MEANING: Final = frozenset({Kind.EFFECT, Kind.NEED})
PROJECTION: Final = frozenset({Kind.FORECAST})


def level_of(kinds: frozenset[Kind]) -> Callable[[Evidence, PartyId], Figure | None]:
    """Return the measure of the share of right answers that a party would give on things of some kinds."""

    def measure(evidence: Evidence, party: PartyId) -> Figure | None:
        answers = probe_answers(evidence.log, party)
        return of_parts(answer for kind, answer in answers if kind in kinds)

    measure.__doc__ = f"Measure the share of right answers that a party would give on {_named(kinds)}."
    return measure


def all_level_of(kinds: frozenset[Kind]) -> Callable[[Evidence], Figure | None]:
    """Return the measure of the share of right answers that all partners would give on things of some kinds."""

    def measure(evidence: Evidence) -> Figure | None:
        partners = [entry.id for entry in evidence.log.parties if entry.kind == "partner"]
        return of_parts(
            answer
            for party in partners
            for kind, answer in probe_answers(evidence.log, party)
            if kind in kinds
        )

    measure.__doc__ = f"Measure the share of right answers that all partners would give on {_named(kinds)}."
    return measure


def _named(kinds: frozenset[Kind]) -> str:
    return " and ".join(f"things of kind ``{kind.value}``" for kind in sorted(kinds))
