"""The folder of a cluster goes, also that of a process that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from brokers.rabbitmq.scratch import Scratch

HOLD = """
import sys
from pathlib import Path
from brokers.rabbitmq.scratch import Scratch
print(Scratch(Path(sys.argv[1])).path, flush=True)
sys.stdin.read()
"""


def test_a_folder_is_private_and_goes(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    assert scratch.path.stat().st_mode & 0o777 == 0o700
    scratch.remove()
    scratch.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_and_what_is_held_stays(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        being_made = tmp_path / "beeld-rabbitmq-new"
        being_made.mkdir()
        (being_made / "lock").touch()

        held = Scratch(tmp_path)
        assert left.exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

        Scratch(tmp_path).remove()
        assert not left.exists()
        assert being_made.exists()
        assert held.path.exists()
        held.remove()
