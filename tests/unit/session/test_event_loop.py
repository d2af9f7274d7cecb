from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest

from sim.session.event_loop import loop_factory


class _Fast(ModuleType):
    """Stands for uvloop, which need not be installed."""

    new_event_loop = staticmethod(asyncio.new_event_loop)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> _Fast:
    """Something is installed under the name of uvloop."""
    module = _Fast("uvloop")
    monkeypatch.setitem(sys.modules, "uvloop", module)
    return module


@pytest.mark.parametrize("broker", ["mosquitto", "mqtts://localhost"])
def test_uvloop_is_taken_for_a_server_where_it_is_installed(broker: str, fast: _Fast) -> None:
    assert loop_factory(broker) is fast.new_event_loop


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("broker", ["memory", "embedded"])
def test_brokers_within_the_process_keep_pythons_own_loop(broker: str) -> None:
    assert loop_factory(broker) is None


@pytest.mark.usefixtures("fast")
def test_the_line_to_workers_keeps_pythons_own_loop() -> None:
    assert loop_factory("mosquitto", has_workers=True) is None


def test_without_it_the_loop_is_pythons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loop_factory("mosquitto") is None
