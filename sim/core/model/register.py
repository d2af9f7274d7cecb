"""The register of points to improve (verbeterregister): what exercises showed of agreements, and what people do then.

The quality of a collaboration is kept up by a peer review of the agreements (intercollegiale toets) and by talking them
through again and again (informele evaluatie): Factsheet netcentrische samenwerking, "Hoe borgen we de kwaliteit".
What an assessment leaves open is to be put right and looked at again (Beleidskader par. 4.1 and 4.2).
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from sim.core.model.ids import PartyId
from sim.core.model.party import CoreTask
from sim.core.model.text import Text

Lacking: TypeAlias = Literal["partly met", "not met"]
"""Results of a criterion that make a point to improve."""

Shows: TypeAlias = Literal["met", "partly met", "not met", "not observed", "not applicable"]
"""Results of a criterion; the words of ``sim.core.assessment.judging.outcome.Result``."""

Verdict: TypeAlias = Literal["mended", "not mended", "not observed"]
"""What a later run shows of a point: only a run can mend it, and what was not seen is never mended."""

State: TypeAlias = Literal["open", "taken-up", "put-right", "closed"]
"""How far people say they are with a point; ``closed`` is that they leave it, for the reason in its note."""

Standing: TypeAlias = Literal["open", "taken-up", "put-right", "closed", "mended", "returned"]
"""How a point stands: what a run showed last where it mended it (or it came back), else what people say."""

MomentKind: TypeAlias = Literal["peer-review", "evaluation"]

STILL_OPEN: Final = ("open", "taken-up", "put-right", "returned")
"""Standings of a point that still asks for something: what people say is put right, a run has yet to show."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the tables of a register."""


class Bound(_Table, frozen=True, kw_only=True):
    """An agreement that the register is about.

    Attributes:
        id: What the register calls it.
        partner: The organisation.
        core_task: For which core task.
        profile: Id of its profile.
        regions: Regions it holds for; none where the log did not tell.
        name: Name of the organisation.
        aim: Where people want to be with it, in their own words.
    """

    id: str
    partner: PartyId
    core_task: CoreTask
    profile: str
    regions: tuple[PartyId, ...] = ()
    name: Text
    aim: str = ""

    def holds_for(
        self, partner: PartyId, core_task: CoreTask | None, profile: str, regions: tuple[PartyId, ...]
    ) -> bool:
        """Say whether an exercise of a partner, in some regions, was one of this agreement.

        The partner took part for its core task, under its profile, with at least one of its regions: who works with one
        region has agreed nothing with its neighbour (Beleidskader par. 2.3.1).
        """
        same = (self.partner, self.core_task, self.profile) == (partner, core_task, profile)
        return same and (bool(set(self.regions) & set(regions)) or not (self.regions or regions))


class Held(_Table, frozen=True, kw_only=True):
    """An exercise that was taken into the register.

    Attributes:
        run: Id of the run.
        digest: Digest of its log.
        started: When the run started, ISO 8601 in UTC.
        exercise: What was exercised: the id of the scenario.
        seed: With which seed.
        complete: Whether it went on to its planned end.
        criteria: SHA-256 of the criteria that it was judged by.
    """

    run: str
    digest: str
    started: str
    exercise: str
    seed: int
    complete: bool
    criteria: str

    @property
    def on(self) -> str:
        """Return the date, ISO 8601."""
        return self.started[:10]


class Unseen(_Table, frozen=True, kw_only=True):
    """A minimum condition of which nothing was seen, in words."""

    criterion: str
    text: Text


class Outcome(_Table, frozen=True, kw_only=True):
    """What came of one agreement in one exercise.

    Attributes:
        agreement: Id of the agreement.
        run: Id of the run.
        advice: The advice; the steering group takes the position (par. 4.2).
        met: Number of criteria that were met.
        partly_met: Number that were met in part.
        not_met: Number that were not.
        not_observed: Number of which nothing was seen.
        unseen: Minimum conditions of which nothing was seen: still to be shown.
    """

    agreement: str
    run: str
    advice: str
    met: int
    partly_met: int
    not_met: int
    not_observed: int
    unseen: tuple[Unseen, ...] = ()


