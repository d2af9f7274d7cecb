from __future__ import annotations

import json
import platform
from datetime import datetime, timedelta, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import pytest
import shapely

from sim.core.records.kinds import Ending
from sim.runlog import manifest as manifest_module
from sim.runlog.errors import ManifestError, RunLogError
from sim.runlog.manifest import (
    MANIFEST_BYTES_MAX,
    MANIFEST_NAME,
    Manifest,
    Result,
    load_manifest,
    save_manifest,
    versions,
)


@pytest.fixture
def finished(manifest: Manifest) -> Manifest:
    totals = Ending(outcome="completed", messages=1, deliveries=2, denied=3, lost=4, leaked=5)
    result = Result(
        ended=manifest.started, reason="", records=9, digest="d" * 64, head="h" * 64, totals=totals
    )
    return msgspec.structs.replace(manifest, status="ended", result=result)


def changed(folder: Path, keys: str, value: Any) -> None:
    """Set, or with ``...`` delete, what stands under dotted keys in the manifest of a folder."""
    document = json.loads((folder / MANIFEST_NAME).read_bytes())
    *path, last = keys.split(".")
    place = document
    for key in path:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    (folder / MANIFEST_NAME).write_text(json.dumps(document))


def test_a_manifest_is_loaded_as_it_was_saved(tmp_path: Path, manifest: Manifest, finished: Manifest) -> None:
    save_manifest(tmp_path, manifest)
    assert load_manifest(tmp_path) == manifest

    save_manifest(tmp_path, finished)
    assert load_manifest(tmp_path) == finished
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_NAME]


def test_people_can_read_it(tmp_path: Path, finished: Manifest) -> None:
    save_manifest(tmp_path, finished)

    text = (tmp_path / MANIFEST_NAME).read_text()
    assert '\n  "started": "2026-03-04T05:06:07Z",\n' in text
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        ("seed", "x", "seed: expected int, found str"),
        ("seed", ..., "seed: expected a value, found none"),
        ("result.head", ..., "result.head: expected a value, found none"),
        ("result.records", -1, "result.records: expected int >= 0, found -1"),
        ("versions.python", 3, "versions.*: expected str, found int"),
        ("session", "half", "session: expected closed or open, found 'half'"),
        ("status", "done", "status: expected running, ended or failed, found 'done'"),
        ("result.totals.outcome", "x", "result.totals.outcome: expected completed or failed, found 'x'"),
        ("started", "yesterday", "started: expected a time as in RFC 3339, found 'yesterday'"),
        (
            "started",
            "2026-03-04T05:06:07",
            "started: expected datetime with a timezone component, found '2026-03-04T05:06:07'",
        ),
        ("started", "2026-03-04T05:06:07+01:00", "started, ended: expected times in UTC, found another zone"),
        ("status", "running", "result: expected none while running and one afterwards"),
        ("result", None, "result: expected none while running and one afterwards"),
        ("format", "1", "format: expected int, found str"),
    ],
)
def test_a_damaged_manifest_is_told_by_file_and_key(
    tmp_path: Path, finished: Manifest, keys: str, value: Any, message: str
) -> None:
    save_manifest(tmp_path, finished)
    changed(tmp_path, keys, value)

    with pytest.raises(ManifestError) as caught:
        load_manifest(tmp_path)

    assert str(caught.value).startswith(f"{tmp_path / MANIFEST_NAME}: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Input data was truncated"),
        (b"[]", "manifest: expected object, found array"),
        (b'{"format":1,', "Input data was truncated"),
        (b'{"format":1,"run":"\xff"}', "'utf-8' codec"),
        (b'{"x":' + b"[" * 100_000, "maximum recursion depth"),
        (b" " * MANIFEST_BYTES_MAX + b"{}", f"expected at most {MANIFEST_BYTES_MAX} bytes, found more"),
    ],
)
def test_what_is_no_manifest_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / MANIFEST_NAME).write_bytes(data)

    with pytest.raises(ManifestError) as caught:
        load_manifest(tmp_path)

    assert str(caught.value).startswith(f"{tmp_path / MANIFEST_NAME}: {message}")


def test_a_format_of_the_future_is_not_damage(tmp_path: Path, manifest: Manifest) -> None:
    save_manifest(tmp_path, manifest)
    changed(tmp_path, "format", 4)

    with pytest.raises(RunLogError, match=r"manifest\.json: format: expected 1 or 2 or 3, found 4") as caught:
        load_manifest(tmp_path)
    assert not isinstance(caught.value, ManifestError)


def test_a_format_of_before_is_read(tmp_path: Path, manifest: Manifest) -> None:
    save_manifest(tmp_path, manifest)
    changed(tmp_path, "format", 1)

    assert load_manifest(tmp_path).format == 1


def test_a_key_of_the_future_is_passed_over(tmp_path: Path, manifest: Manifest) -> None:
    save_manifest(tmp_path, manifest)
    changed(tmp_path, "mood", "good")

    assert load_manifest(tmp_path) == manifest


def test_what_is_no_run_folder_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(RunLogError, match="expected the folder of a run, found nothing"):
        load_manifest(tmp_path / "none")
    with pytest.raises(RunLogError, match="expected the folder of a run, found a file"):
        load_manifest(file)
    with pytest.raises(RunLogError, match=r"which holds manifest\.json, found none"):
        load_manifest(tmp_path)


def test_times_are_in_utc(manifest: Manifest) -> None:
    local = datetime(2026, 3, 4, tzinfo=timezone(timedelta(hours=1)))

    with pytest.raises(ValueError, match="expected times in UTC"):
        msgspec.structs.replace(manifest, started=local)


def test_it_cannot_be_saved_where_there_is_no_folder(tmp_path: Path, manifest: Manifest) -> None:
    with pytest.raises(RunLogError, match=r"none/manifest\.json: No such file or directory"):
        save_manifest(tmp_path / "none", manifest)


def test_versions_name_all_that_a_run_rests_on() -> None:
    found = versions()

    assert found.keys() == {"python", "beeld", "msgspec", "shapely", "geos", "aiomqtt", "paho"}
    assert found["python"] == platform.python_version()
    assert found["geos"] == shapely.geos_version_string
    assert found["msgspec"] == version("msgspec")


def test_a_package_that_is_not_there_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(manifest_module, "version", missing)

    assert versions()["paho"] == "unknown"
