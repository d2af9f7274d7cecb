"""Several things at once, each to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

_Found = TypeVar("_Found")


async def together(steps: Iterable[Awaitable[_Found]]) -> list[_Found]:
    """Do all of this at once, to the end of each; raise what the first raised, if one did."""
    found = await asyncio.gather(*steps, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]