class Found(_Table, frozen=True, kw_only=True):
    """What a run showed when a point was found.

    Attributes:
        run: Id of the run.
        result: What the evidence said.
        reason: Why, in a sentence.
        evidence: The first sequence numbers of the records that it rests on.
        records: How many records it rests on.
    """

    run: str
    result: Lacking
    reason: Text
    evidence: tuple[int, ...] = ()
    records: int = 0


class PointToImprove(_Table, frozen=True, kw_only=True):
    """A point to improve (verbeterpunt) of one agreement.

    Attributes:
        id: Its name.
        agreement: Id of the agreement.
        text: What should be so.
        criterion: Id of the criterion; None for a point of people's own, which no run can mend.
        minimum: Whether that is a minimum condition.
        found: What a run showed; None for a point of people's own.
        owner: Who takes it up; empty while nobody does.
        by: By when, ISO 8601; empty where none was set.
        state: How far people say they are.
        aim: Where people want to be with it.
        obstacle: What is in the way.
        note: What else is to be said.
    """

    id: str
    agreement: str
    text: Text
    criterion: str | None = None
    minimum: bool = False
    found: Found | None = None
    owner: str = ""
    by: str = ""
    state: State = "open"
    aim: str = ""
    obstacle: str = ""
    note: str = ""


class Shown(_Table, frozen=True, kw_only=True):
    """What a later run showed of a point.

    Attributes:
        point: Id of the point.
        run: Id of the run.
        verdict: Whether that mends it.
        result: What the evidence said of its criterion.
        reason: Why, in a sentence.
        evidence: The first sequence numbers of the records that it rests on.
        records: How many records it rests on.
    """

    point: str
    run: str
    verdict: Verdict
    result: Shows
    reason: Text
    evidence: tuple[int, ...] = ()
    records: int = 0


class Moment(_Table, frozen=True, kw_only=True):
    """A peer review of agreements (intercollegiale toets), or a moment to evaluate them (informele evaluatie).

    Attributes:
        kind: Which of the two.
        on: Date, ISO 8601.
        agreements: Ids of the agreements that it is about.
        who: Who takes part, by role or organisation.
        agreed: What was agreed; empty while it is still to come.
        points: Ids of points that it was about.
        note: What else is to be said.
    """

    kind: MomentKind
    on: str
    agreements: tuple[str, ...]
    who: tuple[str, ...] = ()
    agreed: str = ""
    points: tuple[str, ...] = ()
    note: str = ""

    @property
    def held(self) -> bool:
        """Say whether it was held: what is still to come has agreed nothing yet."""
        return bool(self.agreed.strip())


class Register(_Table, frozen=True, kw_only=True):
    """A register: agreements, exercises and their outcomes, points, what later runs showed, reviews, evaluations."""

    agreements: tuple[Bound, ...] = ()
    exercises: tuple[Held, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    points: tuple[PointToImprove, ...] = ()
    shown: tuple[Shown, ...] = ()
    moments: tuple[Moment, ...] = ()

    def plus(self, more: Register) -> Register:
        """Return this register with more at the end of each list; nothing that is in it changes."""
        return Register(
            agreements=(*self.agreements, *more.agreements),
            exercises=(*self.exercises, *more.exercises),
            outcomes=(*self.outcomes, *more.outcomes),
            points=(*self.points, *more.points),
            shown=(*self.shown, *more.shown),
            moments=(*self.moments, *more.moments),
        )

    def exercise(self, run: str) -> Held:
        """Return the exercise of a run.

        Raises:
            KeyError: The register does not hold it.
        """
        return {each.run: each for each in self.exercises}[run]

    def shown_of(self, point: str) -> tuple[Shown, ...]:
        """Return what later runs showed of a point, in order of time."""
        found = (each for each in self.shown if each.point == point)
        return tuple(sorted(found, key=lambda each: self.exercise(each.run).started))


def standing_of(point: PointToImprove, shown: tuple[Shown, ...]) -> Standing:
    """Return how a point stands, from what people say and what runs showed of it, in order of time.

    A run in which its criterion was not observed changes nothing. What people closed stays closed.
    """
    seen = [each.verdict for each in shown if each.verdict != "not observed"]
    if point.state == "closed" or not seen:
        return point.state
    if seen[-1] == "mended":
        return "mended"
    return "returned" if "mended" in seen else point.state
