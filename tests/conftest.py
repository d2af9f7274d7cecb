"""Settings for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from sim.diagnostics import configure
from tests.played import Played

# No deadline: how fast an example runs on a busy machine says nothing about the product.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

# What a command says is as wide as where nobody looks, whatever terminal the tests were started from.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play an exercise that comes with the product, once for all tests."""
    return Played(tmp_path_factory.mktemp("played"))


@pytest.fixture(autouse=True)
def diagnostics_outlive_captured_output() -> Iterator[None]:
    """Send diagnostics to today's standard error again: a command under capsys left them at one that is closed."""
    yield
    configure(verbose=False)
