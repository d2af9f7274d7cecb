"""Own word: what a party said itself, held against how others retell it (Modeluitwerking 12).

Whoever moderates, relays or passes on can get a thing wrong that its source said rightly. The source sees that in the
shared picture and in what it is briefed with; who directs a picture sees it in the national picture, which retells it.
"""

from __future__ import annotations

from sim.core.agents.acts import Delivered
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import shared_item
from sim.core.agents.information.statements import own_item_id, own_statements
from sim.core.agents.verification.ground import is_national
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId
from sim.core.model.text import Text
from sim.core.picture.quality import Mismatch, mismatches


def misquoted(
    brief: Brief, state: AgentState, item: Item, activity: ActivityId, stimulus: Delivered
) -> tuple[Mismatch, ...]:
    """Return in what an item differs from what the party itself said of it; nothing where it is not its word."""
    if stimulus.event.sender == brief.id:
        return ()
    if is_national(stimulus):
        standing = shared_item(state, activity, item.subject) if brief.directs(activity) else None
        return () if standing is None else _against_standing(item, standing)
    return _against_own(brief, state, item) if item.source.party == brief.id else _taken_from_it(brief, item)


def is_its_word(brief: Brief, item: Item) -> bool:
    """Say whether an item is the party's word: told in its name, or made of its own statement."""
    return item.source.party == brief.id or bool(_taken_from_it(brief, item))


def _taken_from_it(brief: Brief, item: Item) -> tuple[Mismatch, ...]:
    """Say so where what was made of the party's statement is told in the name of another."""
    is_made_of_it = item.relates_to[:1] == (own_item_id(brief.id, item.subject),)
    return (Mismatch.MISATTRIBUTED,) if is_made_of_it and item.source.party != brief.id else ()


def _against_own(brief: Brief, state: AgentState, item: Item) -> tuple[Mismatch, ...]:
    """Hold what is told in the party's name against what it said of that moment; what it forgot, it does not doubt."""
    said = own_statements(brief, state, item.subject)
    of_that_moment = [one for one in said if one.observed_at_ms == item.observed_at_ms]
    if of_that_moment:
        own = of_that_moment[-1]
        return mismatches(item, own) or _not_literally(item, own)
    known = state.knowledge.get(item.subject)
    is_later = all(item.observed_at_ms > one.observed_at_ms for one in said)
    is_known = known is not None and item.observed_at_ms <= known.observed_at_ms
    return (Mismatch.MISATTRIBUTED,) if is_later and not is_known else ()


def _not_literally(item: Item, own: Item) -> tuple[Mismatch, ...]:
    """Hold each figure and word against what was said: that it comes near is not that it was said."""
    if item.values != own.values:
        return (Mismatch.VALUE,)
    return (Mismatch.UNCLEAR,) if item.text != own.text and own.text != Text("", "") else ()


def _against_standing(item: Item, standing: Item) -> tuple[Mismatch, ...]:
    """Hold what the national picture says against what stands in the picture that it retells."""
    if item.observed_at_ms > standing.observed_at_ms:
        return (Mismatch.TIME,)
    if item.observed_at_ms < standing.observed_at_ms:
        return ()  # of an earlier version; the newer one is on its way
    found = list(mismatches(item, standing))
    if item.source.party != standing.source.party:
        found.append(Mismatch.MISATTRIBUTED)
    if item.text != standing.text:
        found.append(Mismatch.UNCLEAR)
    is_verified = item.verification.status is VerificationStatus.VERIFIED
    if is_verified and standing.verification.status is VerificationStatus.UNVERIFIED:
        found.append(Mismatch.NOT_VERIFIED)
    return tuple(found)
