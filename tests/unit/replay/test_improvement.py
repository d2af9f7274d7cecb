"""Writing a register of points to improve: at once, over what was read only, and by one at a time."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest

from sim.core.assessment.judging.improving import take_over
from sim.core.model.progress import progress_of
from sim.core.model.register import Register
from sim.files.problems import InputError
from sim.files.register.reading import load_register
from sim.files.register.text import Comments
from sim.replay.improvement import progress_up_to, save, taken
from sim.runlog.disk import only_writer
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import load_manifest
from tests.played import Played
from tests.unit.core.assessment.exercises import MET, NOT, exercised, held
from tests.unit.report.test_exercise_report import material

COMMENTS = Comments("head", "aim", "people")


def put(path: Path, number: int = 1, **results: str) -> None:
    file = load_register(path, new=True)
    found = {name: MET if how == "met" else NOT for name, how in results.items()}
    save(path, file, take_over(file.register, held(number), [exercised(found)]), COMMENTS)


def test_what_somebody_wrote_in_the_meantime_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    put(path, alarm="not")
    read = load_register(path)
    path.write_text(path.read_text("utf-8").replace('owner = ""', 'owner = "ik"'), "utf-8")
    before = path.read_bytes()

    with pytest.raises(
        InputError, match="expected the register as it was read, found another: somebody wrote it"
    ):
        save(path, read, take_over(read.register, held(2), [exercised({"alarm": MET})]), COMMENTS)

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["register.toml"]


def test_a_register_that_appeared_in_the_meantime_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    read = load_register(path, new=True)
    put(path, alarm="not")

    with pytest.raises(InputError, match="somebody wrote it"):
        save(path, read, take_over(Register(), held(2), [exercised({"alarm": NOT})]), COMMENTS)


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"

    with (
        only_writer(tmp_path),
        pytest.raises(InputError, match="expected nobody else writing registers there"),
    ):
        put(path, alarm="not")
    put(path, alarm="not")


def test_a_folder_is_made_a_link_is_followed_and_who_may_read_it_stays_so(tmp_path: Path) -> None:
    real, link = tmp_path / "shared" / "register.toml", tmp_path / "register.toml"
    put(real, alarm="not")
    real.chmod(0o640)
    link.symlink_to(real)

    put(link, 2, alarm="met")

    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [each.verdict for each in load_register(real).register.shown] == ["mended"]


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    put(path, alarm="not")
    before = path.stat().st_mtime_ns

    put(path, alarm="not")

    assert path.stat().st_mtime_ns == before


def test_a_name_that_is_no_path_is_said(tmp_path: Path) -> None:
    read = load_register(tmp_path / "register.toml", new=True)

    with pytest.raises(InputError, match="expected a file that can be written, found a name that is no path"):
        save(tmp_path / "a\0register.toml", read, Register(exercises=(held(1),)), COMMENTS)


def test_a_run_that_goes_on_hands_nothing_over(played: Played) -> None:
    made = material()
    manifest = load_manifest(played("gaslek-keten").folder)
    running = msgspec.structs.replace(manifest, result=None, status="running")

    with pytest.raises(RunLogError, match="expected a run that has ended"):
        taken(running, made.assessment, made.evidence.log, None)
    found = taken(manifest, made.assessment, made.evidence.log, None)
    assert manifest.result is not None
    assert found.held.digest == manifest.result.digest
    assert {each.partner for each in found.exercised} == {each.id for each in made.assessment.partners}


def test_a_report_on_an_earlier_run_says_what_was_so_then(played: Played) -> None:
    made = material()
    manifest = load_manifest(played("gaslek-keten").folder)
    found = taken(manifest, made.assessment, made.evidence.log, None)
    register = found.added_to(Register())
    then = progress_up_to(found, register)
    later = msgspec.structs.replace(
        found.held, run="later", digest="f" * 64, started="2999-01-01T00:00:00.000000Z"
    )
    register = register.plus(take_over(register, later, found.exercised))

    assert any(each.not_mended for each in progress_of(register))
    assert progress_up_to(found, register) == then
    assert all(not each.not_mended for each in then)
