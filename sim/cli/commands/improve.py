"""``beeld improve``: what a run showed, into the register of points to improve; ``beeld points``: how they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.improvement import points_document, print_points, print_taken, taken_document
from sim.cli.output import Common, ExitCode, Speaker, console, print_error, print_json
from sim.core.assessment.judging.improving import Difference, differences, is_taken
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.model.progress import progress_of
from sim.core.model.register import Register
from sim.files.criteria import load_criteria
from sim.files.problems import InputError, Problem, hint, show
from sim.files.register.reading import load_register
from sim.files.register.text import Comments
from sim.replay.evidence import evidence_of
from sim.replay.improvement import Taken, save, taken
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog
from sim.runlog.verify import verify
from sim.words import word


def improve_from(
    run: Path,
    /,
    *,
    register: Annotated[
        Path, Parameter(help="The register, a file ...register.toml; made where there is none.")
    ],
    criteria: Annotated[Path | None, Parameter(help="A criteria file of your own.")] = None,
    common: Common | None = None,
) -> int:
    """Take what a run showed over into the register of points to improve, and mark what became of earlier points.

    What is not or partly met becomes a point, once for each agreement and criterion; earlier points of the same
    agreements are marked as mended, not mended or not observed. Only new tables are added, at the end: nothing that
    people wrote is changed. The same run again adds nothing, and is held against what the register says of it.

    Example: beeld improve runs/limburg-hoogwater-seed7 --register agreements/register.toml

    Args:
        run: Folder of a run that has ended.
        register: The register.
        criteria: A criteria file of your own.
        common: Options that every command takes.
    """
    options = common or Common()
    file = load_register(register, new=True)
    found = _taken(run, criteria)
    if is_taken(file.register, found.held):
        return _again(register, file.register, found, options)
    added = found.added_to(file.register)
    save(register, file, added, _comments(options))
    if options.json:
        print_json(taken_document(register, file.register, added))
    else:
        print_taken(register, file.register, added, console(), Speaker(options.language))
    return ExitCode.YES


def show_points(
    register: Path,
    /,
    *,
    agreement: Annotated[str | None, Parameter(help="Only this agreement of the register.")] = None,
    all_points: Annotated[
        bool, Parameter(name="--all", negative="", help="Also the points that are mended or closed.")
    ] = False,
    today: Annotated[
        str | None, Parameter(help="Date that points are held against (2027-03-14); default: today.")
    ] = None,
    common: Common | None = None,
) -> int:
    """Show how the points of a register stand: what was reached since last time, the aim, and what is in the way.

    Example: beeld points agreements/register.toml --agreement enexis-b-structural --all

    Args:
        register: The register.
        agreement: Only this agreement.
        all_points: Also the points that are mended or closed.
        today: Date after which a point is late.
        common: Options that every command takes.
    """
    options = common or Common()
    progress = progress_of(load_register(register).register)
    if agreement is not None:
        known = [each.agreement.id for each in progress]
        progress = tuple(each for each in progress if each.agreement.id == agreement)
        if not progress:
            expected = (
                f"an agreement of the register ({', '.join(known) or 'it has none'}){hint(agreement, known)}"
            )
            raise InputError([Problem("command line", "--agreement", expected, show(agreement))])
    day = _today(today)
    if options.json:
        print_json(points_document(progress, day))
    else:
        print_points(progress, day, console(), Speaker(options.language), whole=all_points)
    return ExitCode.YES


def _taken(run: Path, criteria: Path | None) -> Taken:
    checked = verify(run)
    if not checked.ok:
        raise RunLogError(
            f"{run}: expected a log that is whole and untouched, found another: {checked.reason}"
        )
    log = RunLog(run)
    framework = load_criteria(criteria)
    evidence = evidence_of(log)
    return taken(log.manifest, assess_evidence(evidence, framework), evidence.log, criteria)


def _comments(options: Common) -> Comments:
    head, aim, people = (word(f"register-{key}", options.language) for key in ("head", "aim", "people"))
    return Comments(head=head, agreements=aim, points=people)


def _again(path: Path, register: Register, found: Taken, options: Common) -> int:
    """Hold what the register says of a run that it has against the log, and say where they differ."""
    known = next(each for each in register.exercises if each.digest == found.held.digest)
    compared = known.criteria == found.held.criteria
    wrong: tuple[Difference, ...] = differences(register, found.held, found.exercised) if compared else ()
    for each in wrong:
        print_error(
            f"{path}: {each.table}[{each.point}]: expected {each.logged}, as the log of {known.run} shows, "
            f"found {each.registered}"
        )
    if options.json:
        document = taken_document(path, register, Register())
        print_json({**document, "known": known.run, "compared": compared, "differences": wrong})
    else:
        key = "improve-again" if compared else "improve-other-criteria"
        said = word(key, options.language, run=known.run, register=path, count=len(wrong))
        console().print(said, soft_wrap=True, markup=False)
    return ExitCode.NO if wrong else ExitCode.YES


def _today(told: str | None) -> str:
    if told is None:
        return datetime.now(UTC).date().isoformat()
    try:
        written = date.fromisoformat(told).isoformat()
    except ValueError:
        written = ""
    if written != told:
        raise InputError([Problem("command line", "--today", "a date such as 2027-03-14", show(told))])
    return told
