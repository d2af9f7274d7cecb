"""``beeld run --sign`` and ``beeld verify --key``, with keys as openssl makes them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.runlog.disk import LOG_NAME
from tests.integration.command import BEEKDAL, beeld

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def keys(folder: Path, name: str) -> tuple[Path, Path]:
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    for command in (
        ("genpkey", "-algorithm", "ed25519", "-out", private),
        ("pkey", "-in", private, "-pubout", "-out", public),
    ):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    return private, public


def test_a_run_is_signed_and_verified(tmp_path: Path) -> None:
    private, public = keys(tmp_path, "staff")
    _, others = keys(tmp_path, "others")
    run = tmp_path / "run"
    done = beeld("run", BEEKDAL, "--broker", "memory", "--out", run, "--sign", private, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    verified = beeld("verify", run, "--key", public, "--lang", "nl", cwd=tmp_path)
    assert verified.returncode == 0
    assert "Ondertekend met de sleutel" in verified.stdout
    found = json.loads(beeld("verify", run, "--json", cwd=tmp_path).stdout)
    assert found["ok"]
    assert found["signed_by"] in verified.stdout

    refused = beeld("verify", run, "--key", others, cwd=tmp_path)
    assert (refused.returncode, refused.stdout.count("\n")) == (1, 1)
    assert "signature: expected that of key" in refused.stdout

    assert private.read_text().splitlines()[1] not in "".join(
        path.read_text() for path in run.iterdir() if path.suffix in (".json", ".jsonl")
    )

    log = run / LOG_NAME
    log.write_bytes(log.read_bytes()[:-200])
    assert beeld("verify", run, "--key", public, cwd=tmp_path).returncode == 1


def test_a_key_that_is_none_stops_before_the_run(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("no key")
    key.chmod(0o600)
    done = beeld("run", BEEKDAL, "--broker", "memory", "--out", tmp_path / "run", "--sign", key, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "openssl genpkey" in done.stderr
    assert not (tmp_path / "run").exists()
