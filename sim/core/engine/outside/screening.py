"""Screening: what a client that is not simulated sent is held against the exercise before anybody acts on it.

The broker has already seen to it that the sender may write on the topic. Here it is the content that must be
about this exercise: known parties, activities and themes, ids that are ids, times that are not yet to come. What
does not pass is a record, and reaches no simulated party; so no stranger can make one stumble.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sim.core.messages.contents import Answer, AnyContent, Briefing, Confidence, Request, Scaling, items_in
from sim.core.messages.event import Event
from sim.core.model.ids import ID_CHARACTERS_MAX, SUBJECT_CHARACTERS_MAX, InjectId, PartyId, is_id
from sim.core.world.scenario import TICK_MS, Scenario

ENTRIES_MAX: Final = 1_000
"""Entries of one list in a message."""

VERSION_MAX: Final = 1_000_000
ITEM_CHARACTERS_MAX: Final = ID_CHARACTERS_MAX - len("risk-")
"""Whoever retells an item puts a short word before its id."""

TEXT_CHARACTERS_MAX: Final = 4_000
PAYLOAD_BYTES_MAX: Final = 32 * 1024
"""What parties make of a message is larger than the message, and must still fit into one."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a content is held against: the exercise, what was thrown in while it went on, and the time (ms)."""

    scenario: Scenario
    now: int
    thrown_in: Collection[InjectId] = ()


_Check = Callable[[_Setting, Any], str | None]


def _party(setting: _Setting, value: Any) -> str | None:
    return None if value in setting.scenario.parties else "a party of the exercise"


def _party_or_nobody(setting: _Setting, value: Any) -> str | None:
    return None if value == "" else _party(setting, value)


def _activity(setting: _Setting, value: Any) -> str | None:
    return None if value in setting.scenario.activities else "an activity of the exercise"


def _theme(setting: _Setting, value: Any) -> str | None:
    return None if value in setting.scenario.themes else "a theme of the exercise"


def _subject(_setting: _Setting, value: Any) -> str | None:
    if is_id(value) and len(value) <= SUBJECT_CHARACTERS_MAX:
        return None
    return f"an id of at most {SUBJECT_CHARACTERS_MAX} characters"


def _item(_setting: _Setting, value: Any) -> str | None:
    if is_id(value) and len(value) <= ITEM_CHARACTERS_MAX:
        return None
    return f"an id of at most {ITEM_CHARACTERS_MAX} characters"


def _id(_setting: _Setting, value: Any) -> str | None:
    return None if is_id(value) else "an id"


def _past(setting: _Setting, value: Any) -> str | None:
    return None if 0 <= value <= setting.now + TICK_MS else "a time of the exercise that is not to come"


def _cause(setting: _Setting, value: Any) -> str | None:
    scenario = setting.scenario
    scripted = {one.id for part in (scenario.injects, scenario.faults, scenario.outages) for one in part}
    return (
        None
        if value in scripted or value in setting.thrown_in
        else "an inject, fault or outage of the exercise"
    )


def _version(_setting: _Setting, value: Any) -> str | None:
    return None if 1 <= value <= VERSION_MAX else f"a version from 1 to {VERSION_MAX}"


_CHECKS: Final[Mapping[str, _Check]] = {
    "activity": _activity,
    "by": _party_or_nobody,
    "causation": _cause,
    "directing": _party,
    "from_ms": _past,
    "id": _item,
    "item": _item,
    "observed_at_ms": _past,
    "of": _id,
    "on_behalf_of": _party_or_nobody,
    "owner": _party,
    "parties": _party,
    "party": _party,
    "pass_on": _party,
    "reported_at_ms": _past,
    "subject": _subject,
    "team": _id,
    "theme": _theme,
    "themes": _theme,
    "through": _party_or_nobody,
    "to_ms": _past,
    "version": _version,
}
"""What the fields of contents must hold, by name; a field that is a struct is looked into instead."""


