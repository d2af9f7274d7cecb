"""Ground: what a party holds what it reads against, beside its own knowledge (Modeluitwerking 12).

The map of the activity, the clock, who looks after what, who may verify, how far figures can move, and what the same
source said before. All of it is known to everybody, or was read; the truth is not in it, nor what control knows.
"""

from __future__ import annotations

from typing import Final

import shapely

from sim.core.agents.acts import Delivered
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Areas, Brief
from sim.core.agents.direction.national import retold_id
from sim.core.agents.direction.shared_picture import shared_item, shared_item_id
from sim.core.agents.information.statements import SETTLED, is_status, own_item_id
from sim.core.agents.mobilisation.levels import known_level
from sim.core.messages.contents import Briefing, ItemUpdate, Proposal, SitRep, Snapshot
from sim.core.messages.items import Item, VerificationStatus
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId, PartyId
from sim.core.picture.geometry import to_shapely
from sim.core.picture.plausibility import Ground, Said, said, says_what

SAID_BEFORE: Final = "verifying.said-before"
"""What a party remembers: what each source said of each subject, oldest first."""

REMEMBERED: Final = 8
"""How many statements of one source about one subject a reader remembers (exercise)."""

COLD: Final[ActivityId] = ""
"""Stands for the activity of what is told in the cold phase: there is none, and so nobody directs verification."""

_IN_ACTIVITY: Final = frozenset({Shape.OWN, Shape.SHARED, Shape.PROPOSAL})
_OPEN: Final = frozenset({Shape.OWN, Shape.SHARED, Shape.RISK})
_FIRST_TOLD: Final = frozenset({Shape.OWN, Shape.PROPOSAL, Shape.RISK})
_EVERYWHERE: Final = Areas((shapely.box(-180.0, -90.0, 180.0, 90.0),), ())
"""What risk pictures are about: anything, wherever it is."""


def activity_read_in(brief: Brief, stimulus: Delivered) -> ActivityId | None:
    """Return the activity that a message tells items of, or None: of no activity, or none that is checked.

    An item of the national picture is one of the activity whose shared picture it retells. What stands in a risk
    picture is of none (:data:`COLD`); what a region took up there is checked where it was said first.
    """
    content = stimulus.event.data
    if isinstance(content, Snapshot | Briefing | SitRep):
        return content.activity
    address = parse(stimulus.topic)
    if address is None:
        return None
    if address.shape is Shape.NATIONAL and isinstance(content, ItemUpdate):
        return _retold_from(brief, content.item)
    if address.shape is Shape.RISK and isinstance(content, ItemUpdate):
        is_own = content.item.id == own_item_id(address["owner"], content.item.subject)
        is_taken_up = address["owner"] == address["region"] and not is_own
        return None if is_taken_up else COLD
    return address["activity"] if address.shape in _IN_ACTIVITY else None


def is_directed(brief: Brief, state: AgentState, activity: ActivityId, stimulus: Delivered) -> bool:
    """Say whether somebody directs verification where something was read, as far as the party knows.

    Nobody does in the cold phase, nor on a tab of an activity of which it was never heard that it was opened.
    """
    if activity == COLD:
        return False
    address = parse(stimulus.topic)
    if address is None or address.shape is not Shape.OWN or activity in state.engaged:
        return True
    return known_level(state, activity, brief.activities[activity].directing) is not None


def _retold_from(brief: Brief, item: Item) -> ActivityId | None:
    """Return the activity of the shared picture that an item of the national picture retells."""
    found = (
        activity
        for activity in sorted(brief.activities)
        if item.id == retold_id(shared_item_id(activity, item.subject))
    )
    return next(found, None)


def is_retold(stimulus: Delivered) -> bool:
    """Say whether items come from a picture that is directed, and not from who says them first."""
    address = parse(stimulus.topic)
    return isinstance(stimulus.event.data, Snapshot | Briefing) or (
        address is not None and address.shape is Shape.SHARED
    )


def is_national(stimulus: Delivered) -> bool:
    """Say whether a message is of the national picture, which retells the regions' shared pictures."""
    address = parse(stimulus.topic)
    return address is not None and address.shape is Shape.NATIONAL


def ground_of(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, stimulus: Delivered, now: int
) -> Ground:
    """Return what a party holds an item against that it read in an activity."""
    address = parse(stimulus.topic)
    shape = None if address is None else address.shape
    told_first_by = _told_first_by(stimulus, shape)
    here, elsewhere = _EVERYWHERE if activity == COLD else brief.areas[activity]
    return Ground(
        now_ms=now,
        areas=here,
        elsewhere=elsewhere,
        can_see=_can_see(brief, item) if _can_tell(brief, item) else True,
        is_told_by=told_first_by,
        is_open=shape in _OPEN,
        parties=brief.directory,
        themes=brief.themes,
        verifiers=_verifiers(brief, state, item, activity, retold=not told_first_by),
        quantities=brief.quantities,
        before=said_before(state, item),
    )


def said_before(state: AgentState, item: Item) -> tuple[Said, ...]:
    """Return what the source of an item said of its subject before, as the party remembers it; oldest first."""
    before: tuple[Said, ...] = state.mind(SAID_BEFORE).get((item.subject, item.source.party), ())
    return before


def remembered(state: AgentState, item: Item) -> AgentState:
    """Return the state that remembers what an item says; of what was put right only that counts from then on."""
    before, new = said_before(state, item), said(item)
    kept: tuple[Said, ...]
    if item.verification.status in SETTLED:
        kept = () if item.verification.status is VerificationStatus.REFUTED else (new,)
    elif before and (says_what(before[-1], new) or new.observed_at_ms < before[-1].observed_at_ms):
        return state  # nothing new, or retold after its source has said something else
    else:
        kept = (*before, new)[-REMEMBERED:]
    if kept == before:
        return state
    return state.with_mind(SAID_BEFORE, {(item.subject, item.source.party): kept})


def _can_see(brief: Brief, item: Item) -> bool | None:
    """Say whether a source looks after what it speaks of, there; None where it does nowhere."""
    source = brief.directory.get(item.source.party)
    if source is None or is_status(item):
        return True
    if source.competence.includes(item.system, to_shapely(item.geometry)):
        return True
    return False if source.competence.includes(item.system, None) else None


def _can_tell(brief: Brief, item: Item) -> bool:
    """Say whether it is for the party to judge who can see what: whoever looks after such things can."""
    return brief.party.competence.includes(item.system, None)


def is_competent(brief: Brief, item: Item) -> bool:
    """Say whether the source of an item looks after what it speaks of, where it says it is."""
    return item.source.party in brief.directory and _can_see(brief, item) is True


def _told_first_by(stimulus: Delivered, shape: Shape | None) -> PartyId:
    """Return who tells something first on such a topic; "" where regions and national bodies retell others."""
    is_report = isinstance(stimulus.event.data, SitRep | Proposal)
    return stimulus.event.sender if is_report or shape in _FIRST_TOLD else ""


def _verifiers(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, *, retold: bool
) -> frozenset[PartyId]:
    """Return who can have verified an item: who directs a picture, but not what it says first itself.

    Of what others tell as verified by the party itself, it knows whether that is so.
    """
    directing = frozenset(one.directing for one in brief.activities.values())
    if retold:
        return directing
    mine = shared_item(state, activity, item.subject)
    has_verified = mine is not None and mine.verification == item.verification
    return directing - {item.source.party} - (frozenset() if has_verified else {brief.id})
