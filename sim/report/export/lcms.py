"""A picture in the shapes of the public LCMS gateway (0.12.1): activities, views (tabbladen), fields, drawings.

A file only: nothing here speaks with LCMS. Each tab is a view, each theme in it a field, and what has a place a
feature of the drawing. What a file cannot know (locks, templates, what a user has read) has the value of nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from sim.core.messages.contents import Card
from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.time import clock_time
from sim.report.export.geojson import collection
from sim.report.export.shown import Made, Shown, Statement, full_text, tab_of
from sim.words import word

_CATEGORY: Final[Mapping[str, str]] = {
    "shared": "SITUATIEBEELD",
    "own": "REGULAR",
    "risk": "REGULAR",
    "national": "EXTERNAL",
}
_TYPE: Final[Mapping[str, str]] = {"risk": "PREPARED_REOCURRING", "national": "PUBLIC"}
"""Type of what stands in no activity here, and must in LCMS: the risk picture, and the national one."""


@dataclass(frozen=True)
class _Of:
    """An activity as LCMS has it: what it is called, who directs it, how it stands."""

    id: str
    name: str
    directing: PartyId
    type: str
    place: str
    grip: int
    is_open: bool
    parties: tuple[PartyId, ...]


def lcms(
    shown: Shown, of_activities: Mapping[ActivityId, Sequence[Statement]], cards: Mapping[ActivityId, Card]
) -> Made:
    """Return a picture in the shapes of LCMS.

    Args:
        shown: The picture.
        of_activities: What it says of each activity.
        cards: The card of each activity as it stood at the moment; none for what was not open yet.
    """
    activities = []
    for known in shown.opening.activities:
        told = of_activities.get(known.id, ())
        card = cards.get(known.id)
        if card is None and not told:
            continue
        of = _Of(
            id=known.id,
            name=known.name.in_language(shown.language),
            directing=known.directing,
            type="PUBLIC",
            place="" if card is None else card.place.in_language(shown.language),
            grip=0 if card is None else card.grip,
            is_open=card is None or card.open,
            parties=known.parties if card is None else card.parties,
        )
        activities.append(_activity(of, told, shown))
    activities += _outside(of_activities, shown)
    document = {"exercise": True, "title": shown.title, "activities": activities}
    written = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    drawn = sum(len(each["drawing"]["features"]) for each in activities)
    placeless = len(shown.statements) - drawn
    return Made(written, Counter({"not-drawn": placeless} if placeless else {}))


def _outside(of_activities: Mapping[ActivityId, Sequence[Statement]], shown: Shown) -> list[dict[str, Any]]:
    """Return what stands in no activity: the risk picture and the national one, each as an activity of its own."""
    inside = {each.id for told in of_activities.values() for each in told}
    rest: dict[str, list[Statement]] = {}
    for told in shown.statements:
        if told.id not in inside:
            tab, _ = _tab(told, shown)
            rest.setdefault(tab if tab in _TYPE else "risk", []).append(told)
    return [
        _activity(
            _Of(
                id=tab,
                name=word(f"lcms-{tab}", shown.language),
                directing="",
                type=_TYPE[tab],
                place="",
                grip=0,
                is_open=True,
                parties=(),
            ),
            told,
            shown,
        )
        for tab, told in sorted(rest.items())
    ]


def _tab(told: Statement, shown: Shown) -> tuple[str, str]:
    return tab_of(told.id, told.subject, tuple(known.id for known in shown.opening.activities))


def _activity(of: _Of, told: Sequence[Statement], shown: Shown) -> dict[str, Any]:
    tabs: dict[tuple[str, str], list[Statement]] = {}
    for each in told:
        tabs.setdefault(_tab(each, shown), []).append(each)
    ordered = sorted(tabs.items(), key=lambda item: (item[0][0] != "shared", item[0]))
    views = [
        _view(of, tab, whose, said, shown, number) for number, ((tab, whose), said) in enumerate(ordered)
    ]
    return {
        "id": _uuid(shown, of.id),
        "name": of.name,
        "organisation": _organisation(of.directing, shown),
        "created": _epoch(shown, 0),
        "modified": max((view["lastChangeTime"] for view in views), default=_epoch(shown, 0)),
        "status": "RUNNING" if of.is_open else "ARCHIVED",
        "type": of.type,
        "isTemplate": False,
        "read": False,
        "defaultTab": views[0]["uuid"] if views else "",
        "gripLevel": f"G{of.grip}",
        "isReadOnly": False,
        "involvedOrganisations": [_uuid(shown, party) for party in of.parties],
        "involvedPartnerProfiles": [],
        "involvedProfiles": [],
        "template": {"id": "", "name": ""},
        "location": of.place,
        "secluded": False,
        "reoccurring": of.type == "PREPARED_REOCURRING",
        "views": views,
        "drawing": collection([_drawn(each, shown) for each in told]),
    }


def _view(
    of: _Of, tab: str, whose: str, told: Sequence[Statement], shown: Shown, number: int
) -> dict[str, Any]:
    owner = whose if tab == "own" else of.directing
    title = shown.name_of(whose) if tab == "own" else word(f"lcms-{tab}", shown.language)
    changed = max(_changed(each, shown) for each in told)
    themes: dict[str, list[Statement]] = {}
    for each in told:
        themes.setdefault(each.theme, []).append(each)
    fields = [
        _field(of, f"{tab}/{whose}", theme, said, shown, place)
        for place, (theme, said) in enumerate(sorted(themes.items()))
    ]
    return {
        "uuid": _uuid(shown, of.id, tab, whose),
        "name": title,
        "domainCode": "",
        "organisation": _organisation(owner, shown),
        "screenTitle": title,
        "alias": "",
        "templateUuid": "",
        "position": number,
        "read": False,
        "customPage": False,
        "empty": False,
        "sourceActivityUuid": _uuid(shown, of.id),
        "category": _CATEGORY[tab],
        "header": {"id": number, "name": title},
        "lastChangeTime": changed,
        "lastStructuralChangeTime": changed,
        "visible": True,
        "fields": fields,
    }


def _field(
    of: _Of, view: str, theme: str, told: Sequence[Statement], shown: Shown, number: int
) -> dict[str, Any]:
    last = max(told, key=lambda each: (_changed(each, shown), each.id))
    changed = _changed(last, shown)
    return {
        "uuid": _uuid(shown, of.id, view, theme),
        "contents": f"<ul>{''.join(_line(each, shown) for each in told)}</ul>",
        "templateUuid": "",
        "screenTitle": shown.theme(theme),
        "read": False,
        "position": number,
        "empty": False,
        "hasHistory": any(each.version > 1 for each in told),
        "hasNonDefaultContent": True,
        "historyAvailable": False,
        "lastChangeTime": changed,
        "category": "PROPER_FIELD",
        "type": "REGULAR",
        "lock": {
            "locked": False,
            "isOwnLock": False,
            "isGmsLock": False,
            "lockedSince": 0,
            "lockExpirationTime": 0,
            "permanent": False,
            "removable": False,
        },
        "attachments": [],
        "changes": [],
        "lastChangeDateString": shown.stamp(last.reported_at_ms or 0),
        "lastChangeByUser": shown.name_of(last.source.party) if last.source else "",
    }


def _line(told: Statement, shown: Shown) -> str:
    """Return a statement as a line of a field: what it says, who says so, and how far it was checked."""
    title = escape(told.called(shown.language).rstrip("."))
    said = escape(full_text(told, shown.language))
    by = []
    if told.source is not None:
        by.append(escape(shown.name_of(told.source.party)))
    if told.verification is not None:
        by.append(word(f"status-{told.verification.status.value}", shown.language))
    tail = f" <i>({', '.join(by)})</i>" if by else ""
    return f"<li><b>{title}</b>: {said}{tail}</li>"


def _drawn(told: Statement, shown: Shown) -> dict[str, Any]:
    geometry = None if told.geometry is None else msgspec.to_builtins(told.geometry)
    return {
        "id": told.id,
        "subject": told.subject,
        "geometry": geometry,
        "title": told.called(shown.language),
        "theme": shown.theme(told.theme),
        "kind": told.kind.value,
    }


def _organisation(party: PartyId, shown: Shown) -> dict[str, Any]:
    kinds = {entry.id: entry.kind for entry in shown.opening.parties}
    name = shown.name_of(party) if party else ""
    return {
        "id": _uuid(shown, party) if party else "",
        "code": party,
        "name": name,
        "displayName": name,
        "partnerOrganisation": kinds.get(party) == "partner",
    }


def _changed(told: Statement, shown: Shown) -> int:
    return _epoch(shown, told.reported_at_ms or 0)


def _epoch(shown: Shown, at_ms: int) -> int:
    """Return a moment of the exercise's clock as LCMS has them: milliseconds since 1970."""
    return round(clock_time(shown.start, at_ms).timestamp() * 1000)


def _uuid(shown: Shown, *parts: str) -> str:
    """Return an id that is the same each time, and another in each run."""
    return str(uuid5(NAMESPACE_URL, "/".join(("urn:beeld", shown.run, *parts))))
