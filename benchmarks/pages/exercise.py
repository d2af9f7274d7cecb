"""The exercise that the pages are measured with: the national high water, whose wave takes a whole day."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from sim.files.places import scenarios_folder

STORY: Final = "landelijk-hoogwater"
NAME: Final = "landelijk-hoogwater-lang"
_SLOWER: Final = 2.6
"""How much longer the wave takes: its last peak comes after 18 hours instead of seven."""
_MINUTES: Final = 1260
"""How long the exercise lasts: 21 hours, a little more than an hour of the clock at twenty times."""


def make_exercise(folder: Path) -> Path:
    """Make the scenario in a new folder below ``folder``, and return that.

    Raises:
        CalledProcessError: The story can no longer be made so.
    """
    told = (scenarios_folder() / STORY / "story.toml").read_text(encoding="utf-8")
    told = re.sub(r"peak = (\d+)", lambda found: f"peak = {round(int(found[1]) * _SLOWER)}", told)
    told = told.replace("minutes = 480", f"minutes = {_MINUTES}").replace(f'"{STORY}"', f'"{NAME}"')
    story = folder / "story"
    story.mkdir(parents=True)
    (story / "story.toml").write_text(told, encoding="utf-8")
    made = folder / "scenarios" / NAME
    made.parent.mkdir()
    command = [str(Path(sys.executable).with_name("beeld")), "generate", str(story), "--out", str(made)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return made
