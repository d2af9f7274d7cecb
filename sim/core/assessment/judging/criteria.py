"""Criteria as data, so that an institution can bring its own file (profiles/criteria.toml is the default).

The caller parses the file; here its tables become criteria, or an error that names key, expected and found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

import msgspec

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PAPER_MEASURES, PARTY_MEASURES
from sim.core.model.agreement import Agreement, Norm, TopicId
from sim.core.model.preconditions import Precondition
from sim.core.model.text import Text
from sim.core.model.time import parse_duration

Part: TypeAlias = Literal["direction", "set-up", "performance"]
Quality: TypeAlias = Literal["professional", "efficient", "uniform", "secure"]
Dimension: TypeAlias = Literal["organisation", "process", "people", "technology"]
Better: TypeAlias = Literal["lower", "higher"]
Scope: TypeAlias = Literal["partner", "exercise"]

_PRECONDITION: Final = "precondition"
_PARTLY_AGREED: Final = 0.5
"""A precondition of which half was agreed or more is partly met (exercise)."""

_AGREEMENT: Final = "agreement."
_AGREED: Final = (
    "acknowledge",
    "actuality",
    "bring",
    "correction",
    "fetch",
    "initial_picture",
    "sitrep",
    "switch",
)
"""Norms that an agreement can hold."""


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bound on a figure, in the unit of its measure; exactly one of its fields is given.

    Attributes:
        limit: A duration such as ``15m``.
        limit_share: A share, 0 to 1.
        limit_count: A number.
        factor: For ``partly`` only: so many times the norm.
    """

    limit: str | None = None
    limit_share: float | None = None
    limit_count: int | None = None
    factor: float | None = None


class NormSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"agreed": "from"}):
    """Where a criterion's norm comes from.

    Attributes:
        agreed: ``from`` in the file: the field of the agreement that holds it, e.g. ``agreement.sitrep``.
        limit: A duration such as ``15m``.
        limit_share: A share, 0 to 1.
        limit_count: A number.
        source: Who set it; needed where it stands in the file: a document, or ``exercise``.
    """

    agreed: str | None = None
    limit: str | None = None
    limit_share: float | None = None
    limit_count: int | None = None
    source: str | None = None


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that an exercise can show.

    Attributes:
        id: Unique in the file.
        part: Part of the assessment: direction (richting), set-up (inrichting) or performance (verrichting). An
            exercise shows performance only; the other two are read from the agreements.
        quality: Which quality of the exchange it is about (Beleidskader par. 4.1).
        dimension: Where it belongs among the preconditions (Tabel 3 and 4).
        profiles: Profiles that it holds for, or ``all``.
        measure: Name in :mod:`sim.core.assessment.measures.registry`.
        norm: The norm.
        better: Whether a lower or a higher figure is better.
        partly: Bound up to which it is partly met; None where there is no such thing.
        citation: Where the criterion stands.
        text: What people read.
        scope: Whether it is about each partner or about the exercise as a whole.
        minimum: Whether it is a minimum condition (minimale randvoorwaarde, Beleidskader par. 4.1).
        topics: Of set-up: topics of the agreement that must each have been agreed.
        terms: Of set-up: fields of the agreement of which beside these at least one must have been agreed.
    """

    id: str
    part: Part
    quality: Quality
    dimension: Dimension
    profiles: Literal["all"] | tuple[str, ...] = "all"
    measure: str
    norm: NormSpec
    better: Better
    partly: Bound | None = None
    citation: str
    text: Text
    scope: Scope = "partner"
    minimum: bool = False
    topics: tuple[TopicId, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """Return the unit of its measure."""
        if self.part != "performance":
            return PAPER_MEASURES[self.measure].unit
        if self.scope == "exercise":
            return EXERCISE_MEASURES[self.measure].unit
        return PARTY_MEASURES[self.measure].unit

    def holds_for(self, profile: str) -> bool:
        """Say whether it holds for a profile."""
        return self.profiles == "all" or profile in self.profiles


class AppliedNorm(msgspec.Struct, frozen=True, kw_only=True):
    """The norm that a figure was held against.

    Attributes:
        limit: Bound within which the criterion is met.
        partly_limit: Bound within which it is partly met; equal to ``limit`` where there is no such thing.
        unit: Unit of both.
        better: Whether a lower or a higher figure is better.
        source: Who set it.
    """

    limit: Number
    partly_limit: Number
    unit: Unit
    better: Better
    source: str

    def within(self, value: Number) -> bool:
        """Say whether a figure meets the norm."""
        return value <= self.limit if self.better == "lower" else value >= self.limit

    def partly_within(self, value: Number) -> bool:
        """Say whether a figure meets the norm at least in part."""
        return value <= self.partly_limit if self.better == "lower" else value >= self.partly_limit


def norm_for(criterion: Criterion, agreement: Agreement | None) -> AppliedNorm | None:
    """Return the norm that a criterion has under an agreement; None where nothing was agreed."""
    limit, source = _literal(criterion.norm, criterion.unit), criterion.norm.source
    if criterion.norm.agreed is not None:
        agreed = _agreed(criterion.norm.agreed, agreement)
        limit, source = (agreed.limit_ms, agreed.source) if agreed is not None else (None, None)
    if limit is None or source is None:
        return None
    return AppliedNorm(
        limit=limit,
        partly_limit=_partly(criterion, limit),
        unit=criterion.unit,
        better=criterion.better,
        source=source,
    )


def own_norm(criterion: Criterion) -> AppliedNorm:
    """Return the norm of a criterion that has one of its own: of the exercise, of direction, of set-up."""
    norm = norm_for(criterion, None)
    assert norm is not None, "checked when the criteria were read"
    return norm


def criteria_from(
    mapping: Mapping[str, Any], preconditions: Sequence[Precondition] = ()
) -> tuple[Criterion, ...]:
    """Return the criteria in a parsed criteria file, in its order.

    A table that names a ``precondition`` takes from it what it does not say itself.

    Raises:
        ValueError: Something is wrong; the message names the key, what was expected and what was found.
    """
    unknown = sorted(set(mapping) - {"criteria"})
    if unknown:
        raise ValueError(f"{unknown[0]}: expected only the key criteria, found {unknown[0]}")
    tables = mapping.get("criteria")
    if not isinstance(tables, list) or not tables:
        raise ValueError(f"criteria: expected at least one [[criteria]] table, found {_shown(tables)}")
    criteria: dict[str, Criterion] = {}
    for number, table in enumerate(tables):
        where = f"criteria[{number}]"
        criterion = _convert(_completed(table, preconditions, where), where)
        _check(criterion, where)
        if criterion.id in criteria:
            raise ValueError(
                f"{where}.id: expected an id that no other criterion has, found {criterion.id!r}"
            )
        criteria[criterion.id] = criterion
    return tuple(criteria.values())


_MISSING: Final = re.compile(r"Object missing required field `(?P<key>[^`]+)`(?: - at `\$\.?(?P<at>.*)`)?\Z")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`(?: - at `\$\.?(?P<at>.*)`)?\Z")
_CHOICE: Final = re.compile(r"Invalid enum value (?P<found>.*) - at `\$\.(?P<key>.*)`\Z")
_CHOICES: Final = {
    "part": get_args(Part),
    "quality": get_args(Quality),
    "dimension": get_args(Dimension),
    "better": get_args(Better),
    "scope": get_args(Scope),
    "profiles": ("all", "a list of profiles"),
}
_ELSEWHERE: Final = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<at>.*)`)?\Z")


def _completed(table: Any, preconditions: Sequence[Precondition], where: str) -> Any:
    if not isinstance(table, dict) or _PRECONDITION not in table:
        return table
    name = table[_PRECONDITION]
    found = next((one for one in preconditions if one.id == name), None)
    if found is None:
        known = ", ".join(one.id for one in preconditions) or "a precondition"
        raise ValueError(f"{where}.{_PRECONDITION}: expected one of {known}, found {name!r}")
    taken = {
        "id": found.id,
        "part": "set-up",
        "dimension": found.dimension,
        "profiles": found.profiles,
        "measure": "agreed",
        "norm": {"limit_share": 1.0, "source": found.source},
        "better": "higher",
        "partly": {"limit_share": _PARTLY_AGREED},
        "citation": found.source,
        "text": {"nl": found.text.nl, "en": found.text.en},
        "topics": found.topics,
        "terms": found.terms,
    }
    return {**taken, **{key: value for key, value in table.items() if key != _PRECONDITION}}


def _convert(table: Any, where: str) -> Criterion:
    try:
        return msgspec.convert(table, Criterion)
    except msgspec.ValidationError as error:
        raise ValueError(_explained(str(error), where)) from None


def _explained(message: str, where: str) -> str:
    missing, unknown, choice = _MISSING.match(message), _UNKNOWN.match(message), _CHOICE.match(message)
    if missing is not None:
        return f"{_key(where, missing['at'], missing['key'])}: expected a value, found nothing"
    if unknown is not None:
        return f"{_key(where, unknown['at'], unknown['key'])}: expected only known keys, found this one"
    if choice is not None:
        known = ", ".join(_CHOICES[choice["key"]])
        return f"{where}.{choice['key']}: expected one of {known}, found {choice['found']}"
    elsewhere = _ELSEWHERE.match(message)
    assert elsewhere is not None, "the pattern matches every line"
    what = elsewhere["what"].replace("`", "").replace(", got ", ", found ")
    return f"{_key(where, elsewhere['at'])}: {what[0].lower()}{what[1:]}"


def _key(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)


def _check(criterion: Criterion, where: str) -> None:
    measures = _measures(criterion, where)
    if criterion.measure not in measures:
        names = ", ".join(measures)
        raise ValueError(f"{where}.measure: expected one of {names}, found {criterion.measure!r}")
    if bool(criterion.topics or criterion.terms) != (criterion.measure == "agreed"):
        wanted = "topics" if criterion.measure == "agreed" else "no topics"
        raise ValueError(
            f"{where}.topics: expected {wanted} for the measure {criterion.measure}, found others"
        )
    _check_norm(criterion, f"{where}.norm")
    if criterion.partly is not None:
        _check_partly(criterion, criterion.partly, f"{where}.partly")


def _measures(criterion: Criterion, where: str) -> Mapping[str, object]:
    if criterion.part == "performance":
        return EXERCISE_MEASURES if criterion.scope == "exercise" else PARTY_MEASURES
    if criterion.scope == "exercise":
        raise ValueError(
            f"{where}.scope: expected partner, as {criterion.part} is about partners, found exercise"
        )
    return PAPER_MEASURES


def _check_norm(criterion: Criterion, where: str) -> None:
    norm, unit = criterion.norm, criterion.unit
    given = [norm.agreed, norm.limit, norm.limit_share, norm.limit_count]
    if sum(value is not None for value in given) != 1:
        raise ValueError(
            f"{where}: expected one of from, limit, limit_share, limit_count, found {_shown(norm)}"
        )
    if norm.agreed is None:
        _limit(norm, unit, where)
        if not norm.source:
            raise ValueError(f"{where}.source: expected who set the norm, found nothing")
        return
    known = [_AGREEMENT + name for name in _AGREED]
    if norm.agreed not in known:
        raise ValueError(f"{where}.from: expected one of {', '.join(known)}, found {norm.agreed!r}")
    if unit is not Unit.MS or criterion.scope == "exercise":
        raise ValueError(
            f"{where}.from: expected a limit here, as agreements bind durations of partners, found from"
        )


def _check_partly(criterion: Criterion, partly: Bound, where: str) -> None:
    given = [partly.factor, partly.limit, partly.limit_share, partly.limit_count]
    if sum(value is not None for value in given) != 1:
        raise ValueError(
            f"{where}: expected one of factor, limit, limit_share, limit_count, found {_shown(partly)}"
        )
    lower = criterion.better == "lower"
    if partly.factor is not None:
        if partly.factor < 1 if lower else not 0 <= partly.factor <= 1:
            wanted = "1 or more" if lower else "0 to 1"
            raise ValueError(f"{where}.factor: expected {wanted}, found {partly.factor}")
        return
    bound, limit = _limit(partly, criterion.unit, where), _literal(criterion.norm, criterion.unit)
    if limit is not None and (bound < limit if lower else bound > limit):
        raise ValueError(f"{where}: expected a bound no stricter than the norm ({limit}), found {bound}")


def _limit(spec: NormSpec | Bound, unit: Unit, where: str) -> Number:
    try:
        limit = _literal(spec, unit)
    except ValueError as error:
        raise ValueError(f"{where}.limit: {error}") from None
    if limit is None:
        raise ValueError(
            f"{where}: expected {_FIELD[unit]}, as the measure is a {unit.value}, found {_shown(spec)}"
        )
    top = 1 if unit is Unit.SHARE else float("inf")
    if not 0 <= limit <= top:
        raise ValueError(f"{where}.{_FIELD[unit]}: expected 0 to {top}, found {limit}")
    return limit


_FIELD: Final = {
    Unit.MS: "limit",
    Unit.SHARE: "limit_share",
    Unit.COUNT: "limit_count",
    Unit.PER_HOUR: "limit_count",
}


def _literal(spec: NormSpec | Bound, unit: Unit) -> Number | None:
    if unit is Unit.SHARE:
        return spec.limit_share
    if unit in (Unit.COUNT, Unit.PER_HOUR):
        return spec.limit_count
    return None if spec.limit is None else parse_duration(spec.limit)


def _partly(criterion: Criterion, limit: Number) -> Number:
    if criterion.partly is None:
        return limit
    if criterion.partly.factor is not None:
        return limit * criterion.partly.factor
    bound = _literal(criterion.partly, criterion.unit)
    assert bound is not None, "checked when the criteria were read"
    # A bound from the file may be stricter than what a partner agreed; the agreement then stands.
    return max(bound, limit) if criterion.better == "lower" else min(bound, limit)


def _agreed(name: str, agreement: Agreement | None) -> Norm | None:
    if agreement is None:
        return None
    norm: Norm | None = getattr(agreement, name.removeprefix(_AGREEMENT))
    return norm


def _shown(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, NormSpec | Bound):
        pairs = msgspec.to_builtins(found).items()
        return ", ".join(f"{key} = {value!r}" for key, value in pairs if value is not None) or "nothing"
    return repr(found)
