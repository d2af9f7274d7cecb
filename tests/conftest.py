"""Settings for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from sim.diagnostics import configure

# No deadline: how fast an example runs on a busy machine says nothing about the product.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def diagnostics_outlive_captured_output() -> Iterator[None]:
    """Send diagnostics to today's standard error again: a command under capsys left them at one that is closed."""
    yield
    configure(verbose=False)
