"""Digests of what a sweep rests on."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec


def digest_of(what: Any) -> str:
    """Return the SHA-256 of something, by its deterministic encoding."""
    return sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()
