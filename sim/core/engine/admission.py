"""Admission: grant and withdrawal messages of directing regions, turned into changes of the access table.

Only the region that directs an activity can give rights in it, and only the bundles of the receiver's
profile. Anything else that looks like a grant is a message like any other, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.core.messages.contents import Card, GrantNotice, Withdrawal
from sim.core.messages.event import Event
from sim.core.messages.topics import Address, Shape, parse
from sim.core.model.access import AccessTable, Grant, grant_id, make_grant
from sim.core.model.activity import Activity
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.party import Party

_WHAT = (GrantNotice, Withdrawal, Card)
"""What can ask for a change of rights."""

_WHERE = (Shape.CARD, Shape.POST, Shape.OUTSIDE)
"""On which topics it can."""


@dataclass(frozen=True, slots=True)
class RightsChange:
    """One change that the broker must enforce: the grant given, or taken back, because of event ``by``."""

    grant: Grant
    granted: bool
    by: EventId


def rights_changes(
    table: AccessTable,
    parties: Mapping[PartyId, Party],
    activities: Mapping[ActivityId, Activity],
    topic: str,
    event: Event,
    now: int,
) -> list[RightsChange]:
    """Return the changes of rights that an accepted message asks for at ``now`` (ms).

    A region gives and takes back by notice; closing an activity takes back all that was given in it.
    """
    content, address = event.data, parse(topic)
    if address is None or address.shape not in _WHERE or not isinstance(content, _WHAT):
        return []
    activity = activities.get(content.activity)
    if activity is None or activity.directing != event.sender:
        return []
    if isinstance(content, Card):
        closes = address.shape is Shape.CARD and not content.open
        return [] if not closes else [_taken_back(grant, event) for grant in table.open_grants(activity.id)]
    return _by_notice(table, parties, address, event, content, now)


def _by_notice(
    table: AccessTable,
    parties: Mapping[PartyId, Party],
    address: Address,
    event: Event,
    content: GrantNotice | Withdrawal,
    now: int,
) -> list[RightsChange]:
    if address.shape not in (Shape.POST, Shape.OUTSIDE):
        return []
    standing = table.open_grant(grant_id(address["to"], content.bundle, content.activity))
    if isinstance(content, Withdrawal):
        return [] if standing is None else [_taken_back(standing, event)]
    party, bundle = parties.get(address["to"]), table.bundle(address["to"], content.bundle)
    if standing is not None or party is None or bundle is None:
        return []
    grant = make_grant(party, bundle, content.activity, content.themes, now)
    return [RightsChange(grant, granted=True, by=event.id)]


def _taken_back(grant: Grant, event: Event) -> RightsChange:
    return RightsChange(grant, granted=False, by=event.id)


def apply_change(table: AccessTable, change: RightsChange, now: int) -> AccessTable:
    """Return the table after a change that holds from ``now`` (ms) on."""
    if change.granted:
        return table.with_grant(change.grant)
    return table.with_revoked(change.grant.id, now)
