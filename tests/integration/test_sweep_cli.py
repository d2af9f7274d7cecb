"""``beeld sweep``: the same results however and wherever its runs are played, and after it was stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from sim.cli.main import main
from sim.core.world.scenario import Scenario
from sim.files.scenario.loading import load_scenario
from sim.runlog.errors import RunLogError
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from sim.sweep import backends, playing
from sim.sweep.planning import Asked, Prepared, prepare
from sim.sweep.store import PARTS_NAME, load_sweep
from sim.sweep.sweeping import How, carry_out
from tests.integration.command import BEEKDAL, PATIENCE_S, beeld, started

SKILLS: Final = ("--set", "wl.people.skill=0.1,0.9", "--set", "vr24.hin.skill=0.6..0.9")
WHAT: Final = (str(BEEKDAL), "--seeds", "3", *SKILLS)
FILES: Final = ("plan.json", "sweep.json", "sweep.parquet")


def prepared() -> Prepared:
    return prepare(Asked(scenario=str(BEEKDAL), seeds="3", settings=SKILLS[1::2]))


def results(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the results, byte for byte, of a sweep in this process."""
    folder = tmp_path_factory.mktemp("sweep") / "here"
    carry_out(prepared(), folder, How(jobs=1))
    return results(folder)


# The same results -----------------------------------------------------------------------------------


