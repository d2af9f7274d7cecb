"""A picture as an alert of the Common Alerting Protocol, version 1.2 (OASIS Standard, 1 July 2010).

One alert for the picture, always with the status ``Exercise``, and an info block for each statement. What beeld knows
and CAP has no element for stands in parameters (3.2.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sim.core.messages.items import Basis, Kind, LineString, Point, Polygon, VerificationStatus
from sim.report.export.places import circle_around, lat_lon, ring
from sim.report.export.shown import Made, Shown, Statement, figure, full_text
from sim.report.export.xml_document import Writer
from sim.words import word

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
DOMAIN: Final = "beeld.invalid"
"""Domain of senders: one that can never exist (RFC 2606), so that an exercise addresses nobody."""

_SYSTEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "Met": ("weather",),
    "Geo": ("canal", "dike", "pumping", "river", "river-forecast", "stream", "water-level"),
    "Fire": ("fire", "smoke"),
    "Rescue": ("evacuation", "rescue", "shelter", "victims"),
    "Health": ("care", "casualties", "health", "home-care", "patients"),
    "Env": ("animals", "environment", "livestock", "nature"),
    "Transport": ("air", "aircraft", "airfield", "passengers", "rail", "road", "shipping"),
    "Infra": (
        "electricity", "emergency-calls", "emergency-power", "gas", "gas-net", "grid", "pipeline", "power-net",
        "substation", "telecom", "vital-connections", "vital-object", "vital-objects", "water",
    ),
    "Security": ("order",),
    "CBRNE": ("ammunition",),
}  # fmt: skip
_CATEGORY: Final = {system: category for category, systems in _SYSTEMS.items() for system in systems}

_CERTAINTY: Final[Mapping[Basis, str]] = {
    Basis.OBSERVED: "Observed",
    Basis.REPORTED: "Likely",
    Basis.ESTIMATED: "Likely",
    Basis.RUMOUR: "Possible",
}
_DOUBT: Final[Mapping[VerificationStatus, str]] = {
    VerificationStatus.DISPUTED: "Possible",
    VerificationStatus.REFUTED: "Unlikely",
}
_URGENCY: Final[Mapping[Kind, str]] = {Kind.FORECAST: "Future", Kind.NEED: "Immediate"}


def cap(shown: Shown) -> Made:
    """Return a picture as a CAP alert."""
    left_out: Counter[str] = Counter()
    alert = Writer.root(NAMESPACE, "alert")
    sender = f"{shown.whose or shown.opening.scenario}@{DOMAIN}"
    alert.text("identifier", shown.key)
    alert.text("sender", sender)
    alert.text("sent", shown.stamp(shown.at_ms))
    alert.text("status", "Exercise")
    alert.text("msgType", "Alert")
    alert.text("source", "beeld")
    alert.text("scope", "Restricted")
    name = shown.opening.name.in_language(shown.language)
    alert.text("restriction", word("export-restriction", shown.language, name=name))
    alert.optional("note", shown.opening.notice.in_language(shown.language))
    alert.optional("incidents", shown.activity)
    for statement in shown.statements:
        _info(alert.below("info"), statement, shown, left_out)
    return Made(alert.document(NAMESPACE), left_out)


def _info(info: Writer, told: Statement, shown: Shown, left_out: Counter[str]) -> None:
    info.text("language", "nl-NL" if shown.language == "nl" else "en-GB")
    info.text("category", _CATEGORY.get(told.system, "Other"))
    info.text("event", shown.theme(told.theme))
    info.text("urgency", _URGENCY.get(told.kind, "Unknown"))
    info.text("severity", "Unknown")
    info.text("certainty", _certainty(told))
    if told.observed_at_ms is not None:
        info.text("onset", shown.stamp(told.observed_at_ms))
    if told.valid_until_ms is not None:
        info.text("expires", shown.stamp(told.valid_until_ms))
    info.text("senderName", shown.name_of(told.source.party) if told.source else shown.author)
    info.text("headline", told.called(shown.language))
    info.optional("description", full_text(told, shown.language))
    for value_name, value in _parameters(told).items():
        pair = info.below("parameter")
        pair.text("valueName", value_name)
        pair.text("value", value)
    _area(info, told, shown, left_out)


def _certainty(told: Statement) -> str:
    """Return how certain a statement is; what is still to come was observed by nobody."""
    found = "Observed" if told.source is None else _CERTAINTY[told.source.basis]
    if told.verification is not None:
        found = _DOUBT.get(told.verification.status, found)
    return "Likely" if found == "Observed" and told.kind is Kind.FORECAST else found


def _parameters(told: Statement) -> dict[str, str]:
    found = {
        "beeld:item": told.id,
        "beeld:version": str(told.version),
        "beeld:subject": told.subject,
        "beeld:system": told.system,
        "beeld:theme": told.theme,
        "beeld:kind": told.kind.value,
        "beeld:sensitivity": told.sensitivity.value,
    }
    if told.source is not None:
        found["beeld:basis"] = told.source.basis.value
    if told.verification is not None:
        found["beeld:verification"] = told.verification.status.value
    return found | {f"beeld:figure:{value.name}": figure(value) for value in told.values}


def _area(info: Writer, told: Statement, shown: Shown, left_out: Counter[str]) -> None:
    place = told.geometry
    if place is None:
        return
    area = info.below("area")
    area.text("areaDesc", told.called(shown.language))
    if isinstance(place, Point):
        area.text("circle", f"{lat_lon(place.coordinates)} 0")
    elif isinstance(place, LineString):
        area.text("circle", circle_around(place))
        left_out["line-as-circle"] += 1
    else:
        assert isinstance(place, Polygon), "a geometry is one of three"
        area.text("polygon", ring(place.coordinates[0]))
        left_out["hole"] += len(place.coordinates) - 1
