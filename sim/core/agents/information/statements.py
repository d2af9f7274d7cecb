"""How a party puts what it knows into items: version, verification, and the faults behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sim.core.agents.acts import Remark
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.messages.items import Basis, Item, Sensitivity, Source, Value, Verification, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, EventId, InjectId, ItemId, PartyId, SubjectId
from sim.core.model.staffed import Limits
from sim.core.model.text import Text
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Fact, Observation
from sim.core.picture.quality import mismatches

STATED = "statements.stated"
"""Errand with which a statement that was made in an answer goes where the party's statements go."""

SAID = "statements.said"
"""Errand with which a party that directs a shared picture turns to what it has just stated itself."""

THREATS = "statements.threats"
"""What a party remembers: for each threat that it worked out the effects of, the item and the event that told it."""

PUT_RIGHT = "statements.put-right"
"""What a party remembers: for each subject, the moment at which its people saw otherwise than it took it to be."""

LOOKED_AT = "statements.looked-at"
"""What a party remembers: subjects at which its people look again, and for which errand; that errand states them."""

STATEMENTS = "statements.own"
"""What a party remembers: its own statements about each subject, oldest first."""

STATEMENTS_MAX = 8
"""How many of its statements about one subject a party remembers (exercise)."""

_WITHDRAWN = Text("Ingetrokken: niet voor iedereen bestemd", "Withdrawn: not for all to read")

SETTLED = (VerificationStatus.CORRECTED, VerificationStatus.REFUTED, VerificationStatus.LAPSED)


def own_item_id(party: PartyId, subject: SubjectId) -> ItemId:
    """Return the id of a party's own item about a subject."""
    return f"{party}-{subject}"


def status_subject(party: PartyId) -> SubjectId:
    """Return the subject under which a party says how its own organisation stands."""
    return f"status-{party}"


def is_status(item: Item) -> bool:
    """Say whether an item only says how its source's own organisation stands, and nothing of what goes on."""
    return item.subject == status_subject(item.source.party)


def state_own(
    brief: Brief, state: AgentState, observation: Observation, now: int, *, is_doubted: bool = False
) -> tuple[AgentState, Item]:
    """Return the party's next version of its own item about what it observed, and the state that remembers it.

    What was said and turned out to be otherwise when its people went to look, or when somebody doubted it, is marked
    as a correction; that still names what led to what was wrong.
    """
    item_id = own_item_id(brief.id, observation.fact.subject)
    before = state.said.get(item_id)
    verification, causation = Verification(), observation.causation
    is_checked = is_doubted or is_put_right(state, observation)
    if before is not None and is_checked and is_belied(before, observation):
        verification = Verification(VerificationStatus.CORRECTED, brief.id, now)
        causation = tuple(dict.fromkeys((*before.causation, *observation.causation)))
    item = from_fact(
        observation.fact,
        item_id=item_id,
        version=1 if before is None else before.version + 1,
        observed_at_ms=observation.observed_at_ms,
        reported_at_ms=now,
        source=Source(brief.id, Basis.OBSERVED),
        verification=verification,
        causation=causation,
        relates_to=_threat_behind(state, observation.fact),
    )
    state = remembered(state, item)
    return msgspec.structs.replace(state, said={**state.said, item_id: item}), item


def remembered(state: AgentState, item: Item) -> AgentState:
    """Return the state that remembers one statement more of the party's own."""
    earlier: tuple[Item, ...] = state.mind(STATEMENTS).get(item.id, ())
    return state.with_mind(STATEMENTS, {item.id: (*earlier, item)[-STATEMENTS_MAX:]})


def own_statements(brief: Brief, state: AgentState, subject: SubjectId) -> tuple[Item, ...]:
    """Return what the party said itself of a subject lately, oldest first."""
    said: tuple[Item, ...] = state.mind(STATEMENTS).get(own_item_id(brief.id, subject), ())
    return said


def _threat_behind(state: AgentState, fact: Fact) -> tuple[ItemId, ...]:
    """Return the item that told the party of the threat of which a fact is an effect, if it is one."""
    threat = state.mind(THREATS).get(fact.effect_of)
    return () if threat is None else (threat[0],)


def told_by(state: AgentState, fact: Fact) -> EventId:
    """Return the event that told the party of the threat of which a fact is an effect; "" if it is none."""
    event: EventId
    _, event = state.mind(THREATS).get(fact.effect_of, ("", ""))
    return event


def retract_own(
    brief: Brief, state: AgentState, subject: SubjectId, now: int
) -> tuple[AgentState, Item | None]:
    """Return the party's own item taken back (refuted), and the state of a party that no longer believes it."""
    knowledge = {known: seen for known, seen in state.knowledge.items() if known != subject}
    item_id = own_item_id(brief.id, subject)
    before = state.said.get(item_id)
    if before is None:
        return msgspec.structs.replace(state, knowledge=knowledge), None
    item = msgspec.structs.replace(
        before,
        version=before.version + 1,
        reported_at_ms=now,
        verification=Verification(VerificationStatus.REFUTED, brief.id, now),
    )
    return msgspec.structs.replace(state, knowledge=knowledge, said={**state.said, item_id: item}), item


