"""From one exercise to the next: what was reached with an agreement, where people want to be, what is in the way."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sim.core.model.register import (
    STILL_OPEN,
    Bound,
    Held,
    Moment,
    MomentKind,
    Outcome,
    PointToImprove,
    Register,
    Shown,
    Standing,
    standing_of,
)


class PointProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A point and how it stands.

    Attributes:
        point: The point.
        standing: How it stands.
        found: The exercise that showed it first; None for a point of people's own.
        shown: What later runs showed of it, in order of time.
        last: The exercise of the last of these; None where there is none.
    """

    point: PointToImprove
    standing: Standing
    found: Held | None
    shown: tuple[Shown, ...]
    last: Held | None

    @property
    def is_open(self) -> bool:
        """Say whether it still asks for something."""
        return self.standing in STILL_OPEN

    def is_late(self, today: str) -> bool:
        """Say whether it is open after the date (ISO 8601) by which it was to be put right."""
        return self.is_open and bool(self.point.by) and self.point.by < today


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise of an agreement, and what came of it."""

    exercise: Held
    outcome: Outcome


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far people are with one agreement.

    Attributes:
        agreement: The agreement.
        steps: Its exercises, in order of time.
        points: Its points, in the order of the register.
        mended: Ids of the points that the last exercise showed to be mended.
        returned: Ids of the points that it showed to have come back.
        not_mended: Ids of the other points that it showed not to be mended.
        not_observed: Ids of the points of which it showed nothing.
        new: Ids of the points that it showed first.
        last_review: The last peer review that was held; None where none was.
        last_evaluation: The last evaluation that was held; None where none was.
        next_review: The first peer review that is still to come; None where none is planned.
        next_evaluation: The first evaluation that is still to come; None where none is planned.
    """

    agreement: Bound
    steps: tuple[Step, ...]
    points: tuple[PointProgress, ...]
    mended: tuple[str, ...]
    returned: tuple[str, ...]
    not_mended: tuple[str, ...]
    not_observed: tuple[str, ...]
    new: tuple[str, ...]
    last_review: Moment | None
    last_evaluation: Moment | None
    next_review: Moment | None
    next_evaluation: Moment | None

    @property
    def last(self) -> Step | None:
        """Return the last exercise; None where there was none."""
        return self.steps[-1] if self.steps else None

    @property
    def before(self) -> Step | None:
        """Return the exercise before the last; None where there was none."""
        return self.steps[-2] if len(self.steps) > 1 else None

    @property
    def open_points(self) -> tuple[PointProgress, ...]:
        """Return the points that still ask for something."""
        return tuple(each for each in self.points if each.is_open)

    def count(self, *standings: Standing) -> int:
        """Return how many points stand in one of some ways."""
        return sum(each.standing in standings for each in self.points)


def progress_of(register: Register) -> tuple[Progress, ...]:
    """Return how far people are with each agreement of a register, in its order.

    Raises:
        KeyError: The register refers to a run that it does not hold.
    """
    return tuple(_progress(register, agreement) for agreement in register.agreements)


def _progress(register: Register, agreement: Bound) -> Progress:
    steps = sorted(
        (
            Step(exercise=register.exercise(each.run), outcome=each)
            for each in register.outcomes
            if each.agreement == agreement.id
        ),
        key=lambda step: step.exercise.started,
    )
    points = tuple(_point(register, each) for each in register.points if each.agreement == agreement.id)
    last = steps[-1].exercise.run if steps else ""
    return Progress(
        agreement=agreement,
        steps=tuple(steps),
        points=points,
        mended=_by(points, last, "mended"),
        returned=tuple(one for one in _by(points, last, "not mended") if _stands(points, one) == "returned"),
        not_mended=tuple(
            one for one in _by(points, last, "not mended") if _stands(points, one) != "returned"
        ),
        not_observed=_by(points, last, "not observed"),
        new=tuple(each.point.id for each in points if each.found is not None and each.found.run == last),
        last_review=_held(register, agreement, "peer-review"),
        last_evaluation=_held(register, agreement, "evaluation"),
        next_review=_planned(register, agreement, "peer-review"),
        next_evaluation=_planned(register, agreement, "evaluation"),
    )


def _point(register: Register, point: PointToImprove) -> PointProgress:
    shown = register.shown_of(point.id)
    return PointProgress(
        point=point,
        standing=standing_of(point, shown),
        found=None if point.found is None else register.exercise(point.found.run),
        shown=shown,
        last=register.exercise(shown[-1].run) if shown else None,
    )


def _by(points: Iterable[PointProgress], run: str, verdict: str) -> tuple[str, ...]:
    return tuple(
        each.point.id
        for each in points
        if any((one.run, one.verdict) == (run, verdict) for one in each.shown)
    )


def _stands(points: Iterable[PointProgress], point: str) -> Standing:
    return next(each.standing for each in points if each.point.id == point)


def _of_kind(register: Register, agreement: Bound, kind: MomentKind) -> list[Moment]:
    found = (each for each in register.moments if each.kind == kind and agreement.id in each.agreements)
    return sorted(found, key=lambda each: each.on)


def _held(register: Register, agreement: Bound, kind: MomentKind) -> Moment | None:
    held = [each for each in _of_kind(register, agreement, kind) if each.held]
    return held[-1] if held else None


def _planned(register: Register, agreement: Bound, kind: MomentKind) -> Moment | None:
    return next((each for each in _of_kind(register, agreement, kind) if not each.held), None)
