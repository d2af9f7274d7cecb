"""The manifest of a run: what the log does not say, and what it must add up to once the run has ended."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

import msgspec
import shapely

from sim.core.records.kinds import FORMAT_VERSION, READABLE_VERSIONS, Ending
from sim.runlog.disk import disk_errors, replace_file
from sim.runlog.errors import ManifestError, RunLogError

MANIFEST_NAME: Final = "manifest.json"
MANIFEST_BYTES_MAX: Final = 1024 * 1024

Status: TypeAlias = Literal["running", "ended", "failed"]
WallTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The final part of a manifest.

    Attributes:
        ended: Wall time at which the log was closed, UTC.
        reason: Why the run ended, for people; empty when there is nothing to say.
        records: How many records the log holds.
        digest: Digest over what must be equal on every broker.
        head: Hash of the last record.
        totals: The ``end`` record's content; None when the run did not come to its end.
    """

    ended: WallTime
    reason: str
    records: Count
    digest: str
    head: str
    totals: Ending | None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was run, with what, and how it ended.

    Attributes:
        format: Version of the run log format.
        run: Id of the run.
        scenario: Id of the scenario.
        seed: Seed of all chance.
        session: Whether people and outside clients could take part.
        broker: Name of the broker.
        pace: ``fast``, ``real`` or ``x`` and a factor.
        started: Wall time at which the run started, UTC.
        versions: Versions of what it ran on.
        status: ``running`` until the log is closed; a killed run stays ``running``.
        dropped_bytes: Bytes of torn lines that were dropped when the log was opened again.
        result: The final part; None as long as the run is ``running``.
    """

    run: str
    scenario: str
    seed: int
    session: Literal["closed", "open"]
    broker: str
    pace: str
    started: WallTime
    versions: Mapping[str, str]
    format: int = FORMAT_VERSION
    status: Status = "running"
    dropped_bytes: Count = 0
    result: Result | None = None

    def __post_init__(self) -> None:
        """Hold the times in UTC, and the final part to the status."""
        ended = self.result.ended if self.result else self.started
        if self.started.utcoffset() != timedelta(0) or ended.utcoffset() != timedelta(0):
            raise ValueError("started, ended: expected times in UTC, found another zone")
        if (self.status == "running") != (self.result is None):
            raise ValueError("result: expected none while running and one afterwards, found it the other way")

    def origin(self) -> dict[str, Any]:
        """Return what differs between two runs of the same exercise; it is repeated in the first record."""
        origin = {name: getattr(self, name) for name in ("run", "broker", "pace", "started", "versions")}
        return dict(msgspec.to_builtins(origin))


def versions() -> dict[str, str]:
    """Return the versions of what this process runs on."""
    packages = {"beeld": "beeld", "msgspec": "msgspec", "shapely": "shapely"}
    clients = {"aiomqtt": "aiomqtt", "paho": "paho-mqtt"}
    found = {name: _version(package) for name, package in {**packages, **clients}.items()}
    return {"python": platform.python_version(), "geos": shapely.geos_version_string, **found}


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest of a run.

    Raises:
        ManifestError: It is damaged.
        RunLogError: The folder is no run folder, or of a format that this version does not know.
    """
    path = folder / MANIFEST_NAME
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise RunLogError(f"{folder}: expected the folder of a run, found {found}")
    if not path.is_file():
        raise RunLogError(f"{folder}: expected the folder of a run, which holds {MANIFEST_NAME}, found none")
    with disk_errors(path), path.open("rb") as file:
        data = file.read(MANIFEST_BYTES_MAX + 1)
    if len(data) > MANIFEST_BYTES_MAX:
        raise ManifestError(f"{path}: expected at most {MANIFEST_BYTES_MAX} bytes, found more")
    found_format = _decode(path, data, _Format).format
    if found_format not in READABLE_VERSIONS:
        expected = " or ".join(map(str, READABLE_VERSIONS))
        raise RunLogError(f"{path}: format: expected {expected}, found {found_format}")
    return _decode(path, data, Manifest)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, or replace it, at once.

    Raises:
        RunLogError: It cannot be written.
    """
    path = folder / MANIFEST_NAME
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    with disk_errors(path):
        replace_file(path, data)


class _Format(msgspec.Struct):
    format: int


_StructT = TypeVar("_StructT", bound=msgspec.Struct)


def _decode(path: Path, data: bytes, into: type[_StructT]) -> _StructT:
    try:
        return msgspec.json.decode(data, type=into)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(f"{path}: {_explain(error, data)}") from error


_CHOICES: Final = {
    "session": "closed or open",
    "status": "running, ended or failed",
    "result.totals.outcome": "completed or failed",
}
_MISSING: Final = re.compile(r"Object missing required field (\S+)")
_OTHER_TYPE: Final = re.compile(r"Expected (.+), got (.+)")
_OTHER_VALUE: Final = re.compile(r"Expected (.+)")


def _explain(error: Exception, data: bytes) -> str:
    """Return what the decoder says of ``data`` as ``key: expected ..., found ...``, where it names a key."""
    text, _, place = str(error).partition(" - at `$")
    key, text = place.strip("`.").replace("[...]", ".*"), text.replace("`", "")
    if missing := _MISSING.fullmatch(text):
        return f"{f'{key}.' if key else ''}{missing[1]}: expected a value, found none"
    if wrong := _OTHER_TYPE.fullmatch(text):
        return f"{key or 'manifest'}: expected {wrong[1]}, found {wrong[2]}"
    if text.startswith("Invalid enum value"):
        return f"{key}: expected {_CHOICES[key]}, found {_value_at(key, data)!r}"
    if text.startswith("Invalid RFC3339"):
        return f"{key}: expected a time as in RFC 3339, found {_value_at(key, data)!r}"
    if wrong := _OTHER_VALUE.fullmatch(text):
        return f"{key}: expected {wrong[1]}, found {_value_at(key, data)!r}"
    return text


def _value_at(key: str, data: bytes) -> object:
    found = msgspec.json.decode(data)
    for name in key.split("."):
        found = found[name]
    return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
