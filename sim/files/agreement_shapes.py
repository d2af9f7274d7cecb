"""The tables of agreement files, as people write them (docs/agreement-format.md)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from sim.core.model.activity import GRIP_MAX
from sim.core.model.agreement import Phase
from sim.core.model.party import CoreTask
from sim.core.model.staff import Role
from sim.core.model.text import Text
from sim.files.shapes import FileTable, Id, PartyName


class NormEntry(FileTable, frozen=True, kw_only=True):
    """An agreed bound, and who set it.

    Attributes:
        limit: The most that was agreed, as a duration.
        source: Who set it: a topic of the agreement, a law, or ``exercise``.
    """

    limit: str
    source: str


class TopicEntry(FileTable, frozen=True, kw_only=True):
    """What was agreed on one topic of the Modeluitwerking, in words; others add what can be measured or acted on.

    Attributes:
        text: What was agreed, in words.
    """

    text: Text | None = None


class ExchangeEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 4: continuous exchange of risk pictures.

    Attributes:
        text: What was agreed, in words.
        threats: Systems whose threats the partner works out the effects of, for its own systems.
    """

    threats: tuple[str, ...] | None = None


class AlertingEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 5: alerting.

    Attributes:
        text: What was agreed, in words.
        systems: Systems whose trouble makes the region alert the partner.
        through: National body through which the region alerts it; directly if left out.
    """

    systems: tuple[str, ...] | None = None
    through: str | None = None


class MonitoringEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 6: monitoring.

    Attributes:
        text: What was agreed, in words.
        scans: Whether the partner scans activity cards by itself.
        look_along: How long it looks along before it concludes that it has no role.
    """

    scans: bool | None = None
    look_along: str | None = None


class AlarmingEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 7: alarm.

    Attributes:
        text: What was agreed, in words.
        level: GRIP level from which the partner is alarmed; 0 is by cue only.
        contacts: Roles that are called, in this order, until one acknowledges.
        escalate_after: How long an acknowledgement is waited for before the next is called.
        acknowledge: From alarm to acknowledgement.
    """

    level: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)] | None = None
    contacts: tuple[Role, ...] | None = None
    escalate_after: str | None = None
    acknowledge: NormEntry | None = None


class LevelEntry(FileTable, frozen=True, kw_only=True):
    """One row of the table of levels.

    Attributes:
        grip: GRIP level of the region.
        team: Team of the region at that level: copi, rot, gbt or rbt.
        partner_level: What the partner calls its own level then.
        counterpart: Role at the partner that spars then.
    """

    grip: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)]
    team: Id
    partner_level: str
    counterpart: Role | None = None


class ScalingEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 8: scaling up and down.

    Attributes:
        text: What was agreed, in words.
        levels: Which levels of both are equal.
    """

    levels: tuple[LevelEntry, ...] | None = None


class PicturesEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 9: situational pictures.

    Attributes:
        text: What was agreed, in words.
        initial_picture: From alert to initial picture.
        sitrep_every: Interval of the situation reports; 0h is none.
        sitrep: How late a situation report may be and still be on time.
        actuality: Age that the partner's information may reach in the shared picture.
    """

    initial_picture: NormEntry | None = None
    sitrep_every: str | None = None
    sitrep: NormEntry | None = None
    actuality: NormEntry | None = None


class NeedsEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 10: information needs.

    Attributes:
        text: What was agreed, in words.
        partner: Themes that the partner needs to know of.
        region: Themes that the region needs to hear of from the partner.
        ask_after: How long a needed theme may stay empty before it is asked for; 0h is never.
    """

    partner: tuple[str, ...] | None = None
    region: tuple[str, ...] | None = None
    ask_after: str | None = None


class UseEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 11: use of information.

    Attributes:
        text: What was agreed, in words.
        restricted_systems: Systems of which the partner may be told what is restricted.
        layers: Sensitive map layers that it may be given.
        seconded_themes: Themes that a seconded head of information may read for an incidental partner.
    """

    restricted_systems: tuple[str, ...] | None = None
    layers: tuple[Id, ...] | None = None
    seconded_themes: tuple[str, ...] | None = None


class ManagementEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 12: the process of information management.

    Attributes:
        text: What was agreed, in words.
        bring: Duty to bring: from knowing something to having brought it.
        fetch: Duty to fetch: from its being there to having taken it in.
        correction: From a signal that something looks wrong to its correction.
        stale_after: Age at which the information manager asks whether something still holds; 0h is never.
    """

    bring: NormEntry | None = None
    fetch: NormEntry | None = None
    correction: NormEntry | None = None
    stale_after: str | None = None


