"""The script of a made exercise: activities, injects, faults and outages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.files.making.cast import Member, Table
from sim.files.making.catalogue import Catalogue
from sim.files.making.filling import filled
from sim.files.making.stage import Place, coordinated, river_activity_id
from sim.files.making.story import FactPlan, FaultPlan, InjectPlan, Named, OutagePlan, Story
from sim.files.making.truth import Figures, minutes, spot

_END = 4
"""Minutes before the end after which nobody is told anything any more."""

# Activities -----------------------------------------------------------------------------------------


def activity_tables(
    story: Story, catalogue: Catalogue, places: Sequence[Place], members: Sequence[Member]
) -> Iterator[Table]:
    """Yield the activity of each region, and those of the regions that coordinate along a river."""
    bodies = [body.id for body in catalogue.bodies if body.takes_part]
    along = coordinated(story, [place.reach.region for place in places])
    directing = {river.id: river.directing for river in story.rivers}
    by_region = {place.reach.region: place for place in places}
    for place in places:
        reach = place.reach
        by = directing[reach.river] if reach in along.get(reach.river, ()) else None
        mine = [one.id for one in members if one.kind.takes_part and reach.region in one.regions]
        made = _named(story.activity, place.activity, place)
        made |= {
            "directing": reach.region,
            "parties": [*mine, *([by] if by else []), *bodies],
            "systems": sorted({fact.system for fact in story.facts if reach.weight >= fact.weight}),
            "area": reach.region,
        }
        yield made | ({"coordinated_by": river_activity_id(reach.river)} if by else {})
    for river, reaches in along.items():
        head = by_region[directing[river]]
        codes = [reach.region for reach in reaches]
        joined = [
            one.id
            for one in members
            if one.kind.id in story.river_kinds and set(one.regions) & {*codes, directing[river]}
        ]
        yield _named(story.river_activity, river_activity_id(river), head) | {
            "directing": directing[river],
            "parties": [*joined, *codes, *bodies],
            "systems": list(story.river_systems),
            "area": sorted([*codes, directing[river]]),
        }


def _named(named: Named, activity: str, place: Place) -> Table:
    name, where = ({"nl": text.nl, "en": text.en} for text in (named.name, named.place))
    return {"id": activity, "name": filled(name, place.names), "place": filled(where, place.names)}


# Injects --------------------------------------------------------------------------------------------


def inject_tables(story: Story, places: Sequence[Place]) -> list[Table]:
    """Return what exercise control tells, in order of time."""
    timed = []
    for place in places:
        for plan in story.injects:
            is_meant = plan.only == place.reach.region if plan.only else place.reach.weight >= plan.weight
            timed += _inject(plan, place, story, f"i-{plan.key}-{place.reach.region}") if is_meant else []
    along = coordinated(story, [place.reach.region for place in places])
    for river in story.rivers:
        for place in places:
            if river.id in along and place.reach.region == river.directing:
                for plan in story.river_injects:
                    timed += _inject(plan, place, story, f"i-{plan.key}-{river.id}")
    return [made for _, _, made in sorted(timed, key=lambda one: one[:2])]


def _inject(plan: InjectPlan, place: Place, story: Story, name: str) -> list[tuple[int, str, Table]]:
    """Return the inject with its time; nothing where a name stands for nobody, or it would come after the end."""
    times = [place.reach.peak + plan.at] if plan.at is not None else []
    times += [place.opened + plan.opened] if plan.opened is not None else []
    minute = max(times) + place.drift
    title = {"nl": plan.title.nl, "en": plan.title.en}
    try:
        made = filled({"id": name, "at": minutes(max(1, minute)), "to": plan.to, "title": title}, place.names)
        made["cue"] = filled(plan.cue, place.names)
    except KeyError:
        return []
    return [(minute, name, made)] if minute < story.minutes - _END else []


# Faults and outages ---------------------------------------------------------------------------------


def fault_tables(story: Story, places: Sequence[Place], figures: Figures) -> list[Table]:
    """Return the faults of the chosen regions."""
    by_region = {place.reach.region: place for place in places}
    made = []
    for plan in story.faults:
        place = by_region.get(plan.only)
        if place is not None and 0 < place.reach.peak + plan.at < story.minutes - _END:
            made.append(_fault(plan, place, story, figures))
    return made


def _fault(plan: FaultPlan, place: Place, story: Story, figures: Figures) -> Table:
    index, fact = next((i, fact) for i, fact in enumerate(story.facts) if fact.key == plan.subject)
    peak = place.reach.peak
    made: Table = {
        "id": plan.id,
        "at": minutes(peak + plan.at),
        "type": plan.type,
        "party": filled(plan.party, place.names),
        "subject": f"{plan.subject}-{place.reach.region}",
        "title": {"nl": plan.title.nl, "en": plan.title.en},
        "recognise": {"nl": plan.recognise.nl, "en": plan.recognise.en},
    }
    for key in ("hop", "datum", "unit", "shift", "delay", "how"):
        if getattr(plan, key) is not None:
            made[key] = getattr(plan, key)
    if plan.omit is not None:
        made["omit"] = list(plan.omit)
    if plan.text is not None:
        made["text"] = {"nl": plan.text.nl, "en": plan.text.en}
    if plan.as_of is not None:
        made["as_of"] = minutes(peak + plan.as_of)
    return made | _wrong(plan, fact, index, place, figures)


def _wrong(plan: FaultPlan, fact: FactPlan, index: int, place: Place, figures: Figures) -> Table:
    made: Table = {}
    if plan.share is not None:
        made["values"] = figures.values(fact, (plan.share,), place.reach)
    if plan.place is not None:
        made["place"] = list(spot(plan.place, index, place.reach))
    return made


def outage_tables(story: Story, places: Sequence[Place]) -> list[Table]:
    """Return the outages of the chosen regions."""
    by_region = {place.reach.region: place for place in places}
    return [_outage(plan, by_region[plan.only]) for plan in story.outages if plan.only in by_region]


def _outage(plan: OutagePlan, place: Place) -> Table:
    made: Table = {
        "id": plan.id,
        "type": plan.type.value,
        "from": minutes(plan.clock),
        "duration": f"{plan.minutes}m",
        "parties": filled(plan.parties, place.names),
        "title": {"nl": plan.title.nl, "en": plan.title.en},
    }
    for key in ("offset", "loss", "retry"):
        if getattr(plan, key) is not None:
            made[key] = getattr(plan, key)
    if plan.delay is not None:
        made["delay"] = list(plan.delay)
    return made
