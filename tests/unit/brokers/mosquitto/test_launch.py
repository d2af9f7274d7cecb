from __future__ import annotations

import os
from pathlib import Path

import pytest

from brokers.mosquitto import launch
from brokers.mosquitto.logreader import LogReader


def test_a_machine_without_the_server_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "find_executable", lambda: None)
    reason = launch.unavailable_reason()
    assert reason is not None
    assert "install mosquitto" in reason
    assert "\n" not in reason


def test_a_plugin_is_found_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin.so"
    monkeypatch.setattr(launch, "find_executable", lambda: Path("/usr/sbin/mosquitto"))
    monkeypatch.setenv(launch.PLUGIN_VARIABLE, str(plugin))
    assert f"{launch.PLUGIN_VARIABLE} names {plugin}" in str(launch.unavailable_reason())

    plugin.touch()
    assert launch.find_plugin() == plugin
    assert launch.unavailable_reason() is None


def test_a_machine_without_the_plugin_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "find_executable", lambda: Path("/usr/sbin/mosquitto"))
    monkeypatch.setattr(launch, "_PLUGIN_FOLDERS", ())
    monkeypatch.delenv(launch.PLUGIN_VARIABLE, raising=False)
    assert launch.PLUGIN_VARIABLE in str(launch.unavailable_reason())


def test_root_needs_somebody_to_run_the_server_as(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "find_executable", lambda: Path("/usr/sbin/mosquitto"))
    monkeypatch.setattr(launch, "find_plugin", lambda: Path("/usr/lib/plugin.so"))
    monkeypatch.setattr(launch, "_OWNERS", ("nobody-of-this-name",))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "must not run as root" in str(launch.unavailable_reason())


def test_files_are_private_from_the_first(tmp_path: Path) -> None:
    launch.write_private(tmp_path / "file", "text")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_the_log_is_read_in_whole_lines_and_at_once() -> None:
    read_end, write_end = os.pipe()
    reader = LogReader(read_end)
    os.write(write_end, b"New client connected from 127.0.0.1:1 as c (p5, c1, k60, u'al').\nDenied PUBLISH ")
    os.write(write_end, b"from c (d0, q1, r0, m4, 'x', ... (2 bytes))\nError: last\n")

    assert [(denial.username, denial.topic) for denial in reader.take_denials()] == [("al", "x")]
    assert reader.tail().endswith("Error: last")

    os.close(write_end)
    reader.close()
    assert reader.take_denials() == []
