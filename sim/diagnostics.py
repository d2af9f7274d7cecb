"""Diagnostics: what developers and administrators read. On standard error, never in the run log."""

from __future__ import annotations

import logging
import sys

import structlog


class _StderrLogger:
    """Writes to whatever standard error is at that moment, so that one that was closed is not written to."""

    def __init__(self, *_: object) -> None:
        """Take nothing."""

    def msg(self, message: str) -> None:
        """Write one line."""
        sys.stderr.write(message + "\n")

    debug = info = warning = error = critical = msg


def configure(*, verbose: bool) -> None:
    """Send diagnostics to standard error: warnings and worse, or with ``verbose`` everything."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.WARNING),
        logger_factory=_StderrLogger,
        cache_logger_on_first_use=False,
    )


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Return a logger; without a command line that configured them, diagnostics are quiet."""
    if not structlog.is_configured():
        configure(verbose=False)
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
