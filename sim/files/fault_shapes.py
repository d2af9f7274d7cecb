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
    """After what a fault enters: one thing, and how long after it.

    Attributes:
        inject: Id of an inject.
        truth: Id of a change of the truth.
        fault: Id of another fault.
        decision: Id of the inject that asks for a decision.
        event: Id of a message, such as wl-17.
        delay: How long after it; at once if left out.
    """

    inject: str | None = None
    truth: str | None = None
    fault: str | None = None
    decision: str | None = None
    event: Id | None = None
    delay: str | None = None


class WhenEntry(FileTable, frozen=True, kw_only=True):
    """Under which condition a fault enters: one, in an activity, and how long after it first holds.

    Attributes:
        activity: Activity in which the condition is looked for.
        engaged: A party begins to take part in it.
        grip: It is at this GRIP level or a higher one.
        shared: A subject stands in its shared picture.
        delay: How long after the condition first holds; at once if left out.
    """

    activity: str
    engaged: str | None = None
    grip: Annotated[int, msgspec.Meta(ge=0, le=GRIP_MAX)] | None = None
    shared: str | None = None
    delay: str | None = None


class FaultEntry(FileTable, frozen=True, kw_only=True):
    """One of ``[[faults]]``.

    Attributes:
        id: Id of the fault.
        type: What is made wrong: a type of ``beeld faults``.
        party: Whose statement, or at whose hands.
        subject: Which fact of the scenario it is about.
        title: What happens, for exercise staff.
        recognise: How it can be recognised.
        hop: Where on its way it enters.
        blind: Whether exercise staff do not know of it beforehand.
        at: When it enters; or ``after``, or ``when``.
        after: After what it enters.
        when: Under which condition it enters.
        how: Which of the ways of its type.
        values: Figures that replace those of the same name.
        unit: Unit that takes the place of that of every figure.
        datum: Datum that takes the place of that of every figure that has one.
        text: Words that replace those that are so.
        place: Longitude and latitude that replace those that are so.
        area: Id of an area, in the place of ``place``.
        as_of: Moment whose truth is told as new.
        omit: What is left out.
        shift: How far the time is wrong, with a - before it for earlier.
        delay: How late it is told.
        echo_of: The party whose last statement comes back as an observation.
        attributed_to: The party that is named as the source.
        activity: The activity in which it is told instead.
        source: A letter of the scenario's sources, or ``exercise``.
    """

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
