"""The tables of scenario and agreement files, as people write them (docs/scenario-format.md)."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from sim.core.messages.items import Kind, Sensitivity, Value
from sim.core.model.activity import GRIP_MAX
from sim.core.model.cue import AnyCue
from sim.core.model.ids import (
    ACTIVITY_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    PARTY_CHARACTERS_MAX,
    SUBJECT_CHARACTERS_MAX,
)
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.world.faults import FaultType

_ID_PATTERN: Final = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z"
Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, max_length=ID_CHARACTERS_MAX)]
PartyName: TypeAlias = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, max_length=PARTY_CHARACTERS_MAX)]
ActivityName: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=_ID_PATTERN, max_length=ACTIVITY_CHARACTERS_MAX)
]
SubjectName: TypeAlias = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, max_length=SUBJECT_CHARACTERS_MAX)]
Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Position: TypeAlias = tuple[float, float]


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


class PeopleEntry(FileTable, frozen=True, kw_only=True):
    """The limits of a party's people; ranges are shortest and longest."""

    perception: tuple[str, str]
    reaction: tuple[str, str]
    skill: Share
    error: Share = 0.0
    slip: Share = 0.0
    source: str = "exercise"


class PartyEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[parties]]``."""

    id: PartyName
    name: Text
    profile: str
    core_task: CoreTask | None = None
    regions: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    area: str | None = None
    interests: tuple[str, ...] = ()
    through: str | None = None
    people: PeopleEntry


class ActivityEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[activities]]``."""

    id: ActivityName
    name: Text
    directing: str
    parties: tuple[str, ...] = ()
    systems: tuple[str, ...]
    area: str
    place: Text


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


class FaultEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[faults]]``."""

    id: Id
    at: str
    type: FaultType
    party: str
    subject: str
    title: Text
    recognise: Text
    values: tuple[Value, ...] = ()
    text: Text | None = None
    place: Position | None = None
    area: str | None = None
    as_of: str | None = None
    omit: tuple[Literal["geometry", "values"], ...] = ()
    source: str = "exercise"


class NormEntry(FileTable, frozen=True, kw_only=True):
    """An agreed bound, and who set it."""

    limit: str
    source: str


class AgreementEntry(FileTable, frozen=True, kw_only=True):
    """A file of ``agreements/``."""

    partner: str
    core_task: CoreTask
    profile: str
    regions: tuple[str, ...]
    adoption_region: str | None = None
    alarm_level: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)] = 0
    alert_systems: tuple[str, ...] = ()
    initial_picture: NormEntry | None = None
    acknowledge: NormEntry | None = None
    sitrep_every: str | None = None
    sitrep: NormEntry | None = None
    actuality: NormEntry | None = None
    correction: NormEntry | None = None
    seconded_themes: tuple[str, ...] = ()