def lapsed(item: Item, by: PartyId, now: int) -> Item:
    """Return the next version of an item, which a party takes out: nobody says that it still holds."""
    return msgspec.structs.replace(
        item,
        version=item.version + 1,
        reported_at_ms=now,
        valid_until_ms=now if item.valid_until_ms is None else min(now, item.valid_until_ms),
        verification=Verification(VerificationStatus.LAPSED, by, now),
    )


def blanked(brief: Brief, item: Item, now: int) -> Item:
    """Return an item taken back from readers whom it was not for: nothing of what it said is left in it.

    It has the version of the item, and goes before every earlier one that they read; who may have the item itself, and
    is told it as well, keeps that, which counts as written a moment later.
    """
    return msgspec.structs.replace(
        item,
        title=_WITHDRAWN,
        text=Text("", ""),
        values=(),
        geometry=None,
        reported_at_ms=item.reported_at_ms - 1,
        verification=Verification(VerificationStatus.REFUTED, brief.id, now),
        sensitivity=Sensitivity.GENERAL,
    )


def own_view(brief: Brief, known: Observation, now: int) -> Item:
    """Return what the party knows of a subject as an item, without having stated it."""
    return from_fact(
        known.fact,
        item_id=own_item_id(brief.id, known.fact.subject),
        version=1,
        observed_at_ms=known.observed_at_ms,
        reported_at_ms=now,
        source=Source(brief.id, Basis.OBSERVED),
        verification=Verification(),
        causation=known.causation,
    )


def says_otherwise(before: Item | Fact, fact: Fact) -> bool:
    """Say whether something is otherwise than was said or known of it: its figures, its place or its words."""
    return bool(mismatches(before, fact)) or before.text != fact.text


def is_belied(before: Item, observation: Observation) -> bool:
    """Say whether who looks sees that what was said is not so: otherwise, or of a time that had not come yet."""
    is_to_come = before.observed_at_ms > observation.observed_at_ms
    return is_to_come or says_otherwise(before, observation.fact)


def is_put_right(state: AgentState, observation: Observation) -> bool:
    """Say whether the party's people saw this when they went to look, and it was otherwise than it had been known.

    What merely comes to be known otherwise is news: the situation developed.
    """
    moment: int | None = state.mind(PUT_RIGHT).get(observation.fact.subject)
    return moment == observation.observed_at_ms


def from_fact(
    fact: Fact,
    *,
    item_id: ItemId,
    version: int,
    observed_at_ms: int,
    reported_at_ms: int,
    source: Source,
    verification: Verification,
    causation: tuple[InjectId, ...],
    relates_to: tuple[ItemId, ...] = (),
) -> Item:
    """Return an item that says what a fact says."""
    return Item(
        id=item_id,
        version=version,
        subject=fact.subject,
        system=fact.system,
        theme=fact.theme,
        kind=fact.kind,
        title=fact.title,
        text=fact.text,
        values=fact.values,
        geometry=fact.geometry,
        observed_at_ms=observed_at_ms,
        reported_at_ms=reported_at_ms,
        source=source,
        verification=verification,
        sensitivity=fact.sensitivity,
        causation=causation,
        relates_to=relates_to,
    )


def is_said(state: AgentState, brief: Brief, observation: Observation) -> bool:
    """Say whether the party's newest own item already says what it observed."""
    item = state.said.get(own_item_id(brief.id, observation.fact.subject))
    return (
        item is not None
        and item.observed_at_ms == observation.observed_at_ms
        and item.values == observation.fact.values
        and item.text == observation.fact.text
    )


def activities_of(brief: Brief, state: AgentState, fact: Fact | Item) -> tuple[ActivityId, ...]:
    """Return the activities in which the party works and that a fact or an item belongs to, in order of id."""
    place = to_shapely(fact.geometry)
    return tuple(activity for activity in sorted(state.engaged) if brief.activities[activity].concerns(place))


