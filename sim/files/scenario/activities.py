"""Reads ``[[activities]]``: incidents and exercises that pictures are kept of."""

from __future__ import annotations

from typing import Any

from sim.core.model.activity import Activity
from sim.files.cast import Cast
from sim.files.known import Known, check_unique
from sim.files.problems import Where, show
from sim.files.shapes import ActivityEntry
from sim.files.tables import read_entries


def read_activities(table: dict[str, Any], file: Where, known: Known) -> dict[str, Activity]:
    """Return the activities that can be used, in order of id, after reporting every problem."""
    activities: dict[str, Activity] = {}
    seen: set[str] = set()
    for entry, where in read_entries(ActivityEntry, table, "activities", file):
        if entry.id in seen:
            where.at("id").error("an id of its own", f"{show(entry.id)} twice")
        seen.add(entry.id)
        activity = _read_activity(entry, where, known)
        if activity is not None:
            activities[activity.id] = activity
    return dict(sorted(activities.items()))


def _read_activity(entry: ActivityEntry, where: Where, known: Known) -> Activity | None:
    known.party(entry.directing, where.at("directing"))
    check_unique(entry.parties, where.at("parties"))
    for index, party in enumerate(entry.parties):
        known.party(party, where.at("parties").item(index))
    if entry.coordinated_by is not None:
        known.activity(entry.coordinated_by, where.at("coordinated_by"))
        if entry.coordinated_by == entry.id:
            where.at("coordinated_by").error("another activity", "the activity itself")
    area = known.areas.shape(entry.area, where.at("area"))
    if area is None:
        return None
    return Activity(
        id=entry.id,
        name=entry.name,
        directing=entry.directing,
        parties=entry.parties,
        systems=entry.systems,
        area=area,
        place=entry.place,
        coordinated_by=entry.coordinated_by,
    )


def check_coordination(cast: Cast, file: Where) -> None:
    """Report activities whose coordinating region could not do so (Beleidskader par. 2.3).

    It coordinates from an activity of its own that nobody else coordinates, and takes part in the others to read them.
    """
    for activity in cast.activities.values():
        if activity.coordinated_by is None or activity.coordinated_by == activity.id:
            continue
        coordinating = cast.activities.get(activity.coordinated_by)
        if coordinating is not None:
            _check_coordinated(activity, coordinating, file.at("activities").item(activity.id))


def _check_coordinated(activity: Activity, coordinating: Activity, where: Where) -> None:
    region, place = coordinating.directing, where.at("coordinated_by")
    if coordinating.coordinated_by is not None:
        found = f"{show(coordinating.id)}, which '{coordinating.coordinated_by}' coordinates"
        place.error("an activity that coordinates, and that none coordinates", found)
    if region == activity.directing:
        place.error("an activity of another region", f"{show(coordinating.id)}, also of '{region}'")
    elif region not in activity.parties:
        expected = f"also '{region}', which coordinates from {coordinating.id} and must read this activity"
        where.at("parties").error(expected, show(list(activity.parties)))


def check_directing(cast: Cast, file: Where) -> None:
    """Report activities that are directed by a partner: a region's information manager directs them."""
    for activity in cast.activities.values():
        profile = cast.profile(activity.directing)
        if profile is not None and profile.kind != "body":
            where = file.at("activities").item(activity.id).at("directing")
            where.error("a region", f"{show(activity.directing)}, a partner")
