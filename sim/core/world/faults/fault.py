"""Faults as they are written down: what is wrong, where it enters, when, and what only some types need."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from sim.core.messages.items import Geometry, Value
from sim.core.model.ids import ActivityId, InjectId, PartyId, SubjectId
from sim.core.model.text import Text


class FaultType(StrEnum):
    """What is wrong (Beleidskader par. 2.3.1; Modeluitwerking topic 12: faulty or incomplete information)."""

    WRONG_VALUE = "wrong-value"
    WRONG_UNIT = "wrong-unit"
    WRONG_DATUM = "wrong-datum"
    WRONG_PLACE = "wrong-place"
    WRONG_TIME = "wrong-time"
    STALE = "stale"
    INCOMPLETE = "incomplete"
    CONTRADICTORY = "contradictory"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    ECHO = "echo"
    MISATTRIBUTED = "misattributed"
    RUMOUR_AS_OBSERVED = "rumour-as-observed"
    UNVERIFIED_AS_VERIFIED = "unverified-as-verified"
    WRONG_AUDIENCE = "wrong-audience"
    WITHHELD = "withheld"
    LATE = "late"
    GARBLED = "garbled"
    OTHER_ACTIVITY = "other-activity"


class Hop(StrEnum):
    """Where a fault enters, on the way of a fact from what is so to who reads it."""

    OBSERVATION = "observation"
    """A party perceives it, or writes its own statement: it is the source."""
    TRANSCRIPTION = "transcription"
    """A party's liaison, or whoever is on the telephone, passes it on outside the tool."""
    MODERATION = "moderation"
    """The region takes a proposal in: between the partner that proposes and the shared picture."""
    RELAY = "relay"
    """A national body takes it in from a shared picture, and relays it."""
    RETAINED = "retained"
    """An old message that the server had kept comes back."""
    OUTSIDER = "outsider"
    """A party's own client, that is none of the simulated people, writes what it may write; the party stands for it."""
    COMPROMISED = "compromised"
    """Somebody else uses the party's account; the party does not know that it said so."""


class KnownAnswer(StrEnum):
    """What should become of what a fault told, once it is handled well."""

    CORRECTED = "corrected"
    """Its source says what is so instead."""
    COMPLETED = "completed"
    """What is missing is added, by its source or by who knows."""
    REFUTED = "refuted"
    """It is marked as untrue: nothing of the kind is so."""
    WITHDRAWN = "withdrawn"
    """It is taken back, by who sent it or by who may: it should not have been there, true or not."""
    COUNTED_ONCE = "counted-once"
    """It stands once and confirms nothing: it is no second source."""
    TOLD_LATE = "told-late"
    """It is asked for, or told after all."""
    NOT_READ = "not-read"
    """Nobody acts on it; it is told again."""


Omission: TypeAlias = Literal["geometry", "values", "theme", "source"]
"""What an incomplete statement leaves out."""

How: TypeAlias = Literal["", "place", "swapped", "namesake", "truncated", "encoding", "type"]
"""In which way it is wrong, for types that know more than one; "" is the usual way."""


class After(msgspec.Struct, frozen=True):
    """Something after which a fault enters.

    Attributes:
        kind: What sort of thing: exercise control gave an inject, the truth changed, another fault entered, a team
            took the decision that an inject asked for, or an event went through.
        id: Which one; of a decision, the inject that asked for it.
        delay_ms: How long after it (ms of exercise time).
    """

    kind: Literal["inject", "truth", "fault", "decision", "event"]
    id: str
    delay_ms: int = 0


class When(msgspec.Struct, frozen=True, kw_only=True):
    """A condition under which a fault enters, the first time that it holds.

    Attributes:
        kind: ``engaged``: a party works in the activity. ``grip``: the activity's region told a level of at least
            ``grip``. ``shared``: something about ``subject`` stands in the activity's shared picture.
        activity: Of which activity.
        party: Who is engaged.
        grip: From which level on.
        subject: What stands in the shared picture.
        delay_ms: How long after it first holds (ms of exercise time).
    """

    kind: Literal["engaged", "grip", "shared"]
    activity: ActivityId
    party: PartyId = ""
    grip: int = 0
    subject: SubjectId = ""
    delay_ms: int = 0


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is made wrong.

    Exactly one of ``at_ms``, ``after`` and ``when`` says when: it enters then, or with the next thing that passes
    its hop.

    Attributes:
        id: Unique among truth, injects and faults of the scenario.
        type: What is wrong.
        party: Where it enters: who perceives, passes on, takes in, or in whose name it is written.
        subject: What it is about.
        title: What exercise staff read.
        recognise: How it can be recognised.
        hop: On which part of the way it enters.
        blind: Whether exercise staff do not know of it beforehand.
        at_ms: When it enters, ms of exercise time.
        after: After what it enters.
        when: Under which condition it enters.
        how: In which way it is wrong.
        values: Wrong figures.
        unit: Wrong unit, for a wrong unit.
        datum: Wrong datum, for a wrong datum.
        geometry: Wrong place, for a wrong place.
        text: Wrong words, where the words are wrong too.
        as_of_ms: For stale: the truth of this moment, or the old message of then, is told as if it were new.
        omit: For incomplete: what is left out.
        shift_ms: For a wrong time: by how much it is told to have been so later; negative is earlier.
        delay_ms: For late: how much later it is told.
        echo_of: For an echo: whose statement comes back.
        attributed_to: For misattributed: who is named as the source.
        activity: For other-activity: in which activity it is told.
        source: Letter of a sourced fact, or ``exercise``.
    """

    id: InjectId
    type: FaultType
    party: PartyId
    subject: SubjectId
    title: Text
    recognise: Text
    hop: Hop = Hop.OBSERVATION
    blind: bool = False
    at_ms: int | None = None
    after: After | None = None
    when: When | None = None
    how: How = ""
    values: tuple[Value, ...] = ()
    unit: str = ""
    datum: str = ""
    geometry: Geometry | None = None
    text: Text | None = None
    as_of_ms: int = 0
    omit: tuple[Omission, ...] = ()
    shift_ms: int = 0
    delay_ms: int = 0
    echo_of: PartyId = ""
    attributed_to: PartyId = ""
    activity: ActivityId = ""
    source: str = "exercise"

    def __post_init__(self) -> None:
        """Hold it to one moment: anything else would be chance, or never."""
        if sum(moment is not None for moment in (self.at_ms, self.after, self.when)) != 1:
            raise ValueError(f"{self.id}: expected one of at_ms, after and when, was none or several")

    @property
    def trigger(self) -> str:
        """Return in words what makes it enter, for the run log; "" is its set time."""
        if self.after is not None:
            return f"after {self.after.kind} {self.after.id}"
        if self.when is None:
            return ""
        about = {"engaged": self.when.party, "grip": f"{self.when.grip}", "shared": self.when.subject}
        return f"when {self.when.kind} {about[self.when.kind]} in {self.when.activity}"
