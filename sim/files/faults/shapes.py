"""The tables of faults, as people write them (docs/scenario-format.md)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from sim.core.messages.items import Value
from sim.core.model.activity import GRIP_MAX
from sim.core.model.text import Text
from sim.core.world.faults import FaultType, Hop
from sim.core.world.faults.fault import Omission
from sim.files.shapes import FileTable, Id, Position


class AfterEntry(FileTable, frozen=True, kw_only=True):
    """After what a fault enters: one thing, and how long after it."""

    inject: str | None = None
    truth: str | None = None
    fault: str | None = None
    decision: str | None = None
    event: Id | None = None
    delay: str | None = None


class WhenEntry(FileTable, frozen=True, kw_only=True):
    """Under which condition a fault enters: one, in an activity, and how long after it first holds."""

    activity: str
    engaged: str | None = None
    grip: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)] | None = None
    shared: str | None = None
    delay: str | None = None


class FaultEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[faults]]``."""

    id: Id
    type: FaultType
    party: str
    subject: str
    title: Text
    recognise: Text
    hop: Hop = Hop.OBSERVATION
    blind: bool = False
    at: str | None = None
    after: AfterEntry | None = None
    when: WhenEntry | None = None
    how: Literal["place", "swapped", "namesake", "truncated", "encoding", "type"] | None = None
    values: tuple[Value, ...] = ()
    unit: str | None = None
    datum: str | None = None
    text: Text | None = None
    place: Position | None = None
    area: str | None = None
    as_of: str | None = None
    omit: tuple[Omission, ...] = ()
    shift: str | None = None
    delay: str | None = None
    echo_of: str | None = None
    attributed_to: str | None = None
    activity: str | None = None
    source: str = "exercise"
