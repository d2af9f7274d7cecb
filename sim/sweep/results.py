"""What a sweep is and what comes of it: plan, runs, and the readings of each run's log.

Every variant is run with the same seeds, and a seed draws the same for every variant (common random numbers). So the
figures of two variants are paired by seed (:class:`~sim.sweep.draws.SweepDraws`). Nothing here ranks anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.criteria import Better, Part
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.ids import PartyId
from sim.core.model.text import Text

Scope: TypeAlias = Literal["party", "exercise"]


class Tried(msgspec.Struct, frozen=True):
    """What a variant tries, to see what a result hangs on.

    Attributes:
        what: Slower and less skilled people, or faster and more skilled ones; the tool away for everybody, slow for
            everybody, or away for one party.
        party: Id of the party; empty for everybody.
    """

    what: Literal["people-worse", "people-better", "channel-away", "channel-slow", "channel-cut-off"]
    party: PartyId = ""


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """One way to play the exercise.

    Attributes:
        name: What people read, e.g. ``netbeheerder.profile=core``; ``as written`` for the scenario as its files say.
        settings: What is set in it, each as ``PARTY.KEY=VALUE``, in the order of the command line.
        tried: What it tries (:mod:`sim.sweep.trying`); None for a variant of the command line.
        outage: A file of outages that is added in it, as text; empty for none.
    """

    name: str
    settings: tuple[str, ...] = ()
    tried: Tried | None = None
    outage: str = ""


class Spread(msgspec.Struct, frozen=True):
    """A setting that each seed draws anew, every value between two bounds as likely; both bounds included.

    Attributes:
        name: What is set, e.g. ``vr04.people.skill``.
        low: The lowest.
        high: The highest.
        decimals: To how many decimals it is drawn; 0 is whole numbers, for what is counted.
    """

    name: str
    low: float
    high: float
    decimals: int = 4


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A party as it takes part in one variant; what differs between variants is its profile, and its people with it.

    Attributes:
        variant: Name of the variant.
        party: Its id.
        name: What people read.
        kind: ``partner``, or ``body`` for regions and national bodies, which are not assessed.
        profile: Its profile.
        profile_name: What people read.
        on_duty: People who are at their post from the start, over all roles.
        on_call: People who come when they are called, over all roles.
    """

    variant: str
    party: PartyId
    name: Text
    kind: Literal["partner", "body"]
    profile: str
    profile_name: Text
    on_duty: int
    on_call: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion that the runs were judged by, for who reads the results without the file that it stands in.

    Attributes:
        id: Its id.
        scope: Whether it is about each partner or about the exercise as a whole.
        part: Part of the assessment; only ``performance`` can differ between seeds.
        minimum: Whether it is a minimum condition.
        measure: Name of its measure.
        better: Whether a lower or a higher figure is better.
        text: The criterion.
        citation: Where it stands.
    """

    id: str
    scope: Scope
    part: Part
    minimum: bool
    measure: str
    better: Better
    text: Text
    citation: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep runs; it says all that its results depend on, and nothing else (no machine, no number of jobs).

    Attributes:
        scenario: Id of the scenario.
        name: What people read.
        notice: What must be said of it, e.g. that it is an exercise.
        scenario_digest: SHA-256 over what the files of the scenario, its profiles and added faults hold.
        version: Version of the product.
        criteria_digest: SHA-256 over what every run was judged by.
        seeds: The seeds, in order.
        variants: The variants; the first is the one that others are laid beside.
        spreads: What each seed draws.
        faults: Names of the files of faults that were added.
        until_ms: Where every run stops; None is the end of the scenario.
        end_ms: Length of every run (ms).
        cast: Who takes part, by variant and id.
        criteria: What is judged, in the order of the file.
    """

    scenario: str
    name: Text
    notice: Text
    scenario_digest: str
    version: str
    criteria_digest: str
    seeds: tuple[int, ...]
    variants: tuple[Variant, ...]
    spreads: tuple[Spread, ...] = ()
    faults: tuple[str, ...] = ()
    until_ms: int | None = None
    end_ms: int
    cast: tuple[Member, ...] = ()
    criteria: tuple[Judged, ...] = ()

    @property
    def size(self) -> int:
        """Return the number of runs."""
        return len(self.seeds) * len(self.variants)

    def member(self, variant: str, party: PartyId) -> Member:
        """Return how a party takes part in a variant.

        Raises:
            KeyError: There is no such party or variant.
        """
        for member in self.cast:
            if (member.variant, member.party) == (variant, party):
                return member
        raise KeyError(f"{variant}: {party}")


