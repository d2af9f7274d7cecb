"""The tables of scenario and agreement files, as people write them (docs/scenario-format.md)."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from sim.core.messages.items import Kind, Sensitivity, Value
from sim.core.model.activity import GRIP_MAX
from sim.core.model.agreement import Phase
from sim.core.model.cue import AnyCue
from sim.core.model.ids import (
    ACTIVITY_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    PARTY_CHARACTERS_MAX,
    SUBJECT_CHARACTERS_MAX,
)
from sim.core.model.party import CoreTask
from sim.core.model.staff import PEOPLE_MAX, Role
from sim.core.model.text import Text
from sim.core.world.technology import OutageType

_ID_PATTERN: Final = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z"
Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, max_length=ID_CHARACTERS_MAX)]
PartyName: TypeAlias = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, max_length=PARTY_CHARACTERS_MAX)]
ActivityName: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=_ID_PATTERN, max_length=ACTIVITY_CHARACTERS_MAX)
]
SubjectName: TypeAlias = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, max_length=SUBJECT_CHARACTERS_MAX)]
Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Position: TypeAlias = tuple[float, float]
AreaNames: TypeAlias = str | tuple[str, ...]
"""One area, or several that are taken together."""


class FileTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all tables; times, durations and areas are still the words of the file."""


class Head(FileTable, frozen=True, kw_only=True):
    """What stands at the top of ``scenario.toml``; the lists of tables are read entry by entry."""

    id: Id
    name: Text
    notice: Text
    start: str
    end: str
    sources: dict[str, str] = {}
    parties: list[object] = []
    activities: list[object] = []
    facts: list[object] = []
    truth: list[object] = []
    series: list[object] = []
    injects: list[object] = []
    faults: list[object] = []
    outages: list[object] = []


class PeopleEntry(FileTable, frozen=True, kw_only=True):
    """The limits of a party's people; ranges are shortest and longest."""

    perception: tuple[str, str]
    reaction: tuple[str, str]
    skill: Share
    error: Share = 0.0
    slip: Share = 0.0
    source: str = "exercise"


Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=PEOPLE_MAX)]


class StaffEntry(FileTable, frozen=True, kw_only=True):
    """The people of one role; durations are spread from shortest to longest, or around a most likely one."""

    role: Role
    on_duty: Number = 0
    on_call: Number = 0
    arrival: tuple[str, ...] | None = None
    available: Share = 1.0
    hours: tuple[str, str] | None = None
    handling: tuple[str, ...] | None = None
    attention: str | None = None
    skill: Share | None = None
    error: Share | None = None
    slip: Share | None = None
    loss: Share = 0.0
    source: str = "exercise"


class PartyEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[parties]]``."""

    id: PartyName
    name: Text
    profile: str
    core_task: CoreTask | None = None
    regions: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    area: AreaNames | None = None
    interests: tuple[str, ...] = ()
    through: str | None = None
    partner: PartyName | None = None
    seconded_heads: Annotated[int, msgspec.Meta(ge=0)] | None = None
    imports: tuple[str, ...] = ()
    people: PeopleEntry
    staff: tuple[StaffEntry, ...] = ()


class ActivityEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[activities]]``."""

    id: ActivityName
    name: Text
    directing: str
    parties: tuple[str, ...] = ()
    systems: tuple[str, ...]
    area: AreaNames
    place: Text
    coordinated_by: str | None = None


class FactEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[facts]]``: what the truth can be about."""

    subject: SubjectName
    system: str
    theme: str
    kind: Kind
    title: Text
    place: Position | None = None
    area: str | None = None
    sensitivity: Sensitivity = Sensitivity.GENERAL
    effect_of: str | None = None
    layer: Id | None = None


class TruthEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[truth]]``; what is left out stays as it was."""

    id: Id
    at: str
    subject: str
    text: Text | None = None
    values: tuple[Value, ...] | None = None
    place: Position | None = None
    area: str | None = None
    source: str = "exercise"


class SeriesValue(FileTable, frozen=True, kw_only=True):
    """Which figure a series is of."""

    name: str
    unit: str = ""
    datum: str = ""


class SeriesEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[series]]``."""

    subject: str
    file: str
    value: SeriesValue


class InjectEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[injects]]``."""

    id: Id
    at: str
    to: str
    title: Text
    source: str = "exercise"
    cue: AnyCue


class OutageEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[outages]]``."""

    id: Id
    type: OutageType
    from_: str = msgspec.field(name="from")
    until: str | None = None
    duration: str | None = None
    parties: tuple[str, ...] = ()
    session: str | None = None
    delay: tuple[str, str] | None = None
    loss: Share = 0.0
    retry: str | None = None
    offset: str | None = None
    title: Text
    source: str = "exercise"


class NormEntry(FileTable, frozen=True, kw_only=True):
    """An agreed bound, and who set it."""

    limit: str
    source: str


class TopicEntry(FileTable, frozen=True, kw_only=True):
    """What was agreed on one topic of the Modeluitwerking, in words; others add what can be measured or acted on."""

    text: Text | None = None


class ExchangeEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 4: continuous exchange of risk pictures."""

    threats: tuple[str, ...] | None = None


class AlertingEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 5: alerting."""

    systems: tuple[str, ...] | None = None
    through: str | None = None


class MonitoringEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 6: monitoring."""

    scans: bool | None = None
    look_along: str | None = None


class AlarmingEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 7: alarm."""

    level: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)] | None = None
    contacts: tuple[Role, ...] | None = None
    escalate_after: str | None = None
    acknowledge: NormEntry | None = None


class LevelEntry(FileTable, frozen=True, kw_only=True):
    """One row of the table of levels."""

    grip: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)]
    team: Id
    partner_level: str
    counterpart: Role | None = None


class ScalingEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 8: scaling up and down."""

    levels: tuple[LevelEntry, ...] | None = None


class PicturesEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 9: situational pictures."""

    initial_picture: NormEntry | None = None
    sitrep_every: str | None = None
    sitrep: NormEntry | None = None
    actuality: NormEntry | None = None


class NeedsEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 10: information needs."""

    partner: tuple[str, ...] | None = None
    region: tuple[str, ...] | None = None
    ask_after: str | None = None


class UseEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 11: use of information."""

    restricted_systems: tuple[str, ...] | None = None
    layers: tuple[Id, ...] | None = None
    seconded_themes: tuple[str, ...] | None = None


class ManagementEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 12: the process of information management."""

    bring: NormEntry | None = None
    fetch: NormEntry | None = None
    correction: NormEntry | None = None
    stale_after: str | None = None


class LeadershipEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 13: leadership and coordination."""

    briefed: bool | None = None
    spars: bool | None = None


class FallbackEntry(TopicEntry, frozen=True, kw_only=True):
    """Technology 4: the fallback procedure."""

    channel: Literal["telephone", "liaison"] | None = None
    switch: NormEntry | None = None


class ProcessEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.1 of the Modeluitwerking, topics 4 to 13."""

    continuous_exchange: ExchangeEntry = ExchangeEntry()
    alerting: AlertingEntry = AlertingEntry()
    monitoring: MonitoringEntry = MonitoringEntry()
    alarming: AlarmingEntry = AlarmingEntry()
    scaling: ScalingEntry = ScalingEntry()
    pictures: PicturesEntry = PicturesEntry()
    information_needs: NeedsEntry = NeedsEntry()
    information_use: UseEntry = UseEntry()
    information_management: ManagementEntry = ManagementEntry()
    leadership: LeadershipEntry = LeadershipEntry()


class OrganisationEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.2, topics 1 to 4."""

    crisis_organisation: TopicEntry = TopicEntry()
    development: TopicEntry = TopicEntry()
    preconditions: TopicEntry = TopicEntry()
    adoption_region: TopicEntry = TopicEntry()


class PeopleTopicsEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.3, topics 1 and 2."""

    competence: TopicEntry = TopicEntry()
    exercising: TopicEntry = TopicEntry()


class TechnologyEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.4, topics 1 to 4."""

    tool: TopicEntry = TopicEntry()
    connection: TopicEntry = TopicEntry()
    accounts: TopicEntry = TopicEntry()
    fallback: FallbackEntry = FallbackEntry()


class AssessedEntry(FileTable, frozen=True, kw_only=True):
    """When the collaboration was assessed, and the position of the steering group (Beleidskader par. 4.2)."""

    on: str
    outcome: Literal["certified", "conditional", "not-under-this-profile"]


class ExercisedEntry(FileTable, frozen=True, kw_only=True):
    """A joint exercise of the agreement: when, which, and what it showed."""

    on: str
    exercise: str
    result: Text


class AgreementEntry(FileTable, frozen=True, kw_only=True):
    """A file of ``agreements/``: the general agreement, or with ``addition_of`` what one region adds to it."""

    partner: PartyName
    name: Text | None = None
    core_task: CoreTask
    profile: str
    regions: tuple[str, ...] = ()
    adoption_region: str | None = None
    addition_of: str | None = None
    phase: Phase = "execution"
    assessed: AssessedEntry | None = None
    exercised: tuple[ExercisedEntry, ...] = ()
    process: ProcessEntry = ProcessEntry()
    organisation: OrganisationEntry = OrganisationEntry()
    people: PeopleTopicsEntry = PeopleTopicsEntry()
    technology: TechnologyEntry = TechnologyEntry()
