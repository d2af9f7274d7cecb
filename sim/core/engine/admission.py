"""Admission: grant and withdrawal messages of directing regions, turned into changes of the access table.

Only the region that directs an activity can give rights in it, and only the bundles of the receiver's
profile. Anything else that looks like a grant is a message like any other, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.core.messages.contents import GrantNotice, Withdrawal
from sim.core.messages.event import Event
from sim.core.messages.topics import Shape, parse
from sim.core.model.access import AccessTable, Grant, grant_id, make_grant
from sim.core.model.activity import Activity
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.party import Party


@dataclass(frozen=True, slots=True)
class RightsChange:
    """One change that the broker must enforce: the grant given, or taken back, because of event ``by``."""

    grant: Grant
    granted: bool
    by: EventId


def rights_change(
    table: AccessTable,
    parties: Mapping[PartyId, Party],
    activities: Mapping[ActivityId, Activity],
    topic: str,
    event: Event,
    now: int,
) -> RightsChange | None:
    """Return the change of rights that an accepted message asks for at ``now`` (ms), or None."""
    notice = event.data
    if not isinstance(notice, GrantNotice | Withdrawal):
        return None
    address, activity = parse(topic), activities.get(notice.activity)
    if address is None or address.shape not in (Shape.POST, Shape.OUTSIDE):
        return None
    if activity is None or activity.directing != address["sender"]:
        return None
    standing = table.open_grant(grant_id(address["to"], notice.bundle, notice.activity))
    if isinstance(notice, Withdrawal):
        return None if standing is None else RightsChange(standing, granted=False, by=event.id)
    party, bundle = parties.get(address["to"]), table.bundle(address["to"], notice.bundle)
    if standing is not None or party is None or bundle is None:
        return None
    grant = make_grant(party, bundle, notice.activity, notice.themes, now)
    return RightsChange(grant, granted=True, by=event.id)


def apply_change(table: AccessTable, change: RightsChange, now: int) -> AccessTable:
    """Return the table after a change that holds from ``now`` (ms) on."""
    if change.granted:
        return table.with_grant(change.grant)
    return table.with_revoked(change.grant.id, now)
