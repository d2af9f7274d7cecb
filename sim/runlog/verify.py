"""Says whether a run log is whole and untouched, and if not, which record is the first that is bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sim.core.records.kinds import Ending, Opening
from sim.core.records.record import Chain, Record, RecordError
from sim.runlog.disk import LOG_NAME, is_torn, read_lines, torn_bytes
from sim.runlog.errors import ManifestError
from sim.runlog.manifest import Manifest, Result, load_manifest
from sim.runlog.signature import SignatureError, check, fingerprint


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer.

    Attributes:
        ok: The log is whole and untouched, as far as it goes.
        digest: Digest of the log as far as it was read; of two runs that are ok, the same when what must be
            equal on every broker is equal.
        records: How many good records the log begins with.
        first_bad_seq: Number of the first record that is bad, missing or too many. None when there is none,
            or when the records agree with each other and it is the manifest that says otherwise.
        complete: The log is ok, and the run went on to the planned end of the exercise. A run that was killed,
            stopped, cut short or that failed may be ok, and is never complete.
        torn_bytes: Bytes after the last newline.
        reason: What is wrong, or what should be known, in one line; empty when there is nothing to say.
        signed_by: Fingerprint of the key that signed the log, where the signature holds; empty where nobody signed.
    """

    ok: bool
    digest: str
    records: int
    first_bad_seq: int | None
    complete: bool
    torn_bytes: int
    reason: str
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class _Flaw:
    seq: int | None
    reason: str


@dataclass(slots=True)
class _Walk:
    """What a walk along the log found, up to the first record that is bad by itself."""

    chain: Chain
    first: Record | None = None
    last: Record | None = None
    torn: bool = False
    flaw: _Flaw | None = None


def verify(folder: Path, key: Ed25519PublicKey | None = None) -> Verification:
    """Return whether the log in ``folder`` is whole and untouched.

    Args:
        folder: That of the run.
        key: The public key of who should have signed it; None where any signature will do, or none.

    Raises:
        RunLogError: The folder is no run folder, is of an unknown format, or cannot be read.
    """
    path = folder / LOG_NAME
    manifest: Manifest | None = None
    damage: _Flaw | None = None
    try:
        manifest = load_manifest(folder)
    except ManifestError as error:
        # The log can still be judged, and the answer is no.
        damage = _Flaw(None, str(error))
    walk = _walk(path)
    flaw = walk.flaw or damage
    if flaw is None and manifest is not None:
        flaw = _compare(manifest, walk)
    signed_by = ""
    if flaw is None and manifest is not None:
        try:
            signer = check(folder, manifest.run, walk.chain.next_seq, walk.chain.head, key)
        except SignatureError as error:
            flaw = _Flaw(None, str(error))
        else:
            signed_by = "" if signer is None else fingerprint(signer)
    running = manifest is not None and manifest.result is None
    return Verification(
        ok=flaw is None,
        digest=walk.chain.digest,
        records=walk.last.seq + 1 if walk.last else 0,
        first_bad_seq=flaw.seq if flaw else None,
        complete=flaw is None and not running and _came_to_its_end(walk),
        torn_bytes=torn_bytes(path),
        reason=flaw.reason if flaw else _RUNNING if running else "",
        signed_by=signed_by,
    )


_RUNNING: Final = "the run was not finished: records that are missing at the end would not be noticed"


def _came_to_its_end(walk: _Walk) -> bool:
    """Say whether the run went on to the planned end of the exercise, and the exchange held."""
    first, last = walk.first, walk.last
    if first is None or last is None or not isinstance(last.content, Ending):
        return False
    return last.content.outcome == "completed" and last.at_ms >= first.content.end_ms


def _walk(path: Path) -> _Walk:
    walk = _Walk(Chain())
    for line in read_lines(path):
        if is_torn(line):
            walk.torn = True
            break
        seq = walk.chain.next_seq
        try:
            record = walk.chain.check(line)
        except RecordError as error:
            walk.flaw = _Flaw(seq, f"record {seq}: {error}")
            break
        walk.flaw = _misplaced(record, walk.last)
        if walk.flaw is not None:
            break
        walk.first = walk.first or record
        walk.last = record
    return walk


def _misplaced(record: Record, before: Record | None) -> _Flaw | None:
    """Return what is wrong with a record where it stands, though its hash is right."""
    reason = None
    if (record.kind == "run") != (before is None):
        reason = f"kind: expected run as the first record and nowhere else, found {record.kind}"
    elif before is not None and before.kind == "end":
        reason = f"kind: expected nothing after the end, found {record.kind}"
    elif record.at_ms < (before.at_ms if before else 0):
        reason = f"at_ms: expected exercise time that never goes back, found {record.at_ms}"
    return _Flaw(record.seq, f"record {record.seq}: {reason}") if reason else None


def _compare(manifest: Manifest, walk: _Walk) -> _Flaw | None:
    """Return where the log and the manifest disagree."""
    if manifest.result is not None:
        flaw = _cut_or_grown(manifest.result, walk) or _ended_otherwise(manifest, manifest.result, walk)
        if flaw is not None:
            return flaw
    return _begun_otherwise(manifest, walk.first) if walk.first else None


def _cut_or_grown(result: Result, walk: _Walk) -> _Flaw | None:
    found = walk.chain.next_seq
    if found < result.records:
        torn = ", and a line without its newline" if walk.torn else ""
        return _Flaw(found, f"record {found}: expected {result.records} records, found {found}{torn}")
    if found > result.records:
        return _Flaw(
            result.records, f"record {result.records}: expected {result.records} records, found {found}"
        )
    if walk.torn:
        return _Flaw(found, f"record {found}: expected {found} records, found the beginning of one more")
    return None


def _ended_otherwise(manifest: Manifest, result: Result, walk: _Walk) -> _Flaw | None:
    last = walk.last
    totals = last.content if last is not None and isinstance(last.content, Ending) else None
    if manifest.status == "ended" and totals is None:
        seq = walk.chain.next_seq
        return _Flaw(seq, f"record {seq}: expected an end record, as the manifest says that the run ended")
    expected = {"head": walk.chain.head, "digest": walk.chain.digest, "totals": totals}
    found = {"head": result.head, "digest": result.digest, "totals": result.totals}
    return _difference(expected, found, "result.")


def _begun_otherwise(manifest: Manifest, first: Record) -> _Flaw | None:
    opening = first.content
    assert isinstance(opening, Opening), "a walk has no other first record"
    names = ("format", "scenario", "seed", "session")
    expected = {name: getattr(opening, name) for name in names}
    found = {name: getattr(manifest, name) for name in names}
    origin = first.local.get("manifest")
    if isinstance(origin, dict):  # other writers may leave it out
        expected |= origin
        found |= {name: value for name, value in manifest.origin().items() if name in origin}
    return _difference(expected, found)


def _difference(
    expected: Mapping[str, object], found: Mapping[str, object], prefix: str = ""
) -> _Flaw | None:
    for name, value in expected.items():
        if found.get(name) != value:
            return _Flaw(
                None, f"manifest: {prefix}{name}: expected {value}, as in the log, found {found.get(name)}"
            )
    return None
