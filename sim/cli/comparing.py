"""Two runs side by side, on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console

from sim.cli.judgment import RESULT_KEY, number
from sim.cli.output import Speaker, plain, print_table, table
from sim.core.assessment.judging.outcome import Finding, Measurement, Reading
from sim.core.model.time import format_offset, signed_duration
from sim.replay.comparison import Comparison, Differing, Judged, Learned

ROWS_MAX: Final = 60
"""Rows of a table on the screen; all of them are in the document that ``--json`` gives."""

_SHOWN_MAX: Final = 40


def print_comparison(found: Comparison, one: str, other: str, screen: Console, say: Speaker) -> None:
    """Print what differs between two runs that are called ``one`` and ``other``."""
    screen.print(say("compare-title", one=one, other=other), style="bold", markup=False)
    if found.is_same:
        screen.print(say("compare-same"))
        return
    screen.print()
    _print_differing("compare-set-up", found.set_up, screen, say)
    _print_differing("compare-totals", found.totals, screen, say)
    _print_judged(found.judgment_first, screen, say)
    _print_learned(found.knowledge_first, screen, say)


def _print_differing(title: str, rows: Sequence[Differing], screen: Console, say: Speaker) -> None:
    made = table(say(title), say("compare-what"), say("compare-one"), say("compare-other"))
    for row in rows[:ROWS_MAX]:
        made.add_row(plain(row.what), _value(row.one, say), _value(row.other, say))
    print_table(made, screen, say)
    _print_more(len(rows), screen, say)


def _value(value: str | int | None, say: Speaker) -> str:
    return say("compare-nothing") if value is None else plain(str(value), _SHOWN_MAX).plain


def _print_judged(rows: Sequence[Judged], screen: Console, say: Speaker) -> None:
    made = table(
        say("compare-judgment"),
        say("party"),
        say("compare-what"),
        say("compare-one"),
        say("compare-other"),
    )
    for row in rows[:ROWS_MAX]:
        what = say("advice") if row.kind == "advice" else row.id
        made.add_row(row.party or say("compare-exercise"), what, _said(row.one, say), _said(row.other, say))
    print_table(made, screen, say)
    _print_more(len(rows), screen, say)


def _said(said: Finding | Reading | str | None, say: Speaker) -> str:
    if said is None:
        return say("compare-nothing")
    if isinstance(said, str):
        return say(f"advice-{said.replace(' ', '-')}")
    if isinstance(said, Reading):
        return _measured(said.measure, say)
    return f"{say(RESULT_KEY[said.result])}: {_measured(said.measure, say)}"


def _measured(measure: Measurement, say: Speaker) -> str:
    if measure.value is None and measure.pending is None:
        return "·"
    figure = measure.value if measure.value is not None else measure.pending
    assert figure is not None, "one of them is there"
    shown = number(figure, measure.unit)
    return say(
        "measured-over", figure=shown if measure.value is not None else f"≥ {shown}", count=measure.count
    )


def _print_learned(rows: Sequence[Learned], screen: Console, say: Speaker) -> None:
    made = table(
        say("compare-knowledge", count=len(rows)),
        say("party"),
        say("compare-subject"),
        say("compare-one"),
        say("compare-other"),
        say("compare-later"),
        right=(4,),
    )
    for row in rows[:ROWS_MAX]:
        made.add_row(row.party, row.subject, _when(row.one_ms, say), _when(row.other_ms, say), _later(row))
    print_table(made, screen, say)
    _print_more(len(rows), screen, say)


def _when(at_ms: int | None, say: Speaker) -> str:
    return say("compare-never") if at_ms is None else format_offset(at_ms)


def _later(row: Learned) -> str:
    return "" if row.later_ms is None else signed_duration(row.later_ms)


def _print_more(rows: int, screen: Console, say: Speaker) -> None:
    if rows > ROWS_MAX:
        screen.print(say("compare-more", count=rows - ROWS_MAX))
        screen.print()
