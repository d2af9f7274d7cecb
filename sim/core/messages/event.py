"""The envelope: one CloudEvents 1.0 event in JSON, structured mode, so that any MQTT client can read and write it.

Extension attributes (lower case, as CloudEvents asks) carry what the exercise adds: time, order and cause.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sim.core.messages.contents import AnyContent
from sim.core.model.ids import EventId, InjectId, PartyId

TYPE_PREFIX: Final = "nl.beeld."
SOURCE_PREFIX: Final = "/party/"


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One message.

    Attributes:
        specversion: Version of CloudEvents.
        id: Unique per source; simulated parties count: ``vr24-17``.
        source: ``/party/`` and the sender's id.
        type: ``nl.beeld.`` and the kind of content.
        time: Clock time of the exercise, RFC 3339.
        datacontenttype: Always JSON.
        exercisems: Exercise time of sending, ms since the start.
        sequence: The sender's count of messages.
        correlationid: Event that this one answers.
        causationid: Event that made the sender send this one.
        injectids: Injects and faults behind it, comma-separated.
        data: The content.
    """

    specversion: Literal["1.0"]
    id: EventId
    source: str
    type: str
    time: str
    datacontenttype: Literal["application/json"] = "application/json"
    exercisems: int
    sequence: int
    correlationid: EventId = ""
    causationid: EventId = ""
    injectids: str = ""
    data: AnyContent

    @property
    def sender(self) -> PartyId:
        """Return the id of the party that the event says it is from."""
        return self.source.removeprefix(SOURCE_PREFIX)

    @property
    def injects(self) -> tuple[InjectId, ...]:
        """Return the injects and faults behind the event."""
        return injects_in(self.injectids)


def injects_in(ids: str) -> tuple[InjectId, ...]:
    """Return the injects and faults of a list of their ids."""
    return tuple(ids.split(",")) if ids else ()