def may_be_shared(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that are not restricted: those that may go to all who read an activity."""
    return tuple(item for item in items if item.sensitivity is not Sensitivity.RESTRICTED)


def is_restricted(item: Item) -> bool:
    """Say whether an item may be told only to who may have it (Modeluitwerking 11)."""
    return item.sensitivity is Sensitivity.RESTRICTED


def says_the_same(before: Item, item: Item) -> bool:
    """Say whether a statement says what an earlier one about the same subject said, if at another time.

    What leaves out a figure or a place does not say the same, nor what gives a figure in another unit or from another
    datum.
    """
    labels = [[(value.name, value.unit, value.datum) for value in one.values] for one in (before, item)]
    is_refuted = [one.verification.status is VerificationStatus.REFUTED for one in (before, item)]
    is_same = before.text == item.text and is_refuted[0] == is_refuted[1] and labels[0] == labels[1]
    return is_same and not mismatches(before, item) and not mismatches(item, before)


def stated(
    brief: Brief, state: AgentState, observations: Iterable[Observation], now: int
) -> tuple[AgentState, tuple[Item, ...], tuple[Item, ...]]:
    """Return what the party says of what it observed: what it may tell all readers, and what is new and restricted.

    What it has not said yet it states now. What stands on a sensitive map layer is no statement of a picture.
    """
    told: list[Item] = []
    secrets: list[Item] = []
    for observation in observations:
        if observation.fact.layer:
            continue
        is_new = not is_said(state, brief, observation)
        if is_new:
            state, _ = state_own(brief, state, observation, now)
        item = state.said[own_item_id(brief.id, observation.fact.subject)]
        if not is_restricted(item):
            told.append(item)
        elif is_new:
            secrets.append(item)
    return state, tuple(told), tuple(secrets)


def for_others_too(
    brief: Brief,
    state: AgentState,
    before: Mapping[ItemId, Item],
    items: Iterable[Item],
    activity: ActivityId,
) -> tuple[Item, ...]:
    """Return which items that were stated anew in one activity belong to another one as well.

    Whoever says something new in a report or an answer says it to one region; the others are to hear it too.

    Args:
        brief: What the party knows beforehand.
        state: Its state now.
        before: What it had said before.
        items: What it tells.
        activity: In which activity it tells that.
    """
    new = (item for item in items if before.get(item.id) != item)
    return tuple(item for item in new if set(activities_of(brief, state, item)) - {activity})


def faults_behind(items: Iterable[Item]) -> tuple[InjectId, ...]:
    """Return the injects and faults behind some items, each once, in order of id."""
    return tuple(sorted({inject for item in items for inject in item.causation}))


def carried_one(
    brief: Brief, to: PartyId, item: Item | None, occasion: str, because_of: EventId, limits: Limits
) -> tuple[Item | None, list[Remark]]:
    """Return an item as another party hears it: by word of mouth where they reach each other outside the tool."""
    if item is None or brief.channel_to(to) is not Shape.OUTSIDE:
        return item, []
    told, remarks = carried(brief, (item,), occasion, because_of, limits)
    return next(iter(told), None), remarks


def carried(
    brief: Brief,
    items: Iterable[Item],
    occasion: str,
    because_of: EventId | InjectId,
    limits: Limits,
) -> tuple[tuple[Item, ...], list[Remark]]:
    """Return items as a liaison passes them on by word of mouth, with a remark on each error of theirs.

    They are then reported, through this party's liaison, and no longer first-hand. Now and then one is left out.

    A slip swaps the last two digits of the first figure that has two, as happens on the telephone.

    Args:
        brief: What the party knows beforehand.
        items: What is passed on.
        occasion: Keys the draws.
        because_of: Event or inject for which it is passed on, "" for none; the cause of each remark.
        limits: Those of who does it.
    """
    told, remarks = [], []
    for item in items:
        if brief.chance.happens(limits.loss, f"{brief.id}/loss", f"{occasion}/{item.id}/{item.version}"):
            remarks.append(Remark("forgotten", item, "not passed on", because_of))
            continue
        source = Source(item.source.party, _by_mouth(item.source.basis), through=brief.id)
        heard = msgspec.structs.replace(item, source=source)
        passed_on, wrong = _passed_on(brief, heard, occasion, limits.slip)
        told.append(passed_on)
        if wrong is not None:
            text = f"{wrong.name} passed on as {wrong.amount:g} {wrong.unit}"
            remarks.append(Remark("slip", passed_on, text, because_of))
    return tuple(told), remarks


def _by_mouth(basis: Basis) -> Basis:
    """Return on what something rests that is passed on: what was seen is reported, and a rumour stays a rumour."""
    return Basis.REPORTED if basis is Basis.OBSERVED else basis


def _passed_on(brief: Brief, item: Item, occasion: str, slip: float) -> tuple[Item, Value | None]:
    key = f"{occasion}/{item.id}/{item.version}"
    if not brief.chance.happens(slip, f"{brief.id}/slip", key):
        return item, None
    for place, value in enumerate(item.values):
        amount = _swapped(value.amount)
        if amount != value.amount:
            wrong = msgspec.structs.replace(value, amount=amount)
            values = (*item.values[:place], wrong, *item.values[place + 1 :])
            return msgspec.structs.replace(item, values=values), wrong
    return item, None


def _swapped(amount: float) -> float:
    """Return a figure with its last two digits the other way round, wherever its decimal point is."""
    text = f"{amount:.10g}"
    places = [place for place, character in enumerate(text) if character.isdigit()][-2:]
    if len(places) < 2 or amount < 0 or "e" in text:
        return amount
    first, second = places
    return float(f"{text[:first]}{text[second]}{text[first + 1 : second]}{text[first]}{text[second + 1 :]}")
