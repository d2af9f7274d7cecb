"""Small exports that are known byte by byte: a picture in each format, the script of a scenario.

The moment is one at which the picture holds points only, so that another version of GEOS gives the same bytes. After a
wanted change: ``make golden``, and look at the difference.
"""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest

from sim.cli.exports.pictures import PICTURES, Asked, picture_files
from sim.cli.exports.scripts import script_files
from sim.cli.exports.task import Task
from sim.runlog.reader import RunLog
from tests.golden.test_golden_log import SCENARIO, run_beekdal

GOLDEN = Path(__file__).parent / "exports"
AT = "T+00:38"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> RunLog:
    """The log of the small exercise, under a name that is the same each time."""
    folder = tmp_path_factory.mktemp("golden") / "run"
    run_beekdal(folder, "memory")
    found = RunLog(folder)
    found.manifest = msgspec.structs.replace(found.manifest, run="beekdal-seed7")
    return found


@pytest.fixture(scope="module")
def files(log: RunLog) -> dict[str, bytes]:
    """Every golden file as it is made now."""
    asked = Asked(at=AT, party="vr24", activity=None, truth=False)
    tasks: list[Task] = [
        *picture_files(log, PICTURES, asked, "nl"),
        *script_files(str(SCENARIO), ["csv"], "nl"),
    ]
    made = {}
    for task in tasks:
        file = io.BytesIO()
        task.write(file)
        made[task.name] = file.getvalue()
    return made


NAMES = (
    "beekdal.injects.nl.csv",
    "picture.vr24.T00-38-00.geojson",
    "picture.vr24.T00-38-00.nl.cap.xml",
    "picture.vr24.T00-38-00.nl.edxl.xml",
    "picture.vr24.T00-38-00.nl.lcms.json",
)


@pytest.mark.parametrize("name", NAMES)
def test_an_export_is_the_golden_one(files: dict[str, bytes], name: str, write_golden: bool) -> None:
    assert tuple(sorted(files)) == NAMES
    if write_golden:
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(files[name])
    assert files[name] == (GOLDEN / name).read_bytes(), "wanted? run: make golden"
