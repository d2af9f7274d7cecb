"""``beeld completion``: the script completes in a real shell."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from sim.cli.main import app
from tests.integration.command import BEELD, beeld

COMMANDS = [name for name in app if not name.startswith("-")]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script for bash, as it is printed."""
    folder = tmp_path_factory.mktemp("completion")
    done = beeld("completion", "bash", cwd=folder)
    assert done.returncode == 0, done.stderr
    file = folder / "beeld.bash"
    file.write_text(done.stdout)
    return file


def complete(script: Path, *words: str, cwd: Path) -> list[str]:
    """Return what bash offers after these words, the last of which is being typed."""
    typed = " ".join(map(shlex.quote, ("beeld", *words)))
    told = (
        f"source {shlex.quote(str(script))}; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; "
        "$(complete -p beeld | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", told],
        cwd=cwd,
        env={"PATH": f"{BEELD.parent}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.split()


def test_bash_completes_commands_options_and_names(script: Path, tmp_path: Path) -> None:
    (tmp_path / "mijn-oefening").mkdir()
    (tmp_path / "mijn-oefening" / "scenario.toml").write_text("")
    assert set(complete(script, "", cwd=tmp_path)) >= set(COMMANDS)
    assert complete(script, "doc", cwd=tmp_path) == ["doctor"]
    assert complete(script, "broker", "st", cwd=tmp_path) == ["status"]
    assert "--faults" in complete(script, "new", "--fa", cwd=tmp_path)
    assert complete(script, "run", "limb", cwd=tmp_path) == ["limburg-hoogwater"]
    assert complete(script, "lint", "mijn", cwd=tmp_path) == ["mijn-oefening"]
    assert complete(script, "new", "--event", "wild", cwd=tmp_path) == ["wildfire"]
    assert complete(script, "schema", "sc", cwd=tmp_path) == ["scenario"]
    assert complete(script, "doctor", "--lang", "n", cwd=tmp_path) == ["nl"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_mentions_every_command(shell: str, tmp_path: Path) -> None:
    done = beeld("completion", shell, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [name for name in COMMANDS if name not in done.stdout] == []


def test_it_is_installed_where_bash_looks_and_changes_no_start_up_file(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("# mine\n")
    done = beeld("completion", "bash", "--install", cwd=tmp_path, HOME=str(tmp_path), XDG_DATA_HOME="")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".bashrc").read_text() == "# mine\n"
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".bashrc"]
    assert len(files) == 1
    assert "doctor" in files[0].read_text()


def test_a_shell_that_it_does_not_know_is_one_line(tmp_path: Path) -> None:
    done = beeld("completion", "csh", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
