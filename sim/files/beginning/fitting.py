"""Fits an event to a region, a cast and a length: a story of one region, as scenarios are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from sim.core.model.text import Text
from sim.files.beginning.answers import Answers, Ground
from sim.files.beginning.event import ByProfile, Event, EventFault
from sim.files.making.cast import Member
from sim.files.making.filling import Names, filled, filled_text
from sim.files.making.make import Material
from sim.files.making.story import FactPlan, FaultPlan, InjectPlan, Reach, River, Step, Story

_WEIGHT: Final = 3
_PEOPLE_MIN: Final = 500
_HOUSEHOLDS_MIN: Final = 6000
"""A region that the national story hardly strikes has few people where it threatens; here it is struck itself."""


def fitted_story(
    ground: Ground, event: Event, answers: Answers, members: Sequence[Member], notice: Text
) -> Story:
    """Return the story of an event in a region.

    Args:
        ground: What there is to choose from; its story has a place in each region.
        event: What happens.
        answers: Where, and how long.
        members: Who takes part.
        notice: What must be said of the scenario.
    """
    material = ground.material
    factor = answers.hours * 60 / event.minutes
    reach = _reach(material, event, answers, factor)
    facts = [_stretched(fact, factor) for fact in _perceived(ground, event, members)]
    keys = {fact.key for fact in facts}
    own = [_with_known(plan, keys) for plan in event.injects]
    added = [plan for member in members for plan in _for_partner(ground.by_profile, member)]
    names: Names = {
        "region": material.regions[answers.region].name,
        "town": reach.town,
        "station": reach.station,
    }
    title = filled_text(event.title, names)
    return Story(
        id=event.id,
        prefix=event.prefix,
        name=Text(nl=answers.name, en=answers.name) if answers.name else title,
        notice=notice,
        start=event.start,
        minutes=answers.hours * 60,
        reaches=(reach,),
        rivers=(_river(material, reach),),
        river_kinds=(),
        river_systems=(),
        activity=event.activity,
        river_activity=event.activity,
        facts=tuple(facts),
        injects=tuple(_moved(plan, factor) for plan in (*own, *added) if _says_something(plan)),
        faults=tuple(_faults(event, answers, members, facts, factor)),
    )


def _reach(material: Material, event: Event, answers: Answers, factor: float) -> Reach:
    found = next(reach for reach in material.story.reaches if reach.region == answers.region)
    return msgspec.structs.replace(
        found,
        weight=_WEIGHT,
        peak=round(event.peak * factor),
        people=max(found.people, _PEOPLE_MIN),
        households=max(found.households, _HOUSEHOLDS_MIN),
    )


def _river(material: Material, reach: Reach) -> River:
    """Return the river of the place, which its own region looks after: nobody else is there to coordinate."""
    river = next(one for one in material.story.rivers if one.id == reach.river)
    return msgspec.structs.replace(river, directing=reach.region)


# Facts ----------------------------------------------------------------------------------------------


def _perceived(ground: Ground, event: Event, members: Sequence[Member]) -> Iterator[FactPlan]:
    """Yield the facts that somebody looks after; of others nobody would ever hear."""
    systems = set(ground.material.catalogue.region.systems).union(*(one.kind.systems for one in members))
    kept = {fact.key: fact for fact in ground.facts(event) if fact.system in systems}
    for fact in kept.values():
        is_worked_out = fact.effect_of in kept and any(
            fact.system in one.kind.systems and kept[fact.effect_of].system in one.kind.threats
            for one in members
        )
        yield fact if is_worked_out else msgspec.structs.replace(fact, effect_of=None)


def _stretched(fact: FactPlan, factor: float) -> FactPlan:
    steps = tuple(
        msgspec.structs.replace(step, at=_scaled(step.at, factor), clock=_scaled(step.clock, factor))
        for step in fact.steps
    )
    return msgspec.structs.replace(fact, weight=1, steps=_in_order(steps))


def _in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps each later than the one before."""
    return tuple(
        step for number, step in enumerate(steps) if number == 0 or _when(step) != _when(steps[number - 1])
    )


def _when(step: Step) -> tuple[int | None, int | None]:
    return step.clock, step.at


def _scaled(minute: int | None, factor: float) -> int | None:
    return None if minute is None else round(minute * factor)


# Injects --------------------------------------------------------------------------------------------


def _with_known(plan: InjectPlan, keys: set[str]) -> InjectPlan:
    """Return an inject whose decision rests on facts that there are."""
    subjects = plan.cue.get("subjects")
    if subjects is None:
        return plan
    known = [one for one in subjects if one.removeprefix("{item:").removesuffix("}") in keys]
    return msgspec.structs.replace(plan, cue={**plan.cue, "subjects": known})


def _says_something(plan: InjectPlan) -> bool:
    return plan.cue.get("subjects") != []


def _moved(plan: InjectPlan, factor: float) -> InjectPlan:
    return msgspec.structs.replace(plan, at=_scaled(plan.at, factor))


class _Partner(dict[str, str | Text]):
    """The names of a partner; every other name stays as it is, to be filled later."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _for_partner(by_profile: ByProfile, member: Member) -> Iterator[InjectPlan]:
    names = _Partner({"partner": member.id, "partner-name": member.name})
    for plan in by_profile.of(member.kind.profile):
        yield msgspec.structs.replace(
            plan,
            key=f"{member.id}-{plan.key}",
            to=filled(plan.to, names),
            title=filled_text(plan.title, names),
            cue=filled(plan.cue, names),
        )


# Faults ---------------------------------------------------------------------------------------------


def _faults(
    event: Event, answers: Answers, members: Sequence[Member], facts: Sequence[FactPlan], factor: float
) -> Iterator[FaultPlan]:
    """Yield the faults that can come: their party writes what it says, and another that does knows better."""
    if not answers.faults:
        return
    systems = {fact.key: fact.system for fact in facts}
    writing = {f"{{kind:{one.kind.id}}}": one.kind.systems for one in members if one.kind.takes_part}
    for plan in event.faults:
        system = systems.get(plan.subject)
        knowing = [party for party, known in writing.items() if system in known and party != plan.party]
        if plan.party in writing and knowing:
            yield _fault(plan, answers, factor)


def _fault(plan: EventFault, answers: Answers, factor: float) -> FaultPlan:
    values: Mapping[str, Any] = {
        **{name: getattr(plan, name) for name in plan.__struct_fields__},
        "only": answers.region,
        "at": _scaled(plan.at, factor),
        "as_of": _scaled(plan.as_of, factor),
    }
    return FaultPlan(**values)
