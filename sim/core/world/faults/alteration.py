"""What each type of fault does to a statement: pure functions from what is so, or was said, to what is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from sim.core.messages.items import (
    Basis,
    Item,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.model.ids import PartyId, ThemeId
from sim.core.picture.observation import Fact, Observation
from sim.core.world.faults.fault import Fault, FaultType
from sim.core.world.faults.places import swapped
from sim.core.world.truth import TruthChange, truth_at

S = TypeVar("S", Fact, Item)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an alteration draws on.

    Attributes:
        timeline: Changes of the truth, in order of time.
        themes: Themes of the exercise, in order; the first is where lands what nobody filed.
    """

    timeline: Sequence[TruthChange] = ()
    themes: Sequence[ThemeId] = ()


# What it says --------------------------------------------------------------------------------------


def _replace_values(fault: Fault, said: Any, _setting: Setting) -> dict[str, Any]:
    wrong = {value.name: value for value in fault.values}
    values = tuple(wrong.pop(value.name, value) for value in said.values)
    return {"values": (*values, *wrong.values())}


def _replace_unit(fault: Fault, said: Any, _setting: Setting) -> dict[str, Any]:
    return {"values": tuple(_with(value, unit=fault.unit) if value.unit else value for value in said.values)}


def _replace_datum(fault: Fault, said: Any, _setting: Setting) -> dict[str, Any]:
    return {
        "values": tuple(_with(value, datum=fault.datum) if value.datum else value for value in said.values)
    }


def _with(value: Value, **changes: str) -> Value:
    return msgspec.structs.replace(value, **changes)


def _replace_place(fault: Fault, said: Any, _setting: Setting) -> dict[str, Any]:
    return {"geometry": swapped(said.geometry) if fault.how == "swapped" else fault.geometry}


def _tell_of_then(fault: Fault, _said: Any, setting: Setting) -> dict[str, Any]:
    then = truth_at(setting.timeline, fault.subject, fault.as_of_ms)
    if then is None:
        return {}
    return {"values": then.fact.values, "geometry": then.fact.geometry, "text": then.fact.text}


def _omit(fault: Fault, _said: Any, setting: Setting) -> dict[str, Any]:
    left_out: dict[str, Any] = {}
    if "values" in fault.omit:
        left_out["values"] = ()
    if "geometry" in fault.omit:
        left_out["geometry"] = None
    if "theme" in fault.omit and setting.themes:
        left_out["theme"] = setting.themes[0]
    return left_out


def _blur(_fault: Fault, _said: Any, _setting: Setting) -> dict[str, Any]:
    """Leave the words to say it: the figures that would settle how to read them are not there."""
    return {"values": ()}


def _lose_label(_fault: Fault, _said: Any, _setting: Setting) -> dict[str, Any]:
    return {"sensitivity": Sensitivity.GENERAL}


_Change: TypeAlias = Callable[[Fault, Any, Setting], dict[str, Any]]

_SAID: Final[Mapping[FaultType, _Change]] = {
    FaultType.WRONG_VALUE: _replace_values,
    FaultType.WRONG_UNIT: _replace_unit,
    FaultType.WRONG_DATUM: _replace_datum,
    FaultType.WRONG_PLACE: _replace_place,
    FaultType.STALE: _tell_of_then,
    FaultType.INCOMPLETE: _omit,
    FaultType.CONTRADICTORY: _replace_values,
    FaultType.UNCLEAR: _blur,
    FaultType.RUMOUR_AS_OBSERVED: _replace_values,
    FaultType.WRONG_AUDIENCE: _lose_label,
}


def altered(fault: Fault, said: S, setting: Setting) -> S:
    """Return a fact or an item that says what the fault makes of it; the faults behind it are not added here."""
    change = _SAID.get(fault.type)
    changes = {} if change is None else change(fault, said, setting)
    if fault.text is not None:
        changes["text"] = fault.text
    return msgspec.structs.replace(said, **changes)


# How it is said ------------------------------------------------------------------------------------


def _shift(fault: Fault, item: Item, _writer: PartyId, _now: int) -> dict[str, Any]:
    return {"observed_at_ms": max(0, item.observed_at_ms + fault.shift_ms)}


def _name_another(fault: Fault, item: Item, _writer: PartyId, _now: int) -> dict[str, Any]:
    return {"source": msgspec.structs.replace(item.source, party=fault.attributed_to)}


def _name_nobody(fault: Fault, _item: Item, writer: PartyId, _now: int) -> dict[str, Any]:
    """Leave out who says so: the writer has it from somebody, and says not from whom."""
    return {"source": Source(writer, Basis.REPORTED, through=writer)} if "source" in fault.omit else {}


def _seem_seen(_fault: Fault, item: Item, _writer: PartyId, _now: int) -> dict[str, Any]:
    return {"source": Source(item.source.party, Basis.OBSERVED)}


def _seem_verified(_fault: Fault, _item: Item, writer: PartyId, now: int) -> dict[str, Any]:
    return {"verification": Verification(VerificationStatus.VERIFIED, writer, now)}


_WRITTEN: Final[Mapping[FaultType, Callable[[Fault, Item, PartyId, int], dict[str, Any]]]] = {
    FaultType.WRONG_TIME: _shift,
    FaultType.INCOMPLETE: _name_nobody,
    FaultType.MISATTRIBUTED: _name_another,
    FaultType.RUMOUR_AS_OBSERVED: _seem_seen,
    FaultType.UNVERIFIED_AS_VERIFIED: _seem_verified,
}


def rewritten(fault: Fault, item: Item, writer: PartyId, now: int) -> Item:
    """Return an item whose time, source or verification is what the fault makes of it, and that names the fault.

    Args:
        fault: What is made wrong.
        item: What would have been said.
        writer: Who writes it, or passes it on.
        now: When (ms).
    """
    change = _WRITTEN.get(fault.type)
    changes = {} if change is None else change(fault, item, writer, now)
    return msgspec.structs.replace(
        item, **changes, causation=tuple(dict.fromkeys((*item.causation, fault.id)))
    )


def restated(fault: Fault, item: Item, writer: PartyId, now: int, setting: Setting) -> Item:
    """Return what becomes of an item in somebody's hands: what it says, how it is said, and that it names the fault."""
    return rewritten(fault, altered(fault, item, setting), writer, now)


# What is perceived ---------------------------------------------------------------------------------


def told(fault: Fault, setting: Setting, now: int, heard: Item | None = None) -> Observation | None:
    """Return what the party perceives because of the fault; None when there is nothing yet to make wrong.

    Args:
        fault: What is made wrong.
        setting: What it draws on.
        now: When (ms).
        heard: For an echo: what another said, which the party takes for what it saw itself.
    """
    if fault.type is FaultType.ECHO:
        if heard is None:
            return None
        fact = altered(fault, fact_of(heard), setting)
        return Observation(fact=fact, observed_at_ms=now, causation=(*heard.causation, fault.id))
    moment = fault.as_of_ms if fault.type is FaultType.STALE else now
    basis = truth_at(setting.timeline, fault.subject, moment)
    if basis is None:
        return None
    fact = altered(fault, basis.fact, setting)
    return Observation(fact=fact, observed_at_ms=now, causes=(basis.id,), causation=(fault.id,))


def fact_of(item: Item) -> Fact:
    """Return what an item says, as the fact that would be so if it were right."""
    return Fact(
        subject=item.subject,
        system=item.system,
        theme=item.theme,
        kind=item.kind,
        title=item.title,
        text=item.text,
        values=item.values,
        geometry=item.geometry,
        sensitivity=item.sensitivity,
    )
