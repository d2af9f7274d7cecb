"""A signature over a run log: it holds for what was signed by who signed it, and for nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sim.core.records.record import Entry
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import load_manifest
from sim.runlog.reader import read
from sim.runlog.signature import (
    SIGNATURE_NAME,
    fingerprint,
    load_public_key,
    load_signing_key,
    sign,
    statement,
)
from sim.runlog.verify import verify
from sim.runlog.writer import RunLogWriter

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)) for number in (1, 2))


@pytest.fixture
def run(ended: Path) -> Path:
    return ended


def forged(folder: Path, elsewhere: Path) -> Path:
    """Make a log that says something else, chain and manifest and all, as who may write the folder can."""
    entries = [Entry(one.at_ms, one.kind, one.content, one.cause) for one in read(folder)]
    del entries[1]
    with RunLogWriter.create(
        elsewhere, msgspec.structs.replace(load_manifest(folder), status="running", result=None)
    ) as writer:
        writer.append(entries)
        writer.finish("ended")
    return elsewhere


def test_a_forger_who_makes_the_whole_chain_anew_cannot_make_the_signature(run: Path, tmp_path: Path) -> None:
    sign(run, KEY)
    forgery = forged(run, tmp_path / "forgery")
    assert verify(forgery).ok, "the chain alone does not show it"
    assert not verify(forgery, KEY.public_key()).ok
    shutil.copy(run / SIGNATURE_NAME, forgery)
    found = verify(forgery)
    assert not found.ok
    assert found.reason.startswith("signature: ")
    sign(forgery, OTHER)
    assert verify(forgery).ok, "so a signature counts for as much as the key that it is checked with"
    assert not verify(forgery, KEY.public_key()).ok


def test_a_signed_log_verifies_with_the_key_of_who_signed(run: Path) -> None:
    assert verify(run).signed_by == ""
    sign(run, KEY)
    found = verify(run, KEY.public_key())
    assert (found.ok, found.complete, found.signed_by) == (True, True, fingerprint(KEY.public_key()))
    assert verify(run).signed_by == found.signed_by, "whoever it was, the signature holds"


def test_a_log_without_a_signature_does_not_pass_where_one_is_asked_for(run: Path) -> None:
    found = verify(run, KEY.public_key())
    assert (found.ok, found.reason) == (
        False,
        "signature: expected signature.json, found none: nobody signed this log",
    )


def test_the_signature_of_another_does_not_pass(run: Path) -> None:
    sign(run, OTHER)
    found = verify(run, KEY.public_key())
    assert not found.ok
    assert found.reason == (
        f"signature: expected that of key {fingerprint(KEY.public_key())}, "
        f"found {fingerprint(OTHER.public_key())}"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("run", "another"), ("records", 7), ("head", "0" * 64), ("signature", "AAAA"), ("public_key", "AAAA")],
)
def test_a_signature_for_something_else_does_not_hold(field: str, value: object, run: Path) -> None:
    sign(run, KEY)
    path = run / SIGNATURE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    for key in (None, KEY.public_key()):
        found = verify(run, key)
        assert (found.ok, found.complete, found.signed_by) == (False, False, "")
        assert found.reason.startswith("signature: ")
        assert "\n" not in found.reason


def test_the_key_of_another_put_in_its_place_does_not_hold(run: Path) -> None:
    sign(run, OTHER)
    others = json.loads((run / SIGNATURE_NAME).read_text())
    sign(run, KEY)
    path = run / SIGNATURE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), "public_key": others["public_key"]}))
    assert verify(run).reason == "signature: it does not hold for the last hash of this log"


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', "x" * 20_000])
def test_what_is_no_signature_is_told_in_one_line(text: str, run: Path) -> None:
    (run / SIGNATURE_NAME).write_text(text)
    assert verify(run).reason == "signature: signature.json holds no signature that can be read"


def test_another_algorithm_is_not_taken_for_this_one(run: Path) -> None:
    sign(run, KEY)
    path = run / SIGNATURE_NAME
    path.write_text(path.read_text().replace("Ed25519", "none"))
    assert verify(run).reason == "signature: expected format 1 and Ed25519, found another"


def test_a_run_that_goes_on_cannot_be_signed(run: Path) -> None:
    manifest = run / "manifest.json"
    document = {**json.loads(manifest.read_text()), "status": "running", "result": None}
    manifest.write_text(json.dumps(document))
    with pytest.raises(RunLogError, match="expected a run that has ended"):
        sign(run, KEY)


def test_what_is_signed_can_be_checked_without_this_product() -> None:
    assert statement("r", 1, "ff") == b"beeld run log\nrun r\nrecords 1\nhead ff\n"


# Keys -----------------------------------------------------------------------------------------------------------


def private_pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_keys_are_read_from_pem(tmp_path: Path) -> None:
    private, public = tmp_path / "key.pem", tmp_path / "key.pub.pem"
    private.write_bytes(private_pem(KEY))
    private.chmod(0o600)
    public.write_bytes(
        KEY.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    assert load_signing_key(private).private_bytes_raw() == KEY.private_bytes_raw()
    assert load_public_key(public).public_bytes_raw() == KEY.public_key().public_bytes_raw()


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(private_pem(KEY))
    path.chmod(0o640)
    with pytest.raises(RunLogError, match="only its owner can read"):
        load_signing_key(path)


@pytest.mark.parametrize("data", [b"", b"no key", private_pem(ec.generate_private_key(ec.SECP256R1()))])
def test_what_is_no_key_is_one_line_with_what_to_do(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(RunLogError, match="openssl genpkey -algorithm ed25519") as refused:
        load_signing_key(path)
    assert "\n" not in str(refused.value)
    with pytest.raises(RunLogError, match="openssl pkey"):
        load_public_key(path)
    with pytest.raises(RunLogError, match="No such file"):
        load_public_key(tmp_path / "nowhere")
