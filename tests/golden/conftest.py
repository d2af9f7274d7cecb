"""The option that writes golden files anew."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden",
        action="store_true",
        default=False,
        help="write the golden files anew instead of comparing with them",
    )


@pytest.fixture(scope="session")
def write_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written; the option exists only where this folder was asked for by name."""
    return bool(request.config.getoption("--write-golden", default=False))
