"""The runs in a folder: which there are, one that grows, one that is damaged, and any moment of it."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import msgspec
import pytest

from sim.runlog.disk import LOG_NAME
from sim.runlog.manifest import MANIFEST_NAME, load_manifest, save_manifest
from sim.web.options import ServeOptions
from sim.web.runs import OPEN_MAX, OpenRun, Runs
from tests.unit.web.conftest import RUN
from tests.unit.web.serving import JSON, ORIGIN, asking

NAMES = [
    "", ".", "..", "../runs", "..\\runs", "a/b", "\x00", "x" * 300, "nothing", "/etc", "%2e%2e", "~", "\ud800",
]  # fmt: skip


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.web.following.LOOK_S", 0.0)
    monkeypatch.setattr("sim.web.runs.LOOK_S", 0.0)


def still_running(folder: Path) -> bytes:
    """Make a run look as if it goes on, with an empty log; return what is to be written to it."""
    manifest = load_manifest(folder)
    shutil.copy(folder / MANIFEST_NAME, folder / "ended")
    save_manifest(folder, msgspec.structs.replace(manifest, status="running", result=None))
    log = (folder / LOG_NAME).read_bytes()
    (folder / LOG_NAME).write_bytes(b"")
    return log


def end(folder: Path) -> None:
    (folder / "ended").replace(folder / MANIFEST_NAME)


async def opened(runs: Runs, name: str = RUN) -> OpenRun:
    run = await runs.open(name)
    assert run is not None
    assert await run.is_read()
    return run


async def until(run: OpenRun, seq: int) -> None:
    async with asyncio.timeout(10):
        while run.latest.seq < seq:
            await run.following.stirring.wait()


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_that_is_no_folder_of_a_run_opens_nothing(copied: Path, name: str) -> None:
    (copied.parent / MANIFEST_NAME).write_text("{}", encoding="utf-8")
    runs = Runs(copied)

    assert runs.find(name) is None
    assert await runs.open(name) is None


@pytest.mark.parametrize("harm", ["", "{", "[]", '{"format": 99}', '{"format": 3}'])
def test_a_folder_with_a_damaged_manifest_is_passed_over(copied: Path, harm: str) -> None:
    (copied / "other").mkdir()
    (copied / "other" / MANIFEST_NAME).write_text(harm, encoding="utf-8")
    (copied / "empty").mkdir()
    (copied / "a-file").write_text("x", encoding="utf-8")

    assert [name for name, _ in Runs(copied).manifests()] == [RUN]
    with asking(ServeOptions(copied)) as client:
        assert client.get("/").status_code == 200
        for name in ("other", "empty", "a-file", "x" * 300, "..%2f", "%00"):
            assert client.get(f"/runs/{name}/picture").status_code == 404, name


def test_a_folder_that_is_not_there_has_no_runs(tmp_path: Path) -> None:
    with asking(ServeOptions(tmp_path / "none")) as client:
        assert "Er zijn" in client.get("/").text or client.get("/").status_code == 200


async def test_a_log_that_grows_is_followed_and_a_torn_line_waits(copied: Path) -> None:
    folder = copied / RUN
    lines = still_running(folder).splitlines(keepends=True)
    runs = Runs(copied)
    log = folder / LOG_NAME
    log.write_bytes(b"".join(lines[:5]) + lines[5][:20])
    run = await runs.open(RUN)
    assert run is not None
    await until(run, 4)

    assert (run.goes_on, run.state, run.head) == (True, "running", "")
    assert run.latest.seq == 4
    with log.open("ab") as file:
        file.write(lines[5][20:] + b"".join(lines[6:]))
    await until(run, len(lines) - 1)
    end(folder)
    await asyncio.wait_for(run.task, 10)
    assert not run.goes_on
    assert run.head
    assert run.following.trouble == ""
    await runs.close()


async def test_a_run_whose_log_comes_a_moment_after_its_manifest_is_followed(copied: Path) -> None:
    folder = copied / RUN
    log = still_running(folder)
    (folder / LOG_NAME).unlink()
    runs = Runs(copied)
    run = await runs.open(RUN)
    assert run is not None
    for _ in range(20):  # it looks, finds no log, and looks again
        await asyncio.sleep(0)
    assert run.following.trouble == ""

    (folder / LOG_NAME).write_bytes(log)
    await until(run, 4)
    await runs.close()


async def test_a_run_without_a_log_has_nothing_to_show(copied: Path) -> None:
    (copied / RUN / LOG_NAME).unlink()
    runs = Runs(copied)
    run = await runs.open(RUN)
    assert run is not None

    assert not await run.is_begun()
    assert not await run.is_read()
    assert LOG_NAME in run.following.trouble
    await runs.close()


def test_a_page_of_a_damaged_log_says_so_and_shows_what_stands_before(copied: Path) -> None:
    log = copied / RUN / LOG_NAME
    lines = log.read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    lines[middle] = lines[middle].replace(b'"seq":', b'"sqe":', 1)
    log.write_bytes(b"".join(lines))

    with asking(ServeOptions(copied)) as client:
        for asked in ("", "?at=60000", "?at=0"):
            answer = client.get(f"/runs/{RUN}/picture{asked}")
            assert answer.status_code == 200
            assert 'class="refused"' in answer.text
        answer = client.get(f"/runs/{RUN}/assessor")
        assert answer.status_code == 200
        assert client.get(f"/runs/{RUN}/report.html").status_code == 503
        for page in ("control", "seat?party=wl", "knowledge"):
            assert client.get(f"/runs/{RUN}/{page}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "at_ms"),
    [("0", 0), ("60000", 60_000), ("1", 1), ("00060000", 60_000), ("\u0661", 1)],
)
async def test_a_moment_of_the_run_is_gone_to(runs: Path, asked: str, at_ms: int) -> None:
    here = Runs(runs)
    run = await opened(here)

    scene = await run.scene_at(asked)
    assert scene.at_ms == at_ms
    assert scene is not run.latest
    await here.close()


@pytest.mark.parametrize("asked", ["", "-1", "x", "1.5", "1e3", "²", "9" * 14, "9" * 5000, "nan", "T+01:00"])
async def test_what_is_no_moment_of_the_run_shows_the_last(runs: Path, asked: str) -> None:
    here = Runs(runs)
    run = await opened(here)

    assert await run.scene_at(asked) is run.latest
    await here.close()


async def test_a_moment_of_a_run_that_goes_on_is_gone_to_as_far_as_it_goes(copied: Path) -> None:
    lines = still_running(copied / RUN).splitlines(keepends=True)
    log = copied / RUN / LOG_NAME
    log.write_bytes(b"".join(lines[:-40]))
    here = Runs(copied)
    run = await here.open(RUN)
    assert run is not None
    await until(run, len(lines) - 41)
    before_ms = run.latest.at_ms
    assert (await run.scene_at(str(before_ms - 1))).at_ms == before_ms - 1
    with log.open("ab") as file:
        file.write(b"".join(lines[-40:]))
    await until(run, len(lines) - 1)

    assert run.latest.at_ms > before_ms + 1
    assert (await run.scene_at(str(before_ms + 1))).at_ms == before_ms + 1
    await here.close()


async def test_many_runs_are_opened_and_one_that_goes_on_stays_followed(copied: Path) -> None:
    names = [f"run-{number}" for number in range(OPEN_MAX + 2)]
    for name in names:
        shutil.copytree(copied / RUN, copied / name)
    lines = still_running(copied / RUN).splitlines(keepends=True)
    (copied / RUN / LOG_NAME).write_bytes(b"".join(lines[:5]))
    here = Runs(copied)
    going = await here.open(RUN)
    assert going is not None
    await until(going, 4)
    first = await opened(here, names[0])
    assert (await first.scene_at("60000")).at_ms == 60_000
    for name in names[1:]:
        await opened(here, name)

    assert await here.open(RUN) is going
    assert not going.task.done()
    assert len(here._opened) <= OPEN_MAX
    assert (await first.scene_at("60000")).at_ms == 60_000, "who still looks at one that was closed goes on"
    await first.close()
    await here.close()


def test_the_first_thing_that_is_asked_may_be_an_observation(copied: Path) -> None:
    line = {"criterion": "alarm-acknowledgement", "party": "gasunie", "text": "Seen.", "at": "600000"}
    with asking(ServeOptions(copied)) as client:
        answer = client.post(f"/runs/{RUN}/observations", data=line, headers=JSON)
        assert (answer.status_code, answer.json()["done"]) == (200, True)
        (written,) = (copied / RUN / "observations.jsonl").read_text("utf-8").splitlines()
        assert json.loads(written)["text"] == "Seen."
        unknown = client.post(
            f"/runs/{RUN}/observations", data={**line, "criterion": "sharing"}, headers=JSON
        )
        assert unknown.status_code == 422
        assert "sharing" in unknown.json()["text"]
        wrong = client.post(f"/runs/{RUN}/observations", data={**line, "at": "9" * 14}, headers=JSON)
        assert wrong.status_code == 422
        assert client.post("/runs/none/observations", data=line, headers=ORIGIN).status_code == 403