class LeadershipEntry(TopicEntry, frozen=True, kw_only=True):
    """Process 13: leadership and coordination.

    Attributes:
        text: What was agreed, in words.
        briefed: Whether the coordination contact is briefed before a meeting of the region's team.
        spars: Whether the partner's leaders can be called on to spar.
    """

    briefed: bool | None = None
    spars: bool | None = None


class FallbackEntry(TopicEntry, frozen=True, kw_only=True):
    """Technology 4: the fallback procedure.

    Attributes:
        text: What was agreed, in words.
        channel: How information travels when the tool is down.
        switch: From the tool's going down to working by the fallback.
    """

    channel: Literal["telephone", "liaison"] | None = None
    switch: NormEntry | None = None


class ProcessEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.1 of the Modeluitwerking, topics 4 to 13.

    Attributes:
        continuous_exchange: Exchanging current risks in the daily situation (4).
        alerting: How both let each other know that there may be an incident (5).
        monitoring: Monitoring each other's activities (6).
        alarming: How the alarm goes (7).
        scaling: Which levels are equal (8).
        pictures: Pictures and reports that are available (9).
        information_needs: What the pictures need to tell (10).
        information_use: What may be used, and by whom (11).
        information_management: Who brings, fetches and corrects information (12).
        leadership: How those who decide work with those who keep the picture (13).
    """

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
    """Part 1.2, topics 1 to 4.

    Attributes:
        crisis_organisation: Who keeps the net-centric crisis organisation in order (1).
        development: How developments become known to both sides (2).
        preconditions: Financing, mandate and what else must be arranged (3).
        adoption_region: Who does what: adoption region, other regions, partner (4).
    """

    crisis_organisation: TopicEntry = TopicEntry()
    development: TopicEntry = TopicEntry()
    preconditions: TopicEntry = TopicEntry()
    adoption_region: TopicEntry = TopicEntry()


class PeopleTopicsEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.3, topics 1 and 2.

    Attributes:
        competence: Trust and competence of the people of both (1).
        exercising: How often and on what scale they exercise together (2).
    """

    competence: TopicEntry = TopicEntry()
    exercising: TopicEntry = TopicEntry()


class TechnologyEntry(FileTable, frozen=True, kw_only=True):
    """Part 1.4, topics 1 to 4.

    Attributes:
        tool: What information is exchanged with (1).
        connection: What a connection must comply with (2).
        accounts: Who has access, and to what (3).
        fallback: How things go on when the tool is down (4).
    """

    tool: TopicEntry = TopicEntry()
    connection: TopicEntry = TopicEntry()
    accounts: TopicEntry = TopicEntry()
    fallback: FallbackEntry = FallbackEntry()


class AssessedEntry(FileTable, frozen=True, kw_only=True):
    """When the collaboration was assessed, and the position of the steering group (Beleidskader par. 4.2).

    Attributes:
        on: Date of the position.
        outcome: The position.
    """

    on: str
    outcome: Literal["certified", "conditional", "not-under-this-profile"]


class ExercisedEntry(FileTable, frozen=True, kw_only=True):
    """A joint exercise of the agreement: when, which, and what it showed.

    Attributes:
        on: Date of the exercise.
        exercise: Which exercise.
        result: What it showed.
    """

    on: str
    exercise: str
    result: Text


class AgreementEntry(FileTable, frozen=True, kw_only=True):
    """A file of ``agreements/``: the general agreement, or with ``addition_of`` what one region adds to it.

    Attributes:
        partner: Id of the organisation; ``model`` stands for nobody, in the library of models.
        name: What people call it.
        core_task: Core task that it is for (Beleidskader par. 2.1).
        profile: Profile: a file of profiles/partners/ that the core task allows (Tabel 1).
        regions: Regions that it holds for, vr01 to vr25.
        adoption_region: The region that made it on behalf of the others; with three regions or more.
        addition_of: The region whose own terms this file adds to the general agreement.
        phase: How far it is (par. 3.2); in exploration nothing of it holds in an exercise.
        assessed: The position of the steering group (par. 4.2).
        exercised: Joint exercises, and what each showed.
        process: What was agreed on the process.
        organisation: What was agreed on the organisation.
        people: What was agreed on people.
        technology: What was agreed on technology.
    """

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
