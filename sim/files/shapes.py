"""The tables of scenario files, as people write them (docs/scenario-format.md)."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec

from sim.core.messages.items import Kind, Sensitivity, Value
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


class Top(FileTable, frozen=True, kw_only=True):
    """What stands at the top of ``scenario.toml``, before its lists of tables.

    Attributes:
        id: Id of the scenario: the name of its folder.
        name: What people call it.
        notice: What must be said of it: what exists, what was invented.
        start: Clock time of T+0, with its zone.
        end: When the exercise ends.
        sources: Letters that ``source`` may name, and what each stands for.
    """

    id: Id
    name: Text
    notice: Text
    start: str
    end: str
    sources: dict[str, str] = {}


class Head(Top, frozen=True, kw_only=True):
    """A scenario as far as it is read at once; the lists of tables are read entry by entry."""

    parties: list[object] = []
    activities: list[object] = []
    facts: list[object] = []
    truth: list[object] = []
    series: list[object] = []
    injects: list[object] = []
    faults: list[object] = []
    outages: list[object] = []


class PeopleEntry(FileTable, frozen=True, kw_only=True):
    """The limits of a party's people; ranges are shortest and longest.

    Attributes:
        perception: Shortest and longest time from a change of the truth to knowing it.
        reaction: Shortest and longest time from knowing something to having dealt with it.
        skill: Probability that a wrong item which can be recognised is recognised.
        error: Largest relative error of what is measured or counted; 0.01 is 1%.
        slip: Probability that a figure passed on outside the tool is copied wrongly.
        source: A letter of the scenario's sources, or ``exercise``.
    """

    perception: tuple[str, str]
    reaction: tuple[str, str]
    skill: Share
    error: Share = 0.0
    slip: Share = 0.0
    source: str = "exercise"


Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=PEOPLE_MAX)]


class StaffEntry(FileTable, frozen=True, kw_only=True):
    """The people of one role; durations are spread from shortest to longest, or around a most likely one.

    Attributes:
        role: Which role.
        on_duty: How many are at their post from the start.
        on_call: How many come when they are called.
        arrival: From the call to being at the post; needed with ``on_call``.
        available: Probability that a person on call answers a call.
        hours: Clock hours in which those on duty are there; may pass midnight; always if left out.
        handling: How long one thing takes; the party's ``reaction`` if left out.
        attention: How long a thing may wait for somebody before it is missed; 2h if left out.
        skill: As in ``people``, for this role.
        error: As in ``people``, for this role.
        slip: As in ``people``, for this role.
        loss: Probability that an item passed on outside the tool is left out.
        source: A letter of the scenario's sources, or ``exercise``.
    """

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
    """One of ``[[parties]]``.

    Attributes:
        id: Id of the party.
        name: What people call it.
        profile: Its collaboration profile: a file of profiles/.
        core_task: A, B, C or D; left out for regions and national bodies.
        regions: Regions that it works with; its own id if left out.
        systems: What it can perceive and judge, in free words that facts and activities name too.
        area: Where it perceives: one area or several; everywhere if left out.
        interests: Themes that it needs to know of, where its agreement names none.
        through: The party whose process it attaches through.
        partner: The organisation, where it takes part as more than one party; its own id if left out.
        seconded_heads: Of a region: how many heads of information it can second to ad-hoc partners at a time.
        imports: Systems whose observations its own system brings into its own picture.
        people: The limits of all who act for it.
        staff: Its posts, in the place of those of its profile for the same roles.
    """

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
    """One of ``[[activities]]``.

    Attributes:
        id: Id of the activity.
        name: What people call it.
        directing: The region that directs its information.
        parties: Who takes part by agreement, apart from the directing region.
        systems: What its card says it is about.
        area: Where it is: one area or several.
        place: Where it is, in words.
        coordinated_by: The activity of the region that coordinates, where an incident crosses borders.
    """

    id: ActivityName
    name: Text
    directing: str
    parties: tuple[str, ...] = ()
    systems: tuple[str, ...]
    area: AreaNames
    place: Text
    coordinated_by: str | None = None


class FactEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[facts]]``: what the truth can be about.

    Attributes:
        subject: Name of the thing; truth, faults and decisions name it.
        system: Whoever has this system perceives it.
        theme: Theme of the picture under which it is told.
        kind: What kind of item it becomes.
        title: What people read above it.
        place: Longitude and latitude (WGS 84).
        area: Id of an area, in the place of ``place``.
        sensitivity: Who may read it.
        effect_of: The threat that it is an effect of: nobody sees it until somebody works it out.
        layer: The sensitive map layer that it belongs to.
    """

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
    """One of ``[[truth]]``; what is left out stays as it was.

    Attributes:
        id: Id of the change.
        at: When it becomes so.
        subject: Which fact.
        text: What is so, in words.
        values: What is so, in figures.
        place: Where it is from then on.
        area: Where it is from then on, as the id of an area.
        source: A letter of the scenario's sources, or ``exercise``.
    """

    id: Id
    at: str
    subject: str
    text: Text | None = None
    values: tuple[Value, ...] | None = None
    place: Position | None = None
    area: str | None = None
    source: str = "exercise"


class SeriesValue(FileTable, frozen=True, kw_only=True):
    """Which figure a series is of.

    Attributes:
        name: What is measured.
        unit: Its unit.
        datum: What a height is measured from, such as NAP.
    """

    name: str
    unit: str = ""
    datum: str = ""


class SeriesEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[series]]``.

    Attributes:
        subject: Which fact it changes.
        file: Path of the file in the scenario's folder; its columns are time, value, source.
        value: Which figure the values are of.
    """

    subject: str
    file: str
    value: SeriesValue


class InjectEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[injects]]``.

    Attributes:
        id: Id of the inject.
        at: When it comes.
        to: The party whose people are told.
        title: What happens, for exercise staff.
        source: A letter of the scenario's sources, or ``exercise``.
        cue: What they do.
    """

    id: Id
    at: str
    to: str
    title: Text
    source: str = "exercise"
    cue: AnyCue


class OutageEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[outages]]``.

    Attributes:
        id: Id of the outage.
        type: What fails, and how.
        from: When it begins.
        until: When it ends; or ``duration``.
        duration: How long it takes; or ``until``.
        parties: Whom it strikes; everybody who works in the tool if left out.
        session: Of a partition: how long the broker keeps what waits for a client; 1h if left out.
        delay: Of a slow link: shortest and longest time that a message is under way.
        loss: Of a slow link: probability that a message is lost on the way.
        retry: Of a slow link: time after which what was lost is sent again.
        offset: Of a clock: how far it is ahead, or with a - before it behind.
        title: What happens, for exercise staff.
        source: A letter of the scenario's sources, or ``exercise``.
    """

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
