"""Finds faults that can never show: that reach nobody, that nobody else could find, or that make nothing wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sim.core.agents.information.statements import from_fact, own_item_id
from sim.core.engine.faults.insertion import places
from sim.core.messages.items import Basis, Source, Verification
from sim.core.messages.topics import Shape, example, parse
from sim.core.model.access import AccessTable, compile_access
from sim.core.model.ids import InjectId
from sim.core.model.party import Party
from sim.core.model.profile import Action
from sim.core.model.staff import Duty
from sim.core.model.staffed import limits_for
from sim.core.model.time import format_offset
from sim.core.picture.observation import Fact
from sim.core.world.faults import Fault, FaultType, Hop, Setting, altered
from sim.core.world.perception import perceives
from sim.core.world.scenario import Scenario
from sim.core.world.truth import truth_at
from sim.files.problems import Where, show

_IN_WHAT_IS_SAID: Final = (
    FaultType.WRONG_VALUE,
    FaultType.WRONG_UNIT,
    FaultType.WRONG_DATUM,
    FaultType.WRONG_PLACE,
    FaultType.STALE,
    FaultType.CONTRADICTORY,
)
"""Types that tell something else than what is so."""


def warn_faults(scenario: Scenario, section: Where, added: Mapping[InjectId, Where]) -> None:
    """Report, as warnings, faults that the exercise cannot show.

    Args:
        scenario: What would be run.
        section: The section of faults of its file.
        added: Places of the faults that are added to it from other files.
    """
    table = compile_access(
        scenario.parties.values(), scenario.profiles, scenario.activities.values(), scenario.agreements
    )
    for fault in scenario.faults:
        where, fact = added.get(fault.id, section.item(fault.id)), _basis(scenario, fault)
        if fact is None:
            continue  # an error, which its reader reports
        _warn_unrecognisable(scenario, fault, fact, where)
        _warn_true(scenario, fault, where)
        if not _reaches_anybody(scenario, table, fault, fact):
            found = f"none where {show(fault.party)} can tell it"
            where.at("party").warning("a party that reads where the fault enters", found)


def _basis(scenario: Scenario, fault: Fault) -> Fact | None:
    """Return what the fault would be about: what is so when it enters, or first becomes so."""
    moment = fault.as_of_ms if fault.type is FaultType.STALE else fault.at_ms
    change = None if moment is None else truth_at(scenario.truth, fault.subject, moment)
    if change is not None:
        return change.fact
    return next((one.fact for one in scenario.truth if one.fact.subject == fault.subject), None)


def _warn_unrecognisable(scenario: Scenario, fault: Fault, fact: Fact, where: Where) -> None:
    """Warn of a fault that nobody else could recognise; its party need not be competent: who is not, guesses."""
    others = [
        other for other in scenario.parties.values() if other.id != fault.party and perceives(other, fact)
    ]
    if not any(_skill(scenario, other) > 0.0 for other in others):
        found = (
            f"none: nobody else is competent for system {show(fact.system)} there"
            if not others
            else "no skill"
        )
        where.warning("another party that could recognise it", found)


def _skill(scenario: Scenario, party: Party) -> float:
    """Return the skill of those of a party who check what it reads."""
    return limits_for(party, scenario.profiles[party.profile], Duty.INFORMATION).skill


def _warn_true(scenario: Scenario, fault: Fault, where: Where) -> None:
    """Warn of a fault at a set time that tells what is so."""
    if fault.at_ms is None or fault.type not in _IN_WHAT_IS_SAID:
        return
    truth = truth_at(scenario.truth, fault.subject, fault.at_ms)
    if truth is not None and altered(fault, truth.fact, Setting(scenario.truth)) == truth.fact:
        where.warning("something that is not so", f"what is so at {format_offset(fault.at_ms)}")


def _reaches_anybody(scenario: Scenario, table: AccessTable, fault: Fault, fact: Fact) -> bool:
    """Say whether somebody else may read where the fault enters.

    A grant may open more than the table shows before the exercise, so whoever can be given one is not judged.
    """
    if scenario.profiles[scenario.parties[fault.party].profile].grants:
        return True
    return any(
        table.decide(fault.party, 0, Action.PUBLISH, topic).allowed and _is_read(table, topic, fault.party)
        for topic in _topics(scenario, fault, fact)
    )


def _topics(scenario: Scenario, fault: Fault, fact: Fact) -> Iterator[str]:
    if fault.hop is Hop.MODERATION:
        directed = [one.id for one in scenario.activities.values() if one.directing == fault.party]
        yield from (example(Shape.SHARED, activity=activity) for activity in directed)
        return
    if fault.hop is Hop.RELAY:
        yield example(Shape.NATIONAL)
        return
    item = from_fact(
        fact,
        item_id=own_item_id(fault.party, fault.subject),
        version=1,
        observed_at_ms=0,
        reported_at_ms=0,
        source=Source(fault.party, Basis.OBSERVED),
        verification=Verification(),
        causation=(),
    )
    for topic, _ in places(scenario, fault, item, 0):
        address = parse(topic)
        if fault.hop is not Hop.TRANSCRIPTION or (address and address.shape is Shape.OUTSIDE):
            yield topic
    if fault.hop is Hop.TRANSCRIPTION:
        yield from (
            example(Shape.OUTSIDE, to=other, sender=fault.party, kind=kind)
            for other in scenario.parties
            for kind in ("briefing", "answer", "confidence")
        )


def _is_read(table: AccessTable, topic: str, sender: str) -> bool:
    return any(
        table.decide(party, 0, Action.READ, topic).allowed for party in table.parties() if party != sender
    )
