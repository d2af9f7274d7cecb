"""What CAP 1.2 and EDXL say of each element, as data, and a check of documents against it: order, number, values.

CAP: the data dictionary and XML schema of the OASIS Standard of 1 July 2010 (sections 3.2.1 to 3.2.4, 3.3.2 and 3.4).
EDXL-DE: the data dictionary of the OASIS Standard of 1 May 2006 (section 3.2). EDXL-SitRep: the type SitRepType of
Committee Specification 02 of 6 October 2016, its field observation, and of the common types and of CIQ what these use.
The XSDs of EDXL are in no package that can be installed, so that what stands here takes their place. CAP is also read
by bindings that were made from its XSD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
DE = "{urn:oasis:names:tc:emergency:EDXL:DE:1.0}"
SITREP = "{urn:oasis:names:tc:emergency:EDXL:SitRep:1.0}"
CT = "{urn:oasis:names:tc:emergency:edxl:ct:1.0}"
XNL = "{urn:oasis:names:tc:emergency:edxl:ciq:1.0:xnl}"
GML = "{http://www.opengis.net/gml/3.2}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

MANY = 10**9


@dataclass(frozen=True)
class Rule:
    """What may stand at one place in the order of the elements below another.

    Attributes:
        name: Name with its namespace; several where one of them is chosen.
        least: How often at least.
        most: How often at most.
        pattern: What its text must match as a whole; empty for any.
        below: Rules of the elements below it; None where it holds text.
        longest: How many characters its text may have; 0 for any number.
    """

    name: str | tuple[str, ...]
    least: int = 1
    most: int = 1
    pattern: str = ""
    below: Sequence[Rule] | None = None
    longest: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,) if isinstance(self.name, str) else self.name


TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}"
"""3.3.2 of CAP, and EDXLDateTimeType: to the second, the offset in digits, never Z."""
POSITION = r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?"
NO_SPACE = r"[^\s,<&]+"


def one_of(*values: str) -> str:
    return "|".join(map(re.escape, values))


def pair(name: str) -> Rule:
    return Rule(f"{CAP}{name}", 0, MANY, below=(Rule(f"{CAP}valueName"), Rule(f"{CAP}value")))


CAP_AREA = (  # 3.2.4
    Rule(f"{CAP}areaDesc"),
    Rule(f"{CAP}polygon", 0, MANY, rf"{POSITION}( {POSITION}){{3,}}"),
    Rule(f"{CAP}circle", 0, MANY, rf"{POSITION} \d+(\.\d+)?"),
    pair("geocode"),
    Rule(f"{CAP}altitude", 0),
    Rule(f"{CAP}ceiling", 0),
)
CAP_INFO = (  # 3.2.2
    Rule(f"{CAP}language", 0, pattern=r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    Rule(
        f"{CAP}category",
        1,
        MANY,
        one_of(
            "Geo",
            "Met",
            "Safety",
            "Security",
            "Rescue",
            "Fire",
            "Health",
            "Env",
            "Transport",
            "Infra",
            "CBRNE",
            "Other",
        ),
    ),
    Rule(f"{CAP}event"),
    Rule(
        f"{CAP}responseType",
        0,
        MANY,
        one_of("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"),
    ),
    Rule(f"{CAP}urgency", pattern=one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    Rule(f"{CAP}severity", pattern=one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    Rule(f"{CAP}certainty", pattern=one_of("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
    Rule(f"{CAP}audience", 0),
    pair("eventCode"),
    Rule(f"{CAP}effective", 0, pattern=TIME),
    Rule(f"{CAP}onset", 0, pattern=TIME),
    Rule(f"{CAP}expires", 0, pattern=TIME),
    Rule(f"{CAP}senderName", 0),
    Rule(f"{CAP}headline", 0),
    Rule(f"{CAP}description", 0),
    Rule(f"{CAP}instruction", 0),
    Rule(f"{CAP}web", 0),
    Rule(f"{CAP}contact", 0),
    pair("parameter"),
    Rule(f"{CAP}area", 0, MANY, below=CAP_AREA),
)
CAP_ALERT = (  # 3.2.1
    Rule(f"{CAP}identifier", pattern=NO_SPACE),
    Rule(f"{CAP}sender", pattern=NO_SPACE),
    Rule(f"{CAP}sent", pattern=TIME),
    Rule(
        f"{CAP}status", pattern="Exercise"
    ),  # of the values of the standard, the one that we allow ourselves
    Rule(f"{CAP}msgType", pattern=one_of("Alert", "Update", "Cancel", "Ack", "Error")),
    Rule(f"{CAP}source", 0),
    Rule(f"{CAP}scope", pattern="Restricted"),
    Rule(f"{CAP}restriction"),  # conditional: there when the scope is Restricted
    Rule(f"{CAP}addresses", 0),
    Rule(f"{CAP}code", 0, MANY),
    Rule(f"{CAP}note", 0),
    Rule(f"{CAP}references", 0),
    Rule(f"{CAP}incidents", 0),
    Rule(f"{CAP}info", 0, MANY, below=CAP_INFO),
)

PERSON = (
    Rule(
        f"{CT}personDetails",
        below=(Rule(f"{XNL}personName", 1, MANY, below=(Rule(f"{XNL}nameElement", 0, MANY),)),),
    ),
    Rule(f"{CT}timeValue", pattern=TIME),
)
LOCATION = (
    Rule(
        (f"{CT}EDXLGeoLocation", f"{CT}EDXLGeoPoliticalLocation"),
        below=(
            Rule(
                (f"{GML}point", f"{CT}geoCode"),
                below=(
                    Rule(f"{CT}valueListURI", 0),
                    Rule(f"{CT}value", 0, longest=1023),
                    Rule(f"{GML}pos", 0, pattern=r"-?\d+(\.\d+)? -?\d+(\.\d+)?"),
                ),
            ),
        ),
    ),
)
FIELD_OBSERVATION = (
    Rule(f"{SITREP}observationLocation", below=LOCATION),
    Rule(f"{SITREP}immediateNeeds", longest=1023),
    Rule(f"{SITREP}immediateNeedsCategory", 0, MANY),
    Rule(f"{SITREP}observationText"),
)
SIT_REP = (
    Rule(f"{SITREP}messageID", longest=1023),
    Rule(f"{SITREP}preparedBy", below=PERSON),
    Rule(f"{SITREP}authorizedBy", below=PERSON),
    Rule(f"{SITREP}reportPurpose", longest=1023),
    Rule(f"{SITREP}reportNumber", pattern=r"\d+"),
    Rule(f"{SITREP}reportVersion", pattern=one_of("Initial", "Update", "Final")),
    Rule(
        f"{SITREP}forTimePeriod",
        below=(Rule(f"{CT}fromDateTime", pattern=TIME), Rule(f"{CT}toDateTime", pattern=TIME)),
    ),
    Rule(f"{SITREP}reportTitle", 0, longest=1023),
    Rule(f"{SITREP}incidentID", 1, MANY, longest=1023),
    Rule(f"{SITREP}incidentLifecyclePhase", 0, MANY),
    Rule(f"{SITREP}originatingMessageID", 0),
    Rule(f"{SITREP}precedingMessageID", 0, MANY),
    Rule(f"{SITREP}urgency", 0, pattern=one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    Rule(
        f"{SITREP}reportConfidence",
        pattern=one_of("HighlyConfident", "SomewhatConfident", "Unsure", "NoConfidence"),
    ),
    Rule(f"{SITREP}severity", pattern=one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    Rule(f"{SITREP}reportingLocation", 0),
    Rule(f"{SITREP}actionPlan", 0),
    Rule(f"{SITREP}nextContact", 0, pattern=TIME),
    Rule(f"{SITREP}report", below=FIELD_OBSERVATION),
)
DE_CONTENT = (
    Rule(f"{DE}contentDescription", 0),
    Rule(f"{DE}contentKeyword", 0, MANY),
    Rule(f"{DE}incidentID", 0),
    Rule(f"{DE}incidentDescription", 0),
    Rule(f"{DE}originatorRole", 0, MANY),
    Rule(f"{DE}consumerRole", 0, MANY),
    Rule(f"{DE}confidentiality", 0),
    Rule(
        f"{DE}xmlContent",
        below=(Rule(f"{DE}embeddedXMLContent", 1, MANY, below=(Rule(f"{SITREP}sitRep", below=SIT_REP),)),),
    ),
)
DE_DISTRIBUTION = (
    Rule(f"{DE}distributionID", pattern=r"\S+"),
    Rule(f"{DE}senderID", pattern=r"[^\s@]+@[^\s@]+"),  # actor@domain-name
    Rule(f"{DE}dateTimeSent", pattern=TIME),
    Rule(f"{DE}distributionStatus", pattern="Exercise"),
    Rule(
        f"{DE}distributionType",
        pattern=one_of("Report", "Update", "Cancel", "Request", "Response", "Dispatch", "Ack", "Error"),
    ),
    Rule(f"{DE}combinedConfidentiality"),
    Rule(f"{DE}language", 0),
    Rule(f"{DE}senderRole", 0, MANY),
    Rule(f"{DE}recipientRole", 0, MANY),
    Rule(f"{DE}keyword", 0, MANY),
    Rule(f"{DE}distributionReference", 0, MANY),
    Rule(f"{DE}explicitAddress", 0, MANY),
    Rule(f"{DE}targetArea", 0, MANY),
    Rule(f"{DE}contentObject", 0, MANY, below=DE_CONTENT),
)

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    f"{SITREP}report": frozenset({XSI_TYPE}),
    f"{GML}point": frozenset({f"{GML}Id", "SrsName"}),
}


def mistakes(element: Element, rules: Sequence[Rule], path: str = "") -> list[str]:
    """Return what is wrong below an element: in number, order, text and attributes."""
    return list(_mistakes(element, rules, path or _local(element.tag)))


def _mistakes(element: Element, rules: Sequence[Rule], path: str) -> Iterator[str]:
    remaining = list(element)
    for rule in rules:
        found = 0
        while remaining and remaining[0].tag in rule.names and found < rule.most:
            child = remaining.pop(0)
            found += 1
            yield from _of_one(child, rule, f"{path}/{_local(child.tag)}")
        if found < rule.least:
            yield f"{path}: {found} times {rule.name}, expected {rule.least} or more"
    if remaining:
        yield f"{path}: {_local(remaining[0].tag)} is not allowed here"


def _of_one(child: Element, rule: Rule, path: str) -> Iterator[str]:
    extra = set(child.attrib) ^ set(ATTRIBUTES.get(child.tag, ()))
    if extra:
        yield f"{path}: attributes {sorted(extra)}"
    if rule.below is not None:
        yield from _mistakes(child, rule.below, path)
        return
    text = child.text or ""
    if len(child) or not text.strip():
        yield f"{path}: expected text alone, was {text!r} with {len(child)} elements"
    if rule.pattern and re.fullmatch(rule.pattern, text) is None:
        yield f"{path}: {text!r} does not match {rule.pattern}"
    if rule.longest and len(text) > rule.longest:
        yield f"{path}: {len(text)} characters"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
