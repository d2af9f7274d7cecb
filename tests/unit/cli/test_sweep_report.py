"""beeld report on the folder of a sweep, and what a sweep says of changes on the screen."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sim.cli.commands.report import report_run
from sim.cli.output import Common, ExitCode, Speaker
from sim.cli.sweeping import changes_in_sentences
from sim.files.criteria import load_criteria
from sim.files.problems import InputError
from sim.report.sweeps.gathering import sweep_report
from sim.runlog.errors import RunLogError
from sim.sweep.digests import digest_of
from sim.sweep.results import Sweep, Tried, Variant
from sim.sweep.store import is_sweep, save
from tests.unit.sweep.toys import CORE, REFERENCE, sweep


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path, sweep(30))
    return tmp_path


def said(made: Sweep) -> str:
    return "\n".join(changes_in_sentences(made, Speaker("en")))


def test_a_report_is_written_beside_the_results(folder: Path) -> None:
    assert is_sweep(folder)
    assert report_run(folder, format="html", common=Common(lang="nl")) == ExitCode.YES
    assert "Wat verandert er als: Speelgoed" in (folder / "report.nl.html").read_text("utf-8")


def test_options_of_one_run_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="--without-names: expected none with the folder of a sweep"):
        report_run(folder, format="html", without_names=True)
    assert not (folder / "report.en.html").exists()


def test_other_criteria_than_it_was_judged_by_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="the criteria that the sweep was judged by"):
        sweep_report(folder, Path("profiles/criteria.toml"), "en")


def test_rules_that_are_at_hand_tell_what_an_advice_hangs_on(tmp_path: Path) -> None:
    made = sweep(30)
    plan = msgspec.structs.replace(made.plan, criteria_digest=digest_of(load_criteria(None)))
    save(tmp_path, Sweep(plan, made.runs))
    assert sweep_report(tmp_path, None, "en").sections


def test_a_sweep_that_has_not_come_to_its_end_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}", "utf-8")
    with pytest.raises(RunLogError, match="the folder of a sweep that has come to its end"):
        sweep_report(tmp_path, None, "en")


def test_the_screen_says_in_sentences_what_changes() -> None:
    shown = said(sweep(30))
    assert "12 min shorter (median over 30 draws" in shown
    assert "of the others this does not say that they stay the same" in shown


def test_with_few_seeds_the_screen_says_that_nothing_is_sure() -> None:
    assert "With 5 seeds nothing can be said to change for sure: that takes 20 or more." in said(sweep(5))


def test_of_what_is_tried_the_screen_counts_what_changes() -> None:
    made = sweep(30)
    tried = Variant(CORE, (CORE,), Tried("people-better", "netbeheerder"))
    plan = msgspec.structs.replace(made.plan, variants=(Variant(REFERENCE), tried))
    shown = said(Sweep(plan, made.runs))
    assert (
        "faster and more skilled people at Network operator: criteria that surely change 1, figures 1"
        in shown
    )
