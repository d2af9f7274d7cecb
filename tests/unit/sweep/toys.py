"""A sweep with known truth: a network operator as link or as core, over some seeds; nothing is run for it."""

from __future__ import annotations

import numpy as np

from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS
from sim.sweep.results import Advised, Draw, Judged, Load, Member, Plan, Reading, Run, Spread, Sweep, Variant

REFERENCE, CORE = "as written", "netbeheerder.profile=core"
OPERATOR, REGION = "netbeheerder", "vr04"
LIMIT_MS = 30 * MINUTE_MS
SOONER_MS = 12 * MINUTE_MS

INITIAL = Judged(
    id="initial-picture",
    scope="party",
    part="performance",
    minimum=True,
    measure="initial-picture",
    better="lower",
    text=Text(nl="Het startbeeld is er op tijd.", en="The initial picture is there in time."),
    citation="Beleidskader Tabel 1",
)
FITS = Judged(
    id="profile-fits",
    scope="party",
    part="direction",
    minimum=True,
    measure="profile-fits",
    better="higher",
    text=Text(nl="Het profiel past.", en="The profile fits."),
    citation="Beleidskader par. 2.2",
)


def plan(seeds: int, *, spreads: tuple[Spread, ...] = ()) -> Plan:
    return Plan(
        scenario="toy",
        name=Text(nl="Speelgoed", en="Toy"),
        notice=Text(nl="Dit is een oefening.", en="This is an exercise."),
        scenario_digest="0" * 64,
        version="0.1.0",
        criteria_digest="1" * 64,
        seeds=tuple(range(1, seeds + 1)),
        variants=(Variant(REFERENCE), Variant(CORE, (CORE,))),
        spreads=spreads,
        end_ms=240 * MINUTE_MS,
        cast=tuple(
            member
            for name, profile in ((REFERENCE, "link"), (CORE, "core"))
            for member in cast(name, profile)
        ),
        criteria=(FITS, INITIAL),
    )


def cast(variant: str, profile: str) -> tuple[Member, Member]:
    names = {"link": Text(nl="Schakel", en="Link"), "core": Text(nl="Kernpartner", en="Core")}
    return (
        Member(
            variant=variant, party=OPERATOR, name=Text(nl="Netbeheerder", en="Network operator"), kind="partner",
            profile=profile, profile_name=names[profile], on_duty=1 if profile == "link" else 2, on_call=1,
        ),
        Member(
            variant=variant, party=REGION, name=Text(nl="IJsselland", en="IJsselland region"), kind="body",
            profile="safety-region", profile_name=Text(nl="Regio", en="Region"), on_duty=2, on_call=4,
        ),
    )  # fmt: skip


def sweep(seeds: int = 60, *, spreads: tuple[Spread, ...] = ()) -> Sweep:
    """As core the initial picture comes 12 minutes sooner, and some 40 messages more go through; else all is luck."""
    random = np.random.default_rng(11)
    made = plan(seeds, spreads=spreads)
    luck = random.normal(36, 8, seeds)
    skills = random.uniform(0.6, 0.9, seeds).round(4)
    runs = []
    for variant in made.variants:
        for seed, minutes, skill in zip(made.seeds, luck, skills, strict=True):
            core = variant.name == CORE
            took = (
                round(minutes * MINUTE_MS) - (SOONER_MS if core else 0) + int(random.integers(0, MINUTE_MS))
            )
            runs.append(
                run(
                    variant.name,
                    seed,
                    took,
                    other=float(random.normal(0.7, 0.1)),
                    messages=400 + (40 if core else 0) + int(random.integers(0, 10)),
                    draws=tuple(Draw(spread.name, float(skill)) for spread in spreads),
                )
            )
    return Sweep(made, tuple(runs))


def run(
    variant: str, seed: int, took_ms: int, *, other: float, messages: int, draws: tuple[Draw, ...] = ()
) -> Run:
    met = took_ms <= LIMIT_MS
    fits = Result.NOT_MET if variant == REFERENCE else Result.MET
    return Run(
        variant=variant,
        seed=seed,
        draws=draws,
        digest=f"{variant}-{seed}",
        messages=messages,
        deliveries=messages * 5,
        loads=(load(OPERATOR, messages // 4), load(REGION, messages // 2)),
        readings=(
            Reading(
                scope="party", party=OPERATOR, criterion="profile-fits", measure="profile-fits", unit=Unit.SHARE,
                value=1.0, count=1, result=fits, limit=1.0, partly_limit=1.0,
            ),
            Reading(
                scope="party", party=OPERATOR, criterion="initial-picture", measure="initial-picture", unit=Unit.MS,
                value=took_ms, count=1, result=Result.MET if met else Result.NOT_MET, limit=LIMIT_MS,
                partly_limit=LIMIT_MS,
            ),
            Reading(scope="party", party=REGION, measure="sourced", unit=Unit.SHARE, value=other, count=9),
        ),
        advice=(Advised(OPERATOR, Advice.CERTIFIED if met else Advice.CONDITIONAL, "rule"),),
    )  # fmt: skip


def load(party: str, received: int) -> Load:
    return Load(party=party, sent=20, received=received, busiest_hour=30, arrived=1, missed=0, unreachable=0)
