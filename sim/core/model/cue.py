"""Cues: what exercise control tells the simulated people of a party to do, at a moment of the script."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from sim.core.model.activity import GRIP_MAX
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.model.text import Text


class Cue(msgspec.Struct, frozen=True, tag_field="do", kw_only=True, forbid_unknown_fields=True):
    """Base of all cues; the field ``do`` tells them apart in scenario files and in the run log."""


class Open(Cue, frozen=True, tag="open"):
    """The directing region opens an activity and publishes its card."""

    activity: ActivityId


class Scale(Cue, frozen=True, tag="scale"):
    """The directing region goes to a GRIP level (0-5), up or down, not necessarily stepwise."""

    activity: ActivityId
    grip: int

    def __post_init__(self) -> None:
        """Hold the level within the scale."""
        if not 0 <= self.grip <= GRIP_MAX:
            raise ValueError(f"grip: expected 0 to {GRIP_MAX}, was {self.grip}")


class Level(Cue, frozen=True, tag="level"):
    """A party goes to a level of its own crisis organisation."""

    activity: ActivityId
    level: str


class SendAlert(Cue, frozen=True, tag="alert"):
    """A party alerts others (alerteren)."""

    activity: ActivityId
    parties: tuple[PartyId, ...]
    text: Text


class SendAlarm(Cue, frozen=True, tag="alarm"):
    """The directing region alarms parties (alarmeren)."""

    activity: ActivityId
    parties: tuple[PartyId, ...]
    text: Text


class Invite(Cue, frozen=True, tag="invite"):
    """The directing region asks a standby partner to look along."""

    activity: ActivityId
    party: PartyId
    text: Text


class SeekSupport(Cue, frozen=True, tag="seek-support"):
    """A party without an information organisation calls the region for help with its information."""

    activity: ActivityId
    text: Text


class Decide(Cue, frozen=True, tag="decide"):
    """A team of the directing region decides, resting on what the shared picture says of some subjects."""

    activity: ActivityId
    team: str
    text: Text
    subjects: tuple[SubjectId, ...]


class Decouple(Cue, frozen=True, tag="decouple"):
    """The directing region ends what it granted to a party."""

    activity: ActivityId
    party: PartyId
    text: Text


class Close(Cue, frozen=True, tag="close"):
    """The directing region closes an activity and takes back all that it granted."""

    activity: ActivityId


class TryRead(Cue, frozen=True, tag="try-read"):
    """Somebody at the party tries to subscribe to these filters, whatever the profile says."""

    filters: tuple[str, ...]


class TryWrite(Cue, frozen=True, tag="try-write"):
    """Somebody at the party tries to write its knowledge of a subject into another place."""

    activity: ActivityId
    subject: SubjectId
    place: str
    """``shared``, ``national``, or ``own/<party>``: whose part of the picture it tries to write."""


class Meet(Cue, frozen=True, tag="meet"):
    """A team of the directing region is about to meet: its people are briefed (Modeluitwerking 13)."""

    activity: ActivityId
    team: str


class Spar(Cue, frozen=True, tag="spar"):
    """A leader of the directing region calls the counterpart at a party's equal level (Modeluitwerking 8, 13)."""

    activity: ActivityId
    party: PartyId
    team: str
    text: Text


class ToolDown(Cue, frozen=True, tag="tool-down"):
    """The tool fails the party: it goes over to what was agreed for that (Modeluitwerking, technology 4)."""


class ToolUp(Cue, frozen=True, tag="tool-up"):
    """The tool works again for the party: what was told otherwise is brought up to date in it."""


AnyCue: TypeAlias = (
    Open | Scale | Level | SendAlert | SendAlarm | Invite | SeekSupport | Decide | Decouple | Close | TryRead
    | TryWrite | Meet | Spar | ToolDown | ToolUp
)  # fmt: skip
