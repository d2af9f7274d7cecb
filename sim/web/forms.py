"""What stands in the forms of exercise staff, made into the entries that a script has (docs/scenario-format.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import msgspec
from starlette.datastructures import FormData

from sim.core.model.cue import AnyCue, Cue
from sim.core.world.faults import FaultType, Hop

FieldKind: TypeAlias = Literal["activity", "party", "parties", "subjects", "words", "line", "lines", "number"]

_KINDS: Final[Mapping[str, FieldKind]] = {
    "activity": "activity",
    "party": "party",
    "parties": "parties",
    "subject": "line",
    "subjects": "subjects",
    "text": "words",
    "filters": "lines",
    "grip": "number",
}
"""How each field of a cue is asked for; the others are one line of text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form: its name, and how it is asked for."""

    name: str
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class CueForm:
    """The form of one kind of inject."""

    do: str
    fields: tuple[Asked, ...]


def _forms() -> tuple[CueForm, ...]:
    kinds: Sequence[type[Cue]] = get_args(AnyCue)
    return tuple(
        CueForm(
            str(kind.__struct_config__.tag),
            tuple(
                Asked(field.name, _KINDS.get(field.name, "line")) for field in msgspec.structs.fields(kind)
            ),
        )
        for kind in kinds
    )


CUE_FORMS: Final = _forms()
"""A form for each kind of inject that there is."""

FAULT_TYPES: Final = tuple(one.value for one in FaultType)
HOPS: Final = tuple(one.value for one in Hop)

_FAULT_WORDS: Final = (
    "type",
    "hop",
    "party",
    "subject",
    "how",
    "unit",
    "datum",
    "as_of",
    "shift",
    "delay",
    "echo_of",
)
_FAULT_MORE: Final = ("attributed_to", "activity")


def inject_of(form: FormData) -> dict[str, Any]:
    """Return the entry of an inject from its form; what is wrong in it is found where injects are checked."""
    do = _line(form, "cue")
    asked = next((one.fields for one in CUE_FORMS if one.do == do), ())
    cue = {"do": do, **{one.name: _value(form, one) for one in asked}}
    title = _line(form, "title") or _line(form, "text") or do
    return {"to": _line(form, "to"), "title": _both(title), "cue": cue}


def fault_of(form: FormData) -> dict[str, Any]:
    """Return the entry of a fault from its form; what is not filled in is left out."""
    entry: dict[str, Any] = {key: text for key in (*_FAULT_WORDS, *_FAULT_MORE) if (text := _line(form, key))}
    title = _line(form, "title") or _line(form, "type")
    entry |= {"title": _both(title), "recognise": _both(_line(form, "recognise") or title)}
    if text := _line(form, "text"):
        entry["text"] = _both(text)
    if name := _line(form, "value_name"):
        value = {"name": name, "amount": _number(form, "value_amount"), "unit": _line(form, "value_unit")}
        entry["values"] = [value | ({"datum": datum} if (datum := _line(form, "value_datum")) else {})]
    if _line(form, "lon") or _line(form, "lat"):
        entry["place"] = [_number(form, "lon"), _number(form, "lat")]
    if omitted := [str(one) for one in form.getlist("omit")]:
        entry["omit"] = omitted
    if form.get("blind") == "yes":
        entry["blind"] = True
    return entry


def _value(form: FormData, asked: Asked) -> Any:
    if asked.kind in ("parties", "subjects"):
        return [str(one) for one in form.getlist(asked.name)]
    if asked.kind == "lines":
        return [line.strip() for line in _line(form, asked.name).split("\n") if line.strip()]
    if asked.kind == "words":
        return _both(_line(form, asked.name))
    if asked.kind == "number":
        return _number(form, asked.name)
    return _line(form, asked.name)


def _number(form: FormData, name: str) -> Any:
    """Return a number, or else the text as it stands: what checks the entry says what was expected."""
    text = _line(form, name).replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _line(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip().replace("\r\n", "\n")


def _both(text: str) -> dict[str, str]:
    """Return a text that is the same in both languages: whoever types it writes it once."""
    return {"nl": text, "en": text}
