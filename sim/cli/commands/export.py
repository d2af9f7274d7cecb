"""``beeld export``: a picture, a run or a script in the formats of others (docs/formats.md)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from sim.cli.exports.pictures import PICTURES, Asked, not_of_pictures, picture_files
from sim.cli.exports.runs import RUNS, run_files
from sim.cli.exports.scripts import SCRIPTS, script_files
from sim.cli.exports.task import Task
from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.files.new_files import check_free, new_file
from sim.files.places import SCENARIO_FILE, known_scenarios
from sim.files.problems import InputError, Problem, hint, show
from sim.files.scenario.finding import find_scenario
from sim.runlog.manifest import MANIFEST_NAME
from sim.runlog.reader import RunLog

_OF_RUNS: Final = (*PICTURES, *RUNS)
_FORMATS: Final = (
    "Of a run: geojson, cap, edxl, lcms (a picture); csv, parquet, mcap, ics, cloudevents (all of it). "
    "Of a scenario: xlsx, ods, csv, ics (its injects). Several with commas between."
)


def export(
    target: str,
    /,
    *,
    format: Annotated[str, Parameter(help=_FORMATS)],  # noqa: A002 -- the option's name
    at: Annotated[str | None, Parameter(help="Of a picture: the moment, e.g. T+60:00:00.")] = None,
    party: Annotated[
        str | None, Parameter(help="Of a picture: as this party had it; default: as it was shared.")
    ] = None,
    activity: Annotated[str | None, Parameter(help="Of a picture: only of this activity.")] = None,
    truth: Annotated[bool, Parameter(negative="", help="Of a picture: as it truly was.")] = False,
    out: Annotated[
        Path | None,
        Parameter(help="The folder to write to; default: that of the run, or for a scenario this one."),
    ] = None,
    overwrite: Annotated[bool, Parameter(negative="", help="Write over files that are there.")] = False,
    common: Common | None = None,
) -> int:
    """Write a picture, a run or a script in the format of another system.

    Example: beeld export runs/limburg-hoogwater-seed7 --format geojson,cap --at T+60:00:00 --party enexis

    Args:
        target: Folder of a run; or name or folder of a scenario, for its injects.
        format: The formats.
        at: The moment of the picture.
        party: As this party had it.
        activity: Only of this activity.
        truth: As it truly was.
        out: Where to write.
        overwrite: Whether files that are there are written over.
        common: Options that every command takes.
    """
    options = common or Common()
    asked = Asked(at=at, party=party, activity=activity, truth=truth)
    if _is_run(target):
        tasks, folder = _of_run(Path(target), format, asked, options), Path(target)
    else:
        _check_script(asked)
        tasks = list(script_files(target, _formats(format, SCRIPTS, "scenario"), options.language))
        folder = Path()
    _write(tasks, out or folder, options, overwrite=overwrite)
    return ExitCode.YES


def _of_run(run: Path, listed: str, asked: Asked, options: Common) -> list[Task]:
    formats = _formats(listed, _OF_RUNS, "run")
    log = RunLog(run)
    return [
        *picture_files(log, [each for each in formats if each in PICTURES], asked, options.language),
        *run_files(log, [each for each in formats if each in RUNS], options.language),
    ]


def _write(tasks: list[Task], folder: Path, options: Common, *, overwrite: bool) -> None:
    paths = [folder / task.name for task in tasks]
    check_free(paths, "--out", overwrite=overwrite)
    left_out: dict[str, Counter[str]] = {}
    for task, path in zip(tasks, paths, strict=True):
        with new_file(path, "--out", overwrite=overwrite) as file:
            left_out[str(path)] = task.write(file)
    if options.json:
        lacking = {path: dict(counts) for path, counts in left_out.items() if counts}
        print_json({"files": [str(path) for path in paths], "left_out": lacking})
        return
    say = Speaker(options.language)
    screen = console()
    for name, counts in left_out.items():
        screen.print(say("exported", path=name), soft_wrap=True, markup=False)
        for key, count in sorted(counts.items()):
            if count:
                screen.print(f"  {say(f'left-out-{key}', count=count)}", soft_wrap=True, markup=False)


def _formats(listed: str, known: tuple[str, ...], what: str) -> list[str]:
    formats = list(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))
    unknown = [name for name in formats if name not in known]
    if unknown or not formats:
        found = show(unknown[0]) if unknown else "none"
        near = hint(unknown[0], known) if unknown else ""
        expected = f"of a {what} one or several of {', '.join(known)}{near}"
        raise InputError([Problem("command line", "--format", expected, found)])
    return formats


def _is_run(target: str) -> bool:
    """Say whether a target is the folder of a run; if it is none, it must be a scenario.

    Raises:
        InputError: It is neither.
    """
    try:
        if (Path(target) / MANIFEST_NAME).is_file():
            return True
        if target in known_scenarios() or (Path(target) / SCENARIO_FILE).is_file():
            return False
        find_scenario(target)
    except (OSError, ValueError, InputError) as error:
        expected = "the folder of a run, or the name or folder of a scenario"
        raise InputError([Problem("command line", "TARGET", expected, show(target))]) from error
    return False


def _check_script(asked: Asked) -> None:
    """Check that nothing of a picture was asked of a scenario."""
    problems = not_of_pictures(asked, "none: a scenario has no pictures, a run has")
    if problems:
        raise InputError(problems)