class Screen:
    """What is held against one exercise.

    Args:
        scenario: What is run.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._thrown_in: set[InjectId] = set()

    def foresee(self, name: InjectId) -> None:
        """Know an inject or fault that was thrown in: it may stand behind what is told from now on."""
        self._thrown_in.add(name)

    def fault_of_stranger(self, event: Event, now: int) -> str | None:
        """Return what in an event is not of this exercise at ``now`` (ms); None when nothing is.

        The sender must be a party of the exercise; the broker and the topic have shown that already.
        """
        return _fault_in_envelope(event) or self.fault_in_content(event.data, event.sender, now)

    def fault_in_content(self, content: AnyContent, sender: PartyId, now: int) -> str | None:
        """Return what in a content is not of this exercise at ``now`` (ms), or not the sender's to state."""
        setting = _Setting(self._scenario, now, self._thrown_in)
        return _fault_in_content(setting, content) or _fault_in_ownership(self._scenario, content, sender)


def _fault_in_envelope(event: Event) -> str | None:
    """Return which attribute of the envelope cannot be; simulated parties number their events, strangers do not."""
    own = f"{event.sender}-"
    if not event.id.startswith(own) or not is_id(event.id) or event.id.removeprefix(own).isdigit():
        return f"id: expected {own} and a word that is no number, was {event.id[:80]!r}"
    for name in ("correlationid", "causationid"):
        if getattr(event, name) and not is_id(getattr(event, name)):
            return f"{name}: expected the id of an event, was another text"
    if len(event.injectids) > TEXT_CHARACTERS_MAX:
        return f"injectids: expected at most {TEXT_CHARACTERS_MAX} characters, was {len(event.injectids)}"
    return None


def _fault_in_content(setting: _Setting, content: AnyContent) -> str | None:
    for path, name, value in _leaves(content, "data"):
        if name == _TOO_MANY:
            return f"{path}: expected at most {ENTRIES_MAX} entries, was {value}"
        if isinstance(value, str) and len(value) > TEXT_CHARACTERS_MAX:
            return f"{path}: expected at most {TEXT_CHARACTERS_MAX} characters, was {len(value)}"
        if value == "" and _may_be_left_out(content, name):
            continue
        check = _CHECKS.get(name)
        expected = None if check is None else check(setting, value)
        if expected is not None:
            return f"{path}: expected {expected}, was {value!r}"
    return None


_LEFT_OUT: Final[Mapping[type, frozenset[str]]] = {
    Answer: frozenset({"activity"}),
    Briefing: frozenset({"team"}),
    Confidence: frozenset({"activity"}),
    Request: frozenset({"subject", "team", "theme"}),
    Scaling: frozenset({"activity"}),
}
"""Fields that say nothing where they are empty: only some requests are about a subject, a theme or a team, a topic of
the tool names the activity itself, and in the cold phase there is none yet."""


def _may_be_left_out(content: AnyContent, name: str) -> bool:
    """Say whether a field of a content may be empty."""
    if isinstance(content, Request) and name == "activity":
        return content.purpose in ("effects", "inform")  # only these are asked in the cold phase
    return name in _LEFT_OUT.get(type(content), ())


def _fault_in_ownership(scenario: Scenario, content: AnyContent, party: PartyId) -> str | None:
    """Return which statement a partner makes in another's name, or under an id that is not its own.

    Either could stand before what another said, or pass for a second source.
    """
    sender = scenario.parties[party]
    if scenario.profiles[sender.profile].kind == "body":
        return None  # regions and national bodies retell what others said
    for item in items_in(content):
        if not item.id.startswith(f"{sender.id}-"):
            return f"item: expected an id that begins with {sender.id}-, was {item.id!r}"
        if item.source.party != sender.id:
            return f"item: expected {sender.id} as its source, was {item.source.party!r}"
        if item.verification.by not in ("", sender.id):
            return f"item: expected a verification by {sender.id} or nobody, was {item.verification.by!r}"
    return None


_TOO_MANY: Final = "too many"


def _leaves(value: Any, path: str, name: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield path, field name and value of everything in a content that is no struct and no list."""
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _leaves(getattr(value, field), f"{path}.{field}", field)
    elif isinstance(value, tuple) and len(value) > ENTRIES_MAX:
        yield path, _TOO_MANY, len(value)
    elif isinstance(value, tuple):
        for number, entry in enumerate(value):
            yield from _leaves(entry, f"{path}[{number}]", name)
    elif value is not None:
        yield path, name, value
