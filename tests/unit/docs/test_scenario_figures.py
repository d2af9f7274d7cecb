"""The measured figures in the READMEs of scenarios: what the tables say, and that they are held against the runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import scenario_figures
from benchmarks.scenario_figures import parts_of, readme, renew
from benchmarks.scenario_runs import FaultFigures, OperatorFigures, RunFigures, figures_of
from benchmarks.scenario_tables import fault_table, profile_table, run_table
from sim.core.assessment.judging.judgment import assess
from sim.core.model.time import MINUTE_MS
from sim.core.records.kinds import Message
from sim.files.criteria import load_criteria
from sim.files.places import shipped_scenarios
from sim.runlog.reader import read
from tests.played import Played


def fault(noticed: int | None, corrected: int | None, held: int = 0, decided: int = 0) -> FaultFigures:
    """What became of a fault; times in minutes."""
    times = [None if moment is None else moment * MINUTE_MS for moment in (noticed, corrected)]
    return FaultFigures(held > 0, times[0], times[1], held * MINUTE_MS, decided)


def operator(received: int = 0) -> OperatorFigures:
    return OperatorFigures(10 * MINUTE_MS, None, 3, received, {"hospital-feed": 7 * MINUTE_MS}, received > 0)


def run(one: FaultFigures, messages: int = 100, **notes: int) -> RunFigures:
    return RunFigures({"f-x": one}, messages, 2, notes, operator(messages))


RUNS = (
    run(fault(10, 30, held=40, decided=1), 1000, missed=2),
    run(fault(20, None, held=60), 1200, missed=3, slip=1),
    run(fault(None, None), 1400),
)


def line(table: str, first: str) -> list[str]:
    """The cells of the row that begins so, after its first."""
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    (found,) = [row for row in rows if row[0] == first]
    return found[1:]


def test_a_fault_is_counted_by_runs_and_timed_by_the_runs_in_which_it_happened() -> None:
    assert line(fault_table(RUNS), "`f-x`") == ["2", "2", "15 min", "1", "30 min", "40 partner-min", "1"]
    never = fault_table((RUNS[2],))
    assert line(never, "`f-x`") == ["0", "0", "-", "0", "-", "0 partner-min", "0"]


def test_a_run_as_a_whole_has_its_median_and_its_extent() -> None:
    table = run_table(RUNS)
    assert line(table, "messages") == ["1,200", "1,000 to 1,400"]
    assert line(table, "things that nobody got round to (`missed`)") == ["2", "0 to 3"]
    assert line(run_table(RUNS[:2]), "things that nobody got round to (`missed`)")[0] == "2.5"


def test_two_profiles_stand_beside_each_other() -> None:
    table = profile_table(RUNS, RUNS[2:])
    assert line(table, "messages that it received") == ["1,200", "1,400"]
    assert line(table, "`f-x`: told to others; noticed; put right") == [
        "2; 2, after 15 min; 1, after 30 min",
        "0; 0; 0",
    ]
    assert line(table, "first item of it in the shared picture, after the start") == ["-", "-"]
    assert line(table, "the call of the GBT is answered") == ["3 of 3 runs", "1 of 1 runs"]


def test_the_figures_of_a_run_are_those_of_its_assessment(played: Played) -> None:
    records = list(read(played("gaslek-keten", 1, "netbeheerder.profile=link").folder))
    found = figures_of(records, with_operator=True)
    judged = assess(records, load_criteria())

    assert list(found.faults) == [one.id for one in judged.faults]
    for one in judged.faults:
        figures = found.faults[one.id]
        assert (figures.noticed_ms, figures.corrected_ms) == (one.time_to_detect_ms, one.time_to_correct_ms)
        assert (figures.held_ms, figures.decided) == (one.exposure_ms, len(one.decisions))
        assert figures.told == any(not exposure.own for exposure in one.exposures)
    assert found.messages == sum(isinstance(record.content, Message) for record in records)
    assert found.operator is not None
    assert 0 < found.operator.received < found.messages
    assert figures_of(records).operator is None


def play(_scenario: str, _settings: tuple[str, ...]) -> Sequence[RunFigures]:
    return RUNS


@pytest.mark.parametrize("scenario", shipped_scenarios())
def test_every_readme_has_a_place_for_its_figures(scenario: str, tmp_path: Path) -> None:
    copy = tmp_path / "README.md"
    copy.write_text(readme(scenario).read_text("utf-8"), "utf-8")

    assert renew(copy, scenario, play, write=False)
    assert copy.read_text("utf-8") == readme(scenario).read_text("utf-8")
    assert renew(copy, scenario, play, write=True)
    assert not renew(copy, scenario, play, write=False)
    assert all(part in copy.read_text("utf-8") for part in parts_of(scenario, play).values())


def test_a_readme_without_a_place_for_them_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("# Nothing", "utf-8")
    with pytest.raises(ValueError, match=r"README\.md: expected the marks '<!-- faults: begin -->'"):
        renew(page, "duinbrand", play, write=True)


@pytest.mark.parametrize("stale", [True, False])
def test_the_check_names_the_readme_that_differs_in_one_line(
    stale: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scenario_figures, "renew", lambda *_, write: stale and not write)
    monkeypatch.setattr(sys, "argv", ["figures", "--check", "duinbrand"])

    assert scenario_figures.main() == int(stale)
    told = "expected the figures of the runs, found others; write them with 'make figures'"
    assert capsys.readouterr().out == (f"{readme('duinbrand')}: {told}\n" if stale else "")


def test_an_unknown_scenario_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["figures", "duinbrant"])
    with pytest.raises(SystemExit):
        scenario_figures.main()
    assert "found duinbrant" in capsys.readouterr().err
