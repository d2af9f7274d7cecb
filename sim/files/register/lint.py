"""Says what looks wrong in a register: points that nobody takes up, criteria that are not there, and the like."""

from __future__ import annotations

from pathlib import Path

from sim.core.model.progress import PointProgress, progress_of
from sim.core.model.register import Moment, Register
from sim.files.criteria import load_criteria
from sim.files.problems import Problems, Where, hint, show
from sim.files.register.reading import RegisterFile, read_register


def lint_register(path: Path, problems: Problems) -> None:
    """Report every mistake in a register; where there is none, what looks wrong, as warnings."""
    file = read_register(path, problems)
    if file is None or problems.errors:
        return
    register = file.register
    criteria = {criterion.id for criterion in load_criteria()}
    standing = {each.point.id: each for made in progress_of(register) for each in made.points}
    for number, point in enumerate(register.points):
        _warn_point(standing[point.id], file.places["points", number], criteria)
    for number, moment in enumerate(register.moments):
        _warn_moment(moment, register, file.places["moments", number])
    _warn_plans(file)


def _warn_point(stands: PointProgress, where: Where, criteria: set[str]) -> None:
    point = stands.point
    if point.criterion is not None and point.criterion not in criteria:
        expected = f"a criterion of profiles/criteria.toml{hint(point.criterion, criteria)}"
        where.at("criterion").warning(expected, show(point.criterion))
    if point.state == "closed" and not point.note.strip():
        where.at("note").warning("why it is closed without having been mended", "nothing")
    if not stands.is_open:
        return
    if not point.owner.strip():
        where.at("owner").warning("who takes it up", "nobody")
    elif not point.by:
        where.at("by").warning("by when, as somebody takes it up", "nothing")


def _warn_moment(moment: Moment, register: Register, where: Where) -> None:
    if moment.held and not moment.who:
        where.at("who").warning("who took part", "nobody")
    owners = {point.id: point.agreement for point in register.points}
    for index, name in enumerate(moment.points):
        if owners[name] not in moment.agreements:
            expected = f"a point of {', '.join(moment.agreements)}"
            where.at("points").item(index).warning(expected, f"{show(name)}, of {owners[name]}")


def _warn_plans(file: RegisterFile) -> None:
    for made in progress_of(file.register):
        if made.open_points and made.next_evaluation is None:
            expected = f"an evaluation of {made.agreement.id} that is still to come, as it has open points"
            file.where.at("moments").warning(expected, "none")
