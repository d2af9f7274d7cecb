"""From what is asked to a plan: every variant is read and checked before anything runs, every mistake at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sim.core.assessment.judging.framework import Framework
from sim.core.model.party import Party
from sim.core.model.staffed import posts_of
from sim.core.model.time import parse_time
from sim.core.world.scenario import Scenario
from sim.files.criteria import load_criteria
from sim.files.places import known_scenarios
from sim.files.problems import InputError, Problem, Problems, Where, show
from sim.files.scenario.loading import load_scenario
from sim.files.scenario.settings import COMMAND_LINE
from sim.sweep.digests import digest_of
from sim.sweep.playing import Job
from sim.sweep.results import Judged, Member, Plan
from sim.sweep.spreads import as_settings, highest, lowest
from sim.sweep.trying import OPTION as TRIED
from sim.sweep.trying import read_tried, with_outage
from sim.sweep.variants import Settings, read_settings

SEEDS_MAX: Final = 100_000
"""Seeds of one sweep."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for.

    Attributes:
        scenario: Name of a scenario, or its folder.
        seeds: How many, from 1, as ``200``; or from which to which, as ``5..24``.
        settings: As ``--set`` takes them (:mod:`sim.sweep.variants`).
        faults: Files of faults that are added.
        criteria: Criteria of an institution's own; None is those that come with the product.
        until: Where every run stops, as ``--until`` takes it; None is the end of the scenario.
        tried: What is tried to see what results hang on (:mod:`sim.sweep.trying`); not together with settings that
            make variants.
    """

    scenario: str
    seeds: str
    settings: Sequence[str] = ()
    faults: Sequence[Path] = ()
    criteria: Path | None = None
    until: str | None = None
    tried: Sequence[str] = ()


@dataclass(frozen=True)
class Prepared:
    """A plan, and all that its runs need; ``digest`` tells plans apart."""

    plan: Plan
    asked: Asked
    inputs: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the plan."""
        return digest_of(self.plan)

    def jobs(self) -> Iterator[Job]:
        """Return every run, seed by seed, so that a sweep that is stopped has runs that can be laid side by side."""
        for seed in self.plan.seeds:
            for number, variant in enumerate(self.plan.variants):
                yield Job(
                    scenario=_for_anybody(self.asked.scenario),
                    faults=tuple(str(path.resolve()) for path in self.asked.faults),
                    criteria=None if self.asked.criteria is None else str(self.asked.criteria.resolve()),
                    until_ms=self.plan.until_ms,
                    variant=variant,
                    number=number,
                    spreads=self.plan.spreads,
                    seed=seed,
                    version=self.plan.version,
                    inputs=self.inputs[variant.name],
                    judged=self.plan.criteria_digest,
                )


def prepare(asked: Asked) -> Prepared:
    """Return the plan for what is asked.

    Raises:
        InputError: It cannot be run; it carries every problem with any variant.
    """
    problems = Problems()
    seeds = read_seeds(asked.seeds, problems)
    settings = read_settings(asked.settings, problems)
    problems.raise_errors()
    assert settings is not None, "what cannot be read was reported"
    # Its own mistakes, once and not for every variant.
    as_written = load_scenario(asked.scenario, faults=asked.faults)
    settings = _with_tried(asked, settings, as_written)
    framework = load_criteria(asked.criteria)
    scenarios = _read_variants(asked, settings)
    first = next(iter(scenarios.values()))
    until_ms = _until(asked.until, first)
    plan = Plan(
        scenario=first.id,
        name=first.name,
        notice=first.notice,
        scenario_digest=digest_of(_all_inputs(scenarios.values())),
        version=version("beeld"),
        criteria_digest=digest_of(framework),
        seeds=seeds,
        variants=settings.variants,
        spreads=settings.spreads,
        faults=tuple(path.name for path in asked.faults),
        until_ms=until_ms,
        end_ms=first.end_ms if until_ms is None else min(first.end_ms, until_ms),
        cast=tuple(member for name, one in scenarios.items() for member in _cast(name, one)),
        criteria=_judged(framework),
    )
    return Prepared(plan, asked, {name: digest_of(one.inputs) for name, one in scenarios.items()})


def read_seeds(text: str, problems: Problems) -> tuple[int, ...]:
    """Return the seeds that a text says, after reporting when it says none."""
    first, between, last = text.partition("..")
    numbers = [part.strip() for part in ((first, last) if between else ("1", first))]
    if all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
        low, high = map(int, numbers)
        if low <= high < low + SEEDS_MAX:
            return tuple(range(low, high + 1))
    expected = f"how many seeds, such as 200, or which, such as 5..24 (at most {SEEDS_MAX})"
    Where(problems, COMMAND_LINE, "--seeds").error(expected, show(text))
    return ()


def _read_variants(asked: Asked, settings: Settings) -> dict[str, Scenario]:
    """Return the scenario of every variant, with the lowest of every spread in it; both bounds are checked."""
    problems, scenarios = Problems(), {}
    bounds = (highest(settings.spreads), lowest(settings.spreads)) if settings.spreads else ((),)
    for variant in settings.variants:
        for drawn in bounds:
            texts = (*variant.settings, *as_settings(drawn))
            try:
                with with_outage(variant.outage, asked.faults) as files:
                    scenarios[variant.name] = load_scenario(asked.scenario, settings=texts, faults=files)
            except InputError as error:
                for problem in error.problems:
                    problems.add(problem)
    problems.raise_errors()
    return scenarios


def _with_tried(asked: Asked, settings: Settings, scenario: Scenario) -> Settings:
    """Return settings with the variants that are tried; what is drawn stays."""
    if not asked.tried:
        return settings
    problems = Problems()
    where = Where(problems, COMMAND_LINE, TRIED)
    if len(settings.variants) > 1:
        where.error("none with --set that makes variants, so that one thing differs at a time", "both")
    tried = read_tried(asked.tried, scenario, problems)
    problems.raise_errors()
    return Settings(tried, settings.spreads)


def _until(text: str | None, scenario: Scenario) -> int | None:
    if text is None:
        return None
    try:
        until_ms = parse_time(text, scenario.start)
    except ValueError:
        until_ms = -1
    if until_ms < 0:
        expected = "a time after the start, such as T+36:00:00 or 90m"
        raise InputError([Problem(COMMAND_LINE, "--until", expected, show(text))])
    return until_ms


def _all_inputs(scenarios: Iterable[Scenario]) -> dict[str, str]:
    return {name: digest for scenario in scenarios for name, digest in scenario.inputs.items()}


def _cast(variant: str, scenario: Scenario) -> Iterator[Member]:
    return (_member(variant, scenario, party) for party in scenario.parties.values())


def _member(variant: str, scenario: Scenario, party: Party) -> Member:
    profile = scenario.profiles[party.profile]
    posts = posts_of(party, profile).values()
    return Member(
        variant=variant,
        party=party.id,
        name=party.name,
        kind=profile.kind,
        profile=profile.id,
        profile_name=profile.name,
        on_duty=sum(post.on_duty for post in posts),
        on_call=sum(post.on_call for post in posts),
    )


def _judged(framework: Framework) -> tuple[Judged, ...]:
    return tuple(
        Judged(
            id=one.id,
            scope="exercise" if one.scope == "exercise" else "party",
            part=one.part,
            minimum=one.minimum,
            measure=one.measure,
            better=one.better,
            text=one.text,
            citation=one.citation,
        )
        for one in framework
    )


def _for_anybody(scenario: str) -> str:
    """Return what a process with another working folder finds a scenario by."""
    return scenario if scenario in known_scenarios() else str(Path(scenario).resolve())
