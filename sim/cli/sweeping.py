"""What a person sees of a sweep: how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.cli.output import Speaker, plain, print_table, table
from sim.core.model.ids import PartyId
from sim.sweep.results import Load, Plan, Run, Sweep

_SENTENCES: Final = 3
"""Sentences on the screen, for each variant; all of them are in the report."""


@contextmanager
def sweep_progress(plan: Plan, say: Speaker, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """Show how many runs are there and how long the rest will take, on standard error, where somebody looks."""
    if not shown:
        yield lambda _done: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(say("sweeping-left")),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("sweeping-progress"), total=plan.size)

        def on_progress(done: int) -> None:
            # What was there before took no time: the estimate goes by what is played now.
            bar.update(task, completed=done)

        yield on_progress


def print_summary(sweep: Sweep, screen: Console, say: Speaker) -> None:
    """Print what the runs of each variant show; the variants stand as they were asked for, and none is ranked."""
    _print_variants(sweep, screen, say)
    for party in _differing(sweep.plan):
        _print_party(sweep, party, screen, say)


def summary_of(sweep: Sweep) -> list[dict[str, Any]]:
    """Return the same by variant, for programs."""
    return [
        {
            "variant": variant.name,
            "settings": list(variant.settings),
            "runs": len(runs := sweep.of(variant.name)),
            "messages": _middle([run.messages for run in runs]),
            "denied": _middle([run.denied for run in runs]),
        }
        for variant in sweep.plan.variants
    ]


def changes_in_sentences(sweep: Sweep, say: Speaker) -> Iterator[str]:
    """Yield the largest of what surely changes, as sentences, and how much was looked at."""
    # Imported here: statistics are loaded by who asks for them, and nobody else waits for it.
    from sim.report.sweeps.words import SweepWords  # noqa: PLC0415
    from sim.sweep.findings import find  # noqa: PLC0415

    findings, words = find(sweep), SweepWords(sweep.plan, say.language)
    tried = {variant.name for variant in sweep.plan.variants if variant.tried is not None}
    for variant in findings.variants:
        if variant in tried:
            yield say(
                "sweep-tried-changes",
                what=words.variant(variant),
                criteria=len(findings.sure_changes(variant, "criterion")),
                figures=len(findings.sure_changes(variant, "figure")),
            )
            continue
        groups = (findings.sure_changes(variant, kind) for kind in ("criterion", "figure", "cost"))
        told = [words.sentence(change) for changes in groups for change in changes[:_SENTENCES]]
        yield from told or [words.nothing_sure()]
    if findings.variants:
        yield say("sweep-summary-looked", looked=findings.looked_at, sure=findings.sure)


def _print_variants(sweep: Sweep, screen: Console, say: Speaker) -> None:
    title = say("sweeping-variants", count=len(sweep.plan.seeds))
    right = (1, 2, 3)
    made = table(
        title,
        say("sweeping-variant"),
        say("sweeping-runs"),
        say("sweeping-messages"),
        say("denied-count"),
        right=right,
    )
    for variant in sweep.plan.variants:
        runs = sweep.of(variant.name)
        messages, denied = _spread([run.messages for run in runs]), _spread([run.denied for run in runs])
        made.add_row(plain(variant.name), str(len(runs)), messages, denied)
    print_table(made, screen, say)


def _print_party(sweep: Sweep, party: PartyId, screen: Console, say: Speaker) -> None:
    plan = sweep.plan
    name = plan.member(plan.variants[0].name, party).name.in_language(say.language)
    made = table(
        say("sweeping-party", party=name),
        say("sweeping-variant"),
        say("profile"),
        say("sweeping-sent"),
        say("sweeping-received"),
        say("sweeping-arrived"),
        say("sweeping-missed"),
        right=(2, 3, 4, 5),
    )
    for variant in plan.variants:
        member = plan.member(variant.name, party)
        loads = [_load(run, party) for run in sweep.of(variant.name)]
        counts = [
            [getattr(load, field) for load in loads] for field in ("sent", "received", "arrived", "missed")
        ]
        made.add_row(
            plain(variant.name),
            plain(member.profile_name.in_language(say.language)),
            *(_spread(values) for values in counts),
        )
    print_table(made, screen, say)


def _differing(plan: Plan) -> list[PartyId]:
    """Return the parties that do not have the same profile in every variant."""
    profiles: dict[PartyId, set[str]] = {}
    for member in plan.cast:
        profiles.setdefault(member.party, set()).add(member.profile)
    return [party for party, several in profiles.items() if len(several) > 1]


def _load(run: Run, party: PartyId) -> Load:
    return next(load for load in run.loads if load.party == party)


def _middle(values: Sequence[int]) -> float:
    return median(values) if values else 0


def _spread(values: Sequence[int]) -> str:
    """Return the median, and from which to which the values go."""
    if not values:
        return "·"
    return f"{_middle(values):g} ({min(values)}-{max(values)})"
