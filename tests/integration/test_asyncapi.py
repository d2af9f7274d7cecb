"""The AsyncAPI documents are read by the parser of AsyncAPI itself, without an error or a warning."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sim.core.messages.topics import Shape
from tests.integration.command import beeld

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "validators" / "asyncapi.mjs"


def parser() -> Path | None:
    """Return where the parser is installed, which somebody has to say: it is no part of what the tests install."""
    named = os.environ.get("BEELD_ASYNCAPI")
    folder = Path(named) if named and shutil.which("node") else None
    return (
        folder if folder is not None and (folder / "node_modules" / "@asyncapi" / "parser").is_dir() else None
    )


pytestmark = pytest.mark.skipif(
    parser() is None,
    reason="BEELD_ASYNCAPI names no folder with node_modules/@asyncapi/parser (npm install in tests/validators/)",
)


def read(document: Path, folder: Path) -> dict[str, Any]:
    """Return what the parser says of a document."""
    # Modules are looked for beside a script; the folder they are in is nobody's to write to.
    (folder / "node_modules").symlink_to(Path(str(parser())) / "node_modules")
    script = shutil.copy(SCRIPT, folder)
    done = subprocess.run(
        ["node", script, document], cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_document_of_the_exchange(tmp_path: Path) -> None:
    found = read(ROOT / "docs" / "schemas" / "asyncapi.json", tmp_path)
    assert [each for each in found["said"] if each["severity"] in ("error", "warning")] == []
    assert found["version"] == "3.0.0"
    assert set(found["channels"]) == {f"beeld/{{run}}/{shape.value}" for shape in Shape}


def test_the_document_of_one_party(tmp_path: Path) -> None:
    told = beeld("access", "limburg-hoogwater", "--party", "enexis", "--format", "asyncapi", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    document = tmp_path / "enexis.json"
    document.write_text(told.stdout)
    found = read(document, tmp_path)
    assert [each for each in found["said"] if each["severity"] in ("error", "warning")] == []
    assert found["operations"]
