"""A picture as situation reports: EDXL-SitRep 1.0 (Committee Specification 02) within EDXL-DE 1.0 (OASIS Standard).

One distribution for the picture, always with the status ``Exercise``, and in it a content object for each statement: a
SitRep of the kind *field observation*, which is what one statement of one source is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import register_namespace

from sim.core.messages.items import Basis, Kind, Point, VerificationStatus
from sim.report.export.cap import DOMAIN
from sim.report.export.places import number, point_on
from sim.report.export.shown import Made, Shown, Statement, full_text
from sim.report.export.xml_document import Writer
from sim.words import word

DE: Final = "urn:oasis:names:tc:emergency:EDXL:DE:1.0"
SITREP: Final = "urn:oasis:names:tc:emergency:EDXL:SitRep:1.0"
CT: Final = "urn:oasis:names:tc:emergency:edxl:ct:1.0"
XNL: Final = "urn:oasis:names:tc:emergency:edxl:ciq:1.0:xnl"
GML: Final = "http://www.opengis.net/gml/3.2"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

for _prefix, _space in {"de": DE, "sitrep": SITREP, "ct": CT, "xnl": XNL, "gml": GML, "xsi": XSI}.items():
    register_namespace(_prefix, _space)

_TEXT_MAX: Final = 1023
"""Characters that a string of the common types may have (EDXLStringType)."""

_CONFIDENCE: Final[Mapping[Basis, str]] = {
    Basis.OBSERVED: "HighlyConfident",
    Basis.REPORTED: "SomewhatConfident",
    Basis.ESTIMATED: "SomewhatConfident",
    Basis.RUMOUR: "Unsure",
}
_DOUBT: Final[Mapping[VerificationStatus, str]] = {
    VerificationStatus.DISPUTED: "Unsure",
    VerificationStatus.REFUTED: "NoConfidence",
}


def edxl(shown: Shown) -> Made:
    """Return a picture as situation reports in a distribution."""
    left_out: Counter[str] = Counter()
    distribution = Writer.root(DE, "EDXLDistribution")
    distribution.text("distributionID", shown.key)
    distribution.text("senderID", f"{shown.whose or shown.opening.scenario}@{DOMAIN}")
    distribution.text("dateTimeSent", shown.stamp(shown.at_ms))
    distribution.text("distributionStatus", "Exercise")
    distribution.text("distributionType", "Report")
    name = shown.opening.name.in_language(shown.language)
    confidential = word("export-restriction", shown.language, name=name)
    distribution.text("combinedConfidentiality", confidential)
    distribution.text("language", "nl-NL" if shown.language == "nl" else "en-GB")
    for statement in shown.statements:
        content = distribution.below("contentObject")
        content.text("contentDescription", statement.called(shown.language))
        content.text("incidentID", _incident(shown))
        content.text("confidentiality", statement.sensitivity.value)
        embedded = content.below("xmlContent").below("embeddedXMLContent")
        _sitrep(embedded.below("sitRep", SITREP), statement, shown, left_out)
    return Made(distribution.document(), left_out)


def _incident(shown: Shown) -> str:
    return shown.activity or shown.opening.scenario


def _sitrep(sitrep: Writer, told: Statement, shown: Shown, left_out: Counter[str]) -> None:
    """Write a SitRep: the elements of SitRepType, in its order."""
    seen = shown.at_ms if told.observed_at_ms is None else told.observed_at_ms
    written = shown.at_ms if told.reported_at_ms is None else told.reported_at_ms
    sitrep.text("messageID", f"{shown.key}.{told.id}.{told.version}")
    source = shown.name_of(told.source.party) if told.source else shown.author
    _person(sitrep.below("preparedBy"), source, shown.stamp(written))
    _person(sitrep.below("authorizedBy"), shown.author, shown.stamp(shown.at_ms))
    sitrep.text("reportPurpose", word("edxl-purpose", shown.language))
    sitrep.text("reportNumber", str(told.version))
    sitrep.text("reportVersion", "Initial" if told.version == 1 else "Update")
    period = sitrep.below("forTimePeriod")
    period.text("fromDateTime", shown.stamp(min(seen, shown.at_ms)), CT)
    period.text("toDateTime", shown.stamp(shown.at_ms), CT)
    sitrep.text("reportTitle", _cut(told.called(shown.language), left_out))
    sitrep.text("incidentID", _incident(shown))
    sitrep.text("reportConfidence", _confidence(told))
    sitrep.text("severity", "Unknown")
    report = sitrep.below("report")
    report.element.set(f"{{{XSI}}}type", "sitrep:FieldObservationType")
    _observation(report, told, shown, left_out)


def _person(writer: Writer, name: str, at: str) -> None:
    details = writer.below("personDetails", CT)
    details.below("personName", XNL).text("nameElement", name)
    writer.text("timeValue", at, CT)


def _confidence(told: Statement) -> str:
    found = "HighlyConfident" if told.source is None else _CONFIDENCE[told.source.basis]
    return found if told.verification is None else _DOUBT.get(told.verification.status, found)


def _observation(report: Writer, told: Statement, shown: Shown, left_out: Counter[str]) -> None:
    said = full_text(told, shown.language) or told.called(shown.language)
    location = report.below("observationLocation")
    if told.geometry is None:
        code = location.below("EDXLGeoPoliticalLocation", CT).below("geoCode")
        code.text("valueListURI", "urn:beeld:activity")
        code.text("value", _incident(shown))
    else:
        if not isinstance(told.geometry, Point):
            left_out["shape-as-point"] += 1
        lon, lat = point_on(told.geometry)
        point = location.below("EDXLGeoLocation", CT).below("point", GML)
        point.element.set(f"{{{GML}}}Id", f"place-{told.id}")
        point.element.set("SrsName", "urn:ogc:def:crs:EPSG::4326")
        point.text("pos", f"{number(lat)} {number(lon)}")
    needed = said if told.kind is Kind.NEED else word("edxl-no-need", shown.language)
    report.text("immediateNeeds", _cut(needed, left_out))
    report.text("observationText", said)


def _cut(text: str, left_out: Counter[str]) -> str:
    if len(text) <= _TEXT_MAX:
        return text
    left_out["cut"] += 1
    return f"{text[: _TEXT_MAX - 1]}…"
