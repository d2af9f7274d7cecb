"""Checks what agreements say of alerting and alarming, and who takes part where, against the exercise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.agents.mobilisation.passing_on import BEHAVIOUR as PASSING_ON
from sim.core.model.access import is_elsewhere
from sim.core.model.agreement import Agreement
from sim.files.cast import Cast
from sim.files.problems import Where, show

_THROUGH: Final = "process.alerting.through"
_ESCALATE: Final = "process.alarming.escalate_after"


def check_mobilisation(agreements: Mapping[str, Agreement], cast: Cast, file: Where) -> None:
    """Report agreements by which somebody would never be alerted or called, and partners that only read elsewhere."""
    for party, general in agreements.items():
        where = Where(file.problems, f"agreements/{general.partner}.toml")
        _check_through(general, cast, where)
        _warn_route(general, where)
        for region, added in general.additions.items():
            there = Where(file.problems, f"agreements/{general.partner}.{region}.toml")
            if added.alert_through != general.alert_through:
                _check_through(added, cast, there)
            if _route(added) != _route(general):
                _warn_route(added, there)
        _warn_elsewhere(party, general, cast, file)


def _check_through(agreement: Agreement, cast: Cast, where: Where) -> None:
    if agreement.alert_through is None:
        return
    profile = cast.profile(agreement.alert_through)
    if profile is not None and PASSING_ON.name not in profile.behaviours:
        found = f"{show(agreement.alert_through)} with profile {profile.id}"
        where.at(_THROUGH).error("a national body that alerts in turn", found)


def _route(agreement: Agreement) -> tuple[object, ...]:
    return agreement.alarm_contacts, agreement.escalate_after_ms


def _warn_route(agreement: Agreement, where: Where) -> None:
    contacts = len(agreement.alarm_contacts)
    if contacts > 1 and not agreement.escalate_after_ms:
        where.at(_ESCALATE).warning(
            "a time after which the next contact is called", f"none, for {contacts} contacts"
        )


def _warn_elsewhere(party: str, agreement: Agreement, cast: Cast, file: Where) -> None:
    """Warn of a partner that may only read, in a region that its agreement holds for."""
    known, profile = cast.parties.get(party), cast.profile(party)
    if known is None or profile is None:
        return
    for activity in cast.activities.values():
        if party not in activity.parties or not is_elsewhere(known, profile, activity):
            continue
        if agreement.in_region(activity.directing) is not None:
            where = file.at("parties").item(party).at("regions")
            expected = (
                f"also '{activity.directing}', which directs {activity.id} and has an agreement with it"
            )
            where.warning(expected, show(list(known.regions)))
