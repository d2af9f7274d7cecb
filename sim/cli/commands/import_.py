"""``beeld import``: a script, an alert, areas or a series of others, taken into a scenario (docs/formats.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, Speaker, console, print_error, print_json
from sim.files.problems import InputError, Problem, Problems, Where, show
from sim.files.spreadsheet.grids import SUFFIXES, read_csv, read_file, read_grids
from sim.files.spreadsheet.script import read_script
from sim.files.taking_in.alert import read_alert
from sim.files.taking_in.alerts import AsInject, AsTruth, no_wish, take_alert
from sim.files.taking_in.areas import take_areas
from sim.files.taking_in.change import Change, write_change
from sim.files.taking_in.context import Context, read_context
from sim.files.taking_in.injects import take_script
from sim.files.taking_in.names import made_id
from sim.files.taking_in.series import Measured, is_series, take_series

_ALERTS = (".xml", ".cap")
_AREAS = (".geojson", ".json")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What an alert or a series is to be in the scenario."""

    as_: Annotated[
        Literal["truth", "inject"] | None,
        Parameter(name="--as", help="Of an alert: what it becomes."),
    ] = None
    subject: Annotated[
        str | None, Parameter(help="Of an alert as truth, and of a series: the subject of the fact.")
    ] = None
    to: Annotated[str | None, Parameter(help="Of an alert as inject: the party that alerts.")] = None
    activity: Annotated[str | None, Parameter(help="Of an alert as inject: the activity.")] = None
    parties: Annotated[
        str | None, Parameter(help="Of an alert as inject: whom it alerts, with commas between.")
    ] = None
    value: Annotated[str | None, Parameter(help="Of a series: the name of the figure, e.g. discharge.")] = (
        None
    )
    unit: Annotated[str, Parameter(help="Of a series: its unit.")] = ""
    datum: Annotated[str, Parameter(help="Of a series: what heights are measured from, e.g. NAP.")] = ""
    source: Annotated[str, Parameter(help="Letter of the scenario's source, or exercise.")] = "exercise"


def import_file(
    file: Path,
    /,
    *,
    into: Annotated[Path, Parameter(help="Folder of the scenario.")],
    replace: Annotated[
        bool, Parameter(negative="", help="What is there and not in the file goes, or gives way.")
    ] = False,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Say what would change, and change nothing.")
    ] = False,
    wishes: Wishes | None = None,
    common: Common | None = None,
) -> int:
    """Take a script (xlsx, ods, csv), a CAP alert (xml), areas (geojson) or a series (csv) into a scenario.

    Example: beeld import draaiboek.xlsx --into scenarios/mijn-oefening

    Args:
        file: The file; its ending says what it is.
        into: Folder of the scenario.
        replace: Whether injects that are not in the script go, and areas or a series give way to those of the file.
        dry_run: Whether nothing is changed.
        wishes: What an alert or a series is to be.
        common: Options that every command takes.
    """
    options = common or Common()
    context = read_context(into)
    problems = Problems()
    change = _take(file, context, wishes or Wishes(), Where(problems, file.name), replace=replace)
    if change.refused and not (change.files or change.same):
        problems.raise_errors()  # nothing at all could be taken over
    if not dry_run:
        write_change(context.root, change)
    _tell(change, problems, options, into, dry_run=dry_run)
    return ExitCode.NO if problems.errors else ExitCode.YES


def _take(file: Path, context: Context, wishes: Wishes, where: Where, *, replace: bool) -> Change:
    """Return what changes, after reporting what is not taken over.

    Raises:
        InputError: The file cannot be read, or something was asked that cannot be.
    """
    ending = file.suffix.lower()
    if ending in _ALERTS:
        return _alert(file, context, wishes, where)
    if ending in _AREAS:
        return take_areas(_bytes(file, where), context.root, where, replace=replace)
    if ending not in SUFFIXES:
        expected = f"a file that ends in one of {', '.join((*SUFFIXES, *_ALERTS, *_AREAS))}"
        raise InputError([Problem("command line", "FILE", expected, show(file.name))])
    if ending == ".csv":
        rows = read_csv(_bytes(file, where), where)
        where.problems.raise_errors()
        if rows is not None and is_series(rows):
            name = made_id(file.stem)
            return take_series(rows, name, context, _measured(wishes), where, replace=replace)
    grids = read_grids(file, where)
    where.problems.raise_errors()
    lines = read_script(grids or [], context.start, where)
    if not lines:
        where.problems.raise_errors()
    return take_script(lines, context, replace=replace)


def _bytes(file: Path, where: Where) -> bytes:
    data = read_file(file, where)
    where.problems.raise_errors()
    assert data is not None, "what could not be read was reported"
    return data


def _alert(file: Path, context: Context, wishes: Wishes, where: Where) -> Change:
    wish: AsTruth | AsInject
    if wishes.as_ is None:
        raise no_wish("nothing")
    if wishes.as_ == "truth":
        wish = AsTruth(subject=_needed(wishes.subject, "--subject"), source=wishes.source)
    else:
        parties = tuple(name.strip() for name in _needed(wishes.parties, "--parties").split(","))
        wish = AsInject(
            to=_needed(wishes.to, "--to"),
            activity=_needed(wishes.activity, "--activity"),
            parties=parties,
            source=wishes.source,
        )
    alert = read_alert(_bytes(file, where), where)
    if alert is None or not alert.statements:
        where.problems.raise_errors()
        raise AssertionError("an alert that cannot be read was not reported")
    return take_alert(alert, context, wish)


def _measured(wishes: Wishes) -> Measured:
    return Measured(
        subject=_needed(wishes.subject, "--subject"),
        name=_needed(wishes.value, "--value"),
        unit=wishes.unit,
        datum=wishes.datum,
        source=wishes.source,
    )


def _needed(value: str | None, option: str) -> str:
    if not value:
        raise InputError([Problem("command line", option, "a value for what this file is to be", "nothing")])
    return value


def _tell(change: Change, problems: Problems, options: Common, into: Path, *, dry_run: bool) -> None:
    if options.json:
        print_json(
            {
                "files": sorted(change.files),
                **{name: getattr(change, name) for name in ("new", "changed", "same", "removed", "kept")},
                "refused": change.refused,
                "not_taken": [problem.message for problem in problems.errors],
                "notes": [problem.message for problem in problems.warnings],
            }
        )
        return
    say = Speaker(options.language)
    screen = console()
    counts = {name: len(getattr(change, name)) for name in ("new", "changed", "same", "removed", "kept")}
    screen.print(say("import-done", **counts), soft_wrap=True, markup=False)
    for problem in problems.warnings:
        screen.print(f"  {problem.message}", soft_wrap=True, markup=False)
    if problems.errors:
        screen.print(say("import-refused", count=len(problems.errors)), soft_wrap=True, markup=False)
    for problem in problems.errors:
        print_error(problem.message)
    if dry_run:
        screen.print(say("import-dry"), soft_wrap=True, markup=False)
    elif change.files:
        screen.print(say("import-next", folder=into), soft_wrap=True, markup=False)
