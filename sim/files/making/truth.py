"""Facts and truth of a made exercise: what is so at each reach, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sim.core.model.chance import Chance
from sim.core.model.text import Text
from sim.files.making.cast import Table
from sim.files.making.filling import filled
from sim.files.making.stage import Place, subject_id
from sim.files.making.story import FactPlan, Figure, Reach, Step, Story

_START: Final = 3
"""Minute at which that is told which is so at the start."""
_END: Final = 8
"""Minutes before the end after which nothing changes any more."""
_LEVEL, _HOUR, _PEOPLE, _HOUSEHOLDS = "level", "hour", "people", "households"
_SPREAD: Final = 0.15
"""How far a figure lies from that of the story at most, by chance."""
_QUIET: Final = 0.4
"""Of a figure of the story, how much there is in a region that is hardly struck."""
_DUTCH: Final = str.maketrans(",.", ".,")
_AROUND: Final = tuple((x * 0.002, y * 0.0015) for y in (-1, 0, 1, 2) for x in (-2, -1, 0, 1, 2))


@dataclass(frozen=True, slots=True)
class Figures:
    """Makes the figures of a story's shares.

    Attributes:
        story: The story.
        chance: The draws.
    """

    story: Story
    chance: Chance

    def values(self, fact: FactPlan, shares: tuple[float, ...], reach: Reach | None) -> list[Table]:
        """Return the figures of a fact for the shares of a step; those that are left out have none."""
        return [
            self._value(figure, share, reach) for figure, share in zip(fact.figures, shares, strict=False)
        ]

    def _value(self, figure: Figure, share: float, reach: Reach | None) -> Table:
        made: Table = {"name": figure.name, "amount": self._amount(figure, share, reach)}
        made["unit"] = figure.unit
        if figure.datum:
            made["datum"] = figure.datum
        return made

    def _amount(self, figure: Figure, share: float, reach: Reach | None) -> float:
        if reach is None:
            return _counted(float(figure.of), share, 1.0)
        if figure.of == _LEVEL:
            return round(reach.low + (reach.high - reach.low) * share, 2)
        if figure.of == _HOUR:
            start = datetime.fromisoformat(self.story.start)
            return round(start.hour + start.minute / 60 + reach.peak / 60 + share, 1)
        factor = 1.0 + _SPREAD * (2.0 * self.chance.fraction(f"figure/{figure.name}", reach.region) - 1.0)
        if figure.of in (_PEOPLE, _HOUSEHOLDS):
            return _counted(float(getattr(reach, str(figure.of))), share, factor)
        return _counted(float(figure.of), share, factor if reach.weight > 1 else factor * _QUIET)


def _counted(base: float, share: float, factor: float) -> float:
    """Return a whole number, of large ones the tens only."""
    amount = base * share * factor
    return float(round(amount, -1) if amount > 200 else round(amount))


def fact_table(fact: FactPlan, index: int, place: Place) -> Table:
    """Return the entry of a fact at a reach; ``index`` sets it a little apart from the others there."""
    reach = place.reach
    made: Table = {
        "subject": subject_id(fact, reach.region),
        "system": fact.system,
        "theme": fact.theme,
        "kind": fact.kind.value,
        "title": filled(_text(fact), place.names),
        "place": list(spot(fact.place, index, reach)),
    }
    if fact.sensitivity.value != "general":
        made["sensitivity"] = fact.sensitivity.value
    if fact.effect_of is not None:
        made["effect_of"] = f"{fact.effect_of}-{reach.region}"
    if fact.layer is not None:
        made["layer"] = fact.layer
    return made


def national_fact_table(fact: FactPlan) -> Table:
    """Return the entry of a fact of the whole country."""
    names = ("system", "theme", "kind")
    return {
        "subject": fact.key,
        **{name: str(getattr(fact, name)) for name in names},
        "title": _text(fact),
    }


def _text(fact: FactPlan) -> Table:
    return {"nl": fact.title.nl, "en": fact.title.en}


def spot(where: str, index: int, reach: Reach) -> tuple[float, float]:
    """Return a place at the gauge or the town of a reach, a little beside it."""
    lon, lat = reach.at if where == "station" else reach.town_at
    across, along = _AROUND[index % len(_AROUND)]
    return round(lon + across, 4), round(lat + along, 4)


def truth_tables(fact: FactPlan, place: Place | None, figures: Figures) -> Iterator[Table]:
    """Yield what becomes so of a fact, in order of time."""
    reach = None if place is None else place.reach
    subject = fact.key if place is None else subject_id(fact, place.reach.region)
    for number, (minute, step) in enumerate(_timed(fact, place, figures)):
        values = figures.values(fact, step.shares, reach)
        names = {**({} if place is None else place.names), "n": _shown(values)}
        made: Table = {"id": f"t-{subject}-{number + 1}", "at": minutes(minute), "subject": subject}
        made["text"] = filled({"nl": step.nl, "en": step.en}, names)
        if values:
            made["values"] = values
        yield made


def _timed(fact: FactPlan, place: Place | None, figures: Figures) -> list[tuple[int, Step]]:
    """Return the steps of a fact with their minutes: of those before the start the last, none after the end."""
    key = f"{fact.key}/{'' if place is None else place.reach.region}"
    timed: list[tuple[int, Step]] = []
    for index, step in enumerate(fact.steps):
        base = step.clock if step.clock is not None else (step.at or 0) + (place.reach.peak if place else 0)
        timed.append((base + figures.chance.between(-3, 3, f"when/{key}", str(index)), step))
    before = [step for minute, step in timed if minute <= _START]
    start = figures.chance.between(0, 4, f"start/{key}", "") + _START
    kept = [(start, before[-1])] if before else []
    for minute, step in timed:
        if minute > max(_START, kept[-1][0] + 1 if kept else 0) and minute < figures.story.minutes - _END:
            kept.append((minute, step))
    return kept


def _shown(values: list[Table]) -> Text:
    """Return the first figure of a step as either language writes it."""
    amount = float(values[0]["amount"]) if values else 0.0
    english = f"{amount:,.0f}" if amount.is_integer() else f"{amount:,}"
    return Text(nl=english.translate(_DUTCH), en=english)


def minutes(count: int) -> str:
    """Return a moment of the exercise as files have it."""
    return f"T+{count // 60:02d}:{count % 60:02d}"