class Draw(msgspec.Struct, frozen=True, array_like=True):
    """What a seed drew for a spread."""

    name: str
    value: Number


class Reading(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One judged criterion, or one figure without a norm, of one run.

    Attributes:
        scope: Whether it is of a party or of the exercise as a whole.
        party: Id of the party; empty for the exercise.
        criterion: Id of the criterion; empty for a figure without a norm.
        measure: Name of the measure.
        unit: What it counts in.
        value: The figure; None where nothing was found, or nothing had come to its end.
        pending: What it is at least, counting what was still open when the run ended; None when no worse.
        count: Number of events it rests on.
        result: What the evidence says of the criterion; None for a figure without a norm.
        limit: The norm, in the unit; None without one.
        partly_limit: Up to where it is partly met; None without a norm.
    """

    scope: Scope
    party: PartyId = ""
    criterion: str = ""
    measure: str
    unit: Unit
    value: Number | None = None
    pending: Number | None = None
    count: int = 0
    result: Result | None = None
    limit: Number | None = None
    partly_limit: Number | None = None


class Load(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """What one run asked of a party: its messages and its people.

    Attributes:
        party: Its id.
        sent: Messages that it sent.
        received: Messages of others that came to it.
        busiest_hour: Messages of others that came to it in its busiest hour.
        arrived: People of it who came after a call.
        missed: Things that its people did not get round to.
        unreachable: Times that it needed somebody and nobody could be reached.
    """

    party: PartyId
    sent: int
    received: int
    busiest_hour: int
    arrived: int
    missed: int
    unreachable: int


class Advised(msgspec.Struct, frozen=True, array_like=True):
    """The advice that one run gives on a partner, and the rule that gave it; the steering group takes the position."""

    party: PartyId
    advice: Advice
    rule: str


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one run shows, from its log alone.

    Attributes:
        variant: Name of the variant.
        seed: Its seed.
        draws: What the seed drew, in the order of the plan.
        digest: Digest of its log: that of ``beeld run --broker memory`` with the same seed and settings.
        messages: Messages that went through.
        deliveries: How often one reached a reader.
        denied: Attempts to read or write that were refused.
        loads: What it asked of each party, in order of id.
        readings: Criteria and figures: of the exercise, then of the parties in order of id.
        advice: By partner, in order of id.
    """

    variant: str
    seed: int
    draws: tuple[Draw, ...] = ()
    digest: str
    messages: int
    deliveries: int
    denied: int = 0
    loads: tuple[Load, ...] = ()
    readings: tuple[Reading, ...] = ()
    advice: tuple[Advised, ...] = ()


class Sweep(msgspec.Struct, frozen=True):
    """A plan and what came of it: runs in the order of its variants, and within these of the seeds."""

    plan: Plan
    runs: tuple[Run, ...]

    def of(self, variant: str) -> tuple[Run, ...]:
        """Return the runs of a variant, in order of seed."""
        return tuple(run for run in self.runs if run.variant == variant)


def in_order(plan: Plan, runs: Iterable[Run]) -> Sweep:
    """Return a sweep of some runs, whichever way they came."""
    variants = {variant.name: number for number, variant in enumerate(plan.variants)}
    return Sweep(plan, tuple(sorted(runs, key=lambda run: (variants[run.variant], run.seed))))
