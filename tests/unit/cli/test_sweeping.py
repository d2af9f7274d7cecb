"""What a person sees of a sweep."""

from __future__ import annotations

from io import StringIO

import msgspec
import pytest
from rich.console import Console

from sim.cli.output import Speaker
from sim.cli.sweeping import print_summary, summary_of, sweep_progress
from sim.core.model.text import Text
from sim.sweep.results import Load, Member, Sweep
from tests.unit.sweep.test_results import PLAN, made


def under_two_profiles() -> Sweep:
    link = PLAN.cast[0]
    core = msgspec.structs.replace(
        link, variant="a.profile=core", profile="core", profile_name=Text("kern", "core")
    )
    other = [
        Member(**{**msgspec.structs.asdict(link), "party": "b", "variant": variant.name})
        for variant in PLAN.variants
    ]
    load = Load(party="a", sent=4, received=3, busiest_hour=2, arrived=1, missed=0, unreachable=5)
    runs = tuple(
        msgspec.structs.replace(run, messages=run.messages + run.seed, loads=(load,)) for run in made().runs
    )
    return Sweep(msgspec.structs.replace(PLAN, cast=(link, core, *other)), runs)


def shown(sweep: Sweep) -> str:
    file = StringIO()
    print_summary(sweep, Console(file=file, width=160), Speaker("en"))
    return file.getvalue()


def test_a_variant_has_the_median_and_from_which_to_which() -> None:
    text = shown(under_two_profiles())
    assert text.count("2.5 (2-3)") == 2
    assert text.index("as written") < text.index("a.profile=core")


def test_only_who_differs_in_profile_is_laid_side_by_side() -> None:
    text = shown(under_two_profiles())
    assert text.count("What it asks of") == 1
    assert "What it asks of A: median" in text
    assert "What it asks of" not in shown(Sweep(PLAN, made().runs))


def test_the_same_for_programs() -> None:
    first, second = summary_of(under_two_profiles())
    assert (first["variant"], first["settings"], first["runs"], first["messages"]) == (
        "as written",
        [],
        2,
        2.5,
    )
    assert second["settings"] == ["a.profile=core"]
    assert summary_of(Sweep(PLAN, ()))[0]["messages"] == 0


def test_how_far_it_is_is_shown_where_somebody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with sweep_progress(PLAN, Speaker("en"), shown=True) as on_progress:
        on_progress(3)
    with sweep_progress(PLAN, Speaker("en"), shown=False) as silent:
        silent(4)
    assert capsys.readouterr().out == ""
