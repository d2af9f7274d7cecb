"""Two runs side by side: nothing of a run beside itself, and of two what each of them says."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from sim.cli.comparing import ROWS_MAX, print_comparison
from sim.cli.main import main
from sim.cli.output import Speaker
from sim.core.assessment.judging.outcome import Finding
from sim.files.criteria import load_criteria
from sim.replay.comparison import Comparison, Differing, Judged, Learned, compare
from sim.replay.evidence import evidence_of
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog, read
from tests.played import Played
from tests.written import write_run


@pytest.fixture(scope="module")
def seven(played: Played) -> Path:
    return played("gaslek-keten").folder


@pytest.fixture(scope="module")
def eight(played: Played) -> Path:
    return played("gaslek-keten", 8).folder


@pytest.fixture(scope="module")
def found(seven: Path, eight: Path) -> Comparison:
    return compare(RunLog(seven), RunLog(eight), load_criteria())


def test_a_run_beside_itself_has_no_difference(seven: Path) -> None:
    same = compare(RunLog(seven), RunLog(seven), load_criteria())
    assert same == Comparison((), (), (), ())
    assert same.is_same


def test_of_the_same_run_on_another_broker_only_that_differs(seven: Path, played: Played) -> None:
    embedded = played("gaslek-keten", broker="embedded").folder
    other = compare(RunLog(seven), RunLog(embedded), load_criteria())
    assert other == Comparison((Differing("broker", "memory", "embedded"),), (), (), ())


def test_of_another_seed_the_seed_and_what_came_of_it_differ(found: Comparison) -> None:
    assert found.set_up == (Differing("seed", 7, 8),)
    totals = {row.what: (row.one, row.other) for row in found.totals}
    assert "digest" in totals
    assert all(one != other for one, other in totals.values())
    assert not found.is_same


def test_of_other_settings_each_is_named(seven: Path, played: Played) -> None:
    other = compare(
        RunLog(seven), RunLog(played("gaslek-keten", 7, "gasunie.people.skill=0").folder), load_criteria()
    )
    assert Differing("settings gasunie.people.skill", None, "0") in other.set_up


def test_totals_are_those_of_the_logs(found: Comparison, seven: Path, eight: Path) -> None:
    totals = {row.what: (row.one, row.other) for row in found.totals}
    endings = [list(read(run))[-1].content for run in (seven, eight)]
    for name in ("messages", "deliveries"):
        assert totals[name] == tuple(getattr(ending, name) for ending in endings)


def test_criteria_and_figures_differ_as_the_assessments_do(found: Comparison) -> None:
    assert found.judgment
    for row in found.judgment:
        assert row.kind in ("criterion", "figure", "advice")
        if isinstance(row.one, Finding) and isinstance(row.other, Finding):
            assert row.one.id == row.other.id == row.id
            assert (row.one.result, row.one.measure) != (row.other.result, row.other.measure)


def test_who_first_knew_is_as_the_log_tells(found: Comparison, seven: Path, eight: Path) -> None:
    logs = [evidence_of(RunLog(run)).log for run in (seven, eight)]

    def first_ms(side: int, party: str, subject: str) -> int | None:
        log = logs[side]
        told = [one.at_ms for one in log.held.get(party, ()) if one.item.subject == subject]
        seen = [
            one.at_ms
            for one in log.observed
            if (one.content.party, one.content.observation.fact.subject) == (party, subject)
        ]
        return min([*told, *seen], default=None)

    differing = {(row.party, row.subject): (row.one_ms, row.other_ms) for row in found.knowledge}
    assert differing
    subjects = {subject for _, subject in differing}
    for entry in logs[0].parties:
        for subject in subjects:
            both = (first_ms(0, entry.id, subject), first_ms(1, entry.id, subject))
            assert differing.get((entry.id, subject), (None, None)) == (
                both if both[0] != both[1] else (None, None)
            )


def printed(found: Comparison, language: str) -> str:
    screen = Console(file=io.StringIO(), width=200)
    print_comparison(found, "a", "b", screen, Speaker(language))  # type: ignore[arg-type]
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_it_is_shown_in_both_languages(found: Comparison) -> None:
    assert "Who first knew what" in printed(found, "en")
    assert "Wie wat voor het eerst wist" in printed(found, "nl")


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    rows = tuple(Learned("wl", f"s-{number}", number, None) for number in range(ROWS_MAX + 3))
    judged = (Judged("wl", "", "advice", "certified", None), Judged("", "x", "figure", None, None))
    shown = printed(Comparison((), (), judged, rows), "en")
    assert "And 3 more; --json gives all." in shown
    assert "never" in shown
    assert "nothing" in shown


def test_the_command_gives_all_of_it_in_one_document(
    seven: Path, eight: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(seven), str(seven), "--lang", "nl"]) == 0
    assert "Er is geen verschil." in capsys.readouterr().out
    assert main(["compare", str(seven), str(eight), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["same"] is False
    assert document.keys() == {"same", "set_up", "totals", "judgment", "knowledge"}
    assert main(["compare", str(seven), str(seven.parent / "none")]) == 2
    assert "expected the folder of a run" in capsys.readouterr().err


def test_a_log_without_its_first_record_is_refused(seven: Path, tmp_path: Path) -> None:
    records = list(read(seven))[1:3]
    run = write_run(tmp_path / "run", records)
    with pytest.raises(RunLogError, match="expected a log that begins with the record run"):
        compare(RunLog(run), RunLog(seven), load_criteria())


def test_people_read_what_was_judged_first_and_what_was_never_known_before_what_came_later() -> None:
    def judged(kind: str) -> Judged:
        return Judged("wl", kind, kind, "yes", "no")

    def learned(subject: str, one_ms: int | None, other_ms: int | None) -> Learned:
        return Learned("wl", subject, one_ms, other_ms)

    never, early, late = learned("never", 5, None), learned("early", 90, 10), learned("late", 10, 20)
    found = Comparison(
        (), (), (judged("figure"), judged("criterion"), judged("advice")), (late, early, never)
    )
    assert [row.kind for row in found.judgment_first] == ["advice", "criterion", "figure"]
    assert found.knowledge_first == (never, early, late)
    assert [row.later_ms for row in found.knowledge_first] == [None, -80, 10]
