"""Where RabbitMQ is looked for, and what is said when it is nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from brokers.adapter import BrokerError
from brokers.rabbitmq import RabbitMQBroker, installation
from brokers.rabbitmq.installation import ROOT_VARIABLE, Installation, find


def installed(folder: Path, version: str, name: str = "rabbitmq-server") -> Path:
    """Make something that looks like RabbitMQ; return its start script."""
    script = folder / "sbin" / name
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    (folder / "plugins" / f"rabbit-{version}").mkdir(parents=True)
    return script


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installation, "_EXECUTABLE_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)
    (tmp_path / "bin").mkdir()


def on_path(tmp_path: Path, version: str) -> Path:
    script = installed(tmp_path / "rabbitmq", version)
    epmd = tmp_path / "bin" / "epmd"
    epmd.write_text("#!/bin/sh\n")
    epmd.chmod(0o755)
    (tmp_path / "bin" / "rabbitmq-server").symlink_to(script)
    return script


def root_folder(tmp_path: Path, version: str) -> Path:
    root = tmp_path / "root"
    script = installed(root / "usr/lib/rabbitmq/lib/rabbitmq_server", version)
    (root / "usr/lib/rabbitmq/bin").mkdir()
    (root / "usr/lib/rabbitmq/bin/rabbitmq-server").symlink_to(script)
    return root


def test_what_is_on_the_path_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(tmp_path, "4.1.2")
    monkeypatch.setenv(ROOT_VARIABLE, str(root_folder(tmp_path, "4.0.5")))
    found = find()
    assert isinstance(found, Installation)
    assert (found.version, found.root, found.owner(), found.folder()) == ("4.1.2", None, None, None)
    assert found.command(found.script)[-1] == found.script


def test_what_is_too_old_is_passed_over_for_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(tmp_path, "3.10.8")
    root = root_folder(tmp_path, "4.0.5")
    monkeypatch.setenv(ROOT_VARIABLE, str(root))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(installation, "_all_here", lambda _programs: True)
    found = find()
    assert isinstance(found, Installation)
    assert (found.version, found.root) == ("4.0.5", root)
    assert found.inside(root / "tmp" / "x") == "/tmp/x"
    command = found.command(found.script)
    assert command[:2] == ["unshare", "--mount"]
    assert "--userspec=65534:65534" in command[4]
    assert command[5:] == [str(root), found.script]


def test_nothing_says_what_is_expected_and_how_to_get_it(tmp_path: Path) -> None:
    reason = RabbitMQBroker.available()
    assert reason is not None
    assert "\n" not in reason
    assert all(part in reason for part in ("rabbitmq-server 4", ROOT_VARIABLE, "make cluster-root"))
    on_path(tmp_path, "3.10.8")
    assert "found rabbitmq-server 3.10.8" in str(RabbitMQBroker.available())


async def test_a_run_without_it_ends_with_that_reason() -> None:
    with pytest.raises(BrokerError, match=ROOT_VARIABLE):
        await RabbitMQBroker().start([])


def test_a_folder_without_it_or_that_cannot_be_entered_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    assert f"in {tmp_path}" in str(find())
    root = root_folder(tmp_path, "4.0.5")
    monkeypatch.setenv(ROOT_VARIABLE, str(root))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "by root only" in str(find())


def test_a_folder_with_an_old_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(root_folder(tmp_path, "3.12.1")))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(installation, "_all_here", lambda _programs: True)
    assert "found 3.12.1" in str(find())
