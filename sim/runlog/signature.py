"""A signature over a run log: who ran the exercise vouches for it, and a change by anybody else is noticed.

The hash chain shows that a log was changed by somebody who did not change what follows. Who may write the folder can
make the whole chain anew; a signature over its last hash, checked with a public key that was got another way, shows
that too. What is signed is three facts: which run, how many records, and the hash of the last one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sim.runlog.disk import disk_errors, replace_file
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import load_manifest

SIGNATURE_NAME: Final = "signature.json"
SIGNATURE_BYTES_MAX: Final = 16 * 1024

_OTHERS: Final = 0o077
_ALGORITHM: Final = "Ed25519"


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in ``signature.json``.

    Attributes:
        format: Version of this file.
        algorithm: ``Ed25519`` (RFC 8032).
        public_key: The public key of who signed, 32 bytes in base64.
        run: Id of the run.
        records: How many records the log holds.
        head: Hash of the last record.
        signature: Over `statement`, 64 bytes in base64.
    """

    public_key: str
    run: str
    records: int
    head: str
    signature: str
    format: int = 1
    algorithm: str = _ALGORITHM


class SignatureError(Exception):
    """A signature does not hold; the message says in one line why."""


def statement(run: str, records: int, head: str) -> bytes:
    r"""Return the bytes that are signed.

    >>> statement("r-1", 2, "ab")
    b'beeld run log\nrun r-1\nrecords 2\nhead ab\n'
    """
    return f"beeld run log\nrun {run}\nrecords {records}\nhead {head}\n".encode()


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """Return a private key to sign with, which nobody but its owner may be able to read.

    Raises:
        RunLogError: It is not there, others can read it, or it is no Ed25519 key in PEM without a passphrase.
    """
    with disk_errors(path):
        others = stat.S_IMODE(path.stat().st_mode) & _OTHERS
        data = path.read_bytes()
    if others and os.name == "posix":
        raise RunLogError(f"{path}: expected a key that only its owner can read (chmod 600 {path})")
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise RunLogError(
            f"{path}: expected an Ed25519 key in PEM without a passphrase, found none; "
            f"make one with: openssl genpkey -algorithm ed25519 -out {path.name}"
        )
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key of who should have signed.

    Raises:
        RunLogError: It is not there, or no Ed25519 public key in PEM.
    """
    with disk_errors(path):
        data = path.read_bytes()
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise RunLogError(
            f"{path}: expected an Ed25519 public key in PEM, found none; "
            "make it of a private one with: openssl pkey -in KEY -pubout"
        )
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return how people name a key: the SHA-256 of its 32 bytes, the first 16 hexadecimal digits."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(folder: Path, key: Ed25519PrivateKey) -> Signature:
    """Sign the log of a run that has ended, and write the signature beside it.

    Raises:
        RunLogError: The run has not ended, or the signature cannot be written.
    """
    manifest = load_manifest(folder)
    if manifest.result is None:
        raise RunLogError(f"{folder}: expected a run that has ended, found one that is running or was killed")
    result = manifest.result
    made = Signature(
        public_key=_text(key.public_key().public_bytes_raw()),
        run=manifest.run,
        records=result.records,
        head=result.head,
        signature=_text(key.sign(statement(manifest.run, result.records, result.head))),
    )
    path = folder / SIGNATURE_NAME
    with disk_errors(path):
        replace_file(path, msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    return made


def check(
    folder: Path, run: str, records: int, head: str, key: Ed25519PublicKey | None
) -> Ed25519PublicKey | None:
    """Return whose signature the log has; None where it has none and none was asked for.

    Args:
        folder: That of the run.
        run: Its id.
        records: How many records were found.
        head: The hash of the last of them, as worked out anew.
        key: Who should have signed; None takes whoever did.

    Raises:
        SignatureError: The signature does not hold, is another's, or is missing though it was asked for.
        RunLogError: The file cannot be read.
    """
    path = folder / SIGNATURE_NAME
    if not path.exists():
        if key is None:
            return None
        raise SignatureError(f"signature: expected {SIGNATURE_NAME}, found none: nobody signed this log")
    found = _read(path)
    for name, expected in (("run", run), ("records", records), ("head", head)):
        if getattr(found, name) != expected:
            raise SignatureError(
                f"signature: {name}: expected {expected}, as in the log, found {getattr(found, name)}"
            )
    try:
        signer = Ed25519PublicKey.from_public_bytes(_bytes(found.public_key))
        signer.verify(_bytes(found.signature), statement(run, records, head))
    except (ValueError, InvalidSignature):
        raise SignatureError("signature: it does not hold for the last hash of this log") from None
    if key is not None and key.public_bytes_raw() != signer.public_bytes_raw():
        raise SignatureError(
            f"signature: expected that of key {fingerprint(key)}, found {fingerprint(signer)}"
        )
    return signer


def _read(path: Path) -> Signature:
    with disk_errors(path), path.open("rb") as file:
        data = file.read(SIGNATURE_BYTES_MAX + 1)
    try:
        found = msgspec.json.decode(data[:SIGNATURE_BYTES_MAX], type=Signature)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SignatureError(f"signature: {SIGNATURE_NAME} holds no signature that can be read") from None
    if (found.format, found.algorithm) != (1, _ALGORITHM):
        raise SignatureError(f"signature: expected format 1 and {_ALGORITHM}, found another")
    return found


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
