"""Reads ``[[injects]]`` and checks that whoever is told to do something can do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.core.agents.roster import handles
from sim.core.messages.topics import Shape, build
from sim.core.model.cue import (
    AnyCue,
    Close,
    Decide,
    Decouple,
    Invite,
    Meet,
    Open,
    Scale,
    SeekSupport,
    SendAlarm,
    SendAlert,
    Spar,
    ToolDown,
    ToolUp,
    TryRead,
    TryWrite,
)
from sim.core.model.filters import is_filter
from sim.core.model.ids import is_id
from sim.core.model.profile import Action
from sim.core.world.injects import Inject
from sim.files.cast import Cast
from sim.files.known import Known, check_unique
from sim.files.problems import Where, show
from sim.files.shapes import InjectEntry
from sim.files.tables import ID_EXPECTED, read_entries

_BY_DIRECTING: Final = (Open, Scale, SendAlarm, Decide, Decouple, Close, Meet, Spar)
"""Cues that only the region that directs the activity can follow."""

_KIND: Final[Mapping[type[Any], str]] = {SendAlert: "alert", SendAlarm: "alarm", Invite: "invitation"}
"""Last level of the topic on which a cue's message goes out."""


def read_injects(table: dict[str, Any], file: Where, known: Known, cast: Cast) -> list[tuple[Inject, Where]]:
    """Return the injects in order of time, with their places, after reporting every problem with them."""
    injects: list[tuple[Inject, Where]] = []
    for entry, where in read_entries(InjectEntry, table, "injects", file):
        known.party(entry.to, where.at("to"))
        known.source(entry.source, where.at("source"))
        _check_references(entry.cue, where.at("cue"), known)
        _check_able(entry, where, cast)
        at_ms = known.calendar.moment(entry.at, where.at("at"))
        inject = Inject(
            id=entry.id,
            at_ms=at_ms or 0,  # the error keeps the scenario from being used
            to=entry.to,
            cue=entry.cue,
            title=entry.title,
            source=entry.source,
        )
        injects.append((inject, where))
    return sorted(injects, key=lambda inject: inject[0].at_ms)


def _check_references(cue: AnyCue, where: Where, known: Known) -> None:
    if isinstance(cue, TryRead):
        for index, topic in enumerate(cue.filters):
            if not is_filter(topic):
                where.at("filters").item(index).error("an MQTT topic filter", show(topic))
        return
    if isinstance(cue, (ToolDown, ToolUp)):
        return
    known.activity(cue.activity, where.at("activity"))
    if isinstance(cue, (SendAlert, SendAlarm)):
        _check_parties(cue.parties, where.at("parties"), known)
    if isinstance(cue, (Invite, Decouple, Spar)):
        known.party(cue.party, where.at("party"))
    if isinstance(cue, Decide):
        _check_decision(cue, where, known)
    if isinstance(cue, (Meet, Spar)) and not is_id(cue.team):
        where.at("team").error(ID_EXPECTED, show(cue.team))
    if isinstance(cue, TryWrite):
        known.subject(cue.subject, where.at("subject"))
        _check_write_place(cue.place, where.at("place"), known)


def _check_parties(parties: tuple[str, ...], where: Where, known: Known) -> None:
    if not parties:
        where.error("at least one party", "none")
    check_unique(parties, where)
    for index, party in enumerate(parties):
        known.party(party, where.item(index))


def _check_decision(cue: Decide, where: Where, known: Known) -> None:
    if not is_id(cue.team):
        where.at("team").error(ID_EXPECTED, show(cue.team))
    for index, subject in enumerate(cue.subjects):
        known.subject(subject, where.at("subjects").item(index))


def _check_write_place(place: str, where: Where, known: Known) -> None:
    first, _, owner = place.partition("/")
    if first == "own" and owner:
        known.party(owner, where)
    elif place not in ("shared", "national"):
        where.error("shared, national, or own/<party>", show(place))


def _check_able(entry: InjectEntry, where: Where, cast: Cast) -> None:
    cue = entry.cue
    _check_handled(entry, where, cast)
    if isinstance(cue, _BY_DIRECTING):
        activity = cast.activities.get(cue.activity)
        if activity is not None and activity.directing != entry.to:
            expected = f"'{activity.directing}', which directs {activity.id}"
            where.at("to").error(expected, f"{show(entry.to)}, told to {_tag(cue)}")
    if isinstance(cue, SeekSupport):
        _check_seeks(entry.to, where.at("to"), cast)
    if isinstance(cue, (SendAlert, SendAlarm)):
        for index, party in enumerate(cue.parties):
            _check_reaches(entry.to, party, cue, where.at("cue").at("parties").item(index), cast)
    if isinstance(cue, Invite):
        _check_inviter(entry.to, cue, where.at("to"), cast)
        place = where.at("cue").at("party")
        _check_grantable(cue.party, place, cast)
        _check_reaches(entry.to, cue.party, cue, place, cast)
    if isinstance(cue, Decouple):
        _check_grantable(cue.party, where.at("cue").at("party"), cast)


def _check_handled(entry: InjectEntry, where: Where, cast: Cast) -> None:
    profile = cast.profile(entry.to)
    if profile is not None and not handles(profile, type(entry.cue)):
        found = f"{show(_tag(entry.cue))}, for which profile {profile.id} has no behaviour"
        where.at("cue").at("do").error("something that the party's people can be told to do", found)


def _check_inviter(inviter: str, cue: Invite, where: Where, cast: Cast) -> None:
    """Report who may not involve a party: neither the directing region, nor who takes it in through its process."""
    activity, party = cast.activities.get(cue.activity), cast.parties.get(cue.party)
    if activity is None or party is None or inviter in (activity.directing, party.through):
        return
    expected = f"'{activity.directing}', which directs {activity.id}"
    if party.through is not None:
        expected += f", or '{party.through}', through which {party.id} attaches"
    where.error(expected, f"{show(inviter)}, told to {_tag(cue)}")


def _check_seeks(party: str, where: Where, cast: Cast) -> None:
    profile = cast.profile(party)
    if profile is not None and (not profile.grants or profile.channel != "outside"):
        expected = "a party outside the tool that can be given support"
        where.error(expected, f"{show(party)} with profile {profile.id}")


def _check_grantable(party: str, where: Where, cast: Cast) -> None:
    profile = cast.profile(party)
    if profile is not None and not profile.grants:
        where.error(
            "a party that can be let in by a grant",
            f"{show(party)} with profile {profile.id}, which has none",
        )


def _check_reaches(sender: str, to: str, cue: AnyCue, where: Where, cast: Cast) -> None:
    """Report when the message of a cue could not be sent, or not be read, with the rule that says so."""
    profile = cast.profile(to)
    if profile is None or cast.profile(sender) is None:
        return
    shape = Shape.POST if profile.channel == "post" else Shape.OUTSIDE
    topic = build(shape, to=to, sender=sender, kind=_KIND[type(cue)])
    for party, action in ((to, Action.READ), (sender, Action.PUBLISH)):
        decision = cast.access.decide(party, 0, action, topic)
        if not decision.allowed:
            may = "read" if action is Action.READ else "write"
            found = f"{show(party)}, refused by rule {decision.rule} ({decision.source})"
            where.error(f"a party that may {may} {topic} under its profile", found)


def _tag(cue: AnyCue) -> str:
    return str(cue.__struct_config__.tag)
