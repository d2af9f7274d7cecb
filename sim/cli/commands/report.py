"""``beeld report``: the report on a run, or on a sweep, as page, PDF and Word document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, console, print_error, print_json
from sim.core.model.text import Language
from sim.files.problems import InputError, Problem, show
from sim.report.blocks import Report
from sim.report.exercise.gathering import gather_material
from sim.report.exercise.material import Material
from sim.report.exercise.material import without_names as leave_out_names
from sim.report.exercise.report import make_report
from sim.report.formats import MAKERS
from sim.runlog.disk import replace_file
from sim.runlog.reader import RunLog
from sim.sweep.store import is_sweep
from sim.words import word

_STEM: Final = "report"


def report_run(
    run: Path,
    /,
    *,
    format: Annotated[  # noqa: A002 -- the option's name
        str, Parameter(help="html, pdf, docx, or several with commas between.")
    ] = "html,pdf,docx",
    observations: Annotated[Path | None, Parameter(help="What observers saw: a file of JSON lines.")] = None,
    register: Annotated[
        Path | None,
        Parameter(help="The register of points to improve, to tell what became of earlier points."),
    ] = None,
    criteria: Annotated[Path | None, Parameter(help="A criteria file of your own.")] = None,
    without_names: Annotated[
        bool, Parameter(negative="", help="Leave names of people out: observers, and who takes points up.")
    ] = False,
    out: Annotated[Path | None, Parameter(help="The folder to write to; default: that of the run.")] = None,
    common: Common | None = None,
) -> int:
    """Write the report on a run for who assesses and who decides; or on a sweep: what changes between its variants.

    Example: beeld report runs/limburg-hoogwater-seed7 --lang nl --observations observations.jsonl

    Args:
        run: Folder of the run, or of the sweep.
        format: What to make. Where the PDF cannot be made the others are, and the exit code is 1.
        observations: What observers saw; it is shown beside what was computed.
        register: Points to improve; it is read and never changed (beeld improve does that).
        criteria: A criteria file of your own.
        without_names: Whether names of people are left out.
        out: Where to write report.nl.html and so on; what was written there before is replaced.
        common: Options that every command takes.
    """
    options = common or Common()
    formats = _formats(format)
    if is_sweep(run):
        _refuse_options_of_runs(observations=observations, register=register, without_names=without_names)
        made = _of_sweep(run, criteria, options.language)
    else:
        material = gather_material(_opened(run), criteria, observations, register)
        made = _of_run(material, options.language, without_names=without_names)
    files, refused = _write_all(made, formats, out or run, options.language)
    for line in refused:
        print_error(line)
    if options.json:
        print_json({"files": [str(path) for path in files], "not_made": refused})
    elif files:
        said = word("report-made", options.language, files=", ".join(str(path) for path in files))
        console().print(said, soft_wrap=True, markup=False)
    return ExitCode.NO if refused else ExitCode.YES


def _of_run(material: Material, language: Language, *, without_names: bool) -> Report:
    """Return the report on a run, without names of people where these are left out."""
    if without_names:
        material = leave_out_names(material, word("report-name-left-out", language))
    return make_report(material, language)


def _refuse_options_of_runs(**given: object) -> None:
    """Refuse options that go with the report on one run."""
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if names:
        expected = "none with the folder of a sweep, as these go with one run"
        raise InputError([Problem("command line", name, expected, name) for name in names])


def _of_sweep(folder: Path, criteria: Path | None, language: Language) -> Report:
    # Imported here: drawings and statistics are loaded by who asks for them, and nobody else waits for it.
    from sim.report.sweeps.gathering import sweep_report  # noqa: PLC0415

    return sweep_report(folder, criteria, language)


def _opened(run: Path) -> RunLog:
    """Return the log of a run, having said so when its end does not count."""
    log = RunLog(run)
    if log.torn_bytes:
        print_error(f"{log.folder}: the last, half written record ({log.torn_bytes} bytes) does not count")
    return log


def _write_all(
    made: Report, formats: Sequence[str], folder: Path, language: Language
) -> tuple[list[Path], list[str]]:
    """Write a report in each format; return the files, and why others could not be made."""
    files, refused = [], []
    for each in formats:
        try:
            data = MAKERS[each](made)
        except InputError as error:
            # A system without Pango makes no PDF; what it can make, it makes.
            refused.append(str(error))
            continue
        files.append(_write(folder / f"{_STEM}.{language}.{each}", data))
    return files, refused


def _formats(listed: str) -> list[str]:
    formats = list(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))
    unknown = [name for name in formats if name not in MAKERS]
    if unknown or not formats:
        found = show(unknown[0]) if unknown else "none"
        raise InputError(
            [
                Problem(
                    "command line", "--format", f"{', '.join(MAKERS)}, or several with commas between", found
                )
            ]
        )
    return formats


def _write(path: Path, data: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except (OSError, ValueError) as error:
        reason = f"{show(str(path))}: {getattr(error, 'strerror', None) or 'a name that is no path'}"
        raise InputError(
            [Problem("command line", "--out", "a folder that can be written to", reason)]
        ) from error
    return path