def test_the_number_of_jobs_makes_no_difference(expected: dict[str, bytes], tmp_path: Path) -> None:
    done = beeld("sweep", *WHAT, "--jobs", "2", "--out", "two", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert results(tmp_path / "two") == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sweep_that_was_stopped_goes_on_to_the_same_results(
    jobs: int, expected: dict[str, bytes], tmp_path: Path
) -> None:
    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(prepared(), tmp_path / "one", How(jobs=jobs, on_progress=stop))
    assert not (tmp_path / "one" / "sweep.json").exists()

    swept = carry_out(prepared(), tmp_path / "one", How(jobs=1))

    assert 2 <= swept.before < len(swept.sweep.runs) == 6
    assert results(tmp_path / "one") == expected


def test_a_machine_that_stopped_in_the_middle_of_a_line(expected: dict[str, bytes], tmp_path: Path) -> None:
    carry_out(prepared(), tmp_path / "one", How(jobs=1))
    parts = tmp_path / "one" / PARTS_NAME
    parts.write_bytes(parts.read_bytes()[:-1000])
    (tmp_path / "one" / "sweep.json").unlink()

    assert carry_out(prepared(), tmp_path / "one", How(jobs=1)).before == 5
    assert results(tmp_path / "one") == expected


def test_a_sweep_that_is_there_is_not_run_again(
    expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out(prepared(), tmp_path / "one", How(jobs=1))
    monkeypatch.setattr(playing, "run_exercise", None)
    assert carry_out(prepared(), tmp_path / "one", How(jobs=2)).before == 6
    assert results(tmp_path / "one") == expected


def test_every_seed_draws_the_same_for_every_variant(expected: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "sweep.json"
    file.write_bytes(expected["sweep.json"])
    sweep = load_sweep(file)
    low, high = (sweep.of(variant.name) for variant in sweep.plan.variants)
    assert [run.draws for run in low] == [run.draws for run in high]
    assert len({run.draws for run in low}) == 3
    assert all(0.6 <= run.draws[0].value <= 0.9 for run in sweep.runs)


def test_a_run_of_a_sweep_can_be_run_by_itself(expected: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "sweep.json"
    file.write_bytes(expected["sweep.json"])
    run = load_sweep(file).runs[-1]
    settings = ["wl.people.skill=0.9", *(f"{draw.name}={draw.value}" for draw in run.draws)]
    scenario = load_scenario(BEEKDAL, settings=settings)
    options = RunOptions(seed=run.seed, broker="memory", pace=Pace(None), folder=tmp_path / "run")
    assert run_exercise(scenario, options).digest == run.digest


def test_logs_that_are_kept_are_whole(expected: dict[str, bytes], tmp_path: Path) -> None:
    done = beeld("sweep", *WHAT, "--jobs", "2", "--keep", "--out", "kept", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    runs = tmp_path / "kept" / "runs"
    assert sorted(run.name for run in runs.iterdir()) == [
        f"{n}-seed{seed}" for n in (1, 2) for seed in (1, 2, 3)
    ]
    digests = {run.digest for run in load_sweep(tmp_path / "kept").runs}
    assert {
        json.loads((run / "manifest.json").read_bytes())["result"]["digest"] for run in runs.iterdir()
    } == digests
    assert all(verify(run).complete for run in runs.iterdir())
    assert results(tmp_path / "kept") == expected


# What people see ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "nl",
            (
                "Varianten over dezelfde 3 seeds",
                "Elke seed loot vr24.head-of-information.skill tussen 0.6 en",
            ),
        ),
        (
            "en",
            (
                "Variants over the same 3 seeds",
                "Each seed draws vr24.head-of-information.skill between 0.6 and",
            ),
        ),
    ],
)
def test_a_sweep_says_what_came_of_it_and_where_it_stands(
    lang: str, words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", *WHAT, "--jobs", "1", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert all(text in out for text in words)
    (folder,) = (tmp_path / "sweeps").iterdir()
    assert folder.name == f"beekdal-{prepared().digest[:10]}"
    assert f"sweeps/{folder.name}/sweep.json" in out

    assert main(["sweep", *WHAT, "--jobs", "1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["runs"], document["before"], document["seeds"]) == (6, 6, [1, 3])
    assert document["plan"] == prepared().digest
    assert [variant["settings"] for variant in document["variants"]] == [
        ["wl.people.skill=0.1"],
        ["wl.people.skill=0.9"],
    ]
    assert document["changes"][0].startswith("With 3 seeds nothing can be said to change for sure")
    assert all(Path(file).exists() for file in document["files"])


def test_a_party_under_two_profiles_is_laid_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    changed = ("gaslek-keten", "--seeds", "1", "--until", "T+01:00:00", "--set", "netbeheerder.profile=core")
    assert main(["sweep", *changed, "--jobs", "1", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "What it asks of Invented Link network operator" in out
    assert out.index("link collaboration") < out.index("core collaboration")


# What cannot be -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--jobs", "0"], "command line: --jobs: expected a number from 1 to 256, found 0"),
        (["--seeds", "none"], "command line: --seeds: expected how many seeds"),
        (["--set", "wl.profile"], "command line: --set: expected PARTY.KEY=VALUE"),
        (
            ["--set", "wl.people.skill=2"],
            "command line: --set wl.people.skill: expected a number <= 1.0, found 2",
        ),
        (["--dask", "tcp://127.0.0.1:9", "--jobs", "2"], "command line: --jobs: expected none with --dask"),
        (["--dask", "tcp://127.0.0.1:9", "--keep"], "command line: --keep: expected none with --dask"),
        (["--criteria", "gone.toml"], "gone.toml"),
        (["--until", "soon"], "command line: --until: expected a time after the start"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    more: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", str(BEEKDAL), *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("beeld: ")
    assert says in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_sweep_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "one")
    assert main(["sweep", str(BEEKDAL), "--seeds", "1", "--jobs", "1", "--out", out]) == 0
    assert main(["sweep", str(BEEKDAL), "--seeds", "2", "--jobs", "1", "--out", out]) == 2
    assert "which holds another plan" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("broken", "code", "says"),
    [
        (
            "mistake",
            70,
            "a mistake of beeld itself: RunBrokeError: variant 'as written', seed 2: ZeroDivisionError",
        ),
        ("exchange", 3, "beeld: variant 'as written', seed 2: 1 lost"),
        ("input", 2, "beeld: variant 'as written', seed 2: disk full"),
    ],
)
def test_a_run_that_fails_stops_the_sweep_and_is_named(
    broken: str,
    code: int,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playing, "run_exercise", Breaking(broken))
    assert (
        main(["sweep", str(BEEKDAL), "--seeds", "3", "--jobs", "1", "--out", str(tmp_path / "one")]) == code
    )
    assert says in capsys.readouterr().err
    assert len((tmp_path / "one" / PARTS_NAME).read_bytes().splitlines()) == 1


class Breaking:
    """Runs exercises, but for that of seed 2."""

    def __init__(self, how: str) -> None:
        self._how = how

    def __call__(self, scenario: Scenario, options: RunOptions) -> RunResult:
        if options.seed != 2:
            return run_exercise(scenario, options)
        if self._how == "mistake":
            raise ZeroDivisionError("of ours")
        if self._how == "input":
            raise RunLogError("disk full")
        raise playing._ExchangeError("1 lost")


# Stopped by hand ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sweep_that_is_stopped_by_hand_ends_with_its_processes(
    number: signal.Signals, code: int, jobs: str, tmp_path: Path
) -> None:
    many = (str(BEEKDAL), "--seeds", "500", "--jobs", jobs, "--out", "one", "--lang", "en")
    with started("sweep", *many, cwd=tmp_path) as process:
        wait_for_a_part(tmp_path / "one" / PARTS_NAME)
        children = children_of(process.pid)
        os.kill(process.pid, number)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert "of 500 runs are in one; the same command goes on from there" in err
    assert "Traceback" not in err
    wait_until_gone(children)


@pytest.mark.slow
def test_processes_end_with_a_sweep_that_is_killed(tmp_path: Path) -> None:
    many = (str(BEEKDAL), "--seeds", "500", "--jobs", "2", "--out", "one")
    with started("sweep", *many, cwd=tmp_path) as process:
        wait_for_a_part(tmp_path / "one" / PARTS_NAME)
        children = children_of(process.pid)
        assert children
        process.kill()
        process.wait(PATIENCE_S)
    wait_until_gone(children)


def wait_for_a_part(parts: Path) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not parts.exists() or not parts.stat().st_size:
        assert time.monotonic() < give_up, "no run came"
        time.sleep(0.02)


def wait_until_gone(pids: list[int]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while any(_is_alive(pid) for pid in pids):
        assert time.monotonic() < give_up, "a process outlived its sweep"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # one that nobody waits for any more


def children_of(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found.append(int(folder.name))
    return found


# A Dask cluster -------------------------------------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[str]:
    """Run a cluster of two worker processes on this machine, and return its address."""
    from distributed import LocalCluster  # noqa: PLC0415 -- large, and for two tests only

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running.scheduler_address


@pytest.mark.slow
def test_a_dask_cluster_makes_no_difference(expected: dict[str, bytes], cluster: str, tmp_path: Path) -> None:
    done = beeld("sweep", *WHAT, "--dask", cluster, "--out", "dask", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert results(tmp_path / "dask") == expected


def test_a_cluster_that_is_not_there_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "_CONNECT_S", 0.2)
    assert main(["sweep", *WHAT, "--dask", "tcp://127.0.0.1:9", "--out", str(tmp_path / "one")]) == 2
    err = capsys.readouterr().err
    assert "command line: --dask: expected the address of a Dask scheduler that runs" in err
    assert "Traceback" not in err


def test_without_dask_one_line_says_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["sweep", *WHAT, "--dask", "tcp://127.0.0.1:9", "--out", str(tmp_path / "one")]) == 2
    assert "pip install 'beeld[dask]'" in capsys.readouterr().err


# A whole exercise -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_whole_exercise_under_two_profiles_is_the_same_everywhere(cluster: str, tmp_path: Path) -> None:
    what = ("gaslek-keten", "--seeds", "2", "--set", "netbeheerder.profile=link,core")
    for name, how in (("one", ("--jobs", "1")), ("two", ("--jobs", "2")), ("dask", ("--dask", cluster))):
        done = beeld("sweep", *what, *how, "--out", name, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    shutil.copytree(tmp_path / "one", tmp_path / "again")
    parts = tmp_path / "again" / PARTS_NAME
    parts.write_bytes(parts.read_bytes()[: parts.stat().st_size // 2])
    assert beeld("sweep", *what, "--jobs", "1", "--out", "again", cwd=tmp_path).returncode == 0

    expected = results(tmp_path / "one")
    assert all(results(tmp_path / name) == expected for name in ("two", "dask", "again"))
