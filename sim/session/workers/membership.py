"""Who is a worker of which run."""

from __future__ import annotations

from dataclasses import dataclass, field

from brokers.adapter import Endpoint


@dataclass(frozen=True, slots=True)
class Membership:
    """Which worker of which run one is, where to join it, and with which password."""

    worker: str
    run: str
    endpoint: Endpoint
    password: str = field(repr=False)
