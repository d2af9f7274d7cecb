"""Commands: what people who steer an exercise want done, one JSON line each."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

import msgspec

from sim.core.messages.contents import AnyContent
from sim.core.model.ids import ActivityId, EventId, PartyId

SPEED_MIN: Final = 0.1
SPEED_MAX: Final = 1_000.0
LINE_BYTES_MAX: Final = 1024 * 1024
"""The longest line that is read."""

_Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Role: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+(:[a-z0-9-]+)?$", max_length=64)]
"""The role of who gives a command, such as ``staff`` or ``seat:enexis``: it stands in the log."""


class Command(msgspec.Struct, frozen=True, tag_field="do", kw_only=True, forbid_unknown_fields=True):
    """Base of all commands.

    Attributes:
        id: Comes back in the answer.
        by: Role of who gives it.
    """

    id: _Name = "-"
    by: _Role = "staff"


class Pause(Command, frozen=True, tag="pause"):
    """Let the exercise stand still."""


class Resume(Command, frozen=True, tag="resume"):
    """Let it go on."""


class Speed(Command, frozen=True, tag="speed"):
    """Let it go faster or slower: ``speed`` is exercise time per wall time."""

    speed: Annotated[float, msgspec.Meta(ge=SPEED_MIN, le=SPEED_MAX)]


class End(Command, frozen=True, tag="end"):
    """Let it end here and now, as an exercise that was completed."""


class ThrowIn(Command, frozen=True, tag="throw-in"):
    """Have a party's people told something now: ``inject`` is an entry of ``[[injects]]`` without id and moment."""

    inject: dict[str, Any]


class ThrowFault(Command, frozen=True, tag="throw-fault"):
    """Make something wrong now: ``fault`` is an entry of ``[[faults]]`` without id and moment."""

    fault: dict[str, Any]


class LetIn(Command, frozen=True, tag="let-in"):
    """Have a standby party asked to look along in an activity, by who may ask it: an inject for short."""

    party: PartyId
    activity: ActivityId


class Sit(Command, frozen=True, tag="sit"):
    """Take a party over from the simulation."""

    party: PartyId


class Rise(Command, frozen=True, tag="rise"):
    """Hand a party back to the simulation."""

    party: PartyId


class Say(Command, frozen=True, tag="say"):
    """Send a message as the party for which somebody sits.

    Attributes:
        party: Which.
        topic: Where, below the root of the run.
        content: What, as in ``data`` of an event.
        answers: Event that it answers, if any.
        because_of: Event that made it necessary, if any.
    """

    party: PartyId
    topic: Annotated[str, msgspec.Meta(max_length=1_000)]
    content: AnyContent
    answers: EventId = ""
    because_of: EventId = ""


class Subscribe(Command, frozen=True, tag="subscribe"):
    """Ask for a subscription of the party for which somebody sits, or (``active`` false) give it up."""

    party: PartyId
    filter: Annotated[str, msgspec.Meta(max_length=1_000)]
    active: bool = True


AnyCommand: TypeAlias = (
    Pause | Resume | Speed | End | ThrowIn | ThrowFault | LetIn | Sit | Rise | Say | Subscribe
)


class _Named(msgspec.Struct):
    id: _Name


_DECODER: Final = msgspec.json.Decoder(AnyCommand)
_NAMED: Final = msgspec.json.Decoder(_Named)


class CommandError(ValueError):
    """A line is no command; the message says why, and ``id`` is that of the command, as far as it can be read."""

    def __init__(self, problem: str, name: str = "") -> None:
        super().__init__(problem)
        self.id = name


def read_command(line: bytes) -> AnyCommand:
    """Return the command in a line.

    Raises:
        CommandError: It is none.
    """
    try:
        command: AnyCommand = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CommandError(_in_one_line(str(error)), _id_in(line)) from error
    return command


def _id_in(line: bytes) -> str:
    try:
        return _NAMED.decode(line).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
