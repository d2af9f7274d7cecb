"""Points to improve on the screen: what a run added to a register, and how the points of each agreement stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from sim.cli.output import Speaker, plain, print_table, table
from sim.core.model.progress import PointProgress, Progress, progress_of
from sim.core.model.register import Register
from sim.report.improvement_words import ImprovementWords

_WIDTHS: Final = {0: 27, 1: 9, 2: 12, 3: 17, 4: 13, 5: 13}
"""Characters of the columns of points on a screen of 100 columns."""

_NARROW: Final = 130


def taken_document(path: Path, before: Register, added: Register) -> dict[str, Any]:
    """Return what a run added, for programs."""
    return {"register": str(path), "added": added, "agreements": _of_run(before, added)}


def _of_run(before: Register, added: Register) -> list[dict[str, Any]]:
    agreements = {outcome.agreement for outcome in added.outcomes}
    return [
        {
            "agreement": each.agreement.id,
            "advice": each.last.outcome.advice,
            "new": each.new,
            "mended": each.mended,
            "not_mended": each.not_mended,
            "returned": each.returned,
            "not_observed": each.not_observed,
            "open": [point.point.id for point in each.open_points],
        }
        for each in progress_of(before.plus(added))
        if each.agreement.id in agreements and each.last is not None
    ]


def print_taken(path: Path, before: Register, added: Register, screen: Console, say: Speaker) -> None:
    """Print what a run added to a register, by agreement."""
    words = ImprovementWords(say.language)
    held = added.exercises[0]
    keys = ("improve-new", "improve-mended", "improve-not-mended", "improve-not-observed", "improve-open")
    made = table(
        say("improve-title", register=path, run=held.run, exercise=held.exercise, on=held.on),
        say("overview-agreement"),
        say("advice"),
        *(say(key) for key in keys),
        right=tuple(range(2, 2 + len(keys))),
    )
    for each in _of_run(before, added):
        counts = (
            each["new"],
            each["mended"],
            (*each["not_mended"], *each["returned"]),
            each["not_observed"],
            each["open"],
        )
        made.add_row(
            each["agreement"], words.advice(each["advice"]), *(str(len(one) or "·") for one in counts)
        )
    print_table(made, screen, say)
    if not held.complete:
        screen.print(say("improve-incomplete"), style="bold")
    screen.print(say("improve-next", register=path), markup=False, soft_wrap=True)


def points_document(progress: Sequence[Progress], today: str) -> dict[str, Any]:
    """Return how the points of agreements stand, for programs."""
    return {
        "today": today,
        "agreements": [
            {**msgspec.to_builtins(each), "late": [one.point.id for one in each.points if one.is_late(today)]}
            for each in progress
        ],
    }


def print_points(
    progress: Sequence[Progress], today: str, screen: Console, say: Speaker, *, whole: bool
) -> None:
    """Print for each agreement what was reached, the aim, what is in the way, and its points."""
    words = ImprovementWords(say.language)
    for each in progress:
        _print_agreement(each, words, screen, say)
        _print_of_agreement(each, today, words, screen, say, whole=whole)
    if not progress:
        screen.print(say("points-empty"))


def _print_agreement(progress: Progress, words: ImprovementWords, screen: Console, say: Speaker) -> None:
    bound = progress.agreement
    regions = " ".join(region.upper() for region in bound.regions)
    screen.print(plain(f"{words.text(bound.name)} · {bound.id} · {regions}".rstrip(" ·")), style="bold")
    lines = (
        ("progress-last", (words.exercise(progress.last),)),
        ("progress-reached", words.reached(progress)),
        ("progress-aim", (words.aim(progress),)),
        ("progress-way", words.in_the_way(progress)),
        ("progress-points", words.points(progress)),
        ("progress-review", words.moments(progress.last_review, progress.next_review)),
        ("progress-evaluation", words.moments(progress.last_evaluation, progress.next_evaluation)),
    )
    for key, told in lines:
        screen.print(Padding(Text(f"{say(key)}: {plain('; '.join(told))}"), (0, 0, 0, 2)))


def _print_of_agreement(
    progress: Progress, today: str, words: ImprovementWords, screen: Console, say: Speaker, *, whole: bool
) -> None:
    shown = progress.points if whole else progress.open_points
    if not shown:
        screen.print(Padding(say("points-none"), (0, 0, 0, 2)))
    else:
        keys = ("point", "stands", "found", "shown", "owner", "obstacle")
        made = table("", *(say(f"points-{key}") for key in keys))
        made.title = None
        for column, width in _WIDTHS.items():
            # Where there is room, columns take what they need.
            made.columns[column].width = width if screen.width <= _NARROW else None
        for each in shown:
            made.add_row(*_row(each, today, words))
        screen.print(Padding(made, (0, 0, 0, 2)))
    hidden = len(progress.points) - len(shown)
    if hidden:
        screen.print(Padding(say("points-hidden", count=hidden), (0, 0, 0, 2)))
    screen.print()


def _row(each: PointProgress, today: str, words: ImprovementWords) -> tuple[str, ...]:
    point = each.point
    mark = "* " if point.minimum else ""
    cells = (
        f"{mark}{words.text(point.text)}\n{point.id}",
        words.stands(each),
        words.found(each),
        words.shown(each),
        words.owner(each, today),
        point.obstacle.strip() or "·",
    )
    return tuple(escape(plain(cell).plain) for cell in cells)
